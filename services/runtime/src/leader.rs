//! One active copy of a task, others standing by: a session lock in Postgres.
//!
//! The lock only decides who works. What keeps a copy that lost it from doing harm is the epoch of its checkpoint.

use crate::context::Context;
use crate::subscription::SubscriptionError;
use std::future::Future;
use std::time::{Duration, Instant};
use waybill_event_store::{AppendError, CheckpointError, LockClass, SessionLock};

/// How often a copy that stands by tries to take over.
const STAND_BY: Duration = Duration::from_millis(500);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Work that went on this long was not broken from the start: the next pause is the shortest again.
const HEALTHY_AFTER: Duration = Duration::from_secs(5);

/// Runs `work` while this copy holds the lock `name`, until the process is to stop.
///
/// `work` is started anew when the database went away or another copy had taken over; any other error is returned and
/// ends the process. It has to watch the stop signal itself, so that it can finish what it has begun.
pub async fn lead<F, W>(context: &Context, name: &'static str, work: F) -> anyhow::Result<()>
where
    F: Fn(Context) -> W,
    W: Future<Output = anyhow::Result<()>>,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let held = tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            held = hold(context, name) => held,
        };
        // Not dropped when the process is to stop: `work` finishes what it has begun, and ends by itself.
        let ended = match held {
            Ok(lock) => {
                let begun = Instant::now();
                let done = work(context.clone()).await;
                if begun.elapsed() > HEALTHY_AFTER {
                    pause = FIRST_PAUSE;
                }
                lock.release().await;
                done
            }
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) => return Ok(()),
            Err(error) if context.stop.is_cancelled() => {
                tracing::warn!(task = name, error = format!("{error:#}"), "not everything was finished");
                return Ok(());
            }
            Err(error) if is_passing(&error) => {
                tracing::warn!(task = name, error = format!("{error:#}"), "interrupted, beginning again");
                metrics::counter!("task_interruptions_total", "task" => name).increment(1);
                tokio::select! {
                    () = context.stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(pause) => {}
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}

async fn hold(context: &Context, name: &str) -> anyhow::Result<SessionLock> {
    loop {
        if let Some(lock) = SessionLock::try_acquire(&context.store.database.system, LockClass::Task, name).await? {
            return Ok(lock);
        }
        tokio::time::sleep(STAND_BY).await;
    }
}

/// Whether an error passes by itself: the database or a read model is away, or another copy took over for a moment.
pub fn is_passing(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        if let Some(database) = cause.downcast_ref::<sqlx::Error>() {
            return database_is_away(database) || is_read_model_away(database);
        }
        // A transparent error hides what it holds: of these only the outer one is in the chain.
        let checkpoint = match cause.downcast_ref::<SubscriptionError>() {
            Some(SubscriptionError::Checkpoint(checkpoint)) => Some(checkpoint),
            _ => cause.downcast_ref::<CheckpointError>(),
        };
        matches!(checkpoint, Some(CheckpointError::Fenced { .. }))
            || matches!(cause.downcast_ref::<AppendError>(), Some(AppendError::Batch(_)))
    })
}

/// Whether the same statement may succeed later, unchanged.
pub fn database_is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

fn is_passing_code(code: &str) -> bool {
    match code.get(..2).unwrap_or_default() {
        // Connections, transaction rollbacks (deadlocks), resources, operators (shutdown, cancel), the system itself.
        "08" | "40" | "53" | "57" | "58" => true,
        // Lock and idle-in-transaction timeouts.
        _ => code == "55P03" || code == "25P03",
    }
}

/// Whether a table of schema `read` is missing: the projector makes it anew.
fn is_read_model_away(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.code().is_some_and(|code| code == "42P01") && error.message().contains("\"read.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fenced() -> CheckpointError {
        CheckpointError::Fenced { name: "sender".into(), epoch: 1, position: 7 }
    }

    #[test]
    fn a_copy_that_was_fenced_begins_again_however_the_error_came() {
        assert!(is_passing(&fenced().into()));
        assert!(is_passing(&SubscriptionError::from(fenced()).into()));
        assert!(is_passing(&anyhow::Error::from(SubscriptionError::from(fenced())).context("moving on")));
    }

    #[test]
    fn an_append_that_went_down_with_its_batch_is_tried_again() {
        assert!(is_passing(&AppendError::Batch("broken pipe".into()).into()));
        assert!(is_passing(&AppendError::from(sqlx::Error::PoolTimedOut).into()));
        assert!(!is_passing(&AppendError::from(sqlx::Error::RowNotFound).into()));
    }

    #[test]
    fn a_lost_connection_passes_and_a_broken_statement_does_not() {
        assert!(database_is_away(&sqlx::Error::PoolTimedOut));
        assert!(!database_is_away(&sqlx::Error::RowNotFound));
        for code in ["08006", "40P01", "53300", "57P01", "57P03", "55P03"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["23505", "42P01", "22P02", "42501", ""] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
