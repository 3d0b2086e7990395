//! The keys of an organisation, never what they are.

use crate::app::App;
use crate::caller::needs::ReadKeys;
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, FromRow, Serialize, ToSchema)]
pub struct ApiKey {
    #[sqlx(rename = "key_id")]
    pub id: Uuid,
    pub name: String,
    /// The first characters of the key.
    pub hint: String,
    pub scopes: Vec<String>,
    /// The name of who made it; empty once they are gone.
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until then the key before the last rotation is good too.
    pub overlap_until: Option<DateTime<Utc>>,
}

/// The keys, the newest first; revoked ones are gone.
#[utoipa::path(get, path = "/api-keys", tag = "keys", responses((status = 200, body = Items<ApiKey>)))]
pub async fn api_keys(State(app): State<App>, reading: Reading<ReadKeys>) -> Result<Json<Items<ApiKey>>, Problem> {
    let items = sqlx::query_as(
        "select k.key_id, k.name, k.hint, k.scopes, coalesce(a.full_name, '') as made_by, k.made_at, k.expires_at, k.last_used_at,
             k.overlap_until
         from vault.api_key k left join vault.account a on a.user_id = k.made_by
         where k.tenant_id = $1 order by k.made_at desc, k.key_id",
    )
    .bind(reading.caller.tenant.0)
    .fetch_all(&app.store.database.system)
    .await?;
    Ok(Json(Items { items }))
}
