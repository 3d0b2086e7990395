//! A sender's number: where its webhooks go, what signs them, what was counted for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::outbox::Outbox;

/// Where the webhooks of a number go. Given by the control API or by the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    pub phone_number_id: String,
    pub callback_url: String,
    pub app_secret: String,
    /// Without it any token that is not empty will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

/// A counter that is read and written from everywhere.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    pub fn subtract(&self, by: u64) {
        self.0.fetch_sub(by, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// What was counted for one number.
#[derive(Debug, Default)]
pub struct Counts {
    pub accepted: Counter,
    pub distinct: Counter,
    pub refused: Counter,
    pub receipts_sent: Counter,
    pub receipts_pending: Counter,
    pub inbound_sent: Counter,
}

impl Counts {
    pub fn clear(&self) {
        let all = [
            &self.accepted,
            &self.distinct,
            &self.refused,
            &self.receipts_sent,
            &self.receipts_pending,
            &self.inbound_sent,
        ];
        all.into_iter().for_each(Counter::clear);
    }
}

/// One number.
pub struct Profile {
    /// Its place in the list of profiles.
    pub index: u32,
    pub phone_number_id: String,
    pub registration: RwLock<Arc<Registration>>,
    pub counts: Counts,
    pub outbox: Outbox,
    pub allowance: Allowance,
    /// A receipt was taken.
    pub settled: Notify,
}

impl Profile {
    pub fn new(index: u32, registration: Registration) -> Self {
        Self {
            index,
            phone_number_id: registration.phone_number_id.clone(),
            registration: RwLock::new(Arc::new(registration)),
            counts: Counts::default(),
            outbox: Outbox::default(),
            allowance: Allowance::default(),
            settled: Notify::new(),
        }
    }

    pub fn registration(&self) -> Arc<Registration> {
        self.registration.read().expect("no holder of this lock panics").clone()
    }
}

/// What a number may still send this second.
#[derive(Default)]
pub struct Allowance(Mutex<Option<Left>>);

struct Left {
    sends: f64,
    at: Instant,
}

impl Allowance {
    /// Takes one send from an allowance of `rate` a second; false when it is used up.
    pub fn within(&self, rate: u32) -> bool {
        let mut slot = self.0.lock().expect("no holder of this lock panics");
        let now = Instant::now();
        let left = slot.get_or_insert(Left { sends: f64::from(rate), at: now });
        let earned = now.duration_since(left.at).as_secs_f64() * f64::from(rate);
        left.sends = (left.sends + earned).min(f64::from(rate));
        left.at = now;
        if left.sends < 1.0 {
            return false;
        }
        left.sends -= 1.0;
        true
    }
}
