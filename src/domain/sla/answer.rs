//! What would be due, and why: the answer of `guichet sla due`.

use super::ledger::{Fact, Ledger, Terms, What};
use super::measure::{Happening, News, Standing};
use super::metric::Metric;
use super::policy::Mark;
use crate::domain::calendar::Calendar;
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::Serialize;

/// Where a clock stands, and how it came there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What was asked for.
    pub metric: Metric,
    /// Where it stands.
    pub state: Standing,
    /// Seconds promised; nothing if nothing is.
    pub target_s: Option<i64>,
    /// Seconds of the calendar's time used.
    pub used_s: i64,
    /// When it is due, or was when it ended; nothing while it stands still.
    #[serde(with = "rfc3339::option")]
    pub due: Option<Timestamp>,
    /// When it was late.
    #[serde(with = "rfc3339::option")]
    pub breached_at: Option<Timestamp>,
    /// What happened to it, in order.
    pub events: Vec<Told>,
}

/// One thing that happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What.
    pub what: String,
    /// When it is due after that.
    #[serde(with = "rfc3339::option")]
    pub due: Option<Timestamp>,
}

/// What a timeline's word means.
///
/// # Errors
/// What is wrong with it, with the words that there are.
pub fn what(word: &str, calendars: &[Calendar]) -> Result<What, String> {
    match word.split_once(':') {
        Some(("assign", name)) if !name.is_empty() => return Ok(What::Assign(name.to_owned())),
        Some(("priority", word)) => {
            let known = Priority::ALL.into_iter().find(|priority| priority.word() == word);
            let wrong = || format!("{word:?} is no priority: low, normal, high or urgent");
            return known.map(What::Priority).ok_or_else(wrong);
        }
        Some(("calendar", name)) => {
            if name == Calendar::ALWAYS {
                return Ok(What::Calendar(Calendar::Always));
            }
            let known = calendars.iter().find(|calendar| calendar.name() == name);
            let wrong = || format!("no [[calendar]] is called {name:?}");
            return known.cloned().map(What::Calendar).ok_or_else(wrong);
        }
        _ => {}
    }
    Ok(match word {
        "customer" => What::Customer,
        "reply" => What::Reply,
        "failed" => What::Failed,
        "bot_reply" => What::BotReply,
        "note" => What::Note,
        "handoff" => What::Handoff,
        "pending" => What::Pending,
        "on_hold" => What::OnHold,
        "open" => What::Open,
        "solved" => What::Solved,
        "reopened" => What::Reopened,
        _ => {
            return Err(format!(
                "{word:?} is nothing that happens: customer, reply, failed, bot_reply, note, handoff, assign:NAME, \
                 pending, on_hold, open, solved, reopened, priority:urgent or calendar:NAME"
            ));
        }
    })
}

impl Answer {
    /// What becomes of a ticket's clock by `now`, if the customer first writes at `at` and then this happens.
    pub fn of(
        terms: Terms,
        metric: Metric,
        at: Timestamp,
        timeline: &[(Timestamp, What)],
        now: Timestamp,
    ) -> Self {
        let mut ledger = Ledger::new(terms);
        let first = std::iter::once((at, What::Customer));
        let past = first.chain(timeline.iter().cloned()).filter(|(at, _)| *at <= now);
        for (nth, (at, what)) in past.enumerate() {
            ledger.add(Fact { at, nth: nth as u32, what });
        }
        ledger.look(now);
        let told = ledger.told();
        let mut events: Vec<_> =
            told.iter().filter(|told| told.metric == metric).map(tell).collect();
        let clock = ledger.latest(metric);
        let dies = ledger.latest(Metric::Window24h).and_then(|window| window.due());
        // Said at once, while there is time: after the window only a template can be sent.
        if let (Some(clock), Some(dies)) = (clock.filter(|clock| clock.ending.is_none()), dies)
            && clock.metric.is_answered()
            && clock.due().is_some_and(|due| due > dies)
        {
            let place = events.iter().position(|told| told.at > clock.start);
            let told = Told { at: clock.start, what: "window_dies_first".into(), due: Some(dies) };
            events.insert(place.unwrap_or(events.len()), told);
        }
        let target = clock.map_or_else(|| ledger.rule(metric).target, |clock| clock.rule.target);
        Self {
            metric,
            state: clock.map_or(Standing::Idle, |clock| clock.standing()),
            target_s: target.map(|millis| millis / 1000),
            used_s: clock.map_or(0, |clock| clock.used(now) / 1000),
            due: clock.and_then(|clock| clock.due()),
            breached_at: clock.and_then(|clock| clock.breach).map(|breach| breach.at),
            events,
        }
    }
}

fn tell(told: &Happening) -> Told {
    let what = match told.news {
        News::Started => "started".to_owned(),
        News::Moved => "moved".to_owned(),
        News::Paused => "paused".to_owned(),
        News::Resumed => "resumed".to_owned(),
        News::Retargeted => "retargeted".to_owned(),
        News::Warned(Mark::Percent(percent)) => format!("warned:{percent}%"),
        News::Warned(Mark::Before(seconds)) => format!("warned:-{seconds}s"),
        News::Warned(Mark::After(seconds)) => format!("warned:+{seconds}s"),
        News::Breached { retarget: false } => "breached".to_owned(),
        News::Breached { retarget: true } => "breached:retarget".to_owned(),
        News::Met => "met".to_owned(),
        News::Revoked => "revoked".to_owned(),
        News::Voided => "voided".to_owned(),
    };
    Told { at: told.at, what, due: told.due }
}
