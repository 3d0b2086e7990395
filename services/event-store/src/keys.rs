//! Keys of personal data.
//!
//! A personal part is encrypted with AES-256-GCM under a key derived (HKDF-SHA256) from the secret of its subject and
//! the secret of its day; the event id is the associated data. A day has a secret for each way of keeping: what was
//! written ends sooner than who a person is. Secrets are rows wrapped by the tenant's key, which the master key wraps.
//! Destroying a secret erases what it protected, everywhere a copy of the log may be.
//!
//! - `cipher`: the algorithms.
//! - `destroy`: ending what secrets protect.
//! - `rotate`: other keys for the same secrets.

mod cipher;
mod destroy;
mod rotate;

pub use cipher::{KeyError, MasterKey};
pub use rotate::{rotate_master, rotate_tenant};

use chrono::NaiveDate;
use cipher::{Secret, data_key, fresh_secret, open_bytes, seal_bytes};
use quick_cache::sync::Cache;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_domain::envelope::{PersonalPart, Recorded, Sealed};
use waybill_domain::id::{ContactId, TenantId};
use waybill_domain::stream::{Category, Keeping};

/// Subjects whose secrets stay in memory; 100,000 take some 12 MB.
const CACHED_SUBJECTS: usize = 100_000;
const CACHED_DAYS: usize = 4_096;
/// How long a tenant's key is believed to be the present one. Whoever changes it waits as long before the former one is
/// forgotten.
pub const TENANT_KEY_FRESH: Duration = Duration::from_secs(30);

pub struct KeyRing {
    pool: PgPool,
    master: MasterKey,
    tenants: Cache<Uuid, (Instant, TenantKeys)>,
    subjects: Cache<Uuid, Subject>,
    days: Cache<Day, Secret>,
    /// Counts what was forgotten. A secret that was read before something was forgotten is not kept: it may be the one.
    forgets: AtomicU64,
}

type Day = (Uuid, NaiveDate, Keeping);

#[derive(Clone)]
struct TenantKeys {
    wrapping: Secret,
    /// While the key is being changed.
    former: Option<Secret>,
    index: Secret,
}

#[derive(Clone)]
struct Subject {
    secret: Secret,
    /// It was erased before, and became known again.
    renewed: bool,
}

/// A personal part to be encrypted.
pub struct SealRequest<'a> {
    pub tenant_id: TenantId,
    pub subject_id: Uuid,
    pub day: NaiveDate,
    pub keeping: Keeping,
    /// Whether a subject that was erased becomes known again.
    pub renews: bool,
    pub event_id: Uuid,
    pub plain: &'a [u8],
}

/// Whether secrets that are not there are made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    No,
    Missing,
}

impl KeyRing {
    pub fn new(pool: PgPool, master: MasterKey) -> Self {
        Self {
            pool,
            master,
            tenants: Cache::new(1_024),
            subjects: Cache::new(CACHED_SUBJECTS),
            days: Cache::new(CACHED_DAYS),
            forgets: AtomicU64::new(0),
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
        match self.tenants.get(&tenant) {
            Some((since, keys)) if since.elapsed() < TENANT_KEY_FRESH => Ok(keys),
            _ => self.load_tenant(tenant).await,
        }
    }

    async fn load_tenant(&self, tenant: Uuid) -> Result<TenantKeys, KeyError> {
        let since = Instant::now();
        type Row = (Vec<u8>, Option<Vec<u8>>, Vec<u8>);
        let row: Option<Row> = sqlx::query_as(
            "select wrapped, former_wrapped, wrapped_index_key from vault.tenant_key where tenant_id = $1",
        )
        .bind(tenant)
        .fetch_optional(&self.pool)
        .await?;
        let (wrapped, former, index) = row.ok_or(KeyError::NoTenantKey(tenant))?;
        let unwrap = |wrapped: Vec<u8>| self.master.unwrap(&wrapped, tenant.as_bytes());
        let keys =
            TenantKeys { wrapping: unwrap(wrapped)?, former: former.map(unwrap).transpose()?, index: unwrap(index)? };
        self.tenants.insert(tenant, (since, keys.clone()));
        Ok(keys)
    }

    /// Opens what a tenant's key wraps. What does not open may have been wrapped by a newer key than the one in memory.
    async fn unwrap(&self, tenant: Uuid, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        if let Some(plain) = self.tenant(tenant).await?.open(aad, sealed) {
            return Ok(plain);
        }
        self.load_tenant(tenant).await?.open(aad, sealed).ok_or(KeyError::Tampered)
    }

    async fn unwrap_secret(&self, tenant: Uuid, aad: &[u8], sealed: &[u8]) -> Result<Secret, KeyError> {
        Secret::from_bytes(self.unwrap(tenant, aad, sealed).await?)
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
        self.unwrap(tenant.0, owner.as_bytes(), sealed).await
    }

    /// Encrypts a secret of a person, who may belong to several tenants.
    pub fn seal_of_person(&self, user: Uuid, plain: &[u8]) -> Vec<u8> {
        seal_bytes(self.master.persons().bytes(), user.as_bytes(), plain)
    }

    pub fn open_of_person(&self, user: Uuid, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        open_bytes(self.master.persons().bytes(), user.as_bytes(), sealed).ok_or(KeyError::Tampered)
    }

    /// Encrypts personal parts; secrets that do not exist yet are made. `None` where a secret was destroyed: nothing
    /// can be written any more about someone who was erased, until they become known again.
    pub async fn seal(&self, requests: &[SealRequest<'_>]) -> Result<Vec<Option<Sealed>>, KeyError> {
        let mut wanted: BTreeMap<Uuid, (Uuid, bool)> = BTreeMap::new();
        for it in requests {
            wanted.entry(it.subject_id).or_insert((it.tenant_id.0, false)).1 |= it.renews;
        }
        let subjects = self.subject_secrets(wanted, Make::Missing).await?;
        let days = requests.iter().map(|it| (it.tenant_id.0, it.day, it.keeping)).collect();
        let days = self.day_secrets(days, Make::Missing).await?;
        Ok(requests
            .iter()
            .map(|it| {
                let subject = subjects.get(&it.subject_id)?;
                let day = days.get(&(it.tenant_id.0, it.day, it.keeping))?;
                let bytes = seal_bytes(&data_key(&subject.secret, day), it.event_id.as_bytes(), it.plain);
                Some(Sealed { subject_id: it.subject_id, day: it.day, bytes })
            })
            .collect())
    }

    /// Opens the sealed parts of events in place, with one look-up of secrets for all.
    pub async fn open<'a>(&self, events: impl IntoIterator<Item = &'a mut Recorded>) -> Result<(), KeyError> {
        let mut sealed: Vec<&mut Recorded> =
            events.into_iter().filter(|event| matches!(event.personal, PersonalPart::Sealed(_))).collect();
        let mut subjects = BTreeMap::new();
        let mut days = BTreeSet::new();
        for event in &sealed {
            let PersonalPart::Sealed(part) = &event.personal else { continue };
            subjects.insert(part.subject_id, (event.tenant_id.0, false));
            days.insert((event.tenant_id.0, part.day, keeping_of(event)));
        }
        let subjects = self.subject_secrets(subjects, Make::No).await?;
        let days = self.day_secrets(days, Make::No).await?;
        for event in &mut sealed {
            let PersonalPart::Sealed(part) = &event.personal else { continue };
            let subject = subjects.get(&part.subject_id);
            let secrets = subject.zip(days.get(&(event.tenant_id.0, part.day, keeping_of(event))));
            event.personal = match secrets {
                Some((subject, day)) => {
                    let key = data_key(&subject.secret, day);
                    match open_bytes(&key, event.event_id.as_bytes(), &part.bytes) {
                        Some(plain) => PersonalPart::Open(plain),
                        // Said before the person was erased, under the secret of that time.
                        None if subject.renewed => PersonalPart::Erased,
                        None => return Err(KeyError::Tampered),
                    }
                }
                None => PersonalPart::Erased,
            };
        }
        Ok(())
    }

    /// The secrets of subjects, given with their tenants and whether they become known again. Destroyed ones are not
    /// among the answers, and are never kept in memory: another process may make them anew.
    async fn subject_secrets(
        &self,
        wanted: BTreeMap<Uuid, (Uuid, bool)>,
        make: Make,
    ) -> Result<HashMap<Uuid, Subject>, KeyError> {
        let mut found = HashMap::with_capacity(wanted.len());
        let mut missing: BTreeMap<Uuid, (Uuid, bool)> = BTreeMap::new();
        for (id, about) in wanted {
            match self.subjects.get(&id) {
                Some(subject) => drop(found.insert(id, subject)),
                None => drop(missing.insert(id, about)),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        if make == Make::Missing {
            self.make_subjects(&mut missing, &mut found).await?;
        }
        let ids: Vec<Uuid> = missing.keys().copied().collect();
        if ids.is_empty() {
            return Ok(found);
        }
        let seen = self.forgets.load(Ordering::SeqCst);
        let rows: Vec<(Uuid, Uuid, Vec<u8>, bool)> = sqlx::query_as(
            "select subject_id, tenant_id, secret, destroyed_at is not null from es.subject_secret
             where subject_id = any($1) and secret is not null",
        )
        .bind(&ids)
        .fetch_all(&self.pool)
        .await?;
        for (id, tenant, wrapped, renewed) in rows {
            let subject = Subject { secret: self.unwrap_secret(tenant, id.as_bytes(), &wrapped).await?, renewed };
            self.subjects.insert(id, subject.clone());
            // Forgetting counts before it removes, so one of the two removes what was inserted too late.
            if self.forgets.load(Ordering::SeqCst) != seen {
                self.subjects.remove(&id);
            }
            found.insert(id, subject);
        }
        Ok(found)
    }

    /// Makes secrets where there never was one, and where one was destroyed for those who become known again. What was
    /// made moves from `missing` to `found`.
    async fn make_subjects(
        &self,
        missing: &mut BTreeMap<Uuid, (Uuid, bool)>,
        found: &mut HashMap<Uuid, Subject>,
    ) -> Result<(), KeyError> {
        let mut wrapping: HashMap<Uuid, Secret> = HashMap::new();
        for (tenant, _) in missing.values() {
            if !wrapping.contains_key(tenant) {
                wrapping.insert(*tenant, self.tenant(*tenant).await?.wrapping);
            }
        }
        let fresh: HashMap<Uuid, Secret> = missing.keys().map(|id| (*id, fresh_secret())).collect();
        let (mut ids, mut tenants, mut secrets, mut renews) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, (tenant, renew)) in missing.iter() {
            ids.push(*id);
            tenants.push(*tenant);
            secrets.push(seal_bytes(wrapping[tenant].bytes(), id.as_bytes(), fresh[id].bytes()));
            renews.push(*renew);
        }
        let made: Vec<Uuid> = sqlx::query_scalar(
            "insert into es.subject_secret (subject_id, tenant_id, secret)
             select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])
             on conflict do nothing returning subject_id",
        )
        .bind(&ids)
        .bind(&tenants)
        .bind(&secrets)
        .fetch_all(&self.pool)
        .await?;
        let mut renewed: Vec<Uuid> = Vec::new();
        if made.len() < ids.len() && renews.contains(&true) {
            renewed = sqlx::query_scalar(
                "update es.subject_secret s set secret = n.secret
                 from unnest($1::uuid[], $2::bytea[], $3::bool[]) as n (subject_id, secret, renews)
                 where s.subject_id = n.subject_id and n.renews and s.secret is null and s.destroyed_at is not null
                 returning s.subject_id",
            )
            .bind(&ids)
            .bind(&secrets)
            .bind(&renews)
            .fetch_all(&self.pool)
            .await?;
        }
        for (id, renewed) in made.into_iter().map(|id| (id, false)).chain(renewed.into_iter().map(|id| (id, true))) {
            let subject = Subject { secret: fresh[&id].clone(), renewed };
            self.subjects.insert(id, subject.clone());
            missing.remove(&id);
            found.insert(id, subject);
        }
        Ok(())
    }

    async fn day_secrets(&self, wanted: BTreeSet<Day>, make: Make) -> Result<HashMap<Day, Secret>, KeyError> {
        let mut found = HashMap::with_capacity(wanted.len());
        for key in wanted {
            if let Some(secret) = self.days.get(&key) {
                found.insert(key, secret);
                continue;
            }
            let (tenant, day, keeping) = key;
            let seen = self.forgets.load(Ordering::SeqCst);
            if make == Make::Missing {
                let wrapping = self.tenant(tenant).await?.wrapping;
                sqlx::query(
                    "insert into es.day_secret (tenant_id, day, class, secret) values ($1, $2, $3, $4)
                     on conflict do nothing",
                )
                .bind(tenant)
                .bind(day)
                .bind(keeping.as_str())
                .bind(seal_bytes(wrapping.bytes(), tenant.as_bytes(), fresh_secret().bytes()))
                .execute(&self.pool)
                .await?;
            }
            let wrapped: Option<Option<Vec<u8>>> =
                sqlx::query_scalar("select secret from es.day_secret where tenant_id = $1 and day = $2 and class = $3")
                    .bind(tenant)
                    .bind(day)
                    .bind(keeping.as_str())
                    .fetch_optional(&self.pool)
                    .await?;
            if let Some(wrapped) = wrapped.flatten() {
                let secret = self.unwrap_secret(tenant, tenant.as_bytes(), &wrapped).await?;
                self.days.insert(key, secret.clone());
                if self.forgets.load(Ordering::SeqCst) != seen {
                    self.days.remove(&key);
                }
                found.insert(key, secret);
            }
        }
        Ok(found)
    }
}

impl TenantKeys {
    fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let former = || self.former.as_ref().and_then(|former| open_bytes(former.bytes(), aad, sealed));
        open_bytes(self.wrapping.bytes(), aad, sealed).or_else(former)
    }
}

/// A category that this build does not know may be about anybody: the shortest way of keeping that is not processing.
fn keeping_of(event: &Recorded) -> Keeping {
    Category::parse(&event.category).map_or(Keeping::Message, Category::keeping)
}
