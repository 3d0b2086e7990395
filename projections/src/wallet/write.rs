//! The statements of `apply`.

use super::fold::{Balance, Entry};
use crate::batch::column;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;

pub async fn load(connection: &mut PgConnection, events: &[Arc<Recorded>]) -> Result<Vec<Balance>, sqlx::Error> {
    let tenants: BTreeSet<Uuid> = events.iter().map(|recorded| recorded.tenant_id.0).collect();
    sqlx::query_as("select w.* from unnest($1::uuid[]) as t (tenant_id) join wallet w using (tenant_id)")
        .bind(tenants.into_iter().collect::<Vec<_>>())
        .fetch_all(connection)
        .await
}

pub async fn balances(connection: &mut PgConnection, rows: &[Balance]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into wallet (tenant_id, topped_up, available, reserved, captured, released, version, position) \
         select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], \
             $8::int8[]) \
         on conflict (tenant_id) do update set topped_up = excluded.topped_up, available = excluded.available, \
             reserved = excluded.reserved, captured = excluded.captured, released = excluded.released, \
             version = excluded.version, position = excluded.position",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.topped_up))
    .bind(column(rows, |row| row.available))
    .bind(column(rows, |row| row.reserved))
    .bind(column(rows, |row| row.captured))
    .bind(column(rows, |row| row.released))
    .bind(column(rows, |row| row.version))
    .bind(column(rows, |row| row.position))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn entries(connection: &mut PgConnection, rows: &[Entry]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into wallet_entry (tenant_id, position, at, kind, points, effect, campaign_id, messages, note, \
             balance_after) \
         select * from unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::text[], $5::int8[], $6::int8[], \
             $7::uuid[], $8::int8[], $9::text[], $10::int8[])",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.position))
    .bind(column(rows, |row| row.at))
    .bind(column(rows, |row| row.kind))
    .bind(column(rows, |row| row.points))
    .bind(column(rows, |row| row.effect))
    .bind(column(rows, |row| row.campaign_id))
    .bind(column(rows, |row| row.messages))
    .bind(column(rows, |row| row.note.as_deref()))
    .bind(column(rows, |row| row.balance_after))
    .execute(connection)
    .await?;
    Ok(())
}
