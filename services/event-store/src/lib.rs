//! The log of Waybill in Postgres: append, read, load, checkpoints, and the keys of personal data.
//!
//! Owns schema `es` (sacred) and the encryption half of `vault`. What must stay true:
//! - Positions are dense and in commit order; every reader asserts it (`read`).
//! - An event is written only by `es.append`, never changed, never deleted.
//! - A stream is decided on at an exact version; whoever lost the race gets `Conflict`.
//! - A personal part is encrypted before it reaches Postgres (`keys`).

pub mod append;
pub mod checkpoint;
pub mod database;
pub mod keys;
pub mod load;
pub mod many;
pub mod read;
pub mod row;
pub mod sending;
pub mod session_lock;
pub mod vault;
pub mod writer;

pub use append::{Append, AppendError, CommandKey, Expected, Metadata, Outcome, StreamWrite};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use database::{Database, DatabaseError};
pub use keys::{KeyError, KeyRing, MasterKey};
pub use load::{ExecuteError, Executed, LoadError, Loaded};
pub use many::{Decided, Decision, ManyError};
pub use read::ReadError;
pub use sending::{Beginning, Begun, InFlight};
pub use session_lock::{LockClass, SessionLock};

use std::sync::Arc;
use tokio::sync::watch;

/// A handle to the log. Cheap to clone.
#[derive(Clone)]
pub struct EventStore {
    pub database: Database,
    pub keys: Arc<KeyRing>,
    writer: writer::Writer,
    appended: watch::Sender<i64>,
}

impl EventStore {
    pub fn new(database: Database, master: MasterKey) -> Self {
        let keys = Arc::new(KeyRing::new(database.system.clone(), master));
        let (appended, _) = watch::channel(0);
        let writer = writer::Writer::start(database.system.clone(), appended.clone());
        Self { database, keys, writer, appended }
    }

    /// The highest position that this process has appended; changes wake local readers.
    pub fn appended(&self) -> watch::Receiver<i64> {
        self.appended.subscribe()
    }

    /// Tells local readers of an append made in a caller's own transaction, after its commit.
    pub fn announce(&self, position: i64) {
        self.appended.send_if_modified(|seen| {
            let newer = position > *seen;
            *seen = position.max(*seen);
            newer
        });
    }
}
