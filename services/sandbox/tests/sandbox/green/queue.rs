//! Queues: of sends, of webhooks, of notifications.

use reqwest::Method;
use serde_json::{Value, json};

use crate::green::{call, linked, linked_rig, text};
use crate::rig::Rig;

#[tokio::test]
async fn a_webhook_that_is_refused_holds_up_all_behind_it() {
    let (rig, mut postbox) = linked_rig().await;
    postbox.answer(500);
    for n in 0..10 {
        let body = text("4915112345678@c.us", &n.to_string());
        assert_eq!(call(&rig, "1101", "sendMessage", Some(body)).await.0, 200);
    }
    postbox.until_refused(4).await;
    assert_eq!(rig.get("/_sandbox/stats").await["receipts_sent"], 0);
    postbox.answer(200);
    assert_eq!(rig.until_settled().await["receipts_sent"], 30);
    let echoes: Vec<Value> = postbox
        .all()
        .into_iter()
        .filter(|post| post.body["typeWebhook"] == "outgoingAPIMessageReceived")
        .map(|post| post.body["messageData"]["textMessageData"]["textMessage"].clone())
        .collect();
    assert_eq!(echoes, (0..10).map(|n| json!(n.to_string())).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_queue_waits_and_can_be_emptied() {
    let (rig, postbox) = linked_rig().await;
    let slow = json!({ "delaySendMessagesMilliseconds": 600_000 });
    assert_eq!(call(&rig, "1101", "setSettings", Some(slow)).await.0, 200);
    for n in 0..3 {
        call(&rig, "1101", "sendMessage", Some(text("4915112345678@c.us", &n.to_string()))).await;
    }
    let (_, queue) = call(&rig, "1101", "showMessagesQueue", None).await;
    assert_eq!(queue.as_array().map(Vec::len), Some(2), "the first is gone already");
    assert_eq!(call(&rig, "1101", "clearMessagesQueue", None).await.1, json!({ "isCleared": true }));
    assert_eq!(call(&rig, "1101", "showMessagesQueue", None).await.1, json!([]));
    assert_eq!(rig.until_settled().await["receipts_sent"], 3);
    let (_, settings) = call(&rig, "1101", "getSettings", None).await;
    assert_eq!(settings["delaySendMessagesMilliseconds"], 600_000);
    assert_eq!(settings["webhookUrl"], format!("{}/green", postbox.base));
    // Nobody is told what is switched off.
    call(&rig, "1101", "setSettings", Some(json!({ "delaySendMessagesMilliseconds": 500, "outgoingWebhook": "no" })))
        .await;
}

#[tokio::test]
async fn without_an_address_notifications_are_fetched() {
    let rig = Rig::start(linked()).await;
    call(&rig, "1101", "getStateInstance", None).await;
    rig.control(
        "inbound",
        json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "text": "Hi" }),
    )
    .await;
    let mut heard = Vec::new();
    for _ in 0..2 {
        let (status, first) = call(&rig, "1101", "receiveNotification", None).await;
        assert_eq!(status, 200);
        assert_eq!(call(&rig, "1101", "receiveNotification", None).await.1, first, "until it is deleted");
        heard.push(first["body"]["typeWebhook"].as_str().expect("an event").to_owned());
        let path = format!("/green/waInstance1101/deleteNotification/token/{}", first["receiptId"]);
        assert_eq!(rig.call(Method::DELETE, &path, None).await.1, json!({ "result": true }));
        if heard.last().is_some_and(|event| event == "incomingMessageReceived") {
            return;
        }
    }
    assert!(heard.iter().all(|event| event.ends_with("Changed")), "{heard:?}");
}
