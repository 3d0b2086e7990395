//! Searching the audit log.

use super::changes::{self, Change};
use super::names;
use crate::app::App;
use crate::caller::needs::ReadAudit;
use crate::extract::{At, Params};
use crate::page::{Items, Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_projections::audit::{self, AuditFilter, AuditRow};

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Text in the action, the code, or the name of who did it.
    pub q: Option<String>,
    /// `user:<id>` or `api_key:<id>`.
    pub actor: Option<String>,
    /// The name of an operation in this document.
    pub action: Option<String>,
    /// `done`, `refused` or `failed`.
    pub outcome: Option<String>,
    /// What it was asked of.
    pub target: Option<Uuid>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditPage {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// `user:<id>` or `api_key:<id>`.
    pub actor: String,
    /// As it is today; nothing once the person or the key is gone.
    pub actor_name: Option<String>,
    /// The name of the operation in this document.
    pub action: String,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// HTTP's.
    pub status: i32,
    /// Why it was refused.
    pub code: Option<String>,
    pub target: Option<AuditTarget>,
    /// Nothing once it was erased.
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub trace_id: String,
    pub position: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditTarget {
    pub kind: String,
    pub id: Uuid,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditDetail {
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// The events that were appended with it, each with what it changed.
    pub changes: Vec<Change>,
}

/// Lists who did what, when and from where, the newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery, AuditPage),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn audit(
    State(app): State<App>,
    reading: Reading<ReadAudit>,
    Params(query): Params<AuditQuery>,
    Params(AuditPage { limit: asked, cursor }): Params<AuditPage>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    let limit = limit(asked)?;
    let filter = filter(&app, reading.caller.tenant, query).await?;
    let mut transaction = reading.open(&app, &["audit"]).await?;
    let tenant = reading.caller.tenant;
    let page = audit::page(&mut transaction, tenant, &filter, cursor.as_deref(), limit).await?;
    drop(transaction);
    Ok(Json(Page { items: shown(&app, tenant, page.items).await?, next_cursor: page.next_cursor }))
}

/// Lists the actions that were ever asked.
#[utoipa::path(get, path = "/audit/actions", tag = "audit", responses((status = 200, body = Items<String>)))]
pub async fn actions(State(app): State<App>, reading: Reading<ReadAudit>) -> Result<Json<Items<String>>, Problem> {
    let mut transaction = reading.open(&app, &["audit"]).await?;
    Ok(Json(Items { items: audit::operations(&mut transaction, reading.caller.tenant).await? }))
}

/// One entry, with what it changed.
#[utoipa::path(get, path = "/audit/{id}", tag = "audit", params(("id" = Uuid, Path)),
    responses((status = 200, body = AuditDetail)))]
pub async fn entry(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadAudit>,
) -> Result<Json<AuditDetail>, Problem> {
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["audit"]).await?;
    let row = audit::entry(&mut transaction, tenant, id).await?.ok_or_else(Problem::not_found)?;
    let changes = changes::after(&app, &mut transaction, tenant, row.position).await?;
    drop(transaction);
    let entry = shown(&app, tenant, vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
    Ok(Json(AuditDetail { entry, changes }))
}

pub async fn filter(app: &App, tenant: TenantId, query: AuditQuery) -> Result<AuditFilter, Problem> {
    let AuditQuery { q, actor, action: operation, outcome, target, from, to } = query;
    let q_actors = match &q {
        Some(text) => names::with(app, tenant, text).await?,
        None => Vec::new(),
    };
    Ok(AuditFilter { q, q_actors, actor, operation, outcome, target, from, to })
}

pub async fn shown(app: &App, tenant: TenantId, rows: Vec<AuditRow>) -> Result<Vec<AuditEntry>, Problem> {
    let actors: Vec<&str> = rows.iter().map(|row| row.actor.as_str()).collect();
    let names = names::of(app, tenant, &actors).await?;
    let show = |row: AuditRow| AuditEntry {
        id: row.entry_id,
        at: row.at,
        actor_name: names.get(&row.actor).cloned(),
        actor: row.actor,
        action: row.operation,
        outcome: row.outcome,
        status: row.status,
        code: row.code,
        target: row.target_kind.zip(row.target_id).map(|(kind, id)| AuditTarget { kind, id }),
        ip: row.ip,
        user_agent: row.user_agent,
        trace_id: row.trace_id.simple().to_string(),
        position: row.position,
    };
    Ok(rows.into_iter().map(show).collect())
}
