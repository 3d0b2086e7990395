//! Packages and numbers as the API shows them.

use super::spread::{ActiveHours, WaitingStrategy};
use crate::problem::Problem;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::ProfileId;
use waybill_domain::package::limits;
use waybill_domain::profile::health::{self, Cause};
use waybill_domain::profile::{LinkState, State, Status};
use waybill_domain::provider::ProviderKind;
use waybill_projections::numbers;

/// What each number of a package may do. No number is no limit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Messages a number may start in a clock hour.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub hourly_limit: Option<u32>,
    /// Messages a number may start in a day, UTC.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub daily_limit: Option<u32>,
    /// Pause after each message.
    #[schema(maximum = 86400000)]
    pub cooldown_ms: u32,
    /// A random pause is added, between these two.
    #[schema(maximum = 3600000)]
    pub jitter_min_ms: u32,
    #[schema(maximum = 3600000)]
    pub jitter_max_ms: u32,
    /// Recipients of one campaign.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub cap_per_campaign: Option<u32>,
    /// Messages a number may start in a minute, spread evenly.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub rate_per_minute: Option<u32>,
    /// How campaigns are spread over time, unless one says otherwise.
    pub waiting_strategy: WaitingStrategy,
    /// With `drip`: minutes between two recipients of a campaign.
    #[schema(minimum = 1, maximum = 1440)]
    pub drip_interval_minutes: Option<u32>,
    /// Campaigns start messages in these hours only; always, when left out. Replies go at any time.
    pub active_hours: Option<ActiveHours>,
    /// Share of the hourly and the daily limit that campaigns leave for replies.
    #[schema(maximum = 90)]
    pub reply_headroom_percent: u8,
    /// Failures in a row after which a number pauses for 30, 60, then 120 seconds; never, when null.
    #[schema(minimum = 1, maximum = 1000000000)]
    pub pause_after_failures: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        limits::Settings::default().into()
    }
}

impl From<limits::Settings> for Settings {
    fn from(it: limits::Settings) -> Self {
        let (waiting_strategy, drip_interval_minutes) = WaitingStrategy::of(it.strategy);
        Self {
            hourly_limit: it.hourly_limit,
            daily_limit: it.daily_limit,
            cooldown_ms: it.cooldown_ms,
            jitter_min_ms: it.jitter_min_ms,
            jitter_max_ms: it.jitter_max_ms,
            cap_per_campaign: it.cap_per_campaign,
            rate_per_minute: it.rate_per_minute,
            waiting_strategy,
            drip_interval_minutes,
            active_hours: it.active_hours.map(ActiveHours::from),
            reply_headroom_percent: it.reply_headroom_percent,
            pause_after_failures: it.pause_after_failures,
        }
    }
}

impl Settings {
    /// For the domain, which checks the rest.
    pub fn read(&self) -> Result<limits::Settings, Problem> {
        Ok(limits::Settings {
            hourly_limit: self.hourly_limit,
            daily_limit: self.daily_limit,
            rate_per_minute: self.rate_per_minute,
            cooldown_ms: self.cooldown_ms,
            jitter_min_ms: self.jitter_min_ms,
            jitter_max_ms: self.jitter_max_ms,
            cap_per_campaign: self.cap_per_campaign,
            strategy: self.waiting_strategy.read(self.drip_interval_minutes, "settings.drip_interval_minutes")?,
            active_hours: self.active_hours.as_ref().map(|hours| hours.read("settings.active_hours")).transpose()?,
            reply_headroom_percent: self.reply_headroom_percent,
            pause_after_failures: self.pause_after_failures,
        })
    }
}

/// A number's exceptions from its package's settings; what is left out is as the package has it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Overrides {
    #[schema(minimum = 1, maximum = 1000000000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hourly_limit: Option<u32>,
    #[schema(minimum = 1, maximum = 1000000000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_limit: Option<u32>,
    #[schema(minimum = 1, maximum = 1000000000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<u32>,
}

impl From<limits::Overrides> for Overrides {
    fn from(it: limits::Overrides) -> Self {
        let limits::Overrides { hourly_limit, daily_limit, rate_per_minute } = it;
        Self { hourly_limit, daily_limit, rate_per_minute }
    }
}

impl From<Overrides> for limits::Overrides {
    fn from(it: Overrides) -> Self {
        let Overrides { hourly_limit, daily_limit, rate_per_minute } = it;
        Self { hourly_limit, daily_limit, rate_per_minute }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Package {
    pub id: Uuid,
    pub name: String,
    /// How the next number is picked.
    #[schema(value_type = super::spread::DistributionName)]
    pub distribution: String,
    pub settings: Settings,
    pub profiles: Vec<Profile>,
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// A sending number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Profile {
    pub id: Uuid,
    pub package_id: Uuid,
    pub name: String,
    /// `cloud_api`, `green_api`, `waha`, `zentra` or `sandbox`.
    #[schema(value_type = super::profile_add::ProviderName)]
    pub provider: String,
    /// What to know before relying on this provider, where there is something.
    pub provider_notice: Option<&'static str>,
    /// E.164.
    pub phone: String,
    /// The provider's id of the number, as its webhooks name it.
    pub phone_number_id: String,
    /// `active`, `inactive`, `cooling_down` or `blocked`.
    pub state: String,
    pub state_reason: Option<String>,
    pub cooling_until: Option<DateTime<Utc>>,
    pub overrides: Overrides,
    /// For the weighted distribution.
    pub weight: u32,
    /// For the priority distribution: the smallest goes first.
    pub priority: u32,
    /// The device behind the number, where the provider links one.
    pub link: Link,
    /// The provider's opinion of the number, where it tells it.
    pub quality: Quality,
    pub usage: Usage,
    pub failures_in_row: i64,
    pub last_sent_at: Option<DateTime<Utc>>,
    pub health: Health,
}

#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Usage {
    pub hour: Used,
    pub day: Used,
    /// With the provider, without an answer yet.
    pub in_flight: i64,
}

#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Used {
    pub used: i64,
    pub limit: Option<u32>,
}

/// Outcomes over all time, and how the number does at present.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Health {
    /// From 0 to 100.
    pub score: u8,
    /// What points were taken off for, the gravest first.
    pub deductions: Vec<Deduction>,
    pub sent: i64,
    pub failed: i64,
    pub uncertain: i64,
}

impl Default for Health {
    fn default() -> Self {
        Self { score: 100, deductions: Vec::new(), sent: 0, failed: 0, uncertain: 0 }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Deduction {
    /// Such as `failures_in_a_row`, `quality_red` or `not_linked`.
    #[schema(value_type = String)]
    pub cause: Cause,
    pub points: u8,
}

impl Deduction {
    pub fn all(deductions: Vec<health::Deduction>) -> Vec<Self> {
        deductions.into_iter().map(|it| Self { cause: it.cause, points: it.points }).collect()
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Link {
    /// `not_needed`, `unlinked`, `linking`, `linked` or `disconnected`.
    pub state: String,
    /// Why it is not linked.
    pub detail: Option<String>,
    pub since: Option<DateTime<Utc>>,
    /// The number of the linked device, E.164, where the provider tells it.
    pub phone: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Quality {
    /// `green`, `yellow`, `red` or `unknown`.
    pub rating: Option<String>,
    /// People that may be written to in 24 hours; -1 is no limit.
    /// The limit is of the account: all its numbers have it between them.
    pub messaging_limit: Option<i64>,
    /// The business account that the number belongs to: its templates are those of all its numbers.
    pub business_account: Option<String>,
    /// Whose the limit is: Meta's id of the portfolio, or of the business account where no more is known.
    pub account: Option<String>,
    /// Messages of all numbers of the account in the last 24 hours, of which the oldest hour counts as a whole; of this
    /// number alone where no account is known.
    pub used_of_account: Option<i64>,
}

/// WhatsApp may block a number that is connected in a way that it does not support.
pub fn notice(provider: &str) -> Option<&'static str> {
    let supported = ProviderKind::parse(provider).is_none_or(ProviderKind::is_supported_by_whatsapp);
    (!supported).then_some(
        "WhatsApp does not support this way of connecting a number and may block it at any time, without notice and for \
         good. Use it only with numbers that you can afford to lose.",
    )
}

impl From<numbers::Package> for Package {
    fn from(it: numbers::Package) -> Self {
        Self {
            id: it.package_id,
            name: it.name,
            distribution: it.distribution,
            settings: it.settings.into(),
            profiles: it.profiles.into_iter().map(Profile::from).collect(),
            created_at: it.created_at,
            version: it.version,
        }
    }
}

impl From<numbers::Profile> for Profile {
    fn from(it: numbers::Profile) -> Self {
        let used = |of: numbers::UsedOf| Used { used: of.used, limit: of.limit };
        Self {
            id: it.profile_id,
            package_id: it.package_id,
            name: it.name,
            provider_notice: notice(&it.provider),
            provider: it.provider,
            phone: it.phone,
            phone_number_id: it.phone_number_id,
            state: it.state,
            state_reason: it.state_reason,
            cooling_until: it.cooling_until,
            overrides: it.overrides.into(),
            weight: it.standing.rank.weight,
            priority: it.standing.rank.priority,
            link: Link {
                state: it.standing.link,
                detail: it.standing.link_detail,
                since: it.standing.link_changed_at,
                phone: it.standing.linked_phone,
            },
            quality: Quality {
                rating: it.standing.rating,
                messaging_limit: it.standing.messaging_limit,
                used_of_account: (it.standing.messaging_limit.is_some() || it.standing.account.is_some())
                    .then_some(it.used_of_account.into()),
                account: it.standing.account.as_ref().map(|account| account.limits_of().to_owned()),
                business_account: it.standing.account.map(|account| account.business_account),
            },
            usage: Usage { hour: used(it.hour), day: used(it.day), in_flight: it.in_flight },
            failures_in_row: it.failures_in_row,
            last_sent_at: it.last_sent_at,
            health: Health {
                score: it.standing.health.score,
                deductions: Deduction::all(it.standing.health.deductions),
                sent: it.sent,
                failed: it.failed,
                uncertain: it.uncertain,
            },
        }
    }
}

/// A number as it stands after a decision: what its stream says, with the counters of the read model, if it has it.
pub fn decided(
    id: ProfileId,
    state: &State,
    settings: &limits::Settings,
    row: Option<Profile>,
    now: DateTime<Utc>,
) -> Option<Profile> {
    let added = state.added.as_ref()?;
    let cooling_until = state.cooled_down_until.filter(|until| *until > now && state.status == Status::Active);
    let shown = match state.status {
        Status::Active if cooling_until.is_some() => "cooling_down",
        Status::Active => "active",
        Status::Blocked => "blocked",
        _ => "inactive",
    };
    let used_of_account = row.as_ref().and_then(|row| row.quality.used_of_account);
    let (usage, failures_in_row, last_sent_at, counts, reason, linked_since) = match row {
        Some(row) => (row.usage, row.failures_in_row, row.last_sent_at, row.health, row.state_reason, row.link.since),
        None => (Usage::default(), 0, None, Health::default(), None, None),
    };
    let health = state.health.clone().unwrap_or_default();
    let (detail, phone) = match &state.link {
        LinkState::Unlinked { detail } | LinkState::Disconnected { detail } => {
            (Some(detail.clone()).filter(|text| !text.is_empty()), None)
        }
        LinkState::Linked { phone } => (None, phone.clone()),
        LinkState::NotNeeded | LinkState::Linking => (None, None),
    };
    Some(Profile {
        id: id.0,
        package_id: added.package_id.0,
        name: added.name.clone(),
        provider_notice: notice(added.provider.as_str()),
        provider: added.provider.as_str().to_owned(),
        phone: added.phone.clone(),
        phone_number_id: added.phone_number_id.clone(),
        state: shown.to_owned(),
        state_reason: reason.filter(|_| matches!(shown, "blocked" | "cooling_down")),
        cooling_until,
        overrides: added.overrides.clone().into(),
        weight: added.rank.weight,
        priority: added.rank.priority,
        link: Link { state: state.link.as_str().to_owned(), detail, since: linked_since, phone },
        quality: Quality {
            rating: state.rating.clone(),
            messaging_limit: state.messaging_limit,
            business_account: state.account.as_ref().map(|account| account.business_account.clone()),
            account: state.account.as_ref().map(|account| account.limits_of().to_owned()),
            used_of_account,
        },
        usage: Usage {
            hour: Used { used: usage.hour.used, limit: settings.hourly_limit },
            day: Used { used: usage.day.used, limit: settings.daily_limit },
            in_flight: usage.in_flight,
        },
        failures_in_row,
        last_sent_at,
        health: Health { score: health.score, deductions: Deduction::all(health.deductions), ..counts },
    })
}
