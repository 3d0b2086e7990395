//! What was sent in the last 24 hours: providers count their messaging limits over these, not over calendar days.

use super::limits::hour_of;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Messages by the clock hour in which they went, oldest first. An hour counts until 24 hours after its end: in no 24 hours
/// is there more than is counted here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(Vec<(DateTime<Utc>, u32)>);

impl Recent {
    /// From the beginning of an hour until it does not count any more.
    pub const COUNTS_FOR: TimeDelta = TimeDelta::hours(25);

    /// Hours in any order, each as often as it comes.
    pub fn of(hours: impl IntoIterator<Item = (DateTime<Utc>, u32)>) -> Self {
        let mut recent = Self::default();
        for (hour, messages) in hours {
            recent.add(hour, messages);
        }
        recent
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn used(&self, at: DateTime<Utc>) -> u32 {
        let counts = self.0.iter().filter(|(hour, _)| *hour + Self::COUNTS_FOR > at);
        counts.fold(0, |sum, (_, messages)| sum.saturating_add(*messages))
    }

    /// Counts messages that went at `at`, and forgets what does not count any more.
    pub fn count(&mut self, at: DateTime<Utc>, messages: u32) {
        self.0.retain(|(hour, _)| *hour + Self::COUNTS_FOR > at);
        self.add(at, messages);
    }

    pub fn take_in(&mut self, other: &Self) {
        other.0.iter().for_each(|(hour, messages)| self.add(*hour, *messages));
    }

    /// What both sent.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.take_in(other);
        both
    }

    /// What is left of a sum when one of its parts is taken out.
    #[must_use]
    pub fn without(&self, part: &Self) -> Self {
        let mut rest = self.clone();
        for (hour, messages) in &part.0 {
            if let Some((_, sum)) = rest.0.iter_mut().find(|(other, _)| other == hour) {
                *sum = sum.saturating_sub(*messages);
            }
        }
        rest
    }

    /// When fewer than `limit` count; never where the limit lets nothing through.
    pub fn below(&self, limit: u32, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.used(at) < limit {
            return Some(at);
        }
        self.0.iter().map(|(hour, _)| *hour + Self::COUNTS_FOR).find(|end| *end > at && self.used(*end) < limit)
    }

    fn add(&mut self, at: DateTime<Utc>, messages: u32) {
        let hour = hour_of(at);
        let place = self.0.partition_point(|(other, _)| *other < hour);
        match self.0.get_mut(place) {
            Some((other, sum)) if *other == hour => *sum = sum.saturating_add(messages),
            _ => self.0.insert(place, (hour, messages)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn midnight_forgets_nothing() {
        let mut recent = Recent::default();
        recent.count(at("2026-03-01T22:40:00Z"), 200);
        recent.count(at("2026-03-01T23:10:00Z"), 50);
        assert_eq!(recent.used(at("2026-03-02T00:00:00Z")), 250);
        assert_eq!(recent.below(250, at("2026-03-02T00:00:00Z")), Some(at("2026-03-02T23:00:00Z")));
        assert_eq!(recent.below(50, at("2026-03-02T00:00:00Z")), Some(at("2026-03-03T00:00:00Z")));
        assert_eq!(recent.used(at("2026-03-02T23:00:00Z")), 50);
        assert_eq!(recent.below(0, at("2026-03-02T23:00:00Z")), None);
        recent.count(at("2026-03-03T00:00:00Z"), 1);
        assert_eq!(recent, Recent::of([(at("2026-03-03T00:00:00Z"), 1)]));
    }

    #[test]
    fn a_part_is_taken_out_of_its_sum() {
        let (ten, eleven) = (at("2026-03-01T10:00:00Z"), at("2026-03-01T11:00:00Z"));
        let (one, other) = (Recent::of([(ten, 3)]), Recent::of([(eleven, 2), (ten, 4)]));
        let both = one.and(&other);
        assert_eq!((both.used(eleven), both.without(&one).used(eleven)), (9, other.used(eleven)));
    }

    proptest! {
        /// Whoever sends only below the limit never has more than it in any 24 hours.
        #[test]
        fn no_24_hours_have_more_than_the_limit(minutes in prop::collection::vec(0i64..240, 1..120), limit in 1u32..6) {
            let mut recent = Recent::default();
            let mut sent: Vec<DateTime<Utc>> = Vec::new();
            let mut now = at("2026-03-01T10:17:00Z");
            for minute in minutes {
                now += TimeDelta::minutes(minute);
                if recent.used(now) < limit {
                    recent.count(now, 1);
                    sent.push(now);
                }
                let in_24_hours = sent.iter().filter(|it| **it > now - TimeDelta::hours(24)).count();
                prop_assert!(in_24_hours <= limit as usize);
            }
        }
    }
}
