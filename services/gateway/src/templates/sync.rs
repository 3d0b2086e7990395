//! Asking providers for their templates now, rather than within the hour.

use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Serialize, ToSchema)]
pub struct SyncAccepted {
    /// The numbers whose providers are asked.
    pub asked: Vec<AccountAsked>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccountAsked {
    pub profile_id: Uuid,
    pub provider: String,
    /// When it was asked before.
    pub asked_at: Option<DateTime<Utc>>,
    /// What went wrong then.
    pub trouble: Option<String>,
}

/// Asks the providers for their templates, and how the numbers stand.
///
/// They are asked by themselves every hour, and tell changes by webhook; the answer comes before theirs.
#[utoipa::path(post, path = "/templates/sync", tag = "templates",
    responses((status = 202, description = "They will be asked", body = SyncAccepted)))]
pub async fn sync(State(app): State<App>, intent: Intent<WriteCampaigns>) -> Result<Response, Problem> {
    let asked = &intent.asked;
    let (tenant, at) = (asked.tenant(), asked.at);
    asked
        .carry_out(&app, || async {
            type Row = (Uuid, String, Option<DateTime<Utc>>, Option<String>);
            let rows: Vec<Row> = sqlx::query_as(
                "select profile_id, provider, asked_at, trouble from process.account_check where tenant_id = $1
                 order by profile_id",
            )
            .bind(tenant.0)
            .fetch_all(&app.store.database.system)
            .await?;
            let account =
                |(profile_id, provider, asked_at, trouble)| AccountAsked { profile_id, provider, asked_at, trouble };
            let answer = SyncAccepted { asked: rows.into_iter().map(account).collect() };
            Ok(Decided::accepted(answer)?.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query("update process.account_check set ask_at = $2, failures = 0 where tenant_id = $1")
                        .bind(tenant.0)
                        .bind(at)
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            }))
        })
        .await
}
