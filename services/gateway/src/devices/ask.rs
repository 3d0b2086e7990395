//! How a number's device stands, and how the number does.

use super::{Device, not_linkable};
use crate::app::App;
use crate::caller::needs::ReadNumbers;
use crate::extract::At;
use crate::packages::view::{Deduction, Link, Profile};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::ProfileId;
use waybill_domain::profile::Event;
use waybill_event_store::read::read_stream;
use waybill_projections::numbers;

/// Events of a number that are told with its health.
const MOST: usize = 200;

/// How a number does, why, and how it came about.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileHealth {
    /// From 0 to 100.
    pub score: u8,
    pub deductions: Vec<Deduction>,
    pub profile: Profile,
    /// The newest first.
    pub history: Vec<HealthEvent>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HealthEvent {
    pub at: DateTime<Utc>,
    /// Place in the log.
    pub position: i64,
    /// The event's type, such as `profile.health_changed`, `profile.blocked` or `profile.linked`.
    pub r#type: String,
    /// With `profile.health_changed`.
    pub score: Option<u8>,
    pub deductions: Vec<Deduction>,
    /// What happened, in the provider's words where it has some.
    pub detail: Option<String>,
    /// Of a cooldown.
    pub until: Option<DateTime<Utc>>,
}

/// How the device of a number stands.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/link", tag = "devices",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), responses((status = 200, body = Link)))]
pub async fn link(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Link>, Problem> {
    let device = Device::find(&app, reading.caller.tenant, path).await?;
    if !device.provider.abilities().links_by_qr {
        return Err(not_linkable());
    }
    Ok(Json(profile(&app, &reading, path.1).await?.link))
}

/// How a number does: its score, what points were taken off for, and what happened to it.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}/health", tag = "packages",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), responses((status = 200, body = ProfileHealth)))]
pub async fn health(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<ProfileHealth>, Problem> {
    Device::find(&app, reading.caller.tenant, path).await?;
    let profile = profile(&app, &reading, path.1).await?;
    let tenant = reading.caller.tenant;
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let events = read_stream(&mut transaction, tenant, path.1, 0, i64::MAX).await?;
    drop(transaction);
    let mut history = Vec::new();
    for recorded in events.iter().rev().take(MOST) {
        let Some(event) = recorded.decode::<Event>().map_err(Problem::internal)? else { continue };
        let mut told = HealthEvent {
            at: recorded.recorded_at,
            position: recorded.position,
            r#type: recorded.kind.to_string(),
            score: None,
            deductions: Vec::new(),
            detail: None,
            until: None,
        };
        match event {
            Event::HealthChanged(it) => {
                told.score = Some(it.score);
                told.deductions = Deduction::all(it.deductions);
            }
            Event::CooledDown(it) => {
                told.until = Some(it.until);
                told.detail = Some(format!("{} ({})", it.detail, it.code));
            }
            Event::Blocked(it) => told.detail = Some(format!("{} ({})", it.detail, it.code)),
            Event::Disconnected(it) => told.detail = Some(it.detail),
            Event::LinkExpired(it) => told.detail = Some(it.detail),
            Event::QualityChanged(it) => {
                let rating = it.rating.map(|rating| format!("quality {rating}"));
                let limit = it.messaging_limit.map(|limit| format!("messaging limit {limit}"));
                told.detail = Some([rating, limit].into_iter().flatten().collect::<Vec<_>>().join(", "));
            }
            Event::AccountKnown(it) => told.detail = Some(it.limits_of().to_owned()),
            Event::Updated(_) => continue,
            Event::Added(_)
            | Event::Activated(_)
            | Event::Deactivated(_)
            | Event::LinkingStarted(_)
            | Event::Linked(_)
            | Event::Removed(_) => {}
        }
        history.push(told);
    }
    let (score, deductions) = (profile.health.score, profile.health.deductions.clone());
    Ok(Json(ProfileHealth { score, deductions, profile, history }))
}

async fn profile(app: &App, reading: &Reading<ReadNumbers>, id: Uuid) -> Result<Profile, Problem> {
    let mut transaction = reading.open(app, &["numbers"]).await?;
    let row = numbers::profile(&mut transaction, reading.caller.tenant, ProfileId(id), app.clock.now()).await?;
    row.map(Profile::from).ok_or_else(Problem::not_found)
}
