//! The log as this process follows it: one consumer of JetStream for all readers here, with Postgres behind it.
//!
//! The feed keeps the latest stretch of the log in a ring. A reader that is further behind reads Postgres until it
//! meets the ring. Whatever JetStream does (stalls, loses its store, comes back with other contents), the feed goes on
//! from Postgres: it trusts nothing but the next position.

mod follow;

use crate::bus::Bus;
use std::collections::VecDeque;
use std::sync::{Arc, RwLock};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use waybill_domain::envelope::Recorded;
use waybill_event_store::{EventStore, ReadError};

/// The ring holds at most this many events …
const RING_EVENTS: usize = 20_000;
/// … and about this many bytes of them.
const RING_BYTES: usize = 24 << 20;

#[derive(Clone)]
pub struct Feed {
    ring: Arc<RwLock<Ring>>,
    head: watch::Receiver<i64>,
    store: EventStore,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Arc<Recorded>>,
    bytes: usize,
}

impl Ring {
    fn push(&mut self, event: Arc<Recorded>) {
        self.bytes += weight(&event);
        self.events.push_back(event);
        while self.events.len() > RING_EVENTS || (self.bytes > RING_BYTES && self.events.len() > 1) {
            if let Some(old) = self.events.pop_front() {
                self.bytes -= weight(&old);
            }
        }
    }

    /// Events after a position, if the ring reaches back that far.
    fn after(&self, position: i64, limit: usize) -> Option<Vec<Arc<Recorded>>> {
        let first = self.events.front()?.position;
        let skip = usize::try_from(position + 1 - first).ok()?;
        Some(self.events.iter().skip(skip).take(limit).cloned().collect())
    }
}

fn weight(event: &Recorded) -> usize {
    use waybill_domain::envelope::PersonalPart;
    let personal = if let PersonalPart::Sealed(part) = &event.personal { part.bytes.len() } else { 0 };
    event.data.len() + personal + 320
}

impl Feed {
    /// Follows the log from its present head.
    pub async fn start(store: &EventStore, bus: &Bus, stop: CancellationToken) -> Result<Self, ReadError> {
        let start = store.head().await?;
        let ring = Arc::new(RwLock::new(Ring::default()));
        let (sender, head) = watch::channel(start);
        let follower = follow::Follower::new(store.clone(), bus.clone(), ring.clone(), sender, start);
        tokio::spawn(follower.run(stop));
        Ok(Self { ring, head, store: store.clone() })
    }

    /// The highest position that this process has seen.
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    pub fn head_changes(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }

    /// The next events after `position`, at most `limit`; waits until there is one. Dense: a gap is an error.
    pub async fn next(&self, position: i64, limit: usize) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let mut head = self.head.clone();
        // A closed channel means that the process stops: the caller's own stop signal ends it.
        if head.wait_for(|head| *head > position).await.is_err() {
            std::future::pending::<()>().await;
        }
        let ready = self.ring.read().expect("nobody panics holding the ring").after(position, limit);
        if let Some(events) = ready.filter(|events| !events.is_empty()) {
            return Ok(events);
        }
        Ok(self.store.read(position, limit as i64).await?.into_iter().map(Arc::new).collect())
    }
}
