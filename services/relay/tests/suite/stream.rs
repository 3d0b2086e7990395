//! Looking into the stream.

use crate::rig::{Rig, until};
use async_nats::jetstream::stream::{State, Stream};
use std::time::Duration;
use tokio::task::JoinHandle;
use waybill_relay::Options;
use waybill_runtime::Context;
use waybill_runtime::bus::wire;

pub const QUICK: Options = Options { republished: 1_000_000, inspect_every: Duration::from_millis(300) };

pub fn relay(context: &Context, options: Options) -> JoinHandle<anyhow::Result<()>> {
    tokio::spawn(waybill_relay::run_with(context.clone(), options))
}

pub async fn stream(rig: &Rig) -> Option<Stream> {
    rig.context.bus.jetstream.get_stream("EVENTS").await.ok()
}

pub async fn state(rig: &Rig) -> Option<State> {
    stream(rig).await.map(|stream| stream.cached_info().state.clone())
}

pub async fn until_relayed(rig: &Rig) {
    let head = rig.head().await as u64;
    until("everything is relayed", async || state(rig).await.is_some_and(|state| state.last_sequence == head)).await;
}

/// Every message from `first` on is the event of the log at its place.
pub async fn assert_same_as_log(rig: &Rig, first: i64) {
    let stream = stream(rig).await.expect("a stream");
    let state = &stream.cached_info().state;
    let events = rig.context.store.read(first - 1, i64::from(i32::MAX)).await.expect("reads");
    assert_eq!(state.first_sequence, first as u64);
    assert_eq!(state.messages, events.len() as u64);
    for event in events {
        let message = stream.get_raw_message(event.position as u64).await.expect("a message");
        assert_eq!(message.headers.get("Waybill-Event-Id").expect("a header").as_str(), event.event_id.to_string());
        assert_eq!(wire::decode(&message.payload).expect("decodes"), event);
    }
}
