//! Which failures pass by themselves, and which need a person.

use waybill_event_store::{CheckpointError, KeyError, ReadError};
use waybill_projections::ProjectionError;
use waybill_runtime::leader::database_is_away;
use waybill_runtime::subscription::SubscriptionError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The server or the way to it: tried again.
    #[error("{0:#}")]
    Passing(anyhow::Error),
    /// Another owner has the checkpoint.
    #[error("the checkpoint was taken over")]
    Fenced,
    /// The same input fails again.
    #[error("{0:#}")]
    Lasting(anyhow::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        if passes(&error) { Self::Passing(error.into()) } else { Self::Lasting(error.into()) }
    }
}

impl From<ProjectionError> for Failure {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Database(error) => error.into(),
            decode @ ProjectionError::Decode { .. } => Self::Lasting(decode.into()),
        }
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Fenced { .. } => Self::Fenced,
            CheckpointError::Database { source, .. } => source.into(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Database(error) => error.into(),
            gap @ ReadError::Gap { .. } => Self::Lasting(gap.into()),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Database(error) => error.into(),
            other => Self::Lasting(other.into()),
        }
    }
}

impl From<SubscriptionError> for Failure {
    fn from(error: SubscriptionError) -> Self {
        match error {
            SubscriptionError::Read(error) => error.into(),
            SubscriptionError::Checkpoint(error) => error.into(),
            SubscriptionError::Database(error) => error.into(),
        }
    }
}

/// Whether the same statement may succeed later, unchanged.
fn passes(error: &sqlx::Error) -> bool {
    // A pool is closed when the process stops, which ends the trying.
    matches!(error, sqlx::Error::PoolClosed) || database_is_away(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_passes_and_a_broken_statement_does_not() {
        assert!(passes(&sqlx::Error::PoolTimedOut));
        assert!(!passes(&sqlx::Error::RowNotFound));
    }
}
