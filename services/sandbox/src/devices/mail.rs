//! The webhooks a device owes, and the task that delivers them.
//!
//! Green API's letters leave strictly one after another, and one that is not taken holds up all
//! behind it. WAHA's travel side by side, each with the retries its session asks for, and a letter
//! nobody took in the end is gone.

use std::cmp::Ordering;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;

use crate::devices::device::ECHO;
use crate::devices::{Device, Inner, Provider};
use crate::receipts::Status;
use crate::state::Sandbox;

/// The most letters of one WAHA session on their way at once.
const SIDE_BY_SIDE: usize = 64;

/// What a letter is about, and so what is counted once it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Device,
    Echo { send: u32 },
    Receipt { send: u32, slot: u8, status: Status, code: u32 },
    Inbound,
}

/// One webhook on its way.
#[derive(Debug, Clone)]
pub struct Letter {
    pub at_ms: u64,
    pub number: u64,
    pub generation: u64,
    pub event: String,
    /// Without a body nothing is posted.
    pub body: Option<Value>,
    pub about: About,
}

impl PartialEq for Letter {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Letter {}

impl PartialOrd for Letter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Letter {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at_ms, self.number).cmp(&(other.at_ms, other.number))
    }
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fortune {
    /// Somebody took it.
    Taken,
    /// There was nobody to take it, or nobody did in the end.
    Dropped,
}

/// How a receipt ended, as the journal remembers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It happened, and somebody was told.
    Told,
    /// It happened, and nobody was told.
    Untold,
    /// It will not happen.
    Dropped,
}

/// Runs one device until the sandbox stops: its timers, and its letters.
pub async fn run(sandbox: Arc<Sandbox>, device: Arc<Device>) {
    let mut on_their_way = FuturesUnordered::new();
    loop {
        let timer_at = sandbox.tick(&device);
        let allowed = if device.provider == Provider::GreenApi { 1 } else { SIDE_BY_SIDE };
        while on_their_way.len() < allowed {
            let Some(letter) = sandbox.due_letter(&device) else { break };
            on_their_way.push(carry(&sandbox, &device, letter));
        }
        let letter_at = if on_their_way.len() < allowed { sandbox.next_letter_at(&device) } else { None };
        let wake_at = timer_at.into_iter().chain(letter_at).min().map(|at_ms| sandbox.clock.instant(at_ms));
        tokio::select! {
            () = sandbox.shutdown.cancelled() => return,
            Some((letter, fortune)) = on_their_way.next() => sandbox.settle_letter(&device, &letter, fortune),
            () = sleep_until(wake_at) => {}
            () = device.changed.notified() => {}
        }
    }
}

async fn sleep_until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn carry(sandbox: &Sandbox, device: &Device, letter: Letter) -> (Letter, Fortune) {
    let fortune = match (&letter.body, device.provider) {
        (None, _) | (_, Provider::Zentra) => Fortune::Dropped,
        (Some(body), Provider::GreenApi) => crate::green::webhooks::deliver(sandbox, device, body).await,
        (Some(body), Provider::Waha) => crate::waha::delivery::deliver(sandbox, device, &letter.event, body).await,
    };
    (letter, fortune)
}

impl Sandbox {
    fn due_letter(&self, device: &Device) -> Option<Letter> {
        let now_ms = self.clock.now_ms();
        let mut inner = device.lock();
        let next = inner.mail.peek().filter(|next| next.0.at_ms <= now_ms)?;
        // Without an address a letter waits to be asked for.
        if next.0.body.is_some() && !crate::green::webhooks::is_pushed(&inner.card) {
            return None;
        }
        inner.mail.pop().map(|letter| letter.0)
    }

    fn next_letter_at(&self, device: &Device) -> Option<u64> {
        let inner = device.lock();
        let next = inner.mail.peek()?;
        let waits = next.0.body.is_some() && !crate::green::webhooks::is_pushed(&inner.card);
        (!waits).then_some(next.0.at_ms)
    }

    /// Counts what became of a letter.
    pub(crate) fn settle_letter(&self, device: &Device, letter: &Letter, fortune: Fortune) {
        let mut inner = device.lock();
        if inner.generation != letter.generation {
            return;
        }
        match letter.about {
            About::Device => return,
            About::Inbound => {
                if fortune == Fortune::Taken {
                    device.counts.inbound_sent.add(1);
                    self.note(|journal| journal.inbound(&inner.card.path(), 1));
                }
            }
            About::Echo { send } => self.settle_slot(device, &mut inner, send, ECHO, End::Told),
            About::Receipt { send, slot, status, code } => {
                if let Some(sent) = inner.sends.get_mut(send as usize) {
                    sent.state = sent.state.max(Some(status));
                    if status == Status::Failed {
                        sent.code = code;
                    }
                }
                device.counts.receipts_pending.subtract(1);
                if fortune == Fortune::Taken {
                    device.counts.receipts_sent.add(1);
                }
                let end = if fortune == Fortune::Taken { End::Told } else { End::Untold };
                self.settle_slot(device, &mut inner, send, slot, end);
            }
        }
        drop(inner);
        device.settled.notify_waiters();
    }

    pub(crate) fn settle_slot(&self, device: &Device, inner: &mut Inner, send: u32, slot: u8, end: End) {
        if let Some(sent) = inner.sends.get_mut(send as usize) {
            sent.settled |= 1 << u32::from(slot);
            self.note(|journal| journal.settled(device.provider, &device.number_id, send, slot, end));
        }
    }
}
