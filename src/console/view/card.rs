//! What is known of the open ticket and its customer.

use super::thread::{clocks, dies_first, known, tags};
use crate::console::canvas::Canvas;
use crate::console::countdown::span;
use crate::console::language::Language;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::thread::day::moment;
use crate::console::thread::look::customer;
use crate::console::thread::words::{self, Word, link_in_words};
use crate::kit::text::one_line;
use crate::wire::{AsideView, ContactView, TicketView, TodoView};
use ratatui::layout::Rect;

type Line = Vec<(Role, String)>;

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(thread) = &model.thread else { return };
    let Some(ticket) = &thread.ticket else { return };
    let border = model.theme.style(Role::Border);
    let bar = if model.settings.unicode { "│" } else { "|" };
    for y in area.top()..area.bottom() {
        canvas.put(area.x, y, 1, bar, border);
    }
    let mut lines = person(model, known(model, ticket), ticket);
    lines.push(Line::new());
    lines.extend(facts(model, ticket));
    lines.push(Line::new());
    lines.extend(time(model, ticket));
    if let Some(contact) = known(model, ticket) {
        lines.push(Line::new());
        lines.extend(consents(model, contact));
        lines.push(Line::new());
        lines.extend(conversations(model, contact, ticket));
    }
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.x + 2;
        for (role, text) in line {
            let most = area.right().saturating_sub(x);
            x = canvas.clip(x, y, most, &text, model.theme.style(role));
        }
    }
}

fn heading(word: Word, language: Language) -> Line {
    vec![(Role::Heading, word.say(language).to_owned())]
}

fn person(model: &Model, contact: Option<&ContactView>, ticket: &TicketView) -> Vec<Line> {
    let language = model.settings.language;
    let brief = &ticket.contact;
    let mut lines =
        vec![heading(Word::Contact, language), vec![(Role::Text, customer(brief, language))]];
    let phone = contact.and_then(|of| of.phone.clone()).or_else(|| brief.phone.clone());
    let username = contact.and_then(|of| of.username.clone()).or_else(|| brief.username.clone());
    let user_id = contact.and_then(|of| of.user_id.clone()).or_else(|| brief.user_id.clone());
    let known = [phone.map(|digits| format!("+{digits}")), username, user_id];
    lines.extend(known.into_iter().flatten().map(|text| vec![(Role::Dim, text)]));
    if let Some(at) = contact.and_then(|of| of.erased_at) {
        let since = moment(at, &model.settings.zone, language);
        lines.push(vec![(Role::Warning, format!("{} {since}", Word::Erased.say(language)))]);
    }
    lines
}

fn facts(model: &Model, ticket: &TicketView) -> Vec<Line> {
    let language = model.settings.language;
    let zone = &model.settings.zone;
    let holder = match &ticket.assignee {
        Some(name) => (Role::SenderAgent, name.clone()),
        None => (Role::Warning, Word::Nobody.say(language).to_owned()),
    };
    let opened = moment(ticket.opened_at, zone, language);
    let mut lines = vec![
        vec![(Role::Heading, format!("{} #{}", Word::Ticket.say(language), ticket.number))],
        vec![
            (Role::Text, words::state(ticket.state, language).to_owned()),
            (Role::Dim, "  ".into()),
            holder,
        ],
        vec![
            (Role::Text, words::priority(ticket.priority, language).to_owned()),
            (Role::Dim, format!("  {} / {}", ticket.queue, ticket.line)),
        ],
        vec![(Role::Dim, format!("{} {opened}", Word::Opened.say(language)))],
    ];
    if let Some(at) = ticket.snoozed_until {
        let until = moment(at, zone, language);
        lines.push(vec![(Role::Dim, format!("{} {until}", Word::Until.say(language)))]);
    }
    if let Some(at) = ticket.solved_at {
        let at = moment(at, zone, language);
        lines.push(vec![(Role::Dim, format!("{} {at}", Word::Solved.say(language)))]);
    }
    if !ticket.tags.is_empty() {
        lines.push(tags(ticket));
    }
    lines.extend(ticket.aside.iter().flat_map(|aside| beside(model, aside)));
    lines
}

/// Who follows it, and what is to be done: what is not done first.
fn beside(model: &Model, aside: &AsideView) -> Vec<Line> {
    let language = model.settings.language;
    let mut lines = Vec::new();
    if !aside.followers.is_empty() {
        let names = aside.followers.join(", ");
        lines.push(vec![(Role::Dim, format!("{}: {names}", Word::Followers.say(language)))]);
    }
    lines.extend(aside.fields.iter().map(|(name, value)| {
        vec![(Role::Dim, format!("{name}: ")), (Role::Text, one_line(value, 80))]
    }));
    lines.extend(aside.links.iter().map(|link| {
        let text = link_in_words(link, &model.settings.zone, language);
        vec![(Role::Text, format!("#{} ", link.ticket)), (Role::Dim, text)]
    }));
    let mut todos: Vec<_> = aside.todos.iter().collect();
    todos.sort_by_key(|todo| (todo.done, todo.due.is_none(), todo.due, todo.id));
    let todo = |todo: &TodoView| {
        let (role, mark) = match (todo.done, todo.due.is_some_and(|at| at <= model.desk_now())) {
            (true, _) => (Role::Dim, "[x]"),
            (false, true) => (Role::Warning, "[ ]"),
            (false, false) => (Role::Text, "[ ]"),
        };
        let owner = todo.owner.as_ref().map(|owner| format!(" @{owner}")).unwrap_or_default();
        let text = one_line(&todo.text, 80);
        let due = todo.due.filter(|_| !todo.done);
        // On a row of its own: behind the text it would be cut off.
        let due = due.map(|at| {
            let at = moment(at, &model.settings.zone, language);
            vec![(role, format!("    {} {at}", Word::Until.say(language)))]
        });
        std::iter::once(vec![(role, format!("{mark} {}{owner} {text}", todo.id))]).chain(due)
    };
    lines.extend(todos.into_iter().flat_map(todo));
    lines
}

fn time(model: &Model, ticket: &TicketView) -> Vec<Line> {
    let language = model.settings.language;
    let mut lines = vec![heading(Word::Clocks, language)];
    let clocks = clocks(model, ticket, false);
    lines.extend(clocks.into_iter().map(|(role, text)| vec![(role, text.trim_start().to_owned())]));
    lines.extend(dies_first(model, ticket).map(|piece| vec![piece]));
    if let Some(since) = ticket.waiting_since {
        let waits = span(model.desk_now().since(since));
        lines.push(vec![(Role::Text, format!("{} {waits}", Word::Waits.say(language)))]);
    }
    lines
}

fn consents(model: &Model, contact: &ContactView) -> Vec<Line> {
    let language = model.settings.language;
    let mut lines = vec![heading(Word::Consents, language)];
    for consent in &contact.consents {
        let word = words::known(consent.purpose.word(), language).unwrap_or(consent.purpose.word());
        let (role, said) = match consent.granted {
            true => (Role::Success, Word::Yes),
            false => (Role::Warning, Word::No),
        };
        let at = moment(consent.at, &model.settings.zone, language);
        lines.push(vec![
            (Role::Text, format!("{word}: ")),
            (role, said.say(language).to_owned()),
            (Role::Dim, format!("  {at}")),
        ]);
    }
    if contact.consents.is_empty() {
        lines.push(vec![(Role::Dim, Word::None.say(language).to_owned())]);
    }
    lines
}

fn conversations(model: &Model, contact: &ContactView, ticket: &TicketView) -> Vec<Line> {
    let language = model.settings.language;
    let mut lines = vec![heading(Word::Conversations, language)];
    for of in &contact.conversations {
        let mut line = vec![(Role::Text, of.line.clone())];
        if let Some(number) = of.ticket {
            let here = number == ticket.number;
            let state = of.state.map_or("", |state| words::state(state, language));
            let role = if here { Role::ViewCurrent } else { Role::Dim };
            line.push((role, format!("  #{number} {state}")));
        }
        lines.push(line);
    }
    lines
}
