//! What is taken, what is refused, and how it is counted.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::rig::{Rig, complete, message};

#[tokio::test]
async fn the_same_message_twice_is_a_duplicate() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let id = Uuid::new_v4().to_string();
    for message_id in [&id, &id, &Uuid::new_v4().to_string(), &"not a uuid".to_owned()] {
        assert_eq!(rig.send("7001", message_id).await.0, 200);
    }
    let stats = rig.until_settled().await;
    let expected = json!({
        "accepted": 4, "distinct": 3, "duplicates": 1, "receipts_sent": 12, "receipts_pending": 0, "refused": 0, "inbound_sent": 0,
    });
    assert_eq!(stats, expected);
}

#[tokio::test]
async fn without_our_id_recipient_and_body_tell_duplicates() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let mut body = message("");
    body.as_object_mut().expect("an object").remove("biz_opaque_callback_data");
    let mut other = body.clone();
    other["to"] = json!("+4915187654321");
    for body in [&body, &body, &other] {
        assert_eq!(rig.call(Method::POST, "/7001/messages", Some(body.clone())).await.0, 200);
    }
    assert_eq!(rig.get("/_sandbox/stats").await["duplicates"], 1);
}

#[tokio::test]
async fn sends_are_found_by_number_recipient_and_message() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let id = Uuid::new_v4().to_string();
    rig.send("7001", &id).await;
    rig.send("7002", &Uuid::new_v4().to_string()).await;
    rig.until_settled().await;
    let found = rig.get(&format!("/_sandbox/sends?message_id={id}")).await;
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let send = &found[0];
    assert_eq!(
        (&send["phone_number_id"], &send["to"], &send["state"]),
        (&json!("7001"), &json!("+4915112345678"), &json!("read"))
    );
    let count = async |query: &str| rig.get(&format!("/_sandbox/sends?{query}")).await.as_array().map(Vec::len);
    assert_eq!(count("").await, Some(2));
    assert_eq!(count("limit=1").await, Some(1));
    assert_eq!(count("profile=7002").await, Some(1));
    assert_eq!(count("profile=7003").await, Some(0));
    assert_eq!(count("to=%2B4915112345678").await, Some(2));
    assert_eq!(count("to=4915100000000").await, Some(0));
    assert_eq!(rig.get("/_sandbox/stats?profile=7001").await["accepted"], 1);
    assert_eq!(rig.call(Method::GET, "/_sandbox/sends?to=someone", None).await.0, 422);
}

#[tokio::test]
async fn what_is_badly_formed_is_refused_in_metas_shape() {
    let (rig, _callback) = Rig::with_callback(complete()).await;
    let with = |name: &str, value: Value| {
        let mut body = message("a");
        body[name] = value;
        body
    };
    let template = |template: Value| {
        let mut body = with("type", json!("template"));
        body["template"] = template;
        body
    };
    let cases = [
        (json!({}), 100),
        (json!([]), 100),
        (with("messaging_product", json!("sms")), 100),
        (with("to", Value::Null), 100),
        (with("to", json!("Ann")), 131_009),
        (with("text", json!({})), 131_008),
        (with("text", json!({ "body": "" })), 131_008),
        (with("text", json!({ "body": "ä".repeat(4097) })), 100),
        (with("type", json!("image")), 131_008),
        (with("biz_opaque_callback_data", json!("x".repeat(513))), 100),
        (template(json!({ "language": { "code": "en" } })), 131_008),
        (template(json!({ "name": "order" })), 131_008),
    ];
    for (body, code) in &cases {
        let (status, answer) = rig.call(Method::POST, "/7001/messages", Some(body.clone())).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{body}");
    }
    let longest = with("text", json!({ "body": "ä".repeat(4096) }));
    assert_eq!(rig.call(Method::POST, "/7001/messages", Some(longest)).await.0, 200);
    let stats = rig.get("/_sandbox/stats").await;
    assert_eq!((&stats["accepted"], &stats["refused"]), (&json!(1), &json!(cases.len())));
}

#[tokio::test]
async fn tokens_and_addresses_are_checked() {
    let (rig, callback) = Rig::with_callback(complete()).await;
    let url = format!("{}/7001/messages", rig.base);
    let answer = rig.client.post(&url).json(&message("a")).send().await.expect("answers");
    assert_eq!(answer.status(), 401);
    let registration = json!({
        "phone_number_id": "7001", "callback_url": callback.base, "app_secret": "sandbox-secret", "access_token": "right",
    });
    rig.control("profiles", registration).await;
    let (status, answer) = rig.send("7001", "a").await;
    assert_eq!((status, &answer["error"]["code"]), (401, &json!(190)));
    let answer = rig.client.post(&url).bearer_auth("right").json(&message("a")).send().await.expect("answers");
    assert_eq!(answer.status(), 200);

    let (status, answer) = rig.call(Method::GET, "/v23.0/7001/templates", None).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!(100)));
    assert_eq!(rig.get("/v23.0/7002").await["quality_rating"], "GREEN");
    let read = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A" });
    assert_eq!(rig.call(Method::POST, "/7002/messages", Some(read)).await, (200, json!({ "success": true })));
    let bad = json!({ "phone_number_id": "1", "callback_url": "ftp://x", "app_secret": "s" });
    assert_eq!(rig.call(Method::POST, "/_sandbox/profiles", Some(bad)).await.0, 422);
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_registrations() {
    let (rig, mut callback) = Rig::with_callback(complete()).await;
    rig.control("faults", json!({ "reject": { "probability": 1.0, "code": 131026 } })).await;
    rig.send("7001", "a").await;
    let (status, _) = rig.call(Method::POST, "/_sandbox/reset", None).await;
    assert_eq!(status, 204);
    assert_eq!(rig.get("/_sandbox/stats").await["refused"], 0);
    assert_eq!(rig.send("7001", "a").await.0, 200);
    assert_eq!(rig.until_settled().await["receipts_sent"], 3);
    assert_eq!(callback.by_message().len(), 1);
}
