//! Group commit: appends to one stream that come together.

use crate::rig::{Rig, TENANT, appended, command, metadata, stream, write};
use waybill_event_store::{Append, Expected, Outcome};

#[tokio::test]
async fn blind_appends_to_one_stream_all_succeed_each_at_its_own_version() {
    let rig = Rig::start().await;
    let stream = stream();
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..200_u64 {
        let store = rig.store.clone();
        let append = Append::new(metadata(TENANT), vec![write(stream, Expected::Any, &[nth])]);
        tasks.spawn(async move { appended(store.append(append).await.expect("appends")) });
    }
    let mut versions: Vec<i64> = tasks.join_all().await.into_iter().map(|(_, versions)| versions[0]).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=200).collect::<Vec<i64>>());
}

#[tokio::test]
async fn of_many_at_one_version_exactly_one_wins() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let stream = stream();
    for round in 0..5_i64 {
        let mut tasks = tokio::task::JoinSet::new();
        for nth in 0..50_u64 {
            let store = if nth % 2 == 0 { rig.store.clone() } else { other.clone() };
            let append = Append::new(metadata(TENANT), vec![write(stream, Expected::Exactly(round), &[nth])]);
            tasks.spawn(async move { store.append(append).await.expect("answers") });
        }
        let outcomes = tasks.join_all().await;
        let won = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Appended { .. })).count();
        let told = |outcome: &&Outcome| **outcome == Outcome::Conflict { stream, current: round + 1 };
        assert_eq!((won, outcomes.iter().filter(told).count()), (1, 49));
    }
}

/// Followers that go on from what a leader will reach.
#[tokio::test]
async fn a_chain_of_exact_versions_is_carried_out_whole() {
    let rig = Rig::start().await;
    let stream = stream();
    let appends = (0..40_i64).map(|version| {
        let append = Append::new(metadata(TENANT), vec![write(stream, Expected::Exactly(version), &[1])]);
        rig.store.append(append)
    });
    // Polled in order, so they are queued in order.
    let outcomes = futures::future::join_all(appends).await;
    let versions: Vec<i64> = outcomes.into_iter().map(|outcome| appended(outcome.expect("appends")).1[0]).collect();
    assert_eq!(versions, (1..=40).collect::<Vec<i64>>());
}

#[tokio::test]
async fn appends_over_several_streams_meet_and_stay_whole() {
    let rig = Rig::start().await;
    let streams: Vec<_> = (0..4).map(|_| stream()).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..120_usize {
        let store = rig.store.clone();
        let (one, two) = (streams[nth % 4], streams[(nth + 1 + nth / 4 % 3) % 4]);
        let writes = vec![write(one, Expected::Any, &[nth as u64]), write(two, Expected::Any, &[nth as u64])];
        tasks.spawn(
            async move { appended(store.append(Append::new(metadata(TENANT), writes)).await.expect("appends")) },
        );
    }
    tasks.join_all().await;
    let events = rig.store.read(0, 1_000).await.expect("reads");
    assert_eq!(events.len(), 240);
    for pair in events.chunks(2) {
        assert_eq!(pair[0].correlation_id, pair[1].correlation_id, "the writes of an append are neighbours");
    }
}

#[tokio::test]
async fn a_key_repeated_within_a_batch_is_a_duplicate() {
    let rig = Rig::start().await;
    let key = command(b"body");
    let stream = stream();
    let appends = (0..10_u64).map(|nth| {
        let writes = vec![write(stream, Expected::Any, &[nth])];
        rig.store.append(Append { metadata: metadata(TENANT), command: Some(key.clone()), writes })
    });
    let outcomes: Vec<Outcome> =
        futures::future::join_all(appends).await.into_iter().map(|outcome| outcome.expect("answers")).collect();
    assert_eq!(appended(outcomes[0].clone()), (1, vec![1]));
    assert!(outcomes[1..].iter().all(|outcome| matches!(outcome, Outcome::Duplicate { position: 1, .. })));
}
