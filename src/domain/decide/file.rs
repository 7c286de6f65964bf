//! What became of a message's file.

use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::file::{News, Of, State};
use crate::domain::policy::Ctx;

/// News that come twice, or too late, change nothing.
pub(super) fn file(state: &Conversation, of: Of, news: News, ctx: &Ctx) -> Vec<Event> {
    let Some(entry) = state.thread.with_file(of) else { return Vec::new() };
    let at = ctx.now;
    let ours = entry.sort().is_outbox();
    let event = match (entry.file(), news) {
        (State::Waiting, News::Stored { bytes }) => Event::FileStored { at, of, bytes },
        (State::Waiting, News::Lost(why)) => Event::FileLost { at, of, why },
        (State::Stored, News::Expired) => Event::FileExpired { at, of },
        // Of a message of ours the file was there before the message.
        (State::None, News::Expired) if ours => Event::FileExpired { at, of },
        _ => return Vec::new(),
    };
    vec![event]
}
