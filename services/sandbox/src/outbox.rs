//! What one number's callback is still owed, and the task that delivers it.
//!
//! Receipts wait in a heap by due time. One task a number takes what is due, posts it in batches
//! over a few connections, and keeps every batch until the callback answers 2xx. While a callback
//! fails, it is probed with one request at a time, so a backlog costs nothing until it can move.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::profile::Profile;
use crate::receipts::{Planned, Status};
use crate::state::Sandbox;

/// One receipt on its way. Ordered by due time; times are milliseconds of the sandbox's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub at_ms: u64,
    pub send: u32,
    /// How much earlier than `at_ms` it happened.
    pub lag_ms: u32,
    pub code: u32,
    pub status: Status,
    /// Its place in the plan of its send.
    pub slot: u8,
}

impl Due {
    /// The receipt at this place in the plan of a send.
    pub fn new(send: u32, slot: usize, accepted_at_ms: u64, planned: &Planned) -> Self {
        Self {
            at_ms: accepted_at_ms + u64::from(planned.due_ms),
            send,
            lag_ms: planned.lag_ms,
            code: planned.code,
            status: planned.status,
            slot: u8::try_from(slot).expect("a send has a handful of receipts"),
        }
    }
}

/// What is told besides receipts, as one webhook.
#[derive(Debug)]
pub enum Inbound {
    /// Messages from a person.
    Messages { contacts: Vec<Value>, messages: Vec<Value> },
    /// A change of another field, and how many messages it counts for.
    Change { field: String, value: Value, counted: u64 },
}

impl Inbound {
    /// How many messages it brings.
    pub fn messages(&self) -> u64 {
        match self {
            Self::Messages { messages, .. } => messages.len() as u64,
            Self::Change { counted, .. } => *counted,
        }
    }
}

/// What one request carries.
#[derive(Debug)]
pub enum Parcel {
    Receipts { generation: u64, receipts: Vec<Due> },
    Inbound(Inbound),
}

/// What waits for the delivering task.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: Mutex<Waiting>,
    changed: Notify,
    moved: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    receipts: BinaryHeap<Reverse<Due>>,
    inbound: VecDeque<Inbound>,
    /// When the task looks by itself, so that only an earlier receipt need wake it.
    looks_at_ms: u64,
}

impl Outbox {
    pub fn push(&self, receipts: impl Iterator<Item = Due>) {
        let mut waiting = self.lock();
        let mut earliest = u64::MAX;
        for due in receipts {
            earliest = earliest.min(due.at_ms);
            waiting.receipts.push(Reverse(due));
        }
        if earliest < waiting.looks_at_ms {
            self.changed.notify_one();
        }
    }

    pub fn push_inbound(&self, inbound: Inbound) {
        self.lock().inbound.push_back(inbound);
        self.changed.notify_one();
    }

    pub fn clear(&self) {
        let mut waiting = self.lock();
        waiting.receipts = BinaryHeap::new();
        waiting.inbound.clear();
    }

    /// The callback moved: what it refused at its old address is tried again at once.
    pub fn moved(&self) {
        self.moved.notify_one();
    }

    /// Takes one request's worth of what is due.
    pub fn take(&self, now_ms: u64, generation: u64, batch_size: usize) -> Option<Parcel> {
        let mut waiting = self.lock();
        if let Some(inbound) = waiting.inbound.pop_front() {
            return Some(Parcel::Inbound(inbound));
        }
        let mut receipts = Vec::new();
        while receipts.len() < batch_size && waiting.receipts.peek().is_some_and(|Reverse(due)| due.at_ms <= now_ms) {
            receipts.extend(waiting.receipts.pop().map(|Reverse(due)| due));
        }
        (!receipts.is_empty()).then_some(Parcel::Receipts { generation, receipts })
    }

    /// When the next receipt wants to leave, but not before `floor_ms`.
    fn next_look(&self, floor_ms: u64) -> Option<u64> {
        let mut waiting = self.lock();
        let due =
            if waiting.inbound.is_empty() { waiting.receipts.peek().map(|Reverse(due)| due.at_ms) } else { Some(0) };
        let look = due.map(|due| due.max(floor_ms));
        // At the floor nothing can make the task look earlier.
        waiting.looks_at_ms = match look {
            None => u64::MAX,
            Some(at_ms) if at_ms > floor_ms => at_ms,
            Some(_) => 0,
        };
        look
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("no holder of this lock panics")
    }
}

/// A batch the callback did not take.
struct Retry {
    after: Instant,
    attempts: u32,
    parcel: Parcel,
}

/// Delivers what waits for one number until the sandbox stops.
pub async fn deliver(sandbox: Arc<Sandbox>, profile: Arc<Profile>) {
    let mut in_flight = FuturesUnordered::new();
    let mut retries: VecDeque<Retry> = VecDeque::new();
    let mut failures = 0u32;
    // No request leaves before this: set by the linger after a look, and by the pause after a failure.
    let mut rests_until = Instant::now();
    loop {
        let now = Instant::now();
        let allowed = if failures == 0 { sandbox.config.connections_per_callback } else { 1 };
        if now >= rests_until {
            while in_flight.len() < allowed {
                let ripe = retries.iter().position(|retry| retry.after <= now).and_then(|place| retries.remove(place));
                let next = ripe.map(|retry| (retry.parcel, retry.attempts));
                let Some((parcel, attempts)) = next.or_else(|| Some((sandbox.take_due(&profile)?, 0))) else { break };
                in_flight.push(attempt(&sandbox, &profile, parcel, attempts));
            }
            rests_until = now + sandbox.config.batch_linger;
        }
        let wake_at = if in_flight.len() >= allowed {
            None
        } else {
            let due =
                profile.outbox.next_look(sandbox.clock.millis(rests_until)).map(|at_ms| sandbox.clock.instant(at_ms));
            let retry = retries.iter().map(|retry| retry.after.max(rests_until)).min();
            due.into_iter().chain(retry).min()
        };
        tokio::select! {
            () = sandbox.shutdown.cancelled() => return,
            Some((parcel, attempts, taken)) = in_flight.next() => {
                if taken {
                    failures = 0;
                } else {
                    failures = failures.saturating_add(1);
                    let now = Instant::now();
                    rests_until = rests_until.max(now + sandbox.backoff(failures));
                    retries.push_back(Retry { after: now + sandbox.backoff(attempts + 1), attempts: attempts + 1, parcel });
                }
            }
            () = sleep_until(wake_at) => {}
            () = profile.outbox.changed.notified() => {}
            () = profile.outbox.moved.notified() => {
                rests_until = Instant::now();
                retries.iter_mut().for_each(|retry| retry.after = rests_until);
            }
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn attempt(sandbox: &Sandbox, profile: &Profile, parcel: Parcel, attempts: u32) -> (Parcel, u32, bool) {
    let taken = sandbox.post(profile, &parcel).await;
    if taken {
        sandbox.settle(profile, &parcel);
    }
    (parcel, attempts, taken)
}
