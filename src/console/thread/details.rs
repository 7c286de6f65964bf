//! What a message holds beyond its text, as rows: where it came from above it; place, cards, order and answers
//! below. For people at a terminal: the console draws the rows, the command line prints them.

#[cfg(test)]
mod tests;
mod touch;
pub(super) mod words;

use super::block::{apart, shortened};
use super::row::{Row, links, rows};
use crate::console::canvas::width;
use crate::console::language::{Language, fill};
use crate::console::theme::Role;
use crate::domain::details::{Address, Answer, Card, Details, Location, Order, Referral, money};
use crate::kit::text::one_line;
use crate::wire::EntryView;
use words::Word;

/// Characters of one value at most; clients that want all of it read the JSON.
const VALUE: usize = 1_000;
/// A table's column of names is never narrower.
const NARROWEST: usize = 8;
/// Characters of an amount at most.
const MONEY: usize = 40;

/// How rows are made.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// The language of the interface.
    pub language: Language,
    /// Whether glyphs beyond ASCII are drawn.
    pub unicode: bool,
    /// Cells of a row.
    pub cells: usize,
}

impl Sheet {
    fn glyph(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    fn say(self, word: Word) -> &'static str {
        word.say(self.language)
    }

    /// A text with what it is before it, or without where that is empty.
    fn labelled(self, label: &str, text: &str, role: Role) -> Vec<Row> {
        let text = one_line(text, VALUE);
        let whole = if label.is_empty() { text } else { format!("{label} {text}") };
        let mut parts = vec![(0..label.len(), Role::Dim)];
        parts.extend(links(&whole).into_iter().map(|link| (link, Role::Link)));
        rows(&whole, role, &apart(parts), self.cells)
    }
}

/// What stands above the text: who of a group wrote it, that it was forwarded, which advertisement or product it is about.
pub fn above(entry: &EntryView, sheet: Sheet) -> Vec<Row> {
    let Details { member, referral, product, often_forwarded, .. } = &entry.details;
    let mut made = Vec::new();
    if let Some(member) = member {
        made.extend(sheet.labelled(sheet.say(Word::From), &member.known_as(), Role::Quote));
    }
    if entry.forwarded || *often_forwarded {
        let word = if *often_forwarded { Word::OftenForwarded } else { Word::Forwarded };
        let arrow = sheet.glyph("↪", "->");
        made.push(Row::of(Role::Dim, format!("{arrow} {}", sheet.say(word))));
    }
    if let Some(from) = referral {
        made.extend(referred(from, sheet));
    }
    if let Some(interactive) = &entry.details.interactive {
        made.extend(touch::above(interactive, sheet));
    }
    if let Some(id) = product.as_ref().and_then(|product| product.product.as_deref()) {
        made.extend(sheet.labelled(sheet.say(Word::Product), id, Role::Quote));
    }
    made
}

fn referred(from: &Referral, sheet: Sheet) -> Vec<Row> {
    let word = match from.source.as_deref() {
        Some("post") => Word::Post,
        _ => Word::Ad,
    };
    let told = [&from.headline, &from.body].into_iter().flatten().map(String::as_str);
    let told = told.collect::<Vec<_>>().join(": ");
    let mut made = sheet.labelled(sheet.say(word), &told, Role::Quote);
    if let Some(url) = &from.url {
        made.extend(sheet.labelled("", url, Role::Quote));
    }
    if let (Some(media), Some(url)) = (&from.media, &from.media_url) {
        made.extend(sheet.labelled(&one_line(media, 20), url, Role::Quote));
    }
    made
}

/// What stands below the text.
pub fn below(entry: &EntryView, sheet: Sheet) -> Vec<Row> {
    let details = &entry.details;
    let mut made = Vec::new();
    if let Some(location) = &details.location {
        made.extend(place(location, &entry.text, sheet));
    }
    if let Some(interactive) = &details.interactive {
        made.extend(touch::below(interactive, sheet));
    }
    made.extend(details.cards.iter().flat_map(|card| contact(card, sheet)));
    if let Some(small) = details.choice.as_ref().and_then(|choice| choice.description.as_deref()) {
        made.extend(sheet.labelled("", small, Role::Dim));
    }
    made.extend(details.answers.iter().flat_map(|answer| filled_in(answer, sheet)));
    if let Some(order) = &details.order {
        made.extend(table(order, sheet));
    }
    if let Some(change) = &details.change
        && let Some(to) = &change.to
    {
        let from = change.from.as_deref().unwrap_or("?");
        let arrow = sheet.glyph("→", "->");
        made.extend(sheet.labelled("", &format!("{from} {arrow} {to}"), Role::Text));
    }
    if details.left_out > 0 {
        let more = fill(sheet.say(Word::More), &[&details.left_out.to_string()]);
        made.extend(sheet.labelled(&more, "", Role::Dim));
    }
    if let Some(fault) = &details.fault {
        made.extend(sheet.labelled("", &format!("{}: {}", fault.code, fault.title), Role::Warning));
    }
    made
}

fn place(place: &Location, said: &str, sheet: Sheet) -> Vec<Row> {
    let address = place.address.as_deref().filter(|address| *address != said);
    let mut made: Vec<_> =
        address.map(|address| sheet.labelled("", address, Role::Text)).unwrap_or_default();
    made.extend(sheet.labelled("", &place.coordinates(), Role::Dim));
    if let Some(map) = place.map() {
        made.extend(sheet.labelled("", &map, Role::Text));
    }
    if let Some(url) = &place.url {
        made.extend(sheet.labelled("", url, Role::Text));
    }
    made
}

/// A card on one line.
fn contact(card: &Card, sheet: Sheet) -> Vec<Row> {
    let name = card.name.as_deref().unwrap_or_else(|| sheet.say(Word::NoName));
    let values = [name].into_iter().chain(card.phones.iter().map(String::as_str));
    let values = values.chain(card.emails.iter().map(String::as_str));
    let works = [&card.title, &card.department, &card.company].into_iter().flatten();
    let values = values.chain(works.map(String::as_str));
    let values = values.chain(card.urls.iter().map(String::as_str));
    let place = |of: &Address| {
        of.parts().into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let places: Vec<_> = card.addresses.iter().map(place).collect();
    let values = values.chain(places.iter().map(String::as_str).filter(|place| !place.is_empty()));
    let values: Vec<_> = values.chain(card.birthday.as_deref()).collect();
    let between = sheet.glyph(" · ", ", ");
    sheet.labelled(sheet.glyph("•", "-"), &values.join(between), Role::Text)
}

fn filled_in(answer: &Answer, sheet: Sheet) -> Vec<Row> {
    let name = one_line(&answer.name, 80);
    let label = if name.is_empty() { name } else { format!("{name}:") };
    sheet.labelled(&label, &answer.value, Role::Text)
}

/// What was ordered: how many, what, the price of one where there is room for it, the price of all.
fn table(order: &Order, sheet: Sheet) -> Vec<Row> {
    struct Line {
        count: String,
        name: String,
        each: String,
        all: String,
    }
    let priced = |price: Option<f64>, currency: Option<&str>| {
        price.map(|price| one_line(&money(price, currency), MONEY)).unwrap_or_default()
    };
    let said = |odd: &Option<String>| odd.as_ref().map(|odd| one_line(odd, MONEY));
    let lines: Vec<_> = order
        .items
        .iter()
        .map(|item| {
            let count = said(&item.odd_quantity).unwrap_or_else(|| item.quantity.to_string());
            let currency = item.currency.as_deref();
            Line {
                count: format!("{count} {}", sheet.glyph("×", "x")),
                name: one_line(&item.product, 80),
                each: said(&item.odd_price).unwrap_or_else(|| priced(item.price, currency)),
                all: priced(item.cost(), currency),
            }
        })
        .collect();
    let sums = order.sums.iter();
    let sums: Vec<_> = sums.map(|sum| priced(Some(sum.amount), sum.currency.as_deref())).collect();
    let widest = |of: &dyn Fn(&Line) -> &str| lines.iter().map(|line| width(of(line))).max();
    let count = widest(&|line| &line.count).unwrap_or(0);
    let each = widest(&|line| &line.each).unwrap_or(0);
    let all = widest(&|line| &line.all).unwrap_or(0);
    let all = sums.iter().map(|sum| width(sum)).max().unwrap_or(0).max(all);
    let name = widest(&|line| &line.name).unwrap_or(0).max(width(sheet.say(Word::Sum)));
    let left = |each: usize| sheet.cells.saturating_sub(count + 1 + each + 2 + all);
    let roomy = left(each + 2) >= name.min(NARROWEST * 2);
    let each = if roomy { each } else { 0 };
    let name = name.min(left(if roomy { each + 2 } else { 0 })).max(NARROWEST);
    let mut made: Vec<_> = lines
        .iter()
        .map(|line| {
            let named = shortened(&line.name, name, sheet.unicode);
            let mut pieces = vec![
                (Role::Text, padded(&line.count, count, true)),
                (Role::Text, format!(" {}", padded(&named, name, false))),
            ];
            if each > 0 {
                pieces.push((Role::Dim, format!("  {}", padded(&line.each, each, true))));
            }
            if all > 0 {
                pieces.push((Role::Text, format!("  {}", padded(&line.all, all, true))));
            }
            Row { pieces, ..Row::default() }
        })
        .collect();
    let before = count + 1 + name + if each > 0 { each + 2 } else { 0 };
    made.extend(sums.iter().enumerate().map(|(nth, sum)| {
        let word = if nth == 0 { sheet.say(Word::Sum) } else { "" };
        let word = format!("{}{}", " ".repeat(count + 1), word);
        let pieces = vec![
            (Role::Dim, padded(&word, before, false)),
            (Role::Heading, format!("  {}", padded(sum, all, true))),
        ];
        Row { pieces, ..Row::default() }
    }));
    made
}

/// A text with blanks before it or after it, to so many cells.
fn padded(text: &str, cells: usize, before: bool) -> String {
    let blanks = " ".repeat(cells.saturating_sub(width(text)));
    if before { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}
