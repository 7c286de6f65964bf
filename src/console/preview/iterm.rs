//! A picture in iTerm2's protocol. <https://iterm2.com/documentation-images.html>

use super::{DRAWN_MOST, Size};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbaImage};
use std::io::Cursor;

/// Of JPEG: what is small is looked at closely.
const QUALITY: u8 = 85;

/// The bytes that draw a picture over so many cells; nothing where they would be too many. The picture is encoded
/// here, as PNG, or as JPEG where that is shorter and nothing is seen through. In letters and digits alone: nothing
/// of it can end the sequence.
pub(super) fn sequence(picture: RgbaImage, size: Size) -> Option<Vec<u8>> {
    let through = picture.pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let picture = DynamicImage::from(picture);
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).ok()?;
    let mut file = file.into_inner();
    if !through {
        let mut photo = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut photo, QUALITY);
        picture.into_rgb8().write_with_encoder(encoder).ok()?;
        if photo.len() < file.len() {
            file = photo;
        }
    }
    let Size { columns, rows } = size;
    let text = format!(
        "\x1b]1337;File=inline=1;size={};width={columns};height={rows};preserveAspectRatio=0:{}\x07",
        file.len(),
        STANDARD.encode(file)
    );
    (text.len() <= DRAWN_MOST).then(|| text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    const SIZE: Size = Size { columns: 9, rows: 4 };

    /// What is said of a picture, and the picture.
    fn parts(bytes: Vec<u8>) -> (String, Vec<u8>) {
        let text = String::from_utf8(bytes).expect("text");
        let inner = text.strip_prefix("\x1b]1337;File=").and_then(|text| text.strip_suffix('\x07'));
        let inner = inner.unwrap_or_else(|| panic!("{text:?}"));
        assert!(!inner.contains(|c: char| c.is_control()));
        let (head, data) = inner.split_once(':').expect("a picture");
        (head.to_owned(), STANDARD.decode(data).expect("base64"))
    }

    #[test]
    fn a_picture_is_as_large_as_its_cells_and_what_is_seen_through_stays() {
        let glass = RgbaImage::from_fn(72, 64, |x, _| Rgba([200, 10, 10, (x * 3) as u8]));
        let (head, file) = parts(sequence(glass.clone(), SIZE).expect("short"));
        let size = file.len();
        assert_eq!(head, format!("inline=1;size={size};width=9;height=4;preserveAspectRatio=0"));
        assert_eq!(image::load_from_memory(&file).expect("PNG").into_rgba8(), glass);
    }

    /// As many colours as pixels, as in no picture that is looked at.
    fn noise(across: u32, down: u32) -> RgbaImage {
        let mut state = 7u32;
        RgbaImage::from_fn(across, down, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, _] = state.to_be_bytes();
            Rgba([red, green, blue, 255])
        })
    }

    #[test]
    fn a_photo_goes_as_one_and_what_is_too_long_does_not_go() {
        let (_, file) = parts(sequence(noise(72, 64), SIZE).expect("short"));
        assert_eq!(image::guess_format(&file).expect("a picture"), ImageFormat::Jpeg);
        assert!(sequence(noise(320, 192), SIZE).is_none_or(|bytes| bytes.len() <= DRAWN_MOST));
        assert_eq!(sequence(noise(800, 600), SIZE), None);
    }
}
