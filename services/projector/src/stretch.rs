//! One stretch of the log into the tables of one schema: the same for the live tables and for a rebuild.

use crate::failure::Failure;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};
use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_event_store::EventStore;
use waybill_projections::projection::Projection;

/// The events that a read model wants, readable for it.
pub(crate) async fn wanted(
    store: &EventStore,
    projection: &dyn Projection,
    events: &[Arc<Recorded>],
) -> Result<Vec<Arc<Recorded>>, Failure> {
    let wanted = events.iter().filter(|event| projection.wants(&event.kind));
    if !projection.reads_personal() {
        return Ok(wanted.cloned().collect());
    }
    // Others share the sealed ones: what is opened here must not stay in the feed's memory.
    let mut opened: Vec<Recorded> = wanted.map(|event| event.as_ref().clone()).collect();
    store.keys.open(&mut opened).await?;
    Ok(opened.into_iter().map(Arc::new).collect())
}

/// A transaction in which unqualified names are those of `schema`.
///
/// It need not wait for the disk when it commits: rows and checkpoint are lost together or not at all, and are a fold
/// of the log.
pub(crate) async fn begin(pool: &PgPool, schema: &str) -> Result<Transaction<'static, Postgres>, Failure> {
    let begin = format!("begin; set local search_path = {schema}; set local synchronous_commit = off");
    Ok(pool.begin_with(AssertSqlSafe(begin)).await?)
}
