//! How well a number is doing, from 0 to 100, and what it was marked down for. Pure: a fold of what became of its
//! messages and of what its provider said.

use crate::provider::ErrorClass;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Why points were taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Refusals that are about the number or its provider.
    RefusedByProvider,
    /// Recipients who could not be reached: the list is poor, or the number is being avoided.
    RecipientsNotReached,
    /// Calls of which nobody knows what became of them.
    UnknownOutcomes,
    FailuresInARow,
    Throttled,
    QualityYellow,
    QualityRed,
    Offline,
    NotLinked,
    Blocked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduction {
    pub cause: Cause,
    pub points: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// 100 is without fault.
    pub score: u8,
    /// The gravest first.
    pub deductions: Vec<Deduction>,
}

impl Default for Health {
    fn default() -> Self {
        Self { score: 100, deductions: Vec::new() }
    }
}

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    Failed(ErrorClass),
    Uncertain,
}

/// Outcomes of one clock hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Hour {
    begins: DateTime<Utc>,
    sent: u32,
    refused: u32,
    not_reached: u32,
    uncertain: u32,
}

/// Hours that count.
const WINDOW: TimeDelta = TimeDelta::hours(24);
/// Below so many messages a share says little: it counts for less.
const FEW: u32 = 10;

/// Where a number's device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// It needs none, or it is there.
    #[default]
    Fine,
    Offline,
    Unlinked,
}

/// What a score is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    hours: Vec<Hour>,
    pub failures_in_a_row: u32,
    /// Pauses that followed each other without a success between.
    pub pauses: u32,
    pub rating: Option<String>,
    pub link: Link,
    pub blocked: bool,
    pub throttled_until: Option<DateTime<Utc>>,
}

/// Whether a refusal is about the number or its provider, not about the recipient or the message.
pub fn is_the_numbers(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Retry | ErrorClass::Throttle | ErrorClass::Auth | ErrorClass::Ban | ErrorClass::Session)
}

impl Record {
    pub fn with_link(link: Link) -> Self {
        Self { link, ..Self::default() }
    }

    /// Takes one outcome in; answers how long the number has to pause, if this failure was the last of `too_many`.
    pub fn count(&mut self, outcome: Outcome, at: DateTime<Utc>, too_many: Option<u32>) -> Option<TimeDelta> {
        self.forget(at);
        let begins = at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at);
        let index = match self.hours.iter().position(|hour| hour.begins == begins) {
            Some(index) => index,
            None => {
                self.hours.push(Hour { begins, sent: 0, refused: 0, not_reached: 0, uncertain: 0 });
                self.hours.len() - 1
            }
        };
        let hour = &mut self.hours[index];
        let failed = match outcome {
            Outcome::Sent => {
                hour.sent += 1;
                self.failures_in_a_row = 0;
                self.pauses = 0;
                false
            }
            Outcome::Uncertain => {
                hour.uncertain += 1;
                true
            }
            Outcome::Failed(class) if is_the_numbers(class) => {
                hour.refused += 1;
                true
            }
            Outcome::Failed(class) => {
                if matches!(class, ErrorClass::Number | ErrorClass::Cooldown) {
                    hour.not_reached += 1;
                }
                false
            }
        };
        if !failed {
            return None;
        }
        self.failures_in_a_row += 1;
        if too_many.is_none_or(|most| !self.failures_in_a_row.is_multiple_of(most.max(1))) {
            return None;
        }
        self.pauses += 1;
        // 30, 60, then 120 seconds.
        Some(TimeDelta::seconds(30 << (self.pauses - 1).min(2)))
    }

    fn forget(&mut self, at: DateTime<Utc>) {
        self.hours.retain(|hour| hour.begins + WINDOW > at);
    }

    pub fn health(&self, at: DateTime<Utc>) -> Health {
        let recent = self.hours.iter().filter(|hour| hour.begins + WINDOW > at);
        let (mut sent, mut refused, mut not_reached, mut uncertain) = (0, 0, 0, 0);
        for hour in recent {
            sent += hour.sent;
            refused += hour.refused;
            not_reached += hour.not_reached;
            uncertain += hour.uncertain;
        }
        let all = sent + refused + not_reached + uncertain;
        // Points for a share of all messages beyond what is ordinary.
        let points = |count: u32, ordinary: f64, worth: f64, most: f64| {
            let share = f64::from(count) / f64::from(all.max(FEW));
            (worth * (share - ordinary).max(0.0)).min(most).round() as u8
        };
        let mut deductions = vec![
            Deduction { cause: Cause::RefusedByProvider, points: points(refused, 0.01, 120.0, 50.0) },
            Deduction { cause: Cause::RecipientsNotReached, points: points(not_reached, 0.05, 80.0, 30.0) },
            Deduction { cause: Cause::UnknownOutcomes, points: points(uncertain, 0.0, 60.0, 20.0) },
            Deduction {
                cause: Cause::FailuresInARow,
                points: (self.failures_in_a_row.saturating_sub(1) * 5).min(30) as u8,
            },
        ];
        let mut add = |cause, points| deductions.push(Deduction { cause, points });
        if self.throttled_until.is_some_and(|until| until > at) {
            add(Cause::Throttled, 10);
        }
        match self.rating.as_deref() {
            Some("yellow") => add(Cause::QualityYellow, 20),
            Some("red") => add(Cause::QualityRed, 50),
            _ => {}
        }
        match self.link {
            Link::Fine => {}
            Link::Offline => add(Cause::Offline, 40),
            Link::Unlinked => add(Cause::NotLinked, 100),
        }
        if self.blocked {
            add(Cause::Blocked, 100);
        }
        deductions.retain(|it| it.points > 0);
        deductions.sort_by_key(|it| (std::cmp::Reverse(it.points), it.cause));
        let taken: u32 = deductions.iter().map(|it| u32::from(it.points)).sum();
        Health { score: 100 - taken.min(100) as u8, deductions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    fn causes(record: &Record) -> Vec<Cause> {
        record.health(now()).deductions.into_iter().map(|it| it.cause).collect()
    }

    #[test]
    fn three_failures_in_a_row_pause_longer_each_time_until_one_is_sent() {
        let mut record = Record::default();
        let fail = |record: &mut Record| record.count(Outcome::Failed(ErrorClass::Retry), now(), Some(3));
        let pauses: Vec<Option<i64>> = (0..12).map(|_| fail(&mut record).map(|pause| pause.num_seconds())).collect();
        let expected = [None, None, Some(30), None, None, Some(60), None, None, Some(120), None, None, Some(120)];
        assert_eq!(pauses, expected);
        record.count(Outcome::Sent, now(), Some(3));
        let again: Vec<_> = (0..3).filter_map(|_| fail(&mut record)).collect();
        assert_eq!(again, [TimeDelta::seconds(30)]);
    }

    #[test]
    fn a_recipients_fault_is_not_the_numbers() {
        let mut record = Record::default();
        for _ in 0..10 {
            assert_eq!(record.count(Outcome::Failed(ErrorClass::Number), now(), Some(3)), None);
        }
        assert_eq!(causes(&record), [Cause::RecipientsNotReached]);
    }

    #[test]
    fn a_number_without_fault_has_a_hundred_and_gets_it_back_after_a_day() {
        let mut record = Record::default();
        for _ in 0..98 {
            record.count(Outcome::Sent, now(), Some(3));
        }
        assert_eq!(record.health(now()), Health::default());
        record.count(Outcome::Failed(ErrorClass::Ban), now(), Some(3));
        record.count(Outcome::Uncertain, now(), Some(3));
        assert!(record.health(now()).score < 100);
        record.count(Outcome::Sent, now(), Some(3));
        assert_eq!(record.health(now() + TimeDelta::hours(25)), Health::default());
    }

    #[test]
    fn the_gravest_comes_first_and_a_blocked_number_has_nothing_left() {
        let record = Record { blocked: true, rating: Some("yellow".into()), ..Record::default() };
        assert_eq!(record.health(now()).score, 0);
        assert_eq!(causes(&record), [Cause::Blocked, Cause::QualityYellow]);
        let offline = Record { link: Link::Offline, ..Record::default() };
        assert_eq!(offline.health(now()).score, 60);
    }
}
