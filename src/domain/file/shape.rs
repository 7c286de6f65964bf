//! How large a picture is and how long a sound plays, from their bytes alone.

/// What is known of a picture or a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Pixels across and down.
    pub pixels: Option<(u32, u32)>,
    /// How long it plays, in seconds, rounded.
    pub seconds: Option<u32>,
}

/// The shape of a file with this beginning and this end (which may be the same bytes). What is not understood is
/// left out: nothing here is trusted, and nothing rests on it.
pub fn shape(head: &[u8], tail: &[u8]) -> Shape {
    let pixels = png(head).or_else(|| gif(head)).or_else(|| webp(head)).or_else(|| jpeg(head));
    let pixels = pixels.filter(|(across, down)| *across > 0 && *down > 0);
    Shape { pixels, seconds: opus(head, tail) }
}

fn bytes<const N: usize>(of: &[u8], from: usize) -> Option<[u8; N]> {
    of.get(from..)?.first_chunk().copied()
}

fn png(head: &[u8]) -> Option<(u32, u32)> {
    let starts = head.starts_with(b"\x89PNG\r\n\x1a\n") && head.get(12..16) == Some(b"IHDR");
    let number = |from| bytes(head, from).map(u32::from_be_bytes);
    starts.then_some((number(16)?, number(20)?))
}

fn gif(head: &[u8]) -> Option<(u32, u32)> {
    let number = |from| bytes(head, from).map(|two| u32::from(u16::from_le_bytes(two)));
    head.starts_with(b"GIF8").then_some((number(6)?, number(8)?))
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    if head.get(8..12) != Some(b"WEBP") {
        return None;
    }
    match head.get(12..16)? {
        b"VP8X" => {
            let number = |from| {
                let [a, b, c] = bytes(head, from)?;
                Some(u32::from_le_bytes([a, b, c, 0]) + 1)
            };
            Some((number(24)?, number(27)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(bytes(head, 21)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => {
            let number = |from| bytes(head, from).map(|two| u32::from(u16::from_le_bytes(two)));
            Some((number(26)? & 0x3fff, number(28)? & 0x3fff))
        }
        _ => None,
    }
}

/// The frame header of a JPEG stands behind segments of any length.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(b"\xff\xd8") {
        return None;
    }
    let mut at = 2;
    loop {
        let [mark, kind] = bytes(head, at)?;
        if mark != 0xff {
            return None;
        }
        match kind {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                let number = |from| bytes(head, from).map(|two| u32::from(u16::from_be_bytes(two)));
                return Some((number(at + 7)?, number(at + 5)?));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(bytes(head, at + 2)?)).max(2),
        }
    }
}

/// The last page of an Ogg file tells how many samples came before its end; Opus counts 48,000 a second.
fn opus(head: &[u8], tail: &[u8]) -> Option<u32> {
    if !head.starts_with(b"OggS") || !head.get(28..).is_some_and(|of| of.starts_with(b"OpusHead")) {
        return None;
    }
    let page = tail.windows(4).rposition(|four| four == b"OggS")?;
    let samples = u64::from_le_bytes(bytes(tail, page + 6)?);
    u32::try_from(samples.saturating_add(24_000) / 48_000)
        .ok()
        .filter(|seconds| *seconds < 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(head: &[u8]) -> Option<(u32, u32)> {
        shape(head, head).pixels
    }

    #[test]
    fn pictures_tell_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05\0\0\0\x02\xd0\x08\x02";
        assert_eq!(pixels(png), Some((1280, 720)));
        assert_eq!(pixels(b"GIF89a\x10\0\x20\0"), Some((16, 32)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x02\xd0\x05\0\x03";
        assert_eq!(pixels(jpeg), Some((1280, 720)));
        let lossless = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xff\xc1\x07\0";
        assert_eq!(pixels(lossless), Some((512, 32)));
        let extended = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x01\0\xff\x01\0";
        assert_eq!(pixels(extended), Some((512, 512)));
    }

    #[test]
    fn a_voice_note_tells_its_length() {
        let mut note =
            b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead".to_vec();
        note.extend(b"OggS\0\x04");
        note.extend(480_000u64.to_le_bytes());
        assert_eq!(shape(&note, &note).seconds, Some(10));
        let length = note.len();
        note[length - 8..].fill(0xff);
        assert_eq!(shape(&note, &note).seconds, None);
        assert_eq!(shape(b"OggS\0\x02", b"OggS\0\x02").seconds, None);
    }

    #[test]
    fn cut_off_bytes_tell_nothing() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05\0\0\0\x02\xd0\x08\x02";
        for length in 0..24 {
            assert_eq!(pixels(&png[..length]), None, "{length}");
        }
        assert_eq!(pixels(b"\xff\xd8\xff\xe0\0\0"), None);
        assert_eq!(pixels(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\0"), None);
    }
}
