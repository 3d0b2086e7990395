//! The statements of `apply`.

use crate::batch::column;
use chrono::NaiveDate;
use sqlx::PgConnection;
use waybill_domain::audit::Noted;
use waybill_domain::envelope::Recorded;

pub struct Entry<'a> {
    pub recorded: &'a Recorded,
    pub noted: Noted,
}

pub struct Erasure<'a> {
    pub recorded: &'a Recorded,
    pub kind: &'static str,
    pub streams: u64,
    pub events: u64,
}

pub struct Retention<'a> {
    pub recorded: &'a Recorded,
    pub through: NaiveDate,
}

pub async fn entries(connection: &mut PgConnection, rows: &[Entry<'_>]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into audit_entry (tenant_id, position, entry_id, at, actor, operation, outcome, status, code, \
             target_kind, target_id, subject_id, ip, user_agent, trace_id) \
         select * from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], \
             $7::text[], $8::int4[], $9::text[], $10::text[], $11::uuid[], $12::uuid[], $13::text[], $14::text[], \
             $15::uuid[])",
    )
    .bind(column(rows, |row| row.recorded.tenant_id.0))
    .bind(column(rows, |row| row.recorded.position))
    .bind(column(rows, |row| row.recorded.stream_id))
    .bind(column(rows, |row| row.recorded.recorded_at))
    .bind(column(rows, |row| row.recorded.actor.as_str()))
    .bind(column(rows, |row| row.noted.operation.as_str()))
    .bind(column(rows, |row| row.noted.outcome.as_str()))
    .bind(column(rows, |row| i32::from(row.noted.status)))
    .bind(column(rows, |row| row.noted.code.as_deref()))
    .bind(column(rows, |row| row.noted.target.as_ref().map(|target| target.kind.as_str())))
    .bind(column(rows, |row| row.noted.target.as_ref().map(|target| target.id)))
    .bind(column(rows, |row| row.noted.subject.0))
    .bind(column(rows, |row| row.noted.origin.known().map(|origin| origin.ip.as_str())))
    .bind(column(rows, |row| row.noted.origin.known().map(|origin| origin.user_agent.as_str())))
    .bind(column(rows, |row| row.recorded.correlation_id))
    .execute(connection)
    .await?;
    Ok(())
}

/// After the entries of the stretch: an erasure ends the addresses of those before it.
pub async fn erasures(connection: &mut PgConnection, rows: &[Erasure<'_>]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into erasure (tenant_id, position, subject_id, kind, at, actor, streams, events) \
         select * from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], \
             $7::int8[], $8::int8[])",
    )
    .bind(column(rows, |row| row.recorded.tenant_id.0))
    .bind(column(rows, |row| row.recorded.position))
    .bind(column(rows, |row| row.recorded.stream_id))
    .bind(column(rows, |row| row.kind))
    .bind(column(rows, |row| row.recorded.recorded_at))
    .bind(column(rows, |row| row.recorded.actor.as_str()))
    .bind(column(rows, |row| row.streams as i64))
    .bind(column(rows, |row| row.events as i64))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update audit_entry a set ip = null, user_agent = null \
         from unnest($1::uuid[], $2::uuid[], $3::int8[]) as e (tenant_id, subject_id, position) \
         where a.tenant_id = e.tenant_id and a.subject_id = e.subject_id and a.position < e.position \
             and a.ip is not null",
    )
    .bind(column(rows, |row| row.recorded.tenant_id.0))
    .bind(column(rows, |row| row.recorded.stream_id))
    .bind(column(rows, |row| row.recorded.position))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn retentions(connection: &mut PgConnection, rows: &[Retention<'_>]) -> Result<(), sqlx::Error> {
    for row in rows {
        sqlx::query(
            "insert into retention (tenant_id, through, at) values ($1, $2, $3) \
             on conflict (tenant_id) do update set through = excluded.through, at = excluded.at",
        )
        .bind(row.recorded.tenant_id.0)
        .bind(row.through)
        .bind(row.recorded.recorded_at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
