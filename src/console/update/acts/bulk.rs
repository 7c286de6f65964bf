//! The same for several tickets.

use super::command;
use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::acts::{After, Group};
use crate::console::model::confirm::{Confirm, Then};
use crate::console::update::overlays::confirm;
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;

/// From so many tickets on it is asked first.
const ASKED_ABOVE: usize = 20;

crate::words! {
    enum Word {
        Question = ["{0} tickets: {1}?", "{0} ticket: {1}?", "{0} tickets: {1}?", "{0} tickets: ¿{1}?"],
        Effect = [
            "It is done to every ticket that is marked. It can be undone.",
            "Vale per ogni ticket segnato. Si può annullare.",
            "Vale para cada ticket marcado. Dá para desfazer.",
            "Vale para cada ticket marcado. Se puede deshacer."
        ],
        Merge = ["merge #{0} into #{1}?", "unire #{0} a #{1}?", "unir #{0} a #{1}?", "¿unir #{0} a #{1}?"],
        Merged = [
            "#{1} goes on for both, with the earlier start; labels, followers, fields and what is to be done come along, and #{0} ends. It can be undone.",
            "#{1} continua per entrambi, dall'inizio del primo; etichette, chi segue, campi e cose da fare vengono con lui, e #{0} finisce. Si può annullare.",
            "#{1} continua pelos dois, desde o início do primeiro; etiquetas, seguidores, campos e o que fazer vêm junto, e #{0} acaba. Dá para desfazer.",
            "#{1} continúa por los dos, desde el inicio del primero; etiquetas, seguidores, campos y lo que hay que hacer vienen con él, y #{0} termina. Se puede deshacer."
        ],
        Final = [
            "It is done to every ticket that is marked. It cannot be undone.",
            "Vale per ogni ticket segnato. Non si può annullare.",
            "Vale para cada ticket marcado. Não dá para desfazer.",
            "Vale para cada ticket marcado. No se puede deshacer."
        ],
    }
}

/// The tickets that an action is about: the marked ones, or else the open one or the one under the cursor.
pub(super) fn subjects(model: &Model) -> Vec<TicketNumber> {
    if model.screen == Screen::Inbox && !model.inbox.marked.is_empty() {
        return model.inbox.marked.iter().copied().collect();
    }
    model.subject_number().into_iter().collect()
}

/// Acts on these tickets; on many only after a question.
pub(crate) fn act(
    model: &mut Model,
    about: &[TicketNumber],
    asked: Action,
    request: &ActionRequest,
    after: Option<After>,
    effects: &mut Vec<Effect>,
) {
    let actions: Vec<_> = about.iter().map(|number| (*number, request.clone())).collect();
    if let ([(number, ActionRequest::MergeTicket { with })], None) = (&actions[..], &after) {
        let language = model.settings.language;
        let (number, with) = (number.to_string(), with.to_string());
        let question = fill(Word::Merge.say(language), &[&with, &number]);
        let effect = fill(Word::Merged.say(language), &[&with, &number]);
        return confirm::open(model, Confirm::new(question, &effect, Then::Act(actions)));
    }
    if actions.len() <= ASKED_ABOVE {
        let group = Group { after, ..Group::default() };
        said(model, group, actions, effects);
        return;
    }
    let language = model.settings.language;
    let count = actions.len().to_string();
    let question = fill(Word::Question.say(language), &[&count, asked.about(language)]);
    let stays = matches!(request, ActionRequest::Note { .. } | ActionRequest::MarkRead);
    let effect = if stays { Word::Final } else { Word::Effect };
    confirm::open(model, Confirm::new(question, effect.say(language), Then::Act(actions)));
}

/// Asks the relay to act on each of these tickets; the answers are told in one line and undone together.
pub fn ask(
    model: &mut Model,
    actions: Vec<(TicketNumber, ActionRequest)>,
    effects: &mut Vec<Effect>,
) {
    said(model, Group::default(), actions, effects);
}

fn said(
    model: &mut Model,
    group: Group,
    actions: Vec<(TicketNumber, ActionRequest)>,
    effects: &mut Vec<Effect>,
) {
    let numbers: Vec<_> = actions.iter().map(|(ticket, _)| *ticket).collect();
    let asks = actions.into_iter().map(|(ticket, action)| (ticket, vec![action])).collect();
    if command::ask(model, group, asks, effects).is_some() {
        // Those that are refused will be marked again.
        model.inbox.marked.retain(|number| !numbers.contains(number));
    }
}
