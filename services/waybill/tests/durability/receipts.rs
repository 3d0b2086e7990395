//! Receipts lost, doubled, shuffled, late, and before the answer to the send they belong to.

use crate::job::{Watcher, total};
use crate::rig::{Options, Rig};
use std::time::Instant;
use waybill_sandbox::{Behaviour, Delay, Faults, ReceiptFaults, Span};

#[tokio::test(flavor = "multi_thread")]
async fn receipts_in_any_disorder_never_take_a_status_back_and_have_their_effect_once() {
    let disorder = Behaviour {
        sent_ms: Span { min: 0, max: 40 },
        delivered_ms: Span { min: 0, max: 150 },
        read_ms: Span { min: 0, max: 150 },
        read_share: 0.8,
        delivered_omitted: 0.05,
        read_first: 0.3,
        shuffled: 1.0,
        ..Behaviour::default()
    };
    let rig = Rig::start(Options { receipts: disorder, ..Options::default() }).await;
    let recipients = 2_000;
    rig.faults(Faults {
        receipts: ReceiptFaults {
            lost: 0.01,
            doubled: 0.2,
            late: Some(Delay { probability: 0.2, ms: 3_000 }),
            failed: None,
            before_answer: Default::default(),
        },
        // The message is taken and the answer comes late: its receipts are faster.
        hang: Some(Delay { probability: 0.1, ms: 400 }),
        ..Faults::default()
    })
    .await;
    rig.import(recipients).await;
    let begun = Instant::now();
    let campaign = rig.campaign("receipts").await;
    let watcher = Watcher::of(&rig, &campaign);
    let truth = rig.settle(&campaign, recipients).await;
    let samples = watcher.verdict();

    assert_eq!((truth.sent, truth.ever_uncertain), (recipients as i64, 0), "{truth:?}");
    // Only a message that lost all its receipts after `sent` stands at `sent`; one in a hundred is lost.
    let answer = rig.api.get(&format!("/campaigns/{campaign}")).await;
    assert!(total(&answer, "sent") < recipients as i64 / 20, "{answer}");
    assert!(total(&answer, "read") > recipients as i64 / 2, "{answer}");
    assert_eq!(rig.ended_by_themselves(), Vec::<String>::new());
    eprintln!("{samples} samples, {:.0?}: {truth}", begun.elapsed());
}
