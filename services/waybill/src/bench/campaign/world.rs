//! A tenant with points, three numbers of the sandbox and as many contacts as there will be recipients.
//!
//! Set up through the log itself, not through the API: what is measured begins later.

use super::house::House;
use anyhow::{bail, ensure};
use chrono::Utc;
use sqlx::PgPool;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::contact::{self, Consent, Person, Source};
use waybill_domain::id::{PackageId, ProfileId, TenantId};
use waybill_domain::package::Distribution;
use waybill_domain::package::limits::{Overrides, Settings};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::{package, profile, wallet};
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_event_store::{Append, EventStore, Expected, Metadata, Outcome, StreamWrite};

const NUMBERS: usize = 3;
const CHUNK: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(600);

pub struct World {
    pub tenant: TenantId,
    pub package: PackageId,
    pub recipients: usize,
}

impl World {
    /// A tenant of its own, whose numbers keep within `limits`.
    pub async fn furnish(
        store: &EventStore,
        house: &House,
        recipients: usize,
        limits: Settings,
    ) -> anyhow::Result<Self> {
        let tenant = TenantId(Uuid::now_v7());
        store.keys.create_tenant(tenant).await?;
        Self::furnish_for(store, house, tenant, recipients, limits).await
    }

    /// Ready when the read models have every contact.
    pub async fn furnish_for(
        store: &EventStore,
        house: &House,
        tenant: TenantId,
        recipients: usize,
        limits: Settings,
    ) -> anyhow::Result<Self> {
        let world = Self { tenant, package: PackageId(Uuid::now_v7()), recipients };
        world.package(store, &house.sandbox_url, limits).await?;
        world.contacts(store).await?;
        caught_up(&store.database.system, store.head().await?).await?;
        Ok(world)
    }

    pub fn metadata(&self) -> Metadata {
        Metadata {
            tenant_id: self.tenant,
            actor: Actor::process("bench"),
            at: Utc::now(),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        }
    }

    pub fn points(&self) -> u64 {
        self.recipients as u64 * wallet::POINTS_PER_RECIPIENT
    }

    async fn package(&self, store: &EventStore, sandbox_url: &str, settings: Settings) -> anyhow::Result<()> {
        let topped_up: wallet::Event = wallet::ToppedUp { points: self.points(), note: String::new() }.into();
        let create =
            package::Command::Create { name: "Sandbox".into(), settings, distribution: Distribution::RoundRobin };
        let created = package::decide(&package::State::default(), create)?;
        let mut writes = vec![
            StreamWrite::new(StreamId::wallet(self.tenant), Expected::Any, &[topped_up]),
            StreamWrite::new(self.package, Expected::Exactly(0), &created),
        ];
        for number in numbers() {
            let profile_id = ProfileId(Uuid::now_v7());
            let added: profile::Event = profile::Added {
                package_id: self.package,
                name: number.clone(),
                provider: ProviderKind::Sandbox,
                phone: "+12025550100".into(),
                phone_number_id: number.clone(),
                overrides: Overrides::default(),
                rank: Default::default(),
            }
            .into();
            writes.push(StreamWrite::new(profile_id, Expected::Exactly(0), &[added]));
            let access = ProfileAccess {
                profile_id,
                tenant_id: self.tenant,
                provider: ProviderKind::Sandbox,
                phone_number_id: number,
                credential: Credential {
                    base_url: format!("{sandbox_url}/v23.0"),
                    access_token: "sandbox-token".into(),
                    app_secret: "sandbox-secret".into(),
                    verify_token: "verify".into(),
                    settings: Default::default(),
                },
            };
            store.put_credential(&access).await?;
        }
        match store.append(Append::new(self.metadata(), writes)).await? {
            Outcome::Appended { .. } => Ok(()),
            other => bail!("setting up ended with {other:?}"),
        }
    }

    async fn contacts(&self, store: &EventStore) -> anyhow::Result<()> {
        for first in (0..self.recipients).step_by(CHUNK) {
            let mut appends = Vec::with_capacity(CHUNK);
            for nth in first..self.recipients.min(first + CHUNK) {
                let phone = phone(nth);
                let contact_id = store.keys.contact_id(self.tenant, &phone).await?;
                let person = Person { phone, name: Some(format!("Person {nth}")), fields: BTreeMap::new() };
                let added: contact::Event = contact::Added {
                    contact_id,
                    source: Source::Manual { user_id: None },
                    tags: BTreeSet::new(),
                    consent: Some(Consent { source: "bench".into(), proof: None, at: Utc::now() }),
                    person: Personal::Known(person),
                }
                .into();
                let write = StreamWrite::new(contact_id, Expected::Exactly(0), &[added]);
                appends.push(Append::new(self.metadata(), vec![write]));
            }
            let ready = store.make_ready(appends).await?;
            let mut transaction = store.database.system.begin().await?;
            let outcomes = store.append_in(&mut transaction, &ready).await?;
            ensure!(outcomes.iter().all(|it| matches!(it, Outcome::Appended { .. })), "a contact is there twice");
            transaction.commit().await?;
        }
        Ok(())
    }
}

pub fn phone(nth: usize) -> String {
    format!("+62812{:08}", 10_000_000 + nth)
}

/// As a provider numbers its numbers.
pub fn numbers() -> Vec<String> {
    (0..NUMBERS).map(|nth| format!("{}", 100_000_000_000_001 + nth)).collect()
}

/// Until every read model stands at `position` or behind it.
pub async fn caught_up(pool: &PgPool, position: i64) -> anyhow::Result<()> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let (behind, slowest): (i64, Option<String>) = sqlx::query_as(
            "select count(*) filter (where position < $1), min(name) filter (where position < $1) from es.checkpoint
             where name like 'projection/%'",
        )
        .bind(position)
        .fetch_one(pool)
        .await?;
        if behind == 0 {
            return Ok(());
        }
        ensure!(tokio::time::Instant::now() < deadline, "{slowest:?} does not reach position {position}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
