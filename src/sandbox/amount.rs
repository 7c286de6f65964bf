//! Amounts as people write them on a command line or in a script: spans of time, probabilities, and pairs
//! of the two. Each parser is usable as a clap value parser: its error is one line.

use super::fault::{FileFault, Hold};
use std::time::Duration;

/// A span such as `200ms`, `30s`, `4m`, `2h`, `1d` or `23h50m`. Units may follow each other; a bare number
/// is refused, because nobody can tell what it counts.
pub fn span(text: &str) -> Result<Duration, String> {
    let fault = || format!("`{text}` is no span of time: write it like 200ms, 30s, 4m or 23h50m");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(fault());
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, tail) = tail.split_at(letters);
        let seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(fault()),
        };
        let number: f64 = number.parse().map_err(|_| fault())?;
        let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| fault())?;
        sum = sum.checked_add(part).ok_or_else(fault)?;
        rest = tail;
    }
    Ok(sum)
}

/// Desk seconds a real second: a number over 0, at most 100000.
pub fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed > 0.0 && speed <= 100_000.0 => Ok(speed),
        _ => Err(format!("`{text}` is no speed: write a number over 0, at most 100000")),
    }
}

/// A probability: `0.05` or `5%`, from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    let fault = || format!("`{text}` is no probability: write a number from 0 to 1, or 5%");
    let value = match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map_err(|_| fault())? / 100.0,
        None => text.trim().parse::<f64>().map_err(|_| fault())?,
    };
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(fault()) }
}

/// A platform error code and how often it strikes: `131026=0.01`.
pub(super) fn code_probability(text: &str) -> Result<(i32, f64), String> {
    let (code, often) = pair(text, "131026=0.01")?;
    let code =
        code.trim().parse().map_err(|_| format!("`{code}` is no error code: write 131026=0.01"))?;
    Ok((code, probability(often)?))
}

/// What goes wrong with a download, and how often: `cut=0.1`.
pub(super) fn file_probability(text: &str) -> Result<(FileFault, f64), String> {
    let (what, often) = pair(text, "cut=0.1")?;
    let what = <FileFault as clap::ValueEnum>::from_str(what.trim(), true)
        .map_err(|_| format!("`{what}` is none of gone, stale, cut, wrong, large"))?;
    Ok((what, probability(often)?))
}

/// What becomes of a template that is held, and how often: `drop=0.1`.
pub(super) fn hold_probability(text: &str) -> Result<(Hold, f64), String> {
    let (what, often) = pair(text, "drop=0.1")?;
    let what = <Hold as clap::ValueEnum>::from_str(what.trim(), true)
        .map_err(|_| format!("`{what}` is none of release, drop, paused"))?;
    Ok((what, probability(often)?))
}

/// A span and how often it strikes: `2s=0.01`.
pub(super) fn span_probability(text: &str) -> Result<(Duration, f64), String> {
    let (length, often) = pair(text, "2s=0.01")?;
    Ok((span(length)?, probability(often)?))
}

fn pair<'a>(text: &'a str, example: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once('=').ok_or_else(|| format!("`{text}` lacks its `=`: write it like {example}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        let cases = [
            ("200ms", Some(200)),
            ("30s", Some(30_000)),
            ("1.5s", Some(1_500)),
            ("4m", Some(240_000)),
            ("23h50m", Some(85_800_000)),
            ("1d", Some(86_400_000)),
            ("30", None),
            ("", None),
            ("s", None),
            ("3 parsecs", None),
            ("-4s", None),
            ("99999999999999999999d", None),
        ];
        for (text, millis) in cases {
            let read = span(text).ok().map(|span| span.as_millis());
            assert_eq!(read, millis, "{text}");
        }
    }

    #[test]
    fn probabilities_and_pairs() {
        assert_eq!(probability("0.05"), Ok(0.05));
        assert_eq!(probability("5%"), Ok(0.05));
        for bad in ["1.01", "-0.1", "x", "", "NaN"] {
            assert!(probability(bad).is_err(), "{bad}");
        }
        assert_eq!(code_probability("131026=0.01"), Ok((131_026, 0.01)));
        assert_eq!(span_probability("2s=1%"), Ok((Duration::from_secs(2), 0.01)));
        assert_eq!(
            code_probability("131026").unwrap_err(),
            "`131026` lacks its `=`: write it like 131026=0.01"
        );
    }
}
