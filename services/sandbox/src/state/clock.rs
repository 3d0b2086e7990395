//! The sandbox's clock. Receipts outlive a process, so their times are Unix times; the waiting is
//! done on the runtime's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Unix milliseconds that never go back, tied to the runtime's clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    started_ms: u64,
}

impl Clock {
    pub fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is past 1970");
        Self { started: Instant::now(), started_ms: since.as_millis() as u64 }
    }

    pub fn now_ms(&self) -> u64 {
        self.millis(Instant::now())
    }

    pub fn millis(&self, at: Instant) -> u64 {
        self.started_ms + at.saturating_duration_since(self.started).as_millis() as u64
    }

    pub fn instant(&self, at_ms: u64) -> Instant {
        self.started + Duration::from_millis(at_ms.saturating_sub(self.started_ms))
    }
}

/// The machine's clock as it is, for whoever compares with what other processes saw.
pub fn unix_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is past 1970").as_micros() as u64
}
