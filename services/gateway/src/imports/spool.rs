//! An uploaded file on its way into the database, in pieces: memory does not grow with it.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use bytes::BytesMut;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use waybill_contact_files::Head;
use waybill_domain::id::{ImportId, TenantId};

pub const LARGEST_FILE: u64 = 512 << 20;
const PIECE: usize = 1 << 20;
/// Enough for the columns and the first rows.
const HEAD: usize = 512 << 10;

pub struct Spool {
    pub import_id: ImportId,
    pub file_name: String,
    pub bytes: u64,
    tenant: TenantId,
    head: Vec<u8>,
    hash: Sha256,
    /// Pieces stored so far; `None` when the file is only looked at.
    stored: Option<i32>,
}

impl Spool {
    /// Reads the file, and stores it when `keep`.
    pub async fn read(
        app: &App,
        tenant: TenantId,
        import_id: Uuid,
        mut field: Field<'_>,
        keep: bool,
    ) -> Result<Self, Problem> {
        let mut spool = Self {
            import_id: ImportId(import_id),
            file_name: name(field.file_name()),
            bytes: 0,
            tenant,
            head: Vec::new(),
            hash: Sha256::new(),
            stored: keep.then_some(0),
        };
        if keep {
            spool.open(app).await?;
        }
        let read = spool.fill(app, &mut field).await;
        if read.is_err() {
            spool.discard(app).await?;
        }
        read.map(|()| spool)
    }

    async fn fill(&mut self, app: &App, field: &mut Field<'_>) -> Result<(), Problem> {
        let mut piece = BytesMut::with_capacity(PIECE);
        while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
            self.bytes += chunk.len() as u64;
            if self.bytes > LARGEST_FILE {
                return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "a file has 512 MiB at most"));
            }
            let room = HEAD.saturating_sub(self.head.len());
            self.head.extend_from_slice(&chunk[..room.min(chunk.len())]);
            // A browser takes an answer before the end of its upload for a broken connection: so the rest of a file
            // that is only looked at is read too, and forgotten.
            if self.stored.is_none() {
                continue;
            }
            self.hash.update(&chunk);
            piece.extend_from_slice(&chunk);
            while piece.len() >= PIECE {
                let full = piece.split_to(PIECE);
                self.store(app, &full).await?;
            }
        }
        if !piece.is_empty() {
            self.store(app, &piece).await?;
        }
        Ok(())
    }

    async fn open(&self, app: &App) -> Result<(), Problem> {
        sqlx::query("insert into process.upload (import_id, tenant_id, file_name, options) values ($1, $2, $3, '{}')")
            .bind(self.import_id.0)
            .bind(self.tenant.0)
            .bind(&self.file_name)
            .execute(&app.store.database.system)
            .await?;
        Ok(())
    }

    async fn store(&mut self, app: &App, piece: &[u8]) -> Result<(), Problem> {
        let Some(nth) = self.stored else { return Ok(()) };
        sqlx::query("insert into process.upload_piece (import_id, tenant_id, nth, body) values ($1, $2, $3, $4)")
            .bind(self.import_id.0)
            .bind(self.tenant.0)
            .bind(nth)
            .bind(piece)
            .execute(&app.store.database.system)
            .await?;
        self.stored = Some(nth + 1);
        Ok(())
    }

    /// The beginning of the file.
    pub fn head(&self) -> Head<'_> {
        if self.bytes > self.head.len() as u64 { Head::Cut(&self.head) } else { Head::Whole(&self.head) }
    }

    pub fn hash(&self) -> Vec<u8> {
        self.hash.clone().finalize().to_vec()
    }

    /// Deletes what was stored, unless its import has begun.
    pub async fn discard(&self, app: &App) -> Result<(), Problem> {
        if self.stored.is_none() {
            return Ok(());
        }
        // Never of an import that has begun, whatever the caller believes of its append.
        let mut transaction = app.store.database.system.begin().await?;
        for statement in [
            "delete from process.upload_piece p using process.upload u
             where p.import_id = $1 and p.tenant_id = $2 and u.import_id = p.import_id and not u.complete",
            "delete from process.upload where import_id = $1 and tenant_id = $2 and not complete",
        ] {
            sqlx::query(statement).bind(self.import_id.0).bind(self.tenant.0).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}

pub fn unreadable(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "an upload has 513 MiB at most")
        }
        _ => Problem::bad_request("malformed", "the form cannot be read"),
    }
}

/// The last part of the name that the client gave.
fn name(given: Option<&str>) -> String {
    let name = given.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() { "upload.csv".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_the_last_part_without_control_characters() {
        assert_eq!(name(Some("C:\\lists\\spring\n.csv")), "spring.csv");
        assert_eq!(name(Some("../../etc/passwd")), "passwd");
        assert_eq!(name(None), "upload.csv");
    }
}
