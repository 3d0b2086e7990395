//! The statements of `apply`.

use super::fold::Row;
use crate::batch::column;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;

pub async fn load(connection: &mut PgConnection, events: &[Arc<Recorded>]) -> Result<Vec<Row>, sqlx::Error> {
    let keys: BTreeSet<(Uuid, Uuid)> = events.iter().map(|it| (it.tenant_id.0, it.stream_id)).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    sqlx::query_as(
        "select f.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, media_id) \
         join media f using (tenant_id, media_id)",
    )
    .bind(column(&keys, |key| key.0))
    .bind(column(&keys, |key| key.1))
    .fetch_all(connection)
    .await
}

const UPSERT: &str = "
    insert into media (tenant_id, media_id, origin, state, kind, mime_type, file_name, bytes, sha256, scan, trouble,
        contact_id, profile_id, added_by, added_at, version, position)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[],
        $9::text[], $10::text[], $11::text[], $12::uuid[], $13::uuid[], $14::uuid[], $15::timestamptz[], $16::int8[],
        $17::int8[])
    on conflict (tenant_id, media_id) do update set
        state = excluded.state, kind = excluded.kind, mime_type = excluded.mime_type, file_name = excluded.file_name,
        bytes = excluded.bytes, sha256 = excluded.sha256, scan = excluded.scan, trouble = excluded.trouble,
        version = excluded.version, position = excluded.position";

pub async fn media(connection: &mut PgConnection, rows: &[Row]) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.media_id))
        .bind(column(rows, |row| row.origin.as_str()))
        .bind(column(rows, |row| row.state.as_str()))
        .bind(column(rows, |row| row.kind.as_str()))
        .bind(column(rows, |row| row.mime_type.as_deref()))
        .bind(column(rows, |row| row.file_name.as_deref()))
        .bind(column(rows, |row| row.bytes))
        .bind(column(rows, |row| row.sha256.as_deref()))
        .bind(column(rows, |row| row.scan.as_deref()))
        .bind(column(rows, |row| row.trouble.as_deref()))
        .bind(column(rows, |row| row.contact_id))
        .bind(column(rows, |row| row.profile_id))
        .bind(column(rows, |row| row.added_by))
        .bind(column(rows, |row| row.added_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.position))
        .execute(connection)
        .await?;
    Ok(())
}
