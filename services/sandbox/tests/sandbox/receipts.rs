//! Receipts and messages from people: complete, signed, and delivered in the end.

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;
use waybill_sandbox::{Behaviour, Config};

use crate::rig::{Callback, Rig, complete, quick};

#[tokio::test]
async fn under_disorder_every_receipt_arrives_once() {
    let config = complete();
    let receipts = Behaviour { shuffled: 1.0, read_first: 0.5, ..config.receipts };
    let (rig, mut callback) = Rig::with_callback(Config { receipts, batch_size: 50, ..config }).await;
    let ids: Vec<String> = (0..200).map(|_| Uuid::new_v4().to_string()).collect();
    for id in &ids {
        assert_eq!(rig.send("7001", id).await.0, 200);
    }
    assert_eq!(rig.until_settled().await["receipts_sent"], 600);

    let found = callback.by_message();
    assert_eq!(found.keys().collect::<HashSet<_>>(), ids.iter().collect());
    let mut disordered = 0;
    for statuses in found.values() {
        let mut sorted = statuses.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["delivered", "read", "sent"]);
        disordered += usize::from(statuses != &["sent", "delivered", "read"]);
    }
    assert!(disordered > 20, "only {disordered} in disorder");
}

#[tokio::test]
async fn what_is_due_together_travels_together_within_the_limit() {
    let (rig, mut callback) = Rig::with_callback(Config { batch_size: 7, ..complete() }).await;
    callback.answer(503);
    for _ in 0..20 {
        rig.send("7001", &Uuid::new_v4().to_string()).await;
    }
    callback.answer(200);
    rig.until_settled().await;
    let sizes: Vec<usize> = callback.webhooks().iter().map(|webhook| webhook.statuses().len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 60);
    assert!(sizes.iter().all(|size| (1..=7).contains(size)) && sizes.contains(&7), "{sizes:?}");
}

#[tokio::test]
async fn delivered_may_be_omitted_but_then_read_tells_it() {
    let config = quick();
    let receipts = Behaviour { read_share: 1.0, delivered_omitted: 1.0, ..config.receipts };
    let (rig, mut callback) = Rig::with_callback(Config { receipts, ..config }).await;
    rig.send("7001", "a").await;
    rig.until_settled().await;
    let mut statuses = callback.by_message().remove("a").expect("receipts");
    statuses.sort_unstable();
    assert_eq!(statuses, ["read", "sent"]);
}

#[tokio::test]
async fn a_callback_that_fails_gets_everything_once_it_recovers() {
    let (rig, mut callback) = Rig::with_callback(complete()).await;
    callback.answer(500);
    for n in 0..30 {
        rig.send("7001", &n.to_string()).await;
    }
    let stats = rig.until("refused several times", |_| callback.refused() >= 5).await;
    assert_eq!((&stats["receipts_sent"], &stats["receipts_pending"]), (&json!(0), &json!(90)));
    callback.answer(200);
    assert_eq!(rig.until_settled().await["receipts_sent"], 90);
    assert_eq!(callback.by_message().values().map(Vec::len).sum::<usize>(), 90);
}

#[tokio::test]
async fn a_callback_that_is_down_gets_everything_once_it_is_up() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let rig = Rig::start(Config { default_callback: format!("http://{nobody}/"), ..complete() }).await;
    rig.send("7001", "a").await;
    assert_eq!(rig.get("/_sandbox/stats").await["receipts_pending"], 3);
    let mut callback = Callback::start().await;
    let url = format!("{}/moved", callback.base);
    rig.control("profiles", json!({ "phone_number_id": "7001", "callback_url": url, "app_secret": "sandbox-secret" }))
        .await;
    rig.until_settled().await;
    let webhooks = callback.webhooks();
    assert!(webhooks.iter().all(|webhook| webhook.path == "/moved"));
    assert_eq!(webhooks.iter().map(|webhook| webhook.statuses().len()).sum::<usize>(), 3);
}

#[tokio::test]
async fn each_number_has_its_own_callback_address() {
    let (rig, mut callback) = Rig::with_callback(complete()).await;
    rig.send("7001", "a").await;
    rig.send("7002", "b").await;
    rig.until_settled().await;
    for webhook in callback.webhooks() {
        let number = webhook.value["metadata"]["phone_number_id"].as_str().expect("text");
        assert_eq!(webhook.path, format!("/hooks/{number}"));
        let expected = if number == "7001" { "a" } else { "b" };
        assert!(webhook.statuses().iter().all(|status| status["biz_opaque_callback_data"] == expected));
    }
}

#[tokio::test]
async fn people_write_on_demand() {
    let (rig, mut callback) = Rig::with_callback(Config { batch_size: 2, ..complete() }).await;
    let order = json!({ "profile": "7001", "from": "+4915187654321", "text": "Grüße 🎉", "name": "Ann", "count": 3 });
    assert_eq!(rig.control("inbound", order).await["queued"], 3);
    rig.until("written", |stats| stats["inbound_sent"] == 3).await;
    let messages: Vec<Value> = callback
        .webhooks()
        .iter()
        .flat_map(|webhook| webhook.value["messages"].as_array().cloned().expect("messages"))
        .collect();
    let ids: HashSet<&str> = messages.iter().filter_map(|message| message["id"].as_str()).collect();
    assert_eq!((messages.len(), ids.len()), (3, 3));
    assert!(messages.iter().all(|message| message["text"]["body"] == "Grüße 🎉" && message["from"] == "4915187654321"));

    let order = json!({ "profile": "7001", "user_id": "DE.1", "type": "button", "text": "No more", "payload": "STOP", "context_id": "wamid.A" });
    rig.control("inbound", order).await;
    let value = callback.next().await.value;
    let message = &value["messages"][0];
    assert_eq!(message["button"], json!({ "payload": "STOP", "text": "No more" }));
    assert_eq!((&message["context"]["id"], message.get("from")), (&json!("wamid.A"), None));
    assert_eq!((&value["contacts"][0]["user_id"], value["contacts"][0].get("wa_id")), (&json!("DE.1"), None));

    for bad in [
        json!({ "profile": "7001" }),
        json!({ "profile": "7001", "from": "Ann" }),
        json!({ "profile": "7001", "from": "+49", "count": 0 }),
    ] {
        assert_eq!(rig.call(reqwest::Method::POST, "/_sandbox/inbound", Some(bad)).await.0, 422);
    }
}
