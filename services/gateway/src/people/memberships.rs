//! Who belongs to which organisation as what, and whose session goes on, kept for a moment: it is asked on every request.

use crate::app::App;
use crate::problem::Problem;
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;

/// How long another gateway may still believe a role or a session that was taken away.
const FRESH: Duration = Duration::from_secs(1);
const KEPT: usize = 10_000;

type Asked = (TenantId, UserId, Option<Uuid>);

pub struct Memberships(Cache<Asked, (Instant, Option<Role>)>);

impl Default for Memberships {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Memberships {
    /// The role of an active member, whose session has not ended.
    pub async fn role(
        &self,
        app: &App,
        tenant: TenantId,
        user: UserId,
        session: Option<Uuid>,
    ) -> Result<Option<Role>, Problem> {
        let asked = (tenant, user, session);
        if let Some((_, role)) = self.0.get(&asked).filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(role);
        }
        let role: Option<String> = sqlx::query_scalar(
            "select role from vault.membership where tenant_id = $1 and user_id = $2 and status = 'active'
                 and ($3::uuid is null or exists (select from vault.refresh_token where family = $3))",
        )
        .bind(tenant.0)
        .bind(user.0)
        .bind(session)
        .fetch_optional(&app.store.database.system)
        .await?;
        let role = role.as_deref().and_then(Role::parse);
        self.0.insert(asked, (Instant::now(), role));
        Ok(role)
    }

    /// After a change that was made here.
    pub fn forget(&self, tenant: TenantId, user: UserId) {
        self.0.retain(|asked, _| (asked.0, asked.1) != (tenant, user));
    }

    /// After sessions of a person were ended here.
    pub fn forget_person(&self, user: UserId) {
        self.0.retain(|asked, _| asked.1 != user);
    }
}
