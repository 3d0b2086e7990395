//! Checkpoints move from where they stood, under their owner's epoch.

use crate::rig::{Rig, stream, write};
use waybill_domain::event::Encoded;
use waybill_domain::wallet;
use waybill_event_store::{Append, Checkpoint, CheckpointError, Expected, LockClass, SessionLock, StreamWrite};

#[tokio::test]
async fn a_checkpoint_moves_with_its_transaction_or_not_at_all() {
    let rig = Rig::start().await;
    let pool = &rig.store.database.system;
    let checkpoint = Checkpoint::acquire(pool, "reader", 0).await.expect("acquired");
    let mut transaction = pool.begin().await.expect("begins");
    checkpoint.advance(&mut transaction, 5).await.expect("moves");
    transaction.rollback().await.expect("rolled back");
    assert_eq!(Checkpoint::position(pool, "reader").await.expect("answers"), Some(0));
    let mut connection = pool.acquire().await.expect("a connection");
    let moved = checkpoint.advance(&mut connection, 5).await.expect("moves");
    assert_eq!((moved.position, moved.epoch), (5, 1));
    // From where it no longer stands.
    let error = checkpoint.advance(&mut connection, 6).await.expect_err("fenced");
    assert!(matches!(error, CheckpointError::Fenced { position: 0, .. }), "{error}");
    assert_eq!(Checkpoint::position(pool, "reader").await.expect("answers"), Some(5));
    assert_eq!(Checkpoint::position(pool, "nobody").await.expect("answers"), None);
}

#[tokio::test]
async fn an_owner_that_was_replaced_moves_nothing() {
    let rig = Rig::start().await;
    let pool = &rig.store.database.system;
    let old = Checkpoint::acquire(pool, "reader", 7).await.expect("acquired");
    let new = Checkpoint::acquire(pool, "reader", 0).await.expect("acquired");
    assert_eq!((new.position, new.epoch), (7, 2));
    let mut connection = pool.acquire().await.expect("a connection");
    assert!(matches!(old.advance(&mut connection, 8).await, Err(CheckpointError::Fenced { .. })));
    assert_eq!(new.advance(&mut connection, 8).await.expect("moves").position, 8);
}

#[tokio::test]
async fn a_session_lock_is_held_by_one_and_free_when_it_goes() {
    let rig = Rig::start().await;
    let pool = &rig.store.database.system;
    let try_it = async || SessionLock::try_acquire(pool, LockClass::Relay, "stream").await.expect("answers");
    let mut held = try_it().await.expect("free");
    assert!(try_it().await.is_none());
    assert!(SessionLock::try_acquire(pool, LockClass::Projection, "stream").await.expect("answers").is_some());
    assert!(held.is_held().await);
    held.release().await;
    assert!(try_it().await.is_some());
}

#[tokio::test]
async fn events_that_this_build_does_not_know_are_passed_over() {
    let rig = Rig::start().await;
    let stream = stream();
    let unknown = |kind, schema_version| Encoded { kind, schema_version, data: "{}".into(), personal: None };
    let events = vec![unknown("wallet.dreamt", 1), unknown("wallet.topped_up", 99)];
    rig.append(vec![write(stream, Expected::Any, &[4])]).await;
    rig.append(vec![StreamWrite { stream, expected: Expected::Any, events }]).await;
    rig.append(vec![write(stream, Expected::Any, &[5])]).await;
    let loaded = rig.store.load::<wallet::Wallet>(crate::rig::TENANT, stream.id).await.expect("loads");
    assert_eq!((loaded.version, loaded.state.available), (4, 9));
    let broken = Encoded { kind: "wallet.topped_up", schema_version: 1, data: "{}".into(), personal: None };
    let write = StreamWrite { stream, expected: Expected::Any, events: vec![broken] };
    rig.store.append(Append::new(crate::rig::metadata(crate::rig::TENANT), vec![write])).await.expect("appends");
    let error = rig.store.load::<wallet::Wallet>(crate::rig::TENANT, stream.id).await.expect_err("is told");
    assert!(error.to_string().contains("wallet.topped_up v1"), "{error}");
}
