//! The task that keeps the ring up with the log.

use super::Ring;
use crate::bus::{Bus, wire};
use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures::StreamExt;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use waybill_domain::envelope::Recorded;
use waybill_event_store::EventStore;

/// How long JetStream may be silent before Postgres is asked whether there is anything.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often Postgres is asked while JetStream cannot be used.
const POLL: Duration = Duration::from_millis(50);
const BATCH: i64 = 1_000;

pub struct Follower {
    store: EventStore,
    bus: Bus,
    ring: Arc<RwLock<Ring>>,
    head: watch::Sender<i64>,
    position: i64,
}

/// Why JetStream is left for a while.
enum Left {
    /// It had not what the log has.
    Behind,
    /// No stream, no consumer, or nonsense in it.
    Unusable(String),
}

impl Follower {
    pub fn new(store: EventStore, bus: Bus, ring: Arc<RwLock<Ring>>, head: watch::Sender<i64>, position: i64) -> Self {
        Self { store, bus, ring, head, position }
    }

    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.round() => {}
            }
        }
    }

    async fn round(&mut self) {
        match self.follow().await {
            Left::Behind => {
                metrics::counter!("feed_fallbacks_total", "cause" => "behind").increment(1);
                self.catch_up().await;
            }
            Left::Unusable(reason) => {
                metrics::counter!("feed_fallbacks_total", "cause" => "unusable").increment(1);
                tracing::debug!(reason, "jetstream cannot be followed, reading postgres");
                let mut woken = self.bus.woken();
                for _ in 0..10 {
                    self.catch_up().await;
                    let _ = tokio::time::timeout(POLL, woken.changed()).await;
                }
            }
        }
    }

    /// Takes events from JetStream for as long as it keeps up.
    async fn follow(&mut self) -> Left {
        let start_sequence = u64::try_from(self.position + 1).expect("positions are not negative");
        let mut stream = match self.bus.jetstream.get_stream(&self.bus.stream_name).await {
            Ok(stream) => stream,
            Err(error) => return Left::Unusable(error.to_string()),
        };
        match stream.info().await {
            Ok(info) if info.state.first_sequence > start_sequence && info.state.messages > 0 => return Left::Behind,
            Ok(_) => {}
            Err(error) => return Left::Unusable(error.to_string()),
        }
        let config = OrderedConfig {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ..OrderedConfig::default()
        };
        let mut messages = match stream.create_consumer(config).await {
            Ok(consumer) => match consumer.messages().await {
                Ok(messages) => messages,
                Err(error) => return Left::Unusable(error.to_string()),
            },
            Err(error) => return Left::Unusable(error.to_string()),
        };
        loop {
            let message = match tokio::time::timeout(PATIENCE, messages.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return Left::Unusable(error.to_string()),
                Ok(None) => return Left::Unusable("the consumer ended".into()),
                Err(_) => match self.store.head().await {
                    Ok(head) if head > self.position => return Left::Behind,
                    Ok(_) => continue,
                    Err(error) => return Left::Unusable(error.to_string()),
                },
            };
            if !wire::is_intact(&message) {
                metrics::counter!("feed_garbled_total").increment(1);
                return Left::Unusable(format!("the message after {} is garbled", self.position));
            }
            let event = match wire::decode(&message.payload) {
                Ok(event) => event,
                Err(error) => return Left::Unusable(error.to_string()),
            };
            if event.position <= self.position {
                continue;
            }
            if event.position != self.position + 1 {
                return Left::Behind;
            }
            self.take([event]);
        }
    }

    /// Reads Postgres up to its head.
    async fn catch_up(&mut self) {
        loop {
            match self.store.read(self.position, BATCH).await {
                Ok(events) if events.is_empty() => return,
                Ok(events) => self.take(events),
                Err(error) => {
                    tracing::warn!(%error, position = self.position, "the log cannot be read");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    return;
                }
            }
        }
    }

    fn take(&mut self, events: impl IntoIterator<Item = Recorded>) {
        let mut ring = self.ring.write().expect("nobody panics holding the ring");
        for event in events {
            self.position = event.position;
            self.store.keys.hear(&event);
            ring.push(Arc::new(event));
        }
        drop(ring);
        self.head.send_replace(self.position);
    }
}
