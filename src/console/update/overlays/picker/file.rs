//! Files of this machine in a template: handed in to the relay one after the other, before the template is sent.

use super::send;
use crate::console::effect::{Effect, HandIn};
use crate::console::model::Model;
use crate::console::model::dropped;
use crate::console::model::overlay::Overlay;
use crate::console::model::picker::{BadValue, Going, TemplateForm};
use crate::console::msg::HandedIn;
use crate::domain::template::Handed;
use uuid::Uuid;

/// Lets the next file go up; where none is left, the template is sent.
pub(super) fn hand_in(model: &mut Model, effects: &mut Vec<Effect>) {
    let id = model.fresh_id();
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return };
    let ticket = picker.ticket;
    let Some(form) = &mut picker.form else { return };
    if form.going.is_some() {
        return;
    }
    let Some((place, kind)) = form.to_hand_in() else { return send(model, effects) };
    let typed = form.fields[place].text().to_owned();
    let path = dropped::typed(&typed).into_iter().next().unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    form.going = Some(Going { id, place, path: typed, values: form.values(), up: 0 });
    effects.push(Effect::HandIn(HandIn { id, ticket, path, name, kind }));
}

/// News of a file on its way up, if it is one of a template; says whether it is.
pub fn handed_in(model: &mut Model, id: Uuid, news: &HandedIn, effects: &mut Vec<Effect>) -> bool {
    let Some(form) = form(model, id) else { return false };
    if let (HandedIn::Up(bytes), Some(going)) = (news, &mut form.going) {
        going.up = *bytes;
        return true;
    }
    let Some(going) = form.going.take() else { return false };
    match news {
        HandedIn::Up(_) => {}
        HandedIn::Done(attached) => {
            form.there.insert((going.place, going.path), Handed::from(attached).to_string());
            // Who has changed a value meanwhile is not ready yet.
            if form.values() == going.values {
                hand_in(model, effects);
            }
        }
        HandedIn::Failed(why) => {
            form.at = going.place;
            form.fault = Some((going.place, BadValue::Said(why.clone())));
        }
    }
    true
}

/// The form into which the file with this id goes.
fn form(model: &mut Model, id: Uuid) -> Option<&mut TemplateForm> {
    let mut forms = model.overlays.iter_mut().filter_map(|overlay| match overlay {
        Overlay::Picker(picker) => picker.form.as_mut(),
        _ => None,
    });
    let goes = |form: &TemplateForm| form.going.as_ref().is_some_and(|going| going.id == id);
    forms.find(|form| goes(form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::effect::Effect;
    use crate::console::msg::Msg;
    use crate::console::rig::Rig;
    use crate::console::update::overlays::tests::asking;
    use crate::domain::content::Attached;
    use crate::domain::message::Kind;
    use crate::domain::template::SlotKind;
    use crate::wire::{ActionRequest, ClientFrame};
    use std::collections::BTreeMap;

    fn going(rig: &mut Rig) -> Vec<HandIn> {
        let taken = rig.effects().into_iter();
        taken
            .filter_map(|effect| match effect {
                Effect::HandIn(file) => Some(file),
                Effect::Say(ClientFrame::Command { .. }) => panic!("it is sent too early"),
                _ => None,
            })
            .collect()
    }

    fn up(rig: &mut Rig, file: &HandIn) {
        let attached = Attached {
            upload: file.id,
            kind: file.kind,
            mime: "a/b".into(),
            bytes: 1_000,
            name: Some(file.name.clone()),
            caption: None,
        };
        rig.msg(Msg::HandedIn(file.id, HandedIn::Done(attached)));
    }

    fn sent(rig: &mut Rig) -> Vec<BTreeMap<String, String>> {
        let said = rig.effects().into_iter().filter_map(|effect| match effect {
            Effect::Say(ClientFrame::Command {
                action: ActionRequest::Template { parameters, .. },
                ..
            }) => Some(parameters),
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn paths_go_up_one_after_the_other_and_then_the_template_goes() {
        let slots = [
            ("header", SlotKind::Document),
            ("card.1.header", SlotKind::Image),
            ("card.2.header", SlotKind::Image),
        ];
        let mut rig = asking(&slots);
        rig.types("~/in voice.pdf").keys("tab").types("./b.png").keys("tab").types("77");
        rig.keys("enter");
        let [first] = &going(&mut rig)[..] else { panic!("one file") };
        assert_eq!((first.path.to_str(), first.kind), (Some("~/in voice.pdf"), Kind::Document));
        rig.msg(Msg::HandedIn(first.id, HandedIn::Up(2_000)));
        assert!(rig.screen().contains("going up: 2 kB"), "{}", rig.screen());
        // Once is enough.
        rig.keys("enter");
        assert_eq!(going(&mut rig), []);
        up(&mut rig, first);
        let [second] = &going(&mut rig)[..] else { panic!("the other one") };
        assert_eq!((second.name.as_str(), second.kind), ("b.png", Kind::Image));
        up(&mut rig, second);
        let wanted = BTreeMap::from([
            ("header".into(), format!("upload:{}/in voice.pdf", first.id.simple())),
            ("card.1.header".into(), format!("upload:{}/b.png", second.id.simple())),
            ("card.2.header".into(), "77".into()),
        ]);
        assert_eq!(sent(&mut rig), [wanted]);
        assert!(rig.model.overlays.is_empty());
    }

    #[test]
    fn what_does_not_go_up_is_told_at_its_field_and_what_was_changed_waits() {
        let mut rig = asking(&[("header", SlotKind::Image)]);
        rig.types("/a/b.png").keys("enter");
        let file = going(&mut rig).pop().expect("it goes up");
        let why = "an image may have 5.0 MB at most; this one has 6.0 MB";
        rig.msg(Msg::HandedIn(file.id, HandedIn::Failed(why.into())));
        let screen = rig.screen();
        assert!(screen.contains("header: an image may have 5.0 MB"), "{screen}");
        rig.keys("enter");
        let file = going(&mut rig).pop().expect("it goes up again");
        rig.types("x");
        up(&mut rig, &file);
        assert_eq!(going(&mut rig), []);
        // What is there is not handed in again.
        rig.keys("backspace enter");
        assert_eq!(sent(&mut rig).len(), 1);
        // So it is with any other value.
        let mut rig = asking(&[("header", SlotKind::Image), ("amount", SlotKind::Text)]);
        rig.types("/a/b.png").keys("tab").types("20").keys("enter");
        let file = going(&mut rig).pop().expect("it goes up");
        rig.types("0");
        up(&mut rig, &file);
        assert_eq!(going(&mut rig), []);
        rig.keys("enter");
        let said = sent(&mut rig);
        assert!(said.len() == 1 && said[0]["amount"] == "200", "{said:?}");
        // One that arrives when the form is left sends nothing.
        let mut rig = asking(&[("header", SlotKind::Image)]);
        rig.types("/a/b.png").keys("enter");
        let file = going(&mut rig).pop().expect("it goes up");
        rig.keys("esc");
        up(&mut rig, &file);
        assert!(sent(&mut rig).is_empty());
    }
}
