//! Rebuilding beside the live tables.

use crate::rig::{Rig, TENANT, until};
use crate::scenario::happen;
use crate::tables::{checksums, position, row, until_caught_up, until_state};
use crate::tally::Tally;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use waybill_projections::{Projection, registry};
use waybill_runtime::Context;

/// Reads as the application does, over and over: what it sees may only grow, and belong together.
struct Reader {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Reader {
    fn start(context: &Context) -> Self {
        let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (context, stopped, counted) = (context.clone(), stop.clone(), rounds.clone());
        let task = tokio::spawn(async move {
            let mut seen = (0, 0, 0);
            while !stopped.load(Ordering::Relaxed) {
                let mut transaction = context.store.tenant_transaction(TENANT).await.expect("begins");
                let now: (i64, i64, i64) = sqlx::query_as(
                    "select (select count(*) from read.message), (select count(*) from read.contact),
                         (select count(*) from read.wallet_entry)",
                )
                .fetch_one(&mut *transaction)
                .await
                .expect("readers are never refused");
                assert!(now.0 >= seen.0 && now.1 >= seen.1 && now.2 >= seen.2, "{now:?} after {seen:?}");
                // Two tables of one read model: both old or both new.
                let (total, rows): (i64, i64) = sqlx::query_as(
                    "select coalesce((select total from read.contact_total), 0), (select count(*) from read.contact)",
                )
                .fetch_one(&mut *transaction)
                .await
                .expect("readers are never refused");
                assert_eq!(total, rows, "a half of a read model");
                seen = now;
                counted.fetch_add(1, Ordering::Relaxed);
                transaction.commit().await.expect("ends");
            }
        });
        Self { stop, rounds, task }
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.expect("readers saw nothing wrong");
        self.rounds.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuild_of_every_read_model_while_live_gives_the_same_rows() {
    let rig = Rig::start().await;
    let all = registry::all();
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    happen(&rig.context, 400).await;
    until_caught_up(&rig, &all).await;
    let readers = [Reader::start(&rig.context), Reader::start(&rig.context)];
    let writing = {
        let context = rig.context.clone();
        tokio::spawn(async move {
            for _ in 0..12 {
                happen(&context, 20).await;
            }
        })
    };
    let mut told = 0;
    for projection in &all {
        let report = waybill_projector::rebuild(&rig.context, projection.name(), |_| told += 1).await.expect("rebuilt");
        assert!(report.position > 0 && report.events > 0);
    }
    assert!(told >= all.len());
    writing.await.expect("appends");
    until_caught_up(&rig, &all).await;
    for reader in readers {
        assert!(reader.end().await > 0);
    }
    let live = checksums(&rig, &all).await;
    assert_eq!(live["contact"].0, 400 + 12 * 20);
    for projection in &all {
        waybill_projector::rebuild(&rig.context, projection.name(), |_| ()).await.expect("rebuilt");
    }
    assert_eq!(checksums(&rig, &all).await, live);
    let left: i64 = sqlx::query_scalar("select count(*) from pg_namespace where nspname like 'rebuild%'")
        .fetch_one(&rig.context.store.database.system)
        .await
        .expect("postgres answers");
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_in_the_table_is_carried_out() {
    let rig = Rig::start().await;
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    happen(&rig.context, 30).await;
    let pool = &rig.context.store.database.system;
    until("it is live", async || row(&rig.context, "wallet").await.is_some()).await;
    sqlx::query("insert into process.rebuild_request (name) values ('wallet')").execute(pool).await.expect("asked");
    until("it is done", async || {
        let left: i64 = sqlx::query_scalar("select count(*) from process.rebuild_request")
            .fetch_one(pool)
            .await
            .expect("postgres answers");
        left == 0
    })
    .await;
    let row = row(&rig.context, "wallet").await.expect("a row");
    assert_eq!((row.state.as_str(), row.rebuild_error), ("live", None));
    until_caught_up(&rig, &registry::all()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_interrupted_rebuild_goes_on_where_it_stood() {
    let rig = Rig::start().await;
    let tally: Arc<dyn Projection> = Arc::new(Tally::new("first", 1));
    rig.append(35_000).await;
    let (context, projection) = (rig.context.clone(), tally.clone());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let interrupted = tokio::spawn(async move {
        waybill_projector::rebuild_with(&context, projection.as_ref(), |progress| {
            let _ = tell.send(progress.position);
        })
        .await
    });
    while told.recv().await.expect("progress") < 10_000 {}
    interrupted.abort();
    let _ = interrupted.await;
    let mut positions = Vec::new();
    let report =
        waybill_projector::rebuild_with(&rig.context, tally.as_ref(), |progress| positions.push(progress.position))
            .await
            .expect("rebuilt");
    assert!(positions[0] >= 10_000, "{positions:?}");
    assert!(report.events <= 25_000);
    let sums = checksums(&rig, &[tally]).await;
    assert_eq!(sums["tally_first"].0, 35_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_version_is_built_while_the_old_tables_are_read() {
    let rig = Rig::start().await;
    let old: Arc<dyn Projection> = Arc::new(Tally::new("first", 1));
    let running = tokio::spawn(waybill_projector::run_with(rig.context.clone(), vec![old.clone()]));
    rig.append(1_000).await;
    until_caught_up(&rig, &[old]).await;
    running.abort();
    let _ = running.await;
    let pool = rig.context.store.database.system.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let reading = tokio::spawn(async move {
        let mut stopped = stopped;
        while stopped.try_recv().is_err() {
            let rows: i64 =
                sqlx::query_scalar("select count(*) from read.tally_first").fetch_one(&pool).await.expect("read");
            assert!(rows >= 1_000);
        }
    });
    let new: Arc<dyn Projection> = Arc::new(Tally::new("first", 2));
    tokio::spawn(waybill_projector::run_with(rig.context.clone(), vec![new.clone()]));
    rig.append(500).await;
    until("it has the new version", async || row(&rig.context, "first").await.is_some_and(|row| row.version == 2))
        .await;
    rig.append(10).await;
    until_caught_up(&rig, std::slice::from_ref(&new)).await;
    stop.send(()).expect("reads");
    reading.await.expect("readers saw nothing wrong");
    let sums = checksums(&rig, &[new]).await;
    assert_eq!((sums["tally_first"].0, sums["tally_first_total"].0), (1_510, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuild_that_fails_leaves_the_live_tables_alone() {
    let rig = Rig::start().await;
    let tally = Arc::new(Tally::new("first", 1));
    let projections: Vec<Arc<dyn Projection>> = vec![tally.clone()];
    tokio::spawn(waybill_projector::run_with(rig.context.clone(), projections.clone()));
    rig.append(100).await;
    until_caught_up(&rig, &projections).await;
    tally.refused.store(40, Ordering::Relaxed);
    let error = waybill_projector::rebuild_with(&rig.context, tally.as_ref(), |_| ()).await.expect_err("fails");
    assert!(format!("{error:#}").contains("not-null"), "{error:#}");
    let failed = row(&rig.context, "first").await.expect("a row");
    assert_eq!((failed.state.as_str(), failed.error), ("live", None));
    assert!(failed.rebuild_error.expect("a reason").contains("not-null"));
    tally.refused.store(-1, Ordering::Relaxed);
    let head = rig.append(1).await;
    until("it goes on", async || position(&rig.context, "first").await == head).await;
    until_state(&rig.context, "first", "live").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_asks_while_another_rebuilds_is_told_how_it_goes() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let tally: Arc<dyn Projection> = Arc::new(Tally::new("first", 1));
    rig.append(15_000).await;
    let ours = {
        let (context, tally) = (rig.context.clone(), tally.clone());
        tokio::spawn(async move { waybill_projector::rebuild_with(&context, tally.as_ref(), |_| ()).await })
    };
    let theirs = {
        let (context, tally) = (other.clone(), tally.clone());
        tokio::spawn(async move { waybill_projector::rebuild_with(&context, tally.as_ref(), |_| ()).await })
    };
    let (ours, theirs) = (ours.await.expect("no panic").expect("ends"), theirs.await.expect("no panic").expect("ends"));
    assert_eq!((ours.position, theirs.position), (15_000, 15_000));
    assert_eq!(checksums(&rig, &[tally]).await["tally_first"].0, 15_000);
    other.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_unknown_name_is_refused_with_those_that_are_known() {
    let rig = Rig::start().await;
    let error = waybill_projector::rebuild(&rig.context, "wallets", |_| ()).await.expect_err("refused");
    assert!(error.to_string().contains("`wallets`") && error.to_string().contains("wallet"), "{error}");
}
