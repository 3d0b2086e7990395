//! Sends of every kind, files, and what becomes of those that fail.

use serde_json::{Value, json};

use crate::green::{call, linked_rig, of, text};
use crate::postbox::Postbox;
use crate::rig::Rig;

async fn state_of(rig: &Rig, postbox: &mut Postbox, chat: &str) -> Value {
    assert_eq!(call(rig, "1101", "sendMessage", Some(text(chat, "Hello"))).await.0, 200);
    postbox.next("a state", |body| body["typeWebhook"] == "outgoingMessageStatus" && body["chatId"] == chat).await.body
        ["status"]
        .clone()
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
