//! The list of tickets: views, the cursor, marks, and which rows the relay is asked for.

use super::{places, search};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::layout::{self, Screen};
use crate::console::model::Model;
use crate::console::model::inbox::{From, ROWS, Tab};
use crate::console::model::mirror::watch;
use crate::console::model::places::Place;
use crate::console::model::told::Gravity;
use crate::kit::text::one_line;
use crate::wire::{ClientFrame, Fresh, InboxView, Sort, TicketFilter, TicketView, Watch};

/// Tickets that are marked at once, at most.
const MARKED_MOST: usize = 2_000;

crate::words! {
    enum Word {
        MoreThere = [
            "{0} marked, of {1}: {2} again marks all of them",
            "{0} segnati, di {1}: {2} di nuovo li segna tutti",
            "{0} marcados, de {1}: {2} de novo marca todos",
            "{0} marcados, de {1}: {2} otra vez los marca todos"
        ],
        AllMarked = ["{0} marked", "{0} segnati", "{0} marcados", "{0} marcados"],
        NotListed = ["the list cannot be had: {0}", "l'elenco non c'è: {0}", "a lista não veio: {0}", "la lista no llegó: {0}"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::View if !asked.argument.is_empty() => view_named(model, &asked.argument, effects),
        Action::NextView => step_view(model, true, effects),
        Action::PreviousView => step_view(model, false, effects),
        Action::Search => search::open(model, &asked.argument, effects),
        Action::Unmark => model.inbox.marked.clear(),
        _ if model.screen != Screen::Inbox => return false,
        Action::Open => {
            if let Some(number) = model.inbox.cursor {
                places::open(model, number, effects);
            }
        }
        Action::Mark => {
            model.inbox.mark();
            steer(model, Action::Down, effects);
        }
        Action::MarkRange => model.inbox.mark_range(),
        Action::MarkAll => mark_all(model, effects),
        action => return steer(model, action, effects),
    }
    true
}

/// Marks all that are loaded; again, also those that are not.
fn mark_all(model: &mut Model, effects: &mut Vec<Effect>) {
    let inbox = &mut model.inbox;
    let before = inbox.marked.len();
    inbox.marked.extend(inbox.shown.iter().map(|ticket| ticket.number));
    let more = inbox.total > inbox.shown.len();
    if more && inbox.marked.len() == before && model.link.is_online() {
        let limit = Some(MARKED_MOST);
        let filter = TicketFilter { limit, ..inbox.filter() };
        effects.push(Effect::AllOf(Box::new(filter)));
    } else if more {
        let key = model.key_of(Action::MarkAll).unwrap_or_else(|| Action::MarkAll.id().to_owned());
        let (marked, total) = (model.inbox.marked.len().to_string(), model.inbox.total.to_string());
        let told = fill(Word::MoreThere.say(model.settings.language), &[&marked, &total, &key]);
        model.told.tell(model.now, Gravity::Plain, told);
    }
}

/// The relay has listed all tickets of a list: they are marked, if that list is still shown.
pub fn mark_listed(model: &mut Model, filter: &TicketFilter, all: Result<String, String>) {
    let language = model.settings.language;
    let read = |text: String| {
        serde_json::from_str::<Vec<TicketView>>(&text).map_err(|error| error.to_string())
    };
    let all = match all.and_then(read) {
        Ok(all) => all,
        Err(why) => {
            let told = fill(Word::NotListed.say(language), &[&one_line(&why, 200)]);
            return model.told.tell(model.now, Gravity::Warning, told);
        }
    };
    let shown = TicketFilter { limit: filter.limit, ..model.inbox.filter() };
    if shown != *filter {
        return;
    }
    let inbox = &mut model.inbox;
    inbox.marked.extend(all.iter().map(|ticket| ticket.number));
    // The way back from what is done to them.
    inbox.kept.extend(all.into_iter().map(|ticket| (ticket.number, ticket)));
    let marked = inbox.marked.len().to_string();
    model.told.tell(model.now, Gravity::Plain, fill(Word::AllMarked.say(language), &[&marked]));
}

/// Moves the cursor, if the action is a move; says whether it was.
pub fn steer(model: &mut Model, action: Action, effects: &mut Vec<Effect>) -> bool {
    let page = page(model);
    let (step, jump) = match action {
        Action::Down => (1, false),
        Action::Up => (-1, false),
        Action::PageDown => (page as isize, true),
        Action::PageUp => (-(page as isize), true),
        Action::HalfDown => ((page / 2).max(1) as isize, true),
        Action::HalfUp => (-((page / 2).max(1) as isize), true),
        Action::Top => (isize::MIN, false),
        Action::Bottom => (isize::MAX, false),
        _ => return false,
    };
    let inbox = &mut model.inbox;
    if jump {
        inbox.top = inbox.top.saturating_add_signed(step);
    }
    inbox.go(inbox.place.saturating_add_signed(step));
    fit(model, effects);
    true
}

/// How many rows of the list fit on the screen.
pub fn page(model: &Model) -> usize {
    usize::from(layout::rows(model.panes().inbox).height).max(1)
}

fn view_named(model: &mut Model, word: &str, effects: &mut Vec<Effect>) {
    let plain = |name: &str| name.trim().replace(['-', ' '], "_").to_lowercase();
    // A saved view is called by its name, or by its number among them.
    let number = word.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let named = model.saved_views().position(|view| plain(&view.name) == plain(word));
    let saved = named.or(number).and_then(|place| model.saved_views().nth(place)).cloned();
    let tab = match (saved, plain(word).parse::<InboxView>()) {
        (Some(saved), _) => Ok(Tab::Saved(saved)),
        (None, view) => view.map(Tab::Always),
    };
    match tab {
        Ok(tab) => places::go(model, Place::of_tab(tab), effects),
        Err(fault) => {
            let names: Vec<_> = model.saved_views().map(|view| view.name.as_str()).collect();
            let fault = [vec![fault.as_str()], names].concat().join(", ");
            model.told.tell(model.now, Gravity::Error, fault);
        }
    }
}

fn step_view(model: &mut Model, forward: bool, effects: &mut Vec<Effect>) {
    let mut tabs = model.tabs();
    let here = model.tab();
    let at = tabs.iter().position(|tab| *tab == here).unwrap_or(0);
    let by = if forward { 1 } else { tabs.len() - 1 };
    let next = (at + by) % tabs.len();
    places::go(model, Place::of_tab(tabs.swap_remove(next)), effects);
}

/// Moves what is on the screen, as a wheel does.
pub fn scroll(model: &mut Model, rows: isize, effects: &mut Vec<Effect>) {
    let page = page(model);
    model.inbox.scroll(rows, page);
    fit(model, effects);
}

/// Asks the relay for the rows that are missing, after the cursor, the filter or the screen has changed.
pub fn fit(model: &mut Model, effects: &mut Vec<Effect>) {
    let page = page(model);
    model.inbox.follow(page);
    if !model.link.is_online() {
        return;
    }
    let Some(range) = model.inbox.wanted(page) else { return };
    let last = model.inbox.asked.is_some().then_some(model.inbox.watch);
    let next = match last {
        None => watch::INBOX,
        Some(watch::INBOX) => watch::INBOXES.start,
        Some(last) if last + 1 < watch::INBOXES.end => last + 1,
        Some(_) => watch::INBOXES.start,
    };
    if let Some(last) = last {
        effects.push(Effect::Say(ClientFrame::Unwatch { watch: last }));
    }
    let (anchor, before, place) = match range.from {
        From::Place(place) => (None, 0, place),
        From::Ticket(number) => (Some(number), ROWS / 2, 0),
    };
    let what = Watch::Inbox {
        filter: range.filter.clone(),
        sort: Sort::Urgency,
        anchor,
        before,
        place,
        rows: ROWS,
    };
    effects.push(Effect::Say(ClientFrame::Watch { watch: next, what }));
    model.inbox.ask(range, next);
}

/// Folds in rows that came under a watch of the list. `more` of them come in the next frame.
pub fn heard(model: &mut Model, number: u32, fresh: Fresh, more: bool, effects: &mut Vec<Effect>) {
    let Fresh::Inbox { total, first, searching, beyond, rows } = fresh else { return };
    if model.inbox.asked.is_none() || number != model.inbox.watch {
        return;
    }
    let inbox = &mut model.inbox;
    match inbox.take((total, first), rows, more) {
        Ok(()) => {
            inbox.searching = searching;
            inbox.beyond = beyond;
            if more {
                let page = page(model);
                model.inbox.follow(page);
                return;
            }
        }
        Err(_) => inbox.lose(),
    }
    fit(model, effects);
}
