//! The row of a read model in `process.projection`, for people.

use crate::failure::Failure;
use crate::rebuild::Progress;
use sqlx::{PgConnection, PgPool};
use waybill_projections::projection::Projection;

/// What readers have.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Record {
    pub version: i32,
    pub tables: Vec<String>,
    pub rebuild_error: Option<String>,
}

impl Record {
    pub async fn find(connection: &mut PgConnection, name: &str) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as("select version, tables, rebuild_error from process.projection where name = $1")
            .bind(name)
            .fetch_optional(connection)
            .await
    }

    pub async fn state(pool: &PgPool, name: &str) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("select state from process.projection where name = $1").bind(name).fetch_optional(pool).await
    }
}

/// These tables, empty, are what readers have now.
pub(crate) async fn installed(connection: &mut PgConnection, projection: &dyn Projection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into process.projection (name, version, tables, state) values ($1, $2, $3, 'live')
         on conflict (name) do update set version = excluded.version, tables = excluded.tables, state = 'live',
             error = null, failed_position = null, skipped_unknown = 0, updated_at = now()",
    )
    .bind(projection.name())
    .bind(projection.version())
    .bind(projection.tables())
    .execute(connection)
    .await?;
    Ok(())
}

/// It moves again, or is about to try.
pub(crate) async fn following(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update process.projection set state = case state when 'failed' then 'live' else state end, error = null,
             failed_position = null, updated_at = now()
         where name = $1 and error is not null",
    )
    .bind(name)
    .execute(pool)
    .await?;
    Ok(())
}

/// It stands still before `position`, when that is known.
pub(crate) async fn failed(
    pool: &PgPool,
    projection: &dyn Projection,
    position: Option<i64>,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into process.projection (name, version, tables, state, error, failed_position)
         values ($1, $2, $3, 'failed', $4, $5)
         on conflict (name) do update set state = 'failed', error = excluded.error,
             failed_position = excluded.failed_position, updated_at = now()",
    )
    .bind(projection.name())
    .bind(projection.version())
    .bind(projection.tables())
    .bind(error)
    .bind(position)
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn skipped(connection: &mut PgConnection, name: &str, unknown: u64) -> Result<(), sqlx::Error> {
    sqlx::query("update process.projection set skipped_unknown = skipped_unknown + $2 where name = $1")
        .bind(name)
        .bind(i64::try_from(unknown).unwrap_or(i64::MAX))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn progress(pool: &PgPool, progress: &Progress) -> Result<(), Failure> {
    sqlx::query(
        "update process.projection set rebuild_position = $2, rebuild_target = $3, rebuild_events_per_second = $4,
             updated_at = now()
         where name = $1",
    )
    .bind(&progress.name)
    .bind(progress.position)
    .bind(progress.target)
    .bind(progress.events_per_second)
    .execute(pool)
    .await?;
    Ok(())
}

/// A rebuild was given up; the live one stays as it was.
pub(crate) async fn rebuild_failed(connection: &mut PgConnection, name: &str, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update process.projection set state = case when error is null then 'live' else 'failed' end,
             rebuild_error = $2, rebuild_version = null, rebuild_started_at = null, updated_at = now()
         where name = $1",
    )
    .bind(name)
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}
