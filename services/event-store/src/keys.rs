//! Keys of personal data.
//!
//! A personal part is encrypted with AES-256-GCM under a key derived (HKDF-SHA256) from the secret of its subject and
//! the secret of its day; the event id is the associated data. Secrets are rows wrapped by the tenant's key, which the
//! master key wraps. Destroying a secret erases what it protected, everywhere a copy of the log may be.

mod cipher;

pub use cipher::{KeyError, MasterKey};

use chrono::NaiveDate;
use cipher::{Secret, data_key, fresh_secret, open_bytes, seal_bytes};
use quick_cache::sync::Cache;
use sqlx::PgPool;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;
use waybill_domain::envelope::{PersonalPart, Recorded, Sealed};
use waybill_domain::id::{ContactId, TenantId};

/// Subjects whose secrets stay in memory; 100,000 take some 12 MB.
const CACHED_SUBJECTS: usize = 100_000;
const CACHED_DAYS: usize = 4_096;

pub struct KeyRing {
    pool: PgPool,
    master: MasterKey,
    tenants: Cache<Uuid, TenantKeys>,
    subjects: Cache<Uuid, Option<Secret>>,
    days: Cache<(Uuid, NaiveDate), Option<Secret>>,
}

#[derive(Clone)]
struct TenantKeys {
    wrapping: Secret,
    index: Secret,
}

/// A personal part to be encrypted.
pub struct SealRequest<'a> {
    pub tenant_id: TenantId,
    pub subject_id: Uuid,
    pub day: NaiveDate,
    pub event_id: Uuid,
    pub plain: &'a [u8],
}

impl KeyRing {
    pub fn new(pool: PgPool, master: MasterKey) -> Self {
        Self {
            pool,
            master,
            tenants: Cache::new(1_024),
            subjects: Cache::new(CACHED_SUBJECTS),
            days: Cache::new(CACHED_DAYS),
        }
    }

    /// Makes the keys of a new tenant. A repeat changes nothing.
    pub async fn create_tenant(&self, tenant: TenantId) -> Result<(), KeyError> {
        let aad = tenant.0.as_bytes();
        sqlx::query(
            "insert into vault.tenant_key (tenant_id, wrapped, wrapped_index_key) values ($1, $2, $3) on conflict do nothing",
        )
        .bind(tenant.0)
        .bind(self.master.wrap(&fresh_secret(), aad))
        .bind(self.master.wrap(&fresh_secret(), aad))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn tenant(&self, tenant: Uuid) -> Result<TenantKeys, KeyError> {
        if let Some(keys) = self.tenants.get(&tenant) {
            return Ok(keys);
        }
        let row: Option<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as("select wrapped, wrapped_index_key from vault.tenant_key where tenant_id = $1")
                .bind(tenant)
                .fetch_optional(&self.pool)
                .await?;
        let (wrapped, index) = row.ok_or(KeyError::NoTenantKey(tenant))?;
        let keys = TenantKeys {
            wrapping: self.master.unwrap(&wrapped, tenant.as_bytes())?,
            index: self.master.unwrap(&index, tenant.as_bytes())?,
        };
        self.tenants.insert(tenant, keys.clone());
        Ok(keys)
    }

    /// Names the contact of an E.164 number.
    pub async fn contact_id(&self, tenant: TenantId, phone: &str) -> Result<ContactId, KeyError> {
        Ok(ContactId::for_phone(&self.index_key(tenant).await?, phone))
    }

    /// For naming many contacts.
    pub async fn index_key(&self, tenant: TenantId) -> Result<[u8; 32], KeyError> {
        Ok(*self.tenant(tenant.0).await?.index.bytes())
    }

    /// Encrypts small secrets of a tenant, such as provider credentials, bound to the id they belong to.
    pub async fn seal_credential(&self, tenant: TenantId, owner: Uuid, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(seal_bytes(self.tenant(tenant.0).await?.wrapping.bytes(), owner.as_bytes(), plain))
    }

    pub async fn open_credential(&self, tenant: TenantId, owner: Uuid, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        open_bytes(self.tenant(tenant.0).await?.wrapping.bytes(), owner.as_bytes(), sealed).ok_or(KeyError::Tampered)
    }

    /// Encrypts personal parts; secrets that do not exist yet are made. `None` where a secret was destroyed: nothing
    /// can be written any more about someone who was erased.
    pub async fn seal(&self, requests: &[SealRequest<'_>]) -> Result<Vec<Option<Sealed>>, KeyError> {
        let subjects = requests.iter().map(|it| (it.subject_id, it.tenant_id.0)).collect();
        let subjects = self.subject_secrets(subjects, true).await?;
        let days = requests.iter().map(|it| (it.tenant_id.0, it.day)).collect();
        let days = self.day_secrets(days, true).await?;
        Ok(requests
            .iter()
            .map(|it| {
                let subject = subjects.get(&it.subject_id)?.as_ref()?;
                let day = days.get(&(it.tenant_id.0, it.day))?.as_ref()?;
                let bytes = seal_bytes(&data_key(subject, day), it.event_id.as_bytes(), it.plain);
                Some(Sealed { subject_id: it.subject_id, day: it.day, bytes })
            })
            .collect())
    }

    /// Opens the sealed parts of events in place, with one look-up of secrets for all.
    pub async fn open<'a>(&self, events: impl IntoIterator<Item = &'a mut Recorded>) -> Result<(), KeyError> {
        let mut sealed: Vec<&mut Recorded> =
            events.into_iter().filter(|event| matches!(event.personal, PersonalPart::Sealed(_))).collect();
        let mut subjects = BTreeSet::new();
        let mut days = BTreeSet::new();
        for event in &sealed {
            let PersonalPart::Sealed(part) = &event.personal else { continue };
            subjects.insert((part.subject_id, event.tenant_id.0));
            days.insert((event.tenant_id.0, part.day));
        }
        let subjects = self.subject_secrets(subjects, false).await?;
        let days = self.day_secrets(days, false).await?;
        for event in &mut sealed {
            let PersonalPart::Sealed(part) = &event.personal else { continue };
            let secrets = subjects.get(&part.subject_id).and_then(Option::as_ref);
            let secrets = secrets.zip(days.get(&(event.tenant_id.0, part.day)).and_then(Option::as_ref));
            event.personal = match secrets {
                Some((subject, day)) => {
                    let plain = open_bytes(&data_key(subject, day), event.event_id.as_bytes(), &part.bytes);
                    PersonalPart::Open(plain.ok_or(KeyError::Tampered)?)
                }
                None => PersonalPart::Erased,
            };
        }
        Ok(())
    }

    async fn subject_secrets(
        &self,
        wanted: BTreeSet<(Uuid, Uuid)>,
        make: bool,
    ) -> Result<HashMap<Uuid, Option<Secret>>, KeyError> {
        let mut found = HashMap::with_capacity(wanted.len());
        let mut missing: Vec<(Uuid, Uuid)> = Vec::new();
        for (subject, tenant) in wanted {
            match self.subjects.get(&subject) {
                Some(secret) => drop(found.insert(subject, secret)),
                None => missing.push((subject, tenant)),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let mut wrapping = HashMap::new();
        for (_, tenant) in &missing {
            if !wrapping.contains_key(tenant) {
                wrapping.insert(*tenant, self.tenant(*tenant).await?.wrapping);
            }
        }
        let ids: Vec<Uuid> = missing.iter().map(|(subject, _)| *subject).collect();
        if make {
            let fresh: Vec<Secret> = missing.iter().map(|_| fresh_secret()).collect();
            let wrapped: Vec<Vec<u8>> = missing
                .iter()
                .zip(&fresh)
                .map(|((subject, tenant), secret)| {
                    seal_bytes(wrapping[tenant].bytes(), subject.as_bytes(), secret.bytes())
                })
                .collect();
            let tenants: Vec<Uuid> = missing.iter().map(|(_, tenant)| *tenant).collect();
            let made: Vec<Uuid> = sqlx::query_scalar(
                "insert into es.subject_secret (subject_id, tenant_id, secret)
                 select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])
                 on conflict do nothing returning subject_id",
            )
            .bind(&ids)
            .bind(&tenants)
            .bind(&wrapped)
            .fetch_all(&self.pool)
            .await?;
            let made: std::collections::HashSet<Uuid> = made.into_iter().collect();
            for (subject, secret) in ids.iter().zip(fresh) {
                if made.contains(subject) {
                    self.subjects.insert(*subject, Some(secret.clone()));
                    found.insert(*subject, Some(secret));
                }
            }
        }
        let ids: Vec<Uuid> = ids.into_iter().filter(|id| !found.contains_key(id)).collect();
        if ids.is_empty() {
            return Ok(found);
        }
        let rows: Vec<(Uuid, Uuid, Option<Vec<u8>>)> =
            sqlx::query_as("select subject_id, tenant_id, secret from es.subject_secret where subject_id = any($1)")
                .bind(&ids)
                .fetch_all(&self.pool)
                .await?;
        for (subject, tenant, wrapped) in rows {
            let wrapping = match wrapping.get(&tenant) {
                Some(wrapping) => wrapping.clone(),
                None => self.tenant(tenant).await?.wrapping,
            };
            let secret = wrapped.map(|it| Secret::open(wrapping.bytes(), subject.as_bytes(), &it)).transpose()?;
            self.subjects.insert(subject, secret.clone());
            found.insert(subject, secret);
        }
        Ok(found)
    }

    async fn day_secrets(
        &self,
        wanted: BTreeSet<(Uuid, NaiveDate)>,
        make: bool,
    ) -> Result<HashMap<(Uuid, NaiveDate), Option<Secret>>, KeyError> {
        let mut found = HashMap::with_capacity(wanted.len());
        for (tenant, day) in wanted {
            if let Some(secret) = self.days.get(&(tenant, day)) {
                found.insert((tenant, day), secret);
                continue;
            }
            let wrapping = self.tenant(tenant).await?.wrapping;
            if make {
                sqlx::query(
                    "insert into es.day_secret (tenant_id, day, secret) values ($1, $2, $3) on conflict do nothing",
                )
                .bind(tenant)
                .bind(day)
                .bind(seal_bytes(wrapping.bytes(), tenant.as_bytes(), fresh_secret().bytes()))
                .execute(&self.pool)
                .await?;
            }
            let wrapped: Option<Option<Vec<u8>>> =
                sqlx::query_scalar("select secret from es.day_secret where tenant_id = $1 and day = $2")
                    .bind(tenant)
                    .bind(day)
                    .fetch_optional(&self.pool)
                    .await?;
            let secret =
                wrapped.flatten().map(|it| Secret::open(wrapping.bytes(), tenant.as_bytes(), &it)).transpose()?;
            self.days.insert((tenant, day), secret.clone());
            found.insert((tenant, day), secret);
        }
        Ok(found)
    }
}
