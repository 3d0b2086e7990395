//! What the screens ask of contacts, lists and tags.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::id::{ContactId, ListId, TenantId};

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct ContactRow {
    pub contact_id: Uuid,
    /// E.164; unknown when the personal data is erased.
    pub phone: Option<String>,
    pub name: Option<String>,
    #[sqlx(json)]
    pub fields: BTreeMap<String, String>,
    pub tags: Vec<String>,
    pub lists: Vec<Uuid>,
    /// `granted`, `none` or `withdrawn`.
    pub consent: String,
    pub consent_source: Option<String>,
    pub consent_at: Option<DateTime<Utc>>,
    pub blocked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Of the stream, for `If-Match`.
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactSort {
    CreatedAt,
    #[default]
    CreatedAtDescending,
    Name,
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// Found anywhere in the name or the number.
    pub q: Option<String>,
    pub tag: Option<String>,
    pub list: Option<ListId>,
    /// `granted`, `none` or `withdrawn`.
    pub consent: Option<String>,
    pub blocked: Option<bool>,
    pub sort: ContactSort,
}

impl ContactFilter {
    /// Whether it lets every contact through: then the tenant's counter is its total.
    pub fn is_open(&self) -> bool {
        self.q.is_none()
            && self.tag.is_none()
            && self.list.is_none()
            && self.consent.is_none()
            && self.blocked.is_none()
    }
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct ListRow {
    pub list_id: Uuid,
    pub name: String,
    pub size: i64,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct TagRow {
    pub tag: String,
    pub count: i64,
}

#[derive(Serialize, Deserialize)]
enum Cursor {
    Time(DateTime<Utc>, Uuid),
    Name(String, Uuid),
}

const COLUMNS: &str = "select c.contact_id, c.phone, c.name, c.fields, c.tags, \
    array(select m.list_id from read.contact_list l join read.contact_list_member m using (tenant_id, list_id) \
          where l.tenant_id = c.tenant_id and m.contact_id = c.contact_id order by m.list_id) as lists, \
    c.consent, c.consent_source, c.consent_at, c.blocked, c.created_at, c.updated_at, c.version \
    from read.contact c";

/// The folded name, as the sort by name orders it.
const NAME_KEY: &str = "lower(coalesce(c.name, '')) collate \"C\"";

/// One page of the contacts that pass `filter`.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &ContactFilter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<ContactRow>, QueryError> {
    let cursor: Option<Cursor> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(COLUMNS);
    if let Some(list) = filter.list {
        sql.push(" join read.contact_list_member f on f.tenant_id = c.tenant_id and f.contact_id = c.contact_id");
        sql.push(" and f.list_id = ").push_bind(list.0);
    }
    sql.push(" where not c.removed and c.tenant_id = ").push_bind(tenant.0);
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        push_search(&mut sql, q);
    }
    if let Some(tag) = &filter.tag {
        sql.push(" and ").push_bind(tag).push(" = any(c.tags)");
    }
    if let Some(consent) = &filter.consent {
        sql.push(" and c.consent = ").push_bind(consent);
    }
    if let Some(blocked) = filter.blocked {
        sql.push(" and c.blocked = ").push_bind(blocked);
    }
    match (cursor, filter.sort) {
        (None, _) => {}
        (Some(Cursor::Time(at, id)), ContactSort::CreatedAt) => {
            sql.push(" and (c.created_at, c.contact_id) > (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        (Some(Cursor::Time(at, id)), ContactSort::CreatedAtDescending) => {
            sql.push(" and (c.created_at, c.contact_id) < (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        (Some(Cursor::Name(name, id)), ContactSort::Name) => {
            sql.push(format_args!(" and ({NAME_KEY}, c.contact_id) > (lower(")).push_bind(name);
            sql.push(") collate \"C\", ").push_bind(id).push(")");
        }
        (Some(_), _) => return Err(QueryError::BadCursor),
    }
    match filter.sort {
        ContactSort::CreatedAt => sql.push(" order by c.created_at, c.contact_id"),
        ContactSort::CreatedAtDescending => sql.push(" order by c.created_at desc, c.contact_id desc"),
        ContactSort::Name => sql.push(format_args!(" order by {NAME_KEY}, c.contact_id")),
    };
    sql.push(" limit ").push_bind(limit + 1);
    let rows: Vec<ContactRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| match filter.sort {
        ContactSort::Name => Cursor::Name(row.name.clone().unwrap_or_default(), row.contact_id),
        _ => Cursor::Time(row.created_at, row.contact_id),
    }))
}

/// Digits are looked for in the number, however it was written; everything in the name.
fn push_search(sql: &mut QueryBuilder<Postgres>, q: &str) {
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    let number = digits.len() >= 3 && q.chars().all(|sign| sign.is_ascii_digit() || " +-()./".contains(sign));
    sql.push(" and (c.name ilike ").push_bind(page::containing(q));
    if number {
        sql.push(" or c.phone like ").push_bind(page::containing(&digits));
    }
    sql.push(")");
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    contact: ContactId,
) -> Result<Option<ContactRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(COLUMNS);
    sql.push(" where not c.removed and c.tenant_id = ").push_bind(tenant.0);
    sql.push(" and c.contact_id = ").push_bind(contact.0);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}

/// The tenant's tags, the most used first.
pub async fn tags(connection: &mut PgConnection, tenant: TenantId) -> Result<Vec<TagRow>, QueryError> {
    let sql = "select tag, count from read.contact_tag where tenant_id = $1 and count > 0 order by count desc, tag";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_all(connection).await?)
}

/// The tenant's lists, the newest first.
pub async fn lists(connection: &mut PgConnection, tenant: TenantId) -> Result<Vec<ListRow>, QueryError> {
    let sql = "select list_id, name, size, created_at from read.contact_list where tenant_id = $1 \
               order by created_at desc, list_id";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_all(connection).await?)
}

/// How many contacts the tenant has, from the counter.
pub async fn total(connection: &mut PgConnection, tenant: TenantId) -> Result<i64, QueryError> {
    let sql = "select total from read.contact_total where tenant_id = $1";
    let total: Option<i64> = sqlx::query_scalar(sql).bind(tenant.0).fetch_optional(connection).await?;
    Ok(total.unwrap_or_default())
}
