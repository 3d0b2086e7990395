//! How messages are spread over numbers and over time, as the API writes it.

use crate::problem::Problem;
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_domain::hours;
use waybill_domain::package::Distribution;
use waybill_domain::package::strategy::Strategy;

/// How the next number is picked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistributionName {
    /// In turn.
    RoundRobin,
    /// Fills one number up to its limits, then the next.
    Sequential,
    Random,
    /// In turn, more often the greater the weight.
    Weighted,
    /// The smallest priority that is free; equals in turn.
    Priority,
    /// By health, by what is left of the limits and by what is under way.
    Smart,
}

impl From<DistributionName> for Distribution {
    fn from(name: DistributionName) -> Self {
        match name {
            DistributionName::RoundRobin => Distribution::RoundRobin,
            DistributionName::Sequential => Distribution::Sequential,
            DistributionName::Random => Distribution::Random,
            DistributionName::Weighted => Distribution::Weighted,
            DistributionName::Priority => Distribution::Priority,
            DistributionName::Smart => Distribution::Smart,
        }
    }
}

/// How messages that nobody waits for are spread over time. Limits hold whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingStrategy {
    /// As fast as the limits let it, without cooldown and jitter.
    Immediate,
    /// One after the other, each number pausing after every message.
    #[default]
    Queued,
    /// One recipient every so many minutes, whichever number sends.
    Drip,
    /// As `queued`, but spread over the rest of the day, and slower while a number's health is poor.
    Smart,
}

impl WaitingStrategy {
    pub fn of(strategy: Strategy) -> (Self, Option<u32>) {
        match strategy {
            Strategy::Immediate => (WaitingStrategy::Immediate, None),
            Strategy::Queued => (WaitingStrategy::Queued, None),
            Strategy::Drip { every_minutes } => (WaitingStrategy::Drip, Some(every_minutes)),
            Strategy::Smart => (WaitingStrategy::Smart, None),
        }
    }

    pub fn read(self, minutes: Option<u32>, field: &str) -> Result<Strategy, Problem> {
        let strategy = match (self, minutes) {
            (WaitingStrategy::Drip, Some(every_minutes)) => Strategy::Drip { every_minutes },
            (WaitingStrategy::Drip, None) => return Err(Problem::invalid(field, "a drip needs its interval")),
            (_, Some(_)) => return Err(Problem::invalid(field, "only a drip has an interval")),
            (WaitingStrategy::Immediate, None) => Strategy::Immediate,
            (WaitingStrategy::Queued, None) => Strategy::Queued,
            (WaitingStrategy::Smart, None) => Strategy::Smart,
        };
        strategy.check().map_err(|text| Problem::invalid(field, text))?;
        Ok(strategy)
    }
}

/// Windows in which messages may start.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActiveHours {
    /// An IANA name such as `Asia/Jakarta`.
    pub time_zone: String,
    #[schema(min_items = 1, max_items = 42)]
    pub windows: Vec<Window>,
}

/// A stretch of a day. One that ends at or before its beginning ends the next day.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// 1 is Monday, 7 Sunday; every day, when left out.
    #[serde(default)]
    #[schema(max_items = 7, inline)]
    pub days: Vec<i32>,
    /// `HH:MM`, in the time zone.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
}

impl ActiveHours {
    pub fn read(&self, field: &str) -> Result<hours::ActiveHours, Problem> {
        let refused = |place: &str, text: &str| Problem::invalid(&format!("{field}.{place}"), text);
        let time_zone = self.time_zone.parse().map_err(|_| refused("time_zone", "no such time zone"))?;
        let time = |text: &str, place: String| {
            let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
            time.ok_or_else(|| refused(&place, "a time of day is written HH:MM"))
        };
        let mut windows = Vec::with_capacity(self.windows.len());
        for (nth, window) in self.windows.iter().enumerate() {
            windows.push(hours::Window {
                // What is no day is refused with the rest.
                days: window.days.iter().map(|day| u8::try_from(*day).unwrap_or(0)).collect(),
                from: time(&window.from, format!("windows.{nth}.from"))?,
                to: time(&window.to, format!("windows.{nth}.to"))?,
            });
        }
        let hours = hours::ActiveHours { time_zone, windows };
        hours.check().map_err(|text| refused("windows", text))?;
        Ok(hours)
    }
}

impl From<hours::ActiveHours> for ActiveHours {
    fn from(it: hours::ActiveHours) -> Self {
        let window = |window: hours::Window| Window {
            days: window.days.into_iter().map(i32::from).collect(),
            from: window.from.format("%H:%M").to_string(),
            to: window.to.format("%H:%M").to_string(),
        };
        Self { time_zone: it.time_zone.name().to_owned(), windows: it.windows.into_iter().map(window).collect() }
    }
}
