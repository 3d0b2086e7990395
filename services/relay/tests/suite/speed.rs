//! How fast a log is relayed that JetStream has lost. `WAYBILL_RELAY_EVENTS` sets the size.

use crate::rig::Rig;
use crate::stream::{QUICK, relay, until_relayed};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_stream_is_filled_again() {
    let count = std::env::var("WAYBILL_RELAY_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let rig = Rig::start().await;
    rig.append(count).await;
    let began = Instant::now();
    let _running = relay(&rig.context, QUICK);
    until_relayed(&rig).await;
    let speed = count as f64 / began.elapsed().as_secs_f64();
    println!("relayed {count} events, {speed:.0} a second");
}
