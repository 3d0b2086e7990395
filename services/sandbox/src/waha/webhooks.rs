//! The bodies of WAHA's webhooks.

use serde_json::{Value, json};

use crate::devices::content::phone_of;
use crate::devices::device::Sent;
use crate::devices::{Card, Engine, Inner, Message};
use crate::receipts::{Planned, Status};
use crate::waha::shapes::{TIER, VERSION, full_id, me, message_view};

/// Everything around a payload.
pub fn envelope(card: &Card, event: &str, payload: Value, now_ms: u64) -> Value {
    let mut body = json!({
        "id": format!("evt_{}", ulid(now_ms)),
        "timestamp": now_ms,
        "event": event,
        "session": card.number_id,
        "me": me(card),
        "payload": payload,
        "engine": card.engine.as_str(),
        "environment": {
            "version": VERSION, "engine": card.engine.as_str(), "tier": TIER, "browser": null,
            "platform": "linux/x64", "worker": { "id": null },
        },
    });
    if card.settings["metadata"].is_object() {
        body["metadata"] = card.settings["metadata"].clone();
    }
    body
}

/// A lower-case ULID of this moment.
fn ulid(now_ms: u64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let random = u128::from_be_bytes(uuid::Uuid::new_v4().into_bytes()) & ((1 << 80) - 1);
    let value = (u128::from(now_ms) << 80) | random;
    (0..26).rev().map(|place| char::from(ALPHABET[((value >> (place * 5)) & 31) as usize])).collect()
}

/// What a change of state tells, or a new code.
pub fn session_status(inner: &Inner, now_ms: u64) -> Value {
    let statuses: Vec<Value> =
        inner.history.iter().map(|(status, at_ms)| json!({ "status": status, "timestamp": at_ms })).collect();
    let card = &inner.card;
    let payload = json!({ "name": card.number_id, "status": card.state, "statuses": statuses, "data": null });
    envelope(card, "session.status", payload, now_ms)
}

/// What tells of a send's state, as far as the engine does.
pub fn receipt(card: &Card, sent: &Sent, receipt: &Planned, at_ms: u64) -> Option<(&'static str, Value)> {
    let (ack, name) = match receipt.status {
        Status::Failed => (-1, "ERROR"),
        Status::Sent => (1, "SERVER"),
        Status::Delivered => (2, "DEVICE"),
        Status::Read => (3, "READ"),
    };
    let message = &sent.message;
    let group = message.is_group();
    let event = if group && card.engine == Engine::Gows { "message.ack.group" } else { "message.ack" };
    // In a group it is some member that acknowledges.
    let member = card.group(&message.chat).and_then(|group| group.members.iter().rev().find(|member| !member.admin));
    let participant = member.filter(|_| group).map(|member| member.id.clone());
    let payload = json!({
        "id": full_id(card, message),
        // The chat under another of its names, as engines do.
        "from": message.chat,
        "to": card.wid(),
        "participant": participant,
        "fromMe": true,
        "ack": ack,
        "ackName": name,
        "_data": {},
    });
    Some((event, envelope(card, event, payload, at_ms)))
}

/// What tells of a message.
pub fn message(card: &Card, message: &Message) -> Vec<(&'static str, Value)> {
    if message.is_group() && card.settings["ignore"]["groups"] == true {
        return Vec::new();
    }
    let at_ms = message.at_ms;
    let about = message.content.about.as_deref().unwrap_or_default();
    let mut told = Vec::new();
    let mut tell = |event: &'static str, payload: Value| told.push((event, envelope(card, event, payload, at_ms)));
    let view = message_view(card, message, None);
    match &*message.content.kind {
        "reaction" => {
            let mut payload = view;
            payload["reaction"] = json!({ "text": message.content.text, "messageId": about });
            // This event's time has fractions.
            payload["timestamp"] = json!(at_ms as f64 / 1000.0);
            tell("message.reaction", payload);
        }
        "edited" => {
            let mut payload = view;
            payload["editedMessageId"] = json!(bare(about));
            tell("message.edited", payload);
        }
        "deleted" => {
            tell(
                "message.revoked",
                json!({ "revokedMessageId": bare(about), "after": view, "before": null, "_data": {} }),
            );
        }
        _ => {
            if !message.from_me {
                tell("message", view.clone());
            }
            tell("message.any", view);
        }
    }
    told
}

/// The part of an id that is the same whatever the chat is called.
pub fn bare(id: &str) -> &str {
    let mut parts = id.split('_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("true" | "false"), Some(_), Some(bare)) => bare,
        _ => id,
    }
}

/// The chat as the network writes it.
pub fn jid(chat: &str) -> String {
    match phone_of(chat) {
        Some(phone) => format!("{phone}@s.whatsapp.net"),
        None => chat.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form() {
        let id = ulid(1_700_000_000_000);
        assert_eq!((id.len(), &id[..10]), (26, "01hf7yat00"));
        for (id, expected) in [("true_1@c.us_AB", "AB"), ("true_1@g.us_AB_2@lid", "AB"), ("AB", "AB")] {
            assert_eq!(bare(id), expected);
        }
    }
}
