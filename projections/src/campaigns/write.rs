//! The statements of `apply`.

use super::fold::{Changes, Fact, Key, RATE_KEPT};
use super::row::Row;
use crate::batch::column;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use waybill_domain::envelope::Recorded;

pub async fn load(connection: &mut PgConnection, facts: &[(Key, &Recorded, Fact)]) -> Result<Vec<Row>, sqlx::Error> {
    let keys: Vec<Key> = facts.iter().map(|(key, ..)| *key).collect::<BTreeSet<_>>().into_iter().collect();
    sqlx::query_as(
        "select g.* from unnest($1::uuid[], $2::uuid[]) as k (tenant_id, campaign_id) \
         join campaign g using (tenant_id, campaign_id)",
    )
    .bind(column(&keys, |key| key.0))
    .bind(column(&keys, |key| key.1))
    .fetch_all(connection)
    .await
}

const UPSERT: &str = "
    insert into campaign (tenant_id, campaign_id, name, audience, template_text, package_id, spread, status, planned,
        points_planned, points_reserved, points_captured, points_released, enrolled, queued, dispatched, sending, sent,
        delivered, read, failed, cancelled, uncertain, excluded_by, enrolment_done, paused_reason, deferred_limit,
        deferred_until, created_at, started_at, cancelled_at, completed_at, version, position, attachment)
    select tenant_id, campaign_id, name, audience::jsonb, template_text, package_id, spread::jsonb, status, planned,
        points_planned, points_reserved, points_captured, points_released, enrolled, queued, dispatched, sending, sent,
        delivered, read, failed, cancelled, uncertain, excluded_by::jsonb, enrolment_done, paused_reason,
        deferred_limit, deferred_until, created_at, started_at, cancelled_at, completed_at, version, position,
        attachment::jsonb
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
        $9::int8[], $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::int8[],
        $17::int8[], $18::int8[], $19::int8[], $20::int8[], $21::int8[], $22::int8[], $23::int8[], $24::text[],
        $25::bool[], $26::text[], $27::text[], $28::timestamptz[], $29::timestamptz[], $30::timestamptz[],
        $31::timestamptz[], $32::timestamptz[], $33::int8[], $34::int8[], $35::text[])
        as n (tenant_id, campaign_id, name, audience, template_text, package_id, spread, status, planned, points_planned,
            points_reserved, points_captured, points_released, enrolled, queued, dispatched, sending, sent, delivered,
            read, failed, cancelled, uncertain, excluded_by, enrolment_done, paused_reason, deferred_limit,
            deferred_until, created_at, started_at, cancelled_at, completed_at, version, position, attachment)
    on conflict (tenant_id, campaign_id) do update set
        name = excluded.name, audience = excluded.audience, template_text = excluded.template_text,
        attachment = excluded.attachment,
        package_id = excluded.package_id, spread = excluded.spread, status = excluded.status, planned = excluded.planned,
        points_planned = excluded.points_planned, points_reserved = excluded.points_reserved,
        points_captured = excluded.points_captured, points_released = excluded.points_released,
        enrolled = excluded.enrolled, queued = excluded.queued, dispatched = excluded.dispatched,
        sending = excluded.sending, sent = excluded.sent, delivered = excluded.delivered, read = excluded.read,
        failed = excluded.failed, cancelled = excluded.cancelled, uncertain = excluded.uncertain,
        excluded_by = excluded.excluded_by, enrolment_done = excluded.enrolment_done,
        paused_reason = excluded.paused_reason, deferred_limit = excluded.deferred_limit,
        deferred_until = excluded.deferred_until, started_at = excluded.started_at,
        cancelled_at = excluded.cancelled_at, completed_at = excluded.completed_at, version = excluded.version,
        position = excluded.position";

pub async fn campaigns(connection: &mut PgConnection, rows: &[Row]) -> Result<(), sqlx::Error> {
    sqlx::query(UPSERT)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.campaign_id))
        .bind(column(rows, |row| row.name.as_str()))
        .bind(column(rows, |row| json(&row.audience)))
        .bind(column(rows, |row| row.template_text.as_str()))
        .bind(column(rows, |row| row.package_id))
        .bind(column(rows, |row| json(&row.spread)))
        .bind(column(rows, |row| row.status.as_str()))
        .bind(column(rows, |row| row.planned))
        .bind(column(rows, |row| row.points_planned))
        .bind(column(rows, |row| row.points_reserved))
        .bind(column(rows, |row| row.points_captured))
        .bind(column(rows, |row| row.points_released))
        .bind(column(rows, |row| row.enrolled))
        .bind(column(rows, |row| row.states.queued))
        .bind(column(rows, |row| row.states.dispatched))
        .bind(column(rows, |row| row.states.sending))
        .bind(column(rows, |row| row.states.sent))
        .bind(column(rows, |row| row.states.delivered))
        .bind(column(rows, |row| row.states.read))
        .bind(column(rows, |row| row.states.failed))
        .bind(column(rows, |row| row.states.cancelled))
        .bind(column(rows, |row| row.states.uncertain))
        .bind(column(rows, |row| json(&row.excluded_by)))
        .bind(column(rows, |row| row.enrolment_done))
        .bind(column(rows, |row| row.paused_reason.as_deref()))
        .bind(column(rows, |row| row.deferred_limit.as_deref()))
        .bind(column(rows, |row| row.deferred_until))
        .bind(column(rows, |row| row.created_at))
        .bind(column(rows, |row| row.started_at))
        .bind(column(rows, |row| row.cancelled_at))
        .bind(column(rows, |row| row.completed_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.position))
        .bind(column(rows, |row| row.attachment.as_ref().map(json)))
        .execute(connection)
        .await?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plans and counts are plain data and serialise")
}

pub async fn counts(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.counts.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = changes.counts.iter().collect();
    sqlx::query(
        "insert into campaign_count as c (tenant_id, status, count) \
         select * from unnest($1::uuid[], $2::text[], $3::int8[]) \
         on conflict (tenant_id, status) do update set count = c.count + excluded.count",
    )
    .bind(column(&rows, |((tenant, _), _)| *tenant))
    .bind(column(&rows, |((_, status), _)| status.as_str()))
    .bind(column(&rows, |(_, step)| **step))
    .execute(&mut *connection)
    .await?;
    // A status nobody is in has no row, whether or not somebody was in it between two batches.
    sqlx::query(
        "delete from campaign_count c using unnest($1::uuid[], $2::text[]) as n (tenant_id, status) \
         where c.tenant_id = n.tenant_id and c.status = n.status and c.count = 0",
    )
    .bind(column(&rows, |((tenant, _), _)| *tenant))
    .bind(column(&rows, |((_, status), _)| status.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn failures(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.failures.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = changes.failures.iter().collect();
    sqlx::query(
        "insert into campaign_failure as f (tenant_id, campaign_id, class, code, detail, count) \
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int8[]) \
         on conflict (tenant_id, campaign_id, class, code) do update \
             set detail = excluded.detail, count = f.count + excluded.count",
    )
    .bind(column(&rows, |((key, ..), _)| key.0))
    .bind(column(&rows, |((key, ..), _)| key.1))
    .bind(column(&rows, |((_, class, _), _)| class.as_str()))
    .bind(column(&rows, |((.., code), _)| code.as_str()))
    .bind(column(&rows, |(_, (detail, _))| detail.as_str()))
    .bind(column(&rows, |(_, (_, count))| *count))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn rates(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.rates.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = changes.rates.iter().collect();
    sqlx::query(
        "insert into campaign_rate as r (tenant_id, campaign_id, second, sent, settled) \
         select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int8[], $5::int8[]) \
         on conflict (tenant_id, campaign_id, second) do update \
             set sent = r.sent + excluded.sent, settled = r.settled + excluded.settled",
    )
    .bind(column(&rows, |((key, _), _)| key.0))
    .bind(column(&rows, |((key, _), _)| key.1))
    .bind(column(&rows, |((_, second), _)| *second))
    .bind(column(&rows, |(_, rate)| rate.sent))
    .bind(column(&rows, |(_, rate)| rate.settled))
    .execute(&mut *connection)
    .await?;
    // Measured from each campaign's own last second, not from the clock: a rebuild must end with the same rows.
    let last: BTreeMap<Key, DateTime<Utc>> = changes.rates.keys().copied().collect();
    let last: Vec<_> = last.into_iter().collect();
    sqlx::query(
        "delete from campaign_rate r using unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) \
             as n (tenant_id, campaign_id, before) \
         where r.tenant_id = n.tenant_id and r.campaign_id = n.campaign_id and r.second < n.before",
    )
    .bind(column(&last, |(key, _)| key.0))
    .bind(column(&last, |(key, _)| key.1))
    .bind(column(&last, |(_, second)| *second - RATE_KEPT))
    .execute(connection)
    .await?;
    Ok(())
}
