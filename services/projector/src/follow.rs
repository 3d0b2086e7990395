//! One read model, live: the log as it grows, into schema `read`.

use crate::failure::Failure;
use crate::install::{self, Installed};
use crate::record::{self, Record};
use crate::{rebuild, stretch};
use anyhow::anyhow;
use futures::FutureExt;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_event_store::{LockClass, SessionLock};
use waybill_projections::projection::{Applied, Projection};
use waybill_runtime::{Context, Subscription};

const BATCH: usize = 1_000;
/// When this far behind, events go in stretches of [`FAR_BATCH`].
const FAR: i64 = 5_000;
const FAR_BATCH: usize = 10_000;

/// How long the checkpoint may stay behind events that changed nothing. Who waits for a position waits for this.
const IDLE: Duration = Duration::from_millis(40);
/// Between two commits while there is always more: many small ones cost several times what a few larger ones do. The first
/// after a quiet moment waits for nothing.
const PACE: Duration = Duration::from_millis(40);
const STANDBY: Duration = Duration::from_secs(1);
const SHORTEST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// Runs until the process stops, whatever happens to this read model.
pub(crate) async fn follow(context: Context, projection: Arc<dyn Projection>) {
    let stop = context.stop.clone();
    tokio::select! {
        () = stop.cancelled() => {}
        () = follow_forever(&context, projection.as_ref()) => {}
    }
}

async fn follow_forever(context: &Context, projection: &dyn Projection) {
    let name = projection.name();
    let mut backoff = SHORTEST_BACKOFF;
    loop {
        let mut live = Live { context, projection, at: None };
        let started = Instant::now();
        let ended = AssertUnwindSafe(live.run()).catch_unwind().await;
        let failure = ended.unwrap_or_else(|panic| Failure::Lasting(anyhow!("panicked: {}", message(panic.as_ref()))));
        match failure {
            Failure::Fenced => tracing::info!(projection = name, "another owner has the checkpoint"),
            Failure::Passing(error) => {
                tracing::warn!(projection = name, error = format!("{error:#}"), "interrupted, trying again");
                backoff = if started.elapsed() > LONGEST_BACKOFF { SHORTEST_BACKOFF } else { backoff * 2 };
                backoff = backoff.min(LONGEST_BACKOFF);
                tokio::time::sleep(backoff).await;
            }
            Failure::Lasting(error) => {
                let error = format!("{error:#}");
                tracing::error!(projection = name, position = live.at, error, "a read model stands still");
                metrics::gauge!("projection_failed", "name" => name).set(1.0);
                wait_for_repair(context, projection, live.at, &error).await;
                metrics::gauge!("projection_failed", "name" => name).set(0.0);
            }
        }
    }
}

/// Until a rebuild has replaced the tables. A restart of the process tries again too.
async fn wait_for_repair(context: &Context, projection: &dyn Projection, position: Option<i64>, error: &str) {
    let pool = &context.store.database.system;
    while let Err(error) = record::failed(pool, projection, position, error).await {
        tracing::warn!(projection = projection.name(), %error, "the failure cannot be recorded");
        tokio::time::sleep(STANDBY).await;
    }
    loop {
        tokio::time::sleep(STANDBY).await;
        if Record::state(pool, projection.name()).await.is_ok_and(|state| state.as_deref() == Some("live")) {
            return;
        }
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

struct Live<'a> {
    context: &'a Context,
    projection: &'a dyn Projection,
    /// The event that is being tried alone, after a stretch with it failed.
    at: Option<i64>,
}

impl Live<'_> {
    /// Owns the read model until something fails.
    async fn run(&mut self) -> Failure {
        let pool = &self.context.store.database.system;
        let lock = loop {
            match SessionLock::try_acquire(pool, LockClass::Projection, self.projection.name()).await {
                Ok(Some(lock)) => break lock,
                Ok(None) => tokio::time::sleep(STANDBY).await,
                Err(error) => return error.into(),
            }
        };
        let Err(failure) = self.own().await;
        lock.release().await;
        failure
    }

    async fn own(&mut self) -> Result<std::convert::Infallible, Failure> {
        let pool = &self.context.store.database.system;
        let name = self.projection.name();
        self.wait_for_this_version().await?;
        record::following(pool, name).await?;
        let mut subscription = Subscription::start(self.context, &install::checkpoint(name)).await?;
        let mut committed = subscription.position();
        let mut quiet_since = Instant::now();
        let mut narrowed: Option<Narrowed> = None;
        loop {
            let limit = match &narrowed {
                Some(narrowed) => narrowed.limit,
                None if subscription.lag() > FAR => FAR_BATCH,
                None => BATCH,
            };
            let events = if subscription.position() > committed {
                let patience = IDLE.saturating_sub(quiet_since.elapsed());
                tokio::time::timeout(patience, subscription.next(limit)).await.unwrap_or_else(|_| Ok(Vec::new()))?
            } else {
                if subscription.lag() < BATCH as i64 {
                    tokio::time::sleep(PACE.saturating_sub(quiet_since.elapsed())).await;
                }
                quiet_since = Instant::now();
                subscription.next(limit).await?
            };
            // After a failure each piece is committed, so that what is left is exactly what fails.
            let flush = narrowed.is_some() || quiet_since.elapsed() >= IDLE;
            match self.apply(&mut subscription, &events, flush).await {
                Ok(true) => committed = subscription.position(),
                Ok(false) => {}
                Err(Failure::Lasting(error)) if subscription.position() > committed + 1 => {
                    // Halved until the event that fails is alone; what is before it has its effect.
                    let until = narrowed.map_or(subscription.position(), |it| it.until.max(subscription.position()));
                    let failed = subscription.position() - committed;
                    tracing::warn!(
                        projection = name,
                        error = format!("{error:#}"),
                        failed,
                        "a stretch failed, narrowing"
                    );
                    subscription.rewind();
                    narrowed = Some(Narrowed { limit: usize::try_from(failed / 2).unwrap_or(1).max(1), until });
                    continue;
                }
                Err(failure) => {
                    self.at = Some(committed + 1);
                    return Err(failure);
                }
            }
            narrowed = narrowed.filter(|narrowed| narrowed.until > subscription.position());
            metrics::gauge!("projection_position", "name" => name).set(subscription.position() as f64);
            metrics::gauge!("projection_lag", "name" => name).set(subscription.lag() as f64);
        }
    }

    /// Tables of another version stay as they are, and are read; a rebuild makes those of this one.
    async fn wait_for_this_version(&self) -> Result<(), Failure> {
        let pool = &self.context.store.database.system;
        let mut asked = false;
        while let Installed::Outdated { version, rebuild_error } = install::install(pool, self.projection).await? {
            let wanted = self.projection.version();
            match rebuild_error {
                Some(error) if asked => {
                    let error =
                        anyhow!("the tables have version {version}, and the rebuild to {wanted} failed: {error}");
                    return Err(Failure::Lasting(error));
                }
                _ if asked => {}
                _ => {
                    tracing::info!(projection = self.projection.name(), version, wanted, "a rebuild is needed");
                    rebuild::request(pool, self.projection.name()).await?;
                    asked = true;
                }
            }
            tokio::time::sleep(STANDBY).await;
        }
        Ok(())
    }

    /// Applies a stretch and moves the checkpoint, both or neither. Nothing is done for a stretch without effect unless
    /// `flush`. Answers whether the checkpoint has moved.
    async fn apply(
        &self,
        subscription: &mut Subscription,
        events: &[Arc<Recorded>],
        flush: bool,
    ) -> Result<bool, Failure> {
        let name = self.projection.name();
        let wanted = stretch::wanted(&self.context.store, self.projection, events).await?;
        if wanted.is_empty() && !flush {
            return Ok(false);
        }
        let began = Instant::now();
        let mut transaction = stretch::begin(&self.context.store.database.system, "read").await?;
        // First, so that a projector which lost its ownership does nothing, and so that a rebuild which takes the
        // checkpoint and then the tables never waits for one that has them the other way round.
        let checkpoint = subscription.commit(&mut transaction).await?;
        let applied = match wanted.is_empty() {
            true => Applied::default(),
            false => self.projection.apply(&mut transaction, &wanted).await?,
        };
        if applied.skipped_unknown > 0 {
            record::skipped(&mut transaction, name, applied.skipped_unknown).await?;
        }
        transaction.commit().await?;
        subscription.committed(checkpoint);
        if !wanted.is_empty() {
            metrics::histogram!("projection_apply_seconds", "name" => name).record(began.elapsed().as_secs_f64());
            metrics::counter!("projection_events_total", "name" => name).increment(wanted.len() as u64);
            metrics::counter!("projection_skipped_unknown_total", "name" => name).increment(applied.skipped_unknown);
            self.tell(&wanted, subscription.position()).await;
        }
        Ok(true)
    }

    /// Tells who watches that rows of these tenants have changed. Lost where nobody listens.
    async fn tell(&self, events: &[Arc<Recorded>], position: i64) {
        if self.context.bus.client.connection_state() != async_nats::connection::State::Connected {
            return;
        }
        let tenants: BTreeSet<TenantId> = events.iter().map(|event| event.tenant_id).collect();
        for tenant in tenants {
            let subject = self.context.bus.live_subject(tenant, self.projection.name());
            // Watchers also poll.
            let _ = self.context.bus.client.publish(subject, position.to_string().into()).await;
        }
    }
}

/// After a failed stretch.
struct Narrowed {
    limit: usize,
    /// Behind this everything is usual again.
    until: i64,
}
