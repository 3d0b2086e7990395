//! The life of a process: tasks that belong together, a soft stop, and a hard stop after it.
//!
//! A task that ends with an error, or panics, ends the process and names the cause: a role is never half alive.

use futures::future::BoxFuture;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long tasks may take to finish what they have begun.
const SOFT_STOP: Duration = Duration::from_secs(8);

#[derive(Default)]
pub struct Tasks {
    set: JoinSet<(&'static str, anyhow::Result<()>)>,
}

impl Tasks {
    pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        let task: BoxFuture<'static, anyhow::Result<()>> = Box::pin(task);
        self.set.spawn(async move { (name, task.await) });
    }

    /// Runs until `stop` is cancelled or a task fails; then cancels `stop`, waits, and aborts what is left.
    pub async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut failure = None;
        while failure.is_none() {
            tokio::select! {
                () = stop.cancelled() => break,
                ended = self.set.join_next() => match ended {
                    None => break,
                    Some(ended) => failure = cause(ended),
                },
            }
        }
        stop.cancel();
        let softly = tokio::time::timeout(SOFT_STOP, async {
            while let Some(ended) = self.set.join_next().await {
                if let Some(cause) = cause(ended) {
                    failure.get_or_insert(cause);
                }
            }
        });
        if softly.await.is_err() {
            tracing::warn!(left = self.set.len(), "tasks did not stop in time and are aborted");
            self.set.abort_all();
        }
        failure.map_or(Ok(()), Err)
    }
}

fn cause(ended: Result<(&'static str, anyhow::Result<()>), tokio::task::JoinError>) -> Option<anyhow::Error> {
    match ended {
        Ok((name, Err(error))) => Some(error.context(format!("{name} failed"))),
        Ok((_, Ok(()))) => None,
        Err(error) if error.is_cancelled() => None,
        Err(error) => Some(anyhow::Error::from(error).context("a task panicked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failed_task_stops_the_others_and_names_itself() {
        let stop = CancellationToken::new();
        let mut tasks = Tasks::default();
        let seen = stop.clone();
        tasks.spawn("patient", async move {
            seen.cancelled().await;
            Ok(())
        });
        tasks.spawn("broken", async { anyhow::bail!("no luck") });
        let error = tasks.run(stop.clone()).await.expect_err("broken");
        assert_eq!(format!("{error:#}"), "broken failed: no luck");
        assert!(stop.is_cancelled());
    }

    #[tokio::test]
    async fn a_panic_is_a_failure() {
        let mut tasks = Tasks::default();
        tasks.spawn("panicking", async { panic!("oh") });
        assert!(tasks.run(CancellationToken::new()).await.is_err());
    }
}
