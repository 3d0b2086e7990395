//! What the gallery shows.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;
use waybill_domain::id::{MediaId, TenantId};
use waybill_domain::media::MediaKind;

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct MediaRow {
    pub media_id: Uuid,
    /// `gallery` or `inbound`.
    pub origin: String,
    /// `pending`, `stored`, `failed` or `removed`.
    pub state: String,
    pub kind: String,
    pub mime_type: Option<String>,
    pub file_name: Option<String>,
    pub bytes: Option<i64>,
    pub sha256: Option<String>,
    /// `clean` or `not_scanned`.
    pub scan: Option<String>,
    /// Why it could not be fetched.
    pub trouble: Option<String>,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    pub profile_id: Option<Uuid>,
    pub added_by: Option<Uuid>,
    pub added_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Gallery,
    Inbound,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Origin::Gallery => "gallery",
            Origin::Inbound => "inbound",
        }
    }
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Found anywhere in the name.
    pub q: Option<String>,
    pub kind: Option<MediaKind>,
    pub origin: Option<Origin>,
    pub contact_id: Option<Uuid>,
}

const MEDIA: &str = "select f.media_id, f.origin, f.state, f.kind, f.mime_type, f.file_name, f.bytes, f.sha256, f.scan, \
    f.trouble, f.contact_id, c.name as contact_name, f.profile_id, f.added_by, f.added_at, f.version \
    from read.media f left join read.contact c on c.tenant_id = f.tenant_id and c.contact_id = f.contact_id";

/// One page of what is there or on its way, the newest first.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &Filter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<MediaRow>, QueryError> {
    let before: Option<(DateTime<Utc>, Uuid)> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(MEDIA);
    sql.push(" where f.tenant_id = ").push_bind(tenant.0);
    sql.push(" and f.state <> 'removed'");
    if let Some(origin) = filter.origin {
        sql.push(" and f.origin = ").push_bind(origin.as_str());
    }
    if let Some(kind) = filter.kind {
        sql.push(" and f.kind = ").push_bind(kind.as_str());
    }
    if let Some(contact) = filter.contact_id {
        sql.push(" and f.contact_id = ").push_bind(contact);
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        sql.push(" and f.file_name ilike ").push_bind(page::containing(q));
    }
    if let Some((at, id)) = before {
        sql.push(" and (f.added_at, f.media_id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    sql.push(" order by f.added_at desc, f.media_id desc limit ").push_bind(limit + 1);
    let rows: Vec<MediaRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| (row.added_at, row.media_id)))
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    media: MediaId,
) -> Result<Option<MediaRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(MEDIA);
    sql.push(" where f.tenant_id = ").push_bind(tenant.0).push(" and f.media_id = ").push_bind(media.0);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}

/// The campaigns that still send it, by name.
pub async fn used_by(
    connection: &mut PgConnection,
    tenant: TenantId,
    media: MediaId,
) -> Result<Vec<String>, QueryError> {
    let sql = "select name from read.campaign where tenant_id = $1 and status in ('running', 'paused') \
               and coalesce(attachment ->> 'media_id', attachment #>> '{header,media,media_id}') = $2 order by name limit 10";
    Ok(sqlx::query_scalar(sql).bind(tenant.0).bind(media.0.to_string()).fetch_all(connection).await?)
}
