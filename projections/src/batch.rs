//! What every `apply` does with its stretch of the log: decode, and turn folded rows into columns for `unnest`.

use crate::projection::{Applied, ProjectionError};
use sqlx::PgConnection;
use waybill_domain::envelope::Recorded;
use waybill_domain::event::EventSet;

/// Decodes one event, counting what this build does not know.
pub fn decode<E: EventSet>(recorded: &Recorded, applied: &mut Applied) -> Result<Option<E>, ProjectionError> {
    let event =
        recorded.decode::<E>().map_err(|source| ProjectionError::Decode { position: recorded.position, source })?;
    if event.is_none() {
        applied.skipped_unknown += 1;
    }
    Ok(event)
}

/// One column of some rows.
pub fn column<'a, R, T>(rows: &'a [R], get: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(get).collect()
}

/// Makes the rest of the transaction find rows by index.
///
/// A rebuild begins with empty tables. A plan made then would scan them, and it would be kept while they grow to
/// millions of rows.
pub async fn find_by_index(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; \
         set local jit = off",
    )
    .execute(connection)
    .await?;
    Ok(())
}
