//! The pieces of an upload, in order, one in memory at a time. For a thread that may block.

use bytes::Bytes;
use sqlx::PgPool;
use tokio::runtime::Handle;
use waybill_domain::id::{ImportId, TenantId};

pub struct Pieces {
    pub pool: PgPool,
    pub runtime: Handle,
    pub tenant_id: TenantId,
    pub import_id: ImportId,
    /// Size of the whole file; 0 when whoever stored it did not say.
    pub bytes: u64,
    pub given: u64,
    /// Of the piece that was given last.
    pub nth: i32,
}

#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    #[error("reading a piece of upload {0}: {1}")]
    Database(ImportId, #[source] sqlx::Error),
    #[error("upload {import_id} has {found} of {expected} bytes")]
    Incomplete { import_id: ImportId, found: u64, expected: u64 },
}

impl Iterator for Pieces {
    type Item = Result<Bytes, PieceError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.runtime.block_on(self.fetch()) {
            Ok(Some((nth, body))) => {
                self.nth = nth;
                self.given += body.len() as u64;
                Some(Ok(Bytes::from(body)))
            }
            Ok(None) if self.bytes == 0 || self.given == self.bytes => None,
            Ok(None) => {
                let (import_id, found, expected) = (self.import_id, self.given, self.bytes);
                Some(Err(PieceError::Incomplete { import_id, found, expected }))
            }
            Err(error) => Some(Err(PieceError::Database(self.import_id, error))),
        }
    }
}

impl Pieces {
    async fn fetch(&self) -> Result<Option<(i32, Vec<u8>)>, sqlx::Error> {
        sqlx::query_as(
            "select nth, body from process.upload_piece where import_id = $1 and tenant_id = $2 and nth > $3
             order by nth limit 1",
        )
        .bind(self.import_id.0)
        .bind(self.tenant_id.0)
        .bind(self.nth)
        .fetch_optional(&self.pool)
        .await
    }
}
