//! What a caller that goes away leaves behind in the pool: nothing.

use crate::rig::{Rig, TENANT, metadata, stream, write};
use std::collections::BTreeSet;
use std::time::Duration;
use waybill_event_store::{Append, Expected};

/// A request that ends while its transaction begins left the transaction open on a pooled connection: what was appended
/// there was acknowledged and never committed, and held the lane.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_begin_that_is_cancelled_harms_nobody() {
    let rig = Rig::start().await;
    for nth in 0..400_u64 {
        // At another moment of the exchange each time.
        let patience = Duration::from_micros(nth % 100 * 20);
        let _ = tokio::time::timeout(patience, rig.store.database.system.begin()).await;
        let _ = tokio::time::timeout(patience, rig.store.tenant_transaction(TENANT)).await;
        let append = Append::new(metadata(TENANT), vec![write(stream(), Expected::Any, &[nth])]);
        rig.store.append(append).await.expect("appends");
    }
    let mut outside = rig.superuser().await;
    let committed: i64 =
        sqlx::query_scalar("select count(*) from es.event").fetch_one(&mut outside).await.expect("answers");
    assert_eq!(committed, 400);
}

/// A connection that is in order is lent again: a new one costs a process of the server, a login and every plan anew.
#[tokio::test]
async fn connections_are_kept() {
    let rig = Rig::start().await;
    let mut sessions = BTreeSet::new();
    for _ in 0..60 {
        let session: i32 =
            sqlx::query_scalar("select pg_backend_pid()").fetch_one(&rig.store.database.system).await.expect("answers");
        sessions.insert(session);
    }
    assert!(sessions.len() < 20, "{} sessions for 60 questions", sessions.len());
}
