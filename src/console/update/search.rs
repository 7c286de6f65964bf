//! The search: what is typed narrows the list while it is typed.

use super::{inbox, places};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::editor::Editor;
use crate::console::effect::Effect;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::inbox::Goal;
use crate::console::model::overlay::Overlay;
use crate::console::model::places::Place;
use crate::wire::QUERY_MOST;

/// Begins to search, or searches for `text` at once. From elsewhere it goes to the inbox.
pub fn open(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if model.screen != Screen::Inbox {
        let view = model.inbox.view;
        places::go(model, Place::of_view(view), effects);
    }
    if text.is_empty() {
        let begun = model.inbox.query.clone().unwrap_or_default();
        model.inbox.query = Some(begun.clone());
        model.overlays.push(Overlay::Search(Editor::of(begun)));
    } else {
        narrow(model, Some(text.to_owned()), effects);
    }
}

/// Searches for something else, or for nothing any more.
pub fn narrow(model: &mut Model, query: Option<String>, effects: &mut Vec<Effect>) {
    if model.inbox.query == query {
        return;
    }
    if query.is_none() {
        model.inbox.goal = model.inbox.cursor.map(Goal::Ticket);
    }
    model.inbox.query = query;
    inbox::fit(model, effects);
}

/// Takes what is asked for while a search is typed; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Back => {
            model.overlays.pop();
            narrow(model, None, effects);
        }
        Action::Accept => {
            model.overlays.pop();
            if model.inbox.query.as_ref().is_some_and(|query| query.trim().is_empty()) {
                narrow(model, None, effects);
            } else if let Some(number) = model.inbox.cursor.filter(|_| model.inbox.is_answered()) {
                places::open(model, number, effects);
            }
        }
        Action::Complete => drop(model.overlays.pop()),
        action if inbox::steer(model, action, effects) => {}
        action => {
            let Some(Overlay::Search(editor)) = model.overlays.last_mut() else { return false };
            if !editor.perform(action) {
                return false;
            }
            read(model, effects);
        }
    }
    true
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Search(editor)) = model.overlays.last_mut() {
        let room = QUERY_MOST.saturating_sub(editor.text().chars().count());
        let line: String =
            text.chars().map(|c| if c == '\n' { ' ' } else { c }).take(room).collect();
        editor.insert(&line);
        read(model, effects);
    }
}

fn read(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Search(editor)) = model.overlays.last() {
        let query = Some(editor.text().to_owned());
        narrow(model, query, effects);
    }
}
