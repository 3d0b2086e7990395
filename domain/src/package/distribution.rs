//! Which number sends next. Pure functions: candidates, counters, time and randomness are handed in.
//!
//! The answer is a number, or the name of the limit that holds and until when: there is no silent waiting.

use super::limits::{Hold, Limit, Settings, Usage, hold};
use crate::id::ProfileId;
use chrono::{DateTime, Utc};

/// A number of the package, as the picker sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub profile_id: ProfileId,
    pub active: bool,
    /// The package's settings with the number's own overrides.
    pub settings: Settings,
    pub usage: Usage,
    /// The provider asked us to slow down until then.
    pub throttled_until: Option<DateTime<Utc>>,
    /// Handed to the provider and not answered yet.
    pub in_flight: u32,
    /// How many may be in flight at once.
    pub window: u32,
}

impl Candidate {
    /// The limit that holds this number back at `at`, if any.
    pub fn held(&self, at: DateTime<Utc>) -> Option<Hold> {
        if !self.active {
            return Some(Hold { limit: Limit::NoActiveProfile, until: None });
        }
        if let Some(until) = self.throttled_until.filter(|until| *until > at) {
            return Some(Hold { limit: Limit::ProviderThrottle, until: Some(until) });
        }
        if let Some(held) = hold(&self.settings, &self.usage, at) {
            return Some(held);
        }
        (self.in_flight >= self.window).then_some(Hold { limit: Limit::InFlight, until: None })
    }
}

/// Takes turns, beginning after `last`, and passes over whoever is held back.
///
/// When all are held, the answer is the hold that lets go first; a hold without an end comes last, and inactive
/// numbers are named only when there is no other.
pub fn round_robin(candidates: &[Candidate], last: Option<ProfileId>, at: DateTime<Utc>) -> Result<usize, Hold> {
    let start = last
        .and_then(|last| candidates.iter().position(|candidate| candidate.profile_id == last))
        .map_or(0, |index| index + 1);
    let mut best: Option<Hold> = None;
    for step in 0..candidates.len() {
        let index = (start + step) % candidates.len();
        match candidates[index].held(at) {
            None => return Ok(index),
            Some(held) => {
                if best.is_none_or(|best| sooner(&held, &best)) {
                    best = Some(held);
                }
            }
        }
    }
    Err(best.unwrap_or(Hold { limit: Limit::NoActiveProfile, until: None }))
}

fn sooner(one: &Hold, other: &Hold) -> bool {
    match (one.until, other.until) {
        (Some(one), Some(other)) => one < other,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => one.limit < other.limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn candidate(n: u128, settings: Settings) -> Candidate {
        Candidate {
            profile_id: ProfileId(Uuid::from_u128(n)),
            active: true,
            settings,
            usage: Usage::default(),
            throttled_until: None,
            in_flight: 0,
            window: 100,
        }
    }

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn turns_are_taken_and_the_inactive_are_passed_over() {
        let mut pool: Vec<_> = (0..3).map(|n| candidate(n, Settings::unlimited())).collect();
        pool[1].active = false;
        let mut last = None;
        let mut picked = Vec::new();
        for _ in 0..4 {
            let index = round_robin(&pool, last, now()).expect("someone is free");
            last = Some(pool[index].profile_id);
            picked.push(index);
        }
        assert_eq!(picked, [0, 2, 0, 2]);
    }

    #[test]
    fn when_all_are_held_the_first_to_let_go_is_named() {
        let mut pool: Vec<_> = (0..2).map(|n| candidate(n, Settings::unlimited())).collect();
        pool[0].throttled_until = Some(now() + TimeDelta::seconds(30));
        pool[1].usage.free_at = Some(now() + TimeDelta::seconds(3));
        let held = round_robin(&pool, None, now()).expect_err("held");
        assert_eq!(held, Hold { limit: Limit::Pause, until: Some(now() + TimeDelta::seconds(3)) });
        assert_eq!(round_robin(&[], None, now()).expect_err("empty").limit, Limit::NoActiveProfile);
    }

    proptest! {
        /// Whatever the pool, nobody exceeds a limit, and unlimited numbers differ by at most one message.
        #[test]
        fn limits_hold_and_turns_are_even(limits in prop::collection::vec(prop::option::of(1u32..20), 1..6), sends in 1usize..200) {
            let mut pool: Vec<_> = limits.iter().enumerate().map(|(n, hourly_limit)| {
                candidate(n as u128, Settings { hourly_limit: *hourly_limit, ..Settings::unlimited() })
            }).collect();
            let mut last = None;
            for _ in 0..sends {
                let Ok(index) = round_robin(&pool, last, now()) else { break };
                pool[index].usage.count(now(), TimeDelta::zero());
                last = Some(pool[index].profile_id);
            }
            for one in &pool {
                prop_assert!(one.settings.hourly_limit.is_none_or(|limit| one.usage.in_hour <= limit));
            }
            let free: Vec<_> = pool.iter().filter(|one| one.settings.hourly_limit.is_none()).map(|one| one.usage.in_hour).collect();
            if let (Some(least), Some(most)) = (free.iter().min(), free.iter().max()) {
                prop_assert!(most - least <= 1);
            }
        }
    }
}
