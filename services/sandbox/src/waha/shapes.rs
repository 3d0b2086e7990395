//! WAHA's objects: sessions, messages, the answers of the three engines.

use serde_json::{Value, json};

use crate::devices::device::Sent;
use crate::devices::{Card, Engine, Message};
use crate::receipts::Status;
use crate::waha::webhooks::jid;

pub const VERSION: &str = "2026.7.1";
pub const TIER: &str = "PLUS";

/// The phone behind a session, once it is linked.
pub fn me(card: &Card) -> Value {
    if !card.linked {
        return Value::Null;
    }
    json!({
        "id": card.wid(), "lid": format!("{}@lid", lid_of(&card.phone)),
        "jid": format!("{}:1@s.whatsapp.net", card.phone), "pushName": card.name,
    })
}

/// The hidden id of a number.
pub fn lid_of(phone: &str) -> u64 {
    200_000_000_000_000 + phone.parse::<u64>().unwrap_or_default() % 100_000_000_000_000
}

pub fn session(card: &Card) -> Value {
    json!({
        "name": card.number_id,
        "status": card.state,
        "config": card.settings,
        "me": me(card),
        "engine": { "engine": card.engine.as_str() },
        "presence": null,
        "timestamps": { "activity": null },
    })
}

pub fn version(engine: Engine) -> Value {
    let browser = (engine == Engine::Webjs).then_some("/usr/bin/chromium");
    json!({
        "version": VERSION, "engine": engine.as_str(), "tier": TIER, "browser": browser, "platform": "linux/x64",
        "worker": { "id": null },
    })
}

/// `true_<chat>_<ID>`; in a group the member follows.
pub fn full_id(card: &Card, message: &Message) -> String {
    let id = format!("{}_{}_{}", message.from_me, message.chat, message.id);
    if message.is_group() { format!("{id}_{}", message.sender(&card.wid())) } else { id }
}

/// The ack of a send and its name.
pub fn ack(card: &Card, sent: Option<&Sent>) -> (i8, &'static str) {
    match sent.map(|sent| sent.state) {
        Some(Some(Status::Failed)) => (-1, "ERROR"),
        Some(Some(Status::Read)) => (3, "READ"),
        Some(Some(Status::Delivered)) => (2, "DEVICE"),
        Some(Some(Status::Sent)) => (1, "SERVER"),
        // For this engine the answer to the send says as much.
        Some(None) if card.engine == Engine::Gows => (1, "SERVER"),
        _ => (0, "PENDING"),
    }
}

/// A message as events and look-ups show it.
pub fn message_view(card: &Card, message: &Message, sent: Option<&Sent>) -> Value {
    let content = &message.content;
    let own = card.wid();
    let (ack, ack_name) = if message.from_me { ack(card, sent) } else { (1, "SERVER") };
    let (from, to) =
        if message.from_me { (own.clone(), message.chat.clone()) } else { (message.chat.clone(), own.clone()) };
    let participant = (message.is_group()).then(|| message.sender(&own));
    let media = content.file.as_ref().map(
        |file| json!({ "url": media_url(card, file), "mimetype": file.mime, "filename": file.name, "error": null }),
    );
    let mut view = json!({
        "id": full_id(card, message),
        "timestamp": message.at_ms / 1000,
        "from": from,
        "fromMe": message.from_me,
        "to": to,
        "participant": participant,
        "body": content.text,
        "hasMedia": content.has_file(),
        "media": media,
        "mediaUrl": media.as_ref().map(|media| media["url"].clone()),
        "ack": ack,
        "ackName": ack_name,
        "vCards": content.cards.iter().map(|card| card.vcard.clone()).collect::<Vec<_>>(),
        "_data": data(message),
    });
    if message.from_me {
        view["source"] = json!(if message.by_api { "api" } else { "app" });
    }
    if let Some(place) = &content.place {
        view["location"] = json!({
            "latitude": place.latitude.to_string(), "longitude": place.longitude.to_string(), "live": false,
            "name": place.name, "address": place.address, "description": place.name,
        });
    }
    if let Some(about) =
        content.about.as_deref().filter(|_| !matches!(&*content.kind, "reaction" | "edited" | "deleted"))
    {
        view["replyTo"] = json!({ "id": crate::waha::webhooks::bare(about), "participant": null, "body": null, "hasMedia": false, "_data": {} });
    }
    view
}

/// A file of the gateway's own is behind its API key, under its own address.
fn media_url(card: &Card, file: &crate::devices::FileRef) -> String {
    match &file.id {
        Some(id) => {
            let base = file.url.split("/_files/").next().unwrap_or_default();
            let extension = file.name.rsplit('.').next().unwrap_or("bin");
            format!("{base}/waha/api/files/{}/{id}.{extension}", card.number_id)
        }
        None => file.url.clone(),
    }
}

/// What only the engine's own data says.
fn data(message: &Message) -> Value {
    let content = &message.content;
    let mut data = json!({
        "key": { "remoteJid": jid(&message.chat), "fromMe": message.from_me, "id": message.id },
        "pushName": message.name,
    });
    match &*content.kind {
        "button" => {
            data["message"] = json!({ "buttonsResponseMessage": {
                "selectedButtonId": content.payload, "selectedDisplayText": content.text,
            } });
        }
        "list" => {
            data["message"] = json!({ "listResponseMessage": {
                "title": content.text, "singleSelectReply": { "selectedRowId": content.payload },
            } });
        }
        "voice" => data["message"] = json!({ "audioMessage": { "ptt": true } }),
        _ => {}
    }
    data
}

/// The 201 of a send, in the shape of the session's engine.
pub fn sent(card: &Card, message: &Message) -> Value {
    let timestamp = message.at_ms / 1000;
    match card.engine {
        Engine::Webjs => json!({
            "_data": data(message),
            "id": {
                "fromMe": true, "remote": message.chat, "id": message.id,
                "_serialized": format!("true_{}_{}", message.chat, message.id),
            },
            "ack": 0, "hasMedia": message.content.has_file(), "body": message.content.text, "type": "chat",
            "timestamp": timestamp, "from": card.wid(), "to": message.chat, "fromMe": true,
        }),
        Engine::Noweb => json!({
            "key": { "remoteJid": jid(&message.chat), "fromMe": true, "id": message.id },
            "message": { "extendedTextMessage": { "text": message.content.text } },
            "messageTimestamp": timestamp.to_string(),
            "status": "PENDING",
        }),
        Engine::Gows => json!({
            "id": format!("true_{}_{}", message.chat, message.id),
            "_data": { "Info": { "ID": message.id, "Chat": jid(&message.chat), "IsFromMe": true }, "Timestamp": timestamp },
        }),
    }
}
