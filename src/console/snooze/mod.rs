//! Until when a ticket sleeps, as people write it: `2h`, `3d`, `tomorrow 9`, `mon 14:30`, `18:00`, `24/12`,
//! `next message`; in any of the four languages, whichever the interface speaks.
//!
//! Hours and minutes are exact; days and weeks keep the time on the wall, also over a change of the clocks. A
//! time that a change of the clocks leaves out is moved behind it; of one that comes twice the first is meant.

mod read;
mod tell;
mod words;

use crate::kit::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan, Zoned};
use read::{Day, Written};

pub use tell::{brief, instant};

/// When a ticket wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// At an instant, desk time.
    At(Timestamp),
    /// When the customer writes again.
    NextMessage,
}

/// Why a text is no such instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written.
    Empty,
    /// This part is not understood.
    Unknown(String),
    /// A number alone: hours, days or a time?
    Bare(String),
    /// It is past, or now.
    Past(Timestamp),
    /// More than a year from now.
    TooFar,
}

/// The hour at which a day begins where none is given.
const MORNING: i8 = 9;

const DAYS_MOST: i64 = 366;

/// Reads a text at `now`, desk time, as people in `zone` mean it.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Wake, Fault> {
    let here = now.to_jiff().to_zoned(zone.clone());
    let at = match read::read(text)? {
        Written::NextMessage => return Ok(Wake::NextMessage),
        Written::In { minutes, days } => later(&here, minutes, days)?,
        Written::On { day, time } => on(&here, day, time)?,
    };
    if at <= now {
        return Err(Fault::Past(at));
    }
    if at.since(now) > DAYS_MOST * 86_400_000 {
        return Err(Fault::TooFar);
    }
    Ok(Wake::At(at))
}

fn later(here: &Zoned, minutes: i64, days: i64) -> Result<Timestamp, Fault> {
    if days > DAYS_MOST || minutes > DAYS_MOST * 24 * 60 {
        return Err(Fault::TooFar);
    }
    let span: Span = days.days().minutes(minutes);
    let then = here.checked_add(span).map_err(|_| Fault::TooFar)?;
    Ok(then.timestamp().into())
}

fn on(here: &Zoned, day: Option<Day>, time: Option<Time>) -> Result<Timestamp, Fault> {
    let clock = time.unwrap_or(Time::constant(MORNING, 0, 0, 0));
    let today = here.date();
    let at = |date: Date| -> Result<Timestamp, Fault> {
        let zoned = date.to_datetime(clock).to_zoned(here.time_zone().clone());
        Ok(zoned.map_err(|_| Fault::TooFar)?.timestamp().into())
    };
    let ahead = |date: Date, days: i64| date.checked_add(days.days()).map_err(|_| Fault::TooFar);
    let now = Timestamp::from(here.timestamp());
    // What is past today is meant for the next day of that kind.
    let first = |date: Date, next: i64| match at(date)? {
        then if then <= now => at(ahead(date, next)?),
        then => Ok(then),
    };
    match day {
        None => first(today, 1),
        Some(Day::Ahead(days)) => at(ahead(today, days)?),
        Some(Day::Weekday(wanted)) => {
            first(ahead(today, i64::from(today.weekday().until(wanted)))?, 7)
        }
        Some(Day::Exact(date)) => at(date),
        Some(Day::OfYear { month, day }) => {
            let date = |year: i16| {
                Date::new(year, month, day).map_err(|_| Fault::Unknown(format!("{day}/{month}")))
            };
            match date(today.year()).and_then(&at) {
                Ok(then) if then > now => Ok(then),
                _ => at(date(today.year() + 1)?),
            }
        }
    }
}

#[cfg(test)]
mod tests;
