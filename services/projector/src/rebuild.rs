//! Rebuilding a read model beside the live one.
//!
//! New tables are made in a schema of their own and filled from the beginning of the log, straight from Postgres, under
//! a checkpoint of their own. When they have nearly caught up they are swapped in ([`swap`]). A rebuild that was
//! interrupted goes on where it stood, as long as it was begun for the same request and the same version.

mod swap;

use crate::failure::Failure;
use crate::{install, record, stretch};
use anyhow::{anyhow, bail};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;
use std::time::{Duration, Instant};
use swap::Swap;
use waybill_domain::envelope::Recorded;
use waybill_event_store::{Checkpoint, LockClass, SessionLock};
use waybill_projections::projection::Projection;
use waybill_runtime::Context;

const BATCH: i64 = 10_000;
/// With fewer events to go than this, the swap is tried.
const NEAR: i64 = 2_000;
const REPORT_EVERY: Duration = Duration::from_millis(500);
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(200);
/// Interruptions in a row before a rebuild is left to a later attempt.
const INTERRUPTIONS: u32 = 30;

#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub name: String,
    pub position: i64,
    /// The head of the log, as last seen.
    pub target: i64,
    pub events_per_second: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub name: String,
    /// Read by this attempt.
    pub events: i64,
    /// Where the new tables stood when readers got them.
    pub position: i64,
    pub took: Duration,
}

/// Asks for a rebuild; a repeat changes nothing. How the one before ended is forgotten.
pub(crate) async fn request(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with request as (insert into process.rebuild_request (name) values ($1) on conflict do nothing)
         update process.projection set rebuild_error = null where name = $1",
    )
    .bind(name)
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn requests(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("select name from process.rebuild_request order by requested_at, name").fetch_all(pool).await
}

/// Asks for a rebuild and sees to it until it has ended, here or elsewhere.
pub(crate) async fn requested(
    context: &Context,
    projection: &dyn Projection,
    mut on_progress: impl FnMut(Progress),
) -> anyhow::Result<Report> {
    let (pool, name) = (&context.store.database.system, projection.name());
    let began = Instant::now();
    request(pool, name).await?;
    loop {
        if let Some(report) = attempt(context, projection, &mut on_progress).await? {
            return Ok(report);
        }
        let row: Option<(Option<i64>, Option<i64>, Option<f64>)> = sqlx::query_as(
            "select rebuild_position, rebuild_target, rebuild_events_per_second
             from process.rebuild_request left join process.projection using (name) where name = $1",
        )
        .bind(name)
        .fetch_optional(pool)
        .await?;
        let Some((position, target, speed)) = row else { return ended_elsewhere(context, name, began).await };
        on_progress(Progress {
            name: name.to_owned(),
            position: position.unwrap_or(0),
            target: target.unwrap_or(0),
            events_per_second: speed.unwrap_or(0.0),
        });
        tokio::time::sleep(FOLLOW_EVERY).await;
    }
}

async fn ended_elsewhere(context: &Context, name: &str, began: Instant) -> anyhow::Result<Report> {
    let mut connection = context.store.database.system.acquire().await?;
    let record = record::Record::find(&mut connection, name).await?;
    if let Some(error) = record.and_then(|record| record.rebuild_error) {
        bail!("{error}");
    }
    let position = Checkpoint::position(&context.store.database.system, &install::checkpoint(name)).await?.unwrap_or(0);
    Ok(Report { name: name.to_owned(), events: position, position, took: began.elapsed() })
}

/// Carries out the rebuild that is asked for. `None`: another process does, or nobody asks any more.
pub(crate) async fn attempt(
    context: &Context,
    projection: &dyn Projection,
    on_progress: &mut impl FnMut(Progress),
) -> anyhow::Result<Option<Report>> {
    let (pool, name) = (&context.store.database.system, projection.name());
    let Some(lock) = SessionLock::try_acquire(pool, LockClass::Rebuild, name).await? else { return Ok(None) };
    let began = Instant::now();
    let mut interruptions = 0;
    let outcome = loop {
        let mut rebuild = match Rebuild::begin(context, projection).await {
            Ok(Some(rebuild)) => rebuild,
            Ok(None) => break Ok(None),
            Err(failure) => break Err(failure),
        };
        let start = rebuild.checkpoint.position;
        match rebuild.run(on_progress).await {
            Ok(position) => {
                let took = began.elapsed();
                tracing::info!(projection = name, position, ?took, "rebuilt and swapped in");
                break Ok(Some(Report { name: name.to_owned(), events: position - start, position, took }));
            }
            Err(Failure::Passing(error)) if interruptions < INTERRUPTIONS => {
                interruptions += 1;
                tracing::warn!(projection = name, error = format!("{error:#}"), "the rebuild is interrupted");
                tokio::time::sleep(PAUSE * interruptions).await;
            }
            Err(failure) => break Err(failure),
        }
    };
    if let Err(Failure::Lasting(error)) = &outcome {
        give_up(pool, name, &format!("{error:#}")).await?;
    }
    lock.release().await;
    Ok(outcome?)
}

/// Forgets a rebuild that cannot succeed; the live tables stay.
async fn give_up(pool: &PgPool, name: &str, error: &str) -> Result<(), sqlx::Error> {
    tracing::error!(projection = name, error, "a rebuild is given up");
    let mut transaction = pool.begin().await?;
    let statement = format!("drop schema if exists {} cascade", schema(name));
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
    record::rebuild_failed(&mut transaction, name, error).await?;
    end_request(&mut transaction, name).await?;
    transaction.commit().await
}

async fn end_request(connection: &mut sqlx::PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("delete from process.rebuild_request where name = $1").bind(name).execute(connection).await?;
    Ok(())
}

fn schema(name: &str) -> String {
    format!("rebuild_{name}")
}

struct Rebuild<'a> {
    context: &'a Context,
    projection: &'a dyn Projection,
    schema: String,
    checkpoint: Checkpoint,
}

impl<'a> Rebuild<'a> {
    /// New tables, or those of the attempt that was interrupted. `None` when nobody asks for it any more.
    async fn begin(context: &'a Context, projection: &'a dyn Projection) -> Result<Option<Self>, Failure> {
        let (pool, name) = (&context.store.database.system, projection.name());
        let schema = schema(name);
        let checkpoint = Checkpoint::acquire(pool, &format!("rebuild/{name}"), 0).await?;
        // The live one is made first where it was never there: there must be something to swap with.
        install::install(pool, projection).await?;
        let mut transaction = stretch::begin(pool, &schema).await?;
        let resumed: Option<bool> = sqlx::query_scalar(
            "select coalesce(rebuild_version = $2 and rebuild_started_at >= requested_at, false)
                 and to_regnamespace($3) is not null
             from process.rebuild_request join process.projection using (name) where name = $1",
        )
        .bind(name)
        .bind(projection.version())
        .bind(&schema)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(resumed) = resumed else { return Ok(None) };
        let checkpoint = if resumed {
            checkpoint
        } else {
            let statement = format!("drop schema if exists {schema} cascade; create schema {schema}");
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
            install::create(&mut transaction, &schema, projection).await?;
            checkpoint.advance(&mut transaction, 0).await?
        };
        sqlx::query(
            "update process.projection set state = 'rebuilding', rebuild_version = $2, rebuild_position = $3,
                 rebuild_started_at = case when $4 then rebuild_started_at else clock_timestamp() end,
                 rebuild_error = null, updated_at = now()
             where name = $1",
        )
        .bind(name)
        .bind(projection.version())
        .bind(checkpoint.position)
        .bind(resumed)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        tracing::info!(projection = name, from = checkpoint.position, resumed, "rebuilding");
        Ok(Some(Self { context, projection, schema, checkpoint }))
    }

    /// Catches up and swaps. Answers the position that readers got.
    async fn run(&mut self, on_progress: &mut impl FnMut(Progress)) -> Result<i64, Failure> {
        let mut analyzed = false;
        loop {
            self.catch_up(on_progress).await?;
            if !analyzed {
                // Readers should not meet new tables that the planner knows nothing of.
                self.analyze().await?;
                analyzed = true;
                continue;
            }
            match (Swap { rebuild: self }).try_once().await? {
                Some(position) => {
                    on_progress(self.progress(position, position, 0.0));
                    return Ok(position);
                }
                // Readers held the old tables, or the log has grown meanwhile.
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Applies until the head is near. The next stretch is read and opened while one is applied.
    async fn catch_up(&mut self, on_progress: &mut impl FnMut(Progress)) -> Result<(), Failure> {
        let (began, start) = (Instant::now(), self.checkpoint.position);
        let mut reported: Option<Instant> = None;
        let mut stretch = self.read(start).await?;
        loop {
            let target = self.context.store.head().await?;
            if reported.is_none_or(|at| at.elapsed() >= REPORT_EVERY) || stretch.end == self.checkpoint.position {
                reported = Some(Instant::now());
                let speed = (self.checkpoint.position - start) as f64 / began.elapsed().as_secs_f64().max(0.001);
                let progress = self.progress(self.checkpoint.position, target, speed);
                record::progress(&self.context.store.database.system, &progress).await?;
                on_progress(progress);
            }
            if target - self.checkpoint.position < NEAR {
                return Ok(());
            }
            let (applied, next) = tokio::join!(self.apply(&stretch), self.read(stretch.end));
            self.checkpoint = applied?;
            stretch = next?;
        }
    }

    fn progress(&self, position: i64, target: i64, events_per_second: f64) -> Progress {
        Progress { name: self.projection.name().to_owned(), position, target, events_per_second }
    }

    async fn read(&self, after: i64) -> Result<Stretch, Failure> {
        let events = self.context.store.read(after, BATCH).await?;
        let end = events.last().map_or(after, |event| event.position);
        let events: Vec<Arc<Recorded>> = events.into_iter().map(Arc::new).collect();
        Ok(Stretch { wanted: stretch::wanted(&self.context.store, self.projection, &events).await?, end })
    }

    async fn apply(&self, stretch: &Stretch) -> Result<Checkpoint, Failure> {
        if self.context.stop.is_cancelled() {
            return Err(Failure::Passing(anyhow!("the process stops; a projector goes on with it")));
        }
        let mut transaction = stretch::begin(&self.context.store.database.system, &self.schema).await?;
        let checkpoint = self.checkpoint.advance(&mut transaction, stretch.end).await?;
        if !stretch.wanted.is_empty() {
            self.projection.apply(&mut transaction, &stretch.wanted).await?;
        }
        transaction.commit().await?;
        metrics::counter!("projection_rebuild_events_total", "name" => self.projection.name())
            .increment(stretch.wanted.len() as u64);
        Ok(checkpoint)
    }

    async fn analyze(&self) -> Result<(), Failure> {
        for table in self.projection.tables() {
            let statement = format!("analyze {}.{table}", self.schema);
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&self.context.store.database.system).await?;
        }
        Ok(())
    }
}

/// Events after the position before, up to `end`.
struct Stretch {
    wanted: Vec<Arc<Recorded>>,
    end: i64,
}
