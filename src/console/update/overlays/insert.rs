//! Putting a message together in a form.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::editor::Editor;
use crate::console::effect::{Effect, HandIn};
use crate::console::model::attachment::Made;
use crate::console::model::insert::{Form, Insert, Part, Sort, Wrong};
use crate::console::model::overlay::Overlay;
use crate::console::model::told::Gravity;
use crate::console::model::{Model, dropped};
use crate::console::msg::HandedIn;
use crate::console::update::{acts, composer};
use crate::domain::id::TicketNumber;
use crate::domain::template::Handed;
use crate::wire::ActionRequest;
use uuid::Uuid;

crate::words! {
    enum Word {
        Unknown = ["there is no such form: ", "non c'è un modulo così: ", "não há esse formulário: ", "no hay ese formulario: "],
        Going = ["the file goes up; then the message is sent", "il file sta salendo; poi il messaggio parte", "o arquivo está subindo; depois a mensagem é enviada", "el archivo está subiendo; después se envía el mensaje"],
        Kept = ["the form is kept: insert opens it again", "il modulo è conservato: insert lo riapre", "o formulário fica guardado: insert o reabre", "el formulario se conserva: insert lo reabre"],
    }
}

/// Opens the choice of what to put together for the open ticket, or the form that was named.
pub fn open(model: &mut Model, asked: &Invocation) {
    let Some(ticket) = model.open_ticket() else { return };
    if let Some(why) = acts::why_not(model, Action::Insert) {
        return model.told.tell(model.now, Gravity::Warning, why);
    }
    let named = Sort::of(&asked.argument);
    if named.is_none() && !asked.argument.is_empty() {
        let ids: Vec<_> = Sort::ALL.iter().map(|sort| sort.id()).collect();
        let text = format!("{}{}", Word::Unknown.say(model.settings.language), ids.join(", "));
        return model.told.tell(model.now, Gravity::Error, text);
    }
    let kept = model.forms.iter().rfind(|(of, _)| *of == ticket).map(|(_, form)| form.sort);
    let chosen = named.or(kept).and_then(|sort| Sort::ALL.iter().position(|of| *of == sort));
    let (search, chosen) = (Editor::default(), chosen.unwrap_or(0));
    let insert = Insert { ticket, search, chosen, form: None };
    model.overlays.push(Overlay::Insert(Box::new(insert)));
    if named.is_some() {
        choose(model);
    }
}

fn insert(model: &mut Model) -> Option<&mut Insert> {
    match model.overlays.last_mut() {
        Some(Overlay::Insert(insert)) => Some(insert),
        _ => None,
    }
}

/// Begins the marked form, or goes on with it where it was begun before.
fn choose(model: &mut Model) {
    let Some(Overlay::Insert(insert)) = model.overlays.last() else { return };
    let found = insert.found(model.settings.language);
    let (ticket, Some(sort)) = (insert.ticket, found.get(insert.chosen).copied()) else { return };
    let kept = model.forms.iter().rposition(|(of, form)| *of == ticket && form.sort == sort);
    let kept = kept.map(|at| model.forms.remove(at).1);
    let composer = &model.composer;
    let mine = composer.ticket == Some(ticket) && !composer.note;
    let written = if mine { composer.editor.text() } else { "" };
    let quote = composer.quote.clone().filter(|_| mine);
    let form = kept.unwrap_or_else(|| Form::new(sort, written, quote));
    if let Some(Overlay::Insert(insert)) = model.overlays.last_mut() {
        insert.form = Some(form);
    }
}

/// Takes what is asked for while it is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let language = model.settings.language;
    let Some(shown) = insert(model) else { return false };
    if shown.form.is_some() {
        return fill(model, asked, effects);
    }
    let last = shown.found(language).len().saturating_sub(1);
    match asked.action {
        Action::Down | Action::NextField => shown.chosen = (shown.chosen + 1).min(last),
        Action::Up | Action::PreviousField => shown.chosen = shown.chosen.saturating_sub(1),
        Action::PageUp | Action::HalfUp | Action::Top => shown.chosen = 0,
        Action::PageDown | Action::HalfDown | Action::Bottom => shown.chosen = last,
        Action::Accept => choose(model),
        Action::Back => drop(model.overlays.pop()),
        action => {
            shown.chosen = 0;
            return shown.search.perform(action);
        }
    }
    true
}

fn fill(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(shown) = insert(model) else { return false };
    let ticket = shown.ticket;
    let Some(form) = &mut shown.form else { return false };
    let last = form.fields.len() - 1;
    match asked.action {
        Action::Back => {
            let form = shown.form.take().filter(|form| !form.is_untouched());
            if let Some(form) = form {
                model.forms.push((ticket, form));
            }
        }
        Action::NextField | Action::Down => form.at = (form.at + 1).min(last),
        Action::PreviousField | Action::Up => form.at = form.at.saturating_sub(1),
        Action::PageUp | Action::Top => form.at = 0,
        Action::PageDown | Action::Bottom => form.at = last,
        Action::Accept => return accept(model, effects),
        Action::Newline if form.fields[form.at].part == Part::Body => type_in(form, "\n"),
        action => {
            form.fault = None;
            let at = form.at;
            let taken = form.fields.get_mut(at).is_some_and(|field| field.editor.perform(action));
            form.grow();
            return taken;
        }
    }
    true
}

/// Sends the message; a file above its text goes to the relay before.
fn accept(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let id = model.fresh_id();
    let Some(shown) = insert(model) else { return false };
    let ticket = shown.ticket;
    let Some(form) = &mut shown.form else { return false };
    if form.going.is_some() {
        return true;
    }
    let content = match form.content() {
        Ok(content) => content,
        Err(wrong) => {
            // Enter goes to the first field that is not ready, and says what is missing there.
            form.at = wrong.0;
            form.fault = Some(wrong);
            return true;
        }
    };
    if let Some((_, typed, kind)) = form.to_hand_in() {
        let path = dropped::typed(&typed).into_iter().next().unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        form.going = Some((id, typed));
        effects.push(Effect::HandIn(HandIn { id, ticket, path, name, kind }));
        let text = Word::Going.say(model.settings.language);
        model.told.tell(model.now, Gravity::Plain, text);
        return true;
    }
    let (form, quote) = (form.clone(), form.quote.clone());
    let about = quote.as_ref().map(|quoted| quoted.id.clone());
    let action = ActionRequest::Send { content, about };
    if let Some(id) = acts::command(model, ticket, action, effects) {
        model.in_flight.made(id, Made::Form(Box::new(form.clone())), quote);
        model.overlays.pop();
        taken(model, ticket, &form);
    }
    true
}

/// News of a file on its way up, if it is one of a form; says whether it is.
pub fn handed_in(model: &mut Model, id: Uuid, news: &HandedIn, effects: &mut Vec<Effect>) -> bool {
    let goes = |form: &&mut Form| form.going.as_ref().is_some_and(|(going, _)| *going == id);
    let kept = model.forms.iter_mut().map(|(_, form)| form);
    let shown = model.overlays.iter_mut().filter_map(|overlay| match overlay {
        Overlay::Insert(insert) => insert.form.as_mut(),
        _ => None,
    });
    let Some(form) = kept.chain(shown).find(goes) else { return false };
    if matches!(news, HandedIn::Up(_)) {
        return true;
    }
    let Some((_, typed)) = form.going.take() else { return false };
    match news {
        HandedIn::Up(_) => {}
        HandedIn::Done(attached) => {
            form.there = Some((typed, Handed::from(attached).to_string()));
            // Who has typed another file, or left the form, sends nothing yet.
            let ready = form.to_hand_in().is_none();
            let form = form.clone();
            if ready && insert(model).is_some_and(|shown| shown.form.as_ref() == Some(&form)) {
                accept(model, effects);
            }
        }
        HandedIn::Failed(why) => {
            let place = form.to_hand_in().map_or(form.at, |(place, _, _)| place);
            form.at = place;
            form.fault = Some((place, Wrong::Said(why.clone())));
        }
    }
    true
}

/// What stood in the composer has gone with the form.
fn taken(model: &mut Model, ticket: TicketNumber, form: &Form) {
    let composer = &mut model.composer;
    if composer.ticket == Some(ticket) && !composer.note && composer.quote == form.quote {
        composer.quote = None;
    }
    composer::take_away(model, ticket, &form.written);
}

fn type_in(form: &mut Form, text: &str) {
    if let Some(field) = form.fields.get_mut(form.at) {
        field.editor.insert(text);
        form.fault = None;
    }
    form.grow();
}

/// Takes typed or pasted text; only the message's text has lines.
pub fn typed(model: &mut Model, text: &str) {
    let Some(shown) = insert(model) else { return };
    let Some(form) = &mut shown.form else {
        shown.search.insert(&text.replace(['\n', '\r', '\t'], " "));
        shown.chosen = 0;
        return;
    };
    match form.fields[form.at].part {
        Part::Body => type_in(form, text),
        _ => type_in(form, &text.replace(['\n', '\r', '\t'], " ")),
    }
}

/// A form that was refused or taken back is open again, if its ticket is and nothing lies over it; else it is kept.
pub fn again(model: &mut Model, ticket: TicketNumber, form: Form) {
    if model.open_ticket() == Some(ticket) && model.overlays.is_empty() {
        let chosen = Sort::ALL.iter().position(|sort| *sort == form.sort).unwrap_or(0);
        let insert = Insert { ticket, search: Editor::default(), chosen, form: Some(form) };
        model.overlays.push(Overlay::Insert(Box::new(insert)));
    } else {
        model.forms.push((ticket, form));
        let text = Word::Kept.say(model.settings.language);
        model.told.tell(model.now, Gravity::Warning, text);
    }
}

#[cfg(test)]
mod tests {
    use crate::console::context::Context;
    use crate::console::effect::Effect;
    use crate::console::msg::{HandedIn, Msg};
    use crate::console::rig::Rig;
    use crate::console::sample::relay::{Relay, entry};
    use crate::console::update::acts::samples::{commands, refused, told};
    use crate::domain::content::{Attached, Content};
    use crate::domain::id::{ConversationId, OutboxId, SendId};
    use crate::domain::interactive::{File, Header};
    use crate::domain::message::Kind;
    use crate::wire::{ActionRequest, ClientFrame, EntryKind, RelayFrame};

    fn thread() -> (Rig, Relay) {
        let mut rig = Rig::new(100, 30);
        let mut relay = Relay::new(vec![entry(1, EntryKind::Message, "customer", "where?")]);
        relay.opened(&mut rig);
        rig.effects();
        (rig, relay)
    }

    fn sent(rig: &mut Rig) -> (uuid::Uuid, Content, Option<String>) {
        let said = commands(rig);
        let [(id, _, ActionRequest::Send { content, about })] = &said[..] else {
            panic!("{said:?}\n{}", rig.screen())
        };
        (*id, content.clone(), about.clone())
    }

    #[test]
    fn what_is_written_is_the_text_of_buttons_and_quotes() {
        let (mut rig, _) = thread();
        rig.ask("quote").types("Home or shop?").keys("alt-m enter");
        rig.types("Home").keys("tab").types("Shop").keys("enter");
        let (_, content, about) = sent(&mut rig);
        assert_eq!(about.as_deref(), Some("wamid.1"));
        assert_eq!(content.says(), "Home or shop?");
        assert!(rig.model.composer.editor.is_empty() && rig.model.composer.quote.is_none());
        assert_eq!(rig.model.context(), Context::Composer);
    }

    #[test]
    fn a_file_above_the_text_goes_to_the_relay_before_the_message() {
        let begun = |typed: &str| {
            let (mut rig, _) = thread();
            rig.ask("insert buttons").types("This one?").keys("tab").types("Yes");
            rig.keys("tab tab tab").types(typed).keys("enter");
            rig
        };
        let going = |rig: &mut Rig| {
            let mut files = rig.effects().into_iter().filter_map(|effect| match effect {
                Effect::HandIn(file) => Some(file),
                Effect::Say(ClientFrame::Command { .. }) => panic!("it is sent too early"),
                _ => None,
            });
            files.next().expect("it goes up")
        };
        let header = |rig: &mut Rig| match sent(rig).1 {
            Content::Interactive(made) => made.header.expect("a header"),
            content => panic!("{content:?}"),
        };
        let mut rig = begun("~/in voice.PNG");
        let file = going(&mut rig);
        assert_eq!((file.path.to_str(), file.kind), (Some("~/in voice.PNG"), Kind::Image));
        // Once is enough.
        rig.keys("enter");
        assert_eq!(commands(&mut rig), []);
        let why = "an image may have 5.0 MB at most; this one has 6.0 MB";
        rig.msg(Msg::HandedIn(file.id, HandedIn::Failed(why.into())));
        assert!(rig.screen().contains("an image may have 5.0 MB"), "{}", rig.screen());
        rig.keys("enter");
        let file = going(&mut rig);
        let attached = Attached {
            upload: file.id,
            kind: file.kind,
            mime: "image/png".into(),
            bytes: 1_000,
            name: Some(file.name.clone()),
            caption: None,
        };
        rig.msg(Msg::HandedIn(file.id, HandedIn::Done(attached)));
        let named = format!("upload:{}/in voice.PNG", file.id.simple());
        assert_eq!(header(&mut rig), Header::Image(File::Id(named)));
        assert!(rig.model.overlays.is_empty());
        // The platform fetches what has an address.
        let mut rig = begun("https://shop.example/a.pdf");
        let link = File::Link("https://shop.example/a.pdf".into());
        assert_eq!(header(&mut rig), Header::Document(link));
        let mut rig = begun("Today");
        assert_eq!(header(&mut rig), Header::Text("Today".into()));
    }

    #[test]
    fn enter_goes_to_what_is_missing_and_the_limit_is_told_there() {
        let (mut rig, _) = thread();
        rig.keys("c enter")
            .types("Home or shop?")
            .keys("tab")
            .types("the house of my aunt in Milan");
        assert!(rig.screen().contains("29/20"), "{}", rig.screen());
        rig.keys("enter");
        assert_eq!(commands(&mut rig), []);
        assert!(rig.screen().contains("at most 20 characters"), "{}", rig.screen());
        rig.keys("ctrl-u").types("Home").keys("enter");
        sent(&mut rig);
        rig.keys("c down enter").types("When?").keys("enter");
        assert!(rig.screen().contains("a value is missing"), "{}", rig.screen());
    }

    #[test]
    fn a_refused_form_comes_back_as_it_was_and_one_that_was_left_too() {
        let (mut rig, _) = thread();
        rig.ask("insert place").types("45.4642, 9.19").keys("tab").types("Our shop").keys("enter");
        let (id, ..) = sent(&mut rig);
        refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        assert!(told(&rig).contains("window is closed"), "{}", told(&rig));
        let screen = rig.screen();
        assert!(screen.contains("45.4642, 9.19") && screen.contains("Our shop"), "{screen}");
        rig.keys("esc esc");
        assert_eq!(rig.model.context(), Context::Thread);
        rig.keys("c enter");
        assert!(rig.screen().contains("Our shop"), "{}", rig.screen());
        rig.keys("enter");
        let (id, ..) = sent(&mut rig);
        // Somewhere else by then: it is kept until it is asked for.
        rig.keys("esc");
        refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        assert!(rig.model.overlays.is_empty());
        assert_eq!(rig.model.forms.len(), 1);
    }

    #[test]
    fn forms_that_were_left_are_kept_each_until_it_is_sent() {
        let (mut rig, _) = thread();
        rig.ask("insert place").types("45, 9").keys("tab").types("Our shop").keys("enter");
        let (id, ..) = sent(&mut rig);
        rig.ask("insert link").types("See our page").keys("esc esc");
        rig.ask("insert place").types("1, 1").keys("tab").types("The other shop").keys("esc");
        refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        rig.keys("esc");
        for (asked, wanted) in [
            ("insert place", "Our shop"),
            ("insert place", "The other shop"),
            ("insert link", "See our page"),
        ] {
            rig.ask(asked);
            assert!(rig.screen().contains(wanted), "{asked}: {}", rig.screen());
            // The next one of its sort.
            rig.model.overlays.clear();
        }
        assert_eq!(rig.model.forms, []);
    }

    #[test]
    fn who_leaves_is_asked_about_forms() {
        for kept in [true, false] {
            let (mut rig, _) = thread();
            rig.ask("insert link").types("See our page");
            if kept {
                rig.keys("esc esc");
            }
            rig.ask("quit");
            assert!(rig.screen().contains("not sent yet"), "{}", rig.screen());
            assert!(!rig.effects().contains(&crate::console::effect::Effect::Quit));
        }
        let (mut rig, _) = thread();
        rig.ask("insert link").ask("quit");
        assert!(rig.effects().contains(&crate::console::effect::Effect::Quit));
    }

    #[test]
    fn what_is_taken_back_is_a_form_again() {
        let (mut rig, _) = thread();
        rig.ask("insert ask-place").types("Where are you?").keys("enter");
        let (id, ..) = sent(&mut rig);
        let outbox = Some(SendId { conversation: ConversationId(1), outbox: OutboxId(7) });
        rig.hears(RelayFrame::Done { id, position: 2, outbox });
        rig.ask("undo");
        let said = commands(&mut rig);
        assert!(matches!(said[0].2, ActionRequest::Cancel { .. }), "{said:?}");
        rig.hears(RelayFrame::Done { id: said[0].0, position: 3, outbox: None });
        assert!(rig.screen().contains("Where are you?"), "{}", rig.screen());
        assert_eq!(rig.model.context(), Context::Picker);
    }

    #[test]
    fn a_note_does_not_become_a_message_and_an_unknown_form_is_told() {
        let (mut rig, _) = thread();
        rig.ask("note").types("do not tell him").keys("alt-m enter");
        assert!(rig.screen().matches("do not tell him").count() <= 1, "{}", rig.screen());
        rig.keys("esc esc").ask("insert carousel");
        assert!(told(&rig).contains("buttons, list, link"), "{}", told(&rig));
    }
}
