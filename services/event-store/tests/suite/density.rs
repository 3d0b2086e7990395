//! Positions are dense and in commit order, whoever writes; no update is lost. `WAYBILL_LOG_EVENTS` sets the size.

use crate::rig::{Rig, TENANT, metadata, stream, write};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_event_store::{Append, EventStore, Expected, Outcome};

const WRITERS: u64 = 64;
const SHARED_STREAMS: usize = 8;
const EVENTS_EACH: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_writers_lose_nothing_and_a_live_reader_misses_nothing() {
    let wanted: u64 = std::env::var("WAYBILL_LOG_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let rig = Rig::start().await;
    // Two processes write: the lane's lock is what orders them.
    let other = rig.another().await;
    let total = Arc::new(AtomicI64::new(-1));
    let reader = tokio::spawn(read_live(rig.another().await, total.clone()));
    let shared: Vec<_> = (0..SHARED_STREAMS).map(|_| stream()).collect();
    let appends_each = wanted / WRITERS / EVENTS_EACH;
    let began = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { rig.store.clone() } else { other.clone() };
        let shared = shared[writer as usize % SHARED_STREAMS];
        let own = stream();
        writers.spawn(async move {
            let mut marks = Vec::new();
            let mut versions = HashMap::new();
            for nth in 0..appends_each {
                // Half on a stream of its own, half in a race.
                let target = if nth % 2 == 0 { own } else { shared };
                let first = writer * 100_000_000 + nth * EVENTS_EACH;
                let points: Vec<u64> = (first..first + EVENTS_EACH).collect();
                loop {
                    let expected: i64 = versions.get(&target.id).copied().unwrap_or(0);
                    let write = write(target, Expected::Exactly(expected), &points);
                    match store.append(Append::new(metadata(TENANT), vec![write])).await.expect("appends") {
                        Outcome::Appended { position, versions: reached } => {
                            versions.insert(target.id, reached[0]);
                            marks.push((position, target.id, reached[0], first));
                            break;
                        }
                        Outcome::Conflict { current, .. } => drop(versions.insert(target.id, current)),
                        other => panic!("{other:?}"),
                    }
                }
            }
            marks
        });
    }
    let marks: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
    let events = marks.len() as u64 * EVENTS_EACH;
    println!("{events} events, {:.0} a second", events as f64 / began.elapsed().as_secs_f64());
    total.store(events as i64, Ordering::Relaxed);

    let seen = reader.await.expect("the live reader saw no gap");
    assert_eq!(seen.len() as u64, events);
    let mut versions: HashMap<Uuid, i64> = HashMap::new();
    for (stream, version, _) in &seen {
        let last = versions.entry(*stream).or_default();
        assert_eq!(*version, *last + 1, "an update of {stream} was lost or doubled");
        *last = *version;
    }
    for (position, stream, version, first) in marks {
        let last = first + EVENTS_EACH - 1;
        let at = usize::try_from(position - 1).expect("a position");
        assert_eq!(seen[at], (stream, version, last), "an acknowledged append is not in its place");
    }
}

/// Polls as fast as it can, with the plainest cursor there is.
async fn read_live(store: EventStore, total: Arc<AtomicI64>) -> Vec<(Uuid, i64, u64)> {
    let mut seen = Vec::new();
    let began = Instant::now();
    loop {
        let events = store.read(seen.len() as i64, 2_000).await.expect("dense");
        for event in &events {
            let data: serde_json::Value = serde_json::from_str(&event.data).expect("json");
            seen.push((event.stream_id, event.version, data["points"].as_u64().expect("points")));
        }
        let total = total.load(Ordering::Relaxed);
        if total >= 0 && seen.len() as i64 >= total {
            return seen;
        }
        assert!(began.elapsed() < Duration::from_secs(600), "only {} events came", seen.len());
        tokio::task::yield_now().await;
    }
}
