//! Sends of every kind.

use reqwest::Method;
use serde_json::{Value, json};

use crate::green::linked;
use crate::waha::{acks, call, get, of, post, text, working};

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
