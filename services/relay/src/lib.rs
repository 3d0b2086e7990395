//! The log to JetStream: event n of the log becomes the message with sequence n.
//!
//! JetStream is a cache that may be lost at any time, so nothing is remembered about it: the stream's own last sequence
//! is the cursor. What must stay true:
//! - Every publish names the sequence that must precede it. Whatever happened to the stream, a message is in its place
//!   or refused; two relays at once refuse each other's, and neither doubles.
//! - What the stream holds is compared with the log at every start, reconnect, trouble, and every few seconds
//!   ([`stream`]). Postgres is right, except that a stream which is *ahead* is never overwritten: then Postgres came
//!   from a backup, and a person decides.

mod partitions;
mod patrol;
mod publish;
mod session;
mod stream;

use anyhow::Context as _;
use session::{Ended, Session};
use std::time::Duration;
use waybill_event_store::{LockClass, SessionLock};
use waybill_runtime::Context;

/// How often a relay that stands by asks whether it is its turn.
const STANDBY: Duration = Duration::from_secs(1);

/// What differs between a test and a deployment.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How far back a stream begins that is made anew. Readers find older events in Postgres.
    pub republished: i64,
    /// How often the stream is compared with the log when nothing seems wrong.
    pub inspect_every: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { republished: 1_000_000, inspect_every: Duration::from_secs(3) }
    }
}

/// Why something did not work.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It may pass: tried again, forever.
    Passing { cause: &'static str, error: anyhow::Error },
    /// Trying again would do harm or cannot help: a person must look.
    Final(anyhow::Error),
}

impl Trouble {
    fn passing(cause: &'static str, error: impl Into<anyhow::Error>) -> Self {
        Self::Passing { cause, error: error.into() }
    }
}

/// Runs until the process stops. Ends by itself only where going on would do harm.
pub async fn run(context: Context) -> anyhow::Result<()> {
    run_with(context, Options::default()).await
}

pub async fn run_with(context: Context, options: Options) -> anyhow::Result<()> {
    tokio::select! {
        () = context.stop.cancelled() => Ok(()),
        ended = relay(&context, options) => ended,
        () = partitions::keep_ahead(&context) => Ok(()),
    }
}

async fn relay(context: &Context, options: Options) -> anyhow::Result<()> {
    let pool = &context.store.database.system;
    loop {
        let lock = match SessionLock::try_acquire(pool, LockClass::Relay, &context.bus.stream_name).await {
            Ok(Some(lock)) => lock,
            Ok(None) => {
                tokio::time::sleep(STANDBY).await;
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "the lock of the relay cannot be asked for");
                tokio::time::sleep(STANDBY).await;
                continue;
            }
        };
        tracing::info!(stream = context.bus.stream_name, "relaying");
        match Session::new(context, options, lock).run().await {
            Ended::LockLost => tracing::warn!("the lock of the relay was lost"),
            Ended::Failed(error) => {
                return Err(error).with_context(|| format!("relaying to stream {}", context.bus.stream_name));
            }
        }
    }
}
