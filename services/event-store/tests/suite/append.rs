//! What an append does and what it answers.

use crate::rig::{OTHER, Rig, TENANT, appended, command, metadata, stream, write};
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, Outcome};

#[tokio::test]
async fn events_get_positions_and_versions_in_order() {
    let rig = Rig::start().await;
    let stream = stream();
    let first = rig.append(vec![write(stream, Expected::Exactly(0), &[1, 2])]).await;
    assert_eq!(appended(first), (2, vec![2]));
    let next = rig.append(vec![write(stream, Expected::Exactly(2), &[3])]).await;
    assert_eq!(appended(next), (3, vec![3]));
    let events = rig.store.read(0, 10).await.expect("reads");
    let found: Vec<_> = events.iter().map(|event| (event.position, event.version, event.stream_id)).collect();
    assert_eq!(found, [(1, 1, stream.id), (2, 2, stream.id), (3, 3, stream.id)]);
    assert_eq!(events[0].category, "wallet");
    assert_eq!(events[0].kind, "wallet.topped_up");
    assert_eq!(events[0].tenant_id, TENANT);
}

#[tokio::test]
async fn a_stream_that_moved_on_is_a_conflict_with_its_version() {
    let rig = Rig::start().await;
    let stream = stream();
    rig.append(vec![write(stream, Expected::Exactly(0), &[1, 2])]).await;
    for expected in [0, 1, 3] {
        let outcome = rig.append(vec![write(stream, Expected::Exactly(expected), &[9])]).await;
        assert_eq!(outcome, Outcome::Conflict { stream, current: 2 });
    }
    assert_eq!(appended(rig.append(vec![write(stream, Expected::Any, &[3])]).await), (3, vec![3]));
    assert_eq!(rig.store.head().await.expect("a head"), 3);
}

#[tokio::test]
async fn writes_of_one_append_happen_together_or_not_at_all() {
    let rig = Rig::start().await;
    let (one, other) = (stream(), stream());
    rig.append(vec![write(other, Expected::Any, &[1])]).await;
    let writes = vec![write(one, Expected::Exactly(0), &[2]), write(other, Expected::Exactly(0), &[3])];
    assert_eq!(rig.append(writes).await, Outcome::Conflict { stream: other, current: 1 });
    assert_eq!(rig.store.head().await.expect("a head"), 1);
    let writes = vec![write(one, Expected::Exactly(0), &[2, 3]), write(other, Expected::Exactly(1), &[4])];
    assert_eq!(appended(rig.append(writes).await), (4, vec![2, 2]));
}

#[tokio::test]
async fn a_repeated_command_is_answered_as_the_first_time() {
    let rig = Rig::start().await;
    let key = command(b"body");
    let append = Append {
        metadata: metadata(TENANT),
        command: Some(key.clone()),
        writes: vec![write(stream(), Expected::Exactly(0), &[1, 2])],
    };
    assert_eq!(appended(rig.store.append(append.clone()).await.expect("appends")).0, 2);
    rig.append(vec![write(stream(), Expected::Any, &[3])]).await;
    let again = rig.store.append(append).await.expect("answers");
    let (fingerprint, answer) = (key.fingerprint, key.answer);
    assert_eq!(again, Outcome::Duplicate { position: 2, fingerprint, answer });
    assert_eq!(rig.store.head().await.expect("a head"), 3);
}

#[tokio::test]
async fn a_hundred_at_once_under_one_key_have_one_effect() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let key = command(b"body");
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..100_u64 {
        let store = if nth.is_multiple_of(2) { rig.store.clone() } else { other.clone() };
        let writes = vec![write(stream(), Expected::Exactly(0), &[nth])];
        let append = Append { metadata: metadata(TENANT), command: Some(key.clone()), writes };
        tasks.spawn(async move { store.append(append).await.expect("answers") });
    }
    let outcomes = tasks.join_all().await;
    let first = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Appended { .. })).count();
    let repeats = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Duplicate { position: 1, .. })).count();
    assert_eq!((first, repeats), (1, 99));
    assert_eq!(rig.store.head().await.expect("a head"), 1);
}

#[tokio::test]
async fn a_command_that_lost_its_race_is_not_remembered() {
    let rig = Rig::start().await;
    let stream = stream();
    rig.append(vec![write(stream, Expected::Any, &[1])]).await;
    let mut append = Append {
        metadata: metadata(TENANT),
        command: Some(command(b"body")),
        writes: vec![write(stream, Expected::Exactly(0), &[2])],
    };
    let lost = rig.store.append(append.clone()).await.expect("answers");
    assert_eq!(lost, Outcome::Conflict { stream, current: 1 });
    append.writes = vec![write(stream, Expected::Exactly(1), &[2])];
    assert_eq!(appended(rig.store.append(append).await.expect("appends")), (2, vec![2]));
}

#[tokio::test]
async fn a_command_that_writes_nothing_is_remembered_all_the_same() {
    let rig = Rig::start().await;
    rig.append(vec![write(stream(), Expected::Any, &[1, 2])]).await;
    let append = Append { metadata: metadata(TENANT), command: Some(command(b"body")), writes: vec![] };
    assert_eq!(appended(rig.store.append(append.clone()).await.expect("answers")), (2, vec![]));
    rig.append(vec![write(stream(), Expected::Any, &[3])]).await;
    let again = rig.store.append(append).await.expect("answers");
    assert!(matches!(again, Outcome::Duplicate { position: 2, .. }), "{again:?}");
    let nothing = rig.append(vec![]).await;
    assert_eq!(appended(nothing), (3, vec![]));
}

#[tokio::test]
async fn a_write_without_events_checks_the_version_and_changes_nothing() {
    let rig = Rig::start().await;
    let (guard, stream) = (stream(), stream());
    rig.append(vec![write(guard, Expected::Any, &[1])]).await;
    let writes = vec![write(guard, Expected::Exactly(0), &[]), write(stream, Expected::Any, &[2])];
    assert_eq!(rig.append(writes).await, Outcome::Conflict { stream: guard, current: 1 });
    let writes = vec![write(guard, Expected::Exactly(1), &[]), write(stream, Expected::Any, &[2])];
    assert_eq!(appended(rig.append(writes).await), (2, vec![1, 1]));
}

#[tokio::test]
async fn a_stream_of_another_tenant_is_never_written() {
    let rig = Rig::start().await;
    let stream = stream();
    rig.append(vec![write(stream, Expected::Any, &[1])]).await;
    for expected in [Expected::Any, Expected::Exactly(0), Expected::Exactly(1)] {
        let append = Append::new(metadata(OTHER), vec![write(stream, expected, &[2])]);
        let outcome = rig.store.append(append).await.expect("answers");
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
    }
    assert_eq!(rig.store.head().await.expect("a head"), 1);
}

/// One statement with winners and losers: whoever loses takes nobody along.
#[tokio::test]
async fn a_conflict_does_not_fail_its_neighbours() {
    let rig = Rig::start().await;
    let taken = stream();
    rig.append(vec![write(taken, Expected::Any, &[1])]).await;
    let appends: Vec<Append> = (0..50_u64)
        .map(|nth| {
            let target: StreamId = if nth % 3 == 1 { taken } else { stream() };
            Append::new(metadata(TENANT), vec![write(target, Expected::Exactly(0), &[nth])])
        })
        .collect();
    // Each stream may occur once in a statement: of the losers only one goes.
    let mut losers = 0;
    let appends: Vec<Append> = appends
        .into_iter()
        .filter(|append| {
            let loses = append.writes[0].stream == taken;
            losers += usize::from(loses);
            !loses || losers == 1
        })
        .collect();
    let ready = rig.store.make_ready(appends).await.expect("ready");
    let mut connection = rig.store.database.system.acquire().await.expect("a connection");
    let outcomes = rig.store.append_in(&mut connection, &ready).await.expect("appends");
    let won: Vec<i64> = outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Appended { position, .. } => Some(*position),
            _ => None,
        })
        .collect();
    assert_eq!(won, (2..=34).collect::<Vec<i64>>());
    assert_eq!(outcomes.len() - won.len(), 1);
}

/// An append that the database refuses fails alone.
#[tokio::test]
async fn a_bad_append_does_not_fail_its_batch() {
    let rig = Rig::start().await;
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..60_u64 {
        let store = rig.store.clone();
        tasks.spawn(async move {
            let one = stream();
            let mut writes = vec![write(one, Expected::Any, &[nth])];
            if nth % 20 == 7 {
                // Refused: a stream may occur once in an append.
                writes.push(write(one, Expected::Any, &[nth]));
            }
            (nth % 20 == 7, store.append(Append::new(metadata(TENANT), writes)).await.is_ok())
        });
    }
    for (is_bad, is_ok) in tasks.join_all().await {
        assert_eq!(is_ok, !is_bad);
    }
    assert_eq!(rig.store.head().await.expect("a head"), 57);
}

#[tokio::test]
async fn what_somebody_waits_for_finds_at_most_one_before_it_of_those_who_take_turns() {
    let rig = Rig::start().await;
    let ready = async |nth| {
        let append = Append::new(metadata(TENANT), vec![write(stream(), Expected::Exactly(0), &[nth])]);
        rig.store.make_ready(vec![append]).await.expect("ready")
    };
    let position = |outcomes: Vec<Outcome>| outcomes.into_iter().map(|outcome| appended(outcome).0).next();
    let mut first = rig.store.database.system.begin().await.expect("a transaction");
    rig.store.append_in(&mut first, &ready(1).await).await.expect("appends");
    let mut patient = tokio::task::JoinSet::new();
    for nth in [2, 3] {
        let (store, ready) = (rig.store.clone(), ready(nth).await);
        patient.spawn(async move {
            let mut transaction = store.database.system.begin().await.expect("a transaction");
            let outcomes = store.append_in(&mut transaction, &ready).await.expect("appends");
            transaction.commit().await.expect("committed");
            outcomes
        });
    }
    until_waiting(&rig, 2).await;
    let store = rig.store.clone();
    let prompt = tokio::spawn(async move {
        let writes = vec![write(stream(), Expected::Exactly(0), &[4])];
        store.append(Append::new(metadata(TENANT), writes)).await.expect("appends")
    });
    until_waiting(&rig, 3).await;
    first.commit().await.expect("committed");
    assert_eq!(appended(prompt.await.expect("ends")).0, 2);
    let mut behind: Vec<_> = patient.join_all().await.into_iter().map(position).collect();
    behind.sort();
    assert_eq!(behind, [Some(3), Some(4)]);
}

/// Until so many of this database wait for an advisory lock.
async fn until_waiting(rig: &Rig, wanted: i64) {
    let mut connection = rig.superuser().await;
    let waiting = async {
        let sql = "select count(*) from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())";
        while sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut connection).await.expect("locks") < wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await.expect("they wait");
}
