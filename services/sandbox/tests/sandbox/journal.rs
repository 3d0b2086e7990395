//! What survives the process.

use std::path::{Path, PathBuf};

use serde_json::json;
use uuid::Uuid;
use waybill_sandbox::Config;

use crate::rig::{Callback, Rig, complete};

/// A file of its own, gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("sandbox-{}", Uuid::new_v4())))
    }

    fn config(&self) -> Config {
        Config { journal: Some(self.0.clone()), ..complete() }
    }

    /// What a process that starts after a `kill -9` at this moment would find.
    fn as_of_now(&self) -> Self {
        let copy = Self::new();
        std::fs::copy(&self.0, &copy.0).expect("copied");
        copy
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(Path::new(&self.0));
    }
}

#[tokio::test]
async fn a_killed_sandbox_still_knows_what_it_took_and_delivers_what_it_owes() {
    let journal = Scratch::new();
    let (rig, callback) = Rig::with_callback(journal.config()).await;
    callback.answer(503);
    for id in ["a", "b", "b"] {
        assert_eq!(rig.send("7001", id).await.0, 200);
    }
    let killed = journal.as_of_now();

    let (rig, mut callback) = Rig::with_callback(killed.config()).await;
    let stats = rig.until_settled().await;
    let counted = ["accepted", "distinct", "duplicates", "receipts_sent"].map(|name| stats[name].as_u64());
    assert_eq!(counted, [3, 2, 1, 9].map(Some));
    let found = callback.by_message();
    assert_eq!((found["a"].len(), found["b"].len()), (3, 6));
}

#[tokio::test]
async fn what_was_delivered_is_not_delivered_again() {
    let journal = Scratch::new();
    let (rig, callback) = Rig::with_callback(journal.config()).await;
    rig.send("7001", "a").await;
    let before = rig.until_settled().await;
    rig.control("inbound", json!({ "profile": "7001", "from": "+4915187654321", "text": "hi" })).await;
    rig.until("written", |stats| stats["inbound_sent"] == 1).await;
    rig.control("faults", json!({ "error_before": 1 })).await;
    rig.send("7001", "b").await;
    rig.stop().await;
    drop(callback);

    let (rig, mut callback) = Rig::with_callback(journal.config()).await;
    let after = rig.get("/_sandbox/stats").await;
    assert_eq!((&after["receipts_sent"], &after["receipts_pending"]), (&before["receipts_sent"], &json!(0)));
    assert_eq!((&after["inbound_sent"], &after["refused"]), (&json!(1), &json!(1)));
    assert_eq!(rig.get("/_sandbox/sends").await[0]["state"], "read");
    rig.send("7001", "c").await;
    rig.until_settled().await;
    assert_eq!(callback.by_message().keys().collect::<Vec<_>>(), ["c"]);
}

#[tokio::test]
async fn registrations_survive_also_a_reset() {
    let journal = Scratch::new();
    let mut callback = Callback::start().await;
    let rig = Rig::start(journal.config()).await;
    let url = format!("{}/mine", callback.base);
    rig.control("profiles", json!({ "phone_number_id": "7001", "callback_url": url, "app_secret": "sandbox-secret" }))
        .await;
    rig.send("7001", "a").await;
    rig.until_settled().await;
    rig.call(reqwest::Method::POST, "/_sandbox/reset", None).await;
    rig.stop().await;
    callback.webhooks();

    let rig = Rig::start(journal.config()).await;
    assert_eq!(rig.get("/_sandbox/stats").await["accepted"], 0);
    rig.send("7001", "b").await;
    rig.until_settled().await;
    assert_eq!(callback.next().await.path, "/mine");
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_left_alone() {
    let journal = Scratch::new();
    std::fs::write(&journal.0, "dear diary\n").expect("written");
    let rig = Rig::start(journal.config());
    let error = rig.await.ended().await;
    assert!(error.contains("journal"), "{error}");
    assert_eq!(std::fs::read_to_string(&journal.0).expect("there"), "dear diary\n");
}
