//! The statements of `apply`.

use super::fold::{Import, Noted};
use crate::batch::column;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;

pub async fn load(connection: &mut PgConnection, events: &[Arc<Recorded>]) -> Result<Vec<Import>, sqlx::Error> {
    let keys: BTreeSet<(Uuid, Uuid)> = events.iter().map(|it| (it.tenant_id.0, it.stream_id)).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    sqlx::query_as(
        "select i.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, import_id) \
         join import i using (tenant_id, import_id)",
    )
    .bind(column(&keys, |key| key.0))
    .bind(column(&keys, |key| key.1))
    .fetch_all(connection)
    .await
}

const UPSERT: &str = "
    insert into import (tenant_id, import_id, file_name, status, list_id, tags, rows, created, updated, duplicate,
        rejected, without_consent, bytes_read, bytes_total, error, error_line, started_at, finished_at, version,
        position)
    select tenant_id, import_id, file_name, status, list_id, tags::jsonb, rows, created, updated, duplicate,
        rejected, without_consent, bytes_read, bytes_total, error, error_line, started_at, finished_at, version,
        position
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int8[], $8::int8[],
        $9::int8[], $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::text[], $16::int8[],
        $17::timestamptz[], $18::timestamptz[], $19::int8[], $20::int8[])
        as n (tenant_id, import_id, file_name, status, list_id, tags, rows, created, updated, duplicate, rejected,
            without_consent, bytes_read, bytes_total, error, error_line, started_at, finished_at, version, position)
    on conflict (tenant_id, import_id) do update set
        status = excluded.status, rows = excluded.rows, created = excluded.created, updated = excluded.updated,
        duplicate = excluded.duplicate, rejected = excluded.rejected, without_consent = excluded.without_consent,
        bytes_read = excluded.bytes_read, error = excluded.error, error_line = excluded.error_line,
        finished_at = excluded.finished_at, version = excluded.version, position = excluded.position";

pub async fn imports(connection: &mut PgConnection, rows: &[Import]) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.import_id))
        .bind(column(rows, |row| row.file_name.as_str()))
        .bind(column(rows, |row| row.status.as_str()))
        .bind(column(rows, |row| row.list_id))
        .bind(column(rows, |row| serde_json::json!(row.tags).to_string()))
        .bind(column(rows, |row| row.rows))
        .bind(column(rows, |row| row.created))
        .bind(column(rows, |row| row.updated))
        .bind(column(rows, |row| row.duplicate))
        .bind(column(rows, |row| row.rejected))
        .bind(column(rows, |row| row.without_consent))
        .bind(column(rows, |row| row.bytes_read))
        .bind(column(rows, |row| row.bytes_total))
        .bind(column(rows, |row| row.error.as_deref()))
        .bind(column(rows, |row| row.error_line))
        .bind(column(rows, |row| row.started_at))
        .bind(column(rows, |row| row.finished_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.position))
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn noted(connection: &mut PgConnection, rows: &[Noted]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into import_row (tenant_id, import_id, outcome, line, reason) \
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[], $5::text[]) \
         on conflict (tenant_id, import_id, outcome, line) do nothing",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.import_id))
    .bind(column(rows, |row| row.outcome))
    .bind(column(rows, |row| row.line))
    .bind(column(rows, |row| row.reason.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}
