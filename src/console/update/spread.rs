//! Evening out who has how much: the relay proposes moves, the person reads them, one key makes them all and one takes
//! them all back.

use super::acts;
use super::overlays::confirm;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::confirm::{Confirm, Then};
use crate::console::model::overlay::Overlay;
use crate::console::model::told::Gravity;
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, MoveView, SpreadView};
use std::collections::BTreeMap;

/// Pairs of agents that are named in the question.
const NAMED: usize = 8;

crate::words! {
    enum Word {
        Question = ["Move {0} tickets that nobody has answered?", "Spostare {0} ticket a cui nessuno ha risposto?", "Mover {0} tickets que ninguém respondeu?", "¿Mover {0} tickets que nadie ha respondido?"],
        Pair = ["{0} to {1}: {2}", "da {0} a {1}: {2}", "de {0} para {1}: {2}", "de {0} a {1}: {2}"],
        More = ["and others", "e altri", "e outros", "y otros"],
        Undoable = ["It can be undone.", "Si può annullare.", "Dá para desfazer.", "Se puede deshacer."],
        Even = ["nothing to move: nobody has much more than another", "nulla da spostare: nessuno ha molto più di un altro", "nada a mover: ninguém tem muito mais que outro", "nada que mover: nadie tiene mucho más que otro"],
        NoAnswer = ["no answer: {0}", "nessuna risposta: {0}", "sem resposta: {0}", "sin respuesta: {0}"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    if asked.action != Action::Spread {
        return false;
    }
    match acts::why_not(model, Action::Spread) {
        Some(why) => model.told.tell(model.now, Gravity::Warning, why),
        None => effects.push(Effect::Spread),
    }
    true
}

/// Asks whether to make the moves that were proposed, unless something else is asked already.
pub fn heard(model: &mut Model, answer: Result<String, String>) {
    let language = model.settings.language;
    let read =
        |text: String| serde_json::from_str::<SpreadView>(&text).map_err(|why| why.to_string());
    let moves = match answer.and_then(read) {
        Ok(spread) => spread.moves,
        Err(why) => {
            let told = fill(Word::NoAnswer.say(language), &[&one_line(&why, 200)]);
            return model.told.tell(model.now, Gravity::Warning, told);
        }
    };
    if moves.is_empty() {
        return model.told.tell(model.now, Gravity::Plain, Word::Even.say(language));
    }
    if model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Confirm(_))) {
        return;
    }
    let question = fill(Word::Question.say(language), &[&moves.len().to_string()]);
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in &moves {
        *pairs.entry((&one.from, &one.to)).or_default() += 1;
    }
    let pair = |((from, to), count): (&(&str, &str), &usize)| {
        fill(Word::Pair.say(language), &[from, to, &count.to_string()])
    };
    let mut rows: Vec<_> = pairs.iter().take(NAMED).map(pair).collect();
    rows.extend((pairs.len() > NAMED).then(|| Word::More.say(language).to_owned()));
    rows.push(Word::Undoable.say(language).to_owned());
    let shift = |MoveView { ticket, from, to }| (ticket, ActionRequest::Shift { from, to });
    let effect = rows.join("\n");
    let actions = moves.into_iter().map(shift).collect();
    confirm::open(model, Confirm::new(question, effect, Then::Act(actions)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::msg::Msg;
    use crate::console::rig::Rig;
    use crate::console::sample::{rig, welcome};
    use crate::domain::roster::Role;
    use crate::wire::ClientFrame;

    fn said(rig: &mut Rig) -> Vec<(u64, ActionRequest)> {
        let effects = rig.effects().into_iter();
        let said = effects.filter_map(|effect| match effect {
            Effect::Say(ClientFrame::Command { ticket, action, .. }) => Some((ticket.0, action)),
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn moves_are_read_made_with_one_key_and_nothing_to_move_is_told() {
        let mut rig = rig(80, 24, Vec::new());
        rig.hears(welcome(Role::Agent)).ask("wall").ask("spread");
        assert!(rig.screen().contains("for supervisors"), "{}", rig.screen());
        rig.hears(welcome(Role::Supervisor)).keys("S");
        assert!(rig.effects().contains(&Effect::Spread));
        rig.msg(Msg::Spread(Ok(r#"{"moves":[]}"#.into())));
        assert!(rig.screen().contains("nothing to move"), "{}", rig.screen());
        rig.msg(Msg::Spread(Err("gone".into())));
        assert!(rig.screen().contains("no answer: gone"), "{}", rig.screen());

        let moves = serde_json::json!({"moves": [
            {"ticket": 7, "from": "anna", "to": "bruno"},
            {"ticket": 9, "from": "anna", "to": "bruno"},
            {"ticket": 11, "from": "anna", "to": "carla"},
        ]});
        rig.msg(Msg::Spread(Ok(moves.to_string())));
        for part in ["Move 3 tickets", "anna to bruno: 2", "anna to carla: 1"] {
            assert!(rig.screen().contains(part), "{part}: {}", rig.screen());
        }
        assert_eq!(said(&mut rig), []);
        rig.keys("y");
        let shift = |to: &str| ActionRequest::Shift { from: "anna".into(), to: to.into() };
        let wanted = [(7, shift("bruno")), (9, shift("bruno")), (11, shift("carla"))];
        assert_eq!(said(&mut rig), wanted);
    }
}
