//! Reactions: an emoji at a message, and the way back.

use super::acts::command;
use super::overlays::prompt;
use super::thread::{chosen, seen};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::composer::Quoted;
use crate::console::model::prompt::{Choice, Prompt};
use crate::console::model::told::Gravity;
use crate::console::thread::{block, kind};
use crate::domain::content::Content;
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, Direction, EntryKind, ThreadEntry};

crate::words! {
    enum Word {
        NoMessage = [
            "select a message of the conversation first: reactions stand at a message",
            "prima scegli un messaggio della conversazione: le reazioni stanno a un messaggio",
            "escolha antes uma mensagem da conversa: reações ficam em uma mensagem",
            "elige antes un mensaje de la conversación: las reacciones van en un mensaje"
        ],
        TakeBack = ["take {0} back", "togli {0}", "tirar {0}", "quitar {0}"],
    }
}

/// Whether a message can carry a reaction: the platform knows it, and it still stands.
fn carries(ThreadEntry { entry, .. }: &ThreadEntry) -> bool {
    let ours = entry.outbox.is_some_and(|outbox| outbox.to_string() == entry.id);
    let about = matches!(entry.kind_word.as_str(), "reaction" | "revoke");
    let known = !ours && !entry.id.starts_with("message-");
    entry.kind == EntryKind::Message && known && !about && entry.deleted_at.is_none()
}

/// The message that is meant: the selected one, or else the customer's last one on the screen.
fn meant(model: &Model) -> Option<Quoted> {
    let thread = model.thread.as_ref()?;
    let his = |of: &ThreadEntry| carries(of) && of.entry.direction == Some(Direction::In);
    let found = match thread.selected() {
        Some(_) => chosen(model).filter(|of| carries(of)),
        None => seen(thread, his),
    }?;
    let (look, entry) = (thread.lines().look()?, &found.entry);
    Some(Quoted {
        id: entry.id.clone(),
        author: block::called(&entry.author, look),
        line: one_line(&kind::brief(&entry.kind_word, &entry.text, look.language), 120),
    })
}

/// What the business has reacted with to a message of the open thread; empty if it has not.
fn own<'a>(model: &'a Model, id: &str) -> &'a str {
    let entries = model.thread.iter().flat_map(|thread| thread.shown.iter());
    let mut reactions = entries.filter(|of| of.entry.id == id).flat_map(|of| &of.entry.reactions);
    reactions.find(|of| of.author != "customer").map_or("", |of| of.emoji.as_str())
}

/// Reacts with the emoji that was named, or asks which.
pub(super) fn react(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) {
    let Some(on) = meant(model) else {
        let text = Word::NoMessage.say(model.settings.language);
        return model.told.tell(model.now, Gravity::Warning, text);
    };
    if asked.argument.is_empty() {
        prompt::open_at(model, Action::React, on);
    } else if let Err(fault) = send(model, &on, &asked.argument, effects) {
        model.told.tell(model.now, Gravity::Error, fault);
    }
}

/// Reacts to a message; with nothing the reaction is taken back.
///
/// # Errors
/// What is typed is no emoji, in one line.
pub(super) fn send(
    model: &mut Model,
    on: &Quoted,
    emoji: &str,
    effects: &mut Vec<Effect>,
) -> Result<(), String> {
    let content = Content::Reaction { emoji: emoji.to_owned() };
    content.check().map_err(|refusal| refusal.to_string())?;
    let Some(number) = model.thread.as_ref().map(|thread| thread.number) else { return Ok(()) };
    let action = ActionRequest::Send { content, about: Some(on.id.clone()) };
    if command(model, number, action, effects).is_some() && !emoji.is_empty() {
        model.emoji.again(emoji);
    }
    Ok(())
}

/// What makes a message carry again what it carried before; nothing where it is about something else.
pub(super) fn back(model: &Model, action: &ActionRequest) -> Option<Vec<ActionRequest>> {
    let ActionRequest::Send { content: Content::Reaction { emoji }, about: Some(id) } = action
    else {
        return None;
    };
    let before = own(model, id);
    let content = Content::Reaction { emoji: before.to_owned() };
    let undo = ActionRequest::Send { content, about: Some(id.clone()) };
    Some(if before == emoji { Vec::new() } else { vec![undo] })
}

/// What can be chosen: first to take back what stands there, then emoji by what is typed.
pub(super) fn choices(model: &Model, prompt: &Prompt) -> Vec<Choice> {
    let language = model.settings.language;
    let typed = prompt.editor.text().trim();
    let choice = |value: &str, label: &str, detail: String| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        detail,
        why_not: None,
    };
    let stands = prompt.on.as_ref().map_or("", |on| own(model, &on.id));
    let stands = Some(stands).filter(|emoji| !emoji.is_empty() && typed.is_empty());
    let back = stands.map(|emoji| {
        let emoji = one_line(emoji, 20);
        choice("", &emoji, fill(Word::TakeBack.say(language), &[&emoji]))
    });
    let found = model.emoji.found(typed, language);
    let found = found.into_iter().map(|(emoji, name)| choice(emoji, emoji, name.to_owned()));
    back.into_iter().chain(found).collect()
}

#[cfg(test)]
mod tests {
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{Relay, entry};
    use crate::console::update::acts::samples::{commands, done, told};
    use crate::domain::content::Content;
    use crate::wire::{ActionRequest, EntryKind, ReactionView};

    fn thread() -> (Rig, Relay) {
        let mut note = entry(3, EntryKind::Note, "bruno", "later");
        note.entry.id = "note-3".into();
        let mut rig = Rig::new(100, 30);
        let mut relay = Relay::new(vec![
            entry(1, EntryKind::Message, "customer", "the parcel came"),
            entry(2, EntryKind::Message, "anna", "good"),
            note,
        ]);
        relay.opened(&mut rig);
        rig.effects();
        (rig, relay)
    }

    /// What was asked last: the emoji and the message.
    fn asked(rig: &mut Rig) -> Option<(uuid::Uuid, String, String)> {
        let said = commands(rig).into_iter().next_back()?;
        let ActionRequest::Send { content: Content::Reaction { emoji }, about } = said.2 else {
            panic!("{:?}", said.2)
        };
        Some((said.0, emoji, about.expect("a message")))
    }

    #[test]
    fn one_key_and_enter_react_to_the_customers_last_message() {
        let (mut rig, _) = thread();
        rig.keys("+");
        assert!(rig.screen().contains("thumbs up"), "{}", rig.screen());
        rig.types("hourgl").keys("enter");
        let (id, emoji, about) = asked(&mut rig).expect("asked");
        assert_eq!((emoji.as_str(), about.as_str()), ("⏳", "wamid.1"));
        done(&mut rig, id);
        assert!(told(&rig).starts_with("#4711 reacted with ⏳"), "{}", told(&rig));
        rig.keys("+ enter");
        assert_eq!(asked(&mut rig).expect("asked").1, "⏳", "the last one used stands first");
    }

    #[test]
    fn the_selected_message_is_meant_and_what_is_none_is_told() {
        let (mut rig, mut relay) = thread();
        rig.ask("up").ask("up");
        relay.settle(&mut rig);
        assert_eq!(rig.model.thread.as_ref().and_then(|open| open.cursor()), Some("2.0"));
        rig.ask("react 🎉");
        assert_eq!(asked(&mut rig).expect("asked").2, "wamid.2");
        rig.ask("down").ask("react");
        assert!(told(&rig).contains("select a message"), "{}", told(&rig));
        assert!(rig.model.overlays.is_empty());
    }

    #[test]
    fn what_is_no_emoji_is_refused_where_it_is_typed() {
        let (mut rig, _) = thread();
        rig.keys("+").types("xyzzy").keys("enter");
        assert!(rig.screen().contains("a reaction is one emoji"), "{}", rig.screen());
        assert_eq!(asked(&mut rig), None);
        rig.keys("ctrl-u").types("🦄").keys("enter");
        assert_eq!(asked(&mut rig).expect("asked").1, "🦄");
    }

    #[test]
    fn what_stands_there_is_taken_back_and_undo_brings_it_again() {
        let (mut rig, mut relay) = thread();
        let at = rig.now;
        let (author, emoji) = ("anna".into(), "🎉".into());
        relay.entries[0].entry.reactions = vec![ReactionView { author, emoji, at }];
        relay.settle(&mut rig);
        rig.keys("+");
        assert!(rig.screen().contains("take 🎉 back"), "{}", rig.screen());
        rig.keys("enter");
        let (id, emoji, _) = asked(&mut rig).expect("asked");
        assert_eq!(emoji, "");
        done(&mut rig, id);
        assert!(told(&rig).starts_with("#4711 reaction taken back"), "{}", told(&rig));
        rig.ask("undo");
        assert_eq!(asked(&mut rig).expect("asked").1, "🎉");
    }
}
