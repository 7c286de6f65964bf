//! What a message of ours offers to be touched: its header above the text; the small print, the buttons, the list's
//! rows, the link below.

use super::Sheet;
use super::words::Word;
use crate::console::theme::Role;
use crate::console::thread::row::Row;
use crate::domain::interactive::{File, Header, Interactive, Section, Touch};

pub(super) fn above(interactive: &Interactive, sheet: Sheet) -> Vec<Row> {
    let file = |file: &File| match file {
        File::Id(id) => id.clone(),
        File::Link(link) => link.clone(),
    };
    match &interactive.header {
        Some(Header::Text(text)) => sheet.labelled("", text, Role::Heading),
        Some(Header::Image(image)) => sheet.labelled("[image]", &file(image), Role::Text),
        Some(Header::Video(video)) => sheet.labelled("[video]", &file(video), Role::Text),
        Some(Header::Document(document)) => {
            sheet.labelled("[document]", &file(document), Role::Text)
        }
        None => Vec::new(),
    }
}

pub(super) fn below(interactive: &Interactive, sheet: Sheet) -> Vec<Row> {
    let mut made = Vec::new();
    if let Some(footer) = &interactive.footer {
        made.extend(sheet.labelled("", footer, Role::Dim));
    }
    let button = |title: &str, more: &str| {
        sheet.labelled(&format!("[{}]", crate::kit::text::one_line(title, 40)), more, Role::Text)
    };
    match &interactive.action {
        Touch::Buttons(buttons) => {
            made.extend(buttons.iter().flat_map(|one| button(&one.title, "")));
        }
        Touch::List { button: opens, sections } => {
            made.extend(button(opens, ""));
            made.extend(sections.iter().flat_map(|one| section(one, sheet)));
        }
        Touch::Link { title, url } => made.extend(button(title, url)),
        Touch::Flow { id, title, .. } => made.extend(button(title, id)),
        Touch::LocationRequest => made.extend(button(sheet.say(Word::AsksPlace), "")),
        Touch::ContactRequest => made.extend(button(sheet.say(Word::AsksNumber), "")),
    }
    made
}

fn section(section: &Section, sheet: Sheet) -> Vec<Row> {
    let title = section.title.iter().flat_map(|title| sheet.labelled("", title, Role::Heading));
    let mut made: Vec<_> = title.collect();
    for row in &section.rows {
        let small = row.description.as_deref().map(|small| format!(": {small}"));
        let told = format!("{}{}", row.title, small.unwrap_or_default());
        made.extend(sheet.labelled(sheet.glyph("•", "-"), &told, Role::Text));
    }
    made
}
