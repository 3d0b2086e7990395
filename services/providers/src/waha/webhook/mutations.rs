use proptest::prelude::*;
use serde_json::{Value, json};

use super::parse;
use super::tests::{message, webhook};
use crate::mutations::{any_json, broken, replaced};

const NAMES: &[&str] = &[
    "event",
    "session",
    "timestamp",
    "payload",
    "me",
    "id",
    "from",
    "to",
    "fromMe",
    "participant",
    "body",
    "hasMedia",
    "media",
    "url",
    "mimetype",
    "filename",
    "ack",
    "ackName",
    "location",
    "latitude",
    "longitude",
    "vCards",
    "replyTo",
    "reaction",
    "messageId",
    "text",
    "editedMessageId",
    "revokedMessageId",
    "after",
    "before",
    "status",
    "source",
    "_data",
    "message",
    "key",
    "message.any",
    "message.ack",
    "message.reaction",
    "message.edited",
    "message.revoked",
    "session.status",
    "imageMessage",
    "_serialized",
];

fn specimens() -> [Value; 6] {
    let media = json!({ "url": "http://localhost/api/files/a", "mimetype": "image/png" });
    [
        webhook(
            "message.any",
            message(json!({ "media": media, "hasMedia": true, "vCards": [], "replyTo": { "id": "A" } })),
        ),
        webhook("message", message(json!({ "location": { "latitude": 1.5, "longitude": 2.5 } }))),
        webhook("message.reaction", message(json!({ "reaction": { "text": "a", "messageId": "true_1@c.us_A" } }))),
        webhook("message.revoked", json!({ "after": message(json!({})), "before": null, "revokedMessageId": "A" })),
        webhook("message.ack", json!({ "id": "true_1@c.us_A", "fromMe": true, "ack": -1, "ackName": "ERROR" })),
        webhook("session.status", json!({ "status": "WORKING", "statuses": [] })),
    ]
}

proptest! {
    #[test]
    fn no_part_of_any_type_makes_a_webhook_fail(which in 0usize..6, place in 1usize..200, part in any_json(NAMES)) {
        let body = replaced(specimens()[which].clone(), place, &part);
        let is_webhook = body["event"].as_str().is_some_and(|event| !event.is_empty());
        prop_assert_eq!(parse(body.to_string().as_bytes()).is_ok(), is_webhook, "{}", body);
    }

    #[test]
    fn any_json_is_read_without_panic(body in any_json(NAMES), event in prop::sample::select(NAMES)) {
        let _ = parse(body.to_string().as_bytes());
        let _ = parse(webhook(event, body).to_string().as_bytes());
    }

    #[test]
    fn broken_bytes_are_read_without_panic(
        which in 0usize..6, at in 0usize..1_000, bytes in prop::collection::vec(any::<u8>(), 0..8), cut in 0usize..1_000,
    ) {
        let _ = parse(&broken(&specimens()[which], at, &bytes, cut));
    }
}
