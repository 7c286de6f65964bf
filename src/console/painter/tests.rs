//! A terminal that is fed with the bytes shows the picture.

use super::*;
use crate::console::preview::{HOLE, place};
use crate::kit::text::is_hostile;
use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

/// A terminal of another's make, to hold the painter's bytes against.
///
/// It knows no pictures. Of one that is drawn where its cursor stands it is given the marks of the cells, which text
/// writes over as it does over pictures; of sixels it shows nothing.
pub(crate) struct Terminal {
    other: vt100::Parser,
    /// Whether it was given sixels.
    sixels: bool,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Terminal")
    }
}

impl Terminal {
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        Self { other: vt100::Parser::new(rows.max(1), columns.max(1), 0), sixels: false }
    }

    fn take(&mut self, mut text: &str) {
        self.sixels |= text.contains("\x1bP");
        while let Some((before, rest)) = text.split_once("\x1b]1337;File=") {
            self.other.process(before.as_bytes());
            let (picture, after) = rest.split_once('\x07').expect("whole");
            let said = |name| {
                let value = picture.split([';', ':']).find_map(|part| part.strip_prefix(name));
                value.and_then(|value| value.parse::<u16>().ok()).expect("a number")
            };
            let (columns, high) = (usize::from(said("width=")), said("height="));
            let (y, x) = self.other.screen().cursor_position();
            for row in 0..high {
                let marks = (0..columns).filter_map(|column| place(HOLE, row.into(), column));
                let marks: String = marks.collect();
                self.other.process(format!("\x1b[{};{}H{marks}", y + row + 1, x + 1).as_bytes());
            }
            text = after;
        }
        self.other.process(text.as_bytes());
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.other.screen_mut().set_size(rows.max(1), columns.max(1));
    }

    /// Takes bytes, and holds what it shows then against the picture.
    #[track_caller]
    pub(crate) fn show(&mut self, bytes: &[u8], painter: &Painter) {
        self.take(&understood(bytes));
        let picture = painter.shown();
        for (y, row) in rows(picture).enumerate() {
            let doubtful = row.iter().any(|cell| glyph::doubtful(cell.symbol()).is_some());
            for (x, cell) in row.iter().enumerate().filter(|_| !cell_is_nothing(picture)) {
                let near = x.saturating_sub(16)..=x;
                if doubtful && row[near].iter().any(|cell| glyph::doubtful(cell.symbol()).is_some())
                {
                    continue;
                }
                // The other terminal keeps no more of a glyph.
                if cell.symbol().len() > 17 {
                    continue;
                }
                let shown = self.other.screen().cell(y as u16, x as u16).expect("inside");
                if inlay::hole(cell) {
                    let over = if self.sixels { "" } else { cell.symbol() };
                    assert_eq!(shown.contents().trim(), over, "the picture at {x},{y}");
                    continue;
                }
                let expected = looks_of(cell);
                let found = looks_of_shown(shown);
                assert_eq!(found, expected, "at {x},{y} of\n{}", self.other.screen().contents());
            }
        }
        let cursor = painter.cursor().filter(|_| !cell_is_nothing(picture));
        assert_eq!(self.other.screen().hide_cursor(), cursor.is_none());
        if let Some(Position { x, y }) = cursor {
            assert_eq!(self.other.screen().cursor_position(), (y, x), "the cursor");
        }
    }
}

fn cell_is_nothing(picture: &Buffer) -> bool {
    picture.area.is_empty()
}

/// The bytes in words that the other terminal knows: it does not show U+FFFD.
fn understood(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).expect("text");
    text.replace('\u{fffd}', "\u{bf}")
}

type Looks = (String, String, String, [bool; 5]);

fn looks(text: &str, fg: String, bg: String, on: [bool; 5]) -> Looks {
    let blank = text == " " && !on[3] && !on[4];
    if blank { (" ".into(), String::new(), bg, [false; 5]) } else { (text.into(), fg, bg, on) }
}

fn looks_of(cell: &Cell) -> Looks {
    let name = |colour: Color| match (colour, pen::index(colour)) {
        (Color::Rgb(r, g, b), _) => format!("{r},{g},{b}"),
        (_, Some(index)) => index.to_string(),
        (_, None) => "-".to_owned(),
    };
    let on = |modifier| cell.modifier.contains(modifier);
    let on = [
        on(Modifier::BOLD),
        on(Modifier::DIM),
        on(Modifier::ITALIC),
        on(Modifier::UNDERLINED),
        on(Modifier::REVERSED),
    ];
    // The other terminal knows one intensity only.
    let on = [on[0] || on[1], false, on[2], on[3], on[4]];
    let symbol = cell.symbol().replace('\u{fffd}', "\u{bf}");
    let (fg, bg) = (name(cell.fg), name(cell.bg));
    if symbol.is_empty() {
        (symbol, String::new(), String::new(), [false; 5])
    } else {
        looks(&symbol, fg, bg, on)
    }
}

fn looks_of_shown(cell: &vt100::Cell) -> Looks {
    if cell.is_wide_continuation() {
        return (String::new(), String::new(), String::new(), [false; 5]);
    }
    let name = |colour: vt100::Color| match colour {
        vt100::Color::Default => "-".to_owned(),
        vt100::Color::Idx(index) => index.to_string(),
        vt100::Color::Rgb(r, g, b) => format!("{r},{g},{b}"),
    };
    let text = if cell.has_contents() { cell.contents() } else { " " };
    let bold = cell.bold() || cell.dim();
    let on = [bold, false, cell.italic(), cell.underline(), cell.inverse()];
    looks(text, name(cell.fgcolor()), name(cell.bgcolor()), on)
}

fn style() -> impl Strategy<Value = Style> {
    let colour = prop_oneof![
        4 => Just(Color::Reset),
        2 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => Just(Color::Indexed(200)),
        1 => Just(Color::Rgb(1, 20, 200)),
    ];
    let modifier = prop_oneof![
        5 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::DIM),
        1 => Just(Modifier::BOLD | Modifier::UNDERLINED),
        1 => Just(Modifier::REVERSED | Modifier::ITALIC),
    ];
    (colour.clone(), colour, modifier)
        .prop_map(|(fg, bg, on)| Style::new().fg(fg).bg(bg).add_modifier(on))
}

const WORDS: [&str; 16] = [
    "a",
    "   ",
    "ciao",
    "日本",
    "e\u{301}è",
    "──────────",
    "xxxxxxxxxxxx",
    "❤\u{fe0f}",
    "👨\u{200d}👩\u{200d}👧",
    "🇮🇹",
    "ok\x1b[31m",
    "\u{9b}2J",
    "\u{202e}abc",
    "한",
    "12:05",
    "👍🏽",
];

#[derive(Clone, Debug)]
enum Step {
    Put { x: u16, y: u16, word: usize, style: Style },
    Fill { x: u16, y: u16, wide: u16, high: u16, style: Style },
    Scroll { top: u16, rows: u16, by: i16 },
    Point(Option<(u16, u16)>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..40u16, 0..12u16, 0..WORDS.len(), style())
            .prop_map(|(x, y, word, style)| Step::Put { x, y, word, style }),
        1 => (0..40u16, 0..12u16, 0..30u16, 0..6u16, style())
            .prop_map(|(x, y, wide, high, style)| Step::Fill { x, y, wide, high, style }),
        2 => (0..8u16, 2..12u16, -6..6i16).prop_map(|(top, rows, by)| Step::Scroll { top, rows, by }),
        1 => prop::option::of((0..40u16, 0..12u16)).prop_map(Step::Point),
    ]
}

/// A picture that lasts, as a model would make it.
struct Sheet {
    buffer: Buffer,
    cursor: Option<(u16, u16)>,
}

impl Sheet {
    fn take(&mut self, step: &Step) {
        let area = self.buffer.area;
        let mut canvas = Canvas::new(&mut self.buffer);
        match *step {
            Step::Put { x, y, word, style } => {
                canvas.put(x, y, 40, WORDS[word], style);
            }
            Step::Fill { x, y, wide, high, style } => {
                canvas.fill(Rect { x, y, width: wide, height: high }, style);
            }
            Step::Scroll { top, rows, by } => {
                let bottom = (top + rows).min(area.height) - 1;
                if by != 0 && bottom > top && u16::from(by.unsigned_abs() as u8) <= bottom - top {
                    let scroll = scroll::Scroll { top, bottom, up: by.into() };
                    scroll.apply(&mut self.buffer);
                }
            }
            Step::Point(at) => self.cursor = at,
        }
    }

    fn paint(&self, painter: &mut Painter) -> Vec<u8> {
        let mut bytes = Vec::new();
        let draw = |canvas: &mut Canvas<'_>| {
            canvas.stamp(&self.buffer);
            if let Some((x, y)) = self.cursor {
                canvas.point(x, y);
            }
        };
        painter.paint(self.buffer.area.width, self.buffer.area.height, draw, &mut bytes);
        bytes
    }
}

proptest! {
    #[test]
    fn the_terminal_shows_the_picture(
        frames in prop::collection::vec(prop::collection::vec(step(), 1..12), 1..12),
    ) {
        let sheet = Buffer::empty(Rect::new(0, 0, 40, 12));
        let mut sheet = Sheet { buffer: sheet, cursor: None };
        let mut painter = Painter::default();
        let mut terminal = Terminal::new(40, 12);
        for steps in frames {
            steps.iter().for_each(|step| sheet.take(step));
            let bytes = sheet.paint(&mut painter);
            terminal.show(&bytes, &painter);
            prop_assert!(sheet.paint(&mut painter).is_empty(), "the same again takes no byte");
        }
    }

    #[test]
    fn only_printable_cells_leave(symbols in prop::collection::vec(any::<String>(), 1..30)) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 12));
        for (at, symbol) in symbols.iter().enumerate() {
            buffer.content[at * 3].set_symbol(symbol);
        }
        let mut painter = Painter::default();
        let bytes = Sheet { buffer, cursor: None }.paint(&mut painter);
        held_to_the_printable(&bytes);
    }
}

/// Holds that bytes are text, moves, styles, and nothing else.
fn held_to_the_printable(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("text");
    let mut parts = text.split('\x1b');
    let plain = |part: &str| {
        let c = part.chars().find(|c| is_hostile(*c) && !matches!(c, '\r' | '\n' | '\x08'));
        assert_eq!(c, None, "{part:?}");
    };
    plain(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).expect("whole");
        assert!(
            part.starts_with('[')
                && part[1..end].chars().all(|c| c.is_ascii_digit() || matches!(c, ';' | '?'))
                && "ABCDGHJKSTbdhlmr".contains(&part[end..=end]),
            "{part:?}"
        );
        plain(&part[end + 1..]);
    }
}

#[test]
fn hostile_symbols_are_replaced() {
    for symbol in [
        "\x1b[2J",
        "\u{9b}31m",
        "\u{202e}",
        "\x07",
        "ab",
        "\n",
        "\t",
        "\u{200b}",
        "",
        "a\u{301}\u{1b}",
    ] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        buffer.content[1].set_symbol(symbol);
        let mut painter = Painter::default();
        held_to_the_printable(&Sheet { buffer, cursor: None }.paint(&mut painter));
        assert!(matches!(painter.shown().content[1].symbol(), " " | "\u{fffd}"), "{symbol:?}");
    }
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
    buffer.content[1].set_symbol(&format!("e{}", "\u{301}".repeat(2_000)));
    let mut painter = Painter::default();
    assert!(Sheet { buffer, cursor: None }.paint(&mut painter).len() < 100);
}

/// A list such as the inbox: 160x48, a pane at the left that stands still.
fn list(first: usize, cursor: usize) -> Sheet {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 160, 48));
    let mut canvas = Canvas::new(&mut buffer);
    let dim = Style::new().fg(Color::Indexed(244));
    canvas.fill(Rect::new(0, 0, 160, 1), Style::new().add_modifier(Modifier::REVERSED));
    canvas.put(0, 0, 60, " Guichet  ada  inbox", Style::new().add_modifier(Modifier::REVERSED));
    canvas.put_right(160, 0, 40, "online 09:00 ", Style::new().add_modifier(Modifier::REVERSED));
    for (y, view) in
        ["mine", "unassigned", "my queues", "all", "waiting", "breaching", "snoozed", "solved"]
            .iter()
            .enumerate()
    {
        canvas.put(1, y as u16 + 1, 18, view, Style::new());
        canvas.put_right(19, y as u16 + 1, 6, &(y * 37).to_string(), dim);
    }
    for row in 0..46u16 {
        let ticket = first + usize::from(row);
        let y = row + 1;
        let here = ticket == cursor;
        let mark = if here { "▌" } else { " " };
        let style = if here { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        canvas.put(21, y, 1, mark, Style::new().fg(Color::Yellow));
        canvas.put(22, y, 8, &format!("#{:<6}", 10_000 + ticket * 7), style);
        canvas.put(31, y, 22, ["Ana Souza", "Giulia Bianchi", "José", "山田"][ticket % 4], style);
        canvas.put(54, y, 10, ["support", "sales"][ticket % 2], dim);
        let preview = format!("my order {} has not come yet, can you look?", ticket * 131);
        canvas.clip(66, y, 60, &preview, Style::new());
        canvas.put(128, y, 12, "● 3h07", Style::new().fg(Color::Green));
        canvas.put(142, y, 12, "▲ 12:05", Style::new().fg(Color::Indexed(214)));
    }
    canvas.put(0, 47, 160, "j down  k up  enter open  a take  ? more", dim);
    Sheet { buffer, cursor: None }
}

#[test]
fn a_key_in_a_list_takes_few_bytes() {
    let mut painter = Painter::default();
    let mut terminal = Terminal::new(160, 48);
    let mut bytes = |sheet: Sheet| {
        let bytes = sheet.paint(&mut painter);
        terminal.show(&bytes, &painter);
        bytes.len()
    };
    let whole = bytes(list(0, 0));
    let line = bytes(list(0, 1));
    let edge = bytes(list(1, 2));
    let page = bytes(list(40, 41));
    let back = bytes(list(0, 1));
    println!("whole {whole}, line {line}, edge {edge}, page {page}, page back {back}");
    assert!(line <= 120 && edge <= 700 && page <= 5_000 && back <= 5_000);
}

#[test]
fn typing_takes_a_few_bytes() {
    let mut painter = Painter::default();
    let mut sheet = list(0, 0);
    let mut most = 0;
    for (at, c) in "good morning, your order".chars().enumerate() {
        let mut canvas = Canvas::new(&mut sheet.buffer);
        canvas.put(40 + at as u16, 44, 1, &c.to_string(), Style::new());
        canvas.put_right(150, 46, 8, &format!("{}/4096", at + 1), Style::new());
        sheet.cursor = Some((41 + at as u16, 44));
        let bytes = sheet.paint(&mut painter);
        most = most.max(if at == 0 { 0 } else { bytes.len() });
    }
    println!("typing: at most {most}");
    assert!(most <= 60);
}
