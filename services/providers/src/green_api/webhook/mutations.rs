use proptest::prelude::*;
use serde_json::{Value, json};

use super::parse;
use super::tests::{message, webhook};
use crate::mutations::{any_json, broken, replaced};

const NAMES: &[&str] = &[
    "typeWebhook",
    "instanceData",
    "idInstance",
    "wid",
    "typeInstance",
    "timestamp",
    "idMessage",
    "senderData",
    "chatId",
    "sender",
    "senderName",
    "messageData",
    "typeMessage",
    "textMessageData",
    "textMessage",
    "extendedTextMessageData",
    "fileMessageData",
    "downloadUrl",
    "locationMessageData",
    "latitude",
    "contacts",
    "quotedMessage",
    "stanzaId",
    "status",
    "description",
    "stateInstance",
    "whatsapp",
    "incomingMessageReceived",
    "outgoingMessageReceived",
    "outgoingMessageStatus",
    "stateInstanceChanged",
    "imageMessage",
    "quotaExceeded",
    "editedMessage",
    "reactionMessage",
    "failed",
];

fn specimens() -> [Value; 5] {
    let file =
        json!({ "downloadUrl": "https://files.example/1", "caption": "c", "fileName": "f", "mimeType": "audio/ogg" });
    let mut echo = message("textMessage", json!({ "textMessageData": { "textMessage": "hi" } }));
    echo["typeWebhook"] = json!("outgoingAPIMessageReceived");
    [
        message("audioMessage", json!({ "fileMessageData": file, "quotedMessage": { "stanzaId": "OUT1" } })),
        message("locationMessage", json!({ "locationMessageData": { "latitude": 1.5, "longitude": 2.5 } })),
        echo,
        webhook("outgoingMessageStatus", json!({ "idMessage": "OUT1", "status": "failed", "description": "d" })),
        webhook("stateInstanceChanged", json!({ "stateInstance": "authorized" })),
    ]
}

proptest! {
    #[test]
    fn no_part_of_any_type_makes_a_webhook_fail(which in 0usize..5, place in 1usize..200, part in any_json(NAMES)) {
        let body = replaced(specimens()[which].clone(), place, &part);
        let is_webhook = body["typeWebhook"].as_str().is_some_and(|kind| !kind.is_empty());
        prop_assert_eq!(parse(body.to_string().as_bytes()).is_ok(), is_webhook, "{}", body);
    }

    #[test]
    fn any_json_is_read_without_panic(body in any_json(NAMES)) {
        let _ = parse(body.to_string().as_bytes());
        let _ = parse(webhook("incomingMessageReceived", json!({ "idMessage": "A", "messageData": body })).to_string().as_bytes());
    }

    #[test]
    fn broken_bytes_are_read_without_panic(
        which in 0usize..5, at in 0usize..1_000, bytes in prop::collection::vec(any::<u8>(), 0..8), cut in 0usize..1_000,
    ) {
        let _ = parse(&broken(&specimens()[which], at, &bytes, cut));
    }
}
