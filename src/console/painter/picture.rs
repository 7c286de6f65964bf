//! Pictures in kitty's protocol, with placeholders: a picture is told to the terminal once, under a number, and is
//! then drawn as cells like any other. <https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders>
//!
//! What is told is made of pixels that were decoded here, in letters and digits alone (base64): nothing of it can end
//! the sequence.

use crate::console::preview::Picture;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Write;

/// The longest piece of a picture, in bytes of its encoded form.
const PIECE: usize = 4096;

/// The serial of a picture that was told, and perhaps is not known any more.
const STALE: u64 = u64::MAX;

/// Which pictures the terminal knows, by their numbers; and how it is reached.
#[derive(Debug, Default)]
pub(super) struct Told {
    serials: Vec<u64>,
    /// Whether tmux stands between, and must let sequences pass.
    pub(super) through_tmux: bool,
}

impl Told {
    /// Tells a picture, unless the terminal knows it.
    pub(super) fn tell(&mut self, picture: &Picture, into: &mut Vec<u8>) {
        let number = usize::from(picture.number());
        if self.serials.len() <= number {
            self.serials.resize(number + 1, 0);
        }
        if std::mem::replace(&mut self.serials[number], picture.serial) == picture.serial {
            return;
        }
        let text = STANDARD.encode(&picture.png);
        let mut pieces = text.as_bytes().chunks(PIECE).peekable();
        let (columns, rows) = (picture.size.columns, picture.size.rows);
        let mut head = format!("a=T,U=1,f=100,i={number},c={columns},r={rows},q=2,");
        while let Some(piece) = pieces.next() {
            let more = u8::from(pieces.peek().is_some());
            self.say(&format!("{head}m={more}"), piece, into);
            head = "q=2,".to_owned();
        }
    }

    /// The numbers that it told.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.serials
            .iter()
            .enumerate()
            .filter(|(_, serial)| **serial != 0)
            .map(|(number, _)| number)
    }

    /// Takes back all that it told. One by one: an order for all of them leaves those that stand in cells.
    pub(super) fn take_back(&self, into: &mut Vec<u8>) {
        for number in self.numbers() {
            self.say(&format!("a=d,d=I,i={number},q=2"), b"", into);
        }
    }

    /// The terminal knows none of it.
    pub(super) fn clear(&mut self) {
        self.serials.clear();
    }

    /// Perhaps the terminal knows nothing any more: what is needed is told again. It is still taken back at the end.
    pub(super) fn forget(&mut self) {
        self.serials.iter_mut().filter(|serial| **serial != 0).for_each(|serial| *serial = STALE);
    }

    fn say(&self, head: &str, piece: &[u8], into: &mut Vec<u8>) {
        let (before, escape, after) = match self.through_tmux {
            true => ("\x1bPtmux;", "\x1b\x1b", "\x1b\\"),
            false => ("", "\x1b", ""),
        };
        // Writing into a Vec cannot fail.
        let _ = write!(into, "{before}{escape}_G{head}");
        if !piece.is_empty() {
            into.push(b';');
            into.extend_from_slice(piece);
        }
        let _ = write!(into, "{escape}\\{after}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::preview::Size;

    fn picture(serial: u64, bytes: usize) -> Picture {
        Picture { serial, size: Size { columns: 9, rows: 4 }, png: vec![0x1b; bytes] }
    }

    #[test]
    fn a_picture_goes_in_pieces_and_nothing_of_it_ends_them() {
        let mut told = Told::default();
        let mut bytes = Vec::new();
        told.tell(&picture(1, 7_000), &mut bytes);
        told.tell(&picture(1, 7_000), &mut bytes);
        let text = String::from_utf8(bytes).expect("text");
        let pieces: Vec<_> = text.split("\x1b\\").collect();
        let [first, second, third, ""] = &pieces[..] else { panic!("{text:?}") };
        let data = |piece: &str, head: &str| {
            let data = piece.strip_prefix(head).unwrap_or_else(|| panic!("{piece:?}"));
            assert!(data.len() <= PIECE && !data.contains('\x1b'));
            data.to_owned()
        };
        let whole = data(first, "\x1b_Ga=T,U=1,f=100,i=17,c=9,r=4,q=2,m=1;")
            + &data(second, "\x1b_Gq=2,m=1;")
            + &data(third, "\x1b_Gq=2,m=0;");
        assert_eq!(STANDARD.decode(whole).expect("base64"), vec![0x1b; 7_000]);
    }

    #[test]
    fn a_number_is_told_again_when_another_picture_takes_it() {
        let mut told = Told { through_tmux: true, ..Told::default() };
        let mut bytes = Vec::new();
        told.tell(&picture(1, 3), &mut bytes);
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "\x1bPtmux;\x1b\x1b_Ga=T,U=1,f=100,i=17,c=9,r=4,q=2,m=0;Gxsb\x1b\x1b\\\x1b\\"
        );
        bytes.clear();
        told.tell(&picture(241, 3), &mut bytes);
        assert!(!bytes.is_empty());
        told.forget();
        bytes.clear();
        told.take_back(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text, "\x1bPtmux;\x1b\x1b_Ga=d,d=I,i=17,q=2\x1b\x1b\\\x1b\\");
    }
}
