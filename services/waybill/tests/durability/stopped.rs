//! A sender that stands still for a while, as on a machine that is paused, and wakes up when another has taken its place.

use crate::job::Watcher;
use crate::rig::{Options, Rig};
use waybill_sandbox::{Behaviour, Delay, Faults, Span};

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_was_stopped_and_wakes_up_sends_nothing_twice() {
    // Receipts come after the other has taken over: they must not be what settles what was under way.
    let receipts = Behaviour { sent_ms: Span { min: 20_000, max: 25_000 }, ..Options::default().receipts };
    let rig = Rig::start(Options { standby: true, receipts, ..Options::default() }).await;
    let recipients = 2_000;
    // Calls are under way when it is stopped, and what it began is not answered yet.
    rig.faults(Faults {
        latency_ms: Some(Span { min: 20, max: 60 }),
        hang: Some(Delay { probability: 0.2, ms: 400 }),
        ..Faults::default()
    })
    .await;
    rig.import(recipients).await;
    let campaign = rig.campaign("stopped").await;
    let watcher = Watcher::of(&rig, &campaign);
    rig.until_accepted(recipients / 4, &campaign).await;
    let before = rig.epoch_of("sender").await;
    rig.role("sender").pause();
    // Nothing is heard of it, so another takes over, and what it had begun is put in doubt.
    rig.until("another sender in its place", async || rig.epoch_of("sender").await > before).await;
    rig.until_accepted(recipients / 2, &campaign).await;
    rig.role("sender").resume();
    let truth = rig.settle(&campaign, recipients).await;
    watcher.verdict();

    let bound = i64::from(rig.options.in_flight) * 3;
    assert!(truth.ever_uncertain > 0, "nothing was under way when it was stopped: {truth}");
    assert!(truth.ever_uncertain <= bound, "{} uncertain, at most {bound} were in flight", truth.ever_uncertain);
    assert_eq!(rig.ended_by_themselves(), Vec::<String>::new());
    eprintln!("{truth}");
}
