//! More than one relay.

use crate::rig::{Listener, Rig};
use crate::stream::{QUICK, assert_same_as_log, relay, until_relayed};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_relays_and_the_other_takes_over() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let first = relay(&rig.context, QUICK);
    let second = relay(&other, QUICK);
    rig.append(500).await;
    until_relayed(&rig).await;
    first.abort();
    rig.append(500).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
    assert!(!second.is_finished());
    other.stop.cancel();
}

/// The lock is only a courtesy: here its class is taken away, as when a paused process wakes up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_that_both_believe_to_be_the_one_double_nothing() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let listener = Listener::start(&rig.context);
    let first = relay(&rig.context, QUICK);
    rig.append(2_000).await;
    let second = relay(&other, QUICK);
    for _ in 0..10 {
        // Whoever has the lock loses its session, and goes on publishing until it notices.
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7003
             and database = (select oid from pg_database where datname = current_database())",
        )
        .execute(&mut <sqlx::PgConnection as sqlx::Connection>::connect(&rig.database.url).await.expect("connects"))
        .await
        .expect("terminated");
        rig.append(2_000).await;
    }
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
    listener.has_all(&rig.context).await;
    assert!(!first.is_finished() && !second.is_finished());
    other.stop.cancel();
}
