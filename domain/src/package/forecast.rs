//! When a campaign would be through, which limit would hold it up, and which number would send how much. Pure: numbers,
//! counters and the time are handed in.
//!
//! Every number is taken to send whenever it may, as the round robin has it: it passes over whoever is held back. The
//! reckoning goes hour by hour, because the windows of the limits are clock hours and days, so a million recipients
//! cost what a hundred do.

use super::limits::{Limit, Settings, Usage, day_of, hour_of};
use crate::id::ProfileId;
use chrono::{DateTime, TimeDelta, Utc};

/// Nobody plans further ahead; what takes longer has no finish.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// A number of the package, as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub profile_id: ProfileId,
    pub active: bool,
    /// The package's settings with the number's own overrides.
    pub settings: Settings,
    pub usage: Usage,
    /// The provider asked us to slow down until then.
    pub throttled_until: Option<DateTime<Utc>>,
    /// What the provider takes from one number in a second, at least 1.
    pub per_second: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// When the last message starts; `None` when never, or not within a year.
    pub finish_at: Option<DateTime<Utc>>,
    /// The limit without which it would be sooner; `None` when only the provider's own pace holds.
    pub binding: Option<Limit>,
    /// Messages of each active number, in the order of the numbers.
    pub shares: Vec<(ProfileId, u64)>,
}

/// One number while it is reckoned with.
struct Pace<'a> {
    number: &'a Number,
    /// Between two messages, in microseconds.
    gap: i64,
    free_at: DateTime<Utc>,
    used_in_hour: u64,
    used_in_day: u64,
    sent: u64,
}

/// How long limits held numbers back, in number-microseconds.
#[derive(Default)]
struct Lost {
    hourly: i64,
    daily: i64,
}

pub fn forecast(recipients: u64, numbers: &[Number], at: DateTime<Utc>) -> Forecast {
    let mut paces: Vec<Pace<'_>> =
        numbers.iter().filter(|number| number.active).map(|number| Pace::new(number, at)).collect();
    let mut lost = Lost::default();
    let mut left = recipients;
    let mut from = at;
    while left > 0 && !paces.is_empty() && from < at + HORIZON {
        let to = hour_of(from) + TimeDelta::hours(1);
        let capacity: u64 = paces.iter().map(|pace| pace.by(to - TimeDelta::microseconds(1))).sum();
        let until = if capacity >= left { last_start(&paces, left, from, to) } else { to };
        for pace in &mut paces {
            left -= pace.pass(until, left, to, &mut lost);
        }
        if left == 0 {
            return done(Some(until), &paces, &lost);
        }
        from = to;
        for pace in &mut paces {
            pace.enter(from);
        }
    }
    match (recipients, paces.is_empty()) {
        (_, true) => Forecast { finish_at: None, binding: Some(Limit::NoActiveProfile), shares: Vec::new() },
        (0, false) => done(Some(at), &paces, &lost),
        (_, false) => done(None, &paces, &lost),
    }
}

fn done(finish_at: Option<DateTime<Utc>>, paces: &[Pace<'_>], lost: &Lost) -> Forecast {
    let paused = paces.iter().any(|pace| pace.sent > 1 && pace.gap > provider_gap(pace.number));
    let binding = match lost {
        Lost { hourly: 0, daily: 0 } => paused.then_some(Limit::Pause),
        Lost { hourly, daily } if daily >= hourly => Some(Limit::Daily),
        Lost { .. } => Some(Limit::Hourly),
    };
    let shares = paces.iter().map(|pace| (pace.number.profile_id, pace.sent)).collect();
    Forecast { finish_at, binding, shares }
}

/// The first moment of `[from, to)` by which `left` messages have started.
fn last_start(paces: &[Pace<'_>], left: u64, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
    let (mut early, mut late) = (0, (to - from).num_microseconds().unwrap_or(0));
    while early < late {
        let middle = early + (late - early) / 2;
        let by = from + TimeDelta::microseconds(middle);
        if paces.iter().map(|pace| pace.by(by)).sum::<u64>() >= left {
            late = middle;
        } else {
            early = middle + 1;
        }
    }
    from + TimeDelta::microseconds(early)
}

fn provider_gap(number: &Number) -> i64 {
    1_000_000 / i64::from(number.per_second.max(1))
}

impl<'a> Pace<'a> {
    fn new(number: &'a Number, at: DateTime<Utc>) -> Self {
        let own = number.settings.mean_pause().num_microseconds().unwrap_or(i64::MAX);
        Self {
            number,
            gap: own.max(provider_gap(number)).max(1),
            free_at: at.max(number.usage.free_at.unwrap_or(at)).max(number.throttled_until.unwrap_or(at)),
            used_in_hour: number.usage.used_in_hour(at).into(),
            used_in_day: number.usage.used_in_day(at).into(),
            sent: 0,
        }
    }

    /// What the limits still let through in this hour.
    fn allowance(&self) -> u64 {
        let left =
            |limit: Option<u32>, used: u64| limit.map_or(u64::MAX, |limit| u64::from(limit).saturating_sub(used));
        let settings = &self.number.settings;
        left(settings.hourly_limit, self.used_in_hour).min(left(settings.daily_limit, self.used_in_day))
    }

    /// Messages that have started by then, in this hour.
    fn by(&self, at: DateTime<Utc>) -> u64 {
        let Some(since) = (at - self.free_at).num_microseconds().filter(|since| *since >= 0) else { return 0 };
        ((since / self.gap) as u64 + 1).min(self.allowance())
    }

    /// Sends until `until`, at most `most`, and says how many; `to` is the end of the hour.
    fn pass(&mut self, until: DateTime<Utc>, most: u64, to: DateTime<Utc>, lost: &mut Lost) -> u64 {
        let through = if until == to { until - TimeDelta::microseconds(1) } else { until };
        let sent = self.by(through).min(most);
        self.sent += sent;
        self.used_in_hour += sent;
        self.used_in_day += sent;
        self.free_at += TimeDelta::microseconds(self.gap.saturating_mul(sent as i64));
        if self.allowance() == 0 && self.free_at < until {
            let held = (until - self.free_at).num_microseconds().unwrap_or(i64::MAX);
            let daily = self.number.settings.daily_limit.is_some_and(|limit| self.used_in_day >= limit.into());
            let slot = if daily { &mut lost.daily } else { &mut lost.hourly };
            *slot = slot.saturating_add(held);
        }
        sent
    }

    /// A new hour begins.
    fn enter(&mut self, hour: DateTime<Utc>) {
        self.used_in_hour = 0;
        if day_of(hour) == hour {
            self.used_in_day = 0;
        }
        self.free_at = self.free_at.max(hour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn number(n: u128, settings: Settings) -> Number {
        let profile_id = ProfileId(Uuid::from_u128(n));
        Number { profile_id, active: true, settings, usage: Usage::default(), throttled_until: None, per_second: 80 }
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
    fn a_slower_number_takes_a_smaller_share() {
        let slow = Settings { cooldown_ms: 3_000, ..Settings::unlimited() };
        let fast = Settings { cooldown_ms: 1_000, ..Settings::unlimited() };
        let forecast = forecast(400, &[number(1, slow), number(2, fast)], at("2026-03-01T10:00:00Z"));
        assert_eq!(forecast.binding, Some(Limit::Pause));
        assert_eq!(shares(&forecast), vec![100, 300]);
    }

    #[test]
    fn without_an_active_number_nothing_is_sent() {
        let off = Number { active: false, ..number(1, Settings::unlimited()) };
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
}
