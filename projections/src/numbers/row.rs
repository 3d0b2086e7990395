//! Packages and profiles as their rows have them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::package::limits::{Overrides, Settings};
use waybill_domain::profile::Rank;
use waybill_domain::profile::health::Health;
use waybill_domain::{package, profile};

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct PackageRow {
    pub tenant_id: Uuid,
    pub package_id: Uuid,
    pub name: String,
    pub distribution: String,
    #[sqlx(json)]
    pub settings: Settings,
    pub deleted: bool,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct ProfileRow {
    pub tenant_id: Uuid,
    pub profile_id: Uuid,
    pub package_id: Uuid,
    pub name: String,
    pub provider: String,
    pub phone: String,
    pub phone_number_id: String,
    pub state: String,
    pub state_reason: Option<String>,
    pub cooling_until: Option<DateTime<Utc>>,
    #[sqlx(json)]
    pub overrides: Overrides,
    #[sqlx(json)]
    pub standing: Standing,
    pub in_flight: i64,
    pub sent: i64,
    pub failed: i64,
    pub uncertain: i64,
    pub failures_in_row: i64,
    pub last_sent_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

/// What is known of a number beside its counters.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Standing {
    #[serde(default)]
    pub rank: Rank,
    /// `not_needed`, `unlinked`, `linking`, `linked` or `disconnected`.
    pub link: String,
    /// Why it is not linked, in the provider's words.
    pub link_detail: Option<String>,
    pub link_changed_at: Option<DateTime<Utc>>,
    /// The number of the linked device, where the provider told it.
    pub linked_phone: Option<String>,
    pub health: Health,
    /// The provider's opinion: `green`, `yellow`, `red` or `unknown`.
    pub rating: Option<String>,
    /// People that may be written to in a day, as the provider says; -1 is no limit.
    pub messaging_limit: Option<i64>,
    #[serde(default)]
    pub account: Option<profile::AccountKnown>,
}

impl PackageRow {
    pub fn created(recorded: &Recorded, it: package::Created) -> Self {
        Self {
            tenant_id: recorded.tenant_id.0,
            package_id: recorded.stream_id,
            name: it.name,
            distribution: it.distribution.as_str().to_owned(),
            settings: it.settings,
            deleted: false,
            created_at: recorded.recorded_at,
            version: recorded.version,
        }
    }

    pub fn follow(&mut self, recorded: &Recorded, event: package::Event) {
        self.version = recorded.version;
        match event {
            package::Event::Created(_) => {}
            package::Event::SettingsChanged(it) => {
                self.name = it.name;
                self.settings = it.settings;
            }
            package::Event::DistributionChanged(it) => it.distribution.as_str().clone_into(&mut self.distribution),
            package::Event::Deleted(_) => self.deleted = true,
        }
    }
}

impl ProfileRow {
    pub fn added(recorded: &Recorded, it: profile::Added) -> Self {
        Self {
            tenant_id: recorded.tenant_id.0,
            profile_id: recorded.stream_id,
            package_id: it.package_id.0,
            name: it.name,
            provider: it.provider.as_str().to_owned(),
            phone: it.phone,
            phone_number_id: it.phone_number_id,
            state: "active".to_owned(),
            state_reason: None,
            cooling_until: None,
            standing: Standing {
                rank: it.rank,
                link: if it.provider.abilities().links_by_qr { "unlinked" } else { "not_needed" }.to_owned(),
                ..Standing::default()
            },
            overrides: it.overrides,
            in_flight: 0,
            sent: 0,
            failed: 0,
            uncertain: 0,
            failures_in_row: 0,
            last_sent_at: None,
            created_at: recorded.recorded_at,
            version: recorded.version,
        }
    }

    pub fn follow(&mut self, recorded: &Recorded, event: profile::Event) {
        self.version = recorded.version;
        let mut state = |state: &str, reason: Option<String>| {
            state.clone_into(&mut self.state);
            self.state_reason = reason;
        };
        match event {
            profile::Event::Added(_) => {}
            profile::Event::Updated(it) => {
                self.name = it.name;
                self.phone = it.phone;
                self.overrides = it.overrides;
                self.standing.rank = it.rank;
            }
            profile::Event::Activated(_) => {
                state("active", None);
                self.cooling_until = None;
                self.failures_in_row = 0;
            }
            profile::Event::Deactivated(_) => state("inactive", None),
            profile::Event::CooledDown(it) => {
                self.cooling_until = Some(it.until);
                self.state_reason = Some(explained(&it.code, &it.detail));
            }
            profile::Event::Blocked(it) => state("blocked", Some(explained(&it.code, &it.detail))),
            profile::Event::LinkingStarted(_) => self.link("linking", None, recorded),
            profile::Event::Linked(it) => {
                self.link("linked", None, recorded);
                self.standing.linked_phone = it.phone.or(self.standing.linked_phone.take());
            }
            profile::Event::Disconnected(it) => self.link("disconnected", Some(it.detail), recorded),
            profile::Event::LinkExpired(it) => self.link("unlinked", Some(it.detail), recorded),
            profile::Event::HealthChanged(it) => {
                self.standing.health = Health { score: it.score, deductions: it.deductions };
            }
            profile::Event::QualityChanged(it) => {
                self.standing.rating = it.rating.or(self.standing.rating.take());
                self.standing.messaging_limit = it.messaging_limit.or(self.standing.messaging_limit);
            }
            profile::Event::AccountKnown(it) => self.standing.account = Some(it),
            profile::Event::Removed(_) => state("removed", None),
        }
    }
}

impl ProfileRow {
    fn link(&mut self, state: &str, detail: Option<String>, recorded: &Recorded) {
        state.clone_into(&mut self.standing.link);
        self.standing.link_detail = detail.filter(|text| !text.is_empty());
        self.standing.link_changed_at = Some(recorded.recorded_at);
    }
}

fn explained(code: &str, detail: &str) -> String {
    if detail.is_empty() { code.to_owned() } else { format!("{code}: {detail}") }
}
