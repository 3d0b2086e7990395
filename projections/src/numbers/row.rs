//! Packages and profiles as their rows have them.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::package::limits::{Overrides, Settings};
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
    pub in_flight: i64,
    pub sent: i64,
    pub failed: i64,
    pub uncertain: i64,
    pub failures_in_row: i64,
    pub last_sent_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl PackageRow {
    pub fn created(recorded: &Recorded, it: package::Created) -> Self {
        Self {
            tenant_id: recorded.tenant_id.0,
            package_id: recorded.stream_id,
            name: it.name,
            distribution: match it.distribution {
                package::Distribution::RoundRobin => "round_robin".to_owned(),
            },
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
            profile::Event::Removed(_) => state("removed", None),
        }
    }
}

fn explained(code: &str, detail: &str) -> String {
    if detail.is_empty() { code.to_owned() } else { format!("{code}: {detail}") }
}
