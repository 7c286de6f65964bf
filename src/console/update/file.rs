//! The file of a message: opened, played, saved. So are contact cards saved.

use super::thread::{chosen, seen};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::{Effect, FileAsk, FileTo, Write};
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::thread::{media, vcard};
use crate::wire::ThreadEntry;

crate::words! {
    enum Word {
        TooMany = ["too many cards for the console; the raw form has them all", "troppi contatti per la console; la forma originale li ha tutti", "contatos demais para o console; a forma original tem todos", "demasiados contactos para la consola; la forma original los tiene todos"],
    }
}

/// Asks for the file of the selected message; where that has none, of the last one on the screen that has. Contact
/// cards are saved as a file as well.
pub(super) fn fetch(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) {
    let language = model.settings.language;
    let saves = asked.action == Action::SaveFile;
    let cards = |of: &ThreadEntry| saves && !of.entry.details.cards.is_empty();
    let has =
        |of: &ThreadEntry| (of.entry.media.is_some() || cards(of)) && of.entry.deleted_at.is_none();
    let here =
        |of: &ThreadEntry| has(of) && of.entry.media.as_ref().map_or(cards(of), media::is_here);
    let Some(thread) = &model.thread else { return };
    let selected = chosen(model).filter(|of| has(of));
    let found = selected.or_else(|| seen(thread, here)).or_else(|| seen(thread, has));
    let Some(of @ ThreadEntry { key, entry }) = found else {
        let text = media::Word::NoFile.say(language);
        return model.told.tell(model.now, Gravity::Warning, text);
    };
    if entry.media.is_none() && cards(of) {
        if entry.cut.is_some() || entry.details.left_out > 0 {
            return model.told.tell(model.now, Gravity::Warning, Word::TooMany.say(language));
        }
        let cards = &entry.details.cards;
        let (text, name) = (vcard::vcard(cards), vcard::name(cards));
        effects.push(Effect::Write(Write { text, name, path: asked.argument.trim().to_owned() }));
        return;
    }
    let of = entry.media.clone().unwrap_or_default();
    if !media::is_here(&of) {
        let text = media::state(&of, language);
        let text = text.unwrap_or_else(|| media::Word::NotKept.say(language).to_owned());
        return model.told.tell(model.now, Gravity::Warning, text);
    }
    let sounds = matches!(entry.kind_word.as_str(), "audio" | "voice");
    let to = match asked.action {
        Action::SaveFile => FileTo::Path(asked.argument.trim().to_owned()),
        _ if sounds => FileTo::Program(model.settings.player.clone()),
        _ => FileTo::Program(model.settings.viewer.clone()),
    };
    let ask = FileAsk {
        ticket: thread.number,
        entry: key.clone(),
        called: of.filename,
        kind: entry.kind_word.clone(),
        to,
    };
    model.told.tell(model.now, Gravity::Plain, media::Word::Coming.say(language));
    effects.push(Effect::File(ask));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{Relay, entry};
    use crate::domain::details::Card;
    use crate::wire::{EntryKind, MediaView};

    /// A message with a file in this state.
    fn message(key: usize, kind: &str, state: &str, why: Option<&str>) -> ThreadEntry {
        let mut of = entry(key, EntryKind::Message, "customer", "");
        of.entry.kind_word = kind.into();
        of.entry.media = Some(MediaView {
            filename: Some("../a.pdf".into()),
            state: Some(state.into()),
            why: why.map(str::to_owned),
            ..MediaView::default()
        });
        of
    }

    /// What is asked of the shell, or else what is told.
    fn after(entries: Vec<ThreadEntry>, asked: &str) -> Result<FileAsk, String> {
        let mut rig = Rig::new(100, 30);
        Relay::new(entries).opened(&mut rig);
        rig.model.settings.player = "play".into();
        rig.effects();
        rig.ask(asked);
        let ask = rig.effects().into_iter().find_map(|effect| match effect {
            Effect::File(ask) => Some(ask),
            _ => None,
        });
        ask.ok_or_else(|| rig.screen())
    }

    #[test]
    fn a_file_goes_to_the_program_for_its_kind_or_to_a_path() {
        let program = |program: &str| FileTo::Program(program.into());
        for (kind, asked, to) in [
            ("image", "open-file", program("xdg-open")),
            ("voice", "open-file", program("play")),
            ("audio", "open-file", program("play")),
            ("document", "save-file", FileTo::Path(String::new())),
            ("document", "save-file ~/x y.pdf", FileTo::Path("~/x y.pdf".into())),
        ] {
            let ask = after(vec![message(1, kind, "stored", None)], asked).expect("asked");
            assert_eq!((ask.to, ask.kind.as_str()), (to, kind), "{asked}");
            assert_eq!(ask.called.as_deref(), Some("../a.pdf"), "the shell makes a name of it");
        }
    }

    #[test]
    fn contact_cards_are_saved_as_a_file_and_never_opened() {
        let mut of = entry(1, EntryKind::Message, "customer", "");
        of.entry.kind_word = "contacts".into();
        let cards =
            ["Anna", "Bruno"].map(|name| Card { name: Some(name.into()), ..Card::default() });
        of.entry.details.cards = cards.to_vec();
        let mut rig = Rig::new(100, 30);
        Relay::new(vec![of.clone()]).opened(&mut rig);
        rig.effects();
        rig.keys("B").ask("save-file ~/x y.vcf").keys("b");
        let asked = ["", "~/x y.vcf"].map(|path| {
            let (text, name) = (vcard::vcard(&cards), "Anna.vcf".to_owned());
            Effect::Write(Write { text, name, path: path.into() })
        });
        assert_eq!(rig.effects(), asked);
        assert!(rig.screen().contains("no message with a file"), "{}", rig.screen());
        let marred: [fn(&mut ThreadEntry); 3] = [
            |of| of.entry.cut = Some(99_999),
            |of| of.entry.details.left_out = 1,
            |of| of.entry.deleted_at = Some(of.entry.at),
        ];
        for mar in marred {
            let mut of = of.clone();
            mar(&mut of);
            let mut rig = Rig::new(100, 30);
            Relay::new(vec![of]).opened(&mut rig);
            rig.effects();
            rig.keys("B");
            assert_eq!(rig.effects(), []);
        }
    }

    #[test]
    fn the_last_file_on_the_screen_is_meant_where_none_is_selected() {
        let text = entry(3, EntryKind::Message, "customer", "ecco");
        let two =
            vec![message(1, "image", "stored", None), message(2, "image", "waiting", None), text];
        let first = two[0].key.clone();
        assert_eq!(after(two, "open-file").expect("asked").entry, first);
    }

    #[test]
    fn a_file_that_is_not_there_says_why() {
        for (state, why, told) in [
            ("waiting", None, "is being fetched"),
            ("failed", Some("wrong_type"), "it is not what it says"),
            ("expired", None, "kept long enough"),
        ] {
            let screen =
                after(vec![message(1, "image", state, why)], "open-file").expect_err("told");
            assert!(screen.contains(told), "{state}: {screen}");
        }
        let text = entry(1, EntryKind::Message, "customer", "ciao");
        assert!(
            after(vec![text], "open-file").expect_err("told").contains("no message with a file")
        );
    }
}
