//! What goes wrong on purpose.

use super::dice::Dice;
use std::time::Duration;

/// Everything that can be made to go wrong, all of it off by default. Probabilities are from 0 to 1 and
/// are thrown with the sandbox's seed; spans are real time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// How often a webhook is posted again after it was acknowledged, the same body.
    pub duplicate: f64,
    /// How often a webhook is held back so that later ones pass it.
    pub reorder: f64,
    /// How long webhooks are under way on average, beyond the network's own time.
    pub delay: Duration,
    /// How often a status is never posted.
    pub drop_status: f64,
    /// How often a send fails with a code: answered at once or, where the platform itself reports
    /// that code later, accepted and followed by a `failed` status.
    pub fail: Vec<(i32, f64)>,
    /// Those that the platform reports later are answered at once as well: it may tell any code either way.
    pub fail_at_once: bool,
    /// What is said of them, as the details of the error.
    pub fail_says: Option<String>,
    /// How often the Graph API answers 500 or 503 without an error body; half of the time it has done
    /// what it was asked.
    pub http_5xx: f64,
    /// How often, and by how much, the Graph API is late with its answer.
    pub slow: Option<(Duration, f64)>,
    /// How often the Graph API cuts the connection instead of answering; half of the time it has done what
    /// it was asked.
    pub cut: f64,
    /// How often a download of a file goes wrong, and in which way. A file that is handed in is refused for a while in
    /// all of these.
    pub files: Vec<(FileFault, f64)>,
    /// How often a template is held by the platform's pacing, and what becomes of it.
    pub hold: Vec<(Hold, f64)>,
    /// A time in which nobody can reach the Graph API.
    pub outage: Option<Outage>,
}

/// What becomes of a template that the platform takes and holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Hold {
    /// It looks how the ones before are received, and then sends it.
    Release,
    /// It looks, and drops it with 135000.
    Drop,
    /// The template stands still for a while; then it is sent.
    Paused,
}

impl Hold {
    /// The answer's `message_status`. Source: messages/send-messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Release | Self::Drop => "held_for_quality_assessment",
            Self::Paused => "paused",
        }
    }
}

/// What goes wrong with a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFault {
    /// There is no such file, neither by its id nor at its address.
    Gone,
    /// The address is over before its time.
    Stale,
    /// The connection is cut in the middle.
    Cut,
    /// One byte is another.
    Wrong,
    /// It is said to be larger than anything may be.
    Large,
}

/// A time in which connections to the Graph API are refused and open ones are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How long.
    pub lasts: Duration,
    /// When it begins, after the start; without it somewhere in the first 5 to 15 s, by the seed.
    pub after: Option<Duration>,
}

impl Outage {
    /// Reads `30s` or, with its beginning, `30s@10s`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (lasts, after) = match text.split_once('@') {
            Some((lasts, after)) => (lasts, Some(super::amount::span(after)?)),
            None => (text, None),
        };
        Ok(Self { lasts: super::amount::span(lasts)?, after })
    }

    /// When it begins, after the start.
    pub(super) fn begins(&self, seed: u64) -> Duration {
        let throw =
            || Dice::new(seed, "outage").between(Duration::from_secs(5), Duration::from_secs(15));
        self.after.unwrap_or_else(throw)
    }
}

/// What happens to one request at the Graph API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is answered.
    Answer,
    /// The connection is cut: before the request is looked at, or after it was done.
    Cut { done: bool },
    /// It is answered with a bare 5xx, before or after it was done.
    Broken { done: bool },
}

impl Faults {
    /// What happens to the next request, and how long it is held up first.
    pub(super) fn fate(&self, dice: &mut Dice) -> (Fate, Duration) {
        let (cut, broken, done) =
            (dice.chance(self.cut), dice.chance(self.http_5xx), dice.chance(0.5));
        let late = match self.slow {
            Some((late, often)) if dice.chance(often) => late,
            _ => Duration::ZERO,
        };
        let fate = match (cut, broken) {
            (true, _) => Fate::Cut { done },
            (_, true) => Fate::Broken { done },
            _ => Fate::Answer,
        };
        (fate, late)
    }

    /// What goes wrong with the next download, if something does.
    pub(super) fn file(&self, dice: &mut Dice) -> Option<FileFault> {
        thrown(&self.files, dice)
    }

    /// The code with which the next send fails, if it does.
    pub(super) fn code(&self, dice: &mut Dice) -> Option<i32> {
        thrown(&self.fail, dice)
    }

    /// What becomes of the next template, if it is held.
    pub(super) fn hold(&self, dice: &mut Dice) -> Option<Hold> {
        thrown(&self.hold, dice)
    }
}

/// The first of these that strikes; each is thrown for.
fn thrown<T: Copy>(of: &[(T, f64)], dice: &mut Dice) -> Option<T> {
    of.iter().fold(None, |struck, (what, often)| {
        let hit = dice.chance(*often);
        struck.or(hit.then_some(*what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_fault_by_default() {
        let mut dice = Dice::new(1, "graph");
        for _ in 0..100 {
            assert_eq!(Faults::default().fate(&mut dice), (Fate::Answer, Duration::ZERO));
            assert_eq!(Faults::default().code(&mut dice), None);
        }
    }

    #[test]
    fn each_fault_strikes_as_often_as_told() {
        let faults = Faults {
            cut: 0.1,
            http_5xx: 0.1,
            slow: Some((Duration::from_secs(2), 0.1)),
            fail: vec![(131_026, 0.1), (130_429, 0.0)],
            ..Faults::default()
        };
        let mut dice = Dice::new(1, "graph");
        let (mut cut, mut broken, mut slow, mut code) = (0, 0, 0, 0);
        for _ in 0..10_000 {
            let (fate, late) = faults.fate(&mut dice);
            cut += usize::from(matches!(fate, Fate::Cut { .. }));
            broken += usize::from(matches!(fate, Fate::Broken { .. }));
            slow += usize::from(late > Duration::ZERO);
            code += usize::from(faults.code(&mut dice) == Some(131_026));
        }
        for count in [cut, broken, slow, code] {
            assert!((800..1_200).contains(&count), "{count}");
        }
    }

    #[test]
    fn an_outage_may_name_its_moment() {
        assert_eq!(
            Outage::parse("30s@10s"),
            Ok(Outage { lasts: Duration::from_secs(30), after: Some(Duration::from_secs(10)) })
        );
        assert_eq!(Outage::parse("30s").unwrap().after, None);
        assert!(Outage::parse("30").is_err());
        let begins = Outage::parse("1s").unwrap().begins(7);
        assert!(begins >= Duration::from_secs(5) && begins <= Duration::from_secs(15));
    }
}
