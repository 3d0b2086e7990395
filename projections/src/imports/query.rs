//! What the screens ask of imports.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;
use waybill_domain::id::{ImportId, TenantId};

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct ImportRow {
    pub import_id: Uuid,
    pub file_name: String,
    /// `running`, `finished` or `failed`.
    pub status: String,
    pub list_id: Option<Uuid>,
    #[sqlx(json)]
    pub tags: Vec<String>,
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub duplicate: i64,
    pub rejected: i64,
    pub without_consent: i64,
    pub bytes_read: i64,
    pub bytes_total: i64,
    pub error: Option<String>,
    /// Where in the file it failed.
    pub error_line: Option<i64>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub position: i64,
}

/// A row of the file that is named. Created and updated ones are only counted.
#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct NotedRow {
    pub line: i64,
    /// `duplicate` or `rejected`.
    pub outcome: String,
    /// A stable word, such as `phone_invalid`.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotedOutcome {
    Duplicate,
    Rejected,
}

impl NotedOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            NotedOutcome::Duplicate => "duplicate",
            NotedOutcome::Rejected => "rejected",
        }
    }
}

macro_rules! import {
    ($rest:literal) => {
        concat!(
            "select import_id, file_name, status, list_id, tags, rows, created, updated, duplicate, rejected, \
             without_consent, bytes_read, bytes_total, error, error_line, started_at, finished_at, version, position \
             from read.import ",
            $rest
        )
    };
}

/// One page, the newest first.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<ImportRow>, QueryError> {
    let before: Option<(DateTime<Utc>, Uuid)> = page::decode(cursor)?;
    let sql = import!(
        "where tenant_id = $1 and ($2::timestamptz is null or (started_at, import_id) < ($2, $3)) \
         order by started_at desc, import_id desc limit $4"
    );
    let rows: Vec<ImportRow> = sqlx::query_as(sql)
        .bind(tenant.0)
        .bind(before.map(|(at, _)| at))
        .bind(before.map(|(_, id)| id))
        .bind(limit + 1)
        .fetch_all(connection)
        .await?;
    Ok(Page::cut(rows, limit, |row| (row.started_at, row.import_id)))
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    import: ImportId,
) -> Result<Option<ImportRow>, QueryError> {
    let sql = import!("where tenant_id = $1 and import_id = $2");
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(import.0).fetch_optional(connection).await?)
}

/// One page of the named rows, by outcome and line; with `outcome` only those.
pub async fn rows(
    connection: &mut PgConnection,
    tenant: TenantId,
    import: ImportId,
    outcome: Option<NotedOutcome>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<NotedRow>, QueryError> {
    let after: Option<(String, i64)> = page::decode(cursor)?;
    let (after_outcome, after_line) = after.unwrap_or_default();
    let rows: Vec<NotedRow> = sqlx::query_as(
        "select line, outcome, reason from read.import_row \
         where tenant_id = $1 and import_id = $2 and ($3::text is null or outcome = $3) \
             and (outcome, line) > ($4, $5) \
         order by outcome, line limit $6",
    )
    .bind(tenant.0)
    .bind(import.0)
    .bind(outcome.map(NotedOutcome::as_str))
    .bind(after_outcome)
    .bind(after_line)
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    Ok(Page::cut(rows, limit, |row| (row.outcome.clone(), row.line)))
}
