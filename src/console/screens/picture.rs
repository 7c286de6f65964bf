//! Pictures in a thread.

use super::Play;
use crate::console::effect::{Effect, PreviewAsk};
use crate::console::msg::{Msg, Previewed};
use crate::console::preview::{HOLE, NoPreview, PLACEHOLDER, Preview, PreviewMode, Way, decode};
use crate::console::rig::Rig;
use crate::console::sample::relay::{Relay, entry};
use crate::console::theme::Depth;
use crate::wire::{EntryKind, MediaView, ThreadEntry};
use image::{ImageFormat, Rgba, RgbaImage};

pub(super) const SCREENS: &[(&str, Play)] = &[("thread_picture", |columns, high| {
    let mut rig = Rig::new(columns, high);
    let mut relay = Relay::new(conversation());
    relay.opened(&mut rig);
    brought(&mut rig, |ask| decode(&sun(), ask.wish));
    rig
})];

/// A yellow disc on blue above green, in few colours; its edge is seen through.
fn sun() -> Vec<u8> {
    let picture = RgbaImage::from_fn(320, 200, |x, y| {
        let (x, y) = (i64::from(x), i64::from(y));
        match ((x - 220).pow(2) + (y - 70).pow(2) < 2_500, y < 130) {
            _ if x < 16 => Rgba([0; 4]),
            (true, _) => Rgba([250, 210, 60, 255]),
            (_, true) => Rgba([90, 150, 230, 255]),
            _ => Rgba([40, 120, 60, 255]),
        }
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).expect("written");
    file.into_inner()
}

fn image(key: usize, text: &str) -> ThreadEntry {
    let mut of = entry(key, EntryKind::Message, "customer", text);
    of.entry.kind_word = "image".into();
    of.entry.media = Some(MediaView {
        mime_type: Some("image/png".into()),
        size: Some(18_000),
        pixels: Some((320, 200)),
        state: Some("stored".into()),
        ..MediaView::default()
    });
    of
}

fn conversation() -> Vec<ThreadEntry> {
    let text = |key, text: &str| entry(key, EntryKind::Message, "customer", text);
    vec![text(1, "Where do I leave the parcel?"), image(2, "In this field"), text(3, "Thank you")]
}

/// Answers every question for a preview, also those that follow; how many there were.
fn brought(rig: &mut Rig, answer: impl Fn(&PreviewAsk) -> Result<Preview, NoPreview>) -> usize {
    let mut asked = asks(rig);
    let mut count = 0;
    while let Some(ask) = asked.pop() {
        count += 1;
        let came = answer(&ask);
        rig.msg(Msg::Previewed(Previewed { entry: ask.entry, wish: ask.wish, came }));
        asked.extend(questions(rig));
    }
    count
}

/// A thread of which nothing is answered yet; the relay's answers to the rest are there.
fn opened(columns: u16, high: u16, entries: Vec<ThreadEntry>, set: impl FnOnce(&mut Rig)) -> Rig {
    let mut rig = Rig::new(columns, high);
    set(&mut rig);
    let mut relay = Relay::new(entries);
    relay.opened(&mut rig);
    rig
}

fn blocks(rig: &Rig) -> usize {
    rig.screen().chars().filter(|c| matches!(c, '▀' | '▄')).count()
}

/// What is asked for. The first questions the relay of the tests has let go, so they are asked anew.
fn asks(rig: &mut Rig) -> Vec<PreviewAsk> {
    rig.model.previews.again();
    rig.msg(Msg::Tick);
    questions(rig)
}

fn questions(rig: &mut Rig) -> Vec<PreviewAsk> {
    let all = rig.effects().into_iter();
    all.filter_map(|effect| match effect {
        Effect::Preview(ask) => Some(ask),
        _ => None,
    })
    .collect()
}

#[test]
fn nothing_moves_when_a_picture_comes_and_its_room_goes_if_none_does() {
    for came in [NoPreview::NotCome, NoPreview::NoPicture] {
        let mut rig = opened(80, 24, conversation(), |_| {});
        let asked = asks(&mut rig);
        let [ask] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((ask.entry.as_str(), ask.wish.size.rows), ("2.0", 8));
        let letters = |rig: &Rig| rig.screen().replace(['▀', '▄'], " ");
        let tidy = |text: String| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let before = tidy(letters(&rig));
        let answer =
            |came| Msg::Previewed(Previewed { entry: ask.entry.clone(), wish: ask.wish, came });
        rig.msg(answer(decode(&sun(), ask.wish)));
        assert_eq!(tidy(letters(&rig)), before);
        assert!(blocks(&rig) > 0);
        // As if it had been fetched once more.
        rig.msg(answer(Err(came)));
        assert_eq!(blocks(&rig), 0);
        let without = opened(80, 24, conversation(), |rig| {
            rig.model.settings.previews = PreviewMode::Off;
        });
        assert_eq!(rig.screen(), without.screen(), "the line for it is there as before");
    }
}

#[test]
fn who_wants_no_pictures_or_has_no_colours_gets_none_and_fetches_none() {
    type Set = fn(&mut Rig);
    let off: Set = |rig| {
        rig.ask("previews off");
    };
    let none: Set = |rig| rig.model.settings.depth = Depth::None;
    let ascii: Set = |rig| rig.model.settings.unicode = false;
    for (columns, high, set) in [
        (80, 24, off),
        (80, 24, none),
        (160, 48, none),
        (80, 24, ascii),
        (80, 19, |_| {}),
        (39, 24, |_| {}),
    ] {
        let mut rig = opened(columns, high, conversation(), set);
        assert_eq!(asks(&mut rig), [], "{columns}x{high}");
        let told = if columns < 40 { "too small" } else { "[image png 320×200 18 kB]" };
        assert!(rig.screen().contains(told), "{columns}x{high}: {}", rig.screen());
    }
    let mut rig = opened(80, 24, conversation(), off);
    rig.ask("previews");
    assert_eq!(asks(&mut rig).len(), 1, "they are on again");
}

#[test]
fn only_what_is_on_the_screen_is_fetched() {
    let many = (0..200).map(|key| image(key, "")).collect();
    let mut rig = opened(80, 24, many, |_| {});
    let first: Vec<_> = asks(&mut rig).into_iter().map(|ask| ask.entry).collect();
    assert_eq!(first, ["199.0", "198.0"], "the newest first, and few at once");
    let count = brought(&mut rig, |ask| decode(&sun(), ask.wish));
    assert!((2..=3).contains(&count), "{count}");
    assert!(blocks(&rig) > 0);
}

#[test]
fn a_terminal_that_draws_pictures_is_told_each_once_and_cells_show_their_places() {
    let mut rig = opened(80, 24, conversation(), |rig| rig.model.settings.best = Way::Kitty);
    let asked = asks(&mut rig);
    let [ask] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(ask.wish.way, Way::Kitty);
    let (entry, wish) = (ask.entry.clone(), ask.wish);
    rig.msg(Msg::Previewed(Previewed { entry, wish, came: decode(&sun(), wish) }));
    let text = |rig: &Rig| String::from_utf8(rig.bytes.clone()).expect("text");
    let told = |rig: &Rig| text(rig).matches("\x1b_G").count();
    let first = text(&rig);
    let (columns, rows) = (wish.size.columns, wish.size.rows);
    let head = format!("\x1b_Ga=T,U=1,f=100,i=17,c={columns},r={rows},q=2,m=");
    assert!(first.contains(&head), "{first:?}");
    let cells = usize::from(columns) * usize::from(rows);
    assert_eq!(rig.screen().matches(PLACEHOLDER).count(), cells);
    assert_eq!(first.matches("38;5;17m").count(), 1, "one ink for all");
    rig.ask("previews off");
    assert_eq!((rig.screen().matches(PLACEHOLDER).count(), told(&rig)), (0, 0));
    rig.ask("previews auto");
    assert_eq!((rig.screen().matches(PLACEHOLDER).count(), told(&rig)), (cells, 0), "it knows it");
    rig.msg(Msg::Continued);
    assert!(told(&rig) >= 1, "another screen may have been there meanwhile");
    assert_eq!(rig.painter.farewell(), b"\x1b_Ga=d,d=I,i=17,q=2\x1b\\");
    assert!(rig.painter.farewell().is_empty());
    rig.ask("previews blocks");
    assert_eq!(rig.screen().matches(PLACEHOLDER).count(), 0);
    assert_eq!(brought(&mut rig, |ask| decode(&sun(), ask.wish)), 1, "it is made anew");
    assert!(blocks(&rig) > 0);
}

#[test]
fn pictures_over_cells_are_drawn_once_and_are_blocks_where_they_are_cut() {
    for (way, begins) in [(Way::Iterm, "\x1b]1337;File="), (Way::Sixel, "\x1bP0;1q")] {
        let mut rig = opened(80, 24, conversation(), |rig| {
            rig.model.settings.best = way;
            rig.model.settings.cell = Some((10, 20));
        });
        let drawn = |rig: &Rig| String::from_utf8_lossy(&rig.bytes).matches(begins).count();
        let holes = |rig: &Rig| rig.screen().matches(HOLE).count();
        let asked = asks(&mut rig);
        let [ask] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(ask.wish.way, way);
        let (entry, wish) = (ask.entry.clone(), ask.wish);
        rig.msg(Msg::Previewed(Previewed { entry, wish, came: decode(&sun(), wish) }));
        let cells = usize::from(wish.size.columns) * usize::from(wish.size.rows);
        assert_eq!((drawn(&rig), holes(&rig), blocks(&rig)), (1, cells, 0), "{way:?}");
        rig.pass(60_000);
        assert_eq!((drawn(&rig), holes(&rig)), (0, cells), "nothing has changed");
        rig.msg(Msg::Continued);
        assert_eq!(drawn(&rig), 1, "another screen may have been there meanwhile");
        rig.msg(Msg::Resize(84, 24));
        rig.msg(Msg::Resize(80, 24));
        assert_eq!((drawn(&rig), holes(&rig)), (1, cells));
        rig.ask("help");
        assert_eq!((drawn(&rig), holes(&rig)), (0, 0), "help lies over it");
        rig.keys("esc");
        assert_eq!((drawn(&rig), holes(&rig)), (1, cells));
        rig.ask("previews off");
        assert_eq!((drawn(&rig), holes(&rig)), (0, 0));
    }
}

#[test]
fn without_the_size_of_a_cell_sixels_are_half_blocks() {
    let mut rig = opened(80, 24, conversation(), |rig| rig.model.settings.best = Way::Sixel);
    assert_eq!(brought(&mut rig, |ask| decode(&sun(), ask.wish)), 1);
    assert!(blocks(&rig) > 0);
    rig.model.settings.cell = Some((10, 20));
    assert_eq!(brought(&mut rig, |ask| decode(&sun(), ask.wish)), 1, "the terminal has told it");
    assert_eq!(blocks(&rig), 0);
}
