//! How messages that nobody waits for are spread over time. Limits hold whatever the strategy.

use super::limits::{Settings, Usage, day_of};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// As fast as the limits and the rate per minute let it, without cooldown and jitter.
    Immediate,
    /// One after the other, each number pausing after every message.
    #[default]
    Queued,
    /// One recipient, then the next after this many minutes, whichever number sends.
    Drip { every_minutes: u32 },
    /// As `Queued`, but a number spreads what it may still send today over the hours that are left, and rests longer
    /// while its health is poor.
    Smart,
}

/// A day: what drips slower is a schedule.
const SLOWEST_DRIP: u32 = 1_440;

impl Strategy {
    pub fn is_queued(&self) -> bool {
        *self == Strategy::Queued
    }

    pub fn check(&self) -> Result<(), &'static str> {
        match self {
            Strategy::Drip { every_minutes } if !(1..=SLOWEST_DRIP).contains(every_minutes) => {
                Err("a drip goes every 1 to 1440 minutes")
            }
            _ => Ok(()),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Strategy::Immediate => "immediate",
            Strategy::Queued => "queued",
            Strategy::Drip { .. } => "drip",
            Strategy::Smart => "smart",
        }
    }

    /// Between two recipients of one campaign.
    pub fn drip(self) -> Option<TimeDelta> {
        match self {
            Strategy::Drip { every_minutes } => Some(TimeDelta::minutes(every_minutes.into())),
            _ => None,
        }
    }
}

impl Settings {
    /// How long a number rests after a message at `at`. `usage` is before the message, `health` from 0 to 100, `draw`
    /// between 0 and 1.
    pub fn rest(&self, usage: &Usage, health: u8, at: DateTime<Utc>, draw: f64) -> TimeDelta {
        let own = self.pause(draw);
        if self.strategy != Strategy::Smart {
            return own;
        }
        let spread = self.daily_for_campaigns().map_or(TimeDelta::zero(), |limit| {
            let left = i32::try_from(limit.saturating_sub(usage.used_in_day(at))).unwrap_or(i32::MAX).max(1);
            let midnight = day_of(at) + TimeDelta::days(1);
            let open = self.active_hours.as_ref().map_or(midnight - at, |hours| hours.open_until(at, midnight));
            open / left
        });
        let rest = own.max(spread);
        match health {
            80.. => rest,
            50..80 => rest * 3 / 2,
            _ => rest * 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn immediate_keeps_only_the_rate() {
        let settings = Settings { strategy: Strategy::Immediate, ..Settings::default() };
        assert_eq!(settings.pause(1.0), TimeDelta::seconds(2));
        let settings = Settings { rate_per_minute: None, ..settings };
        assert_eq!(settings.pause(1.0), TimeDelta::zero());
    }

    #[test]
    fn smart_spreads_what_is_left_of_the_day_and_spares_the_sick() {
        let settings = Settings { strategy: Strategy::Smart, daily_limit: Some(48), ..Settings::unlimited() };
        let noon = at("2026-03-01T12:00:00Z");
        let usage = Usage { day: Some(day_of(noon)), in_day: 24, ..Usage::default() };
        assert_eq!(settings.rest(&usage, 100, noon, 0.5), TimeDelta::minutes(30));
        assert_eq!(settings.rest(&usage, 60, noon, 0.5), TimeDelta::minutes(45));
        assert_eq!(settings.rest(&usage, 10, noon, 0.5), TimeDelta::minutes(90));
    }

    #[test]
    fn a_drip_has_bounds() {
        assert!(Strategy::Drip { every_minutes: 0 }.check().is_err());
        assert_eq!(Strategy::Drip { every_minutes: 2 }.drip(), Some(TimeDelta::minutes(2)));
        assert_eq!(
            serde_json::to_string(&Strategy::Drip { every_minutes: 2 }).expect("writes"),
            r#"{"drip":{"every_minutes":2}}"#
        );
    }
}
