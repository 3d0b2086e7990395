//! When messages may go: windows of the week in a time zone. Pure; a clock that is set forward or back is handled by the
//! zone's rules, so a window keeps its local times all year.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Windows in which messages may start. Without a window none may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveHours {
    /// An IANA name such as `Asia/Jakarta`.
    pub time_zone: Tz,
    pub windows: Vec<Window>,
}

/// A stretch of a day, the same on each of its days. One that ends at or before its beginning ends the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// 1 is Monday, 7 Sunday. Empty is every day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<u8>,
    /// `HH:MM`.
    #[serde(with = "minutes")]
    pub from: NaiveTime,
    #[serde(with = "minutes")]
    pub to: NaiveTime,
}

/// Windows of one set, at most.
const MOST: usize = 42;

impl ActiveHours {
    pub fn check(&self) -> Result<(), &'static str> {
        if self.windows.is_empty() || self.windows.len() > MOST {
            return Err("active hours have 1 to 42 windows");
        }
        let days = self.windows.iter().flat_map(|window| &window.days);
        if days.into_iter().any(|day| !(1..=7).contains(day)) {
            return Err("a day of active hours is 1 (Monday) to 7 (Sunday)");
        }
        Ok(())
    }

    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.spans(at).any(|(from, to)| from <= at && at < to)
    }

    /// The first moment from `at` on at which a window is open; `None` when there is no window.
    pub fn next_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.spans(at).filter(|(_, to)| *to > at).map(|(from, _)| from.max(at)).min()
    }

    /// When the hours that are open at `at` end, windows that touch taken as one; `at` when they are closed.
    pub fn closes(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let spans: Vec<_> = self.spans(at).collect();
        let mut end = at;
        // Each round joins at least one more span.
        while let Some((_, to)) = spans.iter().find(|(from, to)| *from <= end && end < *to) {
            end = *to;
        }
        end
    }

    /// How much of the time until `until` is open.
    pub fn open_until(&self, at: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
        let (mut from, mut open) = (at, TimeDelta::zero());
        while let Some(next) = self.next_open(from).filter(|next| *next < until) {
            let end = self.closes(next).min(until);
            open += end - next;
            from = end.max(next + TimeDelta::seconds(1));
        }
        open
    }

    /// Every window of the days around `at`, in UTC: yesterday's, for those over midnight, to that of a week ahead.
    fn spans(&self, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
        let today = at.with_timezone(&self.time_zone).date_naive();
        let first = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        (0..=8).filter_map(move |n| first.checked_add_days(Days::new(n))).flat_map(move |day| {
            let weekday = day.weekday();
            self.windows.iter().filter(move |window| window.is_on(weekday)).filter_map(move |window| {
                let last = if window.to <= window.from { day.succ_opt()? } else { day };
                let from = instant(self.time_zone, day.and_time(window.from));
                let to = instant(self.time_zone, last.and_time(window.to));
                (from < to).then_some((from, to))
            })
        })
    }
}

impl Window {
    fn is_on(&self, day: Weekday) -> bool {
        self.days.is_empty() || self.days.contains(&(day.number_from_monday() as u8))
    }
}

/// The moment of a local time: the first of two where a clock is set back, the end of the gap where it is set forward.
fn instant(zone: Tz, local: chrono::NaiveDateTime) -> DateTime<Utc> {
    let mut local = local;
    loop {
        match zone.from_local_datetime(&local).earliest() {
            Some(at) => return at.with_timezone(&Utc),
            // Gaps are full minutes and end within a day.
            None => local = (local + TimeDelta::minutes(1)).with_second(0).unwrap_or(local),
        }
    }
}

mod minutes {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &NaiveTime, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&time.format("%H:%M").to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(input)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| D::Error::custom("a time of day is written HH:MM"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn hours(zone: &str, windows: &[(&[u8], &str, &str)]) -> ActiveHours {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").expect("a time of day");
        let window =
            |(days, from, to): &(&[u8], &str, &str)| Window { days: days.to_vec(), from: time(from), to: time(to) };
        ActiveHours { time_zone: zone.parse().expect("a zone"), windows: windows.iter().map(window).collect() }
    }

    #[test]
    fn a_window_opens_and_closes_in_its_own_zone() {
        let jakarta = hours("Asia/Jakarta", &[(&[], "08:00", "22:00")]);
        assert!(!jakarta.is_open(at("2026-03-01T00:59:59Z")));
        assert!(jakarta.is_open(at("2026-03-01T01:00:00Z")));
        assert!(!jakarta.is_open(at("2026-03-01T15:00:00Z")));
        assert_eq!(jakarta.next_open(at("2026-03-01T15:00:00Z")), Some(at("2026-03-02T01:00:00Z")));
        assert_eq!(jakarta.closes(at("2026-03-01T02:00:00Z")), at("2026-03-01T15:00:00Z"));
    }

    #[test]
    fn a_weekend_is_passed_over() {
        let office = hours("Europe/Berlin", &[(&[1, 2, 3, 4, 5], "09:00", "17:00")]);
        assert_eq!(office.next_open(at("2026-03-06T16:00:00Z")), Some(at("2026-03-09T08:00:00Z")));
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_it_begins() {
        let night = hours("UTC", &[(&[1], "22:00", "02:00")]);
        assert!(night.is_open(at("2026-03-03T01:59:00Z")));
        assert!(!night.is_open(at("2026-03-02T01:00:00Z")));
        assert_eq!(night.closes(at("2026-03-02T23:00:00Z")), at("2026-03-03T02:00:00Z"));
    }

    #[test]
    fn a_clock_that_is_set_keeps_the_local_times() {
        let berlin = hours("Europe/Berlin", &[(&[], "08:00", "20:00")]);
        assert!(berlin.is_open(at("2026-03-28T07:00:00Z")) && !berlin.is_open(at("2026-03-28T06:59:00Z")));
        assert!(berlin.is_open(at("2026-03-29T06:00:00Z")) && !berlin.is_open(at("2026-03-29T05:59:00Z")));
        // 02:30 does not exist on the day the clock is set forward: the window opens when the gap ends.
        let gap = hours("Europe/Berlin", &[(&[], "02:30", "04:00")]);
        assert_eq!(gap.next_open(at("2026-03-29T00:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
        // 02:30 exists twice on the day it is set back: the window opens at the first.
        assert_eq!(gap.next_open(at("2026-10-25T00:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn open_time_is_summed_over_windows() {
        let two = hours("UTC", &[(&[], "08:00", "10:00"), (&[], "10:00", "11:00"), (&[], "15:00", "16:00")]);
        let open = two.open_until(at("2026-03-01T09:00:00Z"), at("2026-03-02T08:30:00Z"));
        assert_eq!(open, TimeDelta::minutes(210));
        assert_eq!(two.closes(at("2026-03-01T08:30:00Z")), at("2026-03-01T11:00:00Z"));
    }

    proptest! {
        /// Whatever the zone and the windows: `next_open` is open, and nothing between is.
        #[test]
        fn the_next_opening_is_open_and_the_first(
            zone in prop::sample::select(vec!["UTC", "Asia/Jakarta", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo"]),
            days in prop::collection::vec(1u8..=7, 0..4),
            from in 0u32..1_440, to in 0u32..1_440, start in 1_700_000_000i64..1_900_000_000,
        ) {
            let time = |minutes: u32| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).expect("within a day");
            let window = Window { days, from: time(from), to: time(to) };
            let hours = ActiveHours { time_zone: zone.parse().expect("a zone"), windows: vec![window] };
            let start = DateTime::from_timestamp(start, 0).expect("in range");
            let next = hours.next_open(start).expect("there is a window");
            prop_assert!(hours.is_open(next));
            prop_assert_eq!(hours.is_open(start), next == start);
            let mut between = start;
            while between < next {
                prop_assert!(!hours.is_open(between), "{between}");
                between += TimeDelta::minutes(17);
            }
            let closes = hours.closes(next);
            prop_assert!(closes > next && hours.is_open(closes - TimeDelta::seconds(1)));
        }
    }
}
