//! Leaving.

use super::composer;
use super::overlays::confirm;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::confirm::{Confirm, Then};
use crate::console::model::leaving::Leaving;
use crate::console::model::told::Gravity;
use crate::words;
use std::collections::BTreeSet;

words! {
    enum Word {
        Leave = ["leave Guichet?", "uscire da Guichet?", "sair do Guichet?", "¿salir de Guichet?"],
        Unsent = ["not sent yet: what you wrote on ticket {0}", "non ancora inviato: quello che hai scritto nel ticket {0}", "ainda não enviado: o que você escreveu no ticket {0}", "aún no enviado: lo que escribiste en el ticket {0}"],
        Waiting = [
            "leaving when the relay has answered; once more leaves at once",
            "esco quando il relay ha risposto; ripeti per uscire subito",
            "saio quando o relay responder; repita para sair já",
            "salgo cuando el relay conteste; repite para salir ya"
        ],
    }
}

/// Ends the console, whatever the relay answers.
pub fn end(model: &mut Model, effects: &mut Vec<Effect>) {
    leave(model, true, effects);
}

/// Ends the console; asks first if something was written and not sent.
pub fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.link.is_online() && model.unsent().next().is_none() {
        return leave(model, false, effects);
    }
    ask(model, effects);
}

/// Names what was not sent. What the relay has not answered is not known to be.
fn ask(model: &mut Model, effects: &mut Vec<Effect>) {
    let asked = model.in_flight.waiting().iter().map(|asked| asked.ticket);
    let unsent: BTreeSet<_> = model.unsent().chain(asked).collect();
    if unsent.is_empty() {
        return leave(model, false, effects);
    }
    let unsent: Vec<_> = unsent.into_iter().map(|number| number.to_string()).collect();
    let language = model.settings.language;
    let about = fill(Word::Unsent.say(language), &[&unsent.join(", ")]);
    confirm::open(model, Confirm::new(Word::Leave.say(language), about, Then::Quit));
}

/// What was asked for is answered first: what the relay refuses would be lost, and nobody would hear of it.
fn leave(model: &mut Model, regardless: bool, effects: &mut Vec<Effect>) {
    composer::leave(model, effects);
    let answered = model.in_flight.waiting().is_empty() || !model.link.is_online();
    if answered || model.leaving.is_some() {
        return effects.push(Effect::Quit);
    }
    model.leaving = Some(Leaving { since: model.now, regardless });
    model.told.tell(model.now, Gravity::Plain, Word::Waiting.say(model.settings.language));
}

/// Leaves when what it waited for is there. When that takes too long, or the connection is lost, it asks.
pub fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(leaving) = model.leaving else { return };
    let waits = !model.in_flight.waiting().is_empty();
    if waits && model.link.is_online() && model.now < leaving.until() {
        return;
    }
    if waits && !leaving.regardless {
        model.leaving = None;
        return ask(model, effects);
    }
    // A refused text is in the composer again.
    composer::leave(model, effects);
    effects.push(Effect::Quit);
}

/// Something was refused: who is leaving stays and reads why, unless he has no choice.
pub fn stay(model: &mut Model) {
    model.leaving = model.leaving.filter(|leaving| leaving.regardless);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::msg::{Link, Msg};
    use crate::console::rig::Rig;
    use crate::console::sample::{eight, rig};
    use crate::console::update::acts::samples;
    use crate::wire::ClientFrame;
    use uuid::Uuid;

    /// An agent has answered, and the relay has not yet.
    fn sent() -> (Rig, Uuid) {
        let mut rig = rig(80, 24, eight());
        rig.ask("reply").types("ciao").ask("send");
        let said = samples::commands(&mut rig);
        let [(id, ..)] = said[..] else { panic!("{said:?}") };
        (rig, id)
    }

    fn left(rig: &mut Rig) -> bool {
        rig.effects().contains(&Effect::Quit)
    }

    #[test]
    fn it_waits_for_what_was_asked() {
        let (mut rig, id) = sent();
        rig.ask("quit");
        assert!(!left(&mut rig));
        samples::done(&mut rig, id);
        assert!(left(&mut rig));
    }

    #[test]
    fn it_waits_no_longer_than_three_seconds_or_until_asked_again() {
        let (mut rig, _) = sent();
        rig.msg(Msg::Terminate).pass(2_900);
        assert!(!left(&mut rig));
        rig.pass(200);
        assert!(left(&mut rig));
        let (mut rig, _) = sent();
        rig.ask("quit").ask("quit");
        assert!(left(&mut rig));
    }

    #[test]
    fn what_may_not_have_been_sent_is_asked_about() {
        let lost = || Msg::Link(Link::Lost { why: "gone".into(), retry_ms: Some(1_000) });
        let (mut late, _) = sent();
        late.ask("quit").pass(3_100);
        let (mut broken, _) = sent();
        broken.ask("quit").msg(lost());
        let (mut offline, _) = sent();
        offline.msg(lost()).ask("quit");
        for rig in [&mut late, &mut broken, &mut offline] {
            assert!(!left(rig));
            assert!(rig.screen().contains("not sent yet"), "{}", rig.screen());
        }
    }

    #[test]
    fn what_is_refused_is_read_and_is_not_lost() {
        let (mut rig, id) = sent();
        rig.ask("quit");
        samples::refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        rig.pass(5_000);
        assert!(!left(&mut rig));
        assert_eq!(rig.model.composer.editor.text(), "ciao");
        let (mut rig, id) = sent();
        rig.msg(Msg::Terminate);
        assert!(!left(&mut rig));
        samples::refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        let effects = rig.effects();
        let draft = |effect: &Effect| matches!(effect, Effect::Say(ClientFrame::Draft { text, .. }) if text == "ciao");
        assert!(effects.iter().any(draft), "{effects:?}");
        assert_eq!(effects.last(), Some(&Effect::Quit));
    }
}
