//! The statements of `apply`.

use super::fold::Key;
use super::row::{PackageRow, ProfileRow};
use crate::batch::column;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Ends the flights of these messages and tells which profiles they were with.
pub async fn take_landed(connection: &mut PgConnection, keys: &[Key]) -> Result<HashMap<Key, Uuid>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid, Uuid)> = sqlx::query_as(
        "delete from profile_in_flight f using unnest($1::uuid[], $2::uuid[]) as n (tenant_id, message_id) \
         where f.tenant_id = n.tenant_id and f.message_id = n.message_id \
         returning f.tenant_id, f.message_id, f.profile_id",
    )
    .bind(column(keys, |key| key.0))
    .bind(column(keys, |key| key.1))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(tenant, message, profile)| ((tenant, message), profile)).collect())
}

pub async fn load_packages(connection: &mut PgConnection, keys: &[Key]) -> Result<Vec<PackageRow>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(
        "select p.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, package_id) \
         join package p using (tenant_id, package_id)",
    )
    .bind(column(keys, |key| key.0))
    .bind(column(keys, |key| key.1))
    .fetch_all(connection)
    .await
}

pub async fn load_profiles(connection: &mut PgConnection, keys: &[Key]) -> Result<Vec<ProfileRow>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(
        "select p.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, profile_id) \
         join profile p using (tenant_id, profile_id)",
    )
    .bind(column(keys, |key| key.0))
    .bind(column(keys, |key| key.1))
    .fetch_all(connection)
    .await
}

pub async fn packages(connection: &mut PgConnection, rows: &[PackageRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into package (tenant_id, package_id, name, distribution, settings, deleted, created_at, version) \
         select tenant_id, package_id, name, distribution, settings::jsonb, deleted, created_at, version \
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[], \
             $8::int8[]) \
             as n (tenant_id, package_id, name, distribution, settings, deleted, created_at, version) \
         on conflict (tenant_id, package_id) do update set name = excluded.name, \
             distribution = excluded.distribution, settings = excluded.settings, deleted = excluded.deleted, \
             version = excluded.version",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.package_id))
    .bind(column(rows, |row| row.name.as_str()))
    .bind(column(rows, |row| row.distribution.as_str()))
    .bind(column(rows, |row| json(&row.settings)))
    .bind(column(rows, |row| row.deleted))
    .bind(column(rows, |row| row.created_at))
    .bind(column(rows, |row| row.version))
    .execute(connection)
    .await?;
    Ok(())
}

const UPSERT_PROFILES: &str = "
    insert into profile (tenant_id, profile_id, package_id, name, provider, phone, phone_number_id, state,
        state_reason, cooling_until, overrides, standing, in_flight, sent, failed, uncertain, failures_in_row,
        last_sent_at, created_at, version)
    select tenant_id, profile_id, package_id, name, provider, phone, phone_number_id, state, state_reason,
        cooling_until, overrides::jsonb, standing::jsonb, in_flight, sent, failed, uncertain, failures_in_row,
        last_sent_at, created_at, version
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::int8[], $14::int8[], $15::int8[], $16::int8[],
        $17::int8[], $18::timestamptz[], $19::timestamptz[], $20::int8[])
        as n (tenant_id, profile_id, package_id, name, provider, phone, phone_number_id, state, state_reason,
            cooling_until, overrides, standing, in_flight, sent, failed, uncertain, failures_in_row, last_sent_at,
            created_at, version)
    on conflict (tenant_id, profile_id) do update set
        name = excluded.name, phone = excluded.phone, state = excluded.state, state_reason = excluded.state_reason,
        cooling_until = excluded.cooling_until, overrides = excluded.overrides, standing = excluded.standing,
        in_flight = excluded.in_flight,
        sent = excluded.sent, failed = excluded.failed, uncertain = excluded.uncertain,
        failures_in_row = excluded.failures_in_row, last_sent_at = excluded.last_sent_at, version = excluded.version";

pub async fn profiles(connection: &mut PgConnection, rows: &[ProfileRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(UPSERT_PROFILES)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.profile_id))
        .bind(column(rows, |row| row.package_id))
        .bind(column(rows, |row| row.name.as_str()))
        .bind(column(rows, |row| row.provider.as_str()))
        .bind(column(rows, |row| row.phone.as_str()))
        .bind(column(rows, |row| row.phone_number_id.as_str()))
        .bind(column(rows, |row| row.state.as_str()))
        .bind(column(rows, |row| row.state_reason.as_deref()))
        .bind(column(rows, |row| row.cooling_until))
        .bind(column(rows, |row| json(&row.overrides)))
        .bind(column(rows, |row| json(&row.standing)))
        .bind(column(rows, |row| row.in_flight))
        .bind(column(rows, |row| row.sent))
        .bind(column(rows, |row| row.failed))
        .bind(column(rows, |row| row.uncertain))
        .bind(column(rows, |row| row.failures_in_row))
        .bind(column(rows, |row| row.last_sent_at))
        .bind(column(rows, |row| row.created_at))
        .bind(column(rows, |row| row.version))
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn usage(
    connection: &mut PgConnection,
    usage: &BTreeMap<(Key, &'static str, DateTime<Utc>), i64>,
) -> Result<(), sqlx::Error> {
    if usage.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = usage.iter().collect();
    sqlx::query(
        "insert into profile_usage as u (tenant_id, profile_id, span, starts_at, used) \
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int8[]) \
         on conflict (tenant_id, profile_id, span, starts_at) do update set used = u.used + excluded.used",
    )
    .bind(column(&rows, |((key, ..), _)| key.0))
    .bind(column(&rows, |((key, ..), _)| key.1))
    .bind(column(&rows, |((_, span, _), _)| *span))
    .bind(column(&rows, |((.., starts_at), _)| *starts_at))
    .bind(column(&rows, |(_, used)| **used))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn in_flight(connection: &mut PgConnection, rows: &[(Key, Uuid)]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into profile_in_flight (tenant_id, message_id, profile_id) \
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])",
    )
    .bind(column(rows, |(key, _)| key.0))
    .bind(column(rows, |(key, _)| key.1))
    .bind(column(rows, |(_, profile)| *profile))
    .execute(connection)
    .await?;
    Ok(())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("settings are plain data and serialise")
}
