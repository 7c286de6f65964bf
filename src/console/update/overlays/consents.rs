//! A contact's ledger: shown, and written in.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::consents::{Consents, Field, PURPOSES};
use crate::console::model::overlay::Overlay;
use crate::console::model::told::Gravity;
use crate::console::msg::Ledger;
use crate::console::thread::look::customer;
use crate::console::update::acts;

crate::words! {
    enum Word {
        Written = ["written down", "annotato", "anotado", "anotado"],
        NotWritten = ["not written down: ", "non annotato: ", "não anotado: ", "no anotado: "],
    }
}

/// Opens the ledger of the customer of the ticket that the console is about.
pub fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(why) = acts::why_not(model, Action::Consents) {
        return model.told.tell(model.now, Gravity::Warning, why);
    }
    let Some(contact) = model.subject().map(|ticket| &ticket.contact) else { return };
    let (id, called) = (contact.id, customer(contact, model.settings.language));
    effects.push(Effect::Consents { contact: id, write: None });
    model.overlays.push(Overlay::Consents(Box::new(Consents::of(id, called))));
}

fn shown(model: &mut Model) -> Option<&mut Consents> {
    match model.overlays.last_mut() {
        Some(Overlay::Consents(shown)) => Some(shown),
        _ => None,
    }
}

/// Takes what is asked for while the ledger is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(shown) = shown(model) else { return false };
    match asked.action {
        Action::Back => drop(model.overlays.pop()),
        Action::NextField | Action::Down => shown.at = shown.at.step(true),
        Action::PreviousField | Action::Up => shown.at = shown.at.step(false),
        Action::CharRight if shown.at != Field::Why => turn(shown, true),
        Action::CharLeft if shown.at != Field::Why => turn(shown, false),
        Action::Accept if shown.writing => {}
        Action::Accept => match shown.request() {
            Ok(request) => {
                shown.writing = true;
                effects.push(Effect::Consents { contact: shown.contact, write: Some(request) });
            }
            Err(missing) => {
                // Enter goes on to what is not filled in; what was looked at and passed over is told.
                shown.missing = Some(missing).filter(|_| shown.at >= missing);
                shown.at = missing;
            }
        },
        action if shown.at == Field::Why => {
            shown.missing = None;
            return shown.why.perform(action);
        }
        _ => return false,
    }
    true
}

fn turn(shown: &mut Consents, forward: bool) {
    shown.missing = None;
    match shown.at {
        Field::Purpose => {
            let at = PURPOSES.iter().position(|of| *of == shown.purpose).unwrap_or(0);
            let by = if forward { 1 } else { PURPOSES.len() - 1 };
            shown.purpose = PURPOSES[(at + by) % PURPOSES.len()];
        }
        Field::Says => shown.granted = Some(!shown.granted.unwrap_or(!forward)),
        Field::Why => {}
    }
}

/// Takes typed or pasted text: it is the reason, but for a blank, which turns a choice.
pub fn typed(model: &mut Model, text: &str) {
    let Some(shown) = shown(model) else { return };
    match shown.at {
        Field::Why => {
            shown.missing = None;
            shown.why.insert(&text.replace(['\n', '\r', '\t'], " "));
        }
        _ if text == " " => turn(shown, true),
        _ => {}
    }
}

/// The relay has answered for a contact.
pub fn heard(model: &mut Model, ledger: Ledger) {
    let Ledger { contact, written, entries } = ledger;
    let language = model.settings.language;
    if let Some(written) = &written {
        let (gravity, text) = match written {
            Ok(()) => (Gravity::Good, Word::Written.say(language).to_owned()),
            Err(why) => (Gravity::Error, format!("{}{why}", Word::NotWritten.say(language))),
        };
        model.told.tell(model.now, gravity, text);
    }
    for over in &mut model.overlays {
        if let (Overlay::Picker(picker), Some(Ok(entries))) = (over, &entries)
            && picker.whose == contact
        {
            picker.learn(entries);
        }
    }
    let all = model.overlays.iter_mut().filter_map(|over| match over {
        Overlay::Consents(shown) if shown.contact == contact => Some(shown),
        _ => None,
    });
    for shown in all {
        if let Some(entries) = &entries {
            shown.entries = Some(entries.clone());
        }
        match &written {
            Some(Ok(())) => {
                let (entries, called) = (shown.entries.take(), std::mem::take(&mut shown.called));
                **shown = Consents { entries, ..Consents::of(contact, called) };
            }
            Some(Err(_)) => shown.writing = false,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::msg::Msg;
    use crate::console::rig::{Rig, START};
    use crate::console::sample::relay::Relay;
    use crate::console::update::acts::samples::told;
    use crate::domain::consent::{Said, Source};
    use crate::domain::id::ContactId;
    use crate::domain::template::Purpose;
    use crate::wire::{ConsentEntry, ConsentRequest};

    const MARCO: ContactId = ContactId(9);

    fn ledger() -> Vec<ConsentEntry> {
        vec![ConsentEntry {
            purpose: Purpose::Marketing,
            said: Said::Agreed,
            at: START,
            source: Source::Message,
            entered_at: START,
            by: None,
            proof: Some("START".into()),
            counts: true,
        }]
    }

    fn opened() -> Rig {
        let mut rig = Rig::new(100, 30);
        Relay::new(Vec::new()).opened(&mut rig);
        rig.effects();
        rig.ask("consents");
        assert_eq!(rig.effects(), [Effect::Consents { contact: MARCO, write: None }]);
        let entries = Some(Ok(ledger()));
        rig.msg(Msg::Ledger(Ledger { contact: MARCO, written: None, entries }));
        rig
    }

    fn written(rig: &mut Rig) -> Option<ConsentRequest> {
        rig.effects().into_iter().find_map(|effect| match effect {
            Effect::Consents { write, .. } => write,
            _ => None,
        })
    }

    #[test]
    fn the_ledger_is_shown_and_a_refusal_written_down() {
        let mut rig = opened();
        let screen = rig.screen();
        for part in ["Marco Rossi", "agrees", "marketing", "START", "message"] {
            assert!(screen.contains(part), "{part}:\n{screen}");
        }
        rig.keys("right tab left tab").types("said so on the telephone").keys("enter");
        let request = written(&mut rig).expect("asked");
        assert_eq!((request.purpose, request.granted), (Purpose::Utility, false));
        assert_eq!((request.why.as_str(), request.at), ("said so on the telephone", None));
        rig.keys("enter");
        assert_eq!(written(&mut rig), None, "once");
        let entries = Some(Ok(ledger()));
        rig.msg(Msg::Ledger(Ledger { contact: MARCO, written: Some(Ok(())), entries }));
        assert_eq!(told(&rig), "written down");
        assert!(!rig.screen().contains("said so on the telephone"), "{}", rig.screen());
    }

    #[test]
    fn who_says_nothing_about_the_proof_is_asked_and_a_failure_keeps_what_was_typed() {
        let mut rig = opened();
        rig.keys("enter");
        assert_eq!(written(&mut rig), None);
        rig.keys("right enter");
        assert_eq!(written(&mut rig), None);
        rig.keys("enter");
        assert_eq!(written(&mut rig), None);
        assert!(rig.screen().contains("say how, or where the proof lies"), "{}", rig.screen());
        rig.types("form 12").keys("enter");
        assert!(written(&mut rig).is_some_and(|request| request.granted));
        let failed = Some(Err("the relay is away".to_owned()));
        rig.msg(Msg::Ledger(Ledger { contact: MARCO, written: failed, entries: None }));
        assert_eq!(told(&rig), "not written down: the relay is away");
        assert!(rig.screen().contains("form 12"), "{}", rig.screen());
        rig.keys("enter");
        assert!(written(&mut rig).is_some());
    }
}
