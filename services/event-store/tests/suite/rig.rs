//! A store on a database of its own, and short ways to say what is appended.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Category, StreamId};
use waybill_domain::wallet::{Event, ToppedUp};
use waybill_event_store::{
    Append, CommandKey, Database, EventStore, Expected, MasterKey, Metadata, Outcome, StreamWrite,
};
use waybill_launcher::{TestDatabase, shared_test_servers};

pub const TENANT: TenantId = TenantId(Uuid::from_u128(1));
pub const OTHER: TenantId = TenantId(Uuid::from_u128(2));
pub const KEY: &str = "0909090909090909090909090909090909090909090909090909090909090909";

pub struct Rig {
    pub store: EventStore,
    pub database: TestDatabase,
}

impl Rig {
    pub async fn start() -> Self {
        let made = tokio::task::spawn_blocking(|| shared_test_servers().fresh_database());
        let database = made.await.expect("a database");
        Database::migrate(&database.url, &key()).await.expect("migrates");
        let store = open(&database.url).await;
        for tenant in [TENANT, OTHER] {
            store.keys.create_tenant(tenant).await.expect("keys of a tenant");
        }
        Self { store, database }
    }

    /// What another process has.
    pub async fn another(&self) -> EventStore {
        open(&self.database.url).await
    }

    pub async fn superuser(&self) -> PgConnection {
        PgConnection::connect(&self.database.url).await.expect("connects")
    }

    pub async fn append(&self, writes: Vec<StreamWrite>) -> Outcome {
        self.store.append(Append::new(metadata(TENANT), writes)).await.expect("appends")
    }
}

pub fn key() -> MasterKey {
    MasterKey::from_hex(KEY).expect("a key")
}

pub async fn open(url: &str) -> EventStore {
    EventStore::new(Database::connect(url, &key(), 8).await.expect("connects"), key())
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).expect("a time")
}

pub fn metadata(tenant_id: TenantId) -> Metadata {
    Metadata {
        tenant_id,
        actor: Actor::SYSTEM,
        at: now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    }
}

pub fn stream() -> StreamId {
    StreamId::new(Category::Wallet, Uuid::now_v7())
}

/// As many events as numbers, told apart by them.
pub fn write(stream: StreamId, expected: Expected, points: &[u64]) -> StreamWrite {
    let events: Vec<Event> = points.iter().map(|points| topped_up(*points)).collect();
    StreamWrite::new(stream, expected, &events)
}

fn topped_up(points: u64) -> Event {
    ToppedUp { points, note: String::new() }.into()
}

pub fn command(fingerprint: &[u8]) -> CommandKey {
    CommandKey { id: Uuid::now_v7(), fingerprint: fingerprint.to_vec(), answer: Some("the first answer".to_owned()) }
}

pub fn appended(outcome: Outcome) -> (i64, Vec<i64>) {
    match outcome {
        Outcome::Appended { position, versions } => (position, versions),
        other => panic!("{other:?}"),
    }
}
