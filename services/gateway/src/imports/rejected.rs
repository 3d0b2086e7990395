//! The rejected rows as a file, to be mended and imported again.

use super::ask::find;
use crate::app::App;
use crate::caller::needs::ReadContacts;
use crate::extract::At;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::table;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;
use waybill_domain::id::ImportId;
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
    Ok(table::csv(&format!("rejected-{id}.csv"), &["line", "reason"], move |cursor| {
        let app = app.clone();
        async move {
            let mut transaction = app.store.tenant_transaction(tenant).await?;
            let rejected = Some(NotedOutcome::Rejected);
            let page = rows(&mut transaction, tenant, id, rejected, cursor.as_deref(), STRETCH).await?;
            Ok((page.items.into_iter().map(|row| vec![row.line.to_string(), row.reason]).collect(), page.next_cursor))
        }
    }))
}
