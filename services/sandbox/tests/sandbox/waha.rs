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

#[tokio::test]
async fn every_kind_of_send_is_taken() {
    let (rig, mut postbox) = working("GOWS", linked()).await;
    let chat = "4915112345678@c.us";
    let file = json!({ "mimetype": "image/jpeg", "filename": "a.jpg", "url": "https://example.com/a.jpg" });
    let data = json!({ "mimetype": "application/pdf", "filename": "a.pdf", "data": "JVBERg==" });
    let cases = [
        ("sendImage", json!({ "file": file, "caption": "c" })),
        ("sendFile", json!({ "file": data })),
        (
            "sendVoice",
            json!({ "file": { "mimetype": "audio/ogg; codecs=opus", "url": "https://example.com/a.ogg" }, "convert": true }),
        ),
        ("sendVideo", json!({ "file": { "mimetype": "video/mp4", "url": "https://example.com/a.mp4" } })),
        ("sendLocation", json!({ "latitude": 52.5, "longitude": 13.4, "title": "Shop" })),
        (
            "sendContactVcard",
            json!({ "contacts": [{ "fullName": "Ann", "phoneNumber": "+49 151", "whatsappId": "4915187654321" }] }),
        ),
        ("sendPoll", json!({ "poll": { "name": "?", "options": ["a", "b"], "multipleAnswers": false } })),
        (
            "sendList",
            json!({ "message": { "title": "Menu", "sections": [{ "rows": [{ "title": "One", "rowId": "1" }] }] } }),
        ),
    ];
    for (path, mut body) in cases {
        body["session"] = json!("shop");
        body["chatId"] = json!(chat);
        let (status, answer) = post(&rig, path, body).await;
        assert_eq!(status, 201, "{path}: {answer}");
        let id = answer["id"].clone();
        let echo = postbox.next(path, |body| body["event"] == "message.any" && body["payload"]["id"] == id).await;
        if path == "sendFile" {
            let url = echo.body["payload"]["media"]["url"].as_str().expect("an address").to_owned();
            assert!(url.starts_with(&format!("{}/waha/api/files/shop/", rig.base)), "{url}");
            assert_eq!(rig.client.get(&url).send().await.expect("answers").status(), 401);
            let answer = rig.client.get(&url).header("X-Api-Key", "key").send().await.expect("answers");
            assert_eq!(answer.bytes().await.expect("bytes").as_ref(), b"%PDF");
        }
    }
    let (status, _) = call(
        &rig,
        Method::PUT,
        "reaction",
        Some(json!({ "session": "shop", "messageId": format!("false_{chat}_AA"), "reaction": "👍" })),
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(postbox.next("reacted", of("message.reaction")).await.body["payload"]["reaction"]["text"], "👍");
    for (path, body) in [
        ("sendSeen", json!({ "session": "shop", "chatId": chat, "messageIds": ["AA"] })),
        ("startTyping", json!({ "session": "shop", "chatId": chat })),
    ] {
        assert_eq!(post(&rig, path, body).await.0, 201);
    }
    assert_eq!(rig.get("/_sandbox/devices/waha/shop/marks").await[0]["kind"], "sendSeen");

    let bad = [
        ("sendText", json!({ "session": "shop", "chatId": chat }), 422),
        ("sendText", json!({ "session": "shop", "chatId": "Ann", "text": "x" }), 422),
        ("sendText", json!({ "session": "other", "chatId": chat, "text": "x" }), 404),
        ("sendImage", json!({ "session": "shop", "chatId": chat, "file": {} }), 422),
        ("sendList", json!({ "session": "shop", "chatId": "120363000000000001@g.us", "message": {} }), 422),
        ("sendButtons", json!({ "session": "shop", "chatId": chat }), 422),
        ("sendDance", json!({}), 404),
    ];
    for (path, body, expected) in bad {
        assert_eq!(post(&rig, path, body).await.0, expected, "{path}");
    }
    let answer = rig.client.get(format!("{}/waha/api/version", rig.base)).send().await.expect("answers");
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.json::<Value>().await.expect("json"), json!({ "message": "Unauthorized", "statusCode": 401 }));
    assert_eq!(get(&rig, "version?session=shop").await.1["engine"], "GOWS");
}

#[tokio::test]
async fn an_id_of_the_callers_own_is_sent_once() {
    let (rig, mut postbox) = working("GOWS", linked()).await;
    let (_, made) = get(&rig, "shop/new-message-id").await;
    let id = made["id"].as_str().expect("an id");
    let mut body = text("4915112345678@c.us", "Once");
    body["id"] = json!(id);
    rig.control("faults", json!({ "error_after": 1 })).await;
    assert_eq!(post(&rig, "sendText", body.clone()).await.0, 500);
    rig.control("faults", json!({})).await;
    for _ in 0..2 {
        let (status, answer) = post(&rig, "sendText", body.clone()).await;
        assert_eq!((status, &answer["id"]), (201, &json!(format!("true_4915112345678@c.us_{id}"))));
    }
    assert_eq!(rig.until_settled().await["accepted"], 1);
    assert_eq!(rig.get(&format!("/_sandbox/sends?message_id={id}")).await.as_array().map(Vec::len), Some(1));
    assert_eq!(acks(&mut postbox), [2, 3]);
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
async fn people_write_in_every_way() {
    let (rig, mut postbox) = working("NOWEB", linked()).await;
    let cases = [
        ("image", "message", "/payload/media/mimetype", json!("image/png")),
        ("voice", "message", "/payload/media/mimetype", json!("audio/ogg; codecs=opus")),
        ("document", "message", "/payload/media/filename", json!("document.pdf")),
        ("location", "message", "/payload/location/latitude", json!("52.52")),
        ("contacts", "message", "/payload/hasMedia", json!(false)),
        ("button", "message", "/payload/_data/message/buttonsResponseMessage/selectedButtonId", json!("Hello")),
        (
            "list",
            "message",
            "/payload/_data/message/listResponseMessage/singleSelectReply/selectedRowId",
            json!("Hello"),
        ),
        ("reaction", "message.reaction", "/payload/reaction/messageId", json!("true_4915187654321@c.us_AA")),
        ("edited", "message.edited", "/payload/editedMessageId", json!("AA")),
        ("deleted", "message.revoked", "/payload/revokedMessageId", json!("AA")),
        ("text", "message", "/payload/replyTo/id", json!("AA")),
    ];
    for (kind, event, pointer, expected) in cases {
        let about = matches!(kind, "reaction" | "edited" | "deleted" | "text").then_some("true_4915187654321@c.us_AA");
        rig.control("inbound", json!({
            "provider": "waha", "profile": "shop", "from": "+4915187654321", "type": kind, "text": "Hello", "context_id": about,
        }))
        .await;
        let post = postbox.next(kind, of(event)).await;
        assert_eq!(post.body.pointer(pointer), Some(&expected), "{kind}: {}", post.body);
    }
    rig.control("inbound", json!({ "provider": "waha", "profile": "shop", "user_id": "77", "text": "Hidden" })).await;
    assert_eq!(postbox.next("hidden", of("message")).await.body["payload"]["from"], "77@lid");
    rig.control(
        "inbound",
        json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "Mine", "from_phone": true }),
    )
    .await;
    let post = postbox.next("on the phone", |body| body["payload"]["source"] == "app").await;
    assert_eq!(
        (&post.body["event"], &post.body["payload"]["to"]),
        (&json!("message.any"), &json!("4915187654321@c.us"))
    );
}

#[tokio::test]
async fn groups_have_members_without_a_number() {
    let (rig, mut postbox) = working("GOWS", linked()).await;
    let (_, groups) = get(&rig, "shop/groups?exclude=participants").await;
    assert_eq!(groups.as_array().map(Vec::len), Some(2));
    let id = groups[0]["JID"].as_str().expect("an id").to_owned();
    let (_, members) = get(&rig, &format!("shop/groups/{id}/participants/v2")).await;
    let members = members.as_array().expect("members");
    assert!(
        members
            .iter()
            .any(|member| member["id"].as_str().is_some_and(|id| id.ends_with("@lid")) && member.get("pn").is_none())
    );
    assert!(members.iter().any(|member| member["role"] == "superadmin" && member["pn"].is_string()));
    assert_eq!(post(&rig, "sendText", text(&id, "All")).await.0, 201);
    let ack = postbox.next("acknowledged", of("message.ack.group")).await;
    assert!(ack.body["payload"]["participant"].is_string());
    rig.control(
        "inbound",
        json!({ "provider": "waha", "profile": "shop", "from": "+4915187654321", "text": "All", "group_id": id }),
    )
    .await;
    let heard = postbox.next("heard", of("message")).await;
    assert_eq!(
        (&heard.body["payload"]["from"], &heard.body["payload"]["participant"]),
        (&json!(id), &json!("4915187654321@c.us"))
    );
    let (_, pair) = get(&rig, "shop/lids/pn/4915187654321").await;
    assert!(pair["lid"].as_str().expect("text").ends_with("@lid"));
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
