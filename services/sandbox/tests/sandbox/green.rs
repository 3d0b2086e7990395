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

#[tokio::test]
async fn every_kind_of_send_is_taken_and_echoed() {
    let (rig, mut postbox) = linked_rig().await;
    let chat = "4915112345678@c.us";
    let cases = [
        (
            "sendFileByUrl",
            json!({ "chatId": chat, "urlFile": "https://example.com/a.jpg", "fileName": "a.jpg", "caption": "c" }),
            "imageMessage",
        ),
        (
            "sendFileByUrl",
            json!({ "chatId": chat, "urlFile": "https://example.com/a.pdf", "fileName": "a.pdf" }),
            "documentMessage",
        ),
        (
            "sendFileByUrl",
            json!({ "chatId": chat, "urlFile": "https://example.com/a.ogg", "fileName": "a.ogg" }),
            "audioMessage",
        ),
        (
            "sendFileByUrl",
            json!({ "chatId": chat, "urlFile": "https://example.com/a.mp4", "fileName": "a.mp4" }),
            "videoMessage",
        ),
        (
            "sendLocation",
            json!({ "chatId": chat, "latitude": 52.5, "longitude": 13.4, "nameLocation": "Shop" }),
            "locationMessage",
        ),
        (
            "sendContact",
            json!({ "chatId": chat, "contact": { "phoneContact": 4915187654321u64, "firstName": "Ann" } }),
            "contactMessage",
        ),
        (
            "sendPoll",
            json!({ "chatId": chat, "message": "?", "options": [{ "optionName": "a" }, { "optionName": "b" }] }),
            "pollMessage",
        ),
        ("sendMessage", json!({ "chatId": chat, "message": "Reply", "quotedMessageId": "AA" }), "quotedMessage"),
    ];
    for (method, body, kind) in cases {
        let (status, answer) = call(&rig, "1101", method, Some(body)).await;
        assert_eq!(status, 200, "{method}: {answer}");
        let echo = postbox.next(kind, |body| body["messageData"]["typeMessage"] == kind).await;
        assert_eq!(echo.body["idMessage"], answer["idMessage"]);
        let found = json!({ "chatId": chat, "idMessage": answer["idMessage"] });
        assert_eq!(call(&rig, "1101", "getMessage", Some(found)).await.1["typeMessage"], kind);
    }
    let bad = [
        ("sendMessage", json!({ "message": "x" })),
        ("sendMessage", json!({ "chatId": "+4915112345678", "message": "x" })),
        ("sendMessage", json!({ "chatId": chat, "message": "x".repeat(20_001) })),
        ("sendMessage", json!({ "chatId": chat, "message": "x", "typingTime": 5 })),
        ("sendFileByUrl", json!({ "chatId": chat, "urlFile": "a.jpg", "fileName": "a.jpg" })),
        ("sendFileByUrl", json!({ "chatId": chat, "urlFile": "https://example.com/a", "fileName": "a" })),
        ("sendLocation", json!({ "chatId": chat, "latitude": "north" })),
        ("sendContact", json!({ "chatId": chat, "contact": { "phoneContact": 4915187654321u64 } })),
        ("checkWhatsapp", json!({ "phoneNumber": "x" })),
        ("setSettings", json!({ "incomingWebhook": "maybe" })),
    ];
    for (method, body) in bad {
        let (status, answer) = call(&rig, "1101", method, Some(body.clone())).await;
        assert_eq!(status, 400, "{method} {body}");
        assert!(answer["message"].as_str().expect("text").starts_with("Validation failed. Details:"), "{answer}");
    }
    assert_eq!(call(&rig, "1101", "sendButtons", Some(json!({}))).await.0, 403);
    assert_eq!(call(&rig, "x", "sendMessage", Some(json!({}))).await.0, 403);
    assert_eq!(call(&rig, "1101", "dance", None).await.0, 404);
}

#[tokio::test]
async fn files_are_uploaded_and_downloaded() {
    let (rig, mut postbox) = linked_rig().await;
    let base = format!("{}/green/waInstance1101", rig.base);
    // More than a server takes that was not told otherwise.
    let bytes = vec![7u8; 3 << 20];
    let request = rig.client.post(format!("{base}/uploadFile/token")).header("GA-Filename", "big.pdf");
    let answer: Value = request.body(bytes.clone()).send().await.expect("answers").json().await.expect("json");
    let url = answer["urlFile"].as_str().expect("an address");
    assert_eq!(rig.client.get(url).send().await.expect("answers").bytes().await.expect("bytes").len(), bytes.len());

    let part = reqwest::multipart::Part::bytes(bytes).file_name("photo.jpg");
    let form =
        reqwest::multipart::Form::new().text("chatId", "4915112345678@c.us").text("caption", "c").part("file", part);
    let sent = rig.client.post(format!("{base}/sendFileByUpload/token")).multipart(form).send().await.expect("answers");
    let sent: Value = sent.json().await.expect("json");
    let echo = postbox.next("echoed", |body| body["messageData"]["typeMessage"] == "imageMessage").await;
    assert_eq!(echo.body["messageData"]["fileMessageData"]["downloadUrl"], sent["urlFile"]);

    let order = json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "type": "voice" });
    let ids = rig.control("inbound", order).await;
    let heard = postbox.next("heard", of("incomingMessageReceived")).await;
    let asked = json!({ "chatId": "4915187654321@c.us", "idMessage": ids["ids"][0] });
    let (_, found) = call(&rig, "1101", "downloadFile", Some(asked)).await;
    assert_eq!(found["downloadUrl"], heard.body["messageData"]["fileMessageData"]["downloadUrl"]);
    let url = found["downloadUrl"].as_str().expect("an address");
    assert!(rig.client.get(url).send().await.expect("answers").bytes().await.expect("bytes").starts_with(b"OggS"));
}

#[tokio::test]
async fn people_write_in_every_way() {
    let (rig, mut postbox) = linked_rig().await;
    let cases = [
        ("image", "imageMessage", "/fileMessageData/caption", json!("Hello")),
        ("video", "videoMessage", "/fileMessageData/mimeType", json!("video/mp4")),
        ("voice", "audioMessage", "/fileMessageData/mimeType", json!("audio/ogg; codecs=opus")),
        ("document", "documentMessage", "/fileMessageData/fileName", json!("document.pdf")),
        ("sticker", "stickerMessage", "/fileMessageData/mimeType", json!("image/webp")),
        ("location", "locationMessage", "/locationMessageData/latitude", json!(52.52)),
        ("contacts", "contactMessage", "/contactMessageData/displayName", json!("Hello")),
        ("button", "buttonsResponseMessage", "/buttonsResponseMessage/selectedButtonId", json!("p")),
        ("list", "listResponseMessage", "/listResponseMessage/singleSelectReply", json!("p")),
        ("reaction", "reactionMessage", "/quotedMessage/stanzaId", json!("AA")),
        ("edited", "editedMessage", "/editedMessageData/stanzaId", json!("AA")),
        ("deleted", "deletedMessage", "/deletedMessageData/stanzaId", json!("AA")),
        ("text", "quotedMessage", "/extendedTextMessageData/stanzaId", json!("AA")),
    ];
    for (kind, wire, pointer, expected) in cases {
        let payload = if matches!(kind, "button" | "list") { json!("p") } else { Value::Null };
        rig.control(
            "inbound",
            json!({
                "provider": "green_api", "number_id": "1101", "from": "+4915187654321", "type": kind, "text": "Hello",
                "context_id": "AA", "payload": payload,
            }),
        )
        .await;
        let post = postbox.next(kind, |body| body["messageData"]["typeMessage"] == wire).await;
        assert_eq!(post.body["messageData"].pointer(pointer), Some(&expected), "{}", post.body);
    }
    let group = rig.get("/_sandbox/devices/green_api/1101/groups").await[0]["id"].clone();
    rig.control("inbound", json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "text": "All", "group_id": group })).await;
    let post = postbox.next("in a group", |body| body["senderData"]["chatId"] == group).await;
    assert_eq!(post.body["senderData"]["sender"], "4915187654321@c.us");
    rig.control("inbound", json!({ "provider": "green_api", "profile": "1101", "from": "+4915187654321", "text": "Mine", "from_phone": true })).await;
    let post = postbox.next("on the phone", of("outgoingMessageReceived")).await;
    assert_eq!(post.body["senderData"]["chatId"], "4915187654321@c.us");
    rig.control(
        "devices/green_api/1101/webhook",
        json!({ "event": "incomingCall", "body": { "from": "4915187654321@c.us", "status": "offer" } }),
    )
    .await;
    assert_eq!(postbox.next("called", of("incomingCall")).await.body["status"], "offer");
}

#[tokio::test]
async fn numbers_and_groups_are_told() {
    let (rig, _postbox) = linked_rig().await;
    rig.call(Method::PUT, "/_sandbox/whatsapp/absent", Some(json!(["+4915100000007"]))).await;
    let check = async |phone: u64| {
        call(&rig, "1101", "checkWhatsapp", Some(json!({ "phoneNumber": phone }))).await.1["existsWhatsapp"].clone()
    };
    assert_eq!(
        (check(4915112345678).await, check(4915100000007).await, check(4915112340000).await),
        (json!(true), json!(false), json!(false))
    );

    let groups = json!([{ "id": "120363000000000001@g.us", "name": "Fans", "members": [
        { "id": "4915100000001@c.us", "phone": "4915100000001", "admin": true }, { "id": "77@lid" },
    ] }]);
    assert_eq!(rig.call(Method::PUT, "/_sandbox/devices/green_api/1101/groups", Some(groups)).await.0, 200);
    let (_, contacts) = call(&rig, "1101", "getContacts", None).await;
    assert_eq!(
        contacts[0],
        json!({ "id": "120363000000000001@g.us", "name": "Fans", "contactName": "", "type": "group" })
    );
    let (_, group) = call(&rig, "1101", "getGroupData", Some(json!({ "groupId": "120363000000000001@g.us" }))).await;
    assert_eq!((&group["subject"], &group["owner"]), (&json!("Fans"), &json!("4915100000001@c.us")));
    assert_eq!(group["participants"][1], json!({ "id": "77@lid", "isAdmin": false, "isSuperAdmin": false }));
}

async fn state_of(rig: &Rig, postbox: &mut Postbox, chat: &str) -> Value {
    assert_eq!(call(rig, "1101", "sendMessage", Some(text(chat, "Hello"))).await.0, 200);
    postbox.next("a state", |body| body["typeWebhook"] == "outgoingMessageStatus" && body["chatId"] == chat).await.body
        ["status"]
        .clone()
}

#[tokio::test]
async fn what_fails_says_how() {
    let (rig, mut postbox) = linked_rig().await;
    assert_eq!(state_of(&rig, &mut postbox, "4915112340000@c.us").await, "noAccount");
    assert_eq!(state_of(&rig, &mut postbox, "120363999@g.us").await, "notInGroup");
    rig.control("faults", json!({ "reject": { "probability": 1, "code": 131026 } })).await;
    assert_eq!(state_of(&rig, &mut postbox, "4915112345671@c.us").await, "noAccount");
    for (code, status) in [(466, 466), (401, 401), (403, 403), (499, 499), (502, 502), (131_053, 500)] {
        rig.control("faults", json!({ "reject": { "probability": 1, "code": code } })).await;
        assert_eq!(call(&rig, "1101", "sendMessage", Some(text("4915112345678@c.us", "x"))).await.0, status);
    }
    let quota = postbox.next("quota", of("quotaExceeded")).await;
    assert_eq!((quota.body.get("timestamp"), &quota.body["quotaData"]["total"]), (None, &json!(3)));
    rig.control("faults", json!({})).await;
    rig.control("devices/green_api/1101/state", json!({ "state": "yellowCard" })).await;
    postbox.next("yellow", |body| body["stateInstance"] == "yellowCard").await;
    assert_eq!(state_of(&rig, &mut postbox, "4915112345672@c.us").await, "yellowCard");
    rig.control("devices/green_api/1101/state", json!({ "state": "suspended" })).await;
    let (status, refused) = call(&rig, "1101", "sendMessage", Some(text("4915112345678@c.us", "x"))).await;
    assert_eq!((status, &refused["message"]), (403, &json!("Your account is suspended")));
    assert_eq!(call(&rig, "1101", "reboot", None).await.1, json!({ "isReboot": true }));
    postbox.next("back", |body| body["stateInstance"] == "authorized").await;
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
