//! The active relay: inspect, publish what is missing, wait, and again.

use crate::patrol::Patrol;
use crate::publish::Publisher;
use crate::stream;
use crate::{Options, Trouble};
use async_nats::connection::State;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use waybill_event_store::SessionLock;
use waybill_runtime::Context;

/// How often Postgres is asked although nobody told of an append.
const POLL: Duration = Duration::from_millis(250);
const BATCH: i64 = 1_000;
const SHORTEST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

pub(crate) enum Ended {
    LockLost,
    Failed(anyhow::Error),
}

pub(crate) struct Session<'a> {
    context: &'a Context,
    options: Options,
    lock: SessionLock,
    publisher: Publisher,
    patrol: Patrol,
    /// Whatever happens to the stream, never below what it once had: tells a lost tail from a fresh start.
    reached: i64,
}

impl<'a> Session<'a> {
    pub fn new(context: &'a Context, options: Options, lock: SessionLock) -> Self {
        Self { context, options, lock, publisher: Publisher::new(&context.bus), patrol: Patrol::default(), reached: 0 }
    }

    pub async fn run(mut self) -> Ended {
        let mut woken = self.context.bus.woken();
        let mut inspected: Option<(Instant, u64)> = None;
        let mut backoff = SHORTEST_BACKOFF;
        loop {
            let connects = self.context.bus.client.statistics().connects.load(Ordering::Relaxed);
            let fresh =
                inspected.is_some_and(|(at, then)| at.elapsed() < self.options.inspect_every && then == connects);
            if inspected.is_none_or(|(_, then)| then != connects) {
                self.patrol.begin_again();
            }
            if !fresh && !self.lock.is_held().await {
                return Ended::LockLost;
            }
            match self.step(fresh).await {
                Ok(()) => {
                    if !fresh {
                        inspected = Some((Instant::now(), connects));
                    }
                    backoff = SHORTEST_BACKOFF;
                    // Nobody is left to tell when the channel is closed: then the poll remains.
                    let told = async {
                        if woken.changed().await.is_err() {
                            std::future::pending::<()>().await;
                        }
                    };
                    let _ = tokio::time::timeout(POLL, told).await;
                }
                Err(Trouble::Final(error)) => {
                    metrics::counter!("relay_recoveries_total", "cause" => "stopped").increment(1);
                    return Ended::Failed(error);
                }
                Err(Trouble::Passing { cause, error }) => {
                    metrics::counter!("relay_recoveries_total", "cause" => cause).increment(1);
                    tracing::warn!(cause, error = format!("{error:#}"), "relaying is interrupted");
                    inspected = None;
                    tokio::time::sleep(backoff).await;
                    backoff = (backoff * 2).min(LONGEST_BACKOFF);
                }
            }
        }
    }

    async fn step(&mut self, fresh: bool) -> Result<(), Trouble> {
        if self.context.bus.client.connection_state() != State::Connected {
            return Err(Trouble::passing("disconnected", anyhow::anyhow!("nats is not connected")));
        }
        if !fresh {
            self.inspect().await?;
        }
        self.catch_up().await
    }

    async fn inspect(&mut self) -> Result<(), Trouble> {
        let standing =
            stream::inspect(self.context, self.publisher.jetstream(), self.options.republished, &mut self.patrol)
                .await?;
        if standing.last < self.reached && !standing.recreated {
            metrics::counter!("relay_recoveries_total", "cause" => "tail_lost").increment(1);
            tracing::warn!(had = self.reached, has = standing.last, "jetstream lost its tail: publishing it again");
        }
        self.reached = standing.last;
        self.publisher.resume_after(standing.last);
        metrics::gauge!("relay_lag").set((standing.head - standing.last).max(0) as f64);
        Ok(())
    }

    /// Publishes up to the head; the next stretch is read while one is on its way.
    async fn catch_up(&mut self) -> Result<(), Trouble> {
        let store = &self.context.store;
        let read = async |after| store.read(after, BATCH).await.map_err(|error| Trouble::passing("postgres", error));
        let mut batch = read(self.publisher.sent()).await?;
        while let Some(last) = batch.last().map(|event| event.position) {
            let more = batch.len() as i64 == BATCH;
            let next = async { if more { read(last).await } else { Ok(Vec::new()) } };
            let (sent, next) = tokio::join!(self.publisher.send(&batch), next);
            sent?;
            batch = next?;
            metrics::gauge!("relay_lag").set(self.lag(last) as f64);
        }
        self.publisher.settle().await?;
        self.reached = self.publisher.acknowledged();
        metrics::gauge!("relay_lag").set(self.lag(self.reached) as f64);
        Ok(())
    }

    fn lag(&self, read: i64) -> i64 {
        (self.context.feed.head().max(read) - self.publisher.acknowledged()).max(0)
    }
}
