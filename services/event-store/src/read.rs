//! Reading the log by position and by stream. A gap in the positions stops the reader: it would be a lost event.

use crate::EventStore;
use crate::row::{EventRow, event_columns};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("reading the log: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the log has a gap: after position {after} came {found}")]
    Gap { after: i64, found: i64 },
}

/// Asserts that `events` go on densely from `after`.
pub fn check_dense<'a>(after: i64, events: impl IntoIterator<Item = &'a Recorded>) -> Result<(), ReadError> {
    let mut last = after;
    for event in events {
        if event.position != last + 1 {
            return Err(ReadError::Gap { after: last, found: event.position });
        }
        last = event.position;
    }
    Ok(())
}

/// The last position, 0 when the log is empty.
pub async fn head(pool: &PgPool) -> Result<i64, sqlx::Error> {
    let head = sqlx::query_scalar("select pos from es.event order by pos desc limit 1").fetch_optional(pool).await?;
    Ok(head.unwrap_or(0))
}

/// A stretch of the log after a position, at most `limit` events.
pub async fn read(pool: &PgPool, after: i64, limit: i64) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where pos > $1 and pos <= $1 + $2 order by pos"
    ))
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let events: Vec<Recorded> = rows.into_iter().map(|row| row.0).collect();
    check_dense(after, &events)?;
    Ok(events)
}

/// Events of one stream after a version. On a connection bound to a tenant, another tenant's stream is empty.
pub async fn read_stream(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    stream_id: Uuid,
    after_version: i64,
    limit: i64,
) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where stream_id = $1 and tenant_id = $2 and version > $3 order by version limit $4"
    ))
    .bind(stream_id)
    .bind(tenant_id.0)
    .bind(after_version)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// A tenant's events among the next `limit` positions.
pub async fn read_tenant_after(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    after: i64,
    limit: i64,
) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where pos > $1 and pos <= $1 + $2 and tenant_id = $3 order by pos"
    ))
    .bind(after)
    .bind(limit)
    .bind(tenant_id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// All events of many streams, each stream in order.
pub async fn read_streams(connection: &mut PgConnection, streams: &[Uuid]) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where stream_id = any($1) order by stream_id, version"
    ))
    .bind(streams)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The same of one tenant: another tenant's streams are empty.
pub async fn read_streams_of(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    streams: &[Uuid],
) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where stream_id = any($1) and tenant_id = $2 order by stream_id, version"
    ))
    .bind(streams)
    .bind(tenant_id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// A tenant's events at these positions, in the order of the log.
pub async fn read_at(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    positions: &[i64],
) -> Result<Vec<Recorded>, ReadError> {
    let rows: Vec<EventRow> = sqlx::query_as(concat!(
        "select ",
        event_columns!(),
        " from es.event where pos = any($1) and tenant_id = $2 order by pos"
    ))
    .bind(positions)
    .bind(tenant_id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

impl EventStore {
    pub async fn head(&self) -> Result<i64, sqlx::Error> {
        head(&self.database.system).await
    }

    pub async fn read(&self, after: i64, limit: i64) -> Result<Vec<Recorded>, ReadError> {
        read(&self.database.system, after, limit).await
    }
}
