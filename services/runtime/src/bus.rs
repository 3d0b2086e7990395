//! NATS: the connection, the stream of events, and pings that an append has happened.
//!
//! JetStream is a cache of the log, in the same order and under the same numbers. It may be lost at any time.

pub mod wire;

use crate::config::Config;
use async_nats::jetstream;
use async_nats::jetstream::stream::{Config as StreamConfig, DiscardPolicy, RetentionPolicy, StorageType};
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use waybill_domain::id::TenantId;
use waybill_event_store::EventStore;

/// The lowest server that is tested: older ones ignore `first_sequence` silently.
const OLDEST_SERVER: (u16, u16) = (2, 10);

/// Partitions of the event subjects.
pub const PARTITIONS: u128 = 16;

#[derive(Clone)]
pub struct Bus {
    pub client: async_nats::Client,
    pub jetstream: jetstream::Context,
    pub stream_name: String,
    replicas: usize,
    wake_subject: String,
    woken: watch::Receiver<u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("nats: {0}")]
    Connect(#[from] async_nats::ConnectError),
    #[error("nats address: {0}")]
    Address(std::io::Error),
    #[error("nats-server {found} is too old, {}.{} or newer is needed", OLDEST_SERVER.0, OLDEST_SERVER.1)]
    TooOld { found: String },
    #[error("subscribing: {0}")]
    Subscribe(#[from] async_nats::SubscribeError),
    #[error("nats is not configured for what the stream needs: {0}")]
    Misconfigured(String),
}

impl Bus {
    pub async fn connect(config: &Config, store: &EventStore, stop: CancellationToken) -> Result<Self, BusError> {
        let address: async_nats::ServerAddr = config.nats_url.parse().map_err(BusError::Address)?;
        let mut options = async_nats::ConnectOptions::new();
        // The client takes user and password from its options only, not from the address.
        if let (Some(user), Some(password)) = (address.username(), address.password()) {
            options = options.user_and_password(user.to_owned(), password.to_owned());
        }
        let client = options
            .name("waybill")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|attempts| Duration::from_millis((50 * attempts as u64).min(1_000)))
            .connect(address)
            .await?;
        check_version(&client)?;
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(Duration::from_secs(5));
        let wake_subject = format!("{}.wake", config.stream.to_lowercase());
        let woken = listen(&client, &wake_subject, store, stop).await?;
        Ok(Self {
            client,
            jetstream,
            stream_name: config.stream.clone(),
            replicas: config.stream_replicas,
            wake_subject,
            woken,
        })
    }

    /// What the stream has to be. Limits retention: it is a window on the log that ages out, never a queue.
    pub fn stream_config(&self, first_sequence: Option<u64>) -> StreamConfig {
        StreamConfig {
            name: self.stream_name.clone(),
            subjects: vec![format!("{}.>", self.subject_root())],
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            discard: DiscardPolicy::Old,
            max_age: Duration::from_secs(7 * 24 * 3_600),
            num_replicas: self.replicas,
            deny_delete: true,
            deny_purge: true,
            allow_direct: true,
            first_sequence,
            ..StreamConfig::default()
        }
    }

    /// `ev` for the stream `EVENTS`; another stream has its own root, so that installations do not mix.
    pub fn subject_root(&self) -> String {
        if self.stream_name == "EVENTS" { "ev".to_owned() } else { format!("ev-{}", self.stream_name.to_lowercase()) }
    }

    /// Changes when anyone, in this process or another, has appended.
    pub fn woken(&self) -> watch::Receiver<u64> {
        self.woken.clone()
    }

    /// Where a projector tells, after its commit, that a read model of a tenant has moved; the payload is the position
    /// in decimal. Readers of it must also poll: core NATS forgets.
    pub fn live_subject(&self, tenant: TenantId, projection: &str) -> String {
        format!("{}.live.{tenant}.{projection}", self.stream_name.to_lowercase())
    }

    pub fn wake_subject(&self) -> &str {
        &self.wake_subject
    }

    /// Refuses a server that is too old. One that was not reached yet passes: ask again once it answers.
    pub fn check_server(&self) -> Result<(), BusError> {
        check_version(&self.client)
    }
}

fn check_version(client: &async_nats::Client) -> Result<(), BusError> {
    let found = client.server_info().version;
    // Not connected yet: the version is checked by the relay when it sees the stream.
    if found.is_empty() {
        return Ok(());
    }
    let mut parts = found.split('.').map(|part| part.parse::<u16>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if version < OLDEST_SERVER { Err(BusError::TooOld { found }) } else { Ok(()) }
}

/// Forwards local appends to the other processes, and merges both into one signal.
async fn listen(
    client: &async_nats::Client,
    subject: &str,
    store: &EventStore,
    stop: CancellationToken,
) -> Result<watch::Receiver<u64>, BusError> {
    let (wake, woken) = watch::channel(0u64);
    let mut pings = client.subscribe(subject.to_owned()).await?;
    let mut appended = store.appended();
    let (client, subject) = (client.clone(), subject.to_owned());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                changed = appended.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    wake.send_modify(|count| *count += 1);
                    // Lost pings only cost time: every reader also polls.
                    let _ = client.publish(subject.clone(), "".into()).await;
                }
                ping = pings.next() => match ping {
                    Some(_) => wake.send_modify(|count| *count += 1),
                    None => return,
                },
            }
        }
    });
    Ok(woken)
}
