//! Previews of the pictures that are on the screen: asked for, and taken in.

use crate::console::effect::{Effect, PreviewAsk};
use crate::console::model::Model;
use crate::console::model::thread::Thread;
use crate::console::msg::Previewed;

/// Asks for those on the screen that are not here, the newest first. Nothing is fetched that nobody sees.
pub(super) fn look(model: &mut Model, thread: &Thread, effects: &mut Vec<Effect>) {
    if !model.link.is_online() {
        return;
    }
    let (first, last) = thread.seen();
    let lines = thread.lines();
    model.previews.begin();
    for place in (first..=last).rev() {
        let (Some(key), Some(block)) = (lines.keys().get(place), lines.block(place)) else {
            continue;
        };
        let wish = block.size().and_then(|size| model.settings.wish(size));
        let Some(wish) = wish else { continue };
        if model.previews.look(key, wish) {
            let (ticket, entry) = (thread.number, key.clone());
            effects.push(Effect::Preview(PreviewAsk { ticket, entry, wish }));
        }
    }
}

/// Folds in what came of one.
pub(super) fn came(model: &mut Model, Previewed { entry, wish, came }: Previewed) {
    if model.previews.take(&entry, wish, came)
        && let Some(thread) = &mut model.thread
    {
        thread.touch();
    }
}
