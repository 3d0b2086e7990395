use proptest::prelude::*;
use serde_json::{Value, json};

use super::parse;
use super::tests::{message, status, value, webhook};
use crate::mutations::{any_json, broken, replaced};

const NAMES: &[&str] = &[
    "entry",
    "changes",
    "value",
    "field",
    "metadata",
    "phone_number_id",
    "messages",
    "statuses",
    "errors",
    "contacts",
    "id",
    "from",
    "timestamp",
    "type",
    "text",
    "body",
    "status",
    "code",
    "context",
    "interactive",
    "profile",
    "error_data",
    "image",
    "edit",
    "message",
    "location",
    "latitude",
    "message_echoes",
    "smb_message_echoes",
    "account_update",
    "restriction_info",
    "ban_info",
    "user_preferences",
    "message_template_status_update",
    "event",
    "phone_number_quality_update",
    "business_capability_update",
    "a/b~c",
];

fn specimen() -> Value {
    let mut failed = status("failed");
    failed["errors"] = json!([{ "code": 131026, "error_data": { "details": "d" } }]);
    let contacts = json!([{ "profile": { "name": "Ann" }, "wa_id": "4915112345678", "user_id": "DE.1" }]);
    let messages = json!([
        message("interactive", json!({ "list_reply": { "id": "r", "title": "t" } })),
        message("image", json!({ "id": "m", "mime_type": "image/png", "caption": "c", "sha256": "x" })),
        message("location", json!({ "latitude": 1.5, "longitude": 2.5, "name": "n" })),
        message("contacts", json!([{ "name": { "formatted_name": "Ann" } }])),
        message("edit", json!({ "original_message_id": "o", "message": { "type": "text", "text": { "body": "b" } } })),
    ]);
    let mut body =
        webhook(value(json!({ "contacts": contacts, "messages": messages, "statuses": [failed, status("sent")] })));
    let changes = [
        ("smb_message_echoes", value(json!({ "message_echoes": [message("text", json!({ "body": "b" }))] }))),
        (
            "account_update",
            json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [{ "restriction_type": "R" }] }),
        ),
        ("account_update", json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "REINSTATE" } })),
        ("message_template_status_update", json!({ "event": "PAUSED", "message_template_name": "order" })),
        ("phone_number_quality_update", json!({ "event": "FLAGGED", "current_limit": "TIER_1K" })),
        ("user_preferences", value(json!({ "user_preferences": [{ "wa_id": "4915112345678", "value": "stop" }] }))),
    ];
    let list = body["entry"][0]["changes"].as_array_mut().expect("a list");
    list.extend(changes.map(|(field, value)| json!({ "field": field, "value": value })));
    body
}

proptest! {
    #[test]
    fn no_part_of_any_type_makes_a_webhook_fail(place in 1usize..1_000, part in any_json(NAMES)) {
        let mut body = specimen();
        body["entry"] = replaced(json!([body["entry"][0].clone()]), place, &part);
        prop_assert_eq!(parse(body.to_string().as_bytes()).is_ok(), body["entry"].is_array());
    }

    #[test]
    fn any_json_is_read_without_panic(body in any_json(NAMES)) {
        let _ = parse(body.to_string().as_bytes());
        let _ = parse(json!({ "entry": body }).to_string().as_bytes());
        let _ = parse(json!({ "entry": [{ "changes": [body] }] }).to_string().as_bytes());
    }

    #[test]
    fn broken_bytes_are_read_without_panic(
        at in 0usize..4_000, bytes in prop::collection::vec(any::<u8>(), 0..8), cut in 0usize..4_000,
    ) {
        let _ = parse(&broken(&specimen(), at, &bytes, cut));
    }
}
