//! What people do to tickets: commands to the relay, their answers, and the way back.

pub(crate) mod argument;
pub mod bulk;
pub mod command;
pub(crate) mod deed;
mod inverse;
mod next;
mod offer;
pub mod refusal;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod todo;
mod undo;
mod whisper;
mod why;

pub use command::{command, commands};
pub use why::why_not;

use super::overlays::prompt;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::acts::After;
use crate::console::model::told::Gravity;
use crate::domain::id::TicketNumber;
use crate::wire::{ActionRequest, TicketView};

crate::words! {
    enum Word {
        NoTicket = ["no ticket here", "nessun ticket qui", "nenhum ticket aqui", "ningún ticket aquí"],
        NoNumber = ["no number of the customer is known", "il numero del cliente non è noto", "o número do cliente não é conhecido", "no se conoce el número del cliente"],
        Copied = ["the number was copied", "il numero è copiato", "o número foi copiado", "el número se copió"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Undo => undo::undo(model, effects),
        Action::TakeNext => next::take(model, effects),
        Action::AcceptOffer => offer::answer(model, ActionRequest::Accept, effects),
        Action::DeclineOffer => offer::answer(model, ActionRequest::Decline, effects),
        Action::Why => match model.subject().map(|ticket| ticket.number) {
            Some(number) => effects.push(Effect::Why(number)),
            None => tell(model, Gravity::Warning, Word::NoTicket),
        },
        Action::TakeWhisper => whisper::take(model, effects),
        Action::DoNotDisturb => super::notices::do_not_disturb(model),
        Action::Take
        | Action::Release
        | Action::Solve
        | Action::SolveNext
        | Action::Reopen
        | Action::Pend
        | Action::Hold
        | Action::Acknowledge
        | Action::MarkRead
        | Action::Assign
        | Action::Move
        | Action::HandOver
        | Action::Snooze
        | Action::Priority
        | Action::Tag
        | Action::Merge
        | Action::Split
        | Action::Whisper
        | Action::Note
        | Action::Follow
        | Action::Todo
        | Action::TodoDone
        | Action::Field
        | Action::Link
        | Action::MergeTicket
        | Action::UnmergeTicket
        | Action::CopyNumber => {
            let about = bulk::subjects(model);
            if about.is_empty() {
                tell(model, Gravity::Warning, Word::NoTicket);
            } else {
                on_tickets(model, &about, asked, effects);
            }
        }
        _ => return false,
    }
    true
}

fn on_tickets(
    model: &mut Model,
    about: &[TicketNumber],
    asked: &Invocation,
    effects: &mut Vec<Effect>,
) {
    let mut after = None;
    let request = match asked.action {
        Action::Take => ActionRequest::Take,
        Action::Release => ActionRequest::Release,
        Action::Solve => ActionRequest::Solve,
        Action::SolveNext => {
            after = Some(After::Perform(Invocation::bare(Action::NextForMe)));
            ActionRequest::Solve
        }
        Action::Reopen => ActionRequest::Reopen { state: None, keep: false },
        Action::Pend => ActionRequest::Pend,
        Action::Hold => ActionRequest::Hold,
        Action::Acknowledge => ActionRequest::Acknowledge,
        Action::MarkRead => ActionRequest::MarkRead,
        Action::Split => ActionRequest::Split,
        Action::Follow if follows(model, about) => ActionRequest::Unfollow,
        Action::Follow => ActionRequest::Follow,
        Action::CopyNumber => return copy_number(model, effects),
        Action::Note if asked.argument.is_empty() => return write_note(model, effects),
        Action::Note => ActionRequest::Note { text: asked.argument.clone() },
        _ if asked.argument.is_empty() => return prompt::open(model, asked.action, about.to_vec()),
        action => match argument::request(model, action, &asked.argument) {
            Ok(request) => request,
            Err(fault) => return model.told.tell(model.now, Gravity::Error, fault),
        },
    };
    bulk::act(model, about, asked.action, &request, after, effects);
}

/// Whether the account follows the first of these tickets.
fn follows(model: &Model, about: &[TicketNumber]) -> bool {
    let ticket = about.first().and_then(|number| known(model, *number));
    let aside = ticket.and_then(|ticket| ticket.aside.as_deref());
    let me = model.mirror.me();
    aside.is_some_and(|aside| aside.followers.iter().any(|follower| Some(&**follower) == me))
}

/// What is known of a ticket, wherever it is shown.
pub(crate) fn known(model: &Model, number: TicketNumber) -> Option<&TicketView> {
    let open = model.thread.as_ref().filter(|thread| thread.number == number);
    let open = open.and_then(|thread| thread.ticket.as_ref());
    open.or_else(|| model.inbox.shown.get(&number))
        .or_else(|| model.inbox.kept.get(&number))
        .or_else(|| model.mirror.mine.get(&number))
}

fn tell(model: &mut Model, gravity: Gravity, word: Word) {
    model.told.tell(model.now, gravity, word.say(model.settings.language));
}

fn copy_number(model: &mut Model, effects: &mut Vec<Effect>) {
    let phone = model.subject().and_then(|ticket| ticket.contact.phone.clone());
    match phone {
        Some(phone) => {
            effects.push(Effect::Copy(format!("+{phone}")));
            tell(model, Gravity::Good, Word::Copied);
        }
        None => tell(model, Gravity::Warning, Word::NoNumber),
    }
}

/// Opens the ticket and turns its composer to a note.
fn write_note(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.screen != Screen::Thread {
        super::perform(model, &Invocation::bare(Action::Open), effects);
    }
    if model.screen == Screen::Thread {
        (model.composer.note, model.composer.turning) = (true, false);
        model.composing = true;
    }
}

/// Opens a ticket's thread.
pub(crate) fn go_to(model: &mut Model, number: TicketNumber, effects: &mut Vec<Effect>) {
    model.screen = Screen::Thread;
    super::thread::open(model, number, effects);
}
