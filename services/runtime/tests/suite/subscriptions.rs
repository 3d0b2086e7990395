//! Readers with a checkpoint.

use crate::rig::Rig;
use waybill_event_store::{Checkpoint, CheckpointError};
use waybill_runtime::Subscription;
use waybill_runtime::subscription::SubscriptionError;

async fn position(rig: &Rig) -> i64 {
    let pool = &rig.context.store.database.system;
    Checkpoint::position(pool, "reader").await.expect("answers").expect("a checkpoint")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_committed_is_not_given_again_and_what_was_not_is() {
    let rig = Rig::start().await;
    rig.append(10).await;
    let pool = &rig.context.store.database.system;
    let mut subscription = Subscription::start(&rig.context, "reader").await.expect("starts");
    assert_eq!(subscription.next(4).await.expect("events").len(), 4);
    let mut transaction = pool.begin().await.expect("begins");
    let checkpoint = subscription.commit(&mut transaction).await.expect("moves");
    transaction.commit().await.expect("commits");
    subscription.committed(checkpoint);
    assert_eq!(subscription.next(3).await.expect("events")[0].position, 5);
    subscription.rewind();
    assert_eq!(subscription.next(3).await.expect("events")[0].position, 5);
    let mut again = Subscription::start(&rig.context, "reader").await.expect("starts");
    assert_eq!((again.position(), again.epoch()), (4, 2));
    assert_eq!(again.next(100).await.expect("events").len(), 6);
    // The one that was replaced moves nothing.
    let mut transaction = pool.begin().await.expect("begins");
    let error = subscription.commit(&mut transaction).await.expect_err("fenced");
    assert!(matches!(error, SubscriptionError::Checkpoint(CheckpointError::Fenced { .. })), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn events_without_effect_move_the_checkpoint_now_and_then() {
    let rig = Rig::start().await;
    rig.append(5_000).await;
    let mut subscription = Subscription::start(&rig.context, "reader").await.expect("starts");
    while subscription.position() < 1_500 {
        subscription.next(500).await.expect("events");
        subscription.idle().await.expect("idles");
    }
    assert_eq!(position(&rig).await, 0);
    while subscription.position() < 5_000 {
        subscription.next(500).await.expect("events");
        subscription.idle().await.expect("idles");
    }
    assert!(position(&rig).await >= 4_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waiting_for_an_event_may_be_given_up_at_any_moment() {
    let rig = Rig::start().await;
    let mut subscription = Subscription::start(&rig.context, "reader").await.expect("starts");
    let mut next = 1;
    for round in 0..60_u64 {
        rig.append(3).await;
        let patience = std::time::Duration::from_micros(round % 20 * 100);
        if let Ok(events) = tokio::time::timeout(patience, subscription.next(2)).await {
            for event in events.expect("events") {
                assert_eq!(event.position, next);
                next += 1;
            }
        }
    }
    while next <= 180 {
        for event in subscription.next(50).await.expect("events") {
            assert_eq!(event.position, next);
            next += 1;
        }
    }
}
