//! Which failures pass by themselves, and which need a person.

use waybill_event_store::{CheckpointError, KeyError, ReadError};
use waybill_projections::ProjectionError;
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
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

fn is_passing_code(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    match class {
        // Connections, transaction rollbacks (deadlocks), resources, operators (shutdown, cancel), the system itself.
        "08" | "40" | "53" | "57" | "58" => true,
        _ => code == "55P03" || code == "25P03",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_passes_and_a_broken_statement_does_not() {
        assert!(passes(&sqlx::Error::PoolTimedOut));
        assert!(!passes(&sqlx::Error::RowNotFound));
        for code in ["08006", "40P01", "53300", "57P01", "57P03", "55P03"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["23505", "42P01", "22P02", "42501", ""] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
