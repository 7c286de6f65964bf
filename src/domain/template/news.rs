//! What the platform says of a template: that it was judged, paused, is received so, counts as something else.

use super::Template;
use crate::domain::line::Weight;
use crate::kit::text::one_line;
use serde::{Deserialize, Serialize};

/// The longest name or reason that is kept, in columns: the platform's words are not trusted.
const KEPT_MOST: usize = 200;

/// News of one template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateNews {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What is new.
    #[serde(flatten)]
    pub change: TemplateChange,
}

/// What may change of a template without anybody's doing. Words in capitals are the platform's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum TemplateChange {
    /// Whether it may be sent: `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED` ...
    Status {
        /// Now.
        status: String,
        /// Why, as far as the platform says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// How it is received: `GREEN`, `YELLOW`, `RED`.
    Quality {
        /// Now.
        quality: String,
        /// Before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// What it counts as: `MARKETING`, `UTILITY`, `AUTHENTICATION`.
    Category {
        /// Now, or soon.
        category: String,
        /// It is not so yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        soon: bool,
    },
}

/// A word of the platform as people read it.
fn plain(word: &str) -> String {
    one_line(&word.replace('_', " ").to_lowercase(), 120)
}

impl TemplateNews {
    /// News with the platform's words cut to a line each, without what could do something to a terminal.
    pub fn new(name: &str, language: &str, change: TemplateChange) -> Self {
        let tame = |word: String| one_line(&word, KEPT_MOST);
        let change = match change {
            TemplateChange::Status { status, reason } => {
                TemplateChange::Status { status: tame(status), reason: reason.map(tame) }
            }
            TemplateChange::Quality { quality, before } => {
                TemplateChange::Quality { quality: tame(quality), before: before.map(tame) }
            }
            TemplateChange::Category { category, soon } => {
                TemplateChange::Category { category: tame(category), soon }
            }
        };
        Self { name: one_line(name, KEPT_MOST), language: one_line(language, KEPT_MOST), change }
    }

    /// What is new of a template that was `before` and is `now`.
    pub fn between(before: &Template, now: &Template) -> Vec<Self> {
        let mut changes = Vec::new();
        if before.status != now.status {
            let (status, reason) = (now.status.clone(), now.rejected.clone());
            changes.push(TemplateChange::Status { status, reason });
        }
        if let Some(quality) = now.quality.clone().filter(|_| before.quality != now.quality) {
            changes.push(TemplateChange::Quality { quality, before: before.quality.clone() });
        }
        if before.purpose != now.purpose {
            let category = now.purpose.word().to_uppercase();
            changes.push(TemplateChange::Category { category, soon: false });
        }
        let news = |change| Self::new(&now.name, &now.language, change);
        changes.into_iter().map(news).collect()
    }

    /// Which template, for people: `order_update (it)`.
    pub fn called(&self) -> String {
        format!("{} ({})", one_line(&self.name, 60), one_line(&self.language, 10))
    }

    /// The platform's reason, for people.
    pub fn reason(&self) -> Option<String> {
        match &self.change {
            TemplateChange::Status { reason, .. } => reason.as_deref().map(plain),
            _ => None,
        }
    }

    /// What happened, in English, on one line.
    pub fn words(&self) -> String {
        let called = self.called();
        match &self.change {
            TemplateChange::Status { status, .. } => {
                let why = self.reason().map_or(String::new(), |why| format!(": {why}"));
                format!("the template {called} is {}{why}", plain(status))
            }
            TemplateChange::Quality { quality, .. } => {
                format!("the quality of the template {called} is {}", one_line(quality, 20))
            }
            TemplateChange::Category { category, soon: false } => {
                format!("the template {called} counts as {} now", plain(category))
            }
            TemplateChange::Category { category, soon: true } => {
                format!("the template {called} will count as {}", plain(category))
            }
        }
    }

    /// How serious it is: what can no longer be sent, or soon cannot, must not be missed.
    pub fn weight(&self) -> Weight {
        match &self.change {
            TemplateChange::Status { status, .. } => match status.as_str() {
                "REJECTED" | "PAUSED" | "DISABLED" => Weight::Grave,
                "PENDING" => Weight::Silent,
                _ => Weight::Plain,
            },
            TemplateChange::Quality { quality, before } => match quality.as_str() {
                "RED" => Weight::Grave,
                "YELLOW" => Weight::Plain,
                // A first rating that is good changes nothing for anybody.
                "GREEN" if matches!(before.as_deref(), Some("RED" | "YELLOW")) => Weight::Plain,
                _ => Weight::Silent,
            },
            TemplateChange::Category { .. } => Weight::Plain,
        }
    }

    /// Whether both are about the same side of the same template.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        let side = std::mem::discriminant::<TemplateChange>;
        self.name == other.name
            && self.language == other.language
            && side(&self.change) == side(&other.change)
    }

    /// Whether `known`, the latest of the same side, says all that this says.
    pub fn repeats(&self, known: &Self) -> bool {
        use TemplateChange::{Quality, Status};
        match (&self.change, &known.change) {
            (Status { status, reason }, Status { status: then, reason: why }) => {
                // A webhook says more of a reason than a fetch does later.
                let said =
                    |reason: &String| why.as_ref().is_some_and(|why| why.starts_with(&**reason));
                status == then && reason.as_ref().is_none_or(said)
            }
            (Quality { quality, .. }, Quality { quality: then, .. }) => quality == then,
            (change, known) => change == known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::template::Purpose;

    fn template(status: &str, quality: Option<&str>, purpose: Purpose) -> Template {
        Template {
            name: "order_update".into(),
            language: "it".into(),
            status: status.into(),
            purpose,
            header: None,
            body: "Hi".into(),
            footer: None,
            slots: Vec::new(),
            unsendable: None,
            buttons: Vec::new(),
            quality: quality.map(str::to_owned),
            offer: None,
            cards: Vec::new(),
            rejected: (status == "REJECTED").then(|| "INVALID_FORMAT".into()),
        }
    }

    #[test]
    fn what_changed_between_two_fetches_is_told_as_gravely_as_it_is() {
        use Purpose::{Marketing, Utility};
        use Weight::{Grave, Plain, Silent};
        let of = template;
        for (before, now, told) in [
            (of("APPROVED", None, Utility), of("APPROVED", None, Utility), &[][..]),
            (
                of("PENDING", None, Utility),
                of("REJECTED", None, Utility),
                &[("the template order_update (it) is rejected: invalid format", Grave)],
            ),
            (
                of("PAUSED", None, Utility),
                of("APPROVED", None, Utility),
                &[("the template order_update (it) is approved", Plain)],
            ),
            (
                of("REJECTED", None, Utility),
                of("PENDING", Some("GREEN"), Utility),
                &[
                    ("the template order_update (it) is pending", Silent),
                    ("the quality of the template order_update (it) is GREEN", Silent),
                ],
            ),
            (
                of("APPROVED", Some("GREEN"), Utility),
                of("PAUSED", Some("RED"), Marketing),
                &[
                    ("the template order_update (it) is paused", Grave),
                    ("the quality of the template order_update (it) is RED", Grave),
                    ("the template order_update (it) counts as marketing now", Plain),
                ],
            ),
            (
                of("APPROVED", Some("RED"), Utility),
                of("APPROVED", Some("GREEN"), Utility),
                &[("the quality of the template order_update (it) is GREEN", Plain)],
            ),
        ] {
            let news = TemplateNews::between(&before, &now);
            let found: Vec<_> = news.iter().map(|one| (one.words(), one.weight())).collect();
            let wanted: Vec<_> =
                told.iter().map(|(words, weight)| ((*words).to_owned(), *weight)).collect();
            assert_eq!(found, wanted, "{before:?} {now:?}");
        }
    }

    #[test]
    fn what_is_said_in_fewer_words_is_said_again() {
        let news = |status: &str, reason: Option<&str>| {
            let (status, reason) = (status.to_owned(), reason.map(str::to_owned));
            TemplateNews::new("offer", "it", TemplateChange::Status { status, reason })
        };
        let known = news("REJECTED", Some("INVALID_FORMAT, a variable stands at the end"));
        for (status, reason, repeats) in [
            ("REJECTED", None, true),
            ("REJECTED", Some("INVALID_FORMAT"), true),
            ("REJECTED", Some("PROMOTIONAL"), false),
            ("PAUSED", None, false),
        ] {
            assert_eq!(news(status, reason).repeats(&known), repeats, "{status} {reason:?}");
        }
        assert!(!known.repeats(&news("REJECTED", None)), "it says more");
    }

    #[test]
    fn the_platforms_words_are_cut_and_can_do_nothing_to_a_terminal() {
        let bad = format!("\u{1b}[2J\u{202e}{}\n\u{7}", "REASON_".repeat(600));
        let change = TemplateChange::Status { status: bad.clone(), reason: Some(bad.clone()) };
        let news = TemplateNews::new(&bad, &bad, change);
        let kept = serde_json::to_string(&news).expect("JSON");
        assert!(kept.len() < 2_000, "{}", kept.len());
        // What another relay kept is not trusted either.
        let raw = TemplateNews {
            name: bad.clone(),
            language: bad.clone(),
            change: TemplateChange::Quality { quality: bad, before: None },
        };
        for text in [kept, news.words(), raw.words()] {
            assert!(!text.chars().any(crate::kit::text::is_hostile), "{text:?}");
            assert!(!text.contains('\n') && text.chars().count() < 2_000, "{text:?}");
        }
    }
}
