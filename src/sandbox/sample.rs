//! Small files with real bytes: what customers of the sandbox send.

use super::media::File;

/// What customers send, by the platform's word for it; `disguise` is a program that is announced as a picture.
pub(super) fn sample(kind: &str) -> File {
    let (mime, bytes) = match kind {
        "image" => ("image/png", picture(64, 48)),
        "disguise" => ("image/png", b"\x7fELF\x02\x01\x01 this is no picture".to_vec()),
        "audio" => ("audio/ogg; codecs=opus", voice(3)),
        "sticker" => (
            "image/webp",
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
                .to_vec(),
        ),
        _ => ("application/pdf", page("Guichet")),
    };
    File { mime: mime.into(), bytes: bytes.into() }
}

/// A PNG with a gradient in it (RFC 2083), its content stored and not packed.
fn picture(across: u32, down: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..down {
        rows.push(0);
        for x in 0..across {
            rows.extend([(x * 255 / across) as u8, (y * 255 / down) as u8, 160]);
        }
    }
    let mut packed = vec![0x78, 0x01];
    let mut blocks = rows.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        packed.push(u8::from(blocks.peek().is_none()));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
    let (a, b) = rows.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    packed.extend((b << 16 | a).to_be_bytes());
    let mut head = across.to_be_bytes().to_vec();
    head.extend(down.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in [(b"IHDR", &head), (b"IDAT", &packed), (b"IEND", &Vec::new())] {
        png.extend((content.len() as u32).to_be_bytes());
        let part = [&name[..], content].concat();
        png.extend(&part);
        png.extend(crc32fast::hash(&part).to_be_bytes());
    }
    png
}

/// Silence as a voice note: Ogg (RFC 3533) with Opus (RFC 7845), fifty frames a second.
fn voice(seconds: u64) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01\0\0".to_vec();
    head.extend(48_000u32.to_le_bytes());
    head.extend([0, 0, 0]);
    let tags = b"OpusTags\x07\0\0\0sandbox\0\0\0\0".to_vec();
    let mut ogg = leaf(2, 0, 0, &[head]);
    ogg.extend(leaf(0, 0, 1, &[tags]));
    for second in 1..=seconds {
        let silence = vec![vec![0xf8, 0xff, 0xfe]; 50];
        let kind = if second == seconds { 4 } else { 0 };
        ogg.extend(leaf(kind, second * 48_000, second as u32 + 1, &silence));
    }
    ogg
}

/// One page of an Ogg stream; its packets are shorter than 255 bytes.
fn leaf(kind: u8, samples: u64, number: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(kind);
    page.extend(samples.to_le_bytes());
    page.extend(7u32.to_le_bytes());
    page.extend(number.to_le_bytes());
    page.extend([0; 4]);
    page.push(packets.len() as u8);
    page.extend(packets.iter().map(|packet| packet.len() as u8));
    page.extend(packets.iter().flatten());
    let sum = page.iter().fold(0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

/// A PDF of one page with a word on it.
fn page(word: &str) -> Vec<u8> {
    let text = format!("BT /F1 24 Tf 72 720 Td ({word}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>"
            .to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (nth, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf += &format!("{} 0 obj{object}endobj\n", nth + 1);
    }
    let table = pdf.len();
    pdf += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        pdf += &format!("{place:010} 00000 n \n");
    }
    pdf +=
        &format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    pdf.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_bytes_of_its_kind() {
        for (kind, begins) in [
            ("image", &b"\x89PNG\r\n\x1a\n"[..]),
            ("audio", b"OggS"),
            ("sticker", b"RIFF"),
            ("document", b"%PDF-1.4"),
            ("disguise", b"\x7fELF"),
        ] {
            assert!(sample(kind).bytes.starts_with(begins), "{kind}");
        }
    }
}
