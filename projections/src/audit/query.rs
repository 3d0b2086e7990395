//! What the screens ask of the audit log.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;
use waybill_domain::id::TenantId;

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct AuditRow {
    pub position: i64,
    pub entry_id: Uuid,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub operation: String,
    pub outcome: String,
    pub status: i32,
    pub code: Option<String>,
    pub target_kind: Option<String>,
    pub target_id: Option<Uuid>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub trace_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct ErasureRow {
    pub position: i64,
    pub subject_id: Uuid,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub streams: i64,
    pub events: i64,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct RetentionRow {
    pub through: NaiveDate,
    pub at: DateTime<Utc>,
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Found in the operation or the code …
    pub q: Option<String>,
    /// … or one of these did it, because their names have it.
    pub q_actors: Vec<String>,
    pub actor: Option<String>,
    pub operation: Option<String>,
    pub outcome: Option<String>,
    pub target: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

const ENTRIES: &str = "select position, entry_id, at, actor, operation, outcome, status, code, target_kind, target_id, \
    ip, user_agent, trace_id from read.audit_entry where tenant_id = ";

/// One page, the newest first.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<AuditRow>, QueryError> {
    let before: Option<i64> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(ENTRIES);
    sql.push_bind(tenant.0);
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let pattern = page::containing(q);
        sql.push(" and (operation ilike ").push_bind(pattern.clone());
        sql.push(" or code ilike ").push_bind(pattern);
        sql.push(" or actor = any(").push_bind(filter.q_actors.clone()).push("))");
    }
    for (name, value) in [("actor", &filter.actor), ("operation", &filter.operation), ("outcome", &filter.outcome)] {
        if let Some(value) = value {
            sql.push(" and ").push(name).push(" = ").push_bind(value.clone());
        }
    }
    if let Some(target) = filter.target {
        sql.push(" and target_id = ").push_bind(target);
    }
    if let Some(from) = filter.from {
        sql.push(" and at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" and at < ").push_bind(to);
    }
    if let Some(before) = before {
        sql.push(" and position < ").push_bind(before);
    }
    sql.push(" order by position desc limit ").push_bind(limit + 1);
    let rows: Vec<AuditRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| row.position))
}

pub async fn entry(connection: &mut PgConnection, tenant: TenantId, id: Uuid) -> Result<Option<AuditRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(ENTRIES);
    sql.push_bind(tenant.0).push(" and entry_id = ").push_bind(id);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}

/// The operations that were ever asked, by name. One look-up by index each, however many entries there are.
pub async fn operations(connection: &mut PgConnection, tenant: TenantId) -> Result<Vec<String>, QueryError> {
    let operations = sqlx::query_scalar(
        "with recursive found as ( \
             (select operation from read.audit_entry where tenant_id = $1 order by operation limit 1) \
             union all \
             select (select a.operation from read.audit_entry a \
                     where a.tenant_id = $1 and a.operation > found.operation order by a.operation limit 1) \
             from found where found.operation is not null) \
         select operation from found where operation is not null",
    )
    .bind(tenant.0)
    .fetch_all(connection)
    .await?;
    Ok(operations)
}

/// Certificates of erasure, the newest first.
pub async fn erasures(
    connection: &mut PgConnection,
    tenant: TenantId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<ErasureRow>, QueryError> {
    let before: Option<i64> = page::decode(cursor)?;
    let rows: Vec<ErasureRow> = sqlx::query_as(
        "select position, subject_id, kind, at, actor, streams, events from read.erasure \
         where tenant_id = $1 and position < $2 order by position desc limit $3",
    )
    .bind(tenant.0)
    .bind(before.unwrap_or(i64::MAX))
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.position))
}

pub async fn retention(connection: &mut PgConnection, tenant: TenantId) -> Result<Option<RetentionRow>, QueryError> {
    let sql = "select through, at from read.retention where tenant_id = $1";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_optional(connection).await?)
}
