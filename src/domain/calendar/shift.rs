//! A piece of a day in which the desk is open.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// From one local time to another of the same day, in minutes since midnight; the end may be 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shift {
    from: u16,
    to: u16,
}

impl Shift {
    /// Minutes since midnight at which it begins, 0 to 1439.
    pub fn from(self) -> u16 {
        self.from
    }

    /// Minutes since midnight at which it ends, 1 to 1440.
    pub fn to(self) -> u16 {
        self.to
    }
}

/// Why a text is no shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftError {
    /// It is no pair of times.
    Form,
    /// It ends before it begins, or when it begins.
    Backward,
}

impl ShiftError {
    /// What to write instead.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Form => "two times of the day, such as \"09:00-13:00\"",
            Self::Backward => {
                "a night has two shifts: \"22:00-24:00\", and \"00:00-06:00\" on the next day"
            }
        }
    }
}

impl fmt::Display for ShiftError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Form => "is no shift",
            Self::Backward => "does not end after it begins",
        })
    }
}

impl std::error::Error for ShiftError {}

/// "09:00", up to "24:00".
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let sum = hours * 60 + minutes;
    (minutes < 60 && sum <= 1440).then_some(sum)
}

impl FromStr for Shift {
    type Err = ShiftError;
    fn from_str(text: &str) -> Result<Self, ShiftError> {
        let (from, to) = text.split_once('-').ok_or(ShiftError::Form)?;
        let read = |text: &str| minutes(text.trim()).ok_or(ShiftError::Form);
        let (from, to) = (read(from)?, read(to)?);
        if from < to { Ok(Self { from, to }) } else { Err(ShiftError::Backward) }
    }
}

impl TryFrom<String> for Shift {
    type Error = ShiftError;
    fn try_from(text: String) -> Result<Self, ShiftError> {
        text.parse()
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(out, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl From<Shift> for String {
    fn from(shift: Shift) -> Self {
        shift.to_string()
    }
}

/// The first of a day's shifts that begins before another has ended, whatever their order.
pub fn overlap(shifts: &[Shift]) -> Option<Shift> {
    let mut sorted = shifts.to_vec();
    sorted.sort_unstable();
    sorted.array_windows().find(|[one, next]| next.from < one.to).map(|[_, next]| *next)
}
