//! `[[view]]`: queries that everybody finds under a name.

use super::section::Section;
use crate::domain::query::{Known, Order, Query, SavedView, parse};
use crate::wire::InboxView;

/// Reads one view; `known` is what its query may name.
pub(super) fn read(table: Section<'_>, known: Known<'_>) -> Option<SavedView> {
    let name = table.need("name", "what people call the view").and_then(|value| {
        let name = value.label()?;
        if name.parse::<InboxView>().is_ok() {
            return value.wrong("is a view that is always there", "choose another name");
        }
        Some(name)
    });
    let query =
        table.need("query", "such as query = \"queue:billing due<30m\"").and_then(|value| {
            let read = parse(value.text()?, known);
            read.map_or_else(
                |fault| value.wrong(&format!("is wrong: {fault}"), &fault.wrong.hint()),
                Some,
            )
        });
    let sort = table.get("sort").map(|value| value.one_of(&Order::ALL.map(|of| (of.word(), of))));
    table.finish();
    let sort = match sort {
        Some(sort) => Some(sort?),
        None => None,
    };
    let query = Query { sort, ..Query::default() }.and(query?);
    Some(SavedView { name: name?, query: query.to_string() })
}
