//! Previews of the pictures that are on the screen: asked for, and taken in.

use crate::console::effect::{Effect, PreviewAsk};
use crate::console::model::Model;
use crate::console::model::thread::Thread;
use crate::console::msg::Previewed;
use crate::console::preview::Wish;

/// Asks for those on the screen that are not here, the newest first. Nothing is fetched that nobody sees.
pub(super) fn look(model: &mut Model, thread: &Thread, effects: &mut Vec<Effect>) {
    if !model.link.is_online() {
        return;
    }
    let (first, last) = thread.seen();
    let lines = thread.lines();
    for place in (first..=last).rev() {
        let (Some(key), Some(block)) = (lines.keys().get(place), lines.block(place)) else {
            continue;
        };
        let Some(size) = block.picture.as_ref().map(|(_, size)| *size) else { continue };
        if model.previews.look(key, size) {
            let wish = Wish { size, depth: model.settings.depth };
            let (ticket, entry) = (thread.number, key.clone());
            effects.push(Effect::Preview(PreviewAsk { ticket, entry, wish }));
        }
    }
}

/// Folds in what came of one.
pub(super) fn came(model: &mut Model, Previewed { entry, size, came }: Previewed) {
    if model.previews.take(&entry, size, came)
        && let Some(thread) = &mut model.thread
    {
        thread.touch();
    }
}
