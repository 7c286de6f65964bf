//! How long files are kept.

use super::section::{Section, Value};
use crate::domain::message::Kind;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// `[media] keep`: how long files of each kind are kept, in desk time; nothing means for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Pictures. Default 180 days.
    pub image: Option<Duration>,
    /// Films. Default 90 days.
    pub video: Option<Duration>,
    /// Sound and voice notes. Default 180 days.
    pub audio: Option<Duration>,
    /// Documents. Default 365 days.
    pub document: Option<Duration>,
    /// Stickers. Default 30 days.
    pub sticker: Option<Duration>,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            image: Some(DAY * 180),
            video: Some(DAY * 90),
            audio: Some(DAY * 180),
            document: Some(DAY * 365),
            sticker: Some(DAY * 30),
        }
    }
}

impl Keep {
    /// A faulty setting keeps its default here; the fault is noted and refuses the whole.
    pub(super) fn read(root: &Section<'_>) -> Self {
        let mut keep = Self::default();
        let Some(media) = root.section("media") else { return keep };
        if let Some(table) = media.section("keep") {
            let set = |key, into: &mut Option<Duration>| {
                if let Some(read) = table.get(key).and_then(|value| span(&value)) {
                    *into = read;
                }
            };
            set("image", &mut keep.image);
            set("video", &mut keep.video);
            set("audio", &mut keep.audio);
            set("document", &mut keep.document);
            set("sticker", &mut keep.sticker);
            table.finish();
        }
        media.finish();
        keep
    }

    /// For how long files of this kind of message are kept; nothing means for ever.
    pub fn of(&self, kind: Kind) -> Option<Duration> {
        match kind {
            Kind::Image => self.image,
            Kind::Video => self.video,
            Kind::Audio | Kind::Voice => self.audio,
            Kind::Sticker => self.sticker,
            _ => self.document,
        }
    }

    /// For how long the files that are kept longest are; nothing means for ever.
    pub fn longest(&self) -> Option<Duration> {
        let all = [self.image, self.video, self.audio, self.document, self.sticker];
        all.into_iter().try_fold(Duration::ZERO, |longest, keep| Some(longest.max(keep?)))
    }
}

fn span(value: &Value<'_>) -> Option<Option<Duration>> {
    if value.is_text() && value.text()? == "forever" {
        return Some(None);
    }
    value.duration(DAY, DAY * 36_500).map(Some)
}
