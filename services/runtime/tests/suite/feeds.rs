//! The feed trusts nothing but the next position. What a relay does to the stream is in the relay's suite.

use crate::rig::{Listener, Rig, TENANT, until};
use futures::StreamExt;
use waybill_runtime::bus::wire;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_stream_everything_comes_from_postgres() {
    let rig = Rig::start().await;
    let listener = Listener::start(&rig.context);
    for _ in 0..5 {
        rig.append(300).await;
        listener.has_all(&rig.context).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_that_comes_late_begins_at_the_beginning() {
    let rig = Rig::start().await;
    rig.append(30_000).await;
    // More than the ring holds: the rest is read from Postgres until both meet.
    Listener::start(&rig.context).has_all(&rig.context).await;
    let other = rig.another().await;
    rig.append(1_000).await;
    Listener::start(&other).has_all(&other).await;
    other.stop.cancel();
}

/// A stream that holds nonsense, holes and strangers is passed by.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_in_the_stream_is_never_given_out() {
    let rig = Rig::start().await;
    let jetstream = &rig.context.bus.jetstream;
    jetstream.create_stream(rig.context.bus.stream_config(None)).await.expect("made");
    let listener = Listener::start(&rig.context);
    for round in 0..5 {
        let last = rig.append(20).await;
        let events = rig.context.store.read(last - 20, 20).await.expect("reads");
        let mut payloads = vec![b"no event".to_vec(), Vec::new()];
        // One that is skipped, one twice, the rest in disorder.
        payloads.extend(events.iter().skip(1).rev().map(|event| wire::encode(event).expect("encodes")));
        payloads.push(wire::encode(&events[round]).expect("encodes"));
        for payload in payloads {
            let sent = jetstream.publish("ev.0.wallet.topped_up", payload.into()).await.expect("sent");
            sent.await.expect("stored");
        }
        listener.has_all(&rig.context).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_append_wakes_the_other_processes() {
    let rig = Rig::start().await;
    let other = rig.another().await;
    let mut woken = other.bus.woken();
    woken.mark_unchanged();
    let subject = rig.context.bus.live_subject(TENANT, "wallet");
    let mut live = other.bus.client.subscribe(subject.clone()).await.expect("subscribes");
    other.bus.client.flush().await.expect("flushes");
    rig.append(1).await;
    tokio::time::timeout(crate::rig::PATIENCE, woken.changed()).await.expect("in time").expect("woken");
    until("the other has it", async || other.feed.head() == 1).await;
    rig.context.bus.client.publish(subject, "1".into()).await.expect("sent");
    assert_eq!(live.next().await.expect("told").payload, "1");
    other.stop.cancel();
}
