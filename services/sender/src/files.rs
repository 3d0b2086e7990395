//! Files on their way to a provider: uploaded once for a number and named by the provider's id until that expires, or sent
//! along where a provider keeps nothing.

use crate::content::Way;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};
use waybill_domain::content::MediaRef;
use waybill_domain::id::{MediaId, ProfileId, TenantId};
use waybill_domain::media::{self, About, MediaKind, takes};
use waybill_domain::provider::{ErrorClass, Refusal};
use waybill_media_files::Shelf;
use waybill_providers::{MediaSource, Registry};
use waybill_runtime::Context;

/// Bytes that are held for the next message with the same file.
const HELD: u64 = 64 * 1024 * 1024;
/// How long a removal may go unseen.
const FRESH: Duration = Duration::from_secs(5);
/// What ends sooner is uploaded anew.
const AHEAD: TimeDelta = TimeDelta::hours(1);

type Key = (ProfileId, MediaId, MediaKind);
type Known = (Instant, Option<(About, String)>);

#[derive(Debug, Clone)]
struct Reference {
    name: String,
    until: DateTime<Utc>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<MediaId, Bytes> for ByBytes {
    fn weight(&self, _: &MediaId, bytes: &Bytes) -> u64 {
        bytes.len().max(1) as u64
    }
}

pub struct Files {
    context: Context,
    registry: Arc<Registry>,
    known: Cache<MediaId, Known>,
    bytes: Cache<MediaId, Bytes, ByBytes>,
    /// Whoever asks for what nobody has uploaded yet uploads it; the others wait for that.
    uploaded: Cache<Key, Reference>,
}

impl Files {
    pub fn new(context: &Context, registry: Arc<Registry>) -> Self {
        Self {
            context: context.clone(),
            registry,
            known: Cache::new(1_000),
            bytes: Cache::with_weighter(100, HELD, ByBytes),
            uploaded: Cache::new(10_000),
        }
    }

    /// The file as this provider takes it, what it is and how it is called.
    pub async fn source(&self, way: &Way<'_>, file: &MediaRef) -> Result<(MediaSource, About, String), Refusal> {
        let shelf = self.context.shelf.as_deref();
        let shelf = shelf.ok_or_else(|| refused("no_store", "there is no store for files here"))?;
        let (about, name) = self.about(way.tenant, file.media_id).await?;
        takes(way.provider, file.kind, &about.mime_type, about.bytes)
            .map_err(|why| refused("media_not_taken", &why.to_string()))?;
        let client = self.registry.provider_for(way.provider);
        let keeps = way.provider.abilities().keeps_media;
        let source = match client.media().filter(|_| keeps) {
            None => MediaSource::Bytes(self.bytes(shelf, way.tenant, file.media_id).await?),
            Some(_) => MediaSource::Uploaded(self.reference(shelf, way, file, &about, &name).await?),
        };
        Ok((source, about, name))
    }

    /// The provider does not know the file any more: the next message brings it anew.
    pub async fn forget(&self, way: &Way<'_>, file: &MediaRef) {
        let key = (ProfileId(way.account.profile_id), file.media_id, file.kind);
        self.uploaded.remove(&key);
        let gone =
            sqlx::query("delete from process.provider_media where profile_id = $1 and media_id = $2 and kind = $3")
                .bind(key.0.0)
                .bind(key.1.0)
                .bind(key.2.as_str())
                .execute(&self.context.store.database.system)
                .await;
        if let Err(error) = gone {
            tracing::warn!(%error, "what a provider calls a file could not be forgotten");
        }
    }

    async fn about(&self, tenant: TenantId, id: MediaId) -> Result<(About, String), Refusal> {
        let removed = || refused("media_removed", "the file was removed");
        if let Some((since, known)) = self.known.get(&id)
            && since.elapsed() < FRESH
        {
            return known.ok_or_else(removed);
        }
        let loaded = self.context.store.load::<media::Media>(tenant, id.0).await;
        let state = loaded.map_err(|error| passing("log_unavailable", &error))?.state;
        let known =
            state.stored().map(|about| (about.clone(), state.file_name.clone().unwrap_or_else(|| "file".into())));
        self.known.insert(id, (Instant::now(), known.clone()));
        known.ok_or_else(removed)
    }

    async fn bytes(&self, shelf: &Shelf, tenant: TenantId, id: MediaId) -> Result<Bytes, Refusal> {
        let read = async {
            let found = shelf.files.get(tenant, id).await.map_err(|error| passing("store_unavailable", &error))?;
            found.ok_or_else(|| refused("media_removed", "the file is not in the store any more"))
        };
        self.bytes.get_or_insert_async(&id, read).await
    }

    async fn reference(
        &self,
        shelf: &Shelf,
        way: &Way<'_>,
        file: &MediaRef,
        about: &About,
        name: &str,
    ) -> Result<String, Refusal> {
        let key = (ProfileId(way.account.profile_id), file.media_id, file.kind);
        let soon = self.context.clock.now() + AHEAD;
        if self.uploaded.get(&key).is_some_and(|reference| reference.until <= soon) {
            self.uploaded.remove(&key);
        }
        let reference = self.uploaded.get_or_insert_async(&key, async {
            if let Some(kept) = self.kept(key, soon).await? {
                return Ok(kept);
            }
            self.upload(shelf, way, file, about, name).await
        });
        Ok(reference.await?.name)
    }

    async fn kept(&self, key: Key, soon: DateTime<Utc>) -> Result<Option<Reference>, Refusal> {
        let row: Result<Option<(String, DateTime<Utc>)>, sqlx::Error> = sqlx::query_as(
            "select reference, expires_at from process.provider_media
             where profile_id = $1 and media_id = $2 and kind = $3 and expires_at > $4",
        )
        .bind(key.0.0)
        .bind(key.1.0)
        .bind(key.2.as_str())
        .bind(soon)
        .fetch_optional(&self.context.store.database.system)
        .await;
        let row = row.map_err(|error| passing("database_unavailable", &error))?;
        Ok(row.map(|(name, until)| Reference { name, until }))
    }

    async fn upload(
        &self,
        shelf: &Shelf,
        way: &Way<'_>,
        file: &MediaRef,
        about: &About,
        name: &str,
    ) -> Result<Reference, Refusal> {
        let bytes = self.bytes(shelf, way.tenant, file.media_id).await?;
        let client = self.registry.provider_for(way.provider);
        let store = client.media().ok_or_else(|| refused("not_supported", "this provider keeps no files"))?;
        let kept = store.upload(way.account, file.kind, &about.mime_type, name, bytes).await?;
        let (name, until) = kept.ok_or_else(|| refused("not_supported", "this provider keeps no files"))?;
        metrics::counter!("media_uploads_total", "provider" => way.provider.as_str()).increment(1);
        let saved = sqlx::query(
            "insert into process.provider_media (profile_id, media_id, kind, tenant_id, reference, expires_at)
             values ($1, $2, $3, $4, $5, $6) on conflict (profile_id, media_id, kind) do update
             set reference = excluded.reference, expires_at = excluded.expires_at",
        )
        .bind(way.account.profile_id)
        .bind(file.media_id.0)
        .bind(file.kind.as_str())
        .bind(way.tenant.0)
        .bind(&name)
        .bind(until)
        .execute(&self.context.store.database.system)
        .await;
        if let Err(error) = saved {
            // Only a cache: without it, it is uploaded once more after a restart.
            tracing::warn!(%error, "what a provider calls a file could not be kept");
        }
        Ok(Reference { name, until })
    }
}

fn refused(code: &str, detail: &str) -> Refusal {
    Refusal { class: ErrorClass::Media, code: code.into(), detail: detail.into(), retry_after_ms: None }
}

/// Nothing was sent: it may be tried again.
fn passing(code: &str, error: &dyn std::fmt::Display) -> Refusal {
    tracing::warn!(%error, code, "a file cannot be had");
    let detail = "the file could not be had just now".to_owned();
    Refusal { class: ErrorClass::Retry, code: code.into(), detail, retry_after_ms: None }
}
