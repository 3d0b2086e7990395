//! Numbers as their webhooks need them, kept for some seconds: thousands of deliveries a second must not ask the vault
//! for each.

use crate::app::App;
use crate::problem::Problem;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::provider::ProviderKind;
use waybill_event_store::vault::ProfileAccess;
use waybill_providers::Account;

/// How long a changed secret may still be believed by another gateway.
const FRESH: Duration = Duration::from_secs(5);
const KEPT: usize = 10_000;

/// Whose webhooks are believed, and by which secret.
#[derive(Debug)]
pub struct Access {
    pub profile_id: ProfileId,
    pub tenant_id: TenantId,
    pub provider: ProviderKind,
    pub account: Account,
}

type Found = Option<Arc<Access>>;

/// Numbers that are not there are kept too: strangers must not make us ask the database for each guess.
pub struct AccessCache {
    profiles: Cache<Uuid, (Instant, Found)>,
    numbers: Cache<String, (Instant, Vec<Uuid>)>,
}

impl Default for AccessCache {
    fn default() -> Self {
        Self { profiles: Cache::new(KEPT), numbers: Cache::new(KEPT) }
    }
}

impl AccessCache {
    pub async fn profile(&self, app: &App, id: ProfileId) -> Result<Found, Problem> {
        if let Some((since, found)) = self.profiles.get(&id.0).filter(|(since, _)| since.elapsed() < FRESH) {
            let _ = since;
            return Ok(found);
        }
        let found = app.store.credential(id).await?.map(|access| Arc::new(Access::of(access)));
        self.profiles.insert(id.0, (Instant::now(), found.clone()));
        Ok(found)
    }

    /// All numbers with this id of the provider. More than one tenant may name it; the signature tells whose it is.
    pub async fn number(&self, app: &App, phone_number_id: &str) -> Result<Vec<Arc<Access>>, Problem> {
        let kept = self.numbers.get(phone_number_id).filter(|(since, _)| since.elapsed() < FRESH);
        let ids = match kept {
            Some((_, ids)) => ids,
            None => {
                let sql = "select profile_id from vault.profile_credential where phone_number_id = $1 limit 16";
                let ids: Vec<Uuid> =
                    sqlx::query_scalar(sql).bind(phone_number_id).fetch_all(&app.store.database.system).await?;
                self.numbers.insert(phone_number_id.to_owned(), (Instant::now(), ids.clone()));
                ids
            }
        };
        let mut accesses = Vec::with_capacity(ids.len());
        for id in ids {
            accesses.extend(self.profile(app, ProfileId(id)).await?);
        }
        Ok(accesses)
    }

    /// After its credentials were changed here.
    pub fn forget(&self, id: ProfileId) {
        self.profiles.remove(&id.0);
        self.numbers.clear();
    }
}

impl Access {
    fn of(access: ProfileAccess) -> Self {
        let (profile_id, tenant_id, provider) = (access.profile_id, access.tenant_id, access.provider);
        let account = waybill_runtime::accounts::account(access);
        Self { profile_id, tenant_id, provider, account }
    }
}
