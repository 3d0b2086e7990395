//! WAHA's wire: sessions, sends, webhooks.

mod people;
mod sends;
mod sessions;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha512;
use waybill_sandbox::Config;

use crate::green::linked;
use crate::postbox::{Post, Postbox};
use crate::rig::Rig;

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
async fn engines_differ_in_what_they_say_of_nobody() {
    for (engine, status, expected) in [("GOWS", 500, vec![]), ("NOWEB", 201, vec![]), ("WEBJS", 201, vec![-1])] {
        let (rig, mut postbox) = working(engine, linked()).await;
        let (answered, body) = post(&rig, "sendText", text("4915112340000@c.us", "x")).await;
        assert_eq!(answered, status, "{body}");
        if engine == "GOWS" {
            assert!(body["exception"]["details"].as_str().expect("text").starts_with("no LID found"));
        }
        rig.until_settled().await;
        assert_eq!(acks(&mut postbox), expected, "{engine}");
        assert_eq!(
            get(&rig, "contacts/check-exists?session=shop&phone=4915112340000").await.1,
            json!({ "numberExists": false })
        );
        let found = get(&rig, "contacts/check-exists?session=shop&phone=5531912345678").await.1;
        assert_eq!(found["chatId"], "553112345678@c.us");
    }
}

#[tokio::test]
async fn webjs_acknowledges_only_when_it_is_told_to() {
    let rig = Rig::start(linked()).await;
    let mut postbox = Postbox::start().await;
    let mut config = session(&postbox, "WEBJS");
    config["config"]["webjs"]["tagsEventsOn"] = json!(false);
    post(&rig, "sessions", config).await;
    postbox.next("working", |body| body["payload"]["status"] == "WORKING").await;
    post(&rig, "sendText", text("4915112345678@c.us", "x")).await;
    postbox.next("echoed", of("message.any")).await;
    assert_eq!(rig.get("/_sandbox/stats").await["receipts_pending"], 0);
    assert_eq!(acks(&mut postbox), Vec::<i64>::new());
}

#[tokio::test]
async fn a_webhook_nobody_takes_is_given_up() {
    let rig = Rig::start(linked()).await;
    let mut postbox = Postbox::start().await;
    let mut config = session(&postbox, "NOWEB");
    config["config"]["webhooks"][0]["retries"] = json!({ "policy": "exponential", "delaySeconds": 0, "attempts": 2 });
    post(&rig, "sessions", config).await;
    postbox.next("working", |body| body["payload"]["status"] == "WORKING").await;
    postbox.answer(500);
    post(&rig, "sendText", text("4915112345678@c.us", "x")).await;
    assert_eq!(rig.until_settled().await["receipts_sent"], 0);
    // Yet the truth can be asked for.
    let (_, found) = get(&rig, "shop/chats/4915112345678@c.us/messages?limit=5&filter.fromMe=true").await;
    assert_eq!(found[0]["ackName"], "READ");
}
