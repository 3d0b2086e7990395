//! What Green API tells about messages, people and groups, and the queue one can poll.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::devices::content::phone_of;
use crate::devices::device::Sent;
use crate::devices::{Card, Message};
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::instance::needs_phone;
use crate::green::sends::{chat, required};
use crate::green::webhooks::{status_word, type_message};

/// `lastOutgoingMessages` and `lastIncomingMessages`.
pub fn last(call: &Call<'_>, outgoing: bool) -> Value {
    let minutes = call.query("minutes").and_then(|minutes| minutes.parse().ok()).unwrap_or(1_440u64);
    let since_ms = call.sandbox.clock.now_ms().saturating_sub(minutes.saturating_mul(60_000));
    let inner = call.device.lock();
    let found = inner.messages().into_iter();
    let found = found.filter(|(message, _)| message.from_me == outgoing && message.at_ms >= since_ms);
    found.map(|(message, sent)| entry(&inner.card, message, sent)).collect()
}

pub fn history(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let chat = chat(&body)?;
    let count = body["count"].as_u64().unwrap_or(100) as usize;
    let inner = call.device.lock();
    let found = inner.messages().into_iter().filter(|(message, _)| message.chat == chat).take(count);
    Ok(found.map(|(message, sent)| entry(&inner.card, message, sent)).collect())
}

pub fn message(call: &Call<'_>) -> Result<Value, Problem> {
    let body = call.json()?;
    let chat = chat(&body)?;
    let id = required(&body, "idMessage")?;
    let inner = call.device.lock();
    let found = inner.message(id).filter(|(message, _)| message.chat == chat);
    let (message, sent) = found.ok_or_else(|| Problem::validation("message not found"))?;
    Ok(entry(&inner.card, message, sent))
}

fn entry(card: &Card, message: &Message, sent: Option<&Sent>) -> Value {
    let content = &message.content;
    let mut entry = json!({
        "type": if message.from_me { "outgoing" } else { "incoming" },
        "idMessage": message.id,
        "timestamp": message.at_ms / 1000,
        "typeMessage": type_message(content),
        "chatId": message.chat,
    });
    if message.from_me {
        let status = sent.map(|sent| match sent.state {
            Some(state) => status_word(state, sent.code),
            None => "pending",
        });
        entry["statusMessage"] = json!(status.unwrap_or("sent"));
        entry["sendByApi"] = json!(message.by_api);
    } else {
        entry["senderId"] = json!(message.sender(&card.wid()));
        entry["senderName"] = json!(message.name);
    }
    match (&content.file, &content.place) {
        (Some(file), _) => {
            entry["downloadUrl"] = json!(file.url);
            entry["caption"] = json!(content.text);
            entry["fileName"] = json!(file.name);
            entry["mimeType"] = json!(file.mime);
        }
        (None, Some(place)) => {
            entry["location"] = json!({
                "nameLocation": place.name, "address": place.address,
                "latitude": place.latitude, "longitude": place.longitude,
            });
        }
        _ => entry["textMessage"] = json!(content.text),
    }
    entry
}

pub fn read(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let chat = chat(&body)?;
    call.device.lock().mark(json!({ "kind": "read", "chat": chat, "id": body["idMessage"] }));
    Ok(json!({ "setRead": true }))
}

pub fn check(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let body = call.json()?;
    let number = body["phoneNumber"].as_u64().filter(|number| (10_000..=999_999_999_999_999).contains(number));
    let number = number.ok_or_else(|| Problem::validation("'phoneNumber' must be a number"))?;
    Ok(json!({ "existsWhatsapp": call.sandbox.is_on_whatsapp(number) }))
}

/// Everybody a message went to or came from, and the groups.
fn people(call: &Call<'_>) -> Vec<Value> {
    let inner = call.device.lock();
    let mut people: BTreeMap<&str, &str> = BTreeMap::new();
    for (message, _) in inner.messages() {
        if !message.is_group() {
            let name = message.name.as_deref().filter(|_| !message.from_me).unwrap_or_default();
            let known = people.entry(&message.chat).or_insert(name);
            if known.is_empty() {
                *known = name;
            }
        }
    }
    let people =
        people.into_iter().map(|(id, name)| json!({ "id": id, "name": name, "contactName": "", "type": "user" }));
    let groups = inner.card.groups.iter();
    let groups = groups.map(|group| json!({ "id": group.id, "name": group.name, "contactName": "", "type": "group" }));
    people.chain(groups).collect()
}

pub fn contacts(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    Ok(json!(people(call)))
}

pub fn chats(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let mut chats = people(call);
    for chat in &mut chats {
        chat["archive"] = json!(false);
        chat["notSpam"] = json!(true);
    }
    Ok(json!(chats))
}

pub fn contact_info(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let chat = chat(&call.json()?)?;
    let inner = call.device.lock();
    let name = inner.inbox.iter().rev().find(|message| message.chat == chat).and_then(|message| message.name.clone());
    Ok(json!({
        "avatar": "", "name": name.unwrap_or_default(), "contactName": "", "email": "", "category": "",
        "description": "", "products": [], "chatId": chat, "lastSeen": null, "isArchive": false,
        "isDisappearing": false, "isMute": false, "messageExpiration": 0, "muteExpiration": null, "isBusiness": false,
    }))
}

pub fn avatar(call: &Call<'_>) -> Result<Value, Problem> {
    needs_phone(call)?;
    let chat = chat(&call.json()?)?;
    let exists = phone_of(&chat).is_none_or(|phone| call.sandbox.is_on_whatsapp(phone));
    Ok(json!({ "existsWhatsapp": exists, "urlAvatar": "", "available": false, "reason": "" }))
}
