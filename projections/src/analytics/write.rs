//! The statements of `apply`: three additions.

use super::fold::Counters;
use crate::batch::column;
use chrono::NaiveDate;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::message::Status;

pub async fn days(
    connection: &mut PgConnection,
    days: &HashMap<(Uuid, NaiveDate), Counters>,
) -> Result<(), sqlx::Error> {
    if days.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = days.iter().collect();
    sqlx::query(
        "insert into daily_count as d (tenant_id, date, enrolled, dispatched, sent, delivered, read, failed, \
             cancelled, uncertain, inbound, replies) \
         select * from unnest($1::uuid[], $2::date[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], \
             $8::int8[], $9::int8[], $10::int8[], $11::int8[], $12::int8[]) \
         on conflict (tenant_id, date) do update set enrolled = d.enrolled + excluded.enrolled, \
             dispatched = d.dispatched + excluded.dispatched, sent = d.sent + excluded.sent, \
             delivered = d.delivered + excluded.delivered, read = d.read + excluded.read, \
             failed = d.failed + excluded.failed, cancelled = d.cancelled + excluded.cancelled, \
             uncertain = d.uncertain + excluded.uncertain, inbound = d.inbound + excluded.inbound, \
             replies = d.replies + excluded.replies",
    )
    .bind(column(&rows, |((tenant, _), _)| *tenant))
    .bind(column(&rows, |((_, date), _)| *date))
    .bind(column(&rows, |(_, counters)| counters.enrolled))
    .bind(column(&rows, |(_, counters)| counters.dispatched))
    .bind(column(&rows, |(_, counters)| counters.sent))
    .bind(column(&rows, |(_, counters)| counters.delivered))
    .bind(column(&rows, |(_, counters)| counters.read))
    .bind(column(&rows, |(_, counters)| counters.failed))
    .bind(column(&rows, |(_, counters)| counters.cancelled))
    .bind(column(&rows, |(_, counters)| counters.uncertain))
    .bind(column(&rows, |(_, counters)| counters.inbound))
    .bind(column(&rows, |(_, counters)| counters.replies))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn campaigns(
    connection: &mut PgConnection,
    campaigns: &HashMap<(Uuid, Uuid, NaiveDate), Counters>,
) -> Result<(), sqlx::Error> {
    if campaigns.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = campaigns.iter().collect();
    sqlx::query(
        "insert into daily_campaign_count as d (tenant_id, campaign_id, date, enrolled, dispatched, sent, delivered, \
             read, failed, cancelled, uncertain) \
         select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], \
             $8::int8[], $9::int8[], $10::int8[], $11::int8[]) \
         on conflict (tenant_id, campaign_id, date) do update set enrolled = d.enrolled + excluded.enrolled, \
             dispatched = d.dispatched + excluded.dispatched, sent = d.sent + excluded.sent, \
             delivered = d.delivered + excluded.delivered, read = d.read + excluded.read, \
             failed = d.failed + excluded.failed, cancelled = d.cancelled + excluded.cancelled, \
             uncertain = d.uncertain + excluded.uncertain",
    )
    .bind(column(&rows, |((tenant, _, _), _)| *tenant))
    .bind(column(&rows, |((_, campaign, _), _)| *campaign))
    .bind(column(&rows, |((_, _, date), _)| *date))
    .bind(column(&rows, |(_, counters)| counters.enrolled))
    .bind(column(&rows, |(_, counters)| counters.dispatched))
    .bind(column(&rows, |(_, counters)| counters.sent))
    .bind(column(&rows, |(_, counters)| counters.delivered))
    .bind(column(&rows, |(_, counters)| counters.read))
    .bind(column(&rows, |(_, counters)| counters.failed))
    .bind(column(&rows, |(_, counters)| counters.cancelled))
    .bind(column(&rows, |(_, counters)| counters.uncertain))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn states(
    connection: &mut PgConnection,
    states: &HashMap<Uuid, [i64; Status::ALL.len()]>,
) -> Result<(), sqlx::Error> {
    if states.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = states.iter().collect();
    let of = |status: Status| column(&rows, |(_, counts)| counts[status as usize]);
    sqlx::query(
        "insert into message_count as m (tenant_id, queued, dispatched, sending, sent, delivered, read, failed, \
             cancelled, uncertain) \
         select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], \
             $8::int8[], $9::int8[], $10::int8[]) \
         on conflict (tenant_id) do update set queued = m.queued + excluded.queued, \
             dispatched = m.dispatched + excluded.dispatched, sending = m.sending + excluded.sending, \
             sent = m.sent + excluded.sent, delivered = m.delivered + excluded.delivered, \
             read = m.read + excluded.read, failed = m.failed + excluded.failed, \
             cancelled = m.cancelled + excluded.cancelled, uncertain = m.uncertain + excluded.uncertain",
    )
    .bind(column(&rows, |(tenant, _)| **tenant))
    .bind(of(Status::Queued))
    .bind(of(Status::Dispatched))
    .bind(of(Status::Sending))
    .bind(of(Status::Sent))
    .bind(of(Status::Delivered))
    .bind(of(Status::Read))
    .bind(of(Status::Failed))
    .bind(of(Status::Cancelled))
    .bind(of(Status::Uncertain))
    .execute(connection)
    .await?;
    Ok(())
}
