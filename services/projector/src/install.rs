//! The tables of a read model: made when they are not there, in whichever schema.

use crate::failure::Failure;
use crate::record::{self, Record};
use crate::stretch;
use anyhow::anyhow;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use std::collections::BTreeSet;
use waybill_projections::projection::Projection;

/// Class of the advisory lock under which tables are made.
const INSTALLING: i32 = 7006;

/// What stands in schema `read`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    Current,
    /// Tables of another version: readers keep them until a rebuild has made new ones.
    Outdated {
        version: i32,
        /// Why the last rebuild was given up.
        rebuild_error: Option<String>,
    },
}

/// Makes the tables and sets the checkpoint to the beginning, unless both are there.
pub(crate) async fn install(pool: &PgPool, projection: &dyn Projection) -> Result<Installed, Failure> {
    let name = projection.name();
    let mut transaction = stretch::begin(pool, "read").await?;
    // A projector and a rebuild may come at the same moment, and all of them grant on the same schema.
    sqlx::query("select pg_advisory_xact_lock($1, 0)").bind(INSTALLING).execute(&mut *transaction).await?;
    let record = Record::find(&mut transaction, name).await?;
    if let Some(record) = &record
        && tables(&mut transaction, "read", &record.tables).await? == record.tables.len()
    {
        transaction.commit().await?;
        return Ok(match record.version == projection.version() {
            true => Installed::Current,
            false => Installed::Outdated { version: record.version, rebuild_error: record.rebuild_error.clone() },
        });
    }
    // Fresh, or the schema was lost: both begin anew.
    let old = record.map(|record| record.tables).unwrap_or_default();
    let names: BTreeSet<&str> = old.iter().map(String::as_str).chain(projection.tables().iter().copied()).collect();
    let is_there: bool =
        sqlx::query_scalar("select to_regnamespace('read') is not null").fetch_one(&mut *transaction).await?;
    if !is_there {
        let statement = "create schema read; grant usage on schema read to waybill_app";
        sqlx::raw_sql(statement).execute(&mut *transaction).await?;
    }
    for table in names {
        let statement = format!("drop table if exists read.{table}");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
    }
    create(&mut transaction, "read", projection).await?;
    record::installed(&mut transaction, projection).await?;
    sqlx::query(
        "insert into es.checkpoint as c (name, position, epoch) values ($1, 0, 1)
         on conflict (name) do update set position = 0, epoch = c.epoch + 1, updated_at = now()",
    )
    .bind(checkpoint(name))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    tracing::info!(projection = name, version = projection.version(), "made the tables");
    Ok(Installed::Current)
}

/// Runs the definition where `search_path` points, and holds it to what the model says of itself.
pub(crate) async fn create(
    connection: &mut PgConnection,
    schema: &str,
    projection: &dyn Projection,
) -> Result<(), Failure> {
    sqlx::raw_sql(projection.ddl()).execute(&mut *connection).await?;
    let declared: Vec<String> = projection.tables().iter().map(ToString::to_string).collect();
    if tables(connection, schema, &declared).await? != declared.len() {
        let name = projection.name();
        return Err(Failure::Lasting(anyhow!("the definition of {name} does not make the tables {declared:?}")));
    }
    Ok(())
}

/// How many of these tables there are.
async fn tables(connection: &mut PgConnection, schema: &str, names: &[String]) -> Result<usize, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(
        "select count(*) from pg_class join pg_namespace n on n.oid = relnamespace
         where nspname = $1 and relname = any($2) and relkind in ('r', 'p')",
    )
    .bind(schema)
    .bind(names)
    .fetch_one(connection)
    .await?;
    Ok(usize::try_from(found).unwrap_or(0))
}

/// The checkpoint of the tables that readers have.
pub(crate) fn checkpoint(name: &str) -> String {
    format!("projection/{name}")
}
