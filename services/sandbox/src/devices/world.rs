//! What is true for all wires: who is on WhatsApp, and how new devices are linked.

use std::collections::HashSet;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::devices::Engine;
use crate::state::Sandbox;

/// How devices come to be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Linking {
    /// A device that waits for a scan is scanned after so long without being asked.
    pub auto_link_ms: Option<u64>,
    /// How long one code is good for.
    pub code_ms: u64,
    /// How many codes there are before a WAHA session fails.
    pub codes: u32,
    /// How long a start takes.
    pub start_ms: u64,
    /// The engine of new WAHA sessions, and of `GET /api/version`.
    pub engine: Engine,
}

impl Default for Linking {
    fn default() -> Self {
        Self { auto_link_ms: None, code_ms: 20_000, codes: 6, start_ms: 300, engine: Engine::default() }
    }
}

impl Linking {
    pub fn invalid(&self) -> Option<&'static str> {
        if self.code_ms == 0 {
            Some("code_ms must be at least 1")
        } else if self.codes == 0 {
            Some("codes must be at least 1")
        } else {
            None
        }
    }
}

/// The numbers that are not on WhatsApp.
#[derive(Default)]
pub struct Absent {
    numbers: RwLock<HashSet<u64>>,
    any: AtomicBool,
}

impl Absent {
    pub fn put(&self, numbers: HashSet<u64>) {
        self.any.store(!numbers.is_empty(), Ordering::Release);
        *self.numbers.write().expect("no holder of this lock panics") = numbers;
    }

    /// Somebody said so of this very number.
    pub fn named(&self, number: u64) -> bool {
        self.any.load(Ordering::Acquire)
            && self.numbers.read().expect("no holder of this lock panics").contains(&number)
    }

    pub fn all(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> =
            self.numbers.read().expect("no holder of this lock panics").iter().copied().collect();
        numbers.sort_unstable();
        numbers
    }
}

impl Sandbox {
    /// Whether a number is on WhatsApp: all are but those named and those that end in 0000.
    pub(crate) fn is_on_whatsapp(&self, number: u64) -> bool {
        !number.is_multiple_of(10_000) && !self.absent.named(number)
    }

    pub(crate) fn linking(&self) -> Linking {
        *self.linking.read().expect("no holder of this lock panics")
    }

    pub(crate) fn put_linking(&self, linking: Linking) {
        *self.linking.write().expect("no holder of this lock panics") = linking;
        self.devices.all().iter().for_each(|device| self.relink(device));
    }
}
