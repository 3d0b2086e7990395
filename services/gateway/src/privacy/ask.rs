//! Certificates of erasure, and how far retention has come.

use crate::app::App;
use crate::audit::names;
use crate::caller::needs::WritePrivacy;
use crate::extract::Params;
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::tenant::Tenant;
use waybill_projections::audit;

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ErasuresQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

/// That somebody was erased, and when. Of the person it tells nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Certificate {
    /// The id of what was erased; it names nobody.
    pub subject: Uuid,
    /// `contact` or `person`.
    pub kind: String,
    pub at: DateTime<Utc>,
    /// Who erased: a name, or who it is in the log.
    pub by: Option<String>,
    /// Of the certificate in the log; the answer to the erasure itself has it as `Waybill-Position`.
    pub position: Option<i64>,
    /// Streams that spoke of them, and their events.
    pub streams: i64,
    pub events: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Retention {
    /// How many days what was written can be read.
    pub days: u16,
    pub last_run: Option<RetentionRun>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionRun {
    pub at: DateTime<Utc>,
    /// What was written up to this day, inclusive, can no longer be read.
    pub through: NaiveDate,
}

/// Lists certificates of erasure, the newest first.
#[utoipa::path(get, path = "/privacy/erasures", tag = "privacy", params(ErasuresQuery),
    responses((status = 200, body = Page<Certificate>)))]
pub async fn erasures(
    State(app): State<App>,
    reading: Reading<WritePrivacy>,
    Params(query): Params<ErasuresQuery>,
) -> Result<Json<Page<Certificate>>, Problem> {
    let (tenant, limit) = (reading.caller.tenant, limit(query.limit)?);
    let mut transaction = reading.open(&app, &["audit"]).await?;
    let page = audit::erasures(&mut transaction, tenant, query.cursor.as_deref(), limit).await?;
    drop(transaction);
    let actors: Vec<&str> = page.items.iter().map(|row| row.actor.as_str()).collect();
    let names = names::of(&app, tenant, &actors).await?;
    Ok(Json(Page::of(page, |row| Certificate {
        subject: row.subject_id,
        kind: row.kind,
        at: row.at,
        by: Some(names.get(&row.actor).cloned().unwrap_or(row.actor)),
        position: Some(row.position),
        streams: row.streams,
        events: row.events,
    })))
}

/// How long what was written can be read, and how far its end has come.
#[utoipa::path(get, path = "/privacy/retention", tag = "privacy", responses((status = 200, body = Retention)))]
pub async fn retention(State(app): State<App>, reading: Reading<WritePrivacy>) -> Result<Json<Retention>, Problem> {
    let tenant = reading.caller.tenant;
    let days = app.store.load::<Tenant>(tenant, tenant.0).await?.state.privacy.retention_days;
    let mut transaction = reading.open(&app, &["audit"]).await?;
    let run = audit::retention(&mut transaction, tenant).await?;
    Ok(Json(Retention { days, last_run: run.map(|run| RetentionRun { at: run.at, through: run.through }) }))
}
