//! The object store: S3 and what speaks its language, or a folder.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use std::ops::Range;
use std::sync::Arc;
use url::Url;
use waybill_domain::id::{MediaId, TenantId};

/// A file a tenant may have is at `<prefix>/<tenant>/<media>`, so that a tenant's bytes can be counted and deleted as one.
#[derive(Debug, Clone)]
pub struct MediaFiles {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// Why the store cannot be used. Its text names no credentials.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{0}` is no address of a file store: it begins with file:// or s3://")]
    Address(String),
    #[error("the file store: {0}")]
    Store(#[from] object_store::Error),
    #[error("the folder of the file store: {0}")]
    Folder(#[from] std::io::Error),
}

/// A file as it lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub tenant: TenantId,
    pub media: MediaId,
    pub bytes: u64,
    pub stored_at: DateTime<Utc>,
}

/// A stretch of a file.
pub struct Part {
    pub range: Range<u64>,
    /// Of the whole.
    pub size: u64,
    pub bytes: BoxStream<'static, Result<Bytes, StoreError>>,
}

impl MediaFiles {
    /// `file:///var/lib/waybill/media`, or `s3://bucket/prefix` with the settings of AWS in `settings` (`AWS_ENDPOINT`,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ALLOW_HTTP` …).
    pub fn open(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> Result<Self, StoreError> {
        let url = Url::parse(address).map_err(|_| StoreError::Address(address.to_owned()))?;
        match url.scheme() {
            "file" => {
                let folder = url.to_file_path().map_err(|()| StoreError::Address(address.to_owned()))?;
                std::fs::create_dir_all(&folder)?;
                // A file is on the disk before the log says that it is there.
                let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
                Ok(Self { store: Arc::new(store), prefix: Path::default() })
            }
            "s3" | "s3a" => {
                let own = settings.into_iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with("aws_"));
                let own = own.map(|(name, value)| (name.to_ascii_lowercase(), value));
                let (store, prefix) = object_store::parse_url_opts(&url, own)?;
                Ok(Self { store: store.into(), prefix })
            }
            _ => Err(StoreError::Address(address.to_owned())),
        }
    }

    fn path(&self, tenant: TenantId, media: MediaId) -> Path {
        self.prefix.clone().join(tenant.to_string()).join(media.to_string())
    }

    /// Written whole or not at all; the same file again replaces itself.
    pub async fn put(&self, tenant: TenantId, media: MediaId, bytes: Bytes) -> Result<(), StoreError> {
        self.store.put(&self.path(tenant, media), PutPayload::from_bytes(bytes)).await?;
        Ok(())
    }

    /// `None` when it is not there.
    pub async fn get(&self, tenant: TenantId, media: MediaId) -> Result<Option<Bytes>, StoreError> {
        match self.store.get(&self.path(tenant, media)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// As a stream, so that a large file is never in memory. `None` when it is not there.
    pub async fn read(
        &self,
        tenant: TenantId,
        media: MediaId,
        range: Option<Range<u64>>,
    ) -> Result<Option<Part>, StoreError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&self.path(tenant, media), options).await {
            Ok(found) => {
                let (range, size) = (found.range.clone(), found.meta.size);
                Ok(Some(Part { range, size, bytes: found.into_stream().map_err(StoreError::from).boxed() }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A file that is not there is deleted already.
    pub async fn delete(&self, tenant: TenantId, media: MediaId) -> Result<(), StoreError> {
        match self.store.delete(&self.path(tenant, media)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Everything that lies where files of tenants do; what is called otherwise is left out.
    pub fn all(&self) -> BoxStream<'static, Result<Kept, StoreError>> {
        let kept = |meta: object_store::ObjectMeta| {
            let mut parts = meta.location.parts().collect::<Vec<_>>().into_iter().rev();
            let media = MediaId(parts.next()?.as_ref().parse().ok()?);
            let tenant = TenantId(parts.next()?.as_ref().parse().ok()?);
            Some(Kept { tenant, media, bytes: meta.size, stored_at: meta.last_modified })
        };
        let prefix = Some(&self.prefix).filter(|prefix| prefix.parts().next().is_some());
        let all = self.store.list(prefix).map_err(StoreError::from);
        all.try_filter_map(move |meta| std::future::ready(Ok(kept(meta)))).boxed()
    }

    /// Whether the store answers: a look for a file that need not be there.
    pub async fn check(&self) -> Result<(), StoreError> {
        match self.store.head(&self.prefix.clone().join("check")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn folder() -> (std::path::PathBuf, MediaFiles) {
        let path = std::env::temp_dir().join(format!("waybill-media-{}", Uuid::new_v4()));
        let files = MediaFiles::open(&format!("file://{}", path.display()), []).expect("a folder");
        (path, files)
    }

    #[tokio::test]
    async fn a_file_is_kept_read_in_part_and_deleted() {
        let (path, files) = folder();
        let (tenant, media) = (TenantId(Uuid::from_u128(1)), MediaId(Uuid::from_u128(2)));
        assert_eq!(files.get(tenant, media).await.expect("asked"), None);
        files.put(tenant, media, Bytes::from_static(b"first")).await.expect("put");
        files.put(tenant, media, Bytes::from_static(b"0123456789")).await.expect("put again");
        assert_eq!(files.get(tenant, media).await.expect("asked").as_deref(), Some(b"0123456789".as_slice()));
        let part = files.read(tenant, media, Some(2..5)).await.expect("asked").expect("there");
        assert_eq!((part.range, part.size), (2..5, 10));
        let bytes: Vec<Bytes> = part.bytes.try_collect().await.expect("read");
        assert_eq!(bytes.concat(), b"234");
        let of_another = files.get(TenantId(Uuid::from_u128(3)), media).await.expect("asked");
        assert_eq!(of_another, None);
        files.delete(tenant, media).await.expect("deleted");
        files.delete(tenant, media).await.expect("deleted again");
        assert_eq!(files.get(tenant, media).await.expect("asked"), None);
        std::fs::remove_dir_all(path).expect("removed");
    }

    #[test]
    fn an_address_of_nothing_is_refused_with_what_it_should_be() {
        for address in ["", "media", "ftp://x/y", "https://bucket.example"] {
            let error = MediaFiles::open(address, []).unwrap_err().to_string();
            assert!(error.contains("file:// or s3://"), "{error}");
        }
    }
}
