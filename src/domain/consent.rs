//! What a contact has said about messages of ours: a ledger that is only added to.

use super::id::MessageKey;
use super::template::Purpose;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Entries that are kept of each purpose: who toggles for ever fills no memory. The journal has all of them.
const KEPT_MOST: usize = 32;
/// How long the answer to a question for confirmation counts: seven days.
const CONFIRMS_WITHIN: i64 = 7 * 86_400;
const DAY: i64 = 86_400;
/// The span in which marketing messages are counted: a week.
const WEEK: i64 = 7 * 86_400;

/// Where an entry of the ledger comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A message of the customer whose whole text is one of the words.
    Message,
    /// The platform's own menu of preferences. Source: webhooks/reference/user_preferences.
    Preference,
    /// The platform refused a message since the customer stopped them. Source: support/error-codes, 131050.
    Platform,
    /// The customer confirmed what he had asked for.
    Confirmed,
    /// A colleague wrote it down, and says why.
    Agent,
    /// It was brought from elsewhere, and says from where.
    Import,
}

impl Source {
    /// What is meant where an entry says nothing: the customer's message, or the platform's menu.
    pub fn of(said: Option<Self>, proof: MessageKey) -> Self {
        let unsaid = if proof == MessageKey(0) { Self::Preference } else { Self::Message };
        said.unwrap_or(unsaid)
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Preference => "preference",
            Self::Platform => "platform",
            Self::Confirmed => "confirmed",
            Self::Agent => "agent",
            Self::Import => "import",
        }
    }
}

/// What an entry says. Of two of the same instant the later in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// He said that he agrees, and was asked to confirm it: nothing has changed until he does.
    Asked,
    /// He agrees.
    Agreed,
    /// He refuses.
    Refused,
}

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about.
    pub purpose: Purpose,
    /// What is said.
    pub said: Said,
    /// Since when.
    pub at: Timestamp,
    /// Where it is written, with proof and source.
    pub place: Place,
}

/// All that one contact has said. Most have said nothing, and then it takes a word of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger(Option<Box<Kept>>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// By instant.
    entries: Vec<Entry>,
    /// When marketing messages were taken by the platform, of the latest week that there was one.
    marketed: Vec<Timestamp>,
}

impl Ledger {
    /// Every entry, the oldest first.
    pub fn entries(&self) -> &[Entry] {
        self.0.as_ref().map_or(&[], |kept| &kept.entries)
    }

    /// What two contacts have said who are one person: who was refused by one of them is refused by both, if it was
    /// said last, and marketing counts together.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let Some(more) = &other.0 else { return self.clone() };
        let mut all = self.clone();
        let kept = all.0.get_or_insert_default();
        kept.entries.extend(&more.entries);
        kept.entries.sort_by_key(|entry| (entry.at, entry.said, entry.purpose));
        kept.marketed.extend(&more.marketed);
        all
    }

    /// What was last said about a purpose, whatever the order in which it was heard.
    pub fn last(&self, purpose: Purpose) -> Option<Entry> {
        let of = |entry: &&Entry| entry.purpose == purpose && entry.said != Said::Asked;
        self.entries().iter().rev().find(of).copied()
    }

    /// Whether a message of that purpose may be sent, and if not, since when it is refused. Nothing said: a
    /// customer who has written agreed to all but marketing (the proof is that message).
    pub fn allows(&self, purpose: Purpose) -> Result<(), Option<Timestamp>> {
        match self.last(purpose) {
            Some(Entry { said: Said::Refused, at, .. }) => Err(Some(at)),
            Some(_) => Ok(()),
            None if purpose == Purpose::Marketing => Err(None),
            None => Ok(()),
        }
    }

    /// Where the question is written that an answer at `at` answers: he was asked within the last seven days,
    /// and has said nothing else of that purpose since.
    pub fn awaits(&self, purpose: Purpose, at: Timestamp) -> Option<Place> {
        let last = self.entries().iter().rev().find(|entry| entry.purpose == purpose)?;
        let in_time = at >= last.at && at <= last.at.plus_secs(CONFIRMS_WITHIN);
        (last.said == Said::Asked && in_time).then_some(last.place)
    }

    /// Whether he was asked for that purpose within a day before `at`, whatever he has said since.
    pub fn was_asked(&self, purpose: Purpose, at: Timestamp) -> bool {
        self.entries().iter().any(|entry| {
            entry.purpose == purpose && entry.said == Said::Asked && entry.at > at.plus_secs(-DAY)
        })
    }

    /// Whether exactly that is written already.
    pub fn holds(&self, purpose: Purpose, said: Said, at: Timestamp) -> bool {
        self.entries()
            .iter()
            .any(|entry| (entry.purpose, entry.said, entry.at) == (purpose, said, at))
    }

    /// Marketing messages that the platform took in the week before `now`, and when the oldest of them is a week
    /// old.
    pub fn marketed_in_week(&self, now: Timestamp) -> (usize, Option<Timestamp>) {
        let week = now.plus_secs(-WEEK);
        let all = self.0.as_ref().map_or(&[][..], |kept| &kept.marketed);
        let recent = all.iter().filter(|at| **at > week);
        (recent.clone().count(), recent.min().map(|oldest| oldest.plus_secs(WEEK)))
    }

    pub(super) fn said(&mut self, purposes: &[Purpose], said: Said, at: Timestamp, place: Place) {
        let kept = self.0.get_or_insert_default();
        for purpose in purposes {
            kept.entries.push(Entry { purpose: *purpose, said, at, place });
            kept.entries.sort_by_key(|entry| (entry.at, entry.said, entry.purpose));
            let of = |entry: &&Entry| entry.purpose == *purpose;
            if kept.entries.iter().filter(of).count() > KEPT_MOST
                && let Some(oldest) = kept.entries.iter().position(|entry| of(&entry))
            {
                kept.entries.remove(oldest);
            }
        }
    }

    pub(super) fn marketed(&mut self, at: Timestamp) {
        let kept = self.0.get_or_insert_default();
        kept.marketed.push(at);
        let latest = kept.marketed.iter().max().copied().unwrap_or(at);
        kept.marketed.retain(|one| *one > latest.plus_secs(-WEEK));
    }
}

/// Whether the whole message is one of `words`, whatever its case and the punctuation round it.
pub fn is_word(text: &str, words: &[String]) -> bool {
    if text.len() > 64 {
        return false;
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    let text = text.to_lowercase();
    words.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_message_opts_out() {
        let words = super::super::policy::Policy::default_words().0;
        for (text, out) in [
            ("STOP", true),
            (" stop. ", true),
            ("SAIR!", true),
            ("Baja", true),
            ("Cancella", true),
            ("please stop the delivery", false),
            ("non stop", false),
            ("", false),
        ] {
            assert_eq!(is_word(text, &words), out, "{text:?}");
        }
    }

    /// What is said is a purpose's letter, a sign and its time: `m-10` refuses marketing at 10.
    fn said(ledger: &mut Ledger, words: &str) {
        for (n, word) in words.split(' ').enumerate() {
            let (purpose, rest) = word.split_at(1);
            let (sign, at) = rest.split_at(1);
            let purpose = if purpose == "m" { Purpose::Marketing } else { Purpose::Utility };
            let said = match sign {
                "+" => Said::Agreed,
                "-" => Said::Refused,
                _ => Said::Asked,
            };
            let at = Timestamp::from_secs(at.parse().expect("seconds"));
            ledger.said(&[purpose], said, at, Place::new(n as u64 + 1, 0));
        }
    }

    #[test]
    fn the_latest_word_counts_in_any_order() {
        for (words, marketing, utility) in [
            ("m-10 u-10 u+20", Err(Some(10)), Ok(())),
            ("u+20 u-10 m-10", Err(Some(10)), Ok(())),
            ("m+10 m-10", Err(Some(10)), Ok(())),
            ("m-10 m+10", Err(Some(10)), Ok(())),
            ("m+10 m?20", Ok(()), Ok(())),
            ("m?20", Err(None), Ok(())),
            ("u-5", Err(None), Err(Some(5))),
        ] {
            let mut ledger = Ledger::default();
            said(&mut ledger, words);
            let secs = |allowed: Result<(), Option<Timestamp>>| {
                allowed.map_err(|since| since.map(|at| at.0 / 1000))
            };
            assert_eq!(secs(ledger.allows(Purpose::Marketing)), marketing, "{words}");
            assert_eq!(secs(ledger.allows(Purpose::Utility)), utility, "{words}");
            assert_eq!(ledger.allows(Purpose::Service), Ok(()));
        }
    }

    #[test]
    fn an_answer_confirms_for_a_week_and_only_what_was_asked_last() {
        let week = CONFIRMS_WITHIN;
        for (words, at, awaits) in [
            ("m?10", 10, true),
            ("m?10", 10 + week, true),
            ("m?10", 11 + week, false),
            ("m?10", 9, false),
            ("m?10 m-20", 30, false),
            ("m?10 m+20", 30, false),
            ("u?10", 20, false),
        ] {
            let mut ledger = Ledger::default();
            said(&mut ledger, words);
            let awaited = ledger.awaits(Purpose::Marketing, Timestamp::from_secs(at));
            assert_eq!(awaited.is_some(), awaits, "{words} {at}");
        }
    }

    #[test]
    fn who_toggles_for_ever_fills_no_memory_and_the_last_word_stays() {
        let mut ledger = Ledger::default();
        for at in 0..1_000 {
            said(&mut ledger, &format!("m{}{at} u-{at}", if at % 2 == 0 { "+" } else { "-" }));
        }
        assert_eq!(ledger.entries().len(), 2 * KEPT_MOST);
        assert_eq!(ledger.allows(Purpose::Marketing), Err(Some(Timestamp::from_secs(999))));
    }

    #[test]
    fn marketing_is_counted_over_a_week_in_any_order() {
        let day = |n: i64| Timestamp::from_secs(n * 86_400);
        for order in [[1, 3, 9], [9, 3, 1]] {
            let mut ledger = Ledger::default();
            order.into_iter().for_each(|n| ledger.marketed(day(n)));
            assert_eq!(ledger.marketed_in_week(day(9)), (2, Some(day(10))));
            assert_eq!(ledger.marketed_in_week(day(10)), (1, Some(day(16))));
            assert_eq!(ledger.marketed_in_week(day(16)), (0, None));
        }
    }
}
