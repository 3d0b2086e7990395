//! Taking a file in: told by its content, scanned, and kept. In this order, so that nothing unknown or unsafe is stored.

use crate::{MediaFiles, NotRecognised, ScanError, Scanner, StoreError, Verdict, describe, recognise, sha256};
use bytes::Bytes;
use waybill_domain::id::{MediaId, TenantId};
use waybill_domain::media::{About, MediaKind, Scan, recognised_kind};

#[derive(Debug, Clone)]
pub struct Shelf {
    pub files: MediaFiles,
    scanner: Option<Scanner>,
    pub most_bytes: u64,
}

/// Why a file is not taken in. The first three are about the file; the others pass.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenIn {
    #[error(transparent)]
    NotRecognised(#[from] NotRecognised),
    #[error("the file has more than {} MiB", *.0 as f64 / f64::from(1 << 20))]
    TooLarge(u64),
    #[error("the virus scanner found {0}")]
    Infected(String),
    #[error(transparent)]
    Scanner(#[from] ScanError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NotTakenIn {
    /// Whether another try could end otherwise.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Scanner(_) | Self::Store(_))
    }
}

impl Shelf {
    pub fn new(files: MediaFiles, scanner: Option<Scanner>, most_bytes: u64) -> Self {
        Self { files, scanner, most_bytes }
    }

    /// What somebody uploads: stored, if it is what it says and of a kind that is taken. Answers how it is called, too.
    pub async fn take_in(
        &self,
        tenant: TenantId,
        media: MediaId,
        bytes: Bytes,
        file_name: &str,
        said: Option<&str>,
    ) -> Result<(About, String), NotTakenIn> {
        let recognised = recognise(&bytes, file_name, said)?;
        let kind = recognised_kind(recognised.mime_type);
        let about = self.keep(tenant, media, bytes, recognised.mime_type, kind).await?;
        Ok((about, recognised.file_name))
    }

    /// What a person sent: stored whatever it is, unless it is dangerous. `kind` is as what it was sent.
    pub async fn take_in_inbound(
        &self,
        tenant: TenantId,
        media: MediaId,
        bytes: Bytes,
        file_name: &str,
        kind: MediaKind,
    ) -> Result<About, NotTakenIn> {
        let described = describe(&bytes, file_name)?;
        self.keep(tenant, media, bytes, described.mime_type, kind).await
    }

    async fn keep(
        &self,
        tenant: TenantId,
        media: MediaId,
        bytes: Bytes,
        mime_type: &str,
        kind: MediaKind,
    ) -> Result<About, NotTakenIn> {
        let size = bytes.len() as u64;
        if size > self.most_bytes {
            return Err(NotTakenIn::TooLarge(self.most_bytes));
        }
        let scan = match &self.scanner {
            None => Scan::NotScanned,
            Some(scanner) => match scanner.scan(&bytes).await? {
                Verdict::Clean => Scan::Clean,
                Verdict::Infected(name) => return Err(NotTakenIn::Infected(name)),
            },
        };
        let about = About { kind, mime_type: mime_type.to_owned(), bytes: size, sha256: sha256(&bytes), scan };
        self.files.put(tenant, media, bytes).await?;
        Ok(about)
    }
}
