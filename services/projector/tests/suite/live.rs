//! Following the log: everything once, whatever is stopped.

use crate::rig::{Rig, TENANT, until};
use crate::scenario::happen;
use crate::tables::{checksums, position, row, until_caught_up};
use futures::StreamExt;
use waybill_projections::registry;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_read_model_follows_and_tells_who_watches() {
    let rig = Rig::start().await;
    let subject = rig.context.bus.live_subject(TENANT, "wallet");
    let mut told = rig.context.bus.client.subscribe(subject).await.expect("subscribes");
    rig.context.bus.client.flush().await.expect("flushes");
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    happen(&rig.context, 100).await;
    let all = registry::all();
    until_caught_up(&rig, &all).await;
    for projection in &all {
        let row = row(&rig.context, projection.name()).await.expect("a row");
        assert_eq!((row.state.as_str(), row.error, row.version), ("live", None, projection.version()));
    }
    let message = tokio::time::timeout(crate::rig::PATIENCE, told.next()).await.expect("told").expect("a message");
    let position: i64 = std::str::from_utf8(&message.payload).expect("text").parse().expect("a position");
    assert!(position > 0 && position <= rig.head().await);
    let sums = checksums(&rig, &all).await;
    assert_eq!(sums["contact"].0, 100);
    assert_eq!(sums["message"].0, 100);
}

/// Who has written waits for a position: it is reached although nothing wanted came.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_checkpoint_reaches_the_head_without_events_of_its_own() {
    let rig = Rig::start().await;
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    for _ in 0..3 {
        let head = rig.append(5).await;
        until("contacts are there", async || position(&rig.context, "contacts").await == head).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_projector_that_is_stopped_anywhere_applies_each_event_once() {
    let rig = Rig::start().await;
    let all = registry::all();
    for nth in 0..25_u64 {
        let running = tokio::spawn(waybill_projector::run(rig.context.clone()));
        happen(&rig.context, 12).await;
        // Not a wait for anything: it is cut off at another moment each time.
        tokio::time::sleep(std::time::Duration::from_millis(nth * 7 % 60)).await;
        running.abort();
        assert!(running.await.expect_err("aborted").is_cancelled());
    }
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    until_caught_up(&rig, &all).await;
    let followed = checksums(&rig, &all).await;
    assert_eq!(followed["contact"].0, 25 * 12);
    for projection in &all {
        waybill_projector::rebuild(&rig.context, projection.name(), |_| ()).await.expect("rebuilt");
    }
    assert_eq!(checksums(&rig, &all).await, followed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_projectors_one_works_and_the_other_takes_over() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let all = registry::all();
    let first = tokio::spawn(waybill_projector::run(rig.context.clone()));
    until_caught_up(&rig, &all).await;
    let second = tokio::spawn(waybill_projector::run(other.clone()));
    for round in 0..6 {
        happen(&rig.context, 30).await;
        if round < 3 {
            // Owners lose their locks without noticing, as when a process was paused: epochs decide.
            sqlx::query(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7004
                 and database = (select oid from pg_database where datname = current_database())",
            )
            .execute(&mut <sqlx::PgConnection as sqlx::Connection>::connect(&rig.database.url).await.expect("connects"))
            .await
            .expect("terminated");
        }
    }
    first.abort();
    happen(&rig.context, 30).await;
    until_caught_up(&rig, &all).await;
    assert!(!second.is_finished());
    let followed = checksums(&rig, &all).await;
    assert_eq!(followed["message"].0, 7 * 30);
    for name in ["messages", "contacts", "wallet", "campaigns"] {
        waybill_projector::rebuild(&rig.context, name, |_| ()).await.expect("rebuilt");
    }
    assert_eq!(checksums(&rig, &all).await, followed);
    other.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_schema_is_made_again_from_the_log() {
    let rig = Rig::start().await;
    let all = registry::all();
    let running = tokio::spawn(waybill_projector::run(rig.context.clone()));
    happen(&rig.context, 50).await;
    until_caught_up(&rig, &all).await;
    let before = checksums(&rig, &all).await;
    running.abort();
    let _ = running.await;
    sqlx::raw_sql("drop schema read cascade").execute(&rig.context.store.database.system).await.expect("dropped");
    tokio::spawn(waybill_projector::run(rig.context.clone()));
    let pool = &rig.context.store.database.system;
    for table in all.iter().flat_map(|projection| projection.tables()) {
        until(&format!("{table} is there"), async || {
            let found: Option<String> = sqlx::query_scalar("select to_regclass($1)::text")
                .bind(format!("read.{table}"))
                .fetch_one(pool)
                .await
                .expect("postgres answers");
            found.is_some()
        })
        .await;
    }
    until_caught_up(&rig, &all).await;
    assert_eq!(checksums(&rig, &all).await, before);
}
