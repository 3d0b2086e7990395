//! A reader of the log with a checkpoint.
//!
//! `next` gives the events after what was read; `commit` moves the checkpoint in the transaction of the effect. Events
//! without effect need no commit of their own: the checkpoint catches up with the next one, or now and then by `idle`.

use crate::context::Context;
use crate::feed::Feed;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_event_store::read::check_dense;
use waybill_event_store::{Checkpoint, CheckpointError, ReadError};

/// How far the checkpoint may lag behind what was read without effect.
const IDLE_EVENTS: i64 = 2_000;

pub struct Subscription {
    feed: Feed,
    pool: PgPool,
    checkpoint: Checkpoint,
    read: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error("subscription: {0}")]
    Database(#[from] sqlx::Error),
}

impl Subscription {
    /// Takes over the checkpoint `name`; a new one begins at the beginning of the log.
    pub async fn start(context: &Context, name: &str) -> Result<Self, SubscriptionError> {
        Self::start_at(context, name, 0).await
    }

    /// Takes over the checkpoint `name`; a new one begins after `position`.
    pub async fn start_at(context: &Context, name: &str, position: i64) -> Result<Self, SubscriptionError> {
        let pool = context.store.database.system.clone();
        let checkpoint = Checkpoint::acquire(&pool, name, position).await?;
        let read = checkpoint.position;
        Ok(Self { feed: context.feed.clone(), pool, checkpoint, read })
    }

    /// The position up to which events were given out.
    pub fn position(&self) -> i64 {
        self.read
    }

    pub fn epoch(&self) -> i64 {
        self.checkpoint.epoch
    }

    /// How many events of the log were not given out yet, as far as this process knows.
    pub fn lag(&self) -> i64 {
        (self.feed.head() - self.read).max(0)
    }

    /// The next stretch of the log, one event at least. Cancel-safe.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Arc<Recorded>>, SubscriptionError> {
        let events = self.feed.next(self.read, limit).await?;
        check_dense(self.read, events.iter().map(Arc::as_ref))?;
        if let Some(last) = events.last() {
            self.read = last.position;
        }
        Ok(events)
    }

    /// Moves the checkpoint to what was read, in the caller's transaction; call `committed` after its commit.
    pub async fn commit(&self, connection: &mut PgConnection) -> Result<Checkpoint, SubscriptionError> {
        Ok(self.checkpoint.advance(connection, self.read).await?)
    }

    /// Where it stands, for those who move it in a statement of their own; call `committed` after.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    pub fn committed(&mut self, checkpoint: Checkpoint) {
        self.checkpoint = checkpoint;
    }

    /// Goes back to the checkpoint, after a transaction that was rolled back.
    pub fn rewind(&mut self) {
        self.read = self.checkpoint.position;
    }

    /// After a stretch without effect: moves the checkpoint when it lags too far.
    pub async fn idle(&mut self) -> Result<(), SubscriptionError> {
        if self.read - self.checkpoint.position >= IDLE_EVENTS {
            let mut connection = self.pool.acquire().await?;
            self.checkpoint = self.checkpoint.advance(&mut connection, self.read).await?;
        }
        Ok(())
    }
}
