//! How sessions are linked, and how they end.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_sandbox::Config;

use crate::postbox::Postbox;
use crate::rig::{Rig, complete};
use crate::waha::{call, get, post, session, text};

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
async fn codes_follow_one_another_until_the_session_fails() {
    let linking =
        waybill_sandbox::Linking { code_ms: 20, codes: 3, start_ms: 1, ..waybill_sandbox::Linking::default() };
    let rig = Rig::start(Config { linking, ..complete() }).await;
    let mut postbox = Postbox::start().await;
    post(&rig, "sessions", session(&postbox, "NOWEB")).await;
    postbox.next("failed", |body| body["payload"]["status"] == "FAILED").await;
    let told = postbox.all();
    let count = |state: &str| told.iter().filter(|post| post.body["payload"]["status"] == state).count();
    assert_eq!((count("STARTING"), count("SCAN_QR_CODE")), (1, 3));
    let (status, refused) = get(&rig, "shop/auth/qr").await;
    assert_eq!((status, &refused["status"]), (422, &json!("FAILED")));

    rig.call(Method::PUT, "/_sandbox/linking", Some(json!({ "code_ms": 600_000, "start_ms": 1 }))).await;
    assert_eq!(post(&rig, "sessions/shop/restart", json!({})).await.0, 201);
    postbox.next("codes again", |body| body["payload"]["status"] == "SCAN_QR_CODE").await;
    let (status, code) = post(&rig, "shop/auth/request-code", json!({ "phoneNumber": "4915100000001" })).await;
    assert_eq!((status, code["code"].as_str().map(str::len)), (201, Some(9)));
    let json_qr = rig
        .client
        .get(format!("{}/waha/api/shop/auth/qr?format=image", rig.base))
        .header("X-Api-Key", "key")
        .header("Accept", "application/json");
    let json_qr: Value = json_qr.send().await.expect("answers").json().await.expect("json");
    assert_eq!(json_qr["mimetype"], "image/png");
    rig.control("devices/waha/shop/scan", json!({})).await;
    postbox.next("working", |body| body["payload"]["status"] == "WORKING").await;
    for (order, state) in [("stop", "STOPPED"), ("start", "WORKING"), ("logout", "SCAN_QR_CODE")] {
        post(&rig, &format!("sessions/shop/{order}"), json!({})).await;
        postbox.next(order, |body| body["payload"]["status"] == state).await;
    }
    assert_eq!(get(&rig, "sessions/shop/me").await.1, Value::Null);
    assert_eq!(get(&rig, "sessions?all=true").await.1[0]["name"], "shop");
    let (status, updated) =
        call(&rig, Method::PUT, "sessions/shop", Some(json!({ "config": { "debug": true } }))).await;
    assert_eq!((status, &updated["config"]), (200, &json!({ "debug": true })));
    assert_eq!(call(&rig, Method::DELETE, "sessions/shop", None).await.0, 200);
    assert_eq!(get(&rig, "sessions/shop").await.0, 404);
}
