//! Each row of the recovery matrix, with a reader that must notice nothing.

use crate::rig::{Listener, Rig, blocking, until};
use crate::stream::{QUICK, assert_same_as_log, relay, state, stream, until_relayed};
use async_nats::jetstream::stream::{Config, RetentionPolicy};
use waybill_relay::Options;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_position_is_its_sequence() {
    let rig = Rig::start().await;
    let running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(300).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
    listener.has_all(&rig.context).await;
    rig.context.stop.cancel();
    running.await.expect("does not panic").expect("stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_that_is_wiped_is_filled_again_while_readers_go_on() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    for _ in 0..3 {
        rig.append(700).await;
        rig.nats(|nats| nats.wipe().expect("wiped"));
        rig.append(300).await;
        listener.has_all(&rig.context).await;
        until_relayed(&rig).await;
    }
    assert_same_as_log(&rig, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deleted_stream_is_made_anew() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(500).await;
    until_relayed(&rig).await;
    rig.context.bus.jetstream.delete_stream("EVENTS").await.expect("deleted");
    rig.append(50).await;
    listener.has_all(&rig.context).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_stream_begins_at_a_window_and_readers_find_the_rest_in_postgres() {
    let rig = Rig::start().await;
    rig.append(1_000).await;
    let _running = relay(&rig.context, Options { republished: 100, ..QUICK });
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 901).await;
    rig.append(10).await;
    Listener::start(&rig.context).has_all(&rig.context).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 901).await;
}

/// A tail that was acknowledged and not yet on disk: the files of an earlier moment come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_tail_is_published_again_under_the_same_numbers() {
    let rig = Rig::start().await;
    let running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(400).await;
    until_relayed(&rig).await;
    let (store, kept) = {
        let store = rig.nats.lock().expect("nobody panicked").store();
        (store.clone(), store.with_extension("earlier"))
    };
    rig.nats(|nats| {
        nats.stop();
        copy(&store, &kept);
        nats.restart().expect("restarts");
    });
    rig.append(600).await;
    until_relayed(&rig).await;
    rig.nats(|nats| {
        nats.kill();
        std::fs::remove_dir_all(&store).expect("removed");
        std::fs::rename(&kept, &store).expect("renamed");
        nats.restart().expect("restarts");
    });
    rig.append(20).await;
    listener.has_all(&rig.context).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
    assert!(!running.is_finished());
}

/// A bad sector: the server may drop the message, the rest of its block, or notice nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flipped_bits_in_the_store_reach_nobody() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(400).await;
    until_relayed(&rig).await;
    for place in [3, 2] {
        rig.nats(|nats| {
            nats.kill();
            for block in blocks(&nats.store()) {
                let mut bytes = std::fs::read(&block).expect("reads");
                let middle = bytes.len() / place;
                bytes[middle] ^= 0x40;
                std::fs::write(&block, bytes).expect("writes");
                // Without the index the server reads the blocks themselves.
                let _ = std::fs::remove_file(block.with_file_name("index.db"));
            }
            nats.restart().expect("restarts");
        });
        rig.append(100).await;
        listener.has_all(&rig.context).await;
        until_relayed(&rig).await;
        let other = rig.another().await;
        Listener::start(&other).has_all(&other).await;
        other.stop.cancel();
    }
}

fn blocks(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    files(folder, "blk")
}

fn files(folder: &std::path::Path, extension: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, here): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let mut found: Vec<_> =
        here.into_iter().filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    found.extend(folders.iter().flat_map(|folder| files(folder, extension)));
    found
}

/// The server gives up a stream whose description it cannot trust, and keeps its messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_whose_description_is_garbled_is_made_anew() {
    let rig = Rig::start().await;
    let running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(400).await;
    until_relayed(&rig).await;
    for extension in ["inf", "sum", "db"] {
        rig.nats(|nats| {
            nats.kill();
            for file in files(&nats.store(), extension) {
                let mut bytes = std::fs::read(&file).expect("reads");
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x04;
                std::fs::write(&file, bytes).expect("writes");
            }
            nats.restart().expect("restarts");
        });
        rig.append(100).await;
        listener.has_all(&rig.context).await;
        until_relayed(&rig).await;
        assert_same_as_log(&rig, 1).await;
        assert!(!running.is_finished(), "{extension}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_and_comes_back_costs_nothing() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    for _ in 0..3 {
        rig.append(200).await;
        rig.nats(|nats| nats.kill());
        rig.append(200).await;
        // Readers need JetStream no more than the log does.
        listener.has_all(&rig.context).await;
        rig.nats(|nats| nats.restart().expect("restarts"));
    }
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_with_other_events_is_replaced() {
    let rig = Rig::start().await;
    rig.append(100).await;
    let jetstream = &rig.context.bus.jetstream;
    jetstream.create_stream(rig.context.bus.stream_config(None)).await.expect("made");
    for _ in 0..40 {
        let sent = jetstream.publish("ev.0.wallet.topped_up", "{}".into()).await.expect("sent");
        sent.await.expect("stored");
    }
    let _running = relay(&rig.context, QUICK);
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
    Listener::start(&rig.context).has_all(&rig.context).await;
}

/// As a disk leaves it: the right event at its place, by every header, and other bytes in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_garbled_message_among_many_is_found() {
    let rig = Rig::start().await;
    rig.append(2_000).await;
    let running = relay(&rig.context, QUICK);
    until_relayed(&rig).await;
    rig.context.stop.cancel();
    running.await.expect("does not panic").expect("stops");

    let other = rig.another().await;
    let whole = stream(&rig).await.expect("a stream");
    let mut messages = Vec::new();
    for sequence in 1..=2_000 {
        messages.push(whole.get_raw_message(sequence).await.expect("a message"));
    }
    other.bus.jetstream.delete_stream("EVENTS").await.expect("deleted");
    other.bus.jetstream.create_stream(other.bus.stream_config(None)).await.expect("made");
    for message in messages {
        let mut payload = message.payload.to_vec();
        if message.sequence == 1_234 {
            let at = payload.len() / 2;
            payload[at] ^= 1;
        }
        let headers = message.headers;
        let sent = other.bus.jetstream.publish_with_headers(message.subject, headers, payload.into()).await;
        sent.expect("sent").await.expect("stored");
    }
    let _running = relay(&other, QUICK);
    until("the stream is the log again", async || {
        // For a moment there is none: it is being made anew.
        let Some(stream) = stream(&rig).await else { return false };
        let found = stream.get_raw_message(1_234).await;
        found.is_ok_and(|message| {
            waybill_runtime::bus::wire::decode(&message.payload).is_ok_and(|it| it.position == 1_234)
                && message.headers.get("Waybill-Checksum").map(|it| it.to_string())
                    == Some(waybill_runtime::bus::wire::checksum(&message.payload))
        })
    })
    .await;
    other.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_that_is_ahead_of_the_log_is_never_overwritten() {
    let rig = Rig::start().await;
    let running = relay(&rig.context, QUICK);
    let last = rig.append(50).await;
    until_relayed(&rig).await;
    // Postgres comes back from a backup: the last events are gone from it.
    let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&rig.database.url).await.expect("connects");
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "set session_replication_role = replica; delete from es.event where pos > {}",
        last - 10
    )))
    .execute(&mut admin)
    .await
    .expect("a backup");
    let error = running.await.expect("does not panic").expect_err("stops");
    let error = format!("{error:#}");
    assert!(error.contains("50 events, the log only 40"), "{error}");
    assert_eq!(state(&rig).await.expect("a stream").last_sequence, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_changed_configuration_is_put_right() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    rig.append(10).await;
    until_relayed(&rig).await;
    let drifted = Config {
        subjects: vec!["ev.1.>".into(), "elsewhere".into()],
        max_age: std::time::Duration::from_secs(3_600),
        ..stream(&rig).await.expect("a stream").cached_info().config.clone()
    };
    rig.context.bus.jetstream.update_stream(drifted).await.expect("updated");
    until("the configuration is right", async || {
        let wanted = rig.context.bus.stream_config(None);
        let found = stream(&rig).await.expect("a stream").cached_info().config.clone();
        found.subjects == wanted.subjects && found.max_age == wanted.max_age
    })
    .await;
    rig.append(10).await;
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_that_is_not_ours_is_a_clear_error() {
    let rig = Rig::start().await;
    let queue = Config { retention: RetentionPolicy::WorkQueue, ..rig.context.bus.stream_config(None) };
    rig.context.bus.jetstream.create_stream(queue).await.expect("made");
    let error = relay(&rig.context, QUICK).await.expect("does not panic").expect_err("stops");
    assert!(format!("{error:#}").contains("WorkQueue"), "{error:#}");

    let rig = Rig::start().await;
    let other = Config { name: "OTHER".into(), ..rig.context.bus.stream_config(None) };
    rig.context.bus.jetstream.create_stream(other).await.expect("made");
    let error = relay(&rig.context, QUICK).await.expect("does not panic").expect_err("stops");
    assert!(format!("{error:#}").contains("another stream has the subjects"), "{error:#}");
}

/// The feed's consumer is the server's to lose: removed, or gone with a stream that was made anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_whose_consumer_is_removed_goes_on_and_returns_to_jetstream() {
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    rig.append(100).await;
    listener.has_all(&rig.context).await;
    until_relayed(&rig).await;
    for _ in 0..3 {
        let stream = stream(&rig).await.expect("a stream");
        until("the feed has a consumer", async || !consumers(&stream).await.is_empty()).await;
        for name in consumers(&stream).await {
            // It may have been replaced meanwhile.
            let _ = stream.delete_consumer(&name).await;
        }
        rig.append(100).await;
        listener.has_all(&rig.context).await;
    }
    let stream = stream(&rig).await.expect("a stream");
    until("the feed has returned to jetstream", async || !consumers(&stream).await.is_empty()).await;
}

async fn consumers(stream: &async_nats::jetstream::stream::Stream) -> Vec<String> {
    use futures::TryStreamExt;
    stream.consumer_names().try_collect().await.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_that_nats_cannot_carry_keeps_its_place() {
    use uuid::Uuid;
    use waybill_domain::stream::{Category, StreamId};
    use waybill_event_store::{Append, Expected, StreamWrite};
    let rig = Rig::start().await;
    let _running = relay(&rig.context, QUICK);
    let listener = Listener::start(&rig.context);
    let note = "n".repeat(9 << 20);
    let large: waybill_domain::wallet::Event = waybill_domain::wallet::ToppedUp { points: 1, note }.into();
    let write = StreamWrite::new(StreamId::new(Category::Wallet, Uuid::now_v7()), Expected::Any, &[large]);
    rig.append(3).await;
    rig.context.store.append(Append::new(crate::rig::metadata(), vec![write])).await.expect("appends");
    rig.append(3).await;
    until_relayed(&rig).await;
    listener.has_all(&rig.context).await;
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_relay_that_starts_without_nats_waits_for_it() {
    let rig = Rig::start().await;
    rig.nats(|nats| nats.kill());
    let running = relay(&rig.context, QUICK);
    rig.append(100).await;
    until("it has tried", async || {
        blocking(|| ()).await;
        rig.context.feed.head() == 100
    })
    .await;
    assert!(!running.is_finished());
    rig.nats(|nats| nats.restart().expect("restarts"));
    until_relayed(&rig).await;
    assert_same_as_log(&rig, 1).await;
}
