//! Where a reader of the log stands.
//!
//! A checkpoint moves in the transaction of the reader's effect, from exactly where it stood, under the epoch of its
//! owner. Taking it over raises the epoch, so an owner that was thought dead and wakes up moves nothing.

use sqlx::{PgConnection, PgPool};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub name: String,
    pub position: i64,
    pub epoch: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    #[error("checkpoint {name}: {source}")]
    Database {
        name: String,
        #[source]
        source: sqlx::Error,
    },
    #[error("checkpoint {name} was taken over: epoch {epoch} at position {position} no longer holds")]
    Fenced { name: String, epoch: i64, position: i64 },
}

impl Checkpoint {
    /// Takes the checkpoint over, beginning at `start` when it is new.
    pub async fn acquire(pool: &PgPool, name: &str, start: i64) -> Result<Self, CheckpointError> {
        let (position, epoch): (i64, i64) = sqlx::query_as(
            "insert into es.checkpoint as c (name, position, epoch) values ($1, $2, 1)
             on conflict (name) do update set epoch = c.epoch + 1, updated_at = now() returning position, epoch",
        )
        .bind(name)
        .bind(start)
        .fetch_one(pool)
        .await
        .map_err(|source| CheckpointError::Database { name: name.to_owned(), source })?;
        Ok(Self { name: name.to_owned(), position, epoch })
    }

    /// Where a reader stands, whoever owns it.
    pub async fn position(pool: &PgPool, name: &str) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar("select position from es.checkpoint where name = $1").bind(name).fetch_optional(pool).await
    }

    /// Moves to `to` in the caller's transaction. The new value holds once that transaction has committed; the caller
    /// keeps the old one until then.
    pub async fn advance(&self, connection: &mut PgConnection, to: i64) -> Result<Self, CheckpointError> {
        let moved = sqlx::query(
            "update es.checkpoint set position = $1, updated_at = now() where name = $2 and position = $3 and epoch = $4",
        )
        .bind(to)
        .bind(&self.name)
        .bind(self.position)
        .bind(self.epoch)
        .execute(connection)
        .await
        .map_err(|source| CheckpointError::Database { name: self.name.clone(), source })?;
        if moved.rows_affected() != 1 {
            return Err(self.fenced());
        }
        Ok(Self { position: to, ..self.clone() })
    }
    pub(crate) fn fenced(&self) -> CheckpointError {
        let Self { name, position, epoch } = self.clone();
        CheckpointError::Fenced { name, epoch, position }
    }
}
