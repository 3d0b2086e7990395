//! Who would be written to when and by which number, one by one: the picker itself, run ahead in time.
//!
//! For what a person looks at, a few thousand messages at most; [`super::forecast`] reckons with any number.

use super::distribution::{Candidate, Turns, count_message, pick};
use super::forecast::Ask;
use super::limits::Hold;
use crate::id::ProfileId;
use chrono::{DateTime, TimeDelta, Utc};

/// Messages that are planned one by one, at most.
pub const MOST: u64 = 10_000;
const HORIZON: TimeDelta = TimeDelta::days(366);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub profile_id: ProfileId,
    pub at: DateTime<Utc>,
}

/// The messages that would go, in order, and what holds the rest for good, if anything does. `draw` is asked for numbers
/// between 0 and 1.
pub fn plan(
    ask: &Ask,
    numbers: &[Candidate],
    turns: &Turns,
    at: DateTime<Utc>,
    mut draw: impl FnMut() -> f64,
) -> (Vec<Planned>, Option<Hold>) {
    let mut numbers = numbers.to_vec();
    let mut turns = turns.clone();
    let mut now = ask.not_before.filter(|time| *time > at).unwrap_or(at);
    let mut planned = Vec::new();
    while (planned.len() as u64) < ask.recipients.min(MOST) {
        if let Some(free_at) = turns.free_at.filter(|free_at| *free_at > now) {
            now = free_at;
        }
        let picked = match pick(ask.distribution, &numbers, &mut turns, now, draw()) {
            Ok((index, _)) => index,
            Err(Hold { until: Some(until), .. }) if until > now && until < at + HORIZON => {
                now = until;
                continue;
            }
            Err(hold) => return (planned, Some(hold)),
        };
        count_message(&mut numbers, picked, now, draw());
        let picked = &mut numbers[picked];
        // Answered before the next: what is left of the provider is its pace.
        picked.in_flight -= 1;
        let paced = now + TimeDelta::microseconds(1_000_000 / i64::from(picked.per_second.max(1)));
        picked.usage.free_at = picked.usage.free_at.max(Some(paced));
        turns.free_at = ask.drip.map(|gap| now + gap);
        planned.push(Planned { profile_id: picked.profile_id, at: now });
    }
    (planned, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::distribution::Distribution;
    use crate::package::forecast::forecast;
    use crate::package::limits::{Limit, Settings};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(617)
    }

    fn number(n: u128, settings: Settings) -> Candidate {
        Candidate::new(ProfileId(Uuid::from_u128(n)), settings)
    }

    #[test]
    fn who_cannot_be_planned_is_told_why() {
        let off = Candidate { active: false, ..number(1, Settings::unlimited()) };
        let ask = Ask { recipients: 3, ..Ask::default() };
        let (planned, hold) = plan(&ask, &[off], &Turns::default(), now(), || 0.5);
        assert_eq!((planned.len(), hold.map(|hold| hold.limit)), (0, Some(Limit::NoActiveProfile)));
    }

    proptest! {
        /// The two ways of looking ahead agree: the same number of messages for each, and the same end within a pause.
        #[test]
        fn the_plan_and_the_forecast_agree(
            recipients in 1u64..400,
            limits in prop::collection::vec((prop::option::of(1u32..200), 1_000u32..20_000), 1..5),
            drip in prop::option::of(1i64..30),
            tier in prop::option::of(20u32..300),
        ) {
            let numbers: Vec<_> = limits.iter().enumerate().map(|(n, (hourly_limit, cooldown_ms))| {
                let settings = Settings { hourly_limit: *hourly_limit, cooldown_ms: *cooldown_ms, ..Settings::unlimited() };
                // Every second is of the same account.
                let account = (n % 2 == 0).then(|| "account".to_owned());
                Candidate { messaging_limit: tier, account, ..number(n as u128, settings) }
            }).collect();
            let ask = Ask {
                recipients,
                distribution: Distribution::RoundRobin,
                drip: drip.map(TimeDelta::minutes),
                not_before: None,
            };
            let (planned, hold) = plan(&ask, &numbers, &Turns::default(), now(), || 0.5);
            prop_assert_eq!((planned.len() as u64, hold), (recipients, None));
            let reckoned = forecast(&ask, &numbers, now()).finish_at.expect("within a year");
            let last = planned.last().expect("at least one").at;
            prop_assert!((reckoned - last).abs() <= TimeDelta::seconds(20), "{reckoned} {last}");
        }
    }
}
