//! A process of ours with real servers: a database of its own on the shared Postgres, and a NATS server of its own.
//!
//! Shared by the suites of several crates, which name this file by its path.
#![allow(dead_code, reason = "each suite uses what it needs")]

use chrono::Utc;
use clap::Parser;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Category, StreamId};
use waybill_domain::wallet::{Event, ToppedUp};
use waybill_event_store::{Append, Database, Expected, MasterKey, Metadata, Outcome, StreamWrite};
use waybill_launcher::{PrivateNats, TestDatabase, shared_test_servers};
use waybill_runtime::{Clock, Config, Context};

pub const MASTER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";
pub const TENANT: TenantId = TenantId(Uuid::from_u128(0x7e9a97));

/// Longer than anything takes on a loaded machine; only a failure waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Rig {
    pub context: Context,
    pub nats: Mutex<PrivateNats>,
    pub database: TestDatabase,
    _folder: tempfile::TempDir,
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl Rig {
    pub async fn start() -> Self {
        let database = blocking(|| shared_test_servers().fresh_database()).await;
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().to_owned();
        let nats = blocking(move || PrivateNats::start(&home).expect("nats starts")).await;
        let master = MasterKey::from_hex(MASTER_KEY).expect("a key");
        Database::migrate(&database.url, &master).await.expect("migrates");
        let context = connect(&database.url, &nats.url()).await;
        context.store.keys.create_tenant(TENANT).await.expect("keys of the tenant");
        Self { context, nats: Mutex::new(nats), database, _folder: folder }
    }

    /// What another process of the same installation is handed.
    pub async fn another(&self) -> Context {
        let url = self.nats.lock().expect("nobody panicked").url();
        connect(&self.database.url, &url).await
    }

    /// Does something to the NATS server.
    pub fn nats(&self, disturb: impl FnOnce(&mut PrivateNats)) {
        tokio::task::block_in_place(|| disturb(&mut self.nats.lock().expect("nobody panicked")));
    }

    /// Appends `count` events, many at once.
    pub async fn append(&self, count: usize) -> i64 {
        append(&self.context, count).await
    }

    pub async fn head(&self) -> i64 {
        self.context.store.head().await.expect("postgres answers")
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.context.stop.cancel();
    }
}

async fn connect(database_url: &str, nats_url: &str) -> Context {
    let arguments = ["suite", "--database-url", database_url, "--nats-url", nats_url, "--master-key", MASTER_KEY];
    let mut config = Settings::parse_from(arguments).config;
    config.database_connections = 12;
    config.stream = "EVENTS".to_owned();
    config.stream_replicas = 1;
    Context::connect(config, Clock::system(), CancellationToken::new()).await.expect("connects")
}

pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("does not panic")
}

pub fn metadata() -> Metadata {
    Metadata {
        tenant_id: TENANT,
        actor: Actor::SYSTEM,
        at: Clock::system().now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    }
}

pub fn topped_up(points: u64) -> Event {
    ToppedUp { points, note: "for a test".to_owned() }.into()
}

/// Appends `count` events to new streams, up to 500 events a stream, and answers the last position.
pub async fn append(context: &Context, count: usize) -> i64 {
    let mut left = count;
    let mut tasks = tokio::task::JoinSet::new();
    while left > 0 {
        let events: Vec<Event> = (0..left.min(500)).map(|nth| topped_up(nth as u64 + 1)).collect();
        left -= events.len();
        let store = context.store.clone();
        tasks.spawn(async move {
            let stream = StreamId::new(Category::Wallet, Uuid::now_v7());
            let write = StreamWrite::new(stream, Expected::Exactly(0), &events);
            match store.append(Append::new(metadata(), vec![write])).await.expect("appends") {
                Outcome::Appended { position, .. } => position,
                other => panic!("{other:?}"),
            }
        });
    }
    tasks.join_all().await.into_iter().max().unwrap_or(0)
}

/// Asks again until it is so. Panics with `what` when it never is.
pub async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < PATIENCE, "in vain waited {PATIENCE:?} until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Follows the feed from the beginning, asserts that it is dense, and keeps what came.
pub struct Listener {
    seen: Arc<Mutex<Vec<Uuid>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    pub fn start(context: &Context) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (feed, kept) = (context.feed.clone(), seen.clone());
        let task = tokio::spawn(async move {
            let mut position = 0;
            loop {
                let events = match feed.next(position, 1_000).await {
                    Ok(events) => events,
                    Err(error) => panic!("the feed failed: {error}"),
                };
                let mut kept = kept.lock().expect("nobody panicked");
                for event in events {
                    assert_eq!(event.position, position + 1, "the feed is not dense");
                    position = event.position;
                    kept.push(event.event_id);
                }
            }
        });
        Self { seen, task }
    }

    pub fn count(&self) -> usize {
        assert!(!self.task.is_finished(), "the listener failed");
        self.seen.lock().expect("nobody panicked").len()
    }

    /// Waits for everything that is in the log, and compares.
    pub async fn has_all(&self, context: &Context) {
        let head = context.store.head().await.expect("postgres answers");
        until("the feed has all", async || self.count() as i64 >= head).await;
        let logged: Vec<Uuid> = sqlx::query_scalar("select event_id from es.event where pos <= $1 order by pos")
            .bind(head)
            .fetch_all(&context.store.database.system)
            .await
            .expect("postgres answers");
        let seen = self.seen.lock().expect("nobody panicked");
        assert!(seen[..logged.len()] == logged[..], "the feed gave other events than the log has");
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The present moment, for names that must not meet those of another test.
pub fn moment() -> i64 {
    Utc::now().timestamp_micros()
}
