//! Faults do what they say, and nothing else.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::{Rig, complete, message};

async fn counts(rig: &Rig) -> (u64, u64) {
    let stats = rig.get("/_sandbox/stats").await;
    let count = |name: &str| stats[name].as_u64().expect("a number");
    (count("accepted"), count("refused"))
}

#[tokio::test]
async fn refusals_refuse() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let cases = [
        (json!({ "throttle": { "probability": 1, "retry_after_s": 7 } }), 429, 130_429),
        (json!({ "reject": { "probability": 1, "code": 131026 } }), 400, 131_026),
        (json!({ "reject": { "probability": 1, "code": 368 } }), 403, 368),
        (json!({ "error_before": 1 }), 500, 131_000),
    ];
    for (faults, status, code) in &cases {
        rig.control("faults", faults.clone()).await;
        let (answered, body) = rig.send("7001", "a").await;
        assert_eq!((answered, &body["error"]["code"]), (*status, &json!(code)), "{faults}");
    }
    assert_eq!(counts(&rig).await, (0, cases.len() as u64));
    rig.control("faults", json!({ "throttle": { "probability": 1, "retry_after_s": 7 } })).await;
    let request = rig.client.post(format!("{}/7001/messages", rig.base)).bearer_auth("any").json(&message("a"));
    assert_eq!(request.send().await.expect("answers").headers()["retry-after"], "7");
}

#[tokio::test]
async fn an_error_after_takes_the_message_all_the_same() {
    let (rig, mut callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "error_after": 1 })).await;
    assert_eq!(rig.send("7001", "a").await.0, 500);
    assert_eq!(rig.until_settled().await["accepted"], 1);
    assert_eq!(callback.by_message()["a"].len(), 3);
}

#[tokio::test]
async fn resets_break_the_connection_before_or_after_the_message_is_taken() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    for (fault, expected) in [("reset_before", (0, 1)), ("reset", (1, 1))] {
        rig.control("faults", json!({ fault: 1 })).await;
        let request = rig.client.post(format!("{}/7001/messages", rig.base)).bearer_auth("any").json(&message(fault));
        let error = request.send().await.expect_err("the connection breaks");
        let mut causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let reset = causes.any(|cause| {
            cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionReset)
        });
        assert!(reset, "{fault}: {error:?}");
        assert_eq!(counts(&rig).await, expected, "{fault}");
    }
}

#[tokio::test]
async fn a_hanging_answer_comes_too_late_for_a_message_that_was_taken() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "hang": { "probability": 1, "ms": 60000 } })).await;
    let request = rig.client.post(format!("{}/7001/messages", rig.base)).bearer_auth("any").json(&message("a"));
    let error = request.timeout(Duration::from_secs(2)).send().await.expect_err("no answer in time");
    assert!(error.is_timeout());
    assert_eq!(counts(&rig).await, (1, 0));
    // A sandbox that stops does not wait for the hanging ones.
    tokio::time::timeout(Duration::from_secs(10), rig.stop()).await.expect("stops");
}

#[tokio::test]
async fn a_number_has_its_rate() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "rate_per_second": 2 })).await;
    let mut answers = Vec::new();
    for n in 0..20 {
        answers.push(rig.send("7001", &n.to_string()).await.0);
    }
    assert_eq!(answers[..2], [200, 200]);
    assert!(answers.iter().filter(|status| **status == 429).count() > 10, "{answers:?}");
    assert_eq!(rig.send("7002", "other").await.0, 200);
}

#[tokio::test]
async fn receipts_are_lost_doubled_and_failed() {
    let (rig, mut callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "receipts": { "lost": 1 } })).await;
    rig.send("7001", "lost").await;
    rig.control("faults", json!({ "receipts": { "doubled": 1 } })).await;
    rig.send("7001", "doubled").await;
    rig.control("faults", json!({ "receipts": { "failed": { "probability": 1, "code": 131049 } } })).await;
    rig.send("7001", "failed").await;
    assert_eq!(rig.until_settled().await["receipts_sent"], 8);
    let mut found = callback.by_message();
    assert!(!found.contains_key("lost"));
    let mut doubled = found.remove("doubled").expect("receipts");
    doubled.sort_unstable();
    assert_eq!(doubled, ["delivered", "delivered", "read", "read", "sent", "sent"]);
    let mut failed = found.remove("failed").expect("receipts");
    failed.sort_unstable();
    assert_eq!(failed, ["failed", "sent"]);
}

#[tokio::test]
async fn late_receipts_wait() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "receipts": { "late": { "probability": 1, "ms": 86400000 } } })).await;
    rig.send("7001", "late").await;
    rig.control("faults", json!({})).await;
    rig.send("7001", "in time").await;
    let stats = rig.until("delivered in time", |stats| stats["receipts_sent"] == 3).await;
    assert_eq!(stats["receipts_pending"], 3);
}

#[tokio::test]
async fn a_set_for_one_number_leaves_the_others_alone() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "profile": "7001", "reject": { "probability": 1, "code": 368 } })).await;
    assert_eq!(rig.send("7001", "a").await.0, 403);
    assert_eq!(rig.send("7002", "a").await.0, 200);
    let sets = rig.get("/_sandbox/faults").await;
    assert_eq!((sets["profiles"]["7001"]["reject"]["code"].as_u64(), sets.get("reject")), (Some(368), None));
}

#[tokio::test]
async fn senseless_sets_are_refused() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let bad: [Value; 7] = [
        json!({ "reset": 1.5 }),
        json!({ "throttle": { "probability": -0.1 } }),
        json!({ "receipts": { "lost": 2 } }),
        json!({ "latency_ms": { "min": 2, "max": 1 } }),
        json!({ "rate_per_second": 0 }),
        json!({ "resets": 0.5 }),
        json!({ "reset": "often" }),
    ];
    for faults in bad {
        let (status, answer) = rig.call(Method::POST, "/_sandbox/faults", Some(faults.clone())).await;
        assert_eq!(status, 422, "{faults}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(rig.call(Method::POST, "/_sandbox/receipts", Some(json!({ "read_share": 7 }))).await.0, 422);
}

#[tokio::test]
async fn the_same_seed_throws_the_same_dice() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let mut rounds = Vec::new();
    for _ in 0..2 {
        rig.control("faults", json!({ "reject": { "probability": 0.5, "code": 131026 }, "seed": 5 })).await;
        let mut answers = Vec::new();
        for n in 0..40 {
            answers.push(rig.send("7001", &n.to_string()).await.0);
        }
        assert!(answers.contains(&200) && answers.contains(&400));
        rounds.push(answers);
    }
    assert_eq!(rounds[0], rounds[1]);
}
