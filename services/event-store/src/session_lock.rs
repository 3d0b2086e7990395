//! One active copy of a task among many processes, by a session advisory lock of Postgres.
//!
//! It is a courtesy, not a fence: it saves work that would be refused anyway. What keeps a second copy harmless is the
//! epoch of its checkpoint, or the expected sequence of the stream. The lock goes when its connection goes, or when nothing
//! is heard of its holder for a while: a process that is stopped, or whose machine is, does not hold others up for ever.

use sqlx::{Connection, PgConnection, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// Lock classes, the first key of the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockClass {
    Relay = 7003,
    Projection = 7004,
    Rebuild = 7005,
    /// A process or a sender.
    Task = 7007,
}

/// How often the holder says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// After how long the server ends the session of a holder that says nothing.
const SILENCE: &str = "set idle_session_timeout = '15s'";

/// Held for as long as this value lives and its connection holds.
#[derive(Debug)]
pub struct SessionLock {
    connection: Arc<Mutex<Option<PgConnection>>>,
    heart: JoinHandle<()>,
}

impl SessionLock {
    /// `None` when another session has it.
    pub async fn try_acquire(pool: &PgPool, class: LockClass, name: &str) -> Result<Option<Self>, sqlx::Error> {
        // Detached, so that holding a lock takes nothing from the pool.
        let mut connection = pool.acquire().await?.detach();
        let held: bool = sqlx::query_scalar("select pg_try_advisory_lock($1, hashtext($2))")
            .bind(class as i32)
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        if !held {
            connection.close().await?;
            return Ok(None);
        }
        sqlx::raw_sql(SILENCE).execute(&mut connection).await?;
        let connection = Arc::new(Mutex::new(Some(connection)));
        let heart = tokio::spawn(beat(connection.clone()));
        Ok(Some(Self { connection, heart }))
    }

    /// Whether the session still answers. When it does not, another may have the lock.
    pub async fn is_held(&mut self) -> bool {
        answers(&self.connection).await
    }

    /// Gives it back at once, instead of when the server notices that the connection is gone.
    pub async fn release(self) {
        if let Some(mut connection) = self.connection.lock().await.take() {
            // A connection that is broken already has released it; one that is closed releases it a moment later.
            let _ = sqlx::raw_sql("select pg_advisory_unlock_all()").execute(&mut connection).await;
            let _ = connection.close().await;
        }
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        self.heart.abort();
    }
}

async fn beat(connection: Arc<Mutex<Option<PgConnection>>>) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if !answers(&connection).await {
            return;
        }
    }
}

async fn answers(connection: &Mutex<Option<PgConnection>>) -> bool {
    match connection.lock().await.as_mut() {
        Some(connection) => connection.ping().await.is_ok(),
        None => false,
    }
}
