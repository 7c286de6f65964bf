//! What the platform says of a line: how its messages are received, how many people it may write to, what it may
//! not. Kept as it was told, so that the outbox keeps to it and people know of it.

mod news;

pub use news::{News, Told, Weight};

use super::template::Purpose;
use crate::kit::Timestamp;
use news::{QUARTER, SAME_FAULT_MS, SAME_IMPORT_MS};
use serde::{Deserialize, Serialize};

/// News of a line that are kept for people to look at.
pub const TOLD_MOST: usize = 20;

/// The platform's word for a business that may not write first. Source: account_update.
const NO_FIRST_WORD: &str = "RESTRICTED_BIZ_INITIATED_MESSAGING";
/// The platform's word for a business that may not answer.
const NO_ANSWERS: &str = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING";
/// The platform's word for a business that may send no utility templates.
const NO_UTILITY: &str = "RESTRICTED_UTILITY_TEMPLATES";

/// Something that a line may not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// The platform's word.
    pub kind: String,
    /// Until when; nothing where the platform does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What is known of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineState {
    /// See [`News::Phone`].
    pub phone: Option<String>,
    /// See [`News::Quality`].
    pub quality: Option<String>,
    /// See [`News::Limit`].
    pub tier: Option<String>,
    /// See [`News::Throughput`].
    pub throughput: Option<String>,
    /// What it may not do, also what is over by now.
    pub restrictions: Vec<Restriction>,
    /// Since when the account is switched off.
    pub disabled: Option<Timestamp>,
    /// The latest news, oldest first.
    pub told: Vec<Told>,
}

impl LineState {
    /// Whether these say something that is not known: what is as it was is no news, and what was told once is
    /// not told again when the platform repeats it.
    pub fn is_news(&self, told: &Told) -> bool {
        let known = |known: &Option<String>, now: &String| known.as_ref() == Some(now);
        match &told.news {
            News::Phone { phone } => !known(&self.phone, phone),
            News::Quality { quality } => !known(&self.quality, quality),
            News::Limit { tier } => !known(&self.tier, tier),
            News::Throughput { level } => !known(&self.throughput, level),
            News::Restricted { restrictions } => self.restrictions != *restrictions,
            News::Template(news) => {
                let same = |known: &&Told| matches!(&known.news, News::Template(known) if known.is_about_the_same(news));
                let latest = self.told.iter().rev().find(same).map(|known| &known.news);
                let said = matches!(latest, Some(News::Template(known)) if news.repeats(known));
                !said && !self.told.contains(told)
            }
            News::History { percent } => {
                let known = self.told.iter().rev().find_map(|known| match known.news {
                    News::History { percent } => Some((known.at, percent)),
                    _ => None,
                });
                known.is_none_or(|(at, before)| match before {
                    // Pieces come in any order.
                    100.. => *percent < 100 && told.at.since(at) >= SAME_IMPORT_MS,
                    _ => *percent > before && (*percent / QUARTER > before / QUARTER),
                })
            }
            News::Fault { code, .. } => {
                let same = |known: &&Told| matches!(&known.news, News::Fault { code: of, .. } if of == code);
                let latest = self.told.iter().rev().find(same);
                latest.is_none_or(|known| told.at.since(known.at) >= SAME_FAULT_MS)
            }
            _ => !self.told.contains(told),
        }
    }

    /// Whether nothing is known yet of what these are about.
    pub fn lacks(&self, news: &News) -> bool {
        match news {
            News::Phone { .. } => self.phone.is_none(),
            News::Quality { .. } => self.quality.is_none(),
            News::Limit { .. } => self.tier.is_none(),
            News::Throughput { .. } => self.throughput.is_none(),
            _ => false,
        }
    }

    /// Folds news in; those that are the `first` of their sort are not kept for people.
    pub fn evolve(&mut self, told: &Told, first: bool) {
        match &told.news {
            News::Phone { phone } => self.phone = Some(phone.clone()),
            News::Quality { quality } => self.quality = Some(quality.clone()),
            News::Limit { tier } => self.tier = Some(tier.clone()),
            News::Throughput { level } => self.throughput = Some(level.clone()),
            News::Restricted { restrictions } => self.restrictions = restrictions.clone(),
            News::Ban { state, .. } => match state.as_str() {
                "DISABLE" => self.disabled = Some(told.at),
                "REINSTATE" => self.disabled = None,
                _ => {}
            },
            News::Account { event, .. } => match event.as_str() {
                "ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED" => self.disabled = Some(told.at),
                "ACCOUNT_RECONNECTED" => self.disabled = None,
                _ => {}
            },
            // How far it was is nothing to look at any more.
            News::History { .. } => {
                self.told.retain(|known| !matches!(known.news, News::History { .. }));
            }
            News::Fault { .. }
            | News::Flow { .. }
            | News::Violation { .. }
            | News::Alert { .. }
            | News::Named { .. }
            | News::Template(_) => {}
        }
        if told.news.weight() > Weight::Silent && !first {
            if self.told.len() >= TOLD_MOST {
                // Sixty templates that are stopped at once must not be all that is known of a line that is banned.
                let of_template = |of: &Told| matches!(of.news, News::Template(_));
                let out = self.told.iter().position(of_template).unwrap_or(0);
                self.told.remove(out);
            }
            self.told.push(told.clone());
        }
    }

    /// The restrictions that are in force at `now`.
    pub fn restricted(&self, now: Timestamp) -> impl Iterator<Item = &Restriction> {
        self.restrictions.iter().filter(move |one| one.until.is_none_or(|until| now < until))
    }

    /// Until when a message may not go: one of that purpose, to somebody whose window is open or not. What the
    /// platform forbids without saying how long is left to its answers.
    pub fn forbids(&self, purpose: Purpose, outside: bool, now: Timestamp) -> Option<Timestamp> {
        let concerns = |kind: &str| match kind {
            NO_FIRST_WORD => outside,
            NO_ANSWERS => !outside,
            NO_UTILITY => purpose == Purpose::Utility,
            _ => false,
        };
        let of = self.restricted(now).filter(|one| concerns(&one.kind));
        of.filter_map(|one| one.until).max()
    }
}

/// So many people may be written to first in a day; `None` where there is no limit, also where the platform names
/// none. Its refusal has the last word.
pub fn recipients(tier: Option<&str>) -> Option<usize> {
    let number = tier?.strip_prefix("TIER_")?;
    let (digits, thousands) = match number.strip_suffix('K') {
        Some(digits) => (digits, 1_000),
        None => (number, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(thousands)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn told(secs: i64, news: News) -> Told {
        Told { at: at(secs), news }
    }

    #[test]
    fn the_platform_names_the_limit() {
        for (tier, most) in [
            (Some("TIER_250"), Some(250)),
            (Some("TIER_2K"), Some(2_000)),
            (Some("TIER_100K"), Some(100_000)),
            (Some("TIER_UNLIMITED"), None),
            (Some("TIER_NOT_SET"), None),
            (Some("GOLD"), None),
            (None, None),
        ] {
            assert_eq!(recipients(tier), most, "{tier:?}");
        }
    }

    #[test]
    fn what_is_known_is_no_news() {
        let mut line = LineState::default();
        let quality = |word: &str| News::Quality { quality: word.into() };
        let ban = |state: &str| News::Ban { state: state.into(), date: None };
        for (secs, news, is_new) in [
            (1, quality("GREEN"), true),
            (2, quality("GREEN"), false),
            (3, quality("RED"), true),
            (4, ban("DISABLE"), true),
            (4, ban("DISABLE"), false),
            (5, ban("REINSTATE"), true),
            (6, ban("DISABLE"), true),
        ] {
            let one = told(secs, news);
            assert_eq!(line.is_news(&one), is_new, "{one:?}");
            if is_new {
                line.evolve(&one, false);
            }
        }
        assert_eq!((line.disabled, line.told.len()), (Some(at(6)), 5));
        let fault = |code| News::Fault { code, details: "x".into() };
        for (secs, news, is_new) in [
            (7, fault(130_429), true),
            (8, fault(130_429), false),
            (8, fault(131_000), true),
            // As it may come late.
            (6, fault(130_429), false),
            (3_607, fault(130_429), true),
            (3_608, fault(130_429), false),
        ] {
            let one = told(secs, news);
            assert_eq!(line.is_news(&one), is_new, "{one:?}");
            if is_new {
                line.evolve(&one, false);
            }
        }
        let past = |percent| News::History { percent };
        for (secs, news, is_new) in [
            (4_000, past(3), true),
            (4_001, past(24), false),
            (4_002, past(30), true),
            // An earlier piece comes later.
            (4_003, past(26), false),
            (4_004, past(100), true),
            (4_005, past(100), false),
            (4_006, past(90), false),
            // The next import.
            (90_404, past(0), true),
            (90_405, past(24), false),
        ] {
            let one = told(secs, news);
            assert_eq!(line.is_news(&one), is_new, "{one:?}");
            if is_new {
                line.evolve(&one, false);
            }
        }
        let imports = line.told.iter().filter(|of| matches!(of.news, News::History { .. }));
        assert_eq!(imports.count(), 1, "only how far it is now");
        for secs in 10..100 {
            line.evolve(&told(secs, ban("DISABLE")), false);
        }
        assert_eq!(line.told.len(), TOLD_MOST);
    }

    #[test]
    fn news_of_many_templates_leave_what_else_was_told() {
        use crate::domain::template::{TemplateChange, TemplateNews};
        let mut line = LineState::default();
        let ban = News::Ban { state: "DISABLE".into(), date: None };
        line.evolve(&told(1, ban.clone()), false);
        for nth in 0..60 {
            let status = TemplateChange::Status { status: "DISABLED".into(), reason: None };
            let news = TemplateNews::new(&format!("offer_{nth}"), "it", status);
            line.evolve(&told(2, News::Template(news)), false);
        }
        assert_eq!(line.told.len(), TOLD_MOST);
        assert!(!line.is_news(&told(1, ban)), "it is known still");
    }

    #[test]
    fn a_restriction_forbids_what_it_names_while_it_lasts() {
        let one = |kind: &str, until: Option<i64>| Restriction {
            kind: kind.into(),
            until: until.map(at),
        };
        let (outside, inside) = (true, false);
        for (restriction, purpose, where_to, forbidden) in [
            (one(NO_FIRST_WORD, Some(20)), Purpose::Marketing, outside, Some(20)),
            (one(NO_FIRST_WORD, Some(20)), Purpose::Service, inside, None),
            (one(NO_FIRST_WORD, Some(9)), Purpose::Marketing, outside, None),
            (one(NO_FIRST_WORD, None), Purpose::Marketing, outside, None),
            (one(NO_ANSWERS, Some(20)), Purpose::Service, inside, Some(20)),
            (one(NO_UTILITY, Some(20)), Purpose::Utility, inside, Some(20)),
            (one(NO_UTILITY, Some(20)), Purpose::Marketing, outside, None),
            (one("RESTRICTED_ADD_PHONE_NUMBER_ACTION", Some(20)), Purpose::Utility, outside, None),
        ] {
            let mut line = LineState::default();
            let news = News::Restricted { restrictions: vec![restriction.clone()] };
            line.evolve(&told(1, news), false);
            let until = line.forbids(purpose, where_to, at(10));
            assert_eq!(until, forbidden.map(at), "{restriction:?} {purpose:?}");
        }
    }
}
