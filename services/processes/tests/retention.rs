//! Days end when they are older than the tenant keeps them, and not a day sooner.

#![allow(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::conversation::{self, InboundReceived, Said};
use waybill_domain::envelope::PersonalPart;
use waybill_domain::id::{ContactId, ConversationId, ProfileId, TenantId};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::tenant::{Command, PrivacyChanged, Registered, Tenant};
use waybill_domain::webhook_inbox::{self, RawBody, Received};
use waybill_event_store::{Append, Database, Expected, KeyRing, MasterKey, StreamWrite};
use waybill_launcher::{TestDatabase, shared_test_servers};
use waybill_processes::retention;
use waybill_runtime::{Clock, Config, Context};

const KEY: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

struct Rig {
    context: Context,
    tenant: TenantId,
    /// Days that have passed.
    days: Arc<AtomicI64>,
    _database: TestDatabase,
}

impl Rig {
    async fn start() -> Self {
        let database = tokio::task::spawn_blocking(|| shared_test_servers().fresh_database()).await.unwrap();
        Database::migrate(&database.url, &MasterKey::from_hex(KEY).unwrap()).await.unwrap();
        let mut config = Config::on(&database.url, &shared_test_servers().nats_url, KEY);
        config.stream = format!("RETENTION-{}", Uuid::now_v7().simple());
        config.database_connections = 4;
        let days = Arc::new(AtomicI64::new(0));
        let passed = days.clone();
        let begun: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::from_fn(move || begun + TimeDelta::days(passed.load(Ordering::Relaxed)));
        let context = Context::connect(config, clock, CancellationToken::new()).await.unwrap();
        let tenant = TenantId(Uuid::now_v7());
        context.store.keys.create_tenant(tenant).await.unwrap();
        let registered = Registered { name: "Kopi".into(), default_country: None, time_zone: "UTC".into() };
        let rig = Self { context, tenant, days, _database: database };
        rig.tenant_does(Command::Register(registered)).await;
        rig
    }

    async fn tenant_does(&self, command: Command) {
        let metadata = self.context.unprompted(self.tenant, Actor::SYSTEM);
        self.context.store.execute::<Tenant>(metadata, self.tenant.0, command).await.unwrap();
    }

    /// Somebody writes, by way of a provider.
    async fn somebody_writes(&self) {
        let contact_id = ContactId(Uuid::now_v7());
        let profile_id = ProfileId(Uuid::now_v7());
        let body = Personal::Known(RawBody("{\"text\":\"hello\"}".into()));
        let received = Received { profile_id, provider: ProviderKind::Sandbox, bytes: 16, body };
        let said = Said { text: Some("hello".into()), phone: None, ..Said::default() };
        let inbound = InboundReceived {
            contact_id,
            in_group: false,
            profile_id,
            provider_message_id: Uuid::now_v7().to_string(),
            kind: "text".into(),
            at: self.context.clock.now(),
            said: Personal::Known(said),
        };
        let delivery = StreamId::webhook_delivery(Uuid::now_v7());
        let writes = vec![
            StreamWrite::new(delivery, Expected::Any, &[webhook_inbox::Event::from(received)]),
            StreamWrite::new(
                ConversationId::for_contact(contact_id),
                Expected::Any,
                &[conversation::Event::from(inbound)],
            ),
        ];
        let metadata = self.context.unprompted(self.tenant, Actor::SYSTEM);
        self.context.store.append(Append::new(metadata, writes)).await.unwrap();
    }

    /// How many deliveries and how many texts a process that begins now can read.
    async fn readable(&self) -> (usize, usize) {
        let keys = KeyRing::new(self.context.store.database.system.clone(), MasterKey::from_hex(KEY).unwrap());
        let mut events = self.context.store.read(0, 1_000).await.unwrap();
        keys.open(&mut events).await.unwrap();
        let open = |category: &str| {
            let of = events.iter().filter(|event| event.category == category);
            of.filter(|event| matches!(event.personal, PersonalPart::Open(_))).count()
        };
        (open("webhook_inbox"), open("conversation"))
    }

    /// The webhook reader has read everything.
    async fn everything_is_read(&self) {
        sqlx::query(
            "insert into es.checkpoint (name, position, epoch) select 'process/webhook-reader', max(pos), 1 from es.event
             on conflict (name) do update set position = excluded.position",
        )
        .execute(&self.context.store.database.system)
        .await
        .unwrap();
    }

    async fn a_day_passes(&self) {
        self.days.fetch_add(1, Ordering::Relaxed);
        retention::apply(&self.context).await.unwrap();
    }

    async fn told(&self) -> i64 {
        sqlx::query_scalar("select count(*) from es.event where type = 'tenant.retention_applied'")
            .fetch_one(&self.context.store.database.system)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn texts_are_readable_for_as_many_days_as_were_promised() {
    let rig = Rig::start().await;
    rig.somebody_writes().await;
    rig.everything_is_read().await;
    for day in 1..=14 {
        rig.a_day_passes().await;
        rig.everything_is_read().await;
        let deliveries = usize::from(day <= 2);
        assert_eq!(rig.readable().await, (deliveries, 1), "after {day} days");
    }
    rig.somebody_writes().await;
    rig.everything_is_read().await;
    rig.a_day_passes().await;
    assert_eq!(rig.readable().await, (1, 1), "the older text has ended, the newer has not");
    assert_eq!(rig.told().await, 1);
    retention::apply(&rig.context).await.unwrap();
    assert_eq!(rig.told().await, 1, "once a day at most");
}

#[tokio::test]
async fn a_tenant_that_keeps_texts_longer_keeps_them() {
    let rig = Rig::start().await;
    rig.tenant_does(Command::ChangePrivacy(PrivacyChanged { retention_days: 30, consent_policy: String::new() })).await;
    rig.somebody_writes().await;
    for _ in 0..30 {
        rig.a_day_passes().await;
    }
    assert_eq!((rig.readable().await.1, rig.told().await), (1, 0));
    rig.a_day_passes().await;
    assert_eq!((rig.readable().await.1, rig.told().await), (0, 1));
}

#[tokio::test]
async fn a_delivery_that_was_not_read_yet_is_kept() {
    let rig = Rig::start().await;
    rig.everything_is_read().await;
    rig.somebody_writes().await;
    for _ in 0..10 {
        rig.a_day_passes().await;
    }
    assert_eq!(rig.readable().await.0, 1, "nobody has read it");
    rig.everything_is_read().await;
    rig.a_day_passes().await;
    assert_eq!(rig.readable().await.0, 0);
}
