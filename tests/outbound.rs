//! `docs/outbound.md` tells the truth: it has every kind that can be sent, and the tests that it names are there.

use guichet::domain::content::Content;
use guichet::domain::interactive::Touch;
use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of the tables below a heading: the first cell and the last.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    let part = page.split("\n## ").find(|part| part.starts_with(heading)).expect("the heading");
    let rows = part.lines().filter(|line| line.contains(".rs` `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0], cells[cells.len() - 1])
    })
    .collect()
}

/// serde names every variant that it knows when it is asked for one that it does not.
fn variants<T: serde::de::DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#"{"?":1}"#).err().expect("unknown").to_string();
    quoted(&error).into_iter().skip(1).map(str::to_owned).collect()
}

#[test]
fn every_kind_has_its_row() {
    let mut known = variants::<Content>();
    assert!(known.remove("interactive") && known.len() > 4, "{known:?}");
    known.extend(variants::<Touch>());
    let page = read("docs/outbound.md");
    let rows = rows(&page, "# What agents send");
    let told: BTreeSet<_> =
        rows.iter().flat_map(|(cell, _)| quoted(cell)).map(str::to_owned).collect();
    assert_eq!(told, known);
}

#[test]
fn every_test_that_is_named_is_there() {
    let page = read("docs/outbound.md");
    for heading in ["# What agents send", "Values of a template", "Limits", "Campaigns"] {
        for (cell, tests) in rows(&page, heading) {
            let named = quoted(tests);
            assert!(!named.is_empty() && named.len().is_multiple_of(2), "{cell}");
            for pair in named.chunks(2) {
                let (file, test) = (pair[0], pair[1]);
                let source = read(file);
                let at = source.find(&format!("fn {test}()"));
                let at = at.unwrap_or_else(|| panic!("{cell}: {file} has no {test}"));
                let before: Vec<_> = source[..at].lines().rev().take(2).collect();
                let marked = before.iter().any(|line| line.contains("test"));
                assert!(marked, "{file}: {test} is no test");
            }
        }
    }
}
