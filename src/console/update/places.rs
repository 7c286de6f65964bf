//! Going from place to place: screens, jumps, the mouse, and what concerns the whole console.

use super::overlays::prompt;
use super::{composer, inbox, pointer, quit, search, thread};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::inbox::{Goal, Which};
use crate::console::model::mirror::watch;
use crate::console::model::places::Place;
use crate::console::model::told::Gravity;
use crate::domain::id::TicketNumber;
use crate::wire::{ClientFrame, Watch};
use crate::words;

words! {
    enum Word {
        NobodyWaits = ["nobody else waits for you", "nessun altro ti aspetta", "ninguém mais espera por você", "nadie más te espera"],
        NoJump = ["there is no place to jump to", "non c'è un altro posto in cui saltare", "não há outro lugar para onde saltar", "no hay otro lugar al que saltar"],
        NoLink = ["no other ticket has to do with it", "nessun altro ticket ha a che fare con questo", "nenhum outro ticket tem a ver com este", "ningún otro ticket tiene que ver con este"],
        ListEnds = ["the list ends here", "la lista finisce qui", "a lista termina aqui", "la lista termina aquí"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Back => back(model, effects),
        Action::GoInbox if model.screen == Screen::Inbox => {}
        Action::GoInbox => {
            let (which, cursor) = (model.inbox.which(), model.inbox.cursor);
            go(model, Place::Inbox { which, cursor }, effects);
        }
        Action::GoWall if model.screen == Screen::Wall => {}
        Action::GoWall => go(model, Place::Wall, effects),
        Action::NextForMe => {
            if !next(model, effects) {
                tell(model, Word::NobodyWaits);
            }
        }
        Action::JumpBack | Action::JumpForward => {
            let Some(here) = here(model) else { return true };
            let places = &mut model.places;
            let to = match asked.action {
                Action::JumpBack => places.back(here),
                _ => places.forward(here),
            };
            match to {
                Some(place) => show(model, place, effects),
                None => tell(model, Word::NoJump),
            }
        }
        Action::Linked => linked(model, &asked.argument, effects),
        Action::NextTicket => neighbour(model, 1, effects),
        Action::PreviousTicket => neighbour(model, -1, effects),
        Action::Reply if model.screen != Screen::Wall => {
            if model.screen == Screen::Inbox {
                let Some(number) = model.inbox.cursor else { return true };
                open(model, number, effects);
            }
            if composer::to_reply(model) {
                model.composing = true;
            }
        }
        Action::Quit => quit::quit(model, effects),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Redraw => effects.push(Effect::Redraw),
        Action::Reconnect => effects.push(Effect::Reconnect),
        _ => return false,
    }
    true
}

fn tell(model: &mut Model, word: Word) {
    let text = word.say(model.settings.language);
    model.told.tell(model.now, Gravity::Plain, text);
}

/// Where the person is.
pub fn here(model: &Model) -> Option<Place> {
    match model.screen {
        Screen::Inbox => {
            Some(Place::Inbox { which: model.inbox.which(), cursor: model.inbox.cursor })
        }
        Screen::Thread => model.thread.as_ref().map(|thread| Place::Thread(thread.number)),
        Screen::Wall => Some(Place::Wall),
    }
}

/// Opens a ticket's thread; the way back leads here.
pub fn open(model: &mut Model, number: TicketNumber, effects: &mut Vec<Effect>) {
    go(model, Place::Thread(number), effects);
}

/// Goes to a place; the way back leads here.
pub fn go(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    if let Some(here) = here(model) {
        model.places.leave(here);
    }
    show(model, place, effects);
}

/// Shows a place.
fn show(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    composer::leave(model, effects);
    model.composing = false;
    if !matches!(place, Place::Thread(_)) {
        thread::close(model, effects);
    }
    match place {
        Place::Inbox { which, cursor } => {
            model.screen = Screen::Inbox;
            if which != model.inbox.which() {
                model.inbox.turn(which);
                model.inbox.goal = cursor.map(Goal::Ticket);
            }
        }
        Place::Thread(number) => {
            model.screen = Screen::Thread;
            if let Some(place) = model.inbox.place_of(number) {
                model.inbox.go(place);
            }
            thread::open(model, number, effects);
        }
        Place::Wall => model.screen = Screen::Wall,
    }
    watch_wall(model, effects);
    inbox::fit(model, effects);
}

/// Watches the wall while it is on the screen.
pub fn watch_wall(model: &mut Model, effects: &mut Vec<Effect>) {
    let wanted = model.screen == Screen::Wall;
    if model.link.is_online() && model.wall.watched != wanted {
        model.wall.watched = wanted;
        if wanted {
            model.mirror.expected.insert(watch::WALL);
        }
        effects.push(Effect::Say(match wanted {
            true => ClientFrame::Watch { watch: watch::WALL, what: Watch::Wall },
            false => ClientFrame::Unwatch { watch: watch::WALL },
        }));
    }
}

/// One step back: out of what lies over the screen, out of the composer, out of the thread, out of what narrows
/// the inbox.
fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.overlays.pop().is_some() {
        return;
    }
    if model.composing {
        composer::leave(model, effects);
        model.composing = false;
        return;
    }
    let inbox = &mut model.inbox;
    match model.screen {
        Screen::Thread | Screen::Wall => {
            let (which, cursor) = (inbox.which(), inbox.cursor);
            go(model, Place::Inbox { which, cursor }, effects);
        }
        Screen::Inbox if !inbox.marked.is_empty() => inbox.marked.clear(),
        Screen::Inbox if inbox.query.is_some() => search::narrow(model, None, effects),
        Screen::Inbox if inbox.is_narrow() => {
            let which = Which { view: inbox.view, ..Which::default() };
            let place = Place::Inbox { which, cursor: inbox.cursor };
            let from_wall = model.places.came_from(&Place::Wall);
            go(model, if from_wall { Place::Wall } else { place }, effects);
            if from_wall {
                model.inbox.turn(Which::default());
            }
        }
        Screen::Inbox => {}
    }
}

/// Goes to the next ticket that needs the account: first where somebody calls it by name, then its own with a
/// customer who waits, the most urgent first, then those of its queues that are nobody's. Says whether there is one.
pub fn next(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let queues = model.mirror.you.as_ref().map(|you| you.queues.as_slice()).unwrap_or_default();
    let mine = model.mirror.mine.iter().filter(|ticket| ticket.waiting_since.is_some());
    let free = model.mirror.unassigned.iter().filter(|ticket| {
        ticket.waiting_since.is_some()
            && ticket.assignee.is_none()
            && queues.contains(&ticket.queue)
    });
    let waiting: Vec<_> = mine.chain(free).map(|ticket| ticket.number).collect();
    let open = model.thread.as_ref().map(|thread| thread.number);
    let after = waiting.iter().position(|number| Some(*number) == open).map_or(0, |at| at + 1);
    let (ahead, behind) = waiting.split_at(after);
    let called = model.notices.calling().into_iter();
    let found =
        called.chain(behind.iter().chain(ahead).copied()).find(|number| Some(*number) != open);
    if let Some(number) = found {
        self::open(model, number, effects);
    }
    found.is_some()
}

/// Goes to the ticket before or after the open one in the inbox.
fn neighbour(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    let Some(open) = model.thread.as_ref().map(|thread| thread.number) else {
        model.inbox.go(model.inbox.place.saturating_add_signed(by));
        return inbox::fit(model, effects);
    };
    let inbox = &model.inbox;
    let to = match inbox.place_of(open) {
        Some(place) => place.checked_add_signed(by).and_then(|place| inbox.at(place)),
        // It has left the list; the cursor stands on the one after it.
        None if by < 0 => inbox.place.checked_sub(1).and_then(|place| inbox.at(place)),
        None => inbox.selected(),
    };
    match to.map(|ticket| ticket.number) {
        Some(number) => self::open(model, number, effects),
        None => tell(model, Word::ListEnds),
    }
}

/// Goes to the ticket of that number, to the only one that has to do with the present one, or asks to which.
pub fn linked(model: &mut Model, number: &str, effects: &mut Vec<Effect>) {
    if let Ok(number) = number.trim().trim_start_matches('#').parse() {
        return open(model, TicketNumber(number), effects);
    }
    let Some(ticket) = model.subject() else { return };
    let about = ticket.number;
    let links: Vec<_> = ticket.aside.iter().flat_map(|aside| &aside.links).collect();
    match links[..] {
        [] => tell(model, Word::NoLink),
        [only] => {
            let number = only.ticket;
            open(model, number, effects);
        }
        _ => prompt::push(model, Action::Linked, vec![about], None),
    }
}

/// Takes a click or a turn of the wheel.
pub fn mouse(model: &mut Model, mouse: crate::console::msg::Mouse, effects: &mut Vec<Effect>) {
    pointer::mouse(model, mouse, effects);
}
