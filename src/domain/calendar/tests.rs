use super::*;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeMap;

const WORK: &str = "09:00-13:00 14:00-18:00";
const MINUTE: i64 = 60_000;

fn shifts(text: &str) -> Vec<Shift> {
    text.split_whitespace().map(|shift| shift.parse().expect("a shift")).collect()
}

/// A week of five equal days, a Saturday and a Sunday, and the days that differ.
fn schedule(zone: &str, days: [&str; 3], other: &[(&str, &str)]) -> Schedule {
    let [work, saturday, sunday] = days.map(shifts);
    let mut week = [const { Vec::new() }; 7];
    week[..5].fill(work);
    (week[5], week[6]) = (saturday, sunday);
    let other: BTreeMap<Date, _> =
        other.iter().map(|(date, of)| (date.parse().expect("a date"), shifts(of))).collect();
    Schedule::new("a calendar", zone, week, other).expect("sound")
}

/// The calendars of the worked examples.
fn calendar(name: &str) -> Calendar {
    let rome = "Europe/Rome";
    let schedule = match name {
        "24x7" => return Calendar::Always,
        "ROM" => {
            let other = [("2026-12-08", ""), ("2026-12-25", ""), ("2026-12-24", "09:00-13:00")];
            schedule(rome, [WORK, "", ""], &other)
        }
        "SAO" => {
            let days = ["08:00-18:00", "09:00-13:00", ""];
            schedule("America/Sao_Paulo", days, &[("2026-11-20", "")])
        }
        "NYC" => schedule("America/New_York", ["09:00-17:00", "", ""], &[]),
        "NIGHT" => schedule(rome, ["00:00-08:00"; 3], &[]),
        "never" => schedule(rome, [""; 3], &[]),
        "fair" => {
            schedule(rome, [""; 3], &[("2026-12-05", "10:00-12:00"), ("2027-12-04", "10:00-12:00")])
        }
        "cuba" => schedule("America/Havana", ["00:00-24:00"; 3], &[]),
        "halves" => schedule(rome, ["00:00-02:30 02:30-08:00"; 3], &[]),
        _ => panic!("no calendar {name}"),
    };
    Calendar::Hours(Arc::new(schedule))
}

/// "2026-11-16 10:00" by the clock on the wall of a zone; of two that it names the first.
fn local(zone: &str, text: &str) -> Timestamp {
    let text = text.replace(' ', "T");
    let text = if text.len() == 16 { format!("{text}:00") } else { text };
    let read: jiff::civil::DateTime = text.parse().expect("a time");
    let zone = TimeZone::get(zone).expect("a zone");
    zone.to_timestamp(read).expect("in range").into()
}

#[rstest]
#[case::inside_hours("ROM", "2026-11-16 10:00", 10, "2026-11-16T09:10:00Z")]
#[case::across_lunch("ROM", "2026-11-16 12:50", 30, "2026-11-16T13:20:00Z")]
#[case::over_the_weekend("ROM", "2026-11-20 17:30", 60, "2026-11-23T08:30:00Z")]
#[case::from_a_saturday("ROM", "2026-11-21 15:00", 30, "2026-11-23T08:30:00Z")]
#[case::over_a_holiday("ROM", "2026-12-07 17:00", 120, "2026-12-09T09:00:00Z")]
#[case::a_special_day_and_a_holiday("ROM", "2026-12-24 12:00", 120, "2026-12-28T09:00:00Z")]
#[case::a_tie_at_closing_is_at_closing("ROM", "2026-11-20 17:30", 30, "2026-11-20T17:00:00Z")]
#[case::nothing_is_at_once("ROM", "2026-11-21 15:00", 0, "2026-11-21T14:00:00Z")]
#[case::spring_around_the_clock("24x7", "2026-03-29 01:30", 120, "2026-03-29T02:30:00Z")]
#[case::a_night_with_a_gap("NIGHT", "2026-03-29 00:00", 450, "2026-03-29T22:30:00Z")]
#[case::a_night_with_an_hour_twice("NIGHT", "2026-10-25 00:00", 541, "2026-10-25T23:01:00Z")]
#[case::a_year("24x7", "2026-01-01 00:00", 525_600, "2026-12-31T23:00:00Z")]
#[case::only_special_days("fair", "2026-01-01 00:00", 121, "2027-12-04T09:01:00Z")]
fn examples(#[case] name: &str, #[case] from: &str, #[case] minutes: i64, #[case] due: &str) {
    let calendar = calendar(name);
    let from = local("Europe/Rome", from);
    let after = calendar.after(from, minutes * MINUTE).expect("it comes");
    assert_eq!(after.to_string(), due);
    assert_eq!(calendar.elapsed(from, after), minutes * MINUTE);
}

#[test]
fn the_same_hours_over_a_weekend_in_which_america_changes_its_clocks() {
    let nyc = calendar("NYC");
    for (friday, due) in
        [("2026-02-27", "2026-03-02T14:30:00Z"), ("2026-03-06", "2026-03-09T13:30:00Z")]
    {
        let from = local("America/New_York", &format!("{friday} 16:30"));
        assert_eq!(nyc.after(from, 60 * MINUTE).expect("it comes").to_string(), due);
    }
}

#[rstest]
#[case("ROM", "2026-11-16 12:59", "2026-11-16 12:59")]
#[case("ROM", "2026-11-16 13:00", "2026-11-16 14:00")]
#[case("ROM", "2026-11-20 18:00", "2026-11-23 09:00")]
#[case("ROM", "2026-12-24 13:00", "2026-12-28 09:00")]
fn opens_next(#[case] name: &str, #[case] at: &str, #[case] opens: &str) {
    let [at, opens] = [at, opens].map(|text| local("Europe/Rome", text));
    assert_eq!(calendar(name).next_open(at), Some(opens));
}

#[test]
fn a_calendar_that_never_opens_ends_the_search() {
    let never = calendar("never");
    let at = local("Europe/Rome", "2026-11-16 10:00");
    assert_eq!(never.after(at, 1), None);
    assert_eq!(never.next_open(at), None);
    assert_eq!(never.elapsed(at, at.plus_secs(1 << 40)), 0);
    let fair = calendar("fair");
    assert_eq!(fair.after(at, 241 * MINUTE), None, "four hours, and no more");
    assert_eq!(fair.next_open(local("Europe/Rome", "2027-12-04 12:00")), None);
}

/// Brute force: every minute is asked by itself, by the clock on the wall.
fn counted(zone: &str, from: &str, to: &str, open: impl Fn(jiff::civil::Time) -> bool) -> i64 {
    let zone_of = TimeZone::get(zone).expect("a zone");
    let (mut at, to) = (local(zone, from), local(zone, to));
    let mut minutes = 0;
    while at < to {
        minutes += i64::from(open(zone_of.to_datetime(at.to_jiff()).time()));
        at = at.plus_secs(60);
    }
    minutes
}

#[rstest]
#[case::gap("2026-03-28 12:00", "2026-03-30 12:00")]
#[case::fold("2026-10-24 12:00", "2026-10-26 12:00")]
fn a_night_has_the_minutes_that_a_clock_on_the_wall_shows(#[case] from: &str, #[case] to: &str) {
    let shown = counted("Europe/Rome", from, to, |time| time.hour() < 8);
    let [from, to] = [from, to].map(|text| local("Europe/Rome", text));
    for name in ["NIGHT", "halves"] {
        assert_eq!(calendar(name).elapsed(from, to), shown * MINUTE, "{name}");
    }
}

#[test]
fn a_midnight_that_comes_twice_is_counted_once() {
    let [from, to] =
        ["2026-10-31 12:00", "2026-11-02 12:00"].map(|text| local("America/Havana", text));
    assert_eq!(to.since(from), 49 * 60 * MINUTE, "Cuba goes back at one, to midnight");
    assert_eq!(calendar("cuba").elapsed(from, to), 49 * 60 * MINUTE);
}

#[rstest]
#[case("9:00-13:00", ShiftError::Form)]
#[case("09:00", ShiftError::Form)]
#[case("09:00-24:01", ShiftError::Form)]
#[case("09:60-10:00", ShiftError::Form)]
#[case("+9:00-10:00", ShiftError::Form)]
#[case("09:00-09:00", ShiftError::Backward)]
#[case("22:00-06:00", ShiftError::Backward)]
fn what_is_no_shift(#[case] text: &str, #[case] error: ShiftError) {
    assert_eq!(text.parse::<Shift>(), Err(error));
}

#[test]
fn shifts_and_zones_are_checked() {
    let clash = schedule_of("Europe/Rome", "09:00-13:00 12:00-14:00");
    assert_eq!(
        clash.expect_err("they overlap").to_string(),
        "12:00-14:00 begins before another shift has ended"
    );
    let nowhere = schedule_of("Europe/Atlantis", WORK).expect_err("it is nowhere");
    assert_eq!(nowhere, ScheduleError::Zone("Europe/Atlantis".into()));
    assert!(schedule_of("Europe/Rome", "14:00-18:00 09:00-13:00").is_ok(), "in any order");
}

fn schedule_of(zone: &str, monday: &str) -> Result<Schedule, ScheduleError> {
    let mut week = [const { Vec::new() }; 7];
    week[0] = shifts(monday);
    Schedule::new("x", zone, week, BTreeMap::new())
}

#[test]
fn a_schedule_is_kept_as_text() {
    for name in ["24x7", "ROM", "SAO", "never", "fair"] {
        let calendar = calendar(name);
        let text = serde_json::to_string(&calendar).expect("written");
        assert_eq!(serde_json::from_str::<Calendar>(&text).expect("read"), calendar, "{text}");
    }
    assert_eq!(serde_json::to_string(&Calendar::Always).expect("written"), "\"24x7\"");
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let names = ["24x7", "ROM", "SAO", "NYC", "NIGHT", "cuba", "halves"];
    prop::sample::select(names.to_vec()).prop_map(calendar)
}

/// An instant of 2026 or 2027.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (1_767_225_600_000i64..1_830_297_600_000).prop_map(Timestamp)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn elapsed_is_additive(calendar in any_calendar(), mut at in prop::array::uniform3(any_instant())) {
        at.sort_unstable();
        let [a, b, c] = at;
        let sum = calendar.elapsed(a, b) + calendar.elapsed(b, c);
        prop_assert_eq!(sum, calendar.elapsed(a, c));
        prop_assert!(calendar.elapsed(a, b) <= b.since(a));
        prop_assert_eq!(calendar.elapsed(b, a), 0.min(b.since(a)));
    }

    #[test]
    fn adding_what_has_elapsed_comes_to_the_same_place(calendar in any_calendar(), a in any_instant(), b in any_instant()) {
        let (start, t) = (a.min(b), a.max(b));
        let elapsed = calendar.elapsed(start, t);
        let there = calendar.after(start, elapsed).expect("it has been");
        prop_assert!(there <= t);
        prop_assert_eq!(calendar.elapsed(start, there), elapsed);
        prop_assert_eq!(calendar.elapsed(there, t), 0);
    }

    #[test]
    fn more_time_is_due_later(calendar in any_calendar(), start in any_instant(), one in 1i64..5_000_000_000, more in 0i64..1_000_000_000) {
        let due = calendar.after(start, one).expect("it comes");
        let later = calendar.after(start, one + more).expect("it comes");
        prop_assert!(start < due && due <= later);
        prop_assert_eq!(calendar.elapsed(start, later), one + more);
    }

    #[test]
    fn time_runs_where_it_opens_next(calendar in any_calendar(), at in any_instant()) {
        let opens = calendar.next_open(at).expect("it opens");
        prop_assert_eq!(calendar.elapsed(at, opens), 0);
        prop_assert_eq!(calendar.elapsed(opens, opens.plus_millis(1)), 1);
    }
}
