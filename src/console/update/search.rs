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
use crate::console::model::told::Gravity;
use crate::console::query;
use crate::domain::query::{Fault, Known, parse};
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
    } else if let Some(fault) = fault(model, text) {
        let told = query::say(&fault, model.settings.language);
        model.told.tell(model.now, Gravity::Error, told);
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
    model.inbox.fault = query.as_deref().and_then(|text| fault(model, text));
    model.inbox.query = query;
    inbox::fit(model, effects);
}

/// What is wrong in a query. Whether there is such an account is left to the relay.
fn fault(model: &Model, text: &str) -> Option<Fault> {
    let desk = model.mirror.desk.as_ref();
    let known = Known {
        queues: desk.map(|desk| desk.queues.as_slice()),
        lines: desk.map(|desk| desk.lines.as_slice()),
        people: None,
        fields: desk.map(|desk| desk.fields.as_slice()),
    };
    parse(text, known).err()
}

/// Takes what is asked for while a search is typed; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Back => {
            model.overlays.pop();
            narrow(model, None, effects);
        }
        Action::Accept | Action::Complete if model.inbox.fault.is_some() => {
            if let Some(fault) = &model.inbox.fault {
                let told = query::say(fault, model.settings.language);
                model.told.tell(model.now, Gravity::Error, told);
            }
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

#[cfg(test)]
mod tests {
    use crate::console::effect::Effect;
    use crate::console::model::inbox::Tab;
    use crate::console::model::mirror::watch;
    use crate::console::rig::Rig;
    use crate::console::sample::{frame, rig, rows, ticket, tickets, welcome};
    use crate::domain::query::SavedView;
    use crate::domain::roster::Role;
    use crate::wire::{ClientFrame, Fresh, RelayFrame, TallyView, Watch};

    /// What was asked of the relay: queries of the list, and what is counted.
    fn asked(rig: &mut Rig) -> Vec<String> {
        let told = rig.effects().into_iter().filter_map(|effect| match effect {
            Effect::Say(ClientFrame::Watch { what: Watch::Inbox { filter, .. }, .. }) => {
                filter.query.or(filter.view.map(|view| view.word().to_owned()))
            }
            Effect::Say(ClientFrame::Watch { what: Watch::Tallies { queries }, .. }) => {
                Some(queries.join(" | "))
            }
            _ => None,
        });
        told.collect()
    }

    fn answer(rig: &mut Rig) {
        let number = rig.model.inbox.watch;
        rig.hears(frame(number, rows(1, 0, vec![ticket(5, "Rossi")])));
    }

    #[test]
    fn a_query_that_is_wrong_is_told_and_not_asked() {
        let mut rig = rig(120, 24, tickets(8));
        rig.ask("search").types("due<30");
        let told = |rig: &mut Rig, text: &str| {
            let screen = rig.screen();
            assert!(screen.contains(text), "{screen}");
        };
        told(&mut rig, "column 5: 30 is no length of time, such as 30m, 2h, 3d");
        assert_eq!(asked(&mut rig), ["d"], "the first letter was a word; the rest is none");
        answer(&mut rig);
        assert_eq!(asked(&mut rig), [""; 0]);
        rig.ask("accept");
        assert!(!rig.model.overlays.is_empty(), "there is something to mend");
        rig.types("m");
        assert_eq!(asked(&mut rig), ["due<30m"]);
        answer(&mut rig);
        rig.types(" queue:suport");
        told(&mut rig, "queue does not know suport; did you mean support?");
        rig.ask("back");
        assert!(rig.model.inbox.fault.is_none() && rig.model.inbox.query.is_none());
        answer(&mut rig);
        rig.ask("search tag:");
        assert!(rig.model.inbox.query.is_none());
        told(&mut rig, "tag has no value");
    }

    #[test]
    fn saved_views_stand_behind_the_others_with_their_counts() {
        let mut rig = rig(120, 24, tickets(8));
        let saved = |name: &str, query: &str| SavedView { name: name.into(), query: query.into() };
        rig.model.settings.views = vec![saved("Mine late", "assignee:me due:late")];
        let mut greeting = welcome(Role::Agent);
        if let RelayFrame::Welcome { desk, .. } = &mut greeting {
            desk.views = vec![saved("vips", "tag:vip")];
        }
        rig.hears(greeting);
        assert!(
            asked(&mut rig).contains(&"tag:vip | assignee:me due:late | mention:new".to_owned())
        );
        let some = |total, beyond| Some(TallyView { total, beyond });
        let told = Fresh::Tallies(vec![some(1_000, true), some(3, false)]);
        rig.hears(frame(watch::TALLIES, told));
        let screen = rig.screen();
        let row = |name: &str| screen.lines().find(|line| line.contains(name)).expect("a row");
        assert!(row("vips").contains("1,000+") && row("Mine late").contains(" 3 "), "{screen}");
        for (key, wanted) in [
            ("view 1", "tag:vip"),
            ("view mine-late", "assignee:me due:late"),
            ("view mine", "mine"),
        ] {
            rig.ask(key);
            assert_eq!(asked(&mut rig), [wanted], "{key}");
            answer(&mut rig);
        }
        rig.ask("previous-view");
        assert_eq!(rig.model.tab(), Tab::Saved(saved("Mine late", "assignee:me due:late")));
        assert!(rig.screen().contains("Mine late"), "the heading");
        rig.ask("view nowhere");
        let told = rig.model.told.lines().any(|line| line.text.ends_with(", vips, Mine late"));
        assert!(told, "what there is");
    }
}
