//! Questions about files.

use super::file;
use crate::app::App;
use crate::caller::needs::ReadMedia;
use crate::content::offered;
use crate::extract::{At, Params};
use crate::intent::Asked;
use crate::page::{Page, Versioned, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::{MediaId, TenantId};
use waybill_domain::media::{About, MediaKind, takes};
use waybill_domain::provider::ProviderKind;
use waybill_projections::media::{self, Filter, MediaRow, Origin};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediaQuery {
    /// Found anywhere in the name.
    q: Option<String>,
    #[param(value_type = Option<String>, inline)]
    kind: Option<MediaKind>,
    #[param(inline)]
    origin: Option<OriginWord>,
    /// What this person sent.
    #[param(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    contact_id: Option<Uuid>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginWord {
    /// Added by the business.
    Gallery,
    /// Sent by a person.
    Inbound,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MediaFile {
    pub id: Uuid,
    /// `gallery` or `inbound`.
    pub origin: String,
    /// `pending` while it is being fetched, `stored`, `failed` or `removed`.
    pub state: String,
    /// `image`, `video`, `audio`, `voice`, `document` or `sticker`.
    pub kind: String,
    pub mime_type: Option<String>,
    /// None once it was removed.
    pub name: Option<String>,
    pub bytes: Option<i64>,
    /// Of the content, hexadecimal.
    pub sha256: Option<String>,
    /// `clean`, or `not_scanned` where there is no scanner.
    pub scan: Option<String>,
    /// Why it could not be fetched.
    pub trouble: Option<String>,
    /// Who sent it.
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    pub added_by: Option<Uuid>,
    pub added_at: DateTime<Utc>,
    /// Good for five minutes, without signing in. Only of what is stored.
    pub url: Option<String>,
    pub url_expires_at: Option<DateTime<Utc>>,
    /// What each provider says of sending it.
    pub sendable: Vec<Sendable>,
    pub version: i64,
}

/// As what a provider sends a file; nothing where it does not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sendable {
    pub provider: String,
    pub kinds: Vec<String>,
}

impl MediaFile {
    fn of(app: &App, tenant: TenantId, row: MediaRow) -> Result<Self, Problem> {
        let stored = row.state == "stored";
        let link = if stored { Some(file::link(app, tenant, MediaId(row.media_id))?) } else { None };
        let sendable = match (&row.mime_type, row.bytes) {
            (Some(mime_type), Some(bytes)) if stored => sendable(mime_type, bytes.unsigned_abs()),
            _ => Vec::new(),
        };
        let (url, url_expires_at) = link.unzip();
        Ok(Self {
            id: row.media_id,
            origin: row.origin,
            state: row.state,
            kind: row.kind,
            mime_type: row.mime_type,
            name: row.file_name,
            bytes: row.bytes,
            sha256: row.sha256,
            scan: row.scan,
            trouble: row.trouble,
            contact_id: row.contact_id,
            contact_name: row.contact_name,
            added_by: row.added_by,
            added_at: row.added_at,
            url,
            url_expires_at,
            sendable,
            version: row.version,
        })
    }

    pub fn uploaded(
        app: &App,
        tenant: TenantId,
        id: MediaId,
        about: &About,
        name: &str,
        asked: &Asked,
    ) -> Result<Self, Problem> {
        let scan = serde_json::to_value(about.scan)?.as_str().map(str::to_owned);
        let row = MediaRow {
            media_id: id.0,
            origin: "gallery".to_owned(),
            state: "stored".to_owned(),
            kind: about.kind.as_str().to_owned(),
            mime_type: Some(about.mime_type.clone()),
            file_name: Some(name.to_owned()),
            bytes: i64::try_from(about.bytes).ok(),
            sha256: Some(about.sha256.clone()),
            scan,
            trouble: None,
            contact_id: None,
            contact_name: None,
            profile_id: None,
            added_by: Some(asked.caller.user.0),
            added_at: asked.at,
            version: 1,
        };
        // A link would be kept with the answer for repeats; it is had by asking.
        Ok(Self { url: None, url_expires_at: None, ..Self::of(app, tenant, row)? })
    }
}

fn sendable(mime_type: &str, bytes: u64) -> Vec<Sendable> {
    let by = |provider: &ProviderKind| {
        let kinds = MediaKind::ALL.into_iter().filter(|kind| {
            offered(*provider).contains(&kind.content()) && takes(*provider, *kind, mime_type, bytes).is_ok()
        });
        Sendable { provider: provider.as_str().to_owned(), kinds: kinds.map(|kind| kind.as_str().to_owned()).collect() }
    };
    ProviderKind::ALL.iter().map(by).collect()
}

/// Lists files, the newest first.
#[utoipa::path(get, path = "/media", tag = "media", params(MediaQuery),
    responses((status = 200, body = Page<MediaFile>)))]
pub async fn list(
    State(app): State<App>,
    reading: Reading<ReadMedia>,
    Params(query): Params<MediaQuery>,
) -> Result<Json<Page<MediaFile>>, Problem> {
    let limit = limit(query.limit)?;
    let origin = query.origin.map(|origin| match origin {
        OriginWord::Gallery => Origin::Gallery,
        OriginWord::Inbound => Origin::Inbound,
    });
    let filter = Filter { q: query.q, kind: query.kind, origin, contact_id: query.contact_id };
    let mut transaction = reading.open(&app, &["media"]).await?;
    let tenant = reading.caller.tenant;
    let page = media::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    let items: Result<Vec<_>, Problem> = page.items.into_iter().map(|row| MediaFile::of(&app, tenant, row)).collect();
    Ok(Json(Page { items: items?, next_cursor: page.next_cursor }))
}

/// Shows a file, with a link to its content.
#[utoipa::path(get, path = "/media/{id}", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 200, body = MediaFile)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadMedia>,
) -> Result<Versioned<MediaFile>, Problem> {
    let mut transaction = reading.open(&app, &["media"]).await?;
    let tenant = reading.caller.tenant;
    let row = media::one(&mut transaction, tenant, MediaId(id)).await?.ok_or_else(Problem::not_found)?;
    Ok(Versioned(row.version, MediaFile::of(&app, tenant, row)?))
}
