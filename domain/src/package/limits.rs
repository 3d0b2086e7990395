//! Limits of a sending number, and when it may send next. Pure: the counters and the time are handed in.
//!
//! Windows are fixed clock hours and days in UTC: a counter belongs to the window in which the number was asked to send.
//! The provider's own messaging limit goes by the last 24 hours, which are in [`Recent`].

use super::recent::Recent;
use super::strategy::Strategy;
use crate::hours::ActiveHours;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What a package allows each of its numbers, and each campaign that uses it. `None` is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Messages a number may start in a clock hour.
    pub hourly_limit: Option<u32>,
    /// Messages a number may start in a day.
    pub daily_limit: Option<u32>,
    /// Messages a number may start in a minute, spread evenly.
    pub rate_per_minute: Option<u32>,
    /// Pause of a number after each message, in milliseconds.
    pub cooldown_ms: u32,
    /// A random pause is added to the cooldown, between these two, in milliseconds.
    pub jitter_min_ms: u32,
    pub jitter_max_ms: u32,
    /// Recipients of one campaign.
    pub cap_per_campaign: Option<u32>,
    /// How messages that nobody waits for are spread over time.
    #[serde(default, skip_serializing_if = "Strategy::is_queued")]
    pub strategy: Strategy,
    /// Campaigns start messages in these hours only. Replies go at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_hours: Option<ActiveHours>,
    /// Share of the hourly and the daily limit that campaigns leave for replies, in percent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reply_headroom_percent: u8,
    /// Failures in a row after which a number pauses, for 30, 60, then 120 seconds.
    #[serde(default = "usual_failures", skip_serializing_if = "are_usual_failures")]
    pub pause_after_failures: Option<u32>,
}

const USUAL_FAILURES: u32 = 3;

fn usual_failures() -> Option<u32> {
    Some(USUAL_FAILURES)
}

fn are_usual_failures(failures: &Option<u32>) -> bool {
    *failures == usual_failures()
}

fn is_zero(percent: &u8) -> bool {
    *percent == 0
}

impl Default for Settings {
    /// The careful defaults for real providers.
    fn default() -> Self {
        Self {
            hourly_limit: None,
            daily_limit: Some(500),
            rate_per_minute: Some(30),
            cooldown_ms: 0,
            jitter_min_ms: 2_000,
            jitter_max_ms: 5_000,
            cap_per_campaign: Some(200),
            strategy: Strategy::Queued,
            active_hours: None,
            reply_headroom_percent: 0,
            pause_after_failures: usual_failures(),
        }
    }
}

/// Of any limit: it has to fit wherever limits are counted.
const MOST: u32 = 1_000_000_000;

impl Settings {
    /// For the sandbox: nothing waits.
    pub fn unlimited() -> Self {
        Self {
            hourly_limit: None,
            daily_limit: None,
            rate_per_minute: None,
            cooldown_ms: 0,
            jitter_min_ms: 0,
            jitter_max_ms: 0,
            cap_per_campaign: None,
            strategy: Strategy::Queued,
            active_hours: None,
            reply_headroom_percent: 0,
            pause_after_failures: None,
        }
    }

    pub fn check(&self) -> Result<(), &'static str> {
        if self.jitter_min_ms > self.jitter_max_ms {
            return Err("jitter_min_ms is greater than jitter_max_ms");
        }
        if self.jitter_max_ms > 3_600_000 || self.cooldown_ms > 86_400_000 {
            return Err("jitter is at most an hour, cooldown at most a day");
        }
        let limits = [
            self.hourly_limit,
            self.daily_limit,
            self.rate_per_minute,
            self.cap_per_campaign,
            self.pause_after_failures,
        ];
        if limits.contains(&Some(0)) {
            return Err("a limit is at least 1; leave it out for no limit");
        }
        if self.reply_headroom_percent > 90 {
            return Err("reply_headroom_percent is at most 90");
        }
        self.strategy.check()?;
        self.active_hours.as_ref().map_or(Ok(()), ActiveHours::check)?;
        match limits.into_iter().flatten().any(|limit| limit > MOST) {
            true => Err("a limit is at most a billion"),
            false => Ok(()),
        }
    }

    /// The pause that the settings ask for after each message, for a `draw` between 0 and 1 that the caller supplies.
    pub fn pause(&self, draw: f64) -> TimeDelta {
        let own = if self.strategy == Strategy::Immediate {
            0
        } else {
            let jitter = f64::from(self.jitter_max_ms - self.jitter_min_ms) * draw.clamp(0.0, 1.0);
            i64::from(self.cooldown_ms) + i64::from(self.jitter_min_ms) + jitter as i64
        };
        let paced = self.rate_per_minute.map_or(0, |rate| 60_000 / i64::from(rate.max(1)));
        TimeDelta::milliseconds(own.max(paced))
    }

    /// The pause to expect on average, for forecasts.
    pub fn mean_pause(&self) -> TimeDelta {
        self.pause(0.5)
    }

    /// What campaigns may use of the hourly limit.
    pub fn hourly_for_campaigns(&self) -> Option<u32> {
        self.hourly_limit.map(|limit| self.without_headroom(limit))
    }

    /// What campaigns may use of the daily limit.
    pub fn daily_for_campaigns(&self) -> Option<u32> {
        self.daily_limit.map(|limit| self.without_headroom(limit))
    }

    fn without_headroom(&self, limit: u32) -> u32 {
        let kept = u64::from(limit) * u64::from(self.reply_headroom_percent);
        limit - u32::try_from(kept.div_ceil(100)).unwrap_or(limit).min(limit)
    }
}

/// A profile's exceptions from its package's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Overrides {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hourly_limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<u32>,
}

impl Overrides {
    pub fn over(&self, settings: &Settings) -> Settings {
        Settings {
            hourly_limit: self.hourly_limit.or(settings.hourly_limit),
            daily_limit: self.daily_limit.or(settings.daily_limit),
            rate_per_minute: self.rate_per_minute.or(settings.rate_per_minute),
            ..settings.clone()
        }
    }
}

/// What a number has used of its limits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub hour: Option<DateTime<Utc>>,
    pub in_hour: u32,
    pub day: Option<DateTime<Utc>>,
    pub in_day: u32,
    /// Not before this, because of the pause after the last message.
    pub free_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Recent::is_empty")]
    pub recent: Recent,
}

impl Usage {
    pub fn used_in_hour(&self, at: DateTime<Utc>) -> u32 {
        if self.hour == Some(hour_of(at)) { self.in_hour } else { 0 }
    }

    pub fn used_in_day(&self, at: DateTime<Utc>) -> u32 {
        if self.day == Some(day_of(at)) { self.in_day } else { 0 }
    }

    /// Counts one message at `at`, followed by `pause`.
    pub fn count(&mut self, at: DateTime<Utc>, pause: TimeDelta) {
        self.recent.count(at, 1);
        self.in_hour = self.used_in_hour(at) + 1;
        self.hour = Some(hour_of(at));
        self.in_day = self.used_in_day(at) + 1;
        self.day = Some(day_of(at));
        self.free_at = (pause > TimeDelta::zero()).then(|| at + pause);
    }
}

/// The limit that holds a number, or a campaign, back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    Hourly,
    Daily,
    /// Cooldown, jitter or rate per minute after the last message.
    Pause,
    /// Messages handed to the provider without an answer yet.
    InFlight,
    /// The provider asked us to slow down, or refused several messages in a row.
    ProviderThrottle,
    /// People that the provider lets the number write to in a day.
    MessagingLimit,
    /// Outside the package's active hours.
    ActiveHours,
    /// The time between two messages of a campaign that drips.
    Drip,
    /// It is to begin later.
    Scheduled,
    /// The number's device is not linked.
    NotLinked,
    /// No account of the package's numbers has the template.
    NoTemplate,
    /// No number of the package is active.
    NoActiveProfile,
}

impl Limit {
    pub const ALL: [Limit; 12] = [
        Limit::Hourly,
        Limit::Daily,
        Limit::Pause,
        Limit::InFlight,
        Limit::ProviderThrottle,
        Limit::MessagingLimit,
        Limit::ActiveHours,
        Limit::Drip,
        Limit::Scheduled,
        Limit::NotLinked,
        Limit::NoTemplate,
        Limit::NoActiveProfile,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Limit::Hourly => "hourly",
            Limit::Daily => "daily",
            Limit::Pause => "pause",
            Limit::InFlight => "in_flight",
            Limit::ProviderThrottle => "provider_throttle",
            Limit::MessagingLimit => "messaging_limit",
            Limit::ActiveHours => "active_hours",
            Limit::Drip => "drip",
            Limit::Scheduled => "scheduled",
            Limit::NotLinked => "not_linked",
            Limit::NoTemplate => "no_template",
            Limit::NoActiveProfile => "no_active_profile",
        }
    }
}

/// A limit and when it lets go; `until` is unknown for what waits on an answer or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub limit: Limit,
    pub until: Option<DateTime<Utc>>,
}

/// Whether a number may send for a campaign at `at`; if not, the limit that holds longest.
pub fn hold(settings: &Settings, usage: &Usage, at: DateTime<Utc>) -> Option<Hold> {
    if settings.daily_for_campaigns().is_some_and(|limit| usage.used_in_day(at) >= limit) {
        return Some(Hold { limit: Limit::Daily, until: Some(day_of(at) + TimeDelta::days(1)) });
    }
    if let Some(hours) = settings.active_hours.as_ref().filter(|hours| !hours.is_open(at)) {
        return Some(Hold { limit: Limit::ActiveHours, until: hours.next_open(at) });
    }
    if settings.hourly_for_campaigns().is_some_and(|limit| usage.used_in_hour(at) >= limit) {
        return Some(Hold { limit: Limit::Hourly, until: Some(hour_of(at) + TimeDelta::hours(1)) });
    }
    usage.free_at.filter(|free| *free > at).map(|free| Hold { limit: Limit::Pause, until: Some(free) })
}

pub fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::hours(1)).expect("an hour divides the representable range")
}

pub fn day_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::days(1)).expect("a day divides the representable range")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn an_hourly_limit_lets_go_at_the_next_clock_hour() {
        let settings = Settings { hourly_limit: Some(2), ..Settings::unlimited() };
        let mut usage = Usage::default();
        let now = at("2026-03-01T10:59:00Z");
        usage.count(now, TimeDelta::zero());
        assert_eq!(hold(&settings, &usage, now), None);
        usage.count(now, TimeDelta::zero());
        let until = Some(at("2026-03-01T11:00:00Z"));
        assert_eq!(hold(&settings, &usage, now), Some(Hold { limit: Limit::Hourly, until }));
        assert_eq!(hold(&settings, &usage, at("2026-03-01T11:00:00Z")), None);
    }

    #[test]
    fn the_pause_is_the_longer_of_the_own_pause_and_the_rate() {
        let settings =
            Settings { rate_per_minute: Some(30), jitter_min_ms: 100, jitter_max_ms: 300, ..Settings::unlimited() };
        assert_eq!(settings.pause(0.5), TimeDelta::milliseconds(2_000));
        let settings = Settings { cooldown_ms: 1_000, ..settings };
        assert_eq!(settings.pause(1.0), TimeDelta::milliseconds(2_000));
        let settings = Settings { cooldown_ms: 5_000, ..settings };
        assert_eq!(settings.pause(1.0), TimeDelta::milliseconds(5_300));
    }

    #[test]
    fn what_is_left_for_replies_is_not_used_by_campaigns() {
        let settings = Settings { hourly_limit: Some(10), reply_headroom_percent: 25, ..Settings::unlimited() };
        let now = at("2026-03-01T10:00:00Z");
        let mut usage = Usage { hour: Some(now), in_hour: 6, ..Usage::default() };
        assert_eq!(hold(&settings, &usage, now), None);
        usage.count(now, TimeDelta::zero());
        assert_eq!(hold(&settings, &usage, now).map(|hold| hold.limit), Some(Limit::Hourly));
    }

    #[test]
    fn settings_written_before_there_were_hours_and_strategies_still_read() {
        let old = r#"{"hourly_limit":5,"daily_limit":null,"rate_per_minute":null,"cooldown_ms":0,"jitter_min_ms":0,"jitter_max_ms":0,"cap_per_campaign":null}"#;
        let settings: Settings = serde_json::from_str(old).expect("reads");
        assert_eq!(
            settings,
            Settings { hourly_limit: Some(5), pause_after_failures: Some(3), ..Settings::unlimited() }
        );
        assert_eq!(serde_json::to_string(&settings).expect("writes"), old);
    }

    #[test]
    fn settings_that_cannot_hold_are_refused() {
        assert!(Settings { hourly_limit: Some(0), ..Settings::unlimited() }.check().is_err());
        assert!(Settings { jitter_min_ms: 5, jitter_max_ms: 1, ..Settings::unlimited() }.check().is_err());
        assert_eq!(Settings::default().check(), Ok(()));
    }
}
