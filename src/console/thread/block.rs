//! One entry of a thread as rows.

use super::day::clock;
use super::details;
use super::event;
use super::failure;
use super::format;
use super::kind;
use super::look::Look;
use super::row::{Piece, Row, formatted, links, rows};
use super::tick::tick;
use super::words::{self, Word, own};
use crate::console::canvas::{grapheme_width, width};
use crate::console::language::{Language, fill};
use crate::console::preview::Size;
use crate::console::theme::Role;
use crate::kit::text::one_line;
use crate::wire::{Direction, EntryKind, EntryView, ErrorView, QuoteView};
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// What an entry is drawn with because of what stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Another day begins.
    pub day: Option<Date>,
    /// What is new begins.
    pub new: bool,
    /// Another sender, or a while later: his name and the time are said.
    pub head: bool,
}

/// One entry as rows. The rules before it come first.
#[derive(Clone, Debug)]
pub struct Block {
    /// What stands before it.
    pub before: Before,
    /// Its rows, without the rules.
    pub rows: Vec<Row>,
    /// The first of those that are kept free for its picture, and the cells that this takes.
    pub picture: Option<(usize, Size)>,
}

impl Block {
    /// Makes the rows of an entry, with room for its picture.
    pub fn build(entry: &EntryView, before: Before, room: Option<Size>, look: &Look) -> Self {
        let mut picture = None;
        let rows = match entry.kind {
            EntryKind::Event => vec![happened(entry, look)],
            EntryKind::Note => note(entry, look),
            EntryKind::Message => message(entry, before.head, room, &mut picture, look),
        };
        Self { before, rows, picture }
    }

    /// The cells that its picture takes.
    pub fn size(&self) -> Option<Size> {
        self.picture.map(|(_, size)| size)
    }

    /// Which row of its picture one of its rows is, and the cells that the picture takes.
    pub fn picture_row(&self, row: usize) -> Option<(usize, Size)> {
        let (first, size) = self.picture?;
        let nth = row.checked_sub(first)?;
        (nth < usize::from(size.rows)).then_some((nth, size))
    }

    /// Rows of rules before it.
    pub fn rules(&self) -> usize {
        usize::from(self.before.day.is_some()) + usize::from(self.before.new)
    }

    /// Rows that come and go with what stands before it.
    pub fn lead(&self) -> usize {
        self.rules() + usize::from(self.before.head)
    }

    /// All its rows.
    pub fn height(&self) -> usize {
        self.rules() + self.rows.len()
    }
}

fn happened(entry: &EntryView, look: &Look) -> Row {
    let dot = if look.unicode { "·" } else { "-" };
    let words = one_line(&event::in_words(&entry.text, look), 400);
    Row::of(Role::Event, format!("{dot} {} {words}", clock(entry.at, &look.zone)))
}

fn note(entry: &EntryView, look: &Look) -> Vec<Row> {
    let mut made = vec![Row {
        pieces: vec![
            (Role::Note, format!("{} ", Word::Note.say(look.language))),
            sender(entry, look),
            (Role::Dim, format!("  {}", clock(entry.at, &look.zone))),
        ],
        ..Row::default()
    }];
    let text = plain(&entry.text);
    let mut parts = Vec::new();
    for name in &entry.mentions {
        let role = if *name == look.me { Role::Match } else { Role::SenderAgent };
        let called = format!("@{name}");
        parts.extend(text.match_indices(&called).map(|(at, found)| (at..at + found.len(), role)));
    }
    made.extend(rows(&text, Role::Note, &apart(parts), look.cells().saturating_sub(1)));
    made.extend(rest(entry, look));
    made.iter_mut().for_each(|row| row.bar = true);
    made
}

fn message(
    entry: &EntryView,
    head: bool,
    room: Option<Size>,
    picture: &mut Option<(usize, Size)>,
    look: &Look,
) -> Vec<Row> {
    let mut made = Vec::new();
    if head {
        let mut pieces =
            vec![sender(entry, look), (Role::Dim, format!("  {}", clock(entry.at, &look.zone)))];
        if let Some(word) = words::source(entry) {
            pieces.push((Role::Dim, format!("  {}", word.say(look.language))));
        }
        if entry.late {
            pieces.push((Role::Warning, format!("  {}", Word::Late.say(look.language))));
        }
        made.push(Row { pieces, ..Row::default() });
    }
    match entry.kind_word.as_str() {
        _ if entry.deleted_at.is_some() => {
            let said = fill(Word::Deleted.say(look.language), &[&called(&entry.author, look)]);
            made.extend(rows(&format!("[{said}]"), Role::Dim, &[], look.cells()));
        }
        "reaction" | "revoke" => made.push(about(entry, look)),
        _ => {
            made.extend(details::above(entry, look.sheet()));
            if let Some(quoted) = quote(entry, look) {
                made.push(quoted);
            }
            if let Some(size) = room {
                *picture = Some((made.len(), size));
                made.resize(made.len() + usize::from(size.rows), Row::default());
            }
            made.extend(body(entry, look));
            made.extend(details::below(entry, look.sheet()));
            made.extend(rest(entry, look));
            made.extend(marks(entry, look));
        }
    }
    if let Some(status) = entry.status.as_deref() {
        settle(entry, status, look, &mut made);
    }
    made
}

/// The text with what it is.
fn body(entry: &EntryView, look: &Look) -> Vec<Row> {
    let words = plain(&kind::says(entry, look.language));
    let (mut faces, long) = (format::faces(&words), words.len());
    let label = kind::label(entry, look.language);
    let (text, mut parts) = match label {
        Some(label) if words.is_empty() => {
            let end = label.len();
            (label, vec![(0..end, Role::Dim)])
        }
        Some(label) => {
            let end = label.len();
            (format!("{label} {words}"), vec![(0..end, Role::Dim)])
        }
        None => (words, Vec::new()),
    };
    let from = text.len() - long;
    for (range, _) in &mut faces {
        *range = range.start + from..range.end + from;
    }
    parts.extend(links(&text).into_iter().map(|link| (link, Role::Link)));
    formatted(&text, Role::Text, &apart(parts), &faces, look.cells())
}

/// That there is more of it than a console gets, and where.
fn rest(entry: &EntryView, look: &Look) -> Vec<Row> {
    let Some(whole) = entry.cut else { return Vec::new() };
    let ticket = entry.ticket.map_or_else(|| "NUMBER".to_owned(), |ticket| ticket.to_string());
    let said = fill(Word::InAll.say(look.language), &[&kind::size(whole), &ticket]);
    let dots = if look.unicode { "…" } else { "..." };
    rows(&format!("{dots} {said}"), Role::Dim, &[], look.cells().saturating_sub(1))
}

/// That it was edited, and who reacted with what.
fn marks(entry: &EntryView, look: &Look) -> Vec<Row> {
    let edited = entry.edited_at.map(|_| Word::Edit.say(look.language).to_owned());
    let reactions = entry.reactions.iter().map(|reaction| {
        format!("{} {}", one_line(&reaction.emoji, 20), called(&reaction.author, look))
    });
    let marks: Vec<_> = edited.into_iter().chain(reactions).collect();
    if marks.is_empty() {
        return Vec::new();
    }
    rows(&marks.join("  "), Role::Dim, &[], look.cells())
}

/// A message that is only about another one.
fn about(entry: &EntryView, look: &Look) -> Row {
    let language = look.language;
    let words = one_line(kind::text(entry), 40);
    let said = match (entry.kind_word.as_str(), words.is_empty()) {
        ("revoke", _) => format!("[{}]", Word::Revoke.say(language)),
        (_, true) => format!("[{}]", Word::ReactionGone.say(language)),
        (_, false) => format!("{words} {}", Word::Reacted.say(language)),
    };
    let of = match &entry.quote {
        Some(quote) => one_line(&quoted(quote, language), 120),
        None => Word::EarlierMessage.say(language).to_owned(),
    };
    let cells = look.cells();
    let said = shortened(&said, cells, look.unicode);
    let rest = cells.saturating_sub(width(&said) + 1);
    let of = shortened(&of, rest, look.unicode);
    Row { pieces: vec![(Role::Dim, format!("{said} ")), (Role::Quote, of)], ..Row::default() }
}

fn quote(entry: &EntryView, look: &Look) -> Option<Row> {
    entry.reply_to.as_ref()?;
    let bar = if look.unicode { "▏" } else { ">" };
    let text = match &entry.quote {
        Some(quote) => {
            format!("{bar}{}: {}", called(&quote.author, look), quoted(quote, look.language))
        }
        None => format!("{bar}{}", Word::EarlierMessage.say(look.language)),
    };
    Some(Row::of(Role::Quote, shortened(&one_line(&text, 400), look.cells(), look.unicode)))
}

/// What a message said that another one is about.
fn quoted(quote: &QuoteView, language: Language) -> Cow<'_, str> {
    kind::brief(&quote.kind_word, &quote.text, language)
}

/// How far it has come, at the right end; what is the matter and what can be done, below.
fn settle(entry: &EntryView, status: &str, look: &Look, made: &mut Vec<Row>) {
    let (glyph, role, word) = tick(status, look.unicode);
    let mut text = glyph.to_owned();
    let always =
        matches!(status, "read" | "failed" | "cancelled" | "unconfirmed" | "played" | "held");
    if look.columns >= 60 || (always && look.columns >= 34 && status != "unconfirmed") {
        text = format!("{text} {}", word.say(look.language));
        let told = entry.statuses.iter().rev().find(|told| told.status == status);
        if let Some(told) = told.filter(|_| look.columns >= 72) {
            text = format!("{text} {}", clock(told.at, &look.zone));
        }
    }
    let fits = made.last().is_some_and(|row| row.width() + width(&text) + 2 <= look.cells());
    if !fits {
        made.push(Row::default());
    }
    if let Some(row) = made.last_mut() {
        row.right = Some((role, text));
    }
    match status {
        "failed" => {
            match &entry.error {
                Some(error) => made.extend(trouble(error, failure::say, (glyph, role), look)),
                None => {
                    let why = format!("{glyph} {}", word.say(look.language));
                    made.extend(rows(&why, role, &[], look.cells()));
                }
            }
            // What was sent elsewhere is sent again there.
            if !matches!(entry.author.as_str(), "phone" | "platform") {
                made.extend(choices(&[(0, Word::SendAgain)], look));
            }
        }
        "queued" | "attempting" => {
            let error = entry.error.iter();
            made.extend(
                error.flat_map(|error| trouble(error, failure::waits, (glyph, role), look)),
            );
        }
        "unconfirmed" => {
            let ask = format!("{glyph} {}:", Word::NotKnown.say(look.language));
            made.extend(rows(&ask, role, &[], look.cells()));
            let all = [(2, Word::ItArrived), (0, Word::SendAgain), (1, Word::GiveUp)];
            made.extend(choices(&all, look));
        }
        _ => {}
    }
}

/// Why the platform did not take it, and what it says of that itself.
fn trouble(
    error: &ErrorView,
    say: fn(&ErrorView, Language) -> String,
    (glyph, role): (&str, Role),
    look: &Look,
) -> Vec<Row> {
    let why = format!("{glyph} {}: {}", error.code, say(error, look.language));
    let mut made = rows(plain(&why).trim_end(), role, &[], look.cells());
    if let Some(told) = failure::told(error, look.language) {
        made.extend(rows(&one_line(&told, 600), Role::Hint, &[], look.cells()));
    }
    made
}

/// Keys and what they do, on as few rows as they need.
fn choices(of: &[(usize, Word)], look: &Look) -> Vec<Row> {
    let mut made: Vec<Row> = Vec::new();
    for (key, word) in of {
        let key = (Role::HintKey, look.keys[*key].clone());
        let does = (Role::Hint, format!(" {}  ", word.say(look.language)));
        let takes = width(&key.1) + width(&does.1);
        match made.last_mut().filter(|row| row.width() + takes <= look.cells() + 2) {
            Some(row) => row.pieces.extend([key, does]),
            None => {
                made.push(Row {
                    pieces: vec![(Role::Hint, "  ".into()), key, does],
                    ..Row::default()
                });
            }
        }
    }
    made
}

fn sender(entry: &EntryView, look: &Look) -> Piece {
    let author = entry.author.as_str();
    let role = match author {
        _ if author == look.me => Role::SenderMe,
        "customer" => Role::SenderCustomer,
        "bot" | "system" | "relay" | "phone" | "platform" | "survey" => Role::SenderMachine,
        _ if entry.direction == Some(Direction::In) => Role::SenderCustomer,
        _ => Role::SenderAgent,
    };
    (role, called(author, look))
}

/// What an author is called.
pub fn called(author: &str, look: &Look) -> String {
    let language = look.language;
    let word = match author {
        "customer" => return one_line(&look.customer, 60),
        "bot" => Word::Bot,
        "system" | "relay" => Word::Desk,
        "phone" => Word::Phone,
        "platform" => Word::Agent,
        "survey" => Word::Survey,
        _ if author == look.me => return own(author, language),
        _ => return one_line(author, 60),
    };
    word.say(language).to_owned()
}

/// A text without what only ends lines.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Parts in order, without those that overlap an earlier one.
pub(super) fn apart(mut parts: Vec<(Range<usize>, Role)>) -> Vec<(Range<usize>, Role)> {
    parts.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut end = 0;
    parts.retain(|(range, _)| {
        let free = range.start >= end;
        if free {
            end = range.end;
        }
        free
    });
    parts
}

/// As much of a text as fits, with an ellipsis where something is left out.
pub fn shortened(text: &str, cells: usize, unicode: bool) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let (mark, takes) = if unicode { ("…", 1) } else { ("~", 1) };
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = grapheme_width(grapheme);
        if used + wide + takes > cells {
            break;
        }
        used += wide;
        end = at + grapheme.len();
    }
    if cells == 0 { String::new() } else { format!("{}{mark}", &text[..end]) }
}
