//! Many starts at once on one balance, through two gateways that know nothing of each other.

use crate::rig::{Options, Rig};
use serde_json::json;
use std::time::Instant;

const STARTS: usize = 200;
const RECIPIENTS: u64 = 10;
/// Enough for seven campaigns of ten recipients, and a rest.
const POINTS: u64 = 7 * RECIPIENTS * 2 + 13;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_starts_at_once_exactly_as_many_succeed_as_the_balance_pays_for() {
    let rig = Rig::start(Options { starting_points: POINTS, gateways: 2, ..Options::default() }).await;
    rig.import(RECIPIENTS).await;
    let drafts = futures::future::join_all((0..STARTS).map(|n| {
        let rig = &rig;
        async move { rig.draft(&n.to_string()).await }
    }))
    .await;

    let begun = Instant::now();
    let starts = drafts.iter().enumerate().map(|(n, id)| {
        let rig = &rig;
        async move {
            let path = format!("/campaigns/{id}/start");
            (id.clone(), rig.api.post_at(n, &path, &format!("start-{n}"), json!({})).await)
        }
    });
    let answers = futures::future::join_all(starts).await;
    let (mut running, mut refused) = (Vec::new(), 0);
    for (id, answer) in answers {
        match answer.status.as_u16() {
            202 => running.push(id),
            422 => {
                assert_eq!(answer.body["code"], "insufficient_points", "{}", answer.body);
                refused += 1;
            }
            other => panic!("a start was answered with {other}: {}", answer.body),
        }
    }
    let paid_for = (POINTS / (RECIPIENTS * 2)) as usize;
    assert_eq!((running.len(), refused), (paid_for, STARTS - paid_for));
    for id in &running {
        rig.until_completed(id).await;
    }
    let captured = paid_for as u64 * RECIPIENTS * 2;
    rig.until("captured points", async || rig.api.get("/wallet").await["captured_total"] == captured).await;

    let proof = rig.api.get("/wallet/proof").await;
    assert_eq!(proof["balances"], true, "{proof:#}");
    assert_eq!(proof["folded"], proof["ledger"], "{proof:#}");
    assert_eq!(proof["folded"]["available"], POINTS - captured, "{proof:#}");
    let counted = rig.counted().await;
    assert_eq!((counted.distinct, counted.duplicates), (paid_for as u64 * RECIPIENTS, 0));
    eprintln!("{STARTS} starts, {} went through, {:.0?}", running.len(), begun.elapsed());
}
