//! A read model that fails stands still, visibly; the others go on.

use crate::rig::{Rig, TENANT, metadata, topped_up, until};
use crate::tables::{position, row, until_caught_up, until_state};
use crate::tally::Tally;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use waybill_domain::event::{Encoded, EventSet};
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};
use waybill_projections::Projection;
use waybill_runtime::Context;

async fn append(context: &Context, events: Vec<Encoded>) -> i64 {
    let write = StreamWrite { stream: StreamId::wallet(TENANT), expected: Expected::Any, events };
    match context.store.append(Append::new(metadata(), vec![write])).await.expect("appends") {
        Outcome::Appended { position, .. } => position,
        other => panic!("{other:?}"),
    }
}

fn points(points: impl IntoIterator<Item = u64>) -> Vec<Encoded> {
    points.into_iter().map(|points| topped_up(points).encode()).collect()
}

fn as_projections(tallies: &[&Arc<Tally>]) -> Vec<Arc<dyn Projection>> {
    tallies.iter().map(|tally| (*tally).clone() as Arc<dyn Projection>).collect()
}

async fn rows(context: &Context, table: &str) -> Vec<i64> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select position from read.{table} order by position")))
        .fetch_all(&context.store.database.system)
        .await
        .expect("postgres answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_before_the_failing_event_has_its_effect_and_nothing_behind_it() {
    let rig = Rig::start().await;
    let (first, second) = (Arc::new(Tally::new("first", 1)), Arc::new(Tally::new("second", 1)));
    second.refused.store(301, Ordering::Relaxed);
    append(&rig.context, points(1..=500)).await;
    let running = tokio::spawn(waybill_projector::run_with(rig.context.clone(), as_projections(&[&first, &second])));
    until_state(&rig.context, "second", "failed").await;
    let failed = row(&rig.context, "second").await.expect("a row");
    assert_eq!(failed.failed_position, Some(301));
    assert!(failed.error.expect("a reason").contains("not-null"));
    assert_eq!(rows(&rig.context, "tally_second").await, (1..=300).collect::<Vec<i64>>());
    append(&rig.context, points([600])).await;
    until_caught_up(&rig, &as_projections(&[&first])).await;
    assert_eq!(rows(&rig.context, "tally_first").await.len(), 501);
    assert!(!running.is_finished());

    // What was wrong is put right, and it is built anew.
    second.refused.store(-1, Ordering::Relaxed);
    waybill_projector::rebuild_with(&rig.context, second.as_ref(), |_| ()).await.expect("rebuilt");
    append(&rig.context, points([601])).await;
    until_caught_up(&rig, &as_projections(&[&first, &second])).await;
    let repaired = row(&rig.context, "second").await.expect("a row");
    assert_eq!((repaired.state.as_str(), repaired.error, repaired.failed_position), ("live", None, None));
    assert_eq!(rows(&rig.context, "tally_second").await.len(), 502);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_that_cannot_be_read_stops_it_there_and_a_restart_tries_again() {
    let rig = Rig::start().await;
    let first = Arc::new(Tally::new("first", 1));
    append(&rig.context, points(1..=10)).await;
    let broken =
        Encoded { kind: "wallet.topped_up", schema_version: 1, data: r#"{"points":"many"}"#.into(), personal: None };
    let position = append(&rig.context, vec![broken]).await;
    append(&rig.context, points(1..=10)).await;
    for _ in 0..2 {
        let running = tokio::spawn(waybill_projector::run_with(rig.context.clone(), as_projections(&[&first])));
        until_state(&rig.context, "first", "failed").await;
        let failed = row(&rig.context, "first").await.expect("a row");
        assert_eq!(failed.failed_position, Some(position));
        assert!(failed.error.expect("a reason").contains("wallet.topped_up v1"));
        assert_eq!(rows(&rig.context, "tally_first").await.len(), 10);
        running.abort();
        let _ = running.await;
        // What the next start tells is its own.
        sqlx::query("update process.projection set state = 'live', error = null, failed_position = null")
            .execute(&rig.context.store.database.system)
            .await
            .expect("forgotten");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_of_a_newer_version_is_passed_over_and_counted() {
    let rig = Rig::start().await;
    let first = Arc::new(Tally::new("first", 1));
    let newer = Encoded { kind: "wallet.topped_up", schema_version: 9, data: "{}".into(), personal: None };
    append(&rig.context, vec![newer.clone(), newer]).await;
    append(&rig.context, points([5])).await;
    tokio::spawn(waybill_projector::run_with(rig.context.clone(), as_projections(&[&first])));
    until_caught_up(&rig, &as_projections(&[&first])).await;
    assert_eq!(row(&rig.context, "first").await.expect("a row").skipped_unknown, 2);
    assert_eq!(rows(&rig.context, "tally_first").await, [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_panic_takes_nobody_along() {
    let rig = Rig::start().await;
    let first = Arc::new(Tally::new("first", 1));
    let second = Arc::new(Tally { panics_at: 3, ..Tally::new("second", 1) });
    let running = tokio::spawn(waybill_projector::run_with(rig.context.clone(), as_projections(&[&first, &second])));
    append(&rig.context, points([1])).await;
    until_caught_up(&rig, &as_projections(&[&first, &second])).await;
    append(&rig.context, points([3])).await;
    until_state(&rig.context, "second", "failed").await;
    let failed = row(&rig.context, "second").await.expect("a row");
    assert!(failed.error.expect("a reason").contains("told to panic"));
    append(&rig.context, points([4])).await;
    until_caught_up(&rig, &as_projections(&[&first])).await;
    assert_eq!(position(&rig.context, "second").await, 1);
    assert!(!running.is_finished());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lost_connections_are_no_failure() {
    let rig = Rig::start().await;
    let first = Arc::new(Tally::new("first", 1));
    tokio::spawn(waybill_projector::run_with(rig.context.clone(), as_projections(&[&first])));
    for _ in 0..5 {
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and usename = 'waybill_system' and query ilike '%checkpoint%'",
        )
        .execute(&mut <sqlx::PgConnection as sqlx::Connection>::connect(&rig.database.url).await.expect("connects"))
        .await
        .expect("terminated");
        until("it is appended", async || {
            let write = StreamWrite { stream: StreamId::wallet(TENANT), expected: Expected::Any, events: points([7]) };
            rig.context.store.append(Append::new(metadata(), vec![write])).await.is_ok()
        })
        .await;
    }
    until_caught_up(&rig, &as_projections(&[&first])).await;
    assert_eq!(row(&rig.context, "first").await.expect("a row").state, "live");
    assert_eq!(rows(&rig.context, "tally_first").await.len() as i64, rig.head().await);
}
