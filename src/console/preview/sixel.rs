//! A picture as sixels: bands of six rows, colour by colour. <https://vt100.net/docs/vt3xx-gp/chapter14.html>

use super::{DRAWN_MOST, SEEN, within};
use crate::console::theme::Depth;
use crate::console::theme::colour::{lowered, rgb};
use image::{DynamicImage, RgbaImage};
use ratatui::style::Color;
use std::collections::BTreeMap;
use std::io::Write;

/// Rows of a band.
const BAND: u32 = 6;

/// How many pixels of the terminal one of the picture becomes, across and down: more where it would be too long.
const COARSE: [u32; 4] = [1, 2, 3, 6];

/// What is seen through. No colour of a picture has this number.
const NOTHING: u8 = 0;

/// The bytes that draw a picture into a room of so many pixels, as large as it fits; nothing where they would be too
/// many. No pixel of them lies beyond the room, also where a terminal fills up the last band. What is seen through
/// stays as it was.
pub(super) fn sequence(picture: &DynamicImage, (across, down): (u32, u32)) -> Option<Vec<u8>> {
    let room = (across, down / BAND * BAND);
    if room.0 == 0 || room.1 == 0 {
        return None;
    }
    // As wide as the room at least: none is left smaller than it.
    let size = (picture.width().saturating_mul(room.0), picture.height().saturating_mul(room.0));
    let size = within(size, room);
    COARSE.iter().find_map(|coarse| {
        let small = picture
            .thumbnail_exact(size.0.div_ceil(*coarse), size.1.div_ceil(*coarse))
            .into_rgba8();
        written(&Raster::of(&small), *coarse, size)
    })
}

/// A picture in colours that every terminal with sixels has room for.
struct Raster {
    across: u32,
    colours: Vec<u8>,
}

impl Raster {
    fn of(picture: &RgbaImage) -> Self {
        // To find the nearest colour takes long, and most pixels are like others.
        let mut nearest = vec![NOTHING; 1 << 15];
        let mut number = |red: u8, green: u8, blue: u8| {
            let part = |colour: u8| usize::from(colour >> 3);
            let known = &mut nearest[part(red) << 10 | part(green) << 5 | part(blue)];
            if *known == NOTHING {
                let middle = |colour: u8| colour & !7 | 4;
                let colour = Color::Rgb(middle(red), middle(green), middle(blue));
                if let Color::Indexed(number) = lowered(colour, Depth::Many, &[]) {
                    *known = number;
                }
            }
            *known
        };
        let colour = |pixel: &image::Rgba<u8>| match pixel.0 {
            [red, green, blue, seen] if seen >= SEEN => number(red, green, blue),
            _ => NOTHING,
        };
        Self { across: picture.width(), colours: picture.pixels().map(colour).collect() }
    }

    fn at(&self, x: u32, y: u32) -> u8 {
        let place = y as usize * self.across as usize + x as usize;
        self.colours.get(place).copied().unwrap_or(NOTHING)
    }
}

/// The bytes that draw a picture over so many pixels, where each of its own becomes a square; nothing where they
/// would be too many.
fn written(picture: &Raster, coarse: u32, (across, down): (u32, u32)) -> Option<Vec<u8>> {
    let mut used = picture.colours.clone();
    used.sort_unstable();
    used.dedup();
    used.retain(|colour| *colour != NOTHING);
    // Writing into a Vec cannot fail.
    let mut into = Vec::new();
    let _ = write!(into, "\x1bP0;1q\"1;1;{across};{down}");
    for (register, colour) in used.iter().enumerate() {
        let (red, green, blue) = rgb(Color::Indexed(*colour))?;
        let [red, green, blue] = [red, green, blue].map(|part| (u32::from(part) * 100 + 127) / 255);
        let _ = write!(into, "#{register};2;{red};{green};{blue}");
    }
    for top in (0..down).step_by(BAND as usize) {
        if top > 0 {
            into.push(b'-');
        }
        let mut band = BTreeMap::new();
        for y in top..down.min(top + BAND) {
            for x in 0..across {
                let colour = picture.at(x / coarse, y / coarse);
                if colour != NOTHING {
                    let row = band.entry(colour).or_insert_with(|| vec![0u8; across as usize]);
                    row[x as usize] |= 1 << (y - top);
                }
            }
        }
        for (nth, (colour, row)) in band.iter().enumerate() {
            let register = used.binary_search(colour).ok()?;
            let _ = write!(into, "{}#{register}", if nth > 0 { "$" } else { "" });
            runs(row, &mut into);
        }
        if into.len() > DRAWN_MOST - 2 {
            return None;
        }
    }
    into.extend_from_slice(b"\x1b\\");
    Some(into)
}

/// Writes the dots of one colour in a band, without what is empty at the end.
fn runs(row: &[u8], into: &mut Vec<u8>) {
    let end = row.iter().rposition(|dots| *dots != 0).map_or(0, |last| last + 1);
    for run in row[..end].chunk_by(|one, other| one == other) {
        let letter = b'?' + run[0];
        if run.len() > 3 {
            let _ = write!(into, "!{}", run.len());
            into.push(letter);
        } else {
            into.extend(run.iter().map(|_| letter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;
    use proptest::prelude::*;

    fn pixels(rows: &[&str]) -> RgbaImage {
        RgbaImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
            match rows[y as usize].as_bytes()[x as usize] {
                b'r' => Rgba([255, 0, 0, 255]),
                b'b' => Rgba([0, 0, 255, 255]),
                _ => Rgba([9, 9, 9, 0]),
            }
        })
    }

    #[test]
    fn bands_of_six_rows_colour_by_colour() {
        let high =
            pixels(&["rb", "rb", "rb", "rb", "rb", "rb", "r.", "r.", "..", "..", ".b", ".b"]);
        let runs = pixels(&["rrrrbrrr"]);
        let nothing = pixels(&["..", ".."]);
        for (picture, coarse, size, sixels) in [
            (&high, 1, (2, 12), "2;12#0;2;0;0;100#1;2;100;0;0#0?~$#1~-#0?o$#1B"),
            (&runs, 1, (8, 1), "8;1#0;2;0;0;100#1;2;100;0;0#0!4?@$#1!4@?@@@"),
            (&runs, 6, (48, 6), "48;6#0;2;0;0;100#1;2;100;0;0#0!24?!6~$#1!24~!6?!18~"),
            (&nothing, 1, (2, 2), "2;2"),
        ] {
            let bytes = written(&Raster::of(picture), coarse, size).expect("short");
            let text = String::from_utf8(bytes).expect("text");
            assert_eq!(text, format!("\x1bP0;1q\"1;1;{sixels}\x1b\\"));
        }
    }

    /// What a terminal shows, pixel by pixel: the parts of its colours in a hundred.
    fn shown(bytes: &[u8]) -> (u32, u32, BTreeMap<(u32, u32), [u32; 3]>) {
        let text = std::str::from_utf8(bytes).expect("text");
        let inner = text.strip_prefix("\x1bP0;1q\"").and_then(|text| text.strip_suffix("\x1b\\"));
        let inner = inner.expect("sixels");
        assert!(inner.bytes().all(|byte| (b'!'..=b'~').contains(&byte)), "{inner:?}");
        let numbers = |text: &str| -> Vec<u32> {
            text.split(';').map(|part| part.parse().expect("a number")).collect()
        };
        let mut registers = BTreeMap::new();
        let mut dots = BTreeMap::new();
        let (mut x, mut y, mut colour) = (0, 0, [0; 3]);
        let end = inner.find(['#', '-']).unwrap_or(inner.len());
        let head = numbers(&inner[..end]);
        let mut rest = &inner[end..];
        while let Some(c) = rest.chars().next() {
            let digits = rest[1..].find(|c: char| !c.is_ascii_digit() && c != ';');
            let after = digits.map_or(rest.len(), |digits| digits + 1);
            let mut taken = 1;
            let mut times = 1;
            match c {
                '#' => {
                    taken = after;
                    match numbers(&rest[1..after])[..] {
                        [register, 2, red, green, blue] => {
                            registers.insert(register, [red, green, blue]);
                        }
                        [register] => colour = registers[&register],
                        _ => panic!("{rest:?}"),
                    }
                }
                '$' => x = 0,
                '-' => (x, y) = (0, y + BAND),
                '!' => {
                    times = rest[1..after].parse().expect("a number");
                    taken = after;
                }
                _ => {}
            }
            rest = &rest[taken..];
            let letter = if c == '!' { rest.bytes().next() } else { Some(c as u8) };
            if c == '!' {
                rest = &rest[1..];
            }
            if let Some(letter) = letter.filter(|letter| *letter >= b'?') {
                for _ in 0..times {
                    let bits = letter - b'?';
                    (0..BAND).filter(|bit| bits >> bit & 1 == 1).for_each(|bit| {
                        assert_eq!(dots.insert((x, y + bit), colour), None, "drawn twice");
                    });
                    x += 1;
                }
            }
        }
        (head[2], head[3], dots)
    }

    /// As many colours as pixels.
    fn noise(across: u32, down: u32, mut seed: u32) -> RgbaImage {
        RgbaImage::from_fn(across, down, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, seen] = seed.to_be_bytes();
            Rgba([red, green, blue, seen])
        })
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_the_picture_in_the_colours_that_there_are(
            across in 1u32..20, down in 1u32..20, seed: u32, coarse in 1u32..4,
        ) {
            let raster = Raster::of(&noise(across, down, seed));
            let size = (across * coarse, down * coarse);
            let bytes = written(&raster, coarse, size).expect("short");
            let (wide, high, dots) = shown(&bytes);
            prop_assert_eq!((wide, high), size);
            for (x, y) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))) {
                let colour = raster.at(x / coarse, y / coarse);
                let known = (colour != NOTHING).then(|| rgb(Color::Indexed(colour))).flatten();
                let parts = known.map(|(red, green, blue)| {
                    [red, green, blue].map(|part| (f64::from(part) / 2.55).round() as u32)
                });
                prop_assert_eq!(dots.get(&(x, y)).copied(), parts, "at {},{}", x, y);
            }
            prop_assert!(dots.keys().all(|(x, y)| *x < size.0 && *y < size.1));
        }
    }

    #[test]
    fn a_picture_fills_its_room_and_is_coarse_rather_than_long() {
        let whole = |picture: RgbaImage, room| sequence(&picture.into(), room);
        let small = whole(noise(3, 2, 1), (90, 64)).expect("short");
        assert_eq!(shown(&small).1, 60, "as large as it fits, in whole bands of its room");
        let flat = RgbaImage::from_pixel(2_000, 1_000, Rgba([200, 30, 30, 255]));
        let flat = shown(&whole(flat, (320, 192)).expect("short"));
        assert_eq!((flat.0, flat.1, flat.2.len()), (320, 160, 320 * 160));
        let long = whole(noise(1_000, 600, 2), (320, 192)).expect("coarse");
        assert!(long.len() <= DRAWN_MOST);
        assert_eq!((shown(&long).0, shown(&long).1), (320, 192));
        assert_eq!(whole(noise(1_000, 600, 3), (2_000, 1_200)), None, "in no way short");
        assert_eq!(whole(noise(9, 9, 4), (8, 5)), None, "no room for a band");
    }
}
