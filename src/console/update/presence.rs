//! Whether the person takes new tickets: said by him, or by his keys when he says nothing.

use super::overlays::prompt;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::own::IDLE_MS;
use crate::console::model::told::Gravity;
use crate::wire::{ClientFrame, Presence};
use uuid::Uuid;

crate::words! {
    enum Word {
        Online = ["you take new tickets", "prendi nuovi ticket", "você recebe novos tickets", "recibes nuevos tickets"],
        Busy = ["you finish what you have: no new tickets", "finisci quello che hai: nessun nuovo ticket", "você termina o que tem: nenhum ticket novo", "terminas lo que tienes: ningún ticket nuevo"],
        WrapUp = ["you wrap up: no new tickets", "concludi: nessun nuovo ticket", "você conclui: nenhum ticket novo", "concluyes: ningún ticket nuevo"],
        Break = ["you have a break: no new tickets", "sei in pausa: nessun nuovo ticket", "você está em pausa: nenhum ticket novo", "estás en pausa: ningún ticket nuevo"],
        Reason = ["{0} ({1})", "{0} ({1})", "{0} ({1})", "{0} ({1})"],
        Missed = ["you did not answer what was offered: you are away, no new tickets; {0} takes them again", "non hai risposto alle proposte: sei assente, nessun nuovo ticket; {0} per riprenderli", "você não respondeu ao que foi oferecido: está ausente, nenhum ticket novo; {0} volta a recebê-los", "no respondiste a lo que se te ofreció: estás ausente, ningún ticket nuevo; {0} vuelve a recibirlos"],
        Refused = ["the relay did not take how you stand: {0}", "il relay non ha accettato il tuo stato: {0}", "o relay não aceitou o seu estado: {0}", "el relay no aceptó tu estado: {0}"],
        Offline = ["there is no connection to the relay", "nessuna connessione al relay", "sem conexão com o relay", "sin conexión con el relay"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did. The same again takes new tickets again.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let presence = match asked.action {
        Action::Available => Presence::Online,
        Action::Busy => Presence::Busy,
        Action::WrapUp => Presence::WrapUp,
        Action::Break => Presence::Break,
        _ => return false,
    };
    if !model.link.is_online() {
        let text = Word::Offline.say(model.settings.language);
        model.told.tell(model.now, Gravity::Warning, text);
        return true;
    }
    let reason = asked.argument.trim();
    if presence == Presence::Break && reason.is_empty() && model.own.said != presence {
        prompt::push(model, Action::Break, Vec::new(), None);
    } else {
        stand(model, presence, reason, effects);
    }
    true
}

/// He stands so from now on, for that reason; the same again without one takes new tickets again.
pub(super) fn stand(
    model: &mut Model,
    presence: Presence,
    reason: &str,
    effects: &mut Vec<Effect>,
) {
    let language = model.settings.language;
    let again = model.own.said == presence && reason.is_empty();
    model.own.said = if again { Presence::Online } else { presence };
    model.own.reason = if again { String::new() } else { reason.to_owned() };
    let word = match model.own.said {
        Presence::Busy => Word::Busy,
        Presence::WrapUp => Word::WrapUp,
        Presence::Break => Word::Break,
        _ => Word::Online,
    };
    let text = match model.own.reason.as_str() {
        "" => word.say(language).to_owned(),
        reason => fill(Word::Reason.say(language), &[word.say(language), reason]),
    };
    model.told.tell(model.now, Gravity::Good, text);
    say(model, effects);
}

/// Tells the relay how he stands.
fn say(model: &mut Model, effects: &mut Vec<Effect>) {
    let presence = match model.own.said {
        Presence::Online if model.own.idle => Presence::Away,
        said => said,
    };
    let reason = Some(model.own.reason.clone()).filter(|reason| !reason.is_empty());
    let id = model.fresh_id();
    model.own.asked = Some(id);
    effects.push(Effect::Say(ClientFrame::Presence { id, presence, reason }));
}

/// The relay has answered what was said of how he stands; says whether that was asked. What it refuses is told, and he
/// is taken for one who takes new tickets, as the relay takes him.
pub fn answered(model: &mut Model, id: Uuid, answer: Result<(), &str>) -> bool {
    if model.own.asked != Some(id) {
        return false;
    }
    model.own.asked = None;
    if let Err(why) = answer {
        (model.own.said, model.own.reason) = (Presence::Online, String::new());
        let text = fill(Word::Refused.say(model.settings.language), &[why]);
        model.told.tell(model.now, Gravity::Error, text);
    }
    true
}

/// He is there: a key, text, the mouse.
pub fn touched(model: &mut Model, effects: &mut Vec<Effect>) {
    model.own.touched = model.now;
    if std::mem::take(&mut model.own.idle) && model.link.is_online() {
        say(model, effects);
    }
}

/// Time has passed: who touches nothing is away.
pub fn tick(model: &mut Model, effects: &mut Vec<Effect>) {
    let own = &model.own;
    let idle = model.now.since(own.touched) >= IDLE_MS;
    if idle && !own.idle && own.said == Presence::Online && model.link.is_online() {
        model.own.idle = true;
        say(model, effects);
    }
}

/// The relay has told what is offered: of what is offered no longer the answer is forgotten.
pub fn offers_told(model: &mut Model) {
    let me = model.mirror.me().and_then(|me| model.mirror.roster.get(&me.to_owned()));
    let offers = me.map_or(&[][..], |me| &me.offers);
    model.own.answered.retain(|ticket| offers.iter().any(|offer| offer.ticket == *ticket));
}

/// He let offers run out: the relay takes him to be away, until he says that he takes new tickets.
pub fn missed(model: &mut Model) -> String {
    if model.own.said == Presence::Online {
        (model.own.said, model.own.idle) = (Presence::Away, false);
    }
    let key = model.key_of(Action::Available).unwrap_or_else(|| ":available".to_owned());
    fill(Word::Missed.say(model.settings.language), &[&key])
}

/// A connection was made: the relay may have forgotten what was said.
pub fn again(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.own.idle || model.own.said != Presence::Online {
        say(model, effects);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::msg::Msg;
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{Relay, entry};
    use crate::wire::EntryKind;

    fn rig() -> Rig {
        let mut rig = Rig::new(80, 24);
        Relay::new(vec![entry(1, EntryKind::Message, "customer", "ciao")]).opened(&mut rig);
        rig.effects();
        rig
    }

    fn said(rig: &mut Rig) -> Vec<(Presence, String)> {
        let one = |effect| match effect {
            Effect::Say(ClientFrame::Presence { presence, reason, .. }) => {
                Some((presence, reason.unwrap_or_default()))
            }
            _ => None,
        };
        rig.effects().into_iter().filter_map(one).collect()
    }

    fn plain(presence: Presence) -> Vec<(Presence, String)> {
        vec![(presence, String::new())]
    }

    #[test]
    fn a_break_is_said_and_taken_back_by_the_same_word() {
        let mut rig = rig();
        rig.keys(":").types("break lunch").keys("enter");
        assert_eq!(said(&mut rig), [(Presence::Break, "lunch".to_owned())]);
        assert!(rig.screen().contains("you have a break"), "{}", rig.screen());
        rig.keys("g h");
        assert_eq!(said(&mut rig), plain(Presence::Online));
        rig.keys("g h");
        assert_eq!(said(&mut rig), [], "it asks why");
        rig.types("dentist").keys("enter");
        assert_eq!(said(&mut rig), [(Presence::Break, "dentist".to_owned())]);
        let heading = rig.screen().lines().next().expect("a row").to_owned();
        assert!(heading.contains("break: dentist"), "{heading}");
        rig.keys("g h");
        assert_eq!(said(&mut rig), plain(Presence::Online));
        assert!(!rig.screen().contains("break: dentist"), "{}", rig.screen());
        rig.keys("g h enter");
        assert_eq!(said(&mut rig), plain(Presence::Break), "a reason is not asked twice");
        rig.keys("g h g h esc");
        assert_eq!(said(&mut rig), plain(Presence::Online), "nor is a break had after all");
        rig.keys("g x");
        assert_eq!(said(&mut rig), plain(Presence::Busy));
        rig.keys("g x");
        assert_eq!(said(&mut rig), plain(Presence::Online));
    }

    #[test]
    fn who_touches_nothing_is_away_until_he_does() {
        let mut rig = rig();
        rig.pass(IDLE_MS - 1).msg(Msg::Tick);
        assert_eq!(said(&mut rig), []);
        rig.pass(1).msg(Msg::Tick).msg(Msg::Tick);
        assert_eq!(said(&mut rig), plain(Presence::Away));
        rig.keys("j");
        assert_eq!(said(&mut rig), plain(Presence::Online));
    }
}
