//! Taking what a supervisor proposes.

use super::command;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::update::composer;
use crate::wire::ActionRequest;

crate::words! {
    enum Word {
        None = ["nobody proposes anything", "nessuno propone nulla", "ninguém propõe nada", "nadie propone nada"],
        Note = [
            "a note is begun: send it or empty it first",
            "c'è una nota iniziata: prima inviala o svuotala",
            "há uma nota começada: envie ou esvazie antes",
            "hay una nota empezada: envíala o vacíala antes"
        ],
    }
}

/// Puts what is proposed into the composer, after what is written there already, and says that it was taken.
pub(super) fn take(model: &mut Model, effects: &mut Vec<Effect>) {
    let language = model.settings.language;
    let tell = |model: &mut Model, word: Word| {
        model.told.tell(model.now, Gravity::Warning, word.say(language));
    };
    let Some((ticket, whisper)) = model.composer.proposed.clone() else {
        return tell(model, Word::None);
    };
    if model.open_ticket() != Some(ticket) {
        return tell(model, Word::None);
    }
    if model.composer.note && !model.composer.editor.is_empty() {
        return tell(model, Word::Note);
    }
    model.composer.note = false;
    let before = model.composer.editor.text().trim_end().to_owned();
    let text = if before.is_empty() { whisper.text } else { format!("{before}\n{}", whisper.text) };
    model.composer.editor.set(&text);
    composer::touched(model);
    model.composing = true;
    model.composer.proposed = None;
    command(model, ticket, ActionRequest::Whisper { text: String::new() }, effects);
}

#[cfg(test)]
mod tests {
    use crate::console::effect::Effect;
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{NUMBER, Relay, entry};
    use crate::kit::Timestamp;
    use crate::wire::{ActionRequest, ClientFrame, EntryKind, WhisperView};

    fn proposed() -> Rig {
        let mut rig = Rig::new(80, 24);
        Relay::new(vec![entry(1, EntryKind::Message, "customer", "ciao")]).opened(&mut rig);
        let whisper =
            WhisperView { by: "carla".into(), text: "Gentile signora".into(), at: Timestamp(7) };
        rig.model.composer.proposed = Some((NUMBER, whisper));
        rig.draw();
        rig.effects();
        rig
    }

    #[test]
    fn what_is_proposed_is_seen_and_comes_after_what_is_written() {
        let mut rig = proposed();
        assert!(rig.screen().contains("carla proposes"), "{}", rig.screen());
        rig.keys("r").types("Buongiorno").keys("alt-y");
        assert_eq!(rig.model.composer.editor.text(), "Buongiorno\nGentile signora");
        assert!(!rig.screen().contains("proposes"), "{}", rig.screen());
        let taken = rig.effects().into_iter().any(|effect| {
            matches!(effect, Effect::Say(ClientFrame::Command {
                ticket: NUMBER, action: ActionRequest::Whisper { text }, ..
            }) if text.is_empty())
        });
        assert!(taken, "the relay is told");
    }

    #[test]
    fn a_note_that_is_begun_stays_one() {
        let mut rig = proposed();
        rig.keys("n").types("per i colleghi").keys("alt-y");
        assert_eq!(rig.model.composer.editor.text(), "per i colleghi");
        assert!(rig.model.composer.note && rig.model.composer.proposed.is_some());
        let mut rig = proposed();
        rig.keys("alt-y");
        assert!(rig.model.composing && !rig.model.composer.note);
        assert_eq!(rig.model.composer.editor.text(), "Gentile signora");
    }
}
