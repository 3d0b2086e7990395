//! Who belongs to which organisation as what, kept for a moment: it is asked on every request.

use crate::app::App;
use crate::problem::Problem;
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;

/// How long another gateway may still believe a role that was changed or taken away.
const FRESH: Duration = Duration::from_secs(1);
const KEPT: usize = 10_000;

pub struct Memberships(Cache<(TenantId, UserId), (Instant, Option<Role>)>);

impl Default for Memberships {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Memberships {
    /// The role of an active member.
    pub async fn role(&self, app: &App, tenant: TenantId, user: UserId) -> Result<Option<Role>, Problem> {
        if let Some((_, role)) = self.0.get(&(tenant, user)).filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(role);
        }
        let role: Option<String> = sqlx::query_scalar(
            "select role from vault.membership where tenant_id = $1 and user_id = $2 and status = 'active'",
        )
        .bind(tenant.0)
        .bind(user.0)
        .fetch_optional(&app.store.database.system)
        .await?;
        let role = role.as_deref().and_then(Role::parse);
        self.0.insert((tenant, user), (Instant::now(), role));
        Ok(role)
    }

    /// After a change that was made here.
    pub fn forget(&self, tenant: TenantId, user: UserId) {
        self.0.remove(&(tenant, user));
    }
}
