//! The moment in which readers change over: one transaction.
//!
//! It takes the live checkpoint first and the old tables second, as the live projector does, and waits for neither for
//! long: readers that hold the old tables are never kept from them by a swap that is waiting. It ends above the live
//! position, so readers never go back in time. The epoch is raised: the live projector notices and goes on from there
//! on the new tables.

use super::{Rebuild, Stretch, end_request};
use crate::failure::Failure;
use crate::install;
use crate::record::Record;
use sqlx::{AssertSqlSafe, PgConnection};

/// Shorter than the server's `deadlock_timeout`: rather the swap gives way than a reader.
const PATIENCE: &str = "400ms";
/// With more left than this the log is not held up; catching up goes on outside.
const LONGEST_TAIL: i64 = 10_000;

pub(super) struct Swap<'a, 'b> {
    pub rebuild: &'a mut Rebuild<'b>,
}

impl Swap<'_, '_> {
    /// The position that readers have now; `None` when it has to be tried again.
    pub async fn try_once(self) -> Result<Option<i64>, Failure> {
        match self.swap().await {
            Err(Failure::Passing(error)) if is_lock_timeout(&error) => Ok(None),
            outcome => outcome,
        }
    }

    async fn swap(self) -> Result<Option<i64>, Failure> {
        let Rebuild { context, projection, schema, checkpoint } = &*self.rebuild;
        let name = projection.name();
        let mut transaction = context.store.database.system.begin().await?;
        let settings = format!("set local search_path = {schema}; set local lock_timeout = '{PATIENCE}'");
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *transaction).await?;
        sqlx::query("select position from es.checkpoint where name = $1 for update")
            .bind(install::checkpoint(name))
            .fetch_one(&mut *transaction)
            .await?;
        // The live one stands still now, at or before this head.
        let target = context.store.head().await?;
        if target - checkpoint.position > LONGEST_TAIL {
            return Ok(None);
        }
        let tail = self.rebuild.read(checkpoint.position).await?;
        let moved = checkpoint.advance(&mut transaction, tail.end).await?;
        if !tail.wanted.is_empty() {
            projection.apply(&mut transaction, &tail.wanted).await?;
        }
        self.exchange(&mut transaction).await?;
        self.record(&mut transaction, &tail).await?;
        transaction.commit().await?;
        self.rebuild.checkpoint = moved;
        Ok(Some(tail.end))
    }

    async fn exchange(&self, connection: &mut PgConnection) -> Result<(), Failure> {
        let Rebuild { projection, schema, .. } = &*self.rebuild;
        let old = Record::find(connection, projection.name()).await?.map(|record| record.tables).unwrap_or_default();
        let old: Vec<String> = old.iter().map(|table| format!("read.{table}")).collect();
        if !old.is_empty() {
            let old = old.join(", ");
            let statement = format!("lock table {old} in access exclusive mode; drop table {old}");
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await?;
        }
        let mut statement = String::new();
        for table in projection.tables() {
            statement.push_str(&format!("alter table {schema}.{table} set schema read; "));
        }
        // Refused when anything is left in it: then the model makes more than it names, and readers would miss it.
        statement.push_str(&format!("drop schema {schema}"));
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
        Ok(())
    }

    async fn record(&self, connection: &mut PgConnection, tail: &Stretch) -> Result<(), Failure> {
        let projection = self.rebuild.projection;
        sqlx::query("update es.checkpoint set position = $2, epoch = epoch + 1, updated_at = now() where name = $1")
            .bind(install::checkpoint(projection.name()))
            .bind(tail.end)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "update process.projection set version = $2, tables = $3, state = 'live', error = null,
                 failed_position = null, rebuild_version = null, rebuild_started_at = null, rebuild_position = $4,
                 rebuild_target = $4, rebuild_error = null, updated_at = now()
             where name = $1",
        )
        .bind(projection.name())
        .bind(projection.version())
        .bind(projection.tables())
        .bind(tail.end)
        .execute(&mut *connection)
        .await?;
        end_request(connection, projection.name()).await?;
        Ok(())
    }
}

fn is_lock_timeout(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    error.is_some_and(|error| matches!(error.code().as_deref(), Some("55P03" | "40P01")))
}
