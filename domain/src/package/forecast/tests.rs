use super::*;
use crate::hours::{ActiveHours, Window};
use crate::package::limits::Settings;
use crate::package::strategy::Strategy;
use chrono::NaiveTime;
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn number(n: u128, settings: Settings) -> Candidate {
    Candidate::new(ProfileId(Uuid::from_u128(n)), settings)
}

fn forecast(recipients: u64, numbers: &[Candidate], at: DateTime<Utc>) -> Forecast {
    super::forecast(&Ask { recipients, ..Ask::default() }, numbers, at)
}

fn shares(forecast: &Forecast) -> Vec<u64> {
    forecast.shares.iter().map(|(_, share)| *share).collect()
}

#[test]
fn without_limits_the_provider_alone_sets_the_pace() {
    let now = at("2026-03-01T10:00:00Z");
    let forecast = forecast(801, &[number(1, Settings::unlimited())], now);
    assert_eq!(forecast.finish_at, Some(now + TimeDelta::seconds(10)));
    assert_eq!((forecast.binding, shares(&forecast)), (None, vec![801]));
}

#[test]
fn an_hourly_limit_spreads_a_campaign_over_hours() {
    let settings = Settings { hourly_limit: Some(100), ..Settings::unlimited() };
    let now = at("2026-03-01T10:30:00Z");
    let forecast = forecast(450, &[number(1, settings.clone()), number(2, settings)], now);
    let finish = forecast.finish_at.expect("a finish");
    assert!(finish >= at("2026-03-01T12:00:00Z") && finish < at("2026-03-01T12:01:00Z"), "{finish}");
    assert_eq!((forecast.binding, shares(&forecast)), (Some(Limit::Hourly), vec![225, 225]));
}

#[test]
fn what_was_used_today_counts_and_the_rest_waits_for_midnight() {
    let settings = Settings { daily_limit: Some(500), ..Settings::unlimited() };
    let now = at("2026-03-01T22:00:00Z");
    let mut used = number(1, settings);
    used.usage.count(now, TimeDelta::zero());
    used.usage.in_day = 450;
    let forecast = forecast(60, &[used], now);
    let finish = forecast.finish_at.expect("a finish");
    assert!(finish >= at("2026-03-02T00:00:00Z") && finish < at("2026-03-02T00:01:00Z"), "{finish}");
    assert_eq!(forecast.binding, Some(Limit::Daily));
}

#[test]
fn numbers_of_one_account_have_its_messaging_limit_between_them() {
    let now = at("2026-03-01T10:00:00Z");
    let of = |n, account: &str| Candidate {
        messaging_limit: Some(250),
        account: Some(account.to_owned()),
        ..number(n, Settings::unlimited())
    };
    let mut numbers = [of(1, "a"), of(2, "a"), of(3, "b")];
    let forecast_of = |recipients, numbers: &[Candidate]| forecast(recipients, numbers, now);
    let within = forecast_of(500, &numbers);
    assert_eq!((within.finish_at < Some(now + TimeDelta::minutes(1)), shares(&within)), (true, vec![125, 125, 250]));
    let beyond = forecast_of(600, &numbers);
    let finish = beyond.finish_at.expect("a finish");
    // What went in the hour after ten counts until eleven of the next day.
    assert!(finish > at("2026-03-02T11:00:00Z") && finish < at("2026-03-02T11:01:00Z"), "{finish}");
    assert_eq!((beyond.binding, shares(&beyond).iter().sum::<u64>()), (Some(Limit::MessagingLimit), 600));
    // What other numbers of the account used today, whichever package they are in.
    for number in &mut numbers[..2] {
        for _ in 0..240 {
            number.others.count(now, 1);
        }
    }
    assert_eq!(shares(&forecast_of(260, &numbers)), vec![5, 5, 250]);
}

#[test]
fn a_slower_number_takes_a_smaller_share() {
    let slow = Settings { cooldown_ms: 3_000, ..Settings::unlimited() };
    let fast = Settings { cooldown_ms: 1_000, ..Settings::unlimited() };
    let forecast = forecast(400, &[number(1, slow), number(2, fast)], at("2026-03-01T10:00:00Z"));
    assert_eq!(forecast.binding, Some(Limit::Pause));
    assert_eq!(shares(&forecast), vec![100, 300]);
}

fn office() -> ActiveHours {
    let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).expect("a time of day");
    let window = Window { days: vec![], from: time(9), to: time(11) };
    ActiveHours { time_zone: chrono_tz::UTC, windows: vec![window] }
}

#[test]
fn outside_active_hours_nothing_goes() {
    let settings = Settings { active_hours: Some(office()), cooldown_ms: 60_000, ..Settings::unlimited() };
    let all = forecast(130, &[number(1, settings)], at("2026-03-01T10:30:00Z"));
    // Sixty today, from 10:30 to 11:29, the other seventy tomorrow from 09:30 on.
    assert_eq!((all.finish_at, all.binding), (Some(at("2026-03-02T10:39:00Z")), Some(Limit::ActiveHours)));
}

#[test]
fn a_drip_goes_one_by_one_whoever_sends() {
    let drip = Strategy::Drip { every_minutes: 2 };
    let ask = Ask { recipients: 10, drip: drip.drip(), ..Ask::default() };
    let pool = [number(1, Settings::unlimited()), number(2, Settings::unlimited())];
    let all = super::forecast(&ask, &pool, at("2026-03-01T10:00:00Z"));
    assert_eq!((all.finish_at, all.binding), (Some(at("2026-03-01T10:18:00Z")), Some(Limit::Drip)));
    assert_eq!(shares(&all), vec![5, 5]);
}

#[test]
fn a_drip_that_was_held_does_not_hurry_afterwards() {
    let settings = Settings { hourly_limit: Some(2), ..Settings::unlimited() };
    let ask = Ask { recipients: 4, drip: Strategy::Drip { every_minutes: 1 }.drip(), ..Ask::default() };
    let all = super::forecast(&ask, &[number(1, settings)], at("2026-03-01T10:17:00Z"));
    assert_eq!(all.finish_at, Some(at("2026-03-01T11:01:00Z")));
}

#[test]
fn what_is_scheduled_begins_then() {
    let ask = Ask { recipients: 1, not_before: Some(at("2026-03-04T08:00:00Z")), ..Ask::default() };
    let all = super::forecast(&ask, &[number(1, Settings::unlimited())], at("2026-03-01T10:00:00Z"));
    assert_eq!((all.finish_at, all.binding), (ask.not_before, Some(Limit::Scheduled)));
}

#[test]
fn sequential_begins_the_next_number_when_one_is_used_up() {
    let settings = |limit| Settings { hourly_limit: limit, cooldown_ms: 1_000, ..Settings::unlimited() };
    let ask = Ask { recipients: 100, distribution: Distribution::Sequential, ..Ask::default() };
    let pool = [number(1, settings(Some(60))), number(2, settings(None))];
    let all = super::forecast(&ask, &pool, at("2026-03-01T10:00:00Z"));
    assert_eq!((shares(&all), all.finish_at), (vec![60, 40], Some(at("2026-03-01T10:01:38Z"))));
}

#[test]
fn the_providers_own_limit_binds_over_24_hours() {
    let tier = Candidate { messaging_limit: Some(250), ..number(1, Settings::unlimited()) };
    let all = forecast(300, &[tier], at("2026-03-01T10:00:00Z"));
    assert_eq!(all.binding, Some(Limit::MessagingLimit));
    assert!(all.finish_at.is_some_and(|finish| finish >= at("2026-03-02T11:00:00Z")));
}

#[test]
fn without_an_active_number_nothing_is_sent() {
    let off = Candidate { active: false, ..number(1, Settings::unlimited()) };
    let forecast = forecast(1, &[off], at("2026-03-01T10:00:00Z"));
    assert_eq!((forecast.finish_at, forecast.binding), (None, Some(Limit::NoActiveProfile)));
}

#[test]
fn what_takes_more_than_a_year_has_no_finish() {
    let settings = Settings { daily_limit: Some(1), ..Settings::unlimited() };
    let forecast = forecast(1_000, &[number(1, settings)], at("2026-03-01T10:00:00Z"));
    assert_eq!((forecast.finish_at, forecast.binding), (None, Some(Limit::Daily)));
}

proptest! {
    /// Everybody is written to once, and another number never makes it later.
    #[test]
    fn the_shares_add_up_and_more_numbers_are_never_slower(
        recipients in 1u64..3_000,
        limits in prop::collection::vec((prop::option::of(1u32..200), 0u32..5_000), 1..5),
    ) {
        let now = at("2026-03-01T10:17:23Z");
        let numbers: Vec<_> = limits.iter().enumerate().map(|(n, (hourly_limit, cooldown_ms))| {
            number(n as u128, Settings { hourly_limit: *hourly_limit, cooldown_ms: *cooldown_ms, ..Settings::unlimited() })
        }).collect();
        let all = forecast(recipients, &numbers, now);
        let finish = all.finish_at.expect("within a year");
        prop_assert_eq!(shares(&all).iter().sum::<u64>(), recipients);
        for one in &numbers {
            let alone = forecast(recipients, std::slice::from_ref(one), now).finish_at.expect("within a year");
            prop_assert!(alone >= finish);
        }
    }
}
