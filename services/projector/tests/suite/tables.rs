//! Looking at read models from outside.

use crate::rig::{Rig, until};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::sync::Arc;
use waybill_event_store::Checkpoint;
use waybill_projections::Projection;
use waybill_runtime::Context;

pub async fn position(context: &Context, name: &str) -> i64 {
    let pool = &context.store.database.system;
    Checkpoint::position(pool, &format!("projection/{name}")).await.expect("postgres answers").unwrap_or(-1)
}

/// Waits until these read models have the whole log.
pub async fn until_caught_up(rig: &Rig, projections: &[Arc<dyn Projection>]) {
    let head = rig.head().await;
    for projection in projections {
        let name = projection.name();
        until(&format!("{name} has caught up"), async || {
            let row = row(&rig.context, name).await;
            assert!(row.as_ref().is_none_or(|row| row.state != "failed"), "{name}: {row:?}");
            position(&rig.context, name).await >= head
        })
        .await;
    }
}

/// Number and checksum of the rows of each table.
pub async fn checksums(rig: &Rig, projections: &[Arc<dyn Projection>]) -> BTreeMap<String, (i64, Option<String>)> {
    let mut checksums = BTreeMap::new();
    for table in projections.iter().flat_map(|projection| projection.tables()) {
        let statement = format!(
            "select count(*), md5(string_agg(md5(t::text), '' order by t::text collate \"C\")) from read.{table} t"
        );
        let sum: (i64, Option<String>) = sqlx::query_as(AssertSqlSafe(statement))
            .fetch_one(&rig.context.store.database.system)
            .await
            .expect("postgres answers");
        checksums.insert((*table).to_owned(), sum);
    }
    checksums
}

#[derive(Debug, sqlx::FromRow)]
pub struct Row {
    pub version: i32,
    pub state: String,
    pub error: Option<String>,
    pub failed_position: Option<i64>,
    pub rebuild_error: Option<String>,
    pub skipped_unknown: i64,
}

pub async fn row(context: &Context, name: &str) -> Option<Row> {
    let columns = "version, state, error, failed_position, rebuild_error, skipped_unknown";
    sqlx::query_as(AssertSqlSafe(format!("select {columns} from process.projection where name = $1")))
        .bind(name)
        .fetch_optional(&context.store.database.system)
        .await
        .expect("postgres answers")
}

pub async fn until_state(context: &Context, name: &str, state: &str) {
    until(&format!("{name} is {state}"), async || row(context, name).await.is_some_and(|row| row.state == state)).await;
}
