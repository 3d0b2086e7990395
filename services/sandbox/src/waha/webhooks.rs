//! WAHA's webhooks: their bodies, their headers, their retries.

use std::time::Duration;

use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha512;

use crate::devices::content::phone_of;
use crate::devices::device::Sent;
use crate::devices::mail::Fortune;
use crate::devices::{Card, Device, Engine, Inner, Message};
use crate::receipts::{Planned, Status};
use crate::state::Sandbox;
use crate::waha::shapes::{TIER, VERSION, full_id, me, message_view};

/// What a session does when its webhooks do not say how often to try.
const ATTEMPTS: u64 = 15;
const DELAY_SECONDS: f64 = 2.0;

/// The value of `X-Webhook-Hmac` for a body.
pub fn hmac(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// A webhook a session asks for.
struct Hook {
    url: String,
    key: Option<String>,
    headers: Vec<(String, String)>,
    policy: String,
    delay_seconds: f64,
    attempts: u64,
}

/// The webhooks that want an event: those of the session's config, else the registered one.
fn hooks(card: &Card, event: &str) -> Vec<Hook> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let configured = card.settings["webhooks"].as_array().filter(|hooks| !hooks.is_empty());
    let Some(configured) = configured else {
        let url = card.callback.callback_url.clone();
        return url
            .map(|url| Hook {
                url,
                key: card.callback.webhook_secret.clone(),
                headers: Vec::new(),
                policy: "constant".into(),
                delay_seconds: DELAY_SECONDS,
                attempts: ATTEMPTS,
            })
            .into_iter()
            .collect();
    };
    let wants = |hook: &&Value| {
        hook["events"].as_array().is_some_and(|events| events.iter().any(|wanted| wanted == event || wanted == "*"))
    };
    let read = |hook: &Value| {
        let headers = hook["customHeaders"].as_array().into_iter().flatten();
        Some(Hook {
            url: text(&hook["url"])?,
            key: text(&hook["hmac"]["key"]),
            headers: headers.filter_map(|header| Some((text(&header["name"])?, text(&header["value"])?))).collect(),
            policy: text(&hook["retries"]["policy"]).unwrap_or_else(|| "constant".into()),
            delay_seconds: hook["retries"]["delaySeconds"].as_f64().unwrap_or(DELAY_SECONDS).clamp(0.0, 86_400.0),
            attempts: hook["retries"]["attempts"].as_u64().unwrap_or(ATTEMPTS),
        })
    };
    configured.iter().filter(wants).filter_map(read).collect()
}

/// Posts an event to all that want it; each tries as often as its retries say.
pub async fn deliver(sandbox: &Sandbox, device: &Device, event: &str, body: &Value) -> Fortune {
    let hooks = hooks(&device.card(), event);
    let bytes = match serde_json::to_vec(body) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(%error, "a webhook cannot be written");
            return Fortune::Dropped;
        }
    };
    let taken = join_all(hooks.iter().map(|hook| push(sandbox, device, hook, &bytes))).await;
    if taken.contains(&true) { Fortune::Taken } else { Fortune::Dropped }
}

async fn push(sandbox: &Sandbox, device: &Device, hook: &Hook, body: &[u8]) -> bool {
    let request_id = uuid::Uuid::new_v4().to_string();
    for attempt in 0..=hook.attempts {
        let mut request = sandbox
            .client
            .post(&hook.url)
            .header("content-type", "application/json")
            .header("x-webhook-request-id", &request_id)
            .header("x-webhook-timestamp", sandbox.clock.now_ms().to_string())
            .body(body.to_vec());
        if let Some(key) = &hook.key {
            request = request.header("x-webhook-hmac", hmac(key, body)).header("x-webhook-hmac-algorithm", "sha512");
        }
        for (name, value) in &hook.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                let _ = answer.bytes().await;
                return true;
            }
            Ok(answer) => {
                tracing::debug!(session = device.number_id, status = answer.status().as_u16(), "a webhook was refused");
            }
            Err(error) => {
                tracing::debug!(session = device.number_id, error = %error.without_url(), "a webhook found nobody");
            }
        }
        if attempt < hook.attempts {
            tokio::time::sleep(rest(hook, attempt).min(sandbox.config.retry_cap)).await;
        }
    }
    false
}

fn rest(hook: &Hook, attempt: u64) -> Duration {
    let factor = match hook.policy.as_str() {
        "linear" => (attempt + 1) as f64,
        "exponential" => 2f64.powi(i32::try_from(attempt.min(20)).unwrap_or(20)) * rand::random_range(0.8..1.2),
        _ => 1.0,
    };
    Duration::from_secs_f64((hook.delay_seconds * factor).min(86_400.0))
}

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
    fn ids_and_sums_have_their_form() {
        let id = ulid(1_700_000_000_000);
        assert_eq!((id.len(), &id[..10]), (26, "01hf7yat00"));
        for (id, expected) in [("true_1@c.us_AB", "AB"), ("true_1@g.us_AB_2@lid", "AB"), ("AB", "AB")] {
            assert_eq!(bare(id), expected);
        }
        let sum = hmac("my-secret-key", br#"{"event":"message","session":"default","engine":"WEBJS"}"#);
        assert!(sum.starts_with("208f8a55dde9e05519e898b10b89bf0d") && sum.len() == 128);
    }
}
