//! The rest of the Cloud API: what messages may contain, media, templates, health, accounts.

use axum::extract::Query;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::collections::HashMap;

use crate::postbox::Postbox;
use crate::rig::{Rig, complete, message};

/// A sandbox that tells everything about number 7001 to a postbox.
async fn rig() -> (Rig, Postbox) {
    let rig = Rig::start(complete()).await;
    let postbox = Postbox::start().await;
    let registration = json!({
        "phone_number_id": "7001", "callback_url": format!("{}/hook", postbox.base), "app_secret": "s",
        "access_token": "any",
    });
    rig.control("profiles", registration).await;
    (rig, postbox)
}

fn change(body: &Value) -> &Value {
    &body["entry"][0]["changes"][0]
}

fn of<'a>(field: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |body| change(body)["field"] == field
}

async fn send(rig: &Rig, kind: &str, content: Value) -> (u16, Value) {
    let mut body = message("a");
    body["type"] = json!(kind);
    body[kind] = content;
    let (status, answer) = rig.call(Method::POST, "/v23.0/7001/messages", Some(body)).await;
    (status, answer["error"]["code"].clone())
}

#[tokio::test]
async fn contents_are_checked_as_meta_does() {
    let (rig, _postbox) = rig().await;
    let reply = |id: &str, title: &str| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    let buttons =
        |buttons: Vec<Value>| json!({ "type": "button", "body": { "text": "?" }, "action": { "buttons": buttons } });
    let list = |rows: usize, title: &str| {
        let rows: Vec<Value> = (0..rows).map(|n| json!({ "id": n.to_string(), "title": title })).collect();
        json!({ "type": "list", "body": { "text": "?" }, "action": { "button": "Choose", "sections": [{ "rows": rows }] } })
    };
    let template = |text: &str| {
        let parameters = [json!({ "type": "text", "text": text })];
        json!({ "name": "n", "language": { "code": "en" }, "components": [{ "type": "body", "parameters": parameters }] })
    };
    let good = [
        ("image", json!({ "link": "https://example.com/a.jpg", "caption": "c" })),
        ("video", json!({ "id": "123" })),
        ("audio", json!({ "id": "123", "voice": true })),
        ("document", json!({ "id": "123", "filename": "a.pdf" })),
        ("sticker", json!({ "id": "123" })),
        ("location", json!({ "latitude": 52.5, "longitude": "13.4" })),
        ("contacts", json!([{ "name": { "formatted_name": "Ann", "first_name": "Ann" } }])),
        ("interactive", buttons(vec![reply("1", "Yes"), reply("2", "No")])),
        ("interactive", list(10, "Row")),
        ("reaction", json!({ "message_id": "wamid.A", "emoji": "" })),
        ("template", template("four    blanks")),
    ];
    for (kind, content) in good {
        assert_eq!(send(&rig, kind, content.clone()).await.0, 200, "{kind} {content}");
    }
    let long = |length: usize| "x".repeat(length);
    let bad = [
        ("image", json!({}), 131_008),
        ("image", json!({ "link": "ftp://example.com" }), 131_009),
        ("image", json!({ "id": "1", "link": "https://example.com" }), 100),
        ("image", json!({ "id": "1", "caption": long(1025) }), 100),
        ("audio", json!({ "id": "1", "caption": "c" }), 100),
        ("location", json!({ "latitude": 1 }), 131_008),
        ("location", json!({ "latitude": 91, "longitude": 1 }), 131_009),
        ("contacts", json!([]), 131_009),
        ("contacts", json!([{ "name": { "formatted_name": "Ann" } }]), 131_008),
        ("interactive", buttons(vec![]), 131_009),
        ("interactive", buttons((0..4).map(|n| reply(&n.to_string(), &n.to_string())).collect()), 131_009),
        ("interactive", buttons(vec![reply("1", &long(21))]), 100),
        ("interactive", list(11, "Row"), 131_009),
        ("interactive", list(1, &long(25)), 100),
        ("reaction", json!({ "emoji": "x" }), 131_008),
        ("template", template("new\nline"), 132_018),
        ("hologram", json!({}), 131_051),
    ];
    for (kind, content, code) in bad {
        assert_eq!(send(&rig, kind, content.clone()).await, (400, json!(code)), "{kind} {content}");
    }
}

async fn upload(rig: &Rig, mime: &str, bytes: Vec<u8>) -> (u16, Value) {
    let part = Part::bytes(bytes).file_name("file").mime_str(mime).expect("a type");
    let form = Form::new().text("messaging_product", "whatsapp").text("type", mime.to_owned()).part("file", part);
    let request = rig.client.post(format!("{}/v23.0/7001/media", rig.base)).bearer_auth("any").multipart(form);
    let answer = request.send().await.expect("answers");
    (answer.status().as_u16(), answer.json().await.expect("json"))
}

#[tokio::test]
async fn media_are_kept_and_given_back() {
    let (rig, _postbox) = rig().await;
    let (status, uploaded) = upload(&rig, "image/png", b"picture".to_vec()).await;
    assert_eq!(status, 200, "{uploaded}");
    let id = uploaded["id"].as_str().expect("an id").to_owned();
    assert_eq!(send(&rig, "image", json!({ "id": id })).await.0, 200);
    let (status, error) = rig
        .call(
            Method::POST,
            "/v23.0/7002/messages",
            Some({
                let mut body = message("b");
                body["type"] = json!("image");
                body["image"] = json!({ "id": id });
                body
            }),
        )
        .await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(131_009)));

    let found = rig.get(&format!("/v23.0/{id}")).await;
    assert_eq!((&found["mime_type"], &found["file_size"]), (&json!("image/png"), &json!("7")));
    let url = found["url"].as_str().expect("an address");
    assert_eq!(rig.client.get(url).send().await.expect("answers").status(), 401);
    let bytes = rig.client.get(url).bearer_auth("any").send().await.expect("answers").bytes().await.expect("bytes");
    assert_eq!(bytes.as_ref(), b"picture");
    let (status, _) = rig.call(Method::DELETE, &format!("/v23.0/{id}"), None).await;
    assert_eq!(status, 200);
    assert_eq!(rig.client.get(url).bearer_auth("any").send().await.expect("answers").status(), 404);

    assert_eq!(upload(&rig, "image/bmp", b"x".to_vec()).await.1["error"]["code"], 100);
    assert_eq!(upload(&rig, "image/jpeg", vec![0; (5 << 20) + 1]).await.1["error"]["code"], 131_053);
}

#[tokio::test]
async fn what_people_send_can_be_fetched() {
    let (rig, mut postbox) = rig().await;
    for (kind, wire) in
        [("image", "image"), ("voice", "audio"), ("document", "document"), ("sticker", "sticker"), ("video", "video")]
    {
        rig.control("inbound", json!({ "profile": "7001", "from": "+4915187654321", "type": kind, "text": "c" })).await;
        let post = postbox.next(kind, |body| change(body)["value"]["messages"][0]["type"] == wire).await;
        let media = change(&post.body)["value"]["messages"][0][wire].clone();
        let found = rig.get(&format!("/v23.0/{}", media["id"].as_str().expect("an id"))).await;
        assert_eq!(found["mime_type"], media["mime_type"]);
        let url = found["url"].as_str().expect("an address");
        let answer = rig.client.get(url).bearer_auth("any").send().await.expect("answers");
        assert!(answer.status() == 200 && !answer.bytes().await.expect("bytes").is_empty());
    }
}

#[tokio::test]
async fn people_write_in_every_way() {
    let (rig, mut postbox) = rig().await;
    let cases = [
        ("location", "location", "/location/latitude", json!(52.52)),
        ("contacts", "contacts", "/contacts/0/name/formatted_name", json!("Hello")),
        ("list", "interactive", "/interactive/list_reply/title", json!("Hello")),
        ("reaction", "reaction", "/reaction/message_id", json!("wamid.A")),
        ("edited", "edit", "/edit/original_message_id", json!("wamid.A")),
        ("deleted", "revoke", "/revoke/original_message_id", json!("wamid.A")),
        ("unsupported", "unsupported", "/errors/0/code", json!(131_051)),
    ];
    for (kind, wire, pointer, expected) in cases {
        let order = json!({ "profile": "7001", "from": "+4915187654321", "type": kind, "text": "Hello", "context_id": "wamid.A" });
        rig.control("inbound", order).await;
        let post = postbox.next(kind, |body| change(body)["value"]["messages"][0]["type"] == wire).await;
        let message = &change(&post.body)["value"]["messages"][0];
        assert_eq!(message.pointer(pointer), Some(&expected), "{message}");
    }
    rig.control("inbound", json!({ "profile": "7001", "from": "+4915187654321", "text": "Mine", "from_phone": true }))
        .await;
    let echo = postbox.next("echoed", of("smb_message_echoes")).await;
    assert_eq!(change(&echo.body)["value"]["message_echoes"][0]["to"], "4915187654321");
}

#[tokio::test]
async fn templates_are_listed_made_and_judged() {
    let (rig, mut postbox) = rig().await;
    rig.call(Method::PUT, "/_sandbox/cloud/7001/business_account", Some(json!({ "id": "9001" }))).await;
    let first = rig.get("/v23.0/9001/message_templates?limit=2").await;
    assert_eq!(first["data"].as_array().map(Vec::len), Some(2));
    let after = first["paging"]["cursors"]["after"].as_str().expect("a cursor");
    assert!(first["paging"]["next"].is_string());
    let second = rig.get(&format!("/v23.0/9001/message_templates?limit=2&after={after}")).await;
    assert_eq!((second["data"].as_array().map(Vec::len), second["paging"].get("next")), (Some(1), None));

    let wanted = json!({ "name": "sale", "language": "en", "category": "MARKETING", "components": [{ "type": "BODY", "text": "Hi {{1}}" }] });
    let (status, made) = rig.call(Method::POST, "/v23.0/9001/message_templates", Some(wanted.clone())).await;
    assert_eq!((status, &made["status"]), (200, &json!("PENDING")), "{made}");
    let sale = |parameters: usize| {
        let parameters = vec![json!({ "type": "text", "text": "Ann" }); parameters];
        json!({ "name": "sale", "language": { "code": "en" }, "components": [{ "type": "body", "parameters": parameters }] })
    };
    assert_eq!(send(&rig, "template", sale(1)).await, (404, json!(132_001)));
    for (status, expected) in
        [("APPROVED", (200, Value::Null)), ("PAUSED", (400, json!(132_015))), ("DISABLED", (400, json!(132_016)))]
    {
        let template = json!([{ "name": "sale", "language": "en", "category": "MARKETING", "status": status }]);
        rig.call(Method::PUT, "/_sandbox/cloud/7001/templates", Some(template)).await;
        let post = postbox
            .next(status, |body| of("message_template_status_update")(body) && change(body)["value"]["event"] == status)
            .await;
        assert_eq!(
            (&post.body["entry"][0]["id"], &change(&post.body)["value"]["message_template_name"]),
            (&json!("9001"), &json!("sale"))
        );
        assert_eq!(send(&rig, "template", sale(1)).await, expected);
        if status == "APPROVED" {
            assert_eq!(send(&rig, "template", sale(2)).await, (400, json!(132_000)));
        }
    }
    assert_eq!(rig.call(Method::DELETE, "/v23.0/9001/message_templates?name=sale", None).await.0, 200);
    assert_eq!(send(&rig, "template", sale(1)).await.0, 200, "nobody knows it any more");
}

#[tokio::test]
async fn health_and_accounts_are_told() {
    let (rig, mut postbox) = rig().await;
    let order = json!({ "rating": "RED", "messaging_limit": "TIER_250" });
    assert_eq!(rig.call(Method::PUT, "/_sandbox/cloud/7001/quality", Some(order)).await.0, 200);
    let number = rig.get("/v23.0/7001?fields=quality_rating").await;
    assert_eq!(
        (&number["quality_rating"], &number["whatsapp_business_manager_messaging_limit"]),
        (&json!("RED"), &json!("TIER_250"))
    );
    let quality = postbox.next("quality", of("phone_number_quality_update")).await;
    assert_eq!(change(&quality.body)["value"]["event"], "FLAGGED");
    let limit = postbox.next("limit", of("business_capability_update")).await;
    assert_eq!(change(&limit.body)["value"]["max_daily_conversations_per_business"], "TIER_250");

    rig.control("cloud/7001/account", json!({ "event": "DISABLED_UPDATE" })).await;
    let banned = postbox.next("banned", of("account_update")).await;
    assert_eq!(change(&banned.body)["value"]["ban_info"]["waba_ban_state"], "DISABLE");
    rig.control("cloud/7001/webhook", json!({ "field": "user_preferences", "value": { "user_preferences": [] } }))
        .await;
    postbox.next("preferences", of("user_preferences")).await;

    assert_eq!(rig.get("/v23.0/waba-7001/phone_numbers").await["data"][0]["id"], "7001");
    let token = rig.get("/v23.0/debug_token?input_token=any").await;
    assert_eq!(
        (&token["data"]["is_valid"], &token["data"]["granular_scopes"][0]["target_ids"]),
        (&json!(true), &json!(["waba-7001"]))
    );
    assert_eq!(rig.get("/v23.0/debug_token?input_token=other").await["data"]["is_valid"], false);
    let users =
        json!({ "messaging_product": "whatsapp", "block_users": [{ "user": "+4915187654321" }, { "user": "x" }] });
    let (_, blocked) = rig.call(Method::POST, "/v23.0/7001/block_users", Some(users)).await;
    assert_eq!(blocked["block_users"]["added_users"][0]["wa_id"], "4915187654321");
    assert_eq!(blocked["block_users"]["failed_users"].as_array().map(Vec::len), Some(1));
    assert_eq!(rig.get("/v23.0/7001/block_users").await["data"][0]["wa_id"], "4915187654321");
}

#[tokio::test]
async fn a_callback_is_asked_before_it_is_believed() {
    let (rig, _postbox) = rig().await;
    let answer = async |Query(query): Query<HashMap<String, String>>| {
        if query["hub.verify_token"] == "right" { query["hub.challenge"].clone() } else { "no".to_owned() }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/own", listener.local_addr().expect("bound"));
    let app = axum::Router::new().route("/own", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let order = |token: &str| Some(json!({ "override_callback_uri": url, "verify_token": token }));
    assert_eq!(rig.call(Method::POST, "/v23.0/waba-7001/subscribed_apps", order("wrong")).await.0, 400);
    assert_eq!(
        rig.call(Method::POST, "/v23.0/waba-7001/subscribed_apps", order("right")).await,
        (200, json!({ "success": true }))
    );
    assert_eq!(rig.get("/_sandbox/profiles").await[0]["callback_url"], url);
    assert_eq!(rig.get("/v23.0/waba-7001/subscribed_apps").await["data"][0]["override_callback_uri"], url);
    let number = json!({ "webhook_configuration": { "override_callback_uri": url, "verify_token": "right" } });
    assert_eq!(rig.call(Method::POST, "/v23.0/7001", Some(number)).await.0, 200);
    rig.call(Method::DELETE, "/v23.0/waba-7001/subscribed_apps", None).await;
    assert_eq!(rig.get("/v23.0/waba-7001/subscribed_apps").await["data"], json!([]));
}

#[tokio::test]
async fn some_numbers_are_not_on_whatsapp() {
    let (rig, mut postbox) = rig().await;
    rig.call(Method::PUT, "/_sandbox/whatsapp/absent", Some(json!(["+4915112345678"]))).await;
    assert_eq!(rig.send("7001", "a").await.0, 200);
    let post = postbox.next("failed", of("messages")).await;
    let status = &change(&post.body)["value"]["statuses"][0];
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_026)));
}

#[tokio::test]
async fn bans_and_lost_logins_have_metas_codes() {
    let (rig, _postbox) = rig().await;
    for (fault, expected) in [("ban", (403, json!(368))), ("logged_out", (401, json!(190)))] {
        rig.control("faults", json!({ fault: 1 })).await;
        assert_eq!(send(&rig, "text", json!({ "body": "hi" })).await, expected);
    }
}
