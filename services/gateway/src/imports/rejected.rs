//! The rejected rows as a file, to be mended and imported again.

use super::ask::find;
use crate::app::App;
use crate::caller::needs::ReadContacts;
use crate::extract::At;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::try_unfold;
use uuid::Uuid;
use waybill_domain::id::{ImportId, TenantId};
use waybill_projections::imports::{NotedOutcome, rows};

/// Rows read at once; the file may have a million.
const STRETCH: i64 = 5_000;

/// Line and reason of every rejected row.
#[utoipa::path(get, path = "/imports/{id}/rejected.csv", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, description = "`line,reason`", body = String, content_type = "text/csv")))]
pub async fn rejected(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadContacts>,
) -> Result<Response, Problem> {
    let (id, tenant) = (ImportId(id), reading.caller.tenant);
    find(&app, &reading, id).await?;
    let lines = try_unfold(Some(None), move |cursor: Option<Option<String>>| {
        let app = app.clone();
        async move {
            let Some(cursor) = cursor else { return Ok::<_, Problem>(None) };
            let (text, next) = stretch(&app, tenant, id, cursor.as_deref()).await?;
            Ok(Some((text, next.map(Some))))
        }
    });
    let lines = futures::TryStreamExt::map_err(lines, |problem| std::io::Error::other(problem.detail));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"rejected-{id}.csv\"")),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Some lines, with the header before the first, and the cursor of the next.
async fn stretch(
    app: &App,
    tenant: TenantId,
    id: ImportId,
    cursor: Option<&str>,
) -> Result<(Bytes, Option<String>), Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let page = rows(&mut transaction, tenant, id, Some(NotedOutcome::Rejected), cursor, STRETCH).await?;
    drop(transaction);
    let mut csv = csv::Writer::from_writer(Vec::new());
    if cursor.is_none() {
        csv.write_record(["line", "reason"]).map_err(Problem::internal)?;
    }
    for row in &page.items {
        csv.write_record([row.line.to_string().as_str(), &row.reason]).map_err(Problem::internal)?;
    }
    let text = csv.into_inner().map_err(|error| Problem::internal(error.error()))?;
    Ok((text.into(), page.next_cursor))
}
