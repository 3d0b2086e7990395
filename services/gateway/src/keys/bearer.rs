//! Who a key speaks for.

use crate::app::App;
use crate::auth::session::hash;
use crate::caller::{Caller, KeyUse};
use crate::problem::Problem;
use sqlx::FromRow;
use uuid::Uuid;
use waybill_domain::access::Permission;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;

/// What every key begins with: for people, and for those who look for secrets where none should be.
pub const PREFIX: &str = "wb_live_";

#[derive(FromRow)]
struct Found {
    key_id: Uuid,
    tenant_id: Uuid,
    scopes: Vec<String>,
    made_by: Uuid,
    noted: bool,
}

/// The caller behind a key; nobody for one that is unknown, revoked or too old.
pub async fn bearer(app: &App, key: &str) -> Result<Option<Caller>, Problem> {
    let (pool, now) = (&app.store.database.system, app.clock.now());
    let found: Option<Found> = sqlx::query_as(
        "select key_id, tenant_id, scopes, made_by,
             coalesce(last_used_at > $2 - interval '1 minute', false) as noted
         from vault.api_key
         where (hash = $1 or (former_hash = $1 and overlap_until > $2)) and (expires_at is null or expires_at > $2)",
    )
    .bind(hash(key))
    .bind(now)
    .fetch_optional(pool)
    .await?;
    let Some(found) = found else { return Ok(None) };
    if !found.noted {
        sqlx::query("update vault.api_key set last_used_at = $2 where key_id = $1")
            .bind(found.key_id)
            .bind(now)
            .execute(pool)
            .await?;
    }
    // A scope that a later version dropped is nothing.
    let scopes = found.scopes.iter().filter_map(|scope| Permission::parse(scope)).collect();
    Ok(Some(Caller {
        tenant: TenantId(found.tenant_id),
        user: UserId(found.made_by),
        // What a key may do is told by its scopes alone.
        role: Role::Agent,
        session: None,
        key: Some(KeyUse { id: found.key_id, scopes }),
    }))
}
