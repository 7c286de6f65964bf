//! Who the customers are and what they say: a TOML file, the shipped one or `--script FILE`.
//!
//! ```toml
//! [[customer]]
//! id = "giulia"                    # how tests and `/_sandbox/say` call them
//! lang = "it"                      # en, it, pt, es
//! name = "Giulia Bianchi"          # the profile's name; may be missing
//! phone = "393471112233"           # digits as WhatsApp spells them (wa_id); missing: only user id and username
//! also = ["..."]                   # other spellings under which a send reaches them
//! user_id = "IT.1029384756"        # business-scoped user id; made up when missing
//! username = "@giulia"             # may be missing
//! reads = false                    # read receipts off: never `read`; default true
//! reachable = false                # every message to them fails with 131026; default true
//! again = true                     # the crowd tells this story too, under other names; default false
//! steps = [
//!   { say = "Buongiorno, il pacco {order} non è arrivato." },          # at once
//!   { on = "silence", after = "6m", say = "C'è qualcuno?" },           # unless somebody has answered
//!   { on = "answer", after = "90s", image = "Ecco la foto" },          # 90 s after an answer was read
//!   { after = "25h", say = "Buongiorno, ancora niente." },             # 25 h after the step before
//! ]
//!
//! [[hears]]                        # an answer to what an agent says, once a conversation
//! lang = "it"
//! words = ["numero d'ordine"]      # any of these, anywhere, case ignored
//! say = "Il numero è {order}."
//!
//! [crowd.it]                       # further customers who tell the stories marked `again`
//! names = ["Anna Greco", "..."]
//! phone = "39347#######"           # each # is a digit by chance
//! thanks = ["Grazie mille!"]       # said once when the story is over
//! ```
//!
//! A step does exactly one of: `say` (text), `image` (caption, may be empty), `document` (file name), `voice = true`,
//! `sticker = true`, `disguise = true` (a program announced as a picture), `place = [latitude, longitude]`, `react` (emoji, to the agent's last message), `poll = true`
//! (a kind that the platform cannot pass on). `quote = true` quotes the agent's last message; `marketing =
//! "stop"` or `"resume"` also turns the platform's switch for marketing messages. `{order}` and `{item}` in a
//! text become this customer's own.

use super::amount;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// The customers and what they say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    #[serde(default, rename = "customer")]
    pub(super) customers: Vec<Customer>,
    #[serde(default)]
    pub(super) hears: Vec<Hears>,
    #[serde(default)]
    pub(super) crowd: BTreeMap<Lang, Crowd>,
}

/// A language that customers speak.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    En,
    /// Italian.
    It,
    /// Portuguese.
    Pt,
    /// Spanish.
    Es,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) lang: Lang,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    #[serde(default)]
    pub(super) also: Vec<String>,
    pub(super) user_id: Option<String>,
    pub(super) username: Option<String>,
    #[serde(default = "yes")]
    pub(super) reads: bool,
    #[serde(default = "yes")]
    pub(super) reachable: bool,
    #[serde(default)]
    pub(super) again: bool,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawStep")]
pub(super) struct Step {
    pub(super) on: On,
    pub(super) after: Duration,
    pub(super) act: Act,
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum On {
    /// Only for its time.
    #[default]
    Then,
    /// For its time, and it is left out if somebody answers before.
    Silence,
    /// For an answer, and then for its time.
    Answer,
}

/// What a customer does.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Act {
    pub(super) what: Deed,
    pub(super) quote: bool,
    pub(super) marketing: Option<Marketing>,
}

/// The message itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deed {
    Say(String),
    Image(String),
    Document(String),
    Voice,
    Sticker,
    /// A program that is announced as a picture.
    Disguise,
    Place(f64, f64),
    React(String),
    Poll,
    /// A quick reply of a template: payload and text.
    Press {
        payload: String,
        text: String,
    },
    /// A reply button or a list's row: id and title.
    Choose {
        id: String,
        title: String,
        list: bool,
    },
    /// Sends the own number, as was asked.
    Number,
    /// Fills in a form, whose token comes back.
    Fill {
        token: String,
    },
}

/// The platform's switch for marketing messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Marketing {
    Stop,
    Resume,
}

impl Act {
    /// Says something, and nothing else.
    pub(super) fn say(text: &str) -> Self {
        Self { what: Deed::Say(text.into()), quote: false, marketing: None }
    }

    /// What a step of the script does, as JSON: `{"image": "look"}`.
    pub(super) fn read(step: serde_json::Value) -> Option<Self> {
        serde_json::from_value::<Step>(step).ok().map(|step| step.act)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hears {
    pub(super) lang: Lang,
    pub(super) words: Vec<String>,
    pub(super) say: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crowd {
    pub(super) names: Vec<String>,
    pub(super) phone: String,
    pub(super) thanks: Vec<String>,
    #[serde(default)]
    pub(super) items: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    #[serde(default)]
    on: On,
    #[serde(default, deserialize_with = "span")]
    after: Duration,
    #[serde(default)]
    quote: bool,
    marketing: Option<Marketing>,
    say: Option<String>,
    image: Option<String>,
    document: Option<String>,
    #[serde(default)]
    voice: bool,
    #[serde(default)]
    sticker: bool,
    #[serde(default)]
    disguise: bool,
    place: Option<(f64, f64)>,
    react: Option<String>,
    #[serde(default)]
    poll: bool,
}

impl TryFrom<RawStep> for Step {
    type Error = &'static str;
    fn try_from(raw: RawStep) -> Result<Self, Self::Error> {
        let mut deeds = [
            raw.say.map(Deed::Say),
            raw.image.map(Deed::Image),
            raw.document.map(Deed::Document),
            raw.voice.then_some(Deed::Voice),
            raw.sticker.then_some(Deed::Sticker),
            raw.disguise.then_some(Deed::Disguise),
            raw.place.map(|(latitude, longitude)| Deed::Place(latitude, longitude)),
            raw.react.map(Deed::React),
            raw.poll.then_some(Deed::Poll),
        ]
        .into_iter()
        .flatten();
        match (deeds.next(), deeds.next()) {
            (Some(what), None) => Ok(Self {
                on: raw.on,
                after: raw.after,
                act: Act { what, quote: raw.quote, marketing: raw.marketing },
            }),
            _ => Err(
                "a step does exactly one of say, image, document, voice, sticker, disguise, place, react, poll",
            ),
        }
    }
}

fn yes() -> bool {
    true
}

fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    amount::span(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

/// Why a script cannot be used; names the file where there is one.
#[derive(Debug, thiserror::Error)]
#[error("script {place}: {fault}")]
pub struct ScriptError {
    place: String,
    fault: String,
}

impl Script {
    /// The customers that the sandbox ships.
    pub fn shipped() -> Self {
        Self::parse(include_str!("customers.toml"), "shipped")
            .expect("the shipped customers are read by a test")
    }

    /// Reads a script from a file; the crowd and the ears of the shipped one stay where it says nothing.
    pub fn load(path: &Path) -> Result<Self, ScriptError> {
        let place = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|fault| ScriptError { place: place.clone(), fault: fault.to_string() })?;
        let mut script = Self::parse(&text, &place)?;
        let shipped = Self::shipped();
        if script.hears.is_empty() {
            script.hears = shipped.hears;
        }
        for (lang, crowd) in shipped.crowd {
            script.crowd.entry(lang).or_insert(crowd);
        }
        Ok(script)
    }

    /// Reads a script from text; `place` names it in errors.
    pub fn parse(text: &str, place: &str) -> Result<Self, ScriptError> {
        let fault = |fault: String| ScriptError { place: place.to_owned(), fault };
        let script: Self = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
        let mut seen = std::collections::HashSet::new();
        for customer in &script.customers {
            if !seen.insert(customer.id.clone()) {
                return Err(fault(format!("customer {} is there twice", customer.id)));
            }
            for phone in customer.phone.iter().chain(&customer.also) {
                if !is_phone(phone) || !seen.insert(phone.clone()) {
                    let id = &customer.id;
                    let says =
                        format!("customer {id}: phone must be 7 to 15 digits and nobody else's");
                    return Err(fault(says));
                }
            }
        }
        Ok(script)
    }
}

/// Whether these are the digits of an international number (E.164).
pub(super) fn is_phone(text: &str) -> bool {
    (7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Lang {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::En => "en",
            Self::It => "it",
            Self::Pt => "pt",
            Self::Es => "es",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_cast_is_varied() {
        let script = Script::shipped();
        assert!(script.customers.len() >= 12, "{}", script.customers.len());
        for lang in [Lang::En, Lang::It, Lang::Pt, Lang::Es] {
            assert!(script.customers.iter().filter(|one| one.lang == lang).count() >= 2, "{lang}");
            assert!(script.customers.iter().any(|one| one.lang == lang && one.again), "{lang}");
            assert!(script.crowd.contains_key(&lang));
            assert!(script.hears.iter().any(|one| one.lang == lang));
        }
        let any = |deed: fn(&Deed) -> bool| {
            script.customers.iter().flat_map(|one| &one.steps).any(|step| deed(&step.act.what))
        };
        assert!(any(|deed| matches!(deed, Deed::Image(_))));
        assert!(any(|deed| matches!(deed, Deed::Voice)));
        assert!(any(|deed| matches!(deed, Deed::Document(_))));
        assert!(any(|deed| matches!(deed, Deed::Place(..))));
        assert!(any(|deed| matches!(deed, Deed::React(_))));
        assert!(any(|deed| matches!(deed, Deed::Say(text) if text == "STOP")));
        assert!(any(
            |deed| matches!(deed, Deed::Say(text) if text.contains('\u{1b}') && text.contains('\u{202e}'))
        ));
        assert!(script.customers.iter().any(|one| one.phone.is_none() && one.username.is_some()));
        let spelled = |prefix: &str| {
            let starts = |one: &&Customer| {
                one.phone.as_deref().is_some_and(|phone| phone.starts_with(prefix))
            };
            script.customers.iter().filter(starts).any(|one| !one.also.is_empty())
        };
        assert!(spelled("55") && spelled("549"));
    }

    #[test]
    fn faults_say_where() {
        let cases = [
            ("[[customer]]\nid = \"a\"\nlang = \"de\"", "unknown variant"),
            ("[[customer]]\nid = \"a\"\nlang = \"it\"\nage = 3", "unknown field"),
            ("[[customer]]\nid = \"a\"\nlang = \"it\"\nphone = \"+39\"", "7 to 15 digits"),
            (
                "[[customer]]\nid = \"a\"\nlang = \"it\"\nsteps = [{ say = \"a\", voice = true }]",
                "exactly one",
            ),
            (
                "[[customer]]\nid = \"a\"\nlang = \"it\"\nsteps = [{ say = \"a\", after = \"3\" }]",
                "no span of time",
            ),
        ];
        for (text, wanted) in cases {
            let fault = Script::parse(text, "x.toml").unwrap_err().to_string();
            assert!(fault.contains(wanted) && fault.contains("x.toml"), "{fault}");
        }
    }
}
