//! The names of those who did something. Names are not in the log; they are those of today.

use crate::app::App;
use crate::problem::Problem;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::id::TenantId;

/// By actor, as the log writes it. Only of the tenant's own people and keys.
pub async fn of(app: &App, tenant: TenantId, actors: &[&str]) -> Result<HashMap<String, String>, Problem> {
    let ids = |prefix: &str| -> Vec<Uuid> {
        actors.iter().filter_map(|actor| actor.strip_prefix(prefix)?.parse().ok()).collect()
    };
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select 'user:' || a.user_id, a.full_name from vault.account a join vault.membership m using (user_id)
         where m.tenant_id = $1 and a.user_id = any($2)
         union all
         select 'api_key:' || k.key_id, k.name from vault.api_key k where k.tenant_id = $1 and k.key_id = any($3)",
    )
    .bind(tenant.0)
    .bind(ids("user:"))
    .bind(ids("api_key:"))
    .fetch_all(&app.store.database.system)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Actors whose name or address has this text.
pub async fn with(app: &App, tenant: TenantId, text: &str) -> Result<Vec<String>, Problem> {
    let actors = sqlx::query_scalar(
        "select 'user:' || a.user_id from vault.account a join vault.membership m using (user_id)
         where m.tenant_id = $1 and (strpos(lower(a.full_name), lower($2)) > 0 or strpos(lower(a.email), lower($2)) > 0)
         union all
         select 'api_key:' || k.key_id from vault.api_key k
         where k.tenant_id = $1 and strpos(lower(k.name), lower($2)) > 0",
    )
    .bind(tenant.0)
    .bind(text.trim())
    .fetch_all(&app.store.database.system)
    .await?;
    Ok(actors)
}
