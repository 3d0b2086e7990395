//! Questions about imports.

use crate::app::App;
use crate::caller::needs::ReadContacts;
use crate::extract::{At, Params};
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::ImportId;
use waybill_projections::imports::{self, NotedOutcome};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    #[param(inline)]
    outcome: Option<OutcomeWord>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWord {
    Rejected,
    Duplicate,
    /// Counted, and not listed one by one.
    Updated,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    pub id: Uuid,
    pub file_name: String,
    /// `running`, `finished` or `failed`.
    pub status: String,
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub duplicate: i64,
    pub rejected: i64,
    /// Of the created and updated: how many will not be written to.
    pub without_consent: i64,
    pub list_id: Option<Uuid>,
    /// Why the file could not be read on.
    pub error: Option<String>,
    pub error_line: Option<i64>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub bytes_read: i64,
    pub bytes_total: i64,
}

/// A row that did not become a contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRow {
    pub line: i64,
    pub outcome: String,
    /// A stable word, such as `phone_invalid`.
    pub reason: String,
}

impl From<imports::ImportRow> for Import {
    fn from(row: imports::ImportRow) -> Self {
        Self {
            id: row.import_id,
            file_name: row.file_name,
            status: row.status,
            rows: row.rows,
            created: row.created,
            updated: row.updated,
            duplicate: row.duplicate,
            rejected: row.rejected,
            without_consent: row.without_consent,
            list_id: row.list_id,
            error: row.error,
            error_line: row.error_line,
            started_at: row.started_at,
            finished_at: row.finished_at,
            bytes_read: row.bytes_read,
            bytes_total: row.bytes_total,
        }
    }
}

/// Lists imports, the newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(ImportQuery),
    responses((status = 200, body = Page<Import>)))]
pub async fn page(
    State(app): State<App>,
    reading: Reading<ReadContacts>,
    Params(query): Params<ImportQuery>,
) -> Result<Json<Page<Import>>, Problem> {
    let limit = limit(query.limit)?;
    let mut transaction = reading.open(&app, &["imports"]).await?;
    let page = imports::page(&mut transaction, reading.caller.tenant, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Import::from)))
}

/// Shows one import.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = Import)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadContacts>,
) -> Result<Json<Import>, Problem> {
    Ok(Json(find(&app, &reading, ImportId(id)).await?.into()))
}

/// Lists the rows that did not become contacts, by line.
#[utoipa::path(get, path = "/imports/{id}/rows", tag = "imports", params(("id" = Uuid, Path), RowQuery),
    responses((status = 200, body = Page<ImportRow>)))]
pub async fn rows(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadContacts>,
    Params(query): Params<RowQuery>,
) -> Result<Json<Page<ImportRow>>, Problem> {
    let limit = limit(query.limit)?;
    find(&app, &reading, ImportId(id)).await?;
    let outcome = match query.outcome {
        None => None,
        Some(OutcomeWord::Rejected) => Some(NotedOutcome::Rejected),
        Some(OutcomeWord::Duplicate) => Some(NotedOutcome::Duplicate),
        Some(OutcomeWord::Updated) => return Ok(Json(Page { items: Vec::new(), next_cursor: None })),
    };
    let mut transaction = reading.open(&app, &["imports"]).await?;
    let (tenant, cursor) = (reading.caller.tenant, query.cursor.as_deref());
    let page = imports::rows(&mut transaction, tenant, ImportId(id), outcome, cursor, limit).await?;
    let row = |row: imports::NotedRow| ImportRow { line: row.line, outcome: row.outcome, reason: row.reason };
    Ok(Json(Page::of(page, row)))
}

pub async fn find(app: &App, reading: &Reading<ReadContacts>, id: ImportId) -> Result<imports::ImportRow, Problem> {
    let mut transaction = reading.open(app, &["imports"]).await?;
    imports::one(&mut transaction, reading.caller.tenant, id).await?.ok_or_else(Problem::not_found)
}
