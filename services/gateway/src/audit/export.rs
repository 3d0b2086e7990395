//! The audit log as a file.

use super::ask::{AuditEntry, AuditQuery, filter, shown};
use crate::app::App;
use crate::audit;
use crate::caller::needs::ReadAudit;
use crate::extract::Params;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::scope::Scope;
use crate::table;
use axum::extract::State;
use axum::response::Response;
use waybill_projections::audit::page;

const PAGE: i64 = 1_000;

const COLUMNS: [&str; 14] = [
    "id",
    "at",
    "actor",
    "actor_name",
    "action",
    "outcome",
    "status",
    "code",
    "target_kind",
    "target_id",
    "ip",
    "user_agent",
    "trace_id",
    "position",
];

/// The entries that a search finds, all of them, as CSV. Cells that a spreadsheet would calculate are escaped.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "All entries found, the newest first", body = String, content_type = "text/csv")))]
pub async fn export(
    State(app): State<App>,
    scope: Scope,
    reading: Reading<ReadAudit>,
    Params(query): Params<AuditQuery>,
) -> Result<Response, Problem> {
    let tenant = reading.caller.tenant;
    let filter = filter(&app, tenant, query).await?;
    drop(reading.open(&app, &["audit"]).await?);
    audit::read(&app, &scope, None).await?;
    Ok(table::csv("audit.csv", &COLUMNS, move |cursor| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let mut transaction = app.store.tenant_transaction(tenant).await?;
            let found = page(&mut transaction, tenant, &filter, cursor.as_deref(), PAGE).await?;
            drop(transaction);
            let rows = shown(&app, tenant, found.items).await?.into_iter().map(cells).collect();
            Ok((rows, found.next_cursor))
        }
    }))
}

fn cells(entry: AuditEntry) -> Vec<String> {
    let (kind, id) = entry.target.map(|it| (it.kind, it.id.to_string())).unwrap_or_default();
    vec![
        entry.id.to_string(),
        entry.at.to_rfc3339(),
        entry.actor,
        entry.actor_name.unwrap_or_default(),
        entry.action,
        entry.outcome,
        entry.status.to_string(),
        entry.code.unwrap_or_default(),
        kind,
        id,
        entry.ip.unwrap_or_default(),
        entry.user_agent.unwrap_or_default(),
        entry.trace_id,
        entry.position.to_string(),
    ]
}
