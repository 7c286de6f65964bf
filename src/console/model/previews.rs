//! Pictures that are seen in threads, as small as they are seen. What was not looked at longest goes first.

use crate::console::preview::{self, NoPreview, Preview, Size, Wish};
use crate::wire::ThreadEntry;
use std::collections::HashMap;
use std::sync::Arc;

/// What all of them may take in memory, in bytes.
const BYTES_MOST: usize = 1 << 20;

/// So many are asked for at once. Who turns pages quickly is not followed by all that he has passed.
const ASKED_MOST: usize = 2;

/// Those of which nothing came are remembered up to this many.
const REMEMBERED: usize = 1_000;

/// Pictures by the keys of their entries.
#[derive(Debug, Default)]
pub struct Previews {
    all: HashMap<String, Kept>,
    /// The present look at the screen.
    look: u64,
    /// What was seen in it so far takes in memory, in bytes.
    seen: usize,
    pictures: u64,
}

#[derive(Debug)]
struct Kept {
    wish: Wish,
    state: State,
    /// The last look in which it was seen.
    looked: u64,
}

#[derive(Debug)]
enum State {
    Asked,
    Here(Preview),
    No(NoPreview),
}

impl Previews {
    /// How many cells are kept free for the preview of an entry. They are told by the relay before the file is
    /// there, so that nothing moves when it comes.
    pub fn room(&self, of: &ThreadEntry, most: Option<Size>) -> Option<Size> {
        let kept = self.all.get(&of.key);
        let none = kept.is_some_and(|kept| matches!(kept.state, State::No(_)));
        preview::size(&of.entry, most).filter(|_| !none)
    }

    /// The preview of an entry as it is wished.
    pub fn get(&self, key: &str, wish: Wish) -> Option<&Preview> {
        match self.all.get(key).filter(|kept| kept.wish == wish).map(|kept| &kept.state) {
            Some(State::Here(preview)) => Some(preview),
            _ => None,
        }
    }

    /// Begins a look at the screen.
    pub fn begin(&mut self) {
        self.look += 1;
        self.seen = 0;
    }

    /// Says that an entry is on the screen in the present look; whether its preview is to be fetched now. It is
    /// taken for asked for. Where more is on the screen than may be kept, the rest is not fetched: it would push out
    /// what is seen, which would be fetched again, without end.
    pub fn look(&mut self, key: &str, wish: Wish) -> bool {
        if self.seen >= BYTES_MOST {
            return false;
        }
        if let Some(kept) = self.all.get_mut(key).filter(|kept| kept.wish == wish) {
            kept.looked = self.look;
            self.seen += kept.bytes();
            return false;
        }
        let asked = self.all.values().filter(|kept| matches!(kept.state, State::Asked)).count();
        if asked >= ASKED_MOST {
            return false;
        }
        self.all.insert(key.to_owned(), Kept { wish, state: State::Asked, looked: self.look });
        true
    }

    /// Folds in what came of one; whether the room that was kept for it is needed no longer.
    pub fn take(&mut self, key: &str, wish: Wish, came: Result<Preview, NoPreview>) -> bool {
        let Some(kept) = self.all.get_mut(key).filter(|kept| kept.wish == wish) else {
            return false;
        };
        let gone = came.is_err();
        kept.state = match came {
            Ok(Preview::Picture(mut picture)) => {
                self.pictures += 1;
                Arc::make_mut(&mut picture).serial = self.pictures;
                State::Here(Preview::Picture(picture))
            }
            Ok(Preview::Pixels(mut pixels)) => {
                self.pictures += 1;
                Arc::make_mut(&mut pixels).serial = self.pictures;
                State::Here(Preview::Pixels(pixels))
            }
            Ok(blocks) => State::Here(blocks),
            Err(why) => State::No(why),
        };
        self.forget_some();
        gone
    }

    /// Lets those be asked for again that a connection did not bring.
    pub fn again(&mut self) {
        let lost = |state: &State| matches!(state, State::Asked | State::No(NoPreview::NotCome));
        self.all.retain(|_, kept| !lost(&kept.state));
    }

    /// What those that are here take in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.all.values().map(Kept::bytes).sum()
    }

    /// Keeps what is on the screen, even where that is a little more than what may be kept.
    fn forget_some(&mut self) {
        let (mut bytes, mut count) = (self.bytes(), self.all.len());
        while bytes > BYTES_MOST || count > REMEMBERED {
            let old = self
                .all
                .iter()
                .filter(|(_, kept)| !matches!(kept.state, State::Asked) && kept.looked < self.look);
            let oldest = old.min_by_key(|(_, kept)| kept.looked).map(|(key, _)| key.clone());
            let Some(gone) = oldest.and_then(|key| self.all.remove(&key)) else { return };
            (bytes, count) = (bytes - gone.bytes(), count - 1);
        }
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        match &self.state {
            State::Here(preview) => preview.bytes(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::preview::{CELL, Picture, Way, decode};
    use crate::console::theme::Depth;

    const WISH: Wish = Wish {
        size: Size { columns: 40, rows: 12 },
        depth: Depth::True,
        way: Way::Blocks,
        cell: CELL,
    };

    fn picture() -> Preview {
        let mut file = std::io::Cursor::new(Vec::new());
        let grey = image::RgbImage::from_pixel(80, 48, image::Rgb([9, 9, 9]));
        grey.write_to(&mut file, image::ImageFormat::Png).expect("written");
        decode(&file.into_inner(), WISH).expect("a picture")
    }

    #[test]
    fn few_are_asked_for_at_once_and_each_only_once() {
        let mut all = Previews::default();
        assert!(all.look("1.0", WISH) && all.look("2.0", WISH));
        assert!(!all.look("1.0", WISH) && !all.look("3.0", WISH));
        assert!(!all.take("1.0", WISH, Ok(picture())), "its room is still needed");
        assert!(all.look("3.0", WISH) && !all.look("1.0", WISH));
        assert!(all.take("2.0", WISH, Err(NoPreview::NotCome)));
        assert!(all.take("3.0", WISH, Err(NoPreview::NoPicture)));
        assert!(!all.take("4.0", WISH, Ok(picture())), "nobody asked for it");
        assert!(!all.look("2.0", WISH) && !all.look("3.0", WISH));
        all.again();
        assert!(all.look("2.0", WISH), "another connection may bring it");
        assert!(!all.look("3.0", WISH), "it is no picture");
        let other = Wish { way: Way::Kitty, ..WISH };
        assert!(all.look("1.0", other) && all.get("1.0", WISH).is_none());
        assert!(!all.take("1.0", WISH, Ok(picture())), "it was asked for in another way");
    }

    #[test]
    fn what_is_on_the_screen_is_fetched_once_even_if_it_is_more_than_is_kept() {
        let mut all = Previews::default();
        // One and a half times what may be kept, in four pieces.
        let big = |serial| {
            let png = vec![0; BYTES_MOST * 3 / 8];
            Ok(Preview::Picture(Arc::new(Picture { serial, size: WISH.size, png })))
        };
        let mut fetched = Vec::new();
        for _ in 0..20 {
            all.begin();
            for key in ["4.0", "3.0", "2.0", "1.0"] {
                if all.look(key, WISH) {
                    fetched.push(key);
                }
            }
            for key in ["4.0", "3.0", "2.0", "1.0"] {
                all.take(key, WISH, big(0));
            }
        }
        assert_eq!(fetched, ["4.0", "3.0", "2.0", "1.0"]);
        assert!(["4.0", "3.0", "2.0"].iter().all(|key| all.get(key, WISH).is_some()));
        // Who goes on sees others, and those that he left go.
        all.begin();
        assert!(all.look("1.0", WISH));
        all.take("1.0", WISH, big(0));
        assert!(all.get("1.0", WISH).is_some() && all.bytes() <= BYTES_MOST);
    }

    #[test]
    fn memory_is_bounded_and_what_was_seen_last_stays() {
        let mut all = Previews::default();
        let picture = picture();
        for nth in 0..2_000 {
            let key = format!("{nth}.0");
            all.begin();
            all.look("0.0", WISH);
            assert!(all.look(&key, WISH) || nth == 0);
            all.take(&key, WISH, Ok(picture.clone()));
            assert!(all.bytes() <= BYTES_MOST);
        }
        assert!(all.get("0.0", WISH).is_some() && all.get("1999.0", WISH).is_some());
        assert!(all.get("1.0", WISH).is_none());
        for nth in 2_000..4_000 {
            let key = format!("{nth}.0");
            all.begin();
            all.look(&key, WISH);
            all.take(&key, WISH, Err(NoPreview::NoPicture));
        }
        assert!(all.all.len() <= REMEMBERED);
    }
}
