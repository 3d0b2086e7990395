//! How a sandbox is set up when it starts. What can be changed while it runs (faults, the
//! disorder of receipts, registered numbers) goes through the control API instead.

use std::path::PathBuf;
use std::time::Duration;

use crate::devices::world::Linking;
use crate::receipts::Behaviour;

/// The settings of one sandbox.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the webhooks of a number that nobody registered go. `{phone_number_id}` is replaced.
    pub default_callback: String,
    /// The app secret that signs the webhooks of such numbers.
    pub default_app_secret: String,
    /// The file that lets sends and pending receipts survive a restart.
    pub journal: Option<PathBuf>,
    /// Which receipts follow a send, when, and in what disorder.
    pub receipts: Behaviour,
    /// At most this many statuses in one webhook request.
    pub batch_size: usize,
    /// How long due receipts are collected before they are posted together.
    pub batch_linger: Duration,
    /// Requests in flight to one callback.
    pub connections_per_callback: usize,
    /// How long a callback may take to answer.
    pub callback_timeout: Duration,
    /// The longest pause between two attempts at a callback that does not answer 2xx.
    pub retry_cap: Duration,
    /// Where people and callbacks reach the sandbox; the address it listens on without it.
    pub public_url: Option<String>,
    /// How linked devices come to be linked.
    pub linking: Linking,
    /// Makes the disorder and the faults repeatable.
    pub seed: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_callback: "http://127.0.0.1:8080/hooks/cloud-api/by-number/{phone_number_id}".into(),
            default_app_secret: "sandbox-secret".into(),
            journal: None,
            receipts: Behaviour::default(),
            batch_size: 200,
            batch_linger: Duration::from_millis(20),
            connections_per_callback: 4,
            callback_timeout: Duration::from_secs(10),
            retry_cap: Duration::from_secs(5),
            public_url: None,
            linking: Linking::default(),
            seed: None,
        }
    }
}
