//! What a terminal sends, taken apart: keys, paste, mouse, focus. Pure, so that every byte string can be tried.
//!
//! Understood are the forms of xterm (`CSI 1;5A`, `CSI 27;5;13~`, SS3), the keys of kitty's protocol (`CSI 13;2u`),
//! SGR mouse reports, bracketed paste and focus reports. Whatever else comes, answers to questions of others as
//! well, is passed over whole.

use crate::console::key::{Code, Key};
use crate::console::msg::{Mouse, MouseKind, Msg};

/// A paste longer than this is cut, in bytes.
const PASTE_MOST: usize = 4 << 20;

/// A sequence longer than this is none.
const SEQUENCE_MOST: usize = 64;

const PASTE_END: &[u8] = b"\x1b[201~";

/// Takes apart what comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    waiting: Vec<u8>,
    pasting: bool,
    pasted: Vec<u8>,
}

/// What the front of the bytes is.
enum Front {
    /// So many bytes that say this.
    Told(usize, Option<Msg>),
    /// A paste begins after so many bytes.
    Paste(usize),
    /// More is needed to tell.
    Short,
}

impl Decoder {
    /// Takes bytes; `tell` gets what they say.
    pub(super) fn feed(&mut self, bytes: &[u8], tell: &mut impl FnMut(Msg)) {
        self.waiting.extend_from_slice(bytes);
        let mut at = 0;
        loop {
            if self.pasting {
                let rest = &self.waiting[at..];
                let Some(end) = find(rest, PASTE_END) else {
                    // An end may have come in part.
                    let kept = partial(rest, PASTE_END);
                    let whole = rest.len() - kept;
                    self.pasted.extend_from_slice(&rest[..whole]);
                    self.pasted.truncate(PASTE_MOST);
                    at += whole;
                    break;
                };
                self.pasted.extend_from_slice(&rest[..end]);
                self.pasted.truncate(PASTE_MOST);
                at += end + PASTE_END.len();
                self.pasting = false;
                let text = String::from_utf8_lossy(&std::mem::take(&mut self.pasted)).into_owned();
                tell(Msg::Paste(text.replace("\r\n", "\n").replace('\r', "\n")));
                continue;
            }
            match front(&self.waiting[at..]) {
                Front::Told(length, told) => {
                    at += length;
                    told.into_iter().for_each(&mut *tell);
                }
                Front::Paste(length) => {
                    at += length;
                    self.pasting = true;
                }
                Front::Short => break,
            }
        }
        self.waiting.drain(..at);
    }

    /// Whether something has begun that time may end: a lone escape is the key.
    pub(super) fn is_waiting(&self) -> bool {
        !self.pasting && !self.waiting.is_empty()
    }

    /// Nothing more came for a while: what has begun is taken for what it is by itself.
    pub(super) fn rest(&mut self, tell: &mut impl FnMut(Msg)) {
        if !self.is_waiting() {
            return;
        }
        match std::mem::take(&mut self.waiting).as_slice() {
            [0x1b, b @ (b'[' | b'O')] => tell(Msg::Key(alt(byte_key(*b)))),
            [0x1b, ..] => tell(Msg::Key(Key::plain(Code::Esc))),
            _ => {}
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == wanted[0]) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// How many bytes at the end may be the begin of `wanted`.
fn partial(bytes: &[u8], wanted: &[u8]) -> usize {
    (1..wanted.len().min(bytes.len() + 1))
        .rev()
        .find(|length| bytes.ends_with(&wanted[..*length]))
        .unwrap_or(0)
}

fn front(bytes: &[u8]) -> Front {
    match bytes {
        [] => Front::Short,
        [0x1b] => Front::Short,
        [0x1b, b'[', ..] => sequence(bytes),
        [0x1b, b'O', rest @ ..] => match rest {
            [] => Front::Short,
            [letter, ..] => {
                let code = match letter {
                    b'P'..=b'S' => Some(Code::F(letter - b'P' + 1)),
                    b'M' => Some(Code::Enter),
                    _ => letter_code(*letter),
                };
                Front::Told(3, code.map(|code| Msg::Key(Key::plain(code))))
            }
        },
        // Answers to questions: OSC, DCS, APC, PM. They end with BEL or ST.
        [0x1b, b']' | b'P' | b'_' | b'^' | b'X', rest @ ..] => answer(rest, bytes.len()),
        [0x1b, 0x1b, ..] => Front::Told(1, Some(Msg::Key(Key::plain(Code::Esc)))),
        [0x1b, rest @ ..] => match character(rest) {
            Character::Key(length, key) => Front::Told(length + 1, Some(Msg::Key(alt(key)))),
            Character::Nothing(length) => Front::Told(length + 1, None),
            Character::Short => Front::Short,
        },
        _ => match character(bytes) {
            Character::Key(length, key) => Front::Told(length, Some(Msg::Key(key))),
            Character::Nothing(length) => Front::Told(length, None),
            Character::Short => Front::Short,
        },
    }
}

/// The rest of an answer, up to its end. One that is too long, or that a key began which looks like it, is
/// let go.
fn answer(rest: &[u8], length: usize) -> Front {
    for (at, byte) in rest.iter().enumerate().take(4096) {
        match byte {
            0x07 => return Front::Told(at + 3, None),
            0x1b if rest.get(at + 1) == Some(&b'\\') => return Front::Told(at + 4, None),
            _ => {}
        }
    }
    if length > 4096 { Front::Told(length, None) } else { Front::Short }
}

enum Character {
    Key(usize, Key),
    Nothing(usize),
    Short,
}

/// One character, a control key among them.
fn character(bytes: &[u8]) -> Character {
    let first = bytes[0];
    if first < 0x80 {
        return Character::Key(1, byte_key(first));
    }
    let length = match first {
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Character::Nothing(1),
    };
    match std::str::from_utf8(&bytes[..length.min(bytes.len())]) {
        Ok(text) => match text.chars().next() {
            Some(c) if !c.is_control() => Character::Key(length, Key::plain(Code::Char(c))),
            _ => Character::Nothing(length),
        },
        Err(fault) if fault.error_len().is_none() => Character::Short,
        Err(_) => Character::Nothing(1),
    }
}

fn byte_key(byte: u8) -> Key {
    let ctrl = |c: char| Key { ctrl: true, ..Key::plain(Code::Char(c)) };
    match byte {
        0 => ctrl(' '),
        b'\t' => Key::plain(Code::Tab),
        b'\r' => Key::plain(Code::Enter),
        0x1b => Key::plain(Code::Esc),
        0x7f => Key::plain(Code::Backspace),
        1..=26 => ctrl(char::from(byte + b'a' - 1)),
        28..=31 => ctrl(['\\', ']', '^', '_'][usize::from(byte - 28)]),
        _ => Key::plain(Code::Char(char::from(byte))),
    }
}

fn alt(key: Key) -> Key {
    Key { alt: true, ..key }
}

/// `CSI` ...
fn sequence(bytes: &[u8]) -> Front {
    let Some(length) = bytes[2..].iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        let broken = bytes.len() > SEQUENCE_MOST || bytes[2..].iter().any(|byte| *byte < 0x20);
        return if broken { Front::Told(2, None) } else { Front::Short };
    };
    let (letter, body) = (bytes[2 + length], &bytes[2..2 + length]);
    let length = length + 3;
    if body.iter().any(|byte| *byte < 0x20) {
        return Front::Told(2, None);
    }
    if letter == b'[' && body.is_empty() {
        // The Linux console's F1 to F5.
        return match bytes.get(3) {
            Some(f @ b'A'..=b'E') => told(4, Key::plain(Code::F(f - b'A' + 1))),
            Some(_) => Front::Told(4, None),
            None => Front::Short,
        };
    }
    if letter == b'M' && body.is_empty() {
        // An old mouse report: three bytes more. It was not asked for.
        return if bytes.len() < 6 { Front::Short } else { Front::Told(6, None) };
    }
    let Ok(body) = std::str::from_utf8(body) else { return Front::Told(length, None) };
    if let Some(report) = body.strip_prefix('<') {
        return Front::Told(length, mouse(report, letter).map(Msg::Mouse));
    }
    let numbers: Vec<u32> = body
        .split(';')
        .map(|part| part.split(':').next().and_then(|n| n.parse().ok()).unwrap_or(0))
        .collect();
    let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
    let key = match (letter, number(0)) {
        (b'~', 200) => return Front::Paste(length),
        (b'I', _) if body.is_empty() => return Front::Told(length, Some(Msg::Focus(true))),
        (b'O', _) if body.is_empty() => return Front::Told(length, Some(Msg::Focus(false))),
        _ if body.starts_with(['?', '>', '=']) => None,
        (b'Z', _) => Some(Key { shift: true, ..Key::plain(Code::Tab) }),
        (b'~', 27) => modified(point(number(2)), number(1)),
        (b'~', n) => modified(tilde_code(n), number(1)),
        (b'u', n) if released(body) => {
            let _ = n;
            None
        }
        (b'u', n) => modified(point(n), number(1)),
        // What begins with another number tells where the cursor stands, and was not asked for.
        (b'P'..=b'S', 0 | 1) => modified(Some(Code::F(letter - b'P' + 1)), number(1)),
        _ => modified(letter_code(letter), number(1)),
    };
    Front::Told(length, key.map(Msg::Key))
}

fn told(length: usize, key: Key) -> Front {
    Front::Told(length, Some(Msg::Key(key)))
}

/// Whether a key of kitty's protocol was let go.
fn released(body: &str) -> bool {
    body.split(';').nth(1).and_then(|part| part.split(':').nth(1)) == Some("3")
}

fn letter_code(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        _ => return None,
    })
}

fn tilde_code(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(number as u8 - 10),
        17..=21 => Code::F(number as u8 - 11),
        23..=26 => Code::F(number as u8 - 12),
        28..=29 => Code::F(number as u8 - 13),
        31..=34 => Code::F(number as u8 - 14),
        _ => return None,
    })
}

/// The key of a code point, or of the numbers that kitty gives to keys which have none.
fn point(number: u32) -> Option<Code> {
    Some(match number {
        9 => Code::Tab,
        13 | 57414 => Code::Enter,
        27 => Code::Esc,
        8 | 127 => Code::Backspace,
        57399..=57408 => Code::Char(char::from(b'0' + (number - 57399) as u8)),
        57417 => Code::Left,
        57418 => Code::Right,
        57419 => Code::Up,
        57420 => Code::Down,
        57421 => Code::PageUp,
        57422 => Code::PageDown,
        57423 => Code::Home,
        57424 => Code::End,
        57425 => Code::Insert,
        57426 => Code::Delete,
        57376..=57387 => Code::F((number - 57376 + 13) as u8),
        // Other private numbers: keys that do nothing by themselves.
        57344..=63743 => return None,
        _ => Code::Char(char::from_u32(number).filter(|c| !c.is_control())?),
    })
}

/// A key with xterm's number of modifiers. A letter carries its shift in itself.
fn modified(code: Option<Code>, modifiers: u32) -> Option<Key> {
    let bits = modifiers.saturating_sub(1);
    let mut key =
        Key { code: code?, shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 };
    if let Code::Char(c) = key.code {
        let mut upper = c.to_uppercase();
        if let (true, Some(upper), None) = (key.shift && !key.ctrl, upper.next(), upper.next()) {
            key.code = Code::Char(upper);
        }
        key.shift = false;
    }
    Some(key)
}

/// An SGR report, `button;column;row`.
fn mouse(report: &str, letter: u8) -> Option<Mouse> {
    let mut numbers = report.split(';').map(|part| part.parse::<u16>().ok());
    let (button, x, y) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let kind = match button & !0b1_1100 {
        0 if letter == b'M' => MouseKind::Click,
        64 => MouseKind::Up,
        65 => MouseKind::Down,
        _ => return None,
    };
    Some(Mouse { kind, x: x.checked_sub(1)?, y: y.checked_sub(1)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(bytes: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        let mut decoder = Decoder::default();
        let mut tell = |msg: Msg| {
            all.push(match msg {
                Msg::Key(key) => key.to_string(),
                Msg::Paste(text) => format!("paste {text:?}"),
                Msg::Focus(on) => format!("focus {on}"),
                Msg::Mouse(mouse) => format!("{:?} {},{}", mouse.kind, mouse.x, mouse.y),
                other => format!("{other:?}"),
            });
        };
        decoder.feed(bytes, &mut tell);
        decoder.rest(&mut tell);
        all
    }

    #[test]
    fn bytes_are_keys() {
        for (bytes, keys) in [
            ("jG", "j G"),
            ("\r\t\x7f", "enter tab backspace"),
            ("\x01\x1a\x00\x1f", "ctrl-a ctrl-z ctrl-space ctrl-_"),
            ("\x1b", "esc"),
            ("\x1b\x1b", "esc esc"),
            ("\x1bx\x1b\r", "alt-x alt-enter"),
            ("\x1b[A\x1bOB\x1b[1;5C\x1b[1;2D", "up down ctrl-right shift-left"),
            ("\x1b[5~\x1b[6;3~\x1b[3~\x1b[H\x1b[4~", "pageup alt-pagedown delete home end"),
            ("\x1bOP\x1b[15~\x1b[24~\x1b[[C", "f1 f5 f12 f3"),
            ("\x1b[13;2u\x1b[13;5u\x1b[27;5;13~", "shift-enter ctrl-enter ctrl-enter"),
            ("\x1b[97;5u\x1b[97;2u\x1b[27u", "ctrl-a A esc"),
            ("\x1b[97;1:3u\x1b[57441u", ""),
            ("\x1b[Z", "shift-tab"),
            ("\x1b[I\x1b[O", "focus true focus false"),
            ("\x1b[<0;3;5M\x1b[<0;3;5m\x1b[<64;1;1M\x1b[<65;9;2M", "Click 2,4 Up 0,0 Down 8,1"),
            ("\x1b[<2;3;5M\x1b[<32;3;5M", ""),
            ("é日🎉", "é 日 🎉"),
            ("\x1b[200~a\r\nb\x1b[31m\x03\x1b[201~x", "paste \"a\\nb\\u{1b}[31m\\u{3}\" x"),
            ("\x1b[?62;4c\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[12;40Rq", "q"),
        ] {
            assert_eq!(told(bytes.as_bytes()).join(" "), keys, "{bytes:?}");
        }
    }

    #[test]
    fn ten_thousand_lines_are_one_paste() {
        let text: String = (0..10_000).map(|n| format!("line {n} q\n")).collect();
        let mut decoder = Decoder::default();
        let mut all = Vec::new();
        let bytes = format!("\x1b[200~{}\x1b[201~", text.replace('\n', "\r"));
        for piece in bytes.as_bytes().chunks(1000) {
            decoder.feed(piece, &mut |msg| all.push(msg));
        }
        let [Msg::Paste(pasted)] = all.as_slice() else { panic!("one paste") };
        assert_eq!(*pasted, text);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_say_the_same(
            bytes in prop::collection::vec(prop_oneof![
                any::<u8>(), Just(0x1b), Just(b'['), Just(b';'), Just(b'~'), Just(b'2'), Just(b'u')
            ], 0..60),
            cut in 1usize..9,
        ) {
            let gather = |pieces: &mut dyn Iterator<Item = &[u8]>| {
                let mut all = Vec::new();
                let mut decoder = Decoder::default();
                for piece in pieces {
                    decoder.feed(piece, &mut |msg| all.push(format!("{msg:?}")));
                }
                decoder.rest(&mut |msg| all.push(format!("{msg:?}")));
                all
            };
            let whole = gather(&mut std::iter::once(bytes.as_slice()));
            let pieces = gather(&mut bytes.chunks(cut));
            prop_assert_eq!(whole, pieces);
        }
    }
}
