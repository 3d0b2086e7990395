//! Packages and numbers as the API shows them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::package::limits;
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
}

impl Default for Settings {
    fn default() -> Self {
        limits::Settings::default().into()
    }
}

impl From<limits::Settings> for Settings {
    fn from(it: limits::Settings) -> Self {
        Self {
            hourly_limit: it.hourly_limit,
            daily_limit: it.daily_limit,
            cooldown_ms: it.cooldown_ms,
            jitter_min_ms: it.jitter_min_ms,
            jitter_max_ms: it.jitter_max_ms,
            cap_per_campaign: it.cap_per_campaign,
            rate_per_minute: it.rate_per_minute,
        }
    }
}

impl From<Settings> for limits::Settings {
    fn from(it: Settings) -> Self {
        Self {
            hourly_limit: it.hourly_limit,
            daily_limit: it.daily_limit,
            rate_per_minute: it.rate_per_minute,
            cooldown_ms: it.cooldown_ms,
            jitter_min_ms: it.jitter_min_ms,
            jitter_max_ms: it.jitter_max_ms,
            cap_per_campaign: it.cap_per_campaign,
        }
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
    /// `round_robin`.
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
    /// `cloud_api` or `sandbox`.
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

#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Health {
    pub sent: i64,
    pub failed: i64,
    pub uncertain: i64,
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
            usage: Usage { hour: used(it.hour), day: used(it.day), in_flight: it.in_flight },
            failures_in_row: it.failures_in_row,
            last_sent_at: it.last_sent_at,
            health: Health { sent: it.sent, failed: it.failed, uncertain: it.uncertain },
        }
    }
}
