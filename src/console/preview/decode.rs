//! A file of a stranger becomes a few cells, or nothing.

use super::{Blocks, NoPreview, PIXELS_MOST, Picture, Pixels, Preview, SEEN, Way, Wish};
use super::{iterm, sixel, within};
use crate::console::theme::colour::lowered;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};
use ratatui::style::Color;
use std::io::Cursor;
use std::sync::Arc;

/// The longest side, in pixels.
const SIDE_MOST: u32 = 1 << 14;

/// What a decoder may take in memory besides the pixels and for them, in bytes.
const MEMORY_MOST: u64 = 5 * PIXELS_MOST;

/// Makes a preview of a picture: JPEG, PNG, or the first frame of WebP. What is large, broken or none of these makes
/// nothing. It takes a while, and must not be called where somebody waits for keys.
///
/// # Errors
/// [`NoPreview::NoPicture`].
pub fn decode(file: &[u8], wish: Wish) -> Result<Preview, NoPreview> {
    let picture = pixels(file).ok_or(NoPreview::NoPicture)?;
    let (columns, rows) = (u32::from(wish.size.columns), u32::from(wish.size.rows));
    let small = |room| {
        let (across, down) = within((picture.width(), picture.height()), room);
        picture.thumbnail_exact(across, down).into_rgba8()
    };
    let blocks = || blocks(&small((columns, 2 * rows)), wish);
    let (across, down) = (columns * u32::from(wish.cell.0), rows * u32::from(wish.cell.1));
    let sequence = match wish.way {
        Way::Blocks => return Ok(Preview::Blocks(blocks())),
        Way::Kitty => {
            let picture = encoded(&small((across, down)), wish).ok_or(NoPreview::NoPicture)?;
            return Ok(Preview::Picture(Arc::new(picture)));
        }
        Way::Iterm => iterm::sequence(small((across, down)), wish.size),
        Way::Sixel => sixel::sequence(&picture, (across, down)),
    };
    Ok(match sequence {
        Some(sequence) => {
            let pixels = Pixels { serial: 0, size: wish.size, blocks: blocks(), sequence };
            Preview::Pixels(Arc::new(pixels))
        }
        None => Preview::Blocks(blocks()),
    })
}

fn encoded(small: &RgbaImage, wish: Wish) -> Option<Picture> {
    let mut png = Cursor::new(Vec::new());
    small.write_to(&mut png, ImageFormat::Png).ok()?;
    let mut png = png.into_inner();
    png.shrink_to_fit();
    Some(Picture { serial: 0, size: wish.size, png })
}

fn blocks(small: &RgbaImage, wish: Wish) -> Blocks {
    let at = |x: u32, y: u32| match small.get_pixel_checked(x, y).map(|pixel| pixel.0) {
        Some([red, green, blue, seen]) if seen >= SEEN => {
            lowered(Color::Rgb(red, green, blue), wish.depth, &[])
        }
        _ => Color::Reset,
    };
    let (columns, rows) = (u32::from(wish.size.columns), u32::from(wish.size.rows));
    let cells = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| [at(column, 2 * row), at(column, 2 * row + 1)])
        .collect();
    Blocks { columns: wish.size.columns, cells }
}

fn pixels(file: &[u8]) -> Option<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MOST);
    limits.max_image_height = Some(SIDE_MOST);
    limits.max_alloc = Some(MEMORY_MOST);
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    // What it says of itself is looked at before any memory is taken for it.
    let (across, down) = decoder.dimensions();
    let few = u64::from(across) * u64::from(down) <= PIXELS_MOST;
    if !few || decoder.total_bytes() > MEMORY_MOST {
        return None;
    }
    DynamicImage::from_decoder(decoder).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::preview::{CELL, Size};
    use crate::console::theme::Depth;
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    fn written(picture: impl Into<DynamicImage>, as_what: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.into().write_to(&mut file, as_what).expect("it can be written");
        file.into_inner()
    }

    fn cells(file: &[u8], wish: Wish) -> Result<Blocks, NoPreview> {
        decode(file, wish).map(|preview| match preview {
            Preview::Blocks(blocks) => blocks,
            other => panic!("cells were wished, not {other:?}"),
        })
    }

    fn wish(columns: u16, rows: u16, depth: Depth) -> Wish {
        Wish { size: Size { columns, rows }, depth, way: Way::Blocks, cell: CELL }
    }

    /// Four quarters: red, green, blue, and nothing.
    fn quarters(side: u32) -> RgbaImage {
        RgbaImage::from_fn(side, side, |x, y| match (x < side / 2, y < side / 2) {
            (true, true) => Rgba([250, 10, 10, 255]),
            (false, true) => Rgba([10, 250, 10, 255]),
            (true, false) => Rgba([10, 10, 250, 255]),
            (false, false) => Rgba([99, 99, 99, 0]),
        })
    }

    #[test]
    fn pixels_become_cells_in_the_colours_of_the_terminal() {
        let (red, green, blue) = (Color::LightRed, Color::LightGreen, Color::Blue);
        for (depth, colours) in [
            (
                Depth::True,
                [Color::Rgb(250, 10, 10), Color::Rgb(10, 250, 10), Color::Rgb(10, 10, 250)],
            ),
            (Depth::Many, [Color::Indexed(196), Color::Indexed(46), Color::Indexed(21)]),
            (Depth::Sixteen, [red, green, blue]),
        ] {
            for format in [ImageFormat::Png, ImageFormat::WebP] {
                let file = written(quarters(64), format);
                let preview = cells(&file, wish(2, 1, depth)).expect("a picture");
                let [red, green, blue] = colours;
                assert_eq!(preview.row(0), [[red, blue], [green, Color::Reset]], "{depth:?}");
                assert_eq!(preview.row(1), [[Color::Reset; 2]; 0]);
            }
        }
        let grey = RgbImage::from_pixel(30, 40, Rgb([128, 128, 128]));
        let photo = cells(&written(grey, ImageFormat::Jpeg), wish(3, 2, Depth::True));
        let all = [[Color::Rgb(128, 128, 128); 2]; 3];
        assert_eq!(photo.expect("a picture").row(1), all, "JPEG");
    }

    #[test]
    fn a_picture_of_another_shape_than_was_told_stays_in_its_room() {
        let line = RgbImage::from_pixel(90, 3, Rgb([1, 2, 3]));
        let preview = cells(&written(line, ImageFormat::Png), wish(4, 2, Depth::True));
        let preview = preview.expect("a picture");
        assert_eq!(preview.row(0), [[Color::Rgb(1, 2, 3), Color::Reset]; 4]);
        assert_eq!(preview.row(1), [[Color::Reset; 2]; 4]);
    }

    #[test]
    fn a_terminal_that_draws_pictures_gets_one_that_was_encoded_here() {
        let mut file = written(quarters(2_000), ImageFormat::Png);
        file.extend(b"\x1b_Ga=d\x1b\\ whatever follows");
        let wish = Wish { way: Way::Kitty, ..wish(10, 5, Depth::Many) };
        let Ok(Preview::Picture(picture)) = decode(&file, wish) else { panic!("a picture") };
        assert_eq!(picture.size, wish.size);
        let again = image::load_from_memory(&picture.png).expect("PNG").into_rgba8();
        assert_eq!(again.dimensions(), (80, 80));
        assert_eq!(again.get_pixel(0, 0).0, [250, 10, 10, 255]);
        assert_eq!(again.get_pixel(79, 79).0[3], 0);
        assert!(!picture.png.windows(2).any(|two| two == b"\x1b_"));
    }

    /// A PNG that says that it is so large, and ends there.
    fn announced(across: u32, down: u32) -> Vec<u8> {
        let mut file = written(quarters(2), ImageFormat::Png);
        file[16..20].copy_from_slice(&across.to_be_bytes());
        file[20..24].copy_from_slice(&down.to_be_bytes());
        let sum = crc32fast::hash(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    #[test]
    fn what_means_harm_makes_nothing() {
        let png = written(quarters(64), ImageFormat::Png);
        // A few kilobytes that would be 100 MB.
        let bomb = RgbImage::new(SIDE_MOST, PIXELS_MOST as u32 / SIDE_MOST + 1);
        let bomb = written(bomb, ImageFormat::Png);
        assert!((bomb.len() as u64) < PIXELS_MOST / 50);
        for (what, file) in [
            ("nothing", Vec::new()),
            ("a program", b"\x7fELF\x02\x01\x01 this is no picture".to_vec()),
            ("a GIF", b"GIF89a\x10\0\x20\0".to_vec()),
            ("a picture that was cut", png[..png.len() / 2].to_vec()),
            ("the beginning alone", png[..8].to_vec()),
            ("a bomb", bomb),
            ("a size without pixels", announced(64, 64)),
            ("a side too long", announced(SIDE_MOST + 1, 1)),
            ("a size beyond memory", announced(u32::MAX >> 1, u32::MAX >> 1)),
            ("no size", announced(0, 7)),
        ] {
            assert_eq!(decode(&file, wish(4, 2, Depth::True)), Err(NoPreview::NoPicture), "{what}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_a_file_it_is_a_picture_of_that_size_or_none(
            format in prop::sample::select(vec![ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP]),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
            cut in prop::option::of(any::<prop::sample::Index>()),
            columns in 1u16..40, rows in 1u16..12,
        ) {
            let picture: DynamicImage = quarters(16).into();
            let mut file = match format {
                ImageFormat::Jpeg => written(picture.into_rgb8(), format),
                _ => written(picture, format),
            };
            for (place, byte) in changes {
                let place = place.index(file.len());
                file[place] = byte;
            }
            if let Some(end) = cut {
                file.truncate(end.index(file.len()));
            }
            if let Ok(preview) = cells(&file, wish(columns, rows, Depth::Many)) {
                prop_assert!((0..rows).all(|row| preview.row(row.into()).len() == usize::from(columns)));
                prop_assert_eq!(preview.row(rows.into()).len(), 0);
            }
        }
    }
}
