//! The feed trusts nothing but the next position. What a relay does to the stream is in the relay's suite.

use crate::rig::{Listener, Rig, TENANT, until};
use futures::StreamExt;
use waybill_runtime::Context;
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
        let intact = |payload: Vec<u8>| (wire::checksum(&payload), payload);
        let encoded = |event| wire::encode(event).expect("encodes");
        let mut messages = vec![intact(b"no event".to_vec()), intact(Vec::new())];
        // One that is skipped, one twice, the rest in disorder.
        messages.extend(events.iter().skip(1).rev().map(encoded).map(intact));
        messages.push(intact(encoded(&events[round])));
        for (checksum, payload) in messages {
            publish(&rig.context, checksum, payload).await;
        }
        listener.has_all(&rig.context).await;
    }
}

/// Next in turn and still an event, but not the one that was sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_whose_bits_flipped_is_never_given_out() {
    let rig = Rig::start().await;
    let jetstream = &rig.context.bus.jetstream;
    let mut stream = jetstream.create_stream(rig.context.bus.stream_config(None)).await.expect("made");
    let listener = Listener::start(&rig.context);
    until("the stream is followed", async || {
        jetstream.get_stream("EVENTS").await.is_ok_and(|it| it.cached_info().state.consumer_count > 0)
    })
    .await;
    rig.append(1).await;
    let events = rig.context.store.read(0, 1).await.expect("reads");
    let sent = String::from_utf8(wire::encode(&events[0]).expect("encodes")).expect("json");
    let flipped = sent.replace(&events[0].event_id.to_string(), &uuid::Uuid::nil().to_string());
    assert_ne!(flipped, sent);
    publish(&rig.context, wire::checksum(sent.as_bytes()), flipped.into_bytes()).await;
    listener.has_all(&rig.context).await;
    assert_eq!(stream.info().await.expect("a stream").state.messages, 1);
}

async fn publish(context: &Context, checksum: String, payload: Vec<u8>) {
    let mut headers = async_nats::HeaderMap::new();
    headers.insert(wire::CHECKSUM, checksum);
    let sent = context.bus.jetstream.publish_with_headers("ev.0.wallet.topped_up", headers, payload.into()).await;
    sent.expect("sent").await.expect("stored");
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
