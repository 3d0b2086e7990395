//! Roles and servers die during a campaign, or are asked to stop.

use crate::job::Watcher;
use crate::rig::{Options, Rig};
use crate::strikes::{Strike, rounds};
use std::time::Instant;
use waybill_sandbox::{Behaviour, Delay, Faults, Span};

/// Messages are always under way when something dies; many of them are with the provider, and its answer is not here yet.
fn slow() -> Faults {
    Faults {
        latency_ms: Some(Span { min: 20, max: 60 }),
        hang: Some(Delay { probability: 0.4, ms: 400 }),
        ..Faults::default()
    }
}

/// Later than any second attempt would be made: a receipt must not be what keeps a message from being sent again.
fn slow_receipts() -> Options {
    let receipts = Behaviour { sent_ms: Span { min: 10_000, max: 15_000 }, ..Options::default().receipts };
    Options { receipts, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_nobody_is_lost_and_nobody_is_sent_to_twice() {
    let rig = Rig::start(slow_receipts()).await;
    let size = rig.size;
    rig.faults(slow()).await;
    rig.import(size.recipients).await;
    let begun = Instant::now();
    let campaign = rig.campaign("kills").await;
    let watcher = Watcher::of(&rig, &campaign);
    let mut servers = vec![Strike::KillPostgres; size.postgres_kills];
    servers.extend(vec![Strike::StopPostgresImmediately; size.postgres_immediate_stops]);
    servers.extend(vec![Strike::KillNats; size.nats_kills]);
    let strikes = rounds(&rig, size.kills_per_role, Strike::Kill, &servers);
    rig.strike_all(&campaign, size.recipients, &strikes).await;
    let truth = rig.settle(&campaign, size.recipients).await;
    let samples = watcher.verdict();
    rig.stream_is_the_log().await;

    // Only who holds calls in its hands, or the place where they are written down, can leave any in doubt.
    let in_doubt = |strike: &&Strike| {
        matches!(strike, Strike::Kill("sender") | Strike::KillPostgres | Strike::StopPostgresImmediately)
    };
    let bound = strikes.iter().filter(in_doubt).count() as i64 * i64::from(rig.options.in_flight) * 3;
    assert!(truth.ever_uncertain <= bound, "{} uncertain, at most {bound} were in flight", truth.ever_uncertain);
    // A run whose kills hit no call under way would show nothing: sending again would have gone unnoticed.
    assert!(truth.reconciled > 0, "no kill left a message in doubt that the provider had: {truth}");
    let ends = rig.ended_by_themselves();
    eprintln!("{} strikes, {samples} samples, {:.0?}: {truth}", strikes.len(), begun.elapsed());
    eprintln!("{} roles ended by themselves and came back: {ends:?}", ends.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_asked_to_stop_finishes_what_it_has_begun() {
    let rig = Rig::start(Options::default()).await;
    let recipients = 2_000;
    rig.faults(slow()).await;
    rig.import(recipients).await;
    let begun = Instant::now();
    let campaign = rig.campaign("stops").await;
    let watcher = Watcher::of(&rig, &campaign);
    let strikes = rounds(&rig, 4, Strike::Terminate, &[]);
    rig.strike_all(&campaign, recipients, &strikes).await;
    let truth = rig.settle(&campaign, recipients).await;
    let samples = watcher.verdict();

    assert_eq!((truth.ever_uncertain, truth.failed), (0, 0), "{truth:?}");
    assert_eq!(rig.ended_by_themselves(), Vec::<String>::new());
    eprintln!("{} stops, {samples} samples, {:.0?}: {truth}", strikes.len(), begun.elapsed());
}
