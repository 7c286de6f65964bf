//! Drafts: what is written is kept by the relay, and found again on another console of the same account.

use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::composer::Composer;
use crate::console::model::told::Gravity;
use crate::domain::id::TicketNumber;
use crate::domain::refusal::Refusal;
use crate::wire::{ClientFrame, DraftView};

/// How long after a change the relay is told, in real milliseconds.
const PAUSE_MS: i64 = 300;

/// Whoever has typed here within this time is not interrupted by another console, in real milliseconds.
const TYPING_MS: i64 = 2_000;

crate::words! {
    enum Word {
        Closed = [
            "the window has closed: only templates reach the customer now; what you typed is kept",
            "la finestra si è chiusa: ora arrivano solo modelli; quel che hai scritto resta",
            "a janela fechou: agora só modelos chegam ao cliente; o que você escreveu fica guardado",
            "la ventana se cerró: ahora solo llegan plantillas; lo que escribiste se conserva"
        ],
        Open = [
            "the customer wrote: the window is open again",
            "il cliente ha scritto: la finestra è di nuovo aperta",
            "o cliente escreveu: a janela está aberta de novo",
            "el cliente escribió: la ventana está abierta otra vez"
        ],
    }
}

/// Looks whether the window has closed or opened, and whether the relay is to be told of what is written.
pub fn tick(model: &mut Model, effects: &mut Vec<Effect>) {
    watch_window(model);
    let due = model.composer.unsaid_since.is_some_and(|since| model.now.0 - since.0 >= PAUSE_MS);
    if due {
        say(model, effects);
    }
}

/// Leaves the composer; the text stays.
pub fn leave(model: &mut Model, effects: &mut Vec<Effect>) {
    model.composing = false;
    model.composer.turning = false;
    say(model, effects);
}

/// The real instant at which [`tick`] has something to do for a draft.
pub fn due_at(composer: &Composer) -> Option<crate::kit::Timestamp> {
    composer.unsaid_since.map(|since| since.plus_millis(PAUSE_MS))
}

fn say(model: &mut Model, effects: &mut Vec<Effect>) {
    let (Some(ticket), true) = (model.composer.ticket, model.link.is_online()) else { return };
    if model.composer.unsaid_since.take().is_some() {
        effects.push(Effect::Say(ClientFrame::Draft {
            ticket,
            text: model.composer.editor.text().to_owned(),
            note: model.composer.note,
            console: model.console(),
        }));
    }
}

fn watch_window(model: &mut Model) {
    if model.composer.ticket.is_none() || model.composer.ticket != model.subject_number() {
        return;
    }
    let open = !matches!(super::may_reply(model), Err(Refusal::WindowClosed { .. }));
    let was = model.composer.was_open.replace(open);
    if was.is_some_and(|was| was != open) && model.composing && !model.composer.note {
        let (gravity, word) =
            if open { (Gravity::Good, Word::Open) } else { (Gravity::Warning, Word::Closed) };
        model.told.tell(model.now, gravity, word.say(model.settings.language));
    }
}

/// Folds in the draft that the relay keeps for the open thread.
pub fn heard(model: &mut Model, ticket: TicketNumber, draft: Option<&DraftView>) {
    let (console, now) = (model.console(), model.now);
    let composer = &mut model.composer;
    if composer.ticket != Some(ticket) {
        return;
    }
    let typing = composer.touched_at.is_some_and(|at| now.0 - at.0 < TYPING_MS);
    match draft {
        Some(draft) if draft.console != console && !typing && composer.unsaid_since.is_none() => {
            if composer.editor.text() != draft.text {
                composer.editor.set(&draft.text);
            }
            composer.note = draft.note;
            composer.begun = Some(draft.at);
            composer.turning = false;
            composer.taken_over = Some(draft.text.clone());
        }
        // It was sent from the console that it came from.
        None if composer.taken_over.as_deref() == Some(composer.editor.text()) => composer.clear(),
        _ => {}
    }
}
