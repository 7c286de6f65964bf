//! From letters to what was meant, without a calendar.

use super::Fault;
use super::words::{self, Unit};
use jiff::civil::{Date, DateTime, Time, Weekday};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Written {
    NextMessage,
    /// So long from now. Days are days of the calendar.
    In {
        minutes: i64,
        days: i64,
    },
    /// A day, a time of day, or both.
    On {
        day: Option<Day>,
        time: Option<Time>,
    },
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    /// So many days from today.
    Ahead(i64),
    Weekday(Weekday),
    Exact(Date),
    /// The next one of that name.
    OfYear {
        month: i8,
        day: i8,
    },
}

pub(super) fn read(text: &str) -> Result<Written, Fault> {
    let mut folded = words::fold(text);
    if folded.is_empty() {
        return Err(Fault::Empty);
    }
    if words::NEXT_MESSAGE.contains(&folded.as_str()) {
        return Ok(Written::NextMessage);
    }
    for (phrase, word) in words::PHRASES {
        folded = folded.replace(phrase, word);
    }
    let tokens: Vec<&str> = folded.split(' ').collect();
    let at = tokens.len() > 1 && words::AT.contains(&tokens[0]);
    if !at && let Some(span) = duration(&tokens)? {
        return Ok(span);
    }
    on(&tokens, at)
}

/// `2h`, `1h30`, `1 hour 30 minutes`, `in 3 days`; nothing if the text has another shape.
fn duration(tokens: &[&str]) -> Result<Option<Written>, Fault> {
    let filler = |token: &&&str| {
        !words::FILLERS.contains(token) || words::unit(token).is_some() && tokens.len() > 1
    };
    let joined: String = tokens.iter().filter(filler).copied().collect();
    let (mut minutes, mut days, mut rest) = (0i64, 0i64, joined.as_str());
    let mut last = None;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let Ok(amount) = rest[..digits].parse::<f64>() else { return Ok(None) };
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = match (words::unit(&rest[..letters]), last) {
            (Some(unit), _) => unit,
            // `2h30`
            (None, Some(Unit::Hour)) if letters == 0 && amount < 60.0 => Unit::Minute,
            _ => return Ok(None),
        };
        rest = &rest[letters..];
        last = Some(unit);
        if amount > 1e6 {
            return Err(Fault::TooFar);
        }
        let whole = amount.fract() == 0.0;
        match unit {
            Unit::Minute => minutes += amount.round() as i64,
            Unit::Hour => minutes += (amount * 60.0).round() as i64,
            Unit::Day if whole => days += amount as i64,
            Unit::Week if whole => days += 7 * amount as i64,
            Unit::Day => minutes += (amount * 1440.0).round() as i64,
            Unit::Week => minutes += (amount * 7.0 * 1440.0).round() as i64,
        }
    }
    Ok(last.map(|_| Written::In { minutes, days }))
}

fn on(tokens: &[&str], at: bool) -> Result<Written, Fault> {
    let (mut day, mut time, mut bare) = (None, None, None);
    let mut left = tokens.iter().copied().peekable();
    while let Some(token) = left.next() {
        if let Ok(both) = token.to_uppercase().parse::<DateTime>()
            && token.contains('t')
        {
            (day, time) = (Some(Day::Exact(both.date())), Some(both.time()));
        } else if let Some(found) = a_day(token).filter(|_| day.is_none()) {
            day = Some(found);
        } else if let Some(found) = a_time(token, left.peek().copied()).filter(|_| time.is_none()) {
            let half = left.next_if(|next| matches!(*next, "am" | "pm")).is_some();
            if token.chars().all(|c| c.is_ascii_digit()) && !half {
                bare = Some(token);
            }
            time = Some(found);
        } else if !words::FILLERS.contains(&token) {
            return Err(Fault::Unknown(token.to_owned()));
        }
    }
    match (day, time, bare) {
        (None, None, _) => Err(Fault::Unknown(tokens.join(" "))),
        (None, Some(_), Some(bare)) if !at => Err(Fault::Bare(bare.to_owned())),
        _ => Ok(Written::On { day, time }),
    }
}

fn a_day(token: &str) -> Option<Day> {
    if let Some(days) = words::ahead(token) {
        return Some(Day::Ahead(days));
    }
    if let Some(weekday) = words::weekday(token) {
        return Some(Day::Weekday(weekday));
    }
    if token.len() == 10
        && let Ok(date) = token.parse::<Date>()
    {
        return Some(Day::Exact(date));
    }
    let parts: Vec<&str> = token.split('/').collect();
    match parts[..] {
        [day, month] => {
            let (day, month) = (day.parse().ok()?, month.parse().ok()?);
            // A year that has every day.
            Date::new(2024, month, day).ok()?;
            Some(Day::OfYear { month, day })
        }
        [day, month, year] => {
            let year: i16 = year.parse().ok()?;
            let year = if year < 100 { 2000 + year } else { year };
            Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().map(Day::Exact)
        }
        _ => None,
    }
}

/// `9`, `9:30`, `9.30`, `9h`, `9h30`, `9am`, `9:30 pm`.
fn a_time(token: &str, next: Option<&str>) -> Option<Time> {
    if let Some((hour, minute)) = words::named_time(token) {
        return Time::new(hour, minute, 0, 0).ok();
    }
    let half = ["am", "pm"].into_iter().find(|half| token.ends_with(half));
    let digits = half.map_or(token, |half| token.trim_end_matches(half));
    let half = half.or(next.filter(|next| matches!(*next, "am" | "pm")));
    let (hour, minute) = match digits.split_once([':', '.', 'h']) {
        None => (digits, "0"),
        Some((hour, "")) if digits.ends_with('h') => (hour, "0"),
        Some((_, minute)) if minute.len() != 2 => return None,
        Some(both) => both,
    };
    let number = |text: &str| -> Option<i8> {
        (text.len() <= 2 && text.chars().all(|c| c.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let hour = match (number(hour)?, half) {
        (hour @ (1..=12), Some("am")) => hour % 12,
        (hour @ (1..=12), Some("pm")) => hour % 12 + 12,
        (_, Some(_)) => return None,
        (hour, None) => hour,
    };
    Time::new(hour, number(minute)?, 0, 0).ok()
}
