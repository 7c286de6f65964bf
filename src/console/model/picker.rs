//! Choosing a canned reply or a template, and filling it in.

mod choice;
mod consent;
mod recent;

pub use choice::Choice;
pub use recent::Recent;

use crate::console::editor::Editor;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::message::Kind;
use crate::domain::template::{Purpose, SlotKind};
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::wire::{ConsentView, SlotView, TemplateView, Trouble};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Choosing a text for a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    /// The ticket.
    pub ticket: TicketNumber,
    /// What its contact is called.
    pub contact: Option<String>,
    /// Until when free text could be sent to it when it was seen last.
    pub open_until: Option<Timestamp>,
    /// Whose ticket it is.
    pub whose: ContactId,
    /// What he has said about messages, where the relay was asked for it.
    pub said: Option<Vec<ConsentView>>,
    /// The line that it would go out on.
    pub line: String,
    /// Where the ticket waits.
    pub queue: String,
    /// Its labels.
    pub tags: Vec<String>,
    /// Where it stands.
    pub state: State,
    /// Canned replies are offered too: there is a composer that would take them.
    pub canned: bool,
    /// It was opened by the `/` of the composer: canned replies come first.
    pub slash: bool,
    /// The language that comes first: the contact's, as far as it is known.
    pub preferred: Option<String>,
    /// What is looked for.
    pub search: Editor,
    /// Only those of a language.
    pub language: Option<String>,
    /// Only those of a category.
    pub category: Option<Purpose>,
    /// Which of those found is marked.
    pub chosen: usize,
    /// What was written in the composer.
    pub written: String,
    /// The template being filled in.
    pub form: Option<TemplateForm>,
}

/// A template being filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateForm {
    /// Which.
    pub template: TemplateView,
    /// A value for each of its slots.
    pub fields: Vec<Editor>,
    /// What is offered for each.
    pub offers: Vec<Vec<String>>,
    /// The field that is typed into.
    pub at: usize,
    /// What is wrong with which field, once it was tried.
    pub fault: Option<(usize, BadValue)>,
    /// It was told that the template is ill received.
    pub warned: bool,
    /// The file that is on its way to the relay.
    pub going: Option<Going>,
    /// The paths of files that the relay has, and the values that name them there.
    pub there: BTreeMap<(usize, String), String>,
}

/// A file of this machine on its way into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// Under this id it is told how it goes.
    pub id: Uuid,
    /// Into which field.
    pub place: usize,
    /// What was typed there.
    pub path: String,
    /// All that was typed when the template was sent off: nothing else goes out.
    pub values: Vec<(String, String)>,
    /// How many of its bytes have gone.
    pub up: u64,
}

/// What may be wrong with a value. Source: the platform refuses these with 132012.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// It is empty.
    Empty,
    /// It has a line end or a tab.
    Lines,
    /// It has more than four spaces in a row.
    Spaces,
    /// It is longer than [`VALUE_MOST`].
    Long,
    /// It is no address, no id of a file and no path.
    File,
    /// It is no number of degrees.
    Degrees,
    /// It is longer than a code may be.
    Code,
    /// It is no time.
    Until,
    /// Its file did not reach the relay, and why.
    Said(String),
}

/// The longest value, in characters. Source: template components.
pub const VALUE_MOST: usize = 1024;

impl Picker {
    /// Whether it was sent off and waits for one of its files.
    pub fn is_going(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.going.is_some())
    }

    /// Whether what was written in the composer is one of the template's values.
    pub fn takes_written(&self) -> bool {
        let words = || self.written.split_whitespace();
        let mut values = self.form.iter().flat_map(TemplateForm::values);
        !self.written.is_empty() && values.any(|(_, value)| words().eq(value.split_whitespace()))
    }
}

impl TemplateForm {
    /// A template to be filled in: what was written goes into the first slot of the body that is not the
    /// contact's name, the name where a slot asks for one.
    pub fn new(
        template: &TemplateView,
        name: Option<&str>,
        written: &str,
        recent: &Recent,
    ) -> Self {
        let written = unbroken(written);
        let first_free = template
            .parameters
            .iter()
            .position(|slot| is_body(&slot.name) && !wants_name(&slot.name))
            .filter(|place| {
                // Where slots have only numbers the first one mostly greets.
                let numbered = template.parameters[*place].name.chars().all(|c| c.is_ascii_digit());
                !numbered || *place > 0 || template.parameters.len() == 1 || name.is_none()
            })
            .or_else(|| template.parameters.iter().rposition(|slot| is_body(&slot.name)));
        let mut fields = Vec::new();
        let mut offers = Vec::new();
        for (place, slot) in template.parameters.iter().enumerate() {
            let mut offered = Vec::new();
            let takes = Some(place) == first_free && !written.is_empty();
            if takes {
                offered.push(written.clone());
            }
            let words = is_body(&slot.name) || slot.name.starts_with("header");
            if words && slot.kind == SlotKind::Text {
                offered.extend(name.map(str::to_owned));
            }
            offered.extend(recent.of(&template.name, &slot.name).map(str::to_owned));
            let mut seen = std::collections::HashSet::new();
            offered.retain(|offer| seen.insert(offer.clone()));
            let named = name.filter(|_| wants_name(&slot.name));
            let typed = if takes { written.as_str() } else { named.unwrap_or_default() };
            fields.push(Editor::of(typed));
            offers.push(offered);
        }
        let asked = template.parameters.iter().map(|slot| !slot.optional);
        let mut empty = fields.iter().zip(asked).map(|(field, asked)| asked && field.is_empty());
        let at = empty.position(|empty| empty).unwrap_or(0);
        Self {
            template: template.clone(),
            fields,
            offers,
            at,
            fault: None,
            warned: false,
            going: None,
            there: BTreeMap::new(),
        }
    }

    /// The platform's word for how the template is received, where that is not well: it may be paused.
    pub fn falling(&self) -> Option<&str> {
        match self.template.trouble()? {
            Trouble::Falling(quality) => Some(quality),
            Trouble::Stopped(_) => None,
        }
    }

    /// The first file of this machine that the relay does not have yet: its field and its kind.
    pub fn to_hand_in(&self) -> Option<(usize, Kind)> {
        let mut slots = self.template.parameters.iter().zip(&self.fields).enumerate();
        slots.find_map(|(place, (slot, field))| {
            let path = field.text().to_owned();
            let new = is_path(slot.kind, &path) && !self.there.contains_key(&(place, path));
            let kind = match slot.kind {
                SlotKind::Image => Kind::Image,
                SlotKind::Video => Kind::Video,
                _ => Kind::Document,
            };
            new.then_some((place, kind))
        })
    }

    /// The first thing that is wrong, and where.
    pub fn wrong(&self) -> Option<(usize, BadValue)> {
        self.fields.iter().enumerate().find_map(|(place, field)| {
            let (text, slot) = (field.text(), self.template.parameters.get(place)?);
            let wrong = match slot.kind {
                _ if slot.optional && text.trim().is_empty() => return None,
                _ if text.trim().is_empty() => BadValue::Empty,
                _ if text.contains(['\n', '\t', '\r']) => BadValue::Lines,
                _ if text.contains("     ") => BadValue::Spaces,
                _ if is_path(slot.kind, text) => return None,
                _ if slot.kind.check(&slot.name, text).is_ok() => return None,
                SlotKind::Image | SlotKind::Video | SlotKind::Document => BadValue::File,
                SlotKind::Place => BadValue::Degrees,
                SlotKind::Code => BadValue::Code,
                SlotKind::Until => BadValue::Until,
                SlotKind::Text
                | SlotKind::Payload
                | SlotKind::Flow
                | SlotKind::Product
                | SlotKind::Unknown => BadValue::Long,
            };
            Some((place, wrong))
        })
    }

    /// The values that there are, by slot, as they were typed.
    pub fn values(&self) -> Vec<(String, String)> {
        let slots = self.template.parameters.iter().zip(&self.fields);
        let filled = slots.filter(|(_, field)| !field.text().trim().is_empty());
        filled.map(|(slot, field)| (slot.name.clone(), field.text().to_owned())).collect()
    }

    /// The values as they are sent: files of this machine by the names under which the relay has them.
    pub fn sent(&self) -> BTreeMap<String, String> {
        let typed = self.template.parameters.iter().zip(&self.fields).enumerate();
        let filled = typed.filter(|(_, (_, field))| !field.text().trim().is_empty());
        let value = |(place, (slot, field)): (usize, (&SlotView, &Editor))| {
            let typed = field.text().to_owned();
            let there = self.there.get(&(place, typed.clone())).cloned();
            (slot.name.clone(), there.unwrap_or(typed))
        };
        filled.map(value).collect()
    }
}

/// Whether what is typed for a file is a path of this machine: no web address, and no id, which has letters and digits
/// alone.
fn is_path(kind: SlotKind, text: &str) -> bool {
    let address = text.starts_with("https://") || text.starts_with("http://");
    let id = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    kind.file().is_some() && !address && !id
}

fn is_body(slot: &str) -> bool {
    !slot.starts_with("header") && !slot.contains('.') && !slot.starts_with("button")
}

/// Whether a slot asks for the contact's name, by its own.
fn wants_name(slot: &str) -> bool {
    let slot = slot.trim_start_matches("header.").to_lowercase();
    ["name", "nome", "nombre", "first_name", "customer_name", "cliente"].contains(&slot.as_str())
}

/// A text as a template's value may be: on one line, without runs of spaces.
pub fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::model::mirror::Mirror;
    use crate::domain::canned::Fit;
    use crate::wire::{CannedView, Change, Keyed, Shown, Splice};

    fn shown<V: Keyed>(items: Vec<V>) -> Shown<V> {
        let mut shown = Shown::default();
        let keys = items.iter().map(Keyed::key).collect();
        shown
            .apply(Change { splice: Some(Splice { first: 0, keys, last: 0 }), items })
            .expect("fits");
        shown
    }

    fn choosing() -> Picker {
        Picker {
            ticket: TicketNumber(1),
            contact: None,
            open_until: None,
            whose: ContactId(1),
            said: None,
            line: "support".into(),
            queue: "support".into(),
            tags: vec!["delivery".into()],
            state: State::Open,
            canned: true,
            slash: true,
            preferred: Some("it".into()),
            search: Editor::default(),
            language: None,
            category: None,
            chosen: 0,
            written: String::new(),
            form: None,
        }
    }

    fn names(picker: &Picker, mirror: &Mirror, open: bool) -> Vec<String> {
        let found = picker.found(mirror, &Recent::default(), open);
        found.iter().map(|one| format!("{}/{}", one.name(), one.language())).collect()
    }

    fn template(name: &str, language: &str, slots: &[&str], sendable: bool) -> TemplateView {
        TemplateView {
            name: name.into(),
            language: language.into(),
            status: "APPROVED".into(),
            purpose: Purpose::Utility,
            lines: vec!["support".into()],
            header: None,
            body: format!(
                "Hi {}",
                slots.iter().map(|slot| format!("{{{{{slot}}}}} ")).collect::<String>()
            ),
            footer: None,
            parameters: slots
                .iter()
                .map(|slot| SlotView { name: (*slot).into(), ..SlotView::default() })
                .collect(),
            sendable,
            reason: None,
            fetched_at: Timestamp(0),
            buttons: Vec::new(),
            quality: None,
            cost: crate::wire::Cost::Charged,
            offer: None,
            cards: Vec::new(),
            fit: Fit::default(),
            suggested_in: Vec::new(),
            instead: None,
            uses: 0,
        }
    }

    #[test]
    fn sendable_ones_of_the_contacts_language_come_first() {
        let all = vec![
            template("order_update", "en_US", &["1"], true),
            template("order_update", "it", &["1"], true),
            template("order_ready", "it", &[], false),
            template("hello", "pt_BR", &[], true),
        ];
        let mirror = Mirror { templates: shown(all), ..Mirror::default() };
        let mut picker = choosing();
        let all = ["order_update/it", "hello/pt_BR", "order_update/en_US", "order_ready/it"];
        assert_eq!(names(&picker, &mirror, true), all);
        picker.search = Editor::of("ordr");
        let found = ["order_update/it", "order_update/en_US", "order_ready/it"];
        assert_eq!(names(&picker, &mirror, true), found);
        picker.language = Some("pt".into());
        picker.search.clear();
        assert_eq!(names(&picker, &mirror, true), ["hello/pt_BR"]);
    }

    #[test]
    fn canned_replies_stand_beside_templates_where_they_can_be_used() {
        let canned = |name: &str, language: &str| CannedView {
            name: name.into(),
            language: language.into(),
            ..CannedView::default()
        };
        let mut tagged = canned("where", "it");
        tagged.fit.tags.push("delivery".into());
        let mut elsewhere = canned("elsewhere", "it");
        elsewhere.queues.push("billing".into());
        let mut both = canned("greeting", "it");
        both.template = Some("hello".into());
        both.fit = Fit { states: vec![State::Open], ..Fit::default() };
        let all = vec![canned("bye", "it"), both, elsewhere, tagged, canned("where", "en")];
        let mirror = Mirror {
            canned: shown(all),
            templates: shown(vec![template("hello", "it", &[], true)]),
            ..Mirror::default()
        };
        let mut picker = choosing();
        let suited = ["where/it", "greeting/it", "bye/it", "where/en", "hello/it"];
        assert_eq!(names(&picker, &mirror, true), suited);
        let closed = ["greeting/it", "hello/it", "where/it", "bye/it", "where/en"];
        assert_eq!(names(&picker, &mirror, false), closed);
        picker.slash = false;
        assert_eq!(names(&picker, &mirror, true)[0], "hello/it");
        picker.canned = false;
        assert_eq!(names(&picker, &mirror, true), ["hello/it"]);
    }

    #[test]
    fn tags_then_the_queue_then_the_state_then_use_say_what_comes_first() {
        let named = |name: &str| template(name, "it", &[], true);
        let mut tagged = named("d_tagged");
        tagged.fit.tags.push("delivery".into());
        let mut queue = named("c_queue");
        queue.suggested_in.push("support".into());
        let mut state = named("b_state");
        state.fit.states.push(State::Open);
        let mut used = named("z_used");
        used.uses = 3;
        let mut foreign = named("a_foreign");
        foreign.suggested_in.push("billing".into());
        let all = vec![foreign, state, queue, tagged, named("m_never"), used];
        let mirror = Mirror { templates: shown(all), ..Mirror::default() };
        let picker = choosing();
        let names = |recent: &Recent| -> Vec<&str> {
            picker.found(&mirror, recent, true).into_iter().map(Choice::name).collect()
        };
        let first = ["d_tagged", "c_queue", "b_state"];
        let mut recent = Recent::default();
        assert_eq!(names(&recent), [&first[..], &["z_used", "a_foreign", "m_never"]].concat());
        for _ in 0..4 {
            recent.took("m_never");
        }
        assert_eq!(names(&recent), [&first[..], &["m_never", "z_used", "a_foreign"]].concat());
    }

    #[test]
    fn what_was_written_and_the_name_are_offered() {
        let recent = Recent::default();
        for (slots, written, wanted) in [
            (&["1"][..], "tomorrow at 9", &["tomorrow at 9"][..]),
            (&["1", "2"], "tomorrow\nat 9", &["", "tomorrow at 9"]),
            (&["name", "day"], "tomorrow", &["Anna", "tomorrow"]),
            (&["header", "1"], "x", &["", "x"]),
            (&["day", "place"], "at nine", &["at nine", ""]),
            (&["1", "2"], "", &["", ""]),
        ] {
            let form = TemplateForm::new(
                &template("t", "it", slots, true),
                Some("Anna"),
                written,
                &recent,
            );
            let typed: Vec<_> = form.fields.iter().map(Editor::text).collect();
            assert_eq!(typed, wanted, "{slots:?}");
            assert!(form.offers[0].iter().any(|offer| offer == "Anna"), "{slots:?}");
        }
    }

    #[test]
    fn what_the_platform_refuses_is_found_before() {
        let mut form =
            TemplateForm::new(&template("t", "it", &["1"], true), None, "", &Recent::default());
        for (value, wrong) in [
            (" ", Some(BadValue::Empty)),
            ("a\nb", Some(BadValue::Lines)),
            ("a     b", Some(BadValue::Spaces)),
            (&*"x".repeat(1025), Some(BadValue::Long)),
            ("fine    so", None),
        ] {
            form.fields[0] = Editor::of(value);
            assert_eq!(form.wrong().map(|(_, wrong)| wrong), wrong);
        }
        assert_eq!(form.values(), [("1".to_owned(), "fine    so".to_owned())]);
        for (kind, value, wrong) in [
            (SlotKind::Image, "https://", Some(BadValue::File)),
            (SlotKind::Image, "photo.png", None),
            (SlotKind::Video, "~/the film.mp4", None),
            (SlotKind::Image, "https://a.example/b.png", None),
            (SlotKind::Code, "0123456789abcdef", Some(BadValue::Code)),
            (SlotKind::Until, "tomorrow", Some(BadValue::Until)),
        ] {
            form.template.parameters[0].kind = kind;
            form.fields[0] = Editor::of(value);
            assert_eq!(form.wrong().map(|(_, wrong)| wrong), wrong, "{value}");
        }
        form.template.parameters[0].optional = true;
        form.fields[0] = Editor::of(" ");
        assert_eq!((form.wrong(), form.values()), (None, Vec::new()));
    }
}
