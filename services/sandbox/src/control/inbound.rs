//! Messages that a person writes to a number, on demand.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::ledger::Wamid;
use crate::outbox::Inbound;
use crate::profile::Profile;
use crate::state::Sandbox;

/// The most messages one order may ask for.
const LIMIT: usize = 100_000;

/// Asks for inbound messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboundOrder {
    /// The phone number id that receives.
    pub profile: String,
    /// The person's phone number. Without it `user_id` must say who writes.
    from: Option<String>,
    /// The person's business-scoped user id.
    user_id: Option<String>,
    #[serde(default)]
    text: String,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// What a button or a list row stands for; the text without it.
    payload: Option<String>,
    /// The id of the message this one answers.
    context_id: Option<String>,
    count: Option<usize>,
}

/// Queues the messages of an order and tells their ids.
pub fn queue(sandbox: &Sandbox, profile: &Profile, order: &InboundOrder) -> Result<Vec<String>, String> {
    let from = order.from.as_deref().map(|from| from.trim_start_matches('+'));
    match from {
        None if order.user_id.is_none() => return Err("from or user_id is required".into()),
        Some(digits) if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err("from must be a phone number".into());
        }
        _ => {}
    }
    let count = order.count.unwrap_or(1);
    if !(1..=LIMIT).contains(&count) {
        return Err(format!("count must be between 1 and {LIMIT}"));
    }
    let contact = without_nulls(json!({
        "profile": { "name": order.name.as_deref().unwrap_or("Sandbox Person") },
        "wa_id": from,
        "user_id": order.user_id,
    }));
    let timestamp = (sandbox.clock.now_ms() / 1000).to_string();
    let ids: Vec<String> = (0..count).map(|_| Wamid::random().to_string()).collect();
    for ids in ids.chunks(sandbox.config.batch_size.max(1)) {
        let messages = ids.iter().map(|id| message(order, from, id, &timestamp)).collect();
        profile.outbox.push_inbound(Inbound { contacts: vec![contact.clone()], messages });
    }
    Ok(ids)
}

fn message(order: &InboundOrder, from: Option<&str>, id: &str, timestamp: &str) -> Value {
    let kind = order.kind.as_deref().unwrap_or("text");
    let payload = order.payload.as_deref().unwrap_or(&order.text);
    let caption = (!order.text.is_empty()).then_some(order.text.as_str());
    let media = |mime_type: &str| json!({ "id": format!("media-{id}"), "mime_type": mime_type, "sha256": "c2FuZGJveA==", "caption": caption });
    let content = match kind {
        "text" => json!({ "body": order.text }),
        "image" => media("image/jpeg"),
        "video" => media("video/mp4"),
        "audio" => {
            json!({ "id": format!("media-{id}"), "mime_type": "audio/ogg; codecs=opus", "sha256": "c2FuZGJveA==", "voice": true })
        }
        "sticker" => {
            json!({ "id": format!("media-{id}"), "mime_type": "image/webp", "sha256": "c2FuZGJveA==", "animated": false })
        }
        "document" => {
            let mut content = media("application/pdf");
            content["filename"] = json!("document.pdf");
            content
        }
        "location" => json!({ "latitude": 52.52, "longitude": 13.405, "name": caption }),
        "button" => json!({ "payload": payload, "text": order.text }),
        "interactive" => json!({ "type": "button_reply", "button_reply": { "id": payload, "title": order.text } }),
        "reaction" => json!({ "message_id": order.context_id, "emoji": order.text }),
        _ => json!({ "body": caption }),
    };
    let context = order.context_id.as_ref().filter(|_| kind != "reaction").map(|id| json!({ "id": id }));
    let mut message = without_nulls(json!({
        "from": from,
        "from_user_id": order.user_id,
        "id": id,
        "timestamp": timestamp,
        "type": kind,
        "context": context,
    }));
    message[kind] = without_nulls(content);
    message
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
