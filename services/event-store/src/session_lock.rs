//! One active copy of a task among many processes, by a session advisory lock of Postgres.
//!
//! It is a courtesy, not a fence: it saves work that would be refused anyway. What keeps a second copy harmless is the
//! epoch of its checkpoint, or the expected sequence of the stream. The lock goes when its connection goes.

use sqlx::{Connection, PgConnection, PgPool};

/// Lock classes, the first key of the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockClass {
    Relay = 7003,
    Projection = 7004,
    Rebuild = 7005,
    /// A process or a sender.
    Task = 7007,
}

/// Held for as long as this value lives and its connection holds.
#[derive(Debug)]
pub struct SessionLock {
    connection: PgConnection,
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
        if held {
            return Ok(Some(Self { connection }));
        }
        connection.close().await?;
        Ok(None)
    }

    /// Whether the session still answers. When it does not, another may have the lock.
    pub async fn is_held(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }

    /// Gives it back at once, instead of when the server notices that the connection is gone.
    pub async fn release(self) {
        // A connection that is broken already has released it.
        let _ = self.connection.close().await;
    }
}
