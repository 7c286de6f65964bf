//! A message as the platform posted it, asked for and read; and what it said before it was edited.

use crate::console::action::Action;
use crate::console::context::{Context, Invocation};
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;
use crate::console::model::raw::{Raw, Sort};
use crate::console::model::told::Gravity;
use crate::console::profile::Settings;
use crate::console::thread::day::moment;
use crate::console::update::thread::seen;
use crate::console::update::wall;
use crate::console::why::told;
use crate::domain::id::TicketNumber;
use crate::kit::json::laid_out;
use crate::kit::text::{one_line, printable};
use crate::wire::{EntryView, ThreadEntry, WhyView};

/// Bytes that are shown here; no message of a person is so long.
const MOST: usize = 256 << 10;

crate::words! {
    enum Word {
        None = ["the raw form of this is not kept", "la forma originale non è conservata", "a forma original não é guardada", "la forma original no se conserva"],
        NoAnswer = ["no answer: {0}", "nessuna risposta: {0}", "sem resposta: {0}", "sin respuesta: {0}"],
        NotCome = ["the raw form did not come: {0}", "la forma originale non è arrivata: {0}", "a forma original não chegou: {0}", "la forma original no llegó: {0}"],
        TooLong = ["too long to be shown here: guichet thread {0} --raw", "troppo lungo per mostrarlo qui: guichet thread {0} --raw", "longo demais para mostrar aqui: guichet thread {0} --raw", "demasiado largo para mostrarlo aquí: guichet thread {0} --raw"],
        Elsewhere = ["the raw form has come; ask for it again to read it", "la forma originale è arrivata; richiedila per leggerla", "a forma original chegou; peça de novo para lê-la", "la forma original llegó; pídela otra vez para leerla"],
    }
}

/// Shows what the selected entry said before it was edited, or asks for its raw form; where none is selected, of the
/// last one on the screen that has either.
pub fn ask(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(thread) = &model.thread else { return };
    let kept = |of: &ThreadEntry| of.entry.raw_kept;
    let edited = |of: &ThreadEntry| !of.entry.earlier.is_empty();
    let either = |of: &ThreadEntry| kept(of) || edited(of);
    let chosen = thread.selected().or_else(|| seen(thread, either)).filter(|of| either(of));
    // Once the versions are read, it is the raw form that is meant.
    let read = matches!(model.overlays.last(), Some(Overlay::Raw(_)));
    match chosen {
        Some(of) if edited(of) && !read => {
            let text = versions(&of.entry, &model.settings);
            let sort = Sort::Versions(kept(of));
            model.overlays.push(Overlay::Raw(Raw { sort, text, top: 0 }));
        }
        Some(of) => effects.push(Effect::Raw { ticket: thread.number, entry: of.key.clone() }),
        None => tell(model, Gravity::Warning, Word::None, ""),
    }
}

/// What a message said, the oldest text first, each with its time above it.
fn versions(entry: &EntryView, settings: &Settings) -> String {
    let (zone, language) = (&settings.zone, settings.language);
    let now = (entry.edited_at.unwrap_or(entry.at), &entry.text);
    let all = entry.earlier.iter().map(|version| (version.at, &version.text)).chain([now]);
    let told = all.map(|(at, text)| format!("{}\n{}", moment(at, zone, language), printable(text)));
    told.collect::<Vec<_>>().join("\n\n")
}

/// Shows what came, if the person is still where he asked for it.
pub fn heard(model: &mut Model, ticket: TicketNumber, form: Result<String, String>) {
    let here = model.context() == Context::Thread && model.open_ticket() == Some(ticket);
    match form {
        Err(why) => tell(model, Gravity::Warning, Word::NotCome, &one_line(&why, 200)),
        Ok(json) if json.len() > MOST => {
            tell(model, Gravity::Warning, Word::TooLong, &ticket.to_string());
        }
        Ok(json) if here => model.overlays.push(Overlay::Raw(Raw {
            sort: Sort::Raw,
            text: laid_out(&json),
            top: 0,
        })),
        Ok(_) => tell(model, Gravity::Plain, Word::Elsewhere, ""),
    }
}

fn tell(model: &mut Model, gravity: Gravity, word: Word, part: &str) {
    model.told.tell(model.now, gravity, fill(word.say(model.settings.language), &[part]));
}

/// Shows why a ticket is where it is, if the person still has it before him.
pub fn explained(model: &mut Model, ticket: TicketNumber, answer: Result<String, String>) {
    let here = model.overlays.is_empty() && model.subject().is_some_and(|of| of.number == ticket);
    let read = |text: String| serde_json::from_str::<WhyView>(&text).map_err(|why| why.to_string());
    match answer.and_then(read) {
        Err(why) => tell(model, Gravity::Warning, Word::NoAnswer, &one_line(&why, 200)),
        Ok(why) if here => {
            let text = told(&why, model.settings.language, &model.settings.zone);
            model.overlays.push(Overlay::Raw(Raw { sort: Sort::Why, text, top: 0 }));
        }
        Ok(_) => {}
    }
}

/// Takes what is asked for while it is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let page = Raw::page(model.size);
    let Some(Overlay::Raw(raw)) = model.overlays.last_mut() else { return false };
    let last = raw.last_top(model.size);
    // The terminal may have become higher.
    let top = raw.top.min(last);
    raw.top = match asked.action {
        Action::Up => top.saturating_sub(1),
        Action::Down => top + 1,
        Action::PageUp => top.saturating_sub(page),
        Action::PageDown => top + page,
        Action::HalfUp => top.saturating_sub(page / 2),
        Action::HalfDown => top + page / 2,
        Action::Top => 0,
        Action::Bottom => last,
        Action::Accept | Action::Raw if raw.sort == Sort::Versions(true) => {
            ask(model, effects);
            model.overlays.pop();
            return true;
        }
        Action::Accept if raw.sort == Sort::Line => {
            model.overlays.pop();
            wall::tickets(model, effects);
            return true;
        }
        Action::Back | Action::Accept | Action::Raw | Action::Why => {
            model.overlays.pop();
            return true;
        }
        _ => return false,
    }
    .min(last);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::msg::Msg;
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{NUMBER, Relay, entry};
    use crate::wire::{EntryKind, VersionView};

    /// A thread of three messages; the raw form of the second is kept.
    fn rig() -> Rig {
        let text = |key, text| entry(key, EntryKind::Message, "customer", text);
        let mut entries = vec![text(1, "one"), text(2, "two"), text(3, "three")];
        entries[1].entry.raw_kept = true;
        let mut rig = Rig::new(80, 12);
        Relay::new(entries).opened(&mut rig);
        rig.effects();
        rig
    }

    fn came(json: &str) -> Msg {
        Msg::Raw(NUMBER, Ok(json.to_owned()))
    }

    #[test]
    fn it_is_asked_for_with_one_key_and_read_to_its_end() {
        let mut rig = rig();
        rig.keys("V");
        assert_eq!(rig.effects(), [Effect::Raw { ticket: NUMBER, entry: "2.0".into() }]);
        let numbers: Vec<_> = (100..140).collect();
        let json = serde_json::json!({"type": "po\u{1b}[2Jll", "list": numbers}).to_string();
        rig.msg(came(&json));
        let first = rig.screen();
        assert!(first.contains("As WhatsApp sent it") && first.contains("\"list\": ["), "{first}");
        rig.keys("ctrl-end");
        let last = rig.screen();
        assert!(last.contains(r#""type": "po\u001b[2Jll""#) && last.contains("139"), "{last}");
        rig.keys("down pagedown");
        assert_eq!(rig.screen(), last, "there is no more");
        rig.keys("up up pageup");
        assert!(rig.screen().contains("130,") && !rig.screen().contains("139"), "{}", rig.screen());
        rig.msg(Msg::Resize(80, 60));
        assert!(rig.screen().contains("100,") && rig.screen().contains("139"), "{}", rig.screen());
        rig.keys("esc");
        assert!(!rig.screen().contains("As WhatsApp"), "{}", rig.screen());
    }

    #[test]
    fn what_an_edited_message_said_is_read_before_its_raw_form() {
        let said = |key: usize, text: &str| VersionView {
            at: entry(key, EntryKind::Message, "customer", "").entry.at,
            text: text.into(),
        };
        let mut edited = entry(1, EntryKind::Message, "customer", "we meet at *ten*");
        edited.entry.earlier = vec![said(1, "we meet at\u{1b}[31m nine"), said(2, "perhaps")];
        edited.entry.edited_at = Some(said(3, "").at);
        for raw_kept in [false, true] {
            edited.entry.raw_kept = raw_kept;
            let mut rig = Rig::new(80, 24);
            let other = entry(2, EntryKind::Message, "customer", "two");
            Relay::new(vec![edited.clone(), other]).opened(&mut rig);
            rig.effects();
            rig.keys("V");
            assert_eq!(rig.effects(), [], "they are here");
            let screen = rig.screen();
            let places = ["What it said", "at\u{fffd}[31m nine", "perhaps", "at *ten*"];
            let places = places.map(|part| screen.find(part).expect(part));
            assert!(places.is_sorted(), "{screen}");
            let zone = &rig.model.settings.zone;
            for version in [said(1, ""), said(2, ""), said(3, "")] {
                let at = moment(version.at, zone, rig.model.settings.language);
                assert!(screen.contains(&at), "{at}: {screen}");
            }
            rig.keys("enter");
            assert!(!rig.screen().contains("What it said"), "{}", rig.screen());
            let asked = Effect::Raw { ticket: NUMBER, entry: "1.0".into() };
            assert_eq!(rig.effects(), if raw_kept { vec![asked] } else { Vec::new() });
        }
    }

    #[test]
    fn why_a_ticket_is_here_is_asked_for_and_read() {
        let mut rig = rig();
        rig.keys("W");
        assert_eq!(rig.effects(), [Effect::Why(NUMBER)]);
        let why = serde_json::json!({
            "number": NUMBER, "queue": "billing", "assignee": null, "waits": true,
            "routed": { "rule": "invoices", "skills": { "tax": 2 } },
        });
        rig.msg(Msg::Why(NUMBER, Ok(why.to_string())));
        let screen = rig.screen();
        for part in ["Why it is here", "by the rule invoices", "tax 2", "take the tickets"] {
            assert!(screen.contains(part), "{part}: {screen}");
        }
        rig.keys("esc");
        assert!(!rig.screen().contains("Why it is here"), "{}", rig.screen());
        rig.msg(Msg::Why(NUMBER, Err("gone".into())));
        assert!(rig.screen().contains("no answer: gone"), "{}", rig.screen());
    }

    #[test]
    fn what_does_not_come_is_told() {
        let mut rig = rig();
        rig.keys("k V");
        assert_eq!(rig.effects(), [], "the selected one has none");
        assert!(rig.screen().contains("is not kept"), "{}", rig.screen());
        rig.msg(Msg::Raw(NUMBER, Err("taken\nback".into())));
        assert!(rig.screen().contains("did not come: taken back"), "{}", rig.screen());
        rig.msg(came(&format!("[{}]", "1,".repeat(MOST))));
        assert!(
            rig.screen().contains(&format!("guichet thread {NUMBER} --raw")),
            "{}",
            rig.screen()
        );
        // Nobody's typing is interrupted.
        rig.keys("r").types("ciao").msg(came("{}"));
        assert!(rig.screen().contains("ask for it again"), "{}", rig.screen());
        assert!(rig.model.overlays.is_empty());
    }
}
