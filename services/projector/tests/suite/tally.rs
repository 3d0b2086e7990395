//! A small read model for tests: counts top-ups, and can be told to break.

use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use waybill_domain::envelope::Recorded;
use waybill_domain::event::EventSet;
use waybill_domain::wallet;
use waybill_projections::{Applied, Projection, ProjectionError};

pub struct Tally {
    pub name: &'static str,
    pub version: i32,
    /// Points that the tables refuse.
    pub refused: Arc<AtomicI64>,
    /// Points at which it panics.
    pub panics_at: i64,
}

impl Tally {
    pub fn new(name: &'static str, version: i32) -> Self {
        Self { name, version, refused: Arc::new(AtomicI64::new(-1)), panics_at: -1 }
    }
}

impl Projection for Tally {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn tables(&self) -> &'static [&'static str] {
        match (self.name, self.version) {
            ("first", 1) => &["tally_first"],
            // The next version has another set of tables.
            ("first", _) => &["tally_first", "tally_first_total"],
            _ => &["tally_second"],
        }
    }

    fn ddl(&self) -> &'static str {
        match (self.name, self.version) {
            ("first", 1) => {
                "create table tally_first (tenant_id uuid, position bigint primary key, points bigint not null);"
            }
            ("first", _) => {
                "create table tally_first (tenant_id uuid, position bigint primary key, points bigint not null,
                     doubled bigint generated always as (points * 2) stored);
                 create table tally_first_total (tenant_id uuid primary key, points bigint not null);"
            }
            _ => "create table tally_second (tenant_id uuid, position bigint primary key, points bigint not null);",
        }
    }

    fn wants(&self, kind: &str) -> bool {
        kind == "wallet.topped_up"
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let statement = match self.name {
                "first" => "insert into tally_first (tenant_id, position, points) values ($1, $2, $3)",
                _ => "insert into tally_second (tenant_id, position, points) values ($1, $2, $3)",
            };
            for event in events {
                let position = event.position;
                let decoded = wallet::Event::decode(&event.kind, event.schema_version, &event.data, None);
                let decoded = decoded.map_err(|source| ProjectionError::Decode { position, source })?;
                let Some(wallet::Event::ToppedUp(it)) = decoded else {
                    applied.skipped_unknown += 1;
                    continue;
                };
                let points = i64::try_from(it.points).expect("small");
                assert!(points != self.panics_at, "told to panic");
                let refused = self.refused.load(Ordering::Relaxed) == points;
                sqlx::query(statement)
                    .bind(event.tenant_id.0)
                    .bind(position)
                    // Not null is the constraint that it breaks.
                    .bind((!refused).then_some(points))
                    .execute(&mut *connection)
                    .await?;
                if self.name == "first" && self.version > 1 {
                    sqlx::query(
                        "insert into tally_first_total as t values ($1, $2)
                         on conflict (tenant_id) do update set points = t.points + excluded.points",
                    )
                    .bind(event.tenant_id.0)
                    .bind(points)
                    .execute(&mut *connection)
                    .await?;
                }
            }
            Ok(applied)
        })
    }
}
