//! `[[calendar]]`: when a desk is open.

use super::section::{Section, Value};
use crate::domain::calendar::{Calendar, Schedule, Shift, overlap, zone_of};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads one table.
pub(super) fn read(table: Section<'_>) -> Option<Calendar> {
    let name = table.need("name", "what service levels call it").and_then(|value| name(&value));
    let hint = "the IANA name of a time zone, such as \"Europe/Rome\"";
    let zone = table.need("timezone", hint).and_then(|value| match value.text()? {
        zone if zone_of(zone).is_some() => Some(zone),
        _ => value.wrong("is no time zone that is known", hint),
    });
    let hours = table.get("hours");
    let week = hours.as_ref().map(week);
    let mut other = BTreeMap::new();
    let special = table.get("special").map(|value| special(&value, &mut other));
    let holidays = table.get("holidays").map(|value| holidays(&value, &mut other));
    if hours.is_none() && special.is_none() {
        table.need("hours", "write hours = { mon = [\"09:00-18:00\"] }; a day left out is closed");
        table.finish();
        return None;
    }
    table.finish();
    if special == Some(None) || holidays == Some(None) {
        return None;
    }
    let week = week.unwrap_or_else(|| Some(Default::default()))?;
    if let Some(hours) = hours
        && week.iter().all(Vec::is_empty)
        && other.values().all(Vec::is_empty)
    {
        return hours.wrong("has no shift: nothing would ever be due", "mon = [\"09:00-18:00\"]");
    }
    // What could be wrong with it has been told at its place.
    let schedule = Schedule::new(&name?, zone?, week, other).ok()?;
    Some(Calendar::Hours(Arc::new(schedule)))
}

fn name(value: &Value<'_>) -> Option<String> {
    let name = value.label()?;
    if name == Calendar::ALWAYS {
        return value.wrong("is the calendar that is always open", "call it something else");
    }
    Some(name)
}

fn week(value: &Value<'_>) -> Option<[Vec<Shift>; 7]> {
    let table = value.section()?;
    let days = DAYS.map(|day| table.get(day).map_or_else(|| Some(Vec::new()), |day| shifts(&day)));
    table.finish();
    let days: Option<Vec<_>> = days.into_iter().collect();
    days?.try_into().ok()
}

fn shifts(value: &Value<'_>) -> Option<Vec<Shift>> {
    let items = value.items()?;
    let mut read = Vec::new();
    for item in &items {
        match item.text().map(str::parse::<Shift>) {
            Some(Ok(shift)) => read.push(shift),
            Some(Err(error)) => {
                item.wrong::<()>(&error.to_string(), error.hint());
            }
            None => {}
        }
    }
    if let Some(shift) = overlap(&read) {
        let message = format!("has shifts that overlap: {shift} begins before another has ended");
        return value.wrong(&message, "join them, or move one");
    }
    (read.len() == items.len()).then_some(read)
}

fn date(value: &Value<'_>, text: &str) -> Option<Date> {
    match text.parse() {
        Ok(date) if text.len() == 10 => Some(date),
        _ => value.wrong("is no date", "year, month and day, such as \"2026-12-25\""),
    }
}

fn holidays(value: &Value<'_>, other: &mut BTreeMap<Date, Vec<Shift>>) -> Option<()> {
    let mut sound = true;
    for item in value.items()? {
        match item.text().and_then(|text| date(&item, text)) {
            Some(date) if other.get(&date).is_some_and(|shifts| !shifts.is_empty()) => {
                item.wrong::<()>("is a special day too", "leave one of the two out");
                sound = false;
            }
            Some(date) => {
                if other.insert(date, Vec::new()).is_some() {
                    item.warn("stands there twice", "leave one of the two out");
                }
            }
            None => sound = false,
        }
    }
    sound.then_some(())
}

fn special(value: &Value<'_>, other: &mut BTreeMap<Date, Vec<Shift>>) -> Option<()> {
    let table = value.section()?;
    let mut sound = true;
    for (key, hours) in table.entries() {
        match (date(&hours, &key), shifts(&hours)) {
            (Some(date), Some(shifts)) => {
                other.insert(date, shifts);
            }
            _ => sound = false,
        }
    }
    table.leave();
    sound.then_some(())
}
