//! Green API's wire: instances, sends, webhooks.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_sandbox::{Config, Linking};

use crate::postbox::Postbox;
use crate::rig::{Rig, complete};

/// Instances that are linked as soon as somebody asks for them.
pub fn linked() -> Config {
    let linking = Linking { auto_link_ms: Some(0), start_ms: 1, ..Linking::default() };
    Config { linking, ..complete() }
}

/// A sandbox, and the place where the webhooks of instance 1101 go.
async fn linked_rig() -> (Rig, Postbox) {
    let rig = Rig::start(linked()).await;
    let postbox = Postbox::start().await;
    settings(&rig, "1101", &postbox).await;
    (rig, postbox)
}

async fn settings(rig: &Rig, instance: &str, postbox: &Postbox) {
    let settings = json!({ "webhookUrl": format!("{}/green", postbox.base), "webhookUrlToken": "hook-token" });
    assert_eq!(call(rig, instance, "setSettings", Some(settings)).await, (200, json!({ "saveSettings": true })));
}

async fn call(rig: &Rig, instance: &str, method: &str, body: Option<Value>) -> (u16, Value) {
    let verb = if body.is_some() { Method::POST } else { Method::GET };
    rig.call(verb, &format!("/green/waInstance{instance}/{method}/token"), body).await
}

fn text(chat: &str, text: &str) -> Value {
    json!({ "chatId": chat, "message": text })
}

fn of<'a>(event: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |body| body["typeWebhook"] == event
}

#[tokio::test]
async fn a_send_is_echoed_and_its_states_are_told_in_order() {
    let (rig, mut postbox) = linked_rig().await;
    let (status, answer) = call(&rig, "1101", "sendMessage", Some(text("4915112345678@c.us", "Hello"))).await;
    assert_eq!(status, 200);
    let id = answer["idMessage"].as_str().expect("an id").to_owned();
    let stats = rig.until_settled().await;
    assert_eq!((&stats["accepted"], &stats["receipts_sent"]), (&json!(1), &json!(3)));

    let echo = postbox.next("echoed", of("outgoingAPIMessageReceived")).await;
    assert_eq!(echo.header("authorization"), "Bearer hook-token");
    assert_eq!(echo.path, "/green");
    assert_eq!((&echo.body["idMessage"], &echo.body["instanceData"]["idInstance"]), (&json!(id), &json!(1101)));
    assert_eq!(echo.body["messageData"]["textMessageData"]["textMessage"], "Hello");
    let states: Vec<String> = postbox
        .all()
        .into_iter()
        .filter(|post| post.body["typeWebhook"] == "outgoingMessageStatus")
        .map(|post| {
            assert_eq!((&post.body["idMessage"], &post.body["sendByApi"]), (&json!(id), &json!(true)));
            post.body["status"].as_str().expect("a status").to_owned()
        })
        .collect();
    let mut sorted = states.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["delivered", "read", "sent"], "{states:?}");

    let found = rig.get(&format!("/_sandbox/sends?message_id={id}")).await;
    assert_eq!((&found[0]["provider"], &found[0]["state"]), (&json!("green_api"), &json!("read")));
    assert_eq!(rig.get("/_sandbox/sends?to=%2B4915112345678").await.as_array().map(Vec::len), Some(1));
    let (_, journal) = rig.call(Method::GET, "/green/waInstance1101/lastOutgoingMessages/token?minutes=5", None).await;
    assert_eq!((&journal[0]["idMessage"], &journal[0]["statusMessage"]), (&json!(id), &json!("read")));
}

#[tokio::test]
async fn an_instance_is_linked_by_a_scan() {
    let linking = Linking { start_ms: 1, ..Linking::default() };
    let rig = Rig::start(Config { linking, ..complete() }).await;
    let mut postbox = Postbox::start().await;
    assert_eq!(call(&rig, "1101", "getStateInstance", None).await.1, json!({ "stateInstance": "notAuthorized" }));
    settings(&rig, "1101", &postbox).await;

    let (_, qr) = call(&rig, "1101", "qr", None).await;
    assert_eq!(qr["type"], "qrCode");
    assert!(qr["message"].as_str().expect("base64").starts_with("iVBORw0KGgo"), "a PNG");
    let device = rig.get("/_sandbox/devices/green_api/1101").await;
    assert!(device["code"].as_str().expect("a code").starts_with("sandbox://link/green_api/1101/"), "{device}");

    // Meanwhile messages wait.
    let (status, _) = call(&rig, "1101", "sendMessage", Some(text("4915112345678@c.us", "Early"))).await;
    assert_eq!(status, 200);
    assert_eq!(call(&rig, "1101", "showMessagesQueue", None).await.1[0]["message"], "Early");
    let (status, refused) = call(&rig, "1101", "checkWhatsapp", Some(json!({ "phoneNumber": 4915112345678u64 }))).await;
    assert_eq!((status, &refused["message"]), (400, &json!("instance account not authorized")));

    let scanned = json!({ "phone": "+4915100000001", "name": "Shop" });
    rig.control("devices/green_api/1101/scan", scanned).await;
    let told = |state: &'static str| move |body: &Value| body["stateInstance"] == state;
    postbox.next("starting", told("starting")).await;
    let authorized = postbox.next("authorized", told("authorized")).await;
    assert_eq!(authorized.body["instanceData"]["wid"], "4915100000001@c.us");
    assert_eq!(call(&rig, "1101", "qr", None).await.1["type"], "alreadyLogged");
    let echo = postbox.next("what waited", of("outgoingAPIMessageReceived")).await;
    assert_eq!(echo.body["messageData"]["textMessageData"]["textMessage"], "Early");
    assert_eq!(call(&rig, "1101", "showMessagesQueue", None).await.1, json!([]));

    assert_eq!(call(&rig, "1101", "logout", None).await.1, json!({ "isLogout": true }));
    postbox.next("logged out", told("notAuthorized")).await;
}

#[tokio::test]
async fn people_write_and_are_heard() {
    let (rig, mut postbox) = linked_rig().await;
    let order =
        json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "text": "Hi", "name": "Ann" });
    rig.control("inbound", order).await;
    let post = postbox.next("heard", of("incomingMessageReceived")).await;
    assert_eq!(post.body["senderData"]["sender"], "4915187654321@c.us");
    assert_eq!(
        post.body["messageData"],
        json!({ "typeMessage": "textMessage", "textMessageData": { "textMessage": "Hi" } })
    );
    rig.until("counted", |stats| stats["inbound_sent"] == 1).await;
}

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
