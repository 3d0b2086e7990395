//! Postgres is killed while it is written to. `WAYBILL_POSTGRES_KILLS` sets how often.

use crate::rig::{TENANT, key, metadata, open, stream, write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use waybill_event_store::{Append, Database, Expected, Outcome};
use waybill_launcher::PrivatePostgres;

const WRITERS: u64 = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_acknowledged_append_outlives_a_killed_postgres() {
    let kills: usize = std::env::var("WAYBILL_POSTGRES_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    let mut postgres =
        tokio::task::spawn_blocking(move || PrivatePostgres::start(&home).expect("starts")).await.expect("no panic");
    let url = postgres.url("waybill");
    Database::migrate(&url, &key()).await.expect("migrates");
    let store = open(&url).await;
    store.keys.create_tenant(TENANT).await.expect("keys");

    let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (store, stop, acknowledged) = (store.clone(), stop.clone(), acknowledged.clone());
        writers.spawn(async move {
            let (mut marks, mut mark) = (Vec::new(), writer * 100_000_000);
            while !stop.load(Ordering::Relaxed) {
                mark += 1;
                let append = Append::new(metadata(TENANT), vec![write(stream(), Expected::Exactly(0), &[mark])]);
                match store.append(append).await {
                    Ok(Outcome::Appended { position, .. }) => {
                        marks.push((position, mark));
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(other) => panic!("{other:?}"),
                    // Not acknowledged: it may be there or not.
                    Err(_) => tokio::task::yield_now().await,
                }
            }
            marks
        });
    }
    for nth in 0..kills {
        more(&acknowledged, 200).await;
        postgres = tokio::task::spawn_blocking(move || {
            if nth % 3 == 2 {
                postgres.stop_immediately()
            } else {
                postgres.kill()
            }
            postgres.restart().expect("starts again");
            postgres
        })
        .await
        .expect("no panic");
        let began = Instant::now();
        more(&acknowledged, 1).await;
        println!("appending again {:?} after postgres was back", began.elapsed());
    }
    more(&acknowledged, 200).await;
    stop.store(true, Ordering::Relaxed);
    let marks: Vec<(i64, u64)> = writers.join_all().await.into_iter().flatten().collect();

    let fresh = open(&url).await;
    let events = fresh.read(0, i64::from(i32::MAX)).await.expect("dense");
    for (position, mark) in &marks {
        let event = &events[usize::try_from(position - 1).expect("a position")];
        let data: serde_json::Value = serde_json::from_str(&event.data).expect("json");
        assert_eq!(data["points"].as_u64(), Some(*mark), "position {position} was acknowledged for something else");
    }
    println!("{} appends acknowledged, {} in the log, {kills} kills", marks.len(), events.len());
    assert!(marks.len() <= events.len());
    drop(postgres);
}

async fn more(acknowledged: &AtomicU64, count: u64) {
    let (goal, began) = (acknowledged.load(Ordering::Relaxed) + count, Instant::now());
    while acknowledged.load(Ordering::Relaxed) < goal {
        assert!(began.elapsed() < Duration::from_secs(90), "nothing is appended any more");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
