//! The messages of an order as the Cloud API tells them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::control::inbound::{InboundOrder, without_nulls};
use crate::files::File;
use crate::ledger::Wamid;
use crate::outbox::Inbound;
use crate::state::Sandbox;
use crate::webhook::display_phone_number;

pub fn queue(sandbox: &Arc<Sandbox>, order: &InboundOrder, file: Option<Arc<File>>) -> Result<Vec<String>, String> {
    let profile = sandbox.profile(&order.profile);
    let from = order.from()?;
    let contact = without_nulls(json!({
        "profile": { "name": order.name.as_deref().unwrap_or("Sandbox Person") },
        "wa_id": from,
        "user_id": order.user_id,
    }));
    let timestamp = (sandbox.clock.now_ms() / 1000).to_string();
    let ids: Vec<String> = (0..order.count()?).map(|_| Wamid::random().to_string()).collect();
    let own = display_phone_number(&order.profile);
    for ids in ids.chunks(sandbox.config.batch_size.max(1)) {
        let messages: Vec<Value> = ids
            .iter()
            .map(|id| {
                let mut message = message(order, from, id, &timestamp, file.as_deref());
                if order.from_phone {
                    message["to"] = json!(from);
                    message["from"] = json!(own);
                }
                message
            })
            .collect();
        if order.from_phone {
            let counted = messages.len() as u64;
            let value = json!({
                "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": own, "phone_number_id": order.profile },
                "message_echoes": messages,
            });
            profile.outbox.push_inbound(Inbound::Change { field: "smb_message_echoes".into(), value, counted });
        } else {
            profile.outbox.push_inbound(Inbound::Messages { contacts: vec![contact.clone()], messages });
        }
    }
    Ok(ids)
}

fn message(order: &InboundOrder, from: Option<&str>, id: &str, timestamp: &str, file: Option<&File>) -> Value {
    let kind = order.kind();
    let payload = order.payload.as_deref().unwrap_or(&order.text);
    let caption = (!order.text.is_empty()).then_some(order.text.as_str());
    let media = |caption: Option<&str>| {
        file.map(|file| {
            let sum = STANDARD.encode(Sha256::digest(&file.bytes));
            json!({ "id": file.id, "mime_type": file.mime, "sha256": sum, "caption": caption })
        })
        .unwrap_or_default()
    };
    let (kind, content) = match kind {
        "text" => (kind, json!({ "body": order.text })),
        "image" | "video" => (kind, media(caption)),
        "audio" | "voice" => {
            let mut content = media(None);
            content["voice"] = json!(kind == "voice");
            ("audio", content)
        }
        "sticker" => {
            let mut content = media(None);
            content["animated"] = json!(false);
            (kind, content)
        }
        "document" => {
            let mut content = media(caption);
            content["filename"] = json!(file.map(|file| file.name.as_str()));
            (kind, content)
        }
        "location" => {
            let latitude = order.latitude.unwrap_or(52.52);
            let longitude = order.longitude.unwrap_or(13.405);
            (kind, json!({ "latitude": latitude, "longitude": longitude, "name": caption }))
        }
        "contacts" => {
            let name = caption.unwrap_or("Sandbox Contact");
            let phone = order.payload.as_deref().unwrap_or("4915112345678").trim_start_matches('+');
            let card = json!({
                "name": { "formatted_name": name, "first_name": name },
                "phones": [{ "phone": format!("+{phone}"), "wa_id": phone, "type": "CELL" }],
            });
            (kind, json!([card]))
        }
        "button" => (kind, json!({ "payload": payload, "text": order.text })),
        "interactive" => {
            (kind, json!({ "type": "button_reply", "button_reply": { "id": payload, "title": order.text } }))
        }
        "list" => {
            ("interactive", json!({ "type": "list_reply", "list_reply": { "id": payload, "title": order.text } }))
        }
        "reaction" => (kind, json!({ "message_id": order.context_id, "emoji": order.text })),
        "edited" => {
            let message = json!({ "type": "text", "text": { "body": order.text } });
            ("edit", json!({ "original_message_id": order.context_id, "message": message }))
        }
        "deleted" => ("revoke", json!({ "original_message_id": order.context_id })),
        "system" => {
            let body = caption.unwrap_or("Somebody changed the phone number");
            (kind, json!({ "body": body, "type": "user_changed_number", "wa_id": order.payload }))
        }
        "order" => {
            let item = json!({ "product_retailer_id": payload, "quantity": 1, "item_price": 9.5, "currency": "EUR" });
            (kind, json!({ "catalog_id": "1000", "text": order.text, "product_items": [item] }))
        }
        "unsupported" => (kind, json!({ "type": "unknown" })),
        _ => (kind, json!({ "body": caption })),
    };
    let about = matches!(kind, "reaction" | "edit" | "revoke");
    let context = order.context_id.as_ref().filter(|_| !about).map(|id| json!({ "id": id }));
    let mut message = without_nulls(json!({
        "from": from,
        "from_user_id": order.user_id,
        "group_id": order.group_id,
        "id": id,
        "timestamp": timestamp,
        "type": kind,
        "context": context,
    }));
    if kind == "unsupported" {
        message["errors"] = json!([{
            "code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
            "error_data": { "details": "Message type is currently not supported." },
        }]);
    }
    message[kind] = without_nulls(content);
    if let (Some(fields), Some(Value::Object(extra))) = (message.as_object_mut(), &order.extra) {
        fields.extend(extra.clone());
    }
    message
}
