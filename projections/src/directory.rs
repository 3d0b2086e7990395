//! Tenants: their names and the settings that other answers need.

use crate::batch::{self, column};
use crate::page::QueryError;
use crate::projection::{Applied, Projection, ProjectionError};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::Serialize;
use sqlx::{FromRow, PgConnection};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::tenant::Event;

#[derive(Debug, Clone, Copy)]
pub struct Directory;

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct TenantRow {
    pub tenant_id: Uuid,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub default_country: Option<String>,
    /// IANA name.
    pub time_zone: String,
    pub registered_at: DateTime<Utc>,
    pub version: i64,
}

pub async fn one(connection: &mut PgConnection, tenant: TenantId) -> Result<Option<TenantRow>, QueryError> {
    let sql = "select tenant_id, name, default_country, time_zone, registered_at, version \
               from read.tenant where tenant_id = $1";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_optional(connection).await?)
}

impl Projection for Directory {
    fn name(&self) -> &'static str {
        "directory"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["tenant"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("directory/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("tenant.")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let mut rows: BTreeMap<Uuid, TenantRow> = BTreeMap::new();
            for recorded in events {
                // Both events that count here say everything; only the first time of the earliest is kept, by the statement below.
                let (name, default_country, time_zone) = match batch::decode(recorded, &mut applied)? {
                    Some(Event::Registered(it)) => (it.name, it.default_country, it.time_zone),
                    Some(Event::SettingsChanged(it)) => (it.name, it.default_country, it.time_zone),
                    Some(_) | None => continue,
                };
                let tenant_id = recorded.tenant_id.0;
                let registered_at = rows.get(&tenant_id).map_or(recorded.recorded_at, |row| row.registered_at);
                let version = recorded.version;
                let row = TenantRow { tenant_id, name, default_country, time_zone, registered_at, version };
                rows.insert(tenant_id, row);
            }
            if !rows.is_empty() {
                write(connection, &rows.into_values().collect::<Vec<_>>()).await?;
            }
            Ok(applied)
        })
    }
}

async fn write(connection: &mut PgConnection, rows: &[TenantRow]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into tenant (tenant_id, name, default_country, time_zone, registered_at, version) \
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int8[]) \
         on conflict (tenant_id) do update set name = excluded.name, default_country = excluded.default_country, \
             time_zone = excluded.time_zone, version = excluded.version",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.name.as_str()))
    .bind(column(rows, |row| row.default_country.as_deref()))
    .bind(column(rows, |row| row.time_zone.as_str()))
    .bind(column(rows, |row| row.registered_at))
    .bind(column(rows, |row| row.version))
    .execute(connection)
    .await?;
    Ok(())
}
