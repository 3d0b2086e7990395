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
        "select t.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, template_id) \
         join template t using (tenant_id, template_id)",
    )
    .bind(column(&keys, |key| key.0))
    .bind(column(&keys, |key| key.1))
    .fetch_all(connection)
    .await
}

const UPSERT: &str = "
    insert into template (tenant_id, template_id, provider, account_id, profile_id, provider_id, name, language, category,
        status, quality, reason, components, drifted_at, gone, found_at, updated_at, version, position)
    select tenant_id, template_id, provider, account_id, profile_id, provider_id, name, language, category, status, quality,
        reason, components::jsonb, drifted_at, gone, found_at, updated_at, version, position
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
        $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::bool[], $16::timestamptz[],
        $17::timestamptz[], $18::int8[], $19::int8[])
        as n (tenant_id, template_id, provider, account_id, profile_id, provider_id, name, language, category, status,
            quality, reason, components, drifted_at, gone, found_at, updated_at, version, position)
    on conflict (tenant_id, template_id) do update set
        provider = excluded.provider, profile_id = excluded.profile_id, provider_id = excluded.provider_id,
        category = excluded.category, status = excluded.status, quality = excluded.quality, reason = excluded.reason,
        components = excluded.components, drifted_at = excluded.drifted_at, gone = excluded.gone,
        updated_at = excluded.updated_at, version = excluded.version, position = excluded.position";

pub async fn templates(connection: &mut PgConnection, rows: &[Row]) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.template_id))
        .bind(column(rows, |row| row.provider.as_str()))
        .bind(column(rows, |row| row.account_id.as_str()))
        .bind(column(rows, |row| row.profile_id))
        .bind(column(rows, |row| row.provider_id.as_str()))
        .bind(column(rows, |row| row.name.as_str()))
        .bind(column(rows, |row| row.language.as_str()))
        .bind(column(rows, |row| row.category.as_str()))
        .bind(column(rows, |row| row.status.as_str()))
        .bind(column(rows, |row| row.quality.as_deref()))
        .bind(column(rows, |row| row.reason.as_deref()))
        .bind(column(rows, |row| row.components.to_string()))
        .bind(column(rows, |row| row.drifted_at))
        .bind(column(rows, |row| row.gone))
        .bind(column(rows, |row| row.found_at))
        .bind(column(rows, |row| row.updated_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.position))
        .execute(connection)
        .await?;
    Ok(())
}
