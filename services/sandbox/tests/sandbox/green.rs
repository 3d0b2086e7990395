//! Green API's wire: instances, sends, webhooks.

mod people;
mod queue;
mod sends;

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
async fn codes_run_out_and_come_back() {
    let linking = Linking { code_ms: 40, start_ms: 1, ..Linking::default() };
    let rig = Rig::start(Config { linking, ..complete() }).await;
    let (_, first) = call(&rig, "1101", "qr", None).await;
    let changed = async {
        loop {
            let (_, next) = call(&rig, "1101", "qr", None).await;
            if next["type"] == "qrCode" && next != first {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), changed).await.expect("another code");
    rig.call(Method::PUT, "/_sandbox/linking", Some(json!({ "code_ms": 600_000 }))).await;
    rig.control("devices/green_api/1101/expire", json!({})).await;
    assert_eq!(call(&rig, "1101", "qr", None).await.1["type"], "error");
    assert_eq!(rig.call(Method::POST, "/_sandbox/devices/green_api/1101/scan", None).await.0, 409);
    call(&rig, "1101", "reboot", None).await;
    let back = async { while call(&rig, "1101", "qr", None).await.1["type"] != "qrCode" {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), back).await.expect("codes again");
    rig.control("profiles", json!({ "provider": "green_api", "number_id": "1101", "access_token": "right" })).await;
    assert_eq!(call(&rig, "1101", "qr", None).await.0, 401);
}
