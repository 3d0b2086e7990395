//! WAHA's wire: sessions, sends, webhooks.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha512;
use waybill_sandbox::Config;

use crate::green::linked;
use crate::postbox::{Post, Postbox};
use crate::rig::{Rig, complete};

async fn call(rig: &Rig, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = rig.client.request(method, format!("{}/waha/api/{path}", rig.base)).header("X-Api-Key", "key");
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("the sandbox answers");
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.expect("a body")).unwrap_or(Value::Null))
}

async fn post(rig: &Rig, path: &str, body: Value) -> (u16, Value) {
    call(rig, Method::POST, path, Some(body)).await
}

async fn get(rig: &Rig, path: &str) -> (u16, Value) {
    call(rig, Method::GET, path, None).await
}

/// The body that makes a session with all its events at the postbox.
fn session(postbox: &Postbox, engine: &str) -> Value {
    json!({
        "name": "shop",
        "config": {
            "metadata": { "engine": engine, "tenant": "t1" },
            "webjs": { "tagsEventsOn": true },
            "webhooks": [{
                "url": format!("{}/waha", postbox.base),
                "events": ["session.status", "message", "message.any", "message.ack", "message.ack.group", "message.reaction", "message.edited", "message.revoked"],
                "hmac": { "key": "hmac-key" },
                "retries": { "policy": "constant", "delaySeconds": 0, "attempts": 1000 },
                "customHeaders": [{ "name": "X-Shop", "value": "7" }],
            }],
        },
    })
}

/// A sandbox with a session that works.
async fn working(engine: &str, config: Config) -> (Rig, Postbox) {
    let rig = Rig::start(config).await;
    let mut postbox = Postbox::start().await;
    let (status, made) = post(&rig, "sessions", session(&postbox, engine)).await;
    assert_eq!((status, &made["status"]), (201, &json!("STARTING")), "{made}");
    postbox.next("working", |body| body["payload"]["status"] == "WORKING").await;
    (rig, postbox)
}

fn text(chat: &str, text: &str) -> Value {
    json!({ "session": "shop", "chatId": chat, "text": text })
}

fn of<'a>(event: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |body| body["event"] == event
}

fn check_signature(post: &Post) {
    let mut mac = Hmac::<Sha512>::new_from_slice(b"hmac-key").expect("any length");
    mac.update(&post.bytes);
    assert_eq!(post.header("x-webhook-hmac"), hex::encode(mac.finalize().into_bytes()));
    assert_eq!((post.header("x-webhook-hmac-algorithm"), post.header("x-shop")), ("sha512", "7"));
    assert!(!post.header("x-webhook-request-id").is_empty() && post.header("x-webhook-timestamp").len() == 13);
}

fn acks(postbox: &mut Postbox) -> Vec<i64> {
    let mut acks: Vec<i64> = postbox
        .all()
        .iter()
        .filter(|post| post.body["event"] == "message.ack")
        .filter_map(|post| post.body["payload"]["ack"].as_i64())
        .collect();
    acks.sort_unstable();
    acks
}

#[tokio::test]
async fn each_engine_answers_and_acknowledges_in_its_own_way() {
    for (engine, pointer, prefix, expected) in [
        ("NOWEB", "/key/id", "", vec![1, 2, 3]),
        ("WEBJS", "/id/_serialized", "true_4915112345678@c.us_", vec![1, 2, 3]),
        ("GOWS", "/id", "true_4915112345678@c.us_", vec![2, 3]),
    ] {
        let (rig, mut postbox) = working(engine, linked()).await;
        let (status, answer) = post(&rig, "sendText", text("4915112345678@c.us", "Hello")).await;
        assert_eq!(status, 201, "{answer}");
        let id = answer.pointer(pointer).and_then(Value::as_str).expect(engine);
        let bare = id.strip_prefix(prefix).expect(engine);
        let any = postbox.next("echoed", of("message.any")).await;
        check_signature(&any);
        assert_eq!(any.body["payload"]["id"], format!("true_4915112345678@c.us_{bare}"));
        assert_eq!((&any.body["payload"]["source"], &any.body["payload"]["body"]), (&json!("api"), &json!("Hello")));
        assert_eq!((&any.body["engine"], &any.body["metadata"]["tenant"]), (&json!(engine), &json!("t1")));
        rig.until_settled().await;
        assert_eq!(acks(&mut postbox), expected, "{engine}");
        let (_, found) = get(&rig, &format!("shop/chats/4915112345678@c.us/messages/{id}")).await;
        assert_eq!(found["ackName"], "READ");
    }
}

#[tokio::test]
async fn a_session_is_linked_by_a_scan() {
    let rig = Rig::start(complete()).await;
    let mut postbox = Postbox::start().await;
    assert_eq!(get(&rig, "sessions/shop").await.0, 404);
    post(&rig, "sessions", session(&postbox, "GOWS")).await;
    let told = |state: &'static str| move |body: &Value| body["payload"]["status"] == state;
    postbox.next("scannable", told("SCAN_QR_CODE")).await;
    let (status, raw) = get(&rig, "shop/auth/qr?format=raw").await;
    assert_eq!(status, 200);
    assert!(raw["value"].as_str().expect("text").starts_with("sandbox://link/waha/shop/"));
    let request = rig.client.get(format!("{}/waha/api/shop/auth/qr", rig.base)).header("X-Api-Key", "key");
    let answer = request.send().await.expect("answers");
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert!(answer.bytes().await.expect("bytes").starts_with(b"\x89PNG"));
    let (status, refused) = post(&rig, "sendText", text("4915112345678@c.us", "Early")).await;
    assert_eq!((status, &refused["status"], &refused["expected"]), (422, &json!("SCAN_QR_CODE"), &json!(["WORKING"])));

    rig.control("devices/waha/shop/scan", json!({ "phone": "+4915100000001", "name": "Shop" })).await;
    postbox.next("working", told("WORKING")).await;
    assert_eq!(get(&rig, "sessions/shop/me").await.1["id"], "4915100000001@c.us");
}

#[tokio::test]
async fn people_write_and_are_heard() {
    let (rig, mut postbox) = working("NOWEB", linked()).await;
    let order = json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "Hi", "name": "Ann" });
    rig.control("inbound", order).await;
    let heard = postbox.next("heard", of("message")).await;
    check_signature(&heard);
    let payload = &heard.body["payload"];
    assert_eq!(
        (&payload["from"], &payload["fromMe"], &payload["body"]),
        (&json!("4915187654321@c.us"), &json!(false), &json!("Hi"))
    );
    postbox.next("heard again", of("message.any")).await;
    rig.until("counted", |stats| stats["inbound_sent"] == 1).await;
}
