//! What a read model is to whoever runs it: the same `apply` drives live catch-up, rebuilds and tests.

use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_domain::event::DecodeError;

/// A read model.
///
/// `apply` runs in the transaction that also moves the projection's checkpoint, so each event has its effect once.
pub trait Projection: Send + Sync {
    /// A stable word; it names the checkpoint.
    fn name(&self) -> &'static str;

    /// Raised when the tables or their meaning change: the projector then rebuilds.
    fn version(&self) -> i32;

    /// The tables it owns, unqualified.
    fn tables(&self) -> &'static [&'static str];

    /// Creates the tables in the current `search_path`, with row-level security forced. Statements end with `;`.
    fn ddl(&self) -> &'static str;

    /// Whether it looks at this event type; others are passed over without being decoded.
    fn wants(&self, kind: &str) -> bool;

    /// Whether it reads personal parts: then the caller opens them first.
    fn reads_personal(&self) -> bool {
        false
    }

    /// Applies a stretch of the log, in order, with set-based statements. Only wanted events are given.
    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>>;
}

/// What applying a stretch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Events of a type or version that this build does not know.
    pub skipped_unknown: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    #[error("position {position}: {source}")]
    Decode {
        position: i64,
        #[source]
        source: DecodeError,
    },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
