//! The statements of `apply`: a fixed number of them, however many events there are.

use super::fold::{Changes, Key, Row};
use crate::batch::column;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Stored {
    tenant_id: Uuid,
    contact_id: Uuid,
    phone: Option<String>,
    name: Option<String>,
    fields: Json<BTreeMap<String, String>>,
    tags: Vec<String>,
    consent: String,
    consent_source: Option<String>,
    consent_at: Option<DateTime<Utc>>,
    blocked: bool,
    removed: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    position: i64,
}

pub async fn load(connection: &mut PgConnection, keys: Vec<Key>) -> Result<Vec<Row>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Stored> = sqlx::query_as(
        "select c.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, contact_id) \
         join contact c using (tenant_id, contact_id)",
    )
    .bind(column(&keys, |key| key.0))
    .bind(column(&keys, |key| key.1))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Row::from).collect())
}

impl From<Stored> for Row {
    fn from(it: Stored) -> Self {
        Self {
            key: (it.tenant_id, it.contact_id),
            phone: it.phone,
            name: it.name,
            fields: it.fields.0,
            tags: it.tags.into_iter().collect(),
            consent: match it.consent.as_str() {
                "granted" => "granted",
                "withdrawn" => "withdrawn",
                _ => "none",
            },
            consent_source: it.consent_source,
            consent_at: it.consent_at,
            blocked: it.blocked,
            removed: it.removed,
            created_at: it.created_at,
            updated_at: it.updated_at,
            version: it.version,
            position: it.position,
        }
    }
}

pub async fn contacts(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if !changes.inserted.is_empty() {
        write(connection, INSERT, &changes.inserted).await?;
    }
    if !changes.updated.is_empty() {
        write(connection, UPDATE, &changes.updated).await?;
    }
    Ok(())
}

const INSERT: &str = "
    insert into contact (tenant_id, contact_id, phone, name, fields, tags, consent, consent_source, consent_at,
        blocked, removed, created_at, updated_at, version, position)
    select tenant_id, contact_id, phone, name, fields::jsonb, tags::text[], consent, consent_source, consent_at,
        blocked, removed, created_at, updated_at, version, position
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[], $10::bool[], $11::bool[], $12::timestamptz[], $13::timestamptz[], $14::int8[], $15::int8[])
        as n (tenant_id, contact_id, phone, name, fields, tags, consent, consent_source, consent_at, blocked, removed,
            created_at, updated_at, version, position)";

const UPDATE: &str = "
    update contact c
    set phone = n.phone, name = n.name, fields = n.fields::jsonb, tags = n.tags::text[], consent = n.consent,
        consent_source = n.consent_source, consent_at = n.consent_at, blocked = n.blocked, removed = n.removed,
        created_at = n.created_at, updated_at = n.updated_at, version = n.version, position = n.position
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[], $10::bool[], $11::bool[], $12::timestamptz[], $13::timestamptz[], $14::int8[], $15::int8[])
        as n (tenant_id, contact_id, phone, name, fields, tags, consent, consent_source, consent_at, blocked, removed,
            created_at, updated_at, version, position)
    where c.tenant_id = n.tenant_id and c.contact_id = n.contact_id";

async fn write(connection: &mut PgConnection, sql: &'static str, rows: &[Row]) -> Result<(), sqlx::Error> {
    sqlx::query(sql)
        .bind(column(rows, |row| row.key.0))
        .bind(column(rows, |row| row.key.1))
        .bind(column(rows, |row| row.phone.as_deref()))
        .bind(column(rows, |row| row.name.as_deref()))
        .bind(column(rows, |row| object(&row.fields)))
        .bind(column(rows, |row| array(row.tags.iter())))
        .bind(column(rows, |row| row.consent))
        .bind(column(rows, |row| row.consent_source.as_deref()))
        .bind(column(rows, |row| row.consent_at))
        .bind(column(rows, |row| row.blocked))
        .bind(column(rows, |row| row.removed))
        .bind(column(rows, |row| row.created_at))
        .bind(column(rows, |row| row.updated_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.position))
        .execute(connection)
        .await?;
    Ok(())
}

fn object(fields: &BTreeMap<String, String>) -> String {
    serde_json::to_string(fields).expect("a map of text is plain data and serialises")
}

/// An array in Postgres' own writing: columns of arrays cannot be bound, columns of text can.
fn array<'a>(items: impl Iterator<Item = &'a String>) -> String {
    let mut text = String::from("{");
    for item in items {
        text.push_str(if text.len() > 1 { ",\"" } else { "\"" });
        for sign in item.chars() {
            if matches!(sign, '"' | '\\') {
                text.push('\\');
            }
            text.push(sign);
        }
        text.push('"');
    }
    text.push('}');
    text
}

pub async fn counters(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    let totals: Vec<(Uuid, i64)> = changes.totals.iter().map(|(k, n)| (*k, *n)).filter(|(_, n)| *n != 0).collect();
    if !totals.is_empty() {
        sqlx::query(
            "insert into contact_total as t (tenant_id, total) select * from unnest($1::uuid[], $2::int8[]) \
             on conflict (tenant_id) do update set total = t.total + excluded.total",
        )
        .bind(column(&totals, |row| row.0))
        .bind(column(&totals, |row| row.1))
        .execute(&mut *connection)
        .await?;
    }
    let tags: Vec<(Uuid, &str, i64)> = changes
        .tags
        .iter()
        .flat_map(|(tenant, tags)| tags.iter().map(|(tag, n)| (*tenant, tag.as_str(), *n)))
        .filter(|(_, _, n)| *n != 0)
        .collect();
    if tags.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into contact_tag as t (tenant_id, tag, count) \
         select * from unnest($1::uuid[], $2::text[], $3::int8[]) \
         on conflict (tenant_id, tag) do update set count = t.count + excluded.count",
    )
    .bind(column(&tags, |row| row.0))
    .bind(column(&tags, |row| row.1))
    .bind(column(&tags, |row| row.2))
    .execute(&mut *connection)
    .await?;
    let fallen: Vec<_> = tags.into_iter().filter(|(_, _, n)| *n < 0).collect();
    if !fallen.is_empty() {
        sqlx::query(
            "delete from contact_tag t using unnest($1::uuid[], $2::text[]) as n (tenant_id, tag) \
             where t.tenant_id = n.tenant_id and t.tag = n.tag and t.count = 0",
        )
        .bind(column(&fallen, |row| row.0))
        .bind(column(&fallen, |row| row.1))
        .execute(connection)
        .await?;
    }
    Ok(())
}

pub async fn lists(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if !changes.lists.is_empty() {
        sqlx::query(
            "insert into contact_list (tenant_id, list_id, name, size, created_at) \
             select tenant_id, list_id, name, 0, created_at \
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) \
                 as n (tenant_id, list_id, name, created_at)",
        )
        .bind(column(&changes.lists, |list| list.key.0))
        .bind(column(&changes.lists, |list| list.key.1))
        .bind(column(&changes.lists, |list| list.name.as_str()))
        .bind(column(&changes.lists, |list| list.created_at))
        .execute(&mut *connection)
        .await?;
    }
    if !changes.left.is_empty() {
        // By way of the tenant's lists, which are few: an index by contact would slow every import.
        sqlx::query(
            "with gone as ( \
                 delete from contact_list_member m \
                 using unnest($1::uuid[], $2::uuid[]) as n (tenant_id, contact_id), contact_list l \
                 where l.tenant_id = n.tenant_id and m.tenant_id = l.tenant_id and m.list_id = l.list_id \
                     and m.contact_id = n.contact_id \
                 returning m.tenant_id, m.list_id) \
             update contact_list l set size = l.size - g.members \
             from (select tenant_id, list_id, count(*) as members from gone group by 1, 2) g \
             where l.tenant_id = g.tenant_id and l.list_id = g.list_id",
        )
        .bind(column(&changes.left, |key| key.0))
        .bind(column(&changes.left, |key| key.1))
        .execute(&mut *connection)
        .await?;
    }
    if !changes.joined.is_empty() {
        sqlx::query(
            "with came as ( \
                 insert into contact_list_member (tenant_id, list_id, contact_id) \
                 select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) on conflict do nothing \
                 returning tenant_id, list_id) \
             update contact_list l set size = l.size + c.members \
             from (select tenant_id, list_id, count(*) as members from came group by 1, 2) c \
             where l.tenant_id = c.tenant_id and l.list_id = c.list_id",
        )
        .bind(column(&changes.joined, |row| row.0))
        .bind(column(&changes.joined, |row| row.1))
        .bind(column(&changes.joined, |row| row.2))
        .execute(connection)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_written_as_postgres_reads_it() {
        assert_eq!(array([].iter()), "{}");
        let tags = ["vip".to_owned(), "a \"b\" \\ {c,d}".to_owned()];
        assert_eq!(array(tags.iter()), r#"{"vip","a \"b\" \\ {c,d}"}"#);
    }
}
