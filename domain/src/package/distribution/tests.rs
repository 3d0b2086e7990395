use super::*;
use crate::package::limits::{day_of, hour_of};
use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

fn candidate(n: u128, settings: Settings) -> Candidate {
    Candidate::new(ProfileId(Uuid::from_u128(n)), settings)
}

fn pool(size: u128) -> Vec<Candidate> {
    (0..size).map(|n| candidate(n, Settings::unlimited())).collect()
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Who sends `count` messages one after the other, none of them answered.
fn picks(distribution: Distribution, pool: &mut [Candidate], count: usize) -> Vec<usize> {
    let mut turns = Turns::default();
    let mut picked = Vec::new();
    for nth in 0..count {
        let draw = (nth as f64 * 0.37) % 1.0;
        let Ok((index, _)) = pick(distribution, pool, &mut turns, now(), draw) else { break };
        count_message(pool, index, now(), 0.5);
        picked.push(index);
    }
    picked
}

#[test]
fn turns_are_taken_and_the_inactive_are_passed_over() {
    let mut pool = pool(3);
    pool[1].active = false;
    assert_eq!(picks(Distribution::RoundRobin, &mut pool, 4), [0, 2, 0, 2]);
}

#[test]
fn sequential_fills_one_then_the_next_and_waits_for_one_that_rests() {
    let mut two = pool(2);
    two[0].settings.hourly_limit = Some(2);
    assert_eq!(picks(Distribution::Sequential, &mut two, 4), [0, 0, 1, 1]);
    let mut two = pool(2);
    two[0].usage.free_at = Some(now() + TimeDelta::seconds(3));
    let held = pick(Distribution::Sequential, &two, &mut Turns::default(), now(), 0.0).expect_err("it rests");
    assert_eq!(held.limit, Limit::Pause);
}

#[test]
fn numbers_of_one_account_share_its_messaging_limit() {
    let mut three = pool(3);
    for candidate in &mut three[..2] {
        (candidate.messaging_limit, candidate.account) = (Some(5), Some("account".into()));
    }
    for _ in 0..2 {
        three[0].others.count(now(), 1);
        three[1].others.count(now(), 1);
    }
    assert_eq!(picks(Distribution::RoundRobin, &mut three, 7), [0, 1, 2, 0, 2, 2, 2]);
    let held = three[1].held(now()).map(|hold| hold.limit);
    assert_eq!(held, Some(Limit::MessagingLimit));
    let next = hour_of(now()) + TimeDelta::hours(25);
    assert_eq!(three[1].held(next - TimeDelta::seconds(1)).and_then(|hold| hold.until), Some(next));
    assert_eq!(three[1].held(next), None);
}

#[test]
fn weights_are_kept_and_mixed_evenly() {
    let mut three = pool(3);
    for (candidate, weight) in three.iter_mut().zip([5, 1, 1]) {
        candidate.weight = weight;
    }
    assert_eq!(picks(Distribution::Weighted, &mut three, 7), [0, 0, 1, 0, 2, 0, 0]);
}

#[test]
fn the_smallest_priority_goes_first_and_hands_over_when_it_is_held() {
    let mut three = pool(3);
    three[0].priority = 2;
    three[1].settings.hourly_limit = Some(1);
    three[2].settings.hourly_limit = Some(1);
    assert_eq!(picks(Distribution::Priority, &mut three, 4), [1, 2, 0, 0]);
}

#[test]
fn smart_prefers_the_healthy_with_room() {
    let mut three = pool(3);
    three[0].health = 40;
    three[1].settings.daily_limit = Some(10);
    three[1].usage = Usage { day: Some(day_of(now())), in_day: 9, ..Usage::default() };
    let (index, choice) = pick(Distribution::Smart, &three, &mut Turns::default(), now(), 0.0).expect("free");
    assert_eq!((index, choice.score), (2, Some(100)));
    assert!(three[1].score(now()) < three[2].score(now()) && three[0].score(now()) < three[1].score(now()));
}

#[test]
fn random_reaches_everybody() {
    let mut four = pool(4);
    let picked: std::collections::BTreeSet<usize> = picks(Distribution::Random, &mut four, 50).into_iter().collect();
    assert_eq!(picked.len(), 4);
    assert_eq!(pick(Distribution::Random, &pool(3), &mut Turns::default(), now(), 1.0).expect("free").0, 2);
}

#[test]
fn when_all_are_held_the_first_to_let_go_is_named() {
    let mut two = pool(2);
    two[0].throttled_until = Some(now() + TimeDelta::seconds(30));
    two[1].usage.free_at = Some(now() + TimeDelta::seconds(3));
    let held = waits(Distribution::RoundRobin, &two, &Turns::default(), now()).expect("held");
    assert_eq!(held, Hold { limit: Limit::Pause, until: Some(now() + TimeDelta::seconds(3)) });
    let nobody = waits(Distribution::RoundRobin, &[], &Turns::default(), now()).expect("held");
    assert_eq!(nobody.limit, Limit::NoActiveProfile);
}

#[test]
fn what_is_not_linked_or_over_the_providers_limit_does_not_send() {
    let mut two = pool(2);
    two[0].linked = false;
    two[1].messaging_limit = Some(1);
    assert_eq!(picks(Distribution::Smart, &mut two, 3), [1]);
    let held = waits(Distribution::Smart, &two, &Turns::default(), now()).expect("held");
    assert_eq!(held, Hold { limit: Limit::MessagingLimit, until: Some(hour_of(now()) + TimeDelta::hours(25)) });
}

proptest! {
    /// Whatever the pool and the rule, nobody exceeds a limit, and whoever may send is found.
    #[test]
    fn limits_hold_and_capacity_is_used(
        distribution in prop::sample::select(Distribution::ALL.to_vec()),
        limits in prop::collection::vec((prop::option::of(1u32..20), 1u32..5, 1u32..4, 0u8..=100), 1..6),
        sends in 1usize..200,
    ) {
        let mut pool: Vec<_> = limits.iter().enumerate().map(|(n, (hourly_limit, weight, priority, health))| {
            let settings = Settings { hourly_limit: *hourly_limit, ..Settings::unlimited() };
            Candidate { weight: *weight, priority: *priority, health: *health, window: 1_000, ..candidate(n as u128, settings) }
        }).collect();
        let picked = picks(distribution, &mut pool, sends);
        let mut counts = vec![0u32; pool.len()];
        picked.iter().for_each(|index| counts[*index] += 1);
        for (count, (limit, ..)) in counts.iter().zip(&limits) {
            prop_assert!(limit.is_none_or(|limit| *count <= limit));
        }
        let capacity: u64 = limits.iter().map(|(limit, ..)| limit.map_or(1_000, u64::from)).sum();
        prop_assert_eq!(picked.len() as u64, capacity.min(sends as u64));
        if distribution == Distribution::RoundRobin {
            let free: Vec<u32> =
                counts.iter().zip(&limits).filter(|(_, (limit, ..))| limit.is_none()).map(|(count, _)| *count).collect();
            if let (Some(most), Some(least)) = (free.iter().max(), free.iter().min()) {
                prop_assert!(most - least <= 1);
            }
        }
    }

    /// Weights are met to within one message of each number at every moment.
    #[test]
    fn weighted_turns_are_never_far_from_their_share(weights in prop::collection::vec(1u32..10, 1..6), sends in 1usize..300) {
        let mut pool: Vec<_> = weights.iter().enumerate().map(|(n, weight)| {
            Candidate { weight: *weight, window: 1_000, ..candidate(n as u128, Settings::unlimited()) }
        }).collect();
        let total: u32 = weights.iter().sum();
        let mut counts = vec![0f64; weights.len()];
        for (nth, index) in picks(Distribution::Weighted, &mut pool, sends).into_iter().enumerate() {
            counts[index] += 1.0;
            for (count, weight) in counts.iter().zip(&weights) {
                let due = (nth + 1) as f64 * f64::from(*weight) / f64::from(total);
                prop_assert!((count - due).abs() <= weights.len() as f64, "{counts:?} {weights:?}");
            }
        }
    }
}
