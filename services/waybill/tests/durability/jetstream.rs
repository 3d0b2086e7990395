//! JetStream loses or garbles what it acknowledged. It is a cache of the log: nothing may come of it.

use crate::job::Watcher;
use crate::rig::{Options, Rig};
use crate::strikes::Strike;
use std::time::Instant;
use waybill_sandbox::{Faults, Span};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_wiped_cut_or_garbled_mid_campaign_costs_nothing_and_is_the_log_again() {
    let rig = Rig::start(Options::default()).await;
    let size = rig.size;
    rig.faults(Faults { latency_ms: Some(Span { min: 20, max: 60 }), ..Faults::default() }).await;
    rig.import(size.recipients).await;
    let begun = Instant::now();
    let campaign = rig.campaign("wipes").await;
    let watcher = Watcher::of(&rig, &campaign);
    let mut strikes = vec![Strike::WipeNats; size.nats_wipes];
    // Damage comes last, in either order: a wipe would take it away.
    let mut damage = [Strike::TruncateStream, Strike::FlipBitOfStream];
    rig.dice().shuffle(&mut damage);
    strikes.extend(damage);
    rig.strike_all(&campaign, size.recipients, &strikes).await;
    let truth = rig.settle(&campaign, size.recipients).await;
    let samples = watcher.verdict();
    let events = rig.stream_is_the_log().await;

    assert_eq!((truth.ever_uncertain, truth.failed), (0, 0), "{truth:?}");
    assert_eq!(rig.ended_by_themselves(), Vec::<String>::new());
    eprintln!("{} strikes, {samples} samples, {events} events, {:.0?}: {truth}", strikes.len(), begun.elapsed());
}
