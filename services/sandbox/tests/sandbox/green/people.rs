//! What people write, and what is known of them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::green::{call, linked_rig, of};

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
