//! Messages of people, and what the business wrote on its phone.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::values::{e164, first_text, float, text, timestamp, unsupported};
use crate::{Card, Echo, Inbound, InboundMedia, Notice, Place, vcard};

pub fn inbound(number_id: &str, value: &Value, fallback: Option<DateTime<Utc>>, message: Value) -> Notice {
    let Some(id) = text(&message, "id").map(str::to_owned) else {
        return unsupported("a message without id", message);
    };
    let contact = contact_of(value, &message);
    let phone = text(&message, "from").or_else(|| contact.and_then(|contact| text(contact, "wa_id")));
    let user_id = text(&message, "from_user_id").or_else(|| contact.and_then(|contact| text(contact, "user_id")));
    let kind = text(&message, "type").unwrap_or("unknown");
    Notice::Inbound(Box::new(Inbound {
        number_id: number_id.to_owned(),
        provider_message_id: id,
        from: phone.and_then(e164),
        user_id: user_id.map(str::to_owned),
        profile_name: contact
            .and_then(|contact| contact.pointer("/profile/name"))
            .and_then(Value::as_str)
            .map(str::to_owned),
        group_id: text(&message, "group_id").map(str::to_owned),
        group_name: None,
        at: timestamp(message.get("timestamp")).or(fallback).unwrap_or_else(Utc::now),
        kind: kind.to_owned(),
        text: words(&message, kind),
        button_payload: first_text(
            &message,
            &["/button/payload", "/interactive/button_reply/id", "/interactive/list_reply/id"],
        ),
        context_id: first_text(&message, REFERENCES),
        media: media(&message, kind),
        location: place(&message, kind),
        cards: cards(&message, kind),
        raw: message,
    }))
}

pub fn echo(number_id: &str, fallback: Option<DateTime<Utc>>, message: Value) -> Notice {
    let Some(id) = text(&message, "id").map(str::to_owned) else {
        return unsupported("an echo without id", message);
    };
    let kind = text(&message, "type").unwrap_or("unknown");
    Notice::Echo(Box::new(Echo {
        number_id: number_id.to_owned(),
        provider_message_id: id,
        to: text(&message, "to").and_then(e164),
        user_id: text(&message, "to_user_id").map(str::to_owned),
        group_id: text(&message, "group_id").map(str::to_owned),
        group_name: None,
        at: timestamp(message.get("timestamp")).or(fallback).unwrap_or_else(Utc::now),
        kind: kind.to_owned(),
        text: words(&message, kind),
        media: media(&message, kind),
        location: place(&message, kind),
        cards: cards(&message, kind),
        by_api: false,
        raw: message,
    }))
}

/// Where a message names the one it answers, reacts to, changes or takes back. What is changed or taken back comes
/// first: an edited message keeps the one it answers.
const REFERENCES: &[&str] =
    &["/edit/original_message_id", "/revoke/original_message_id", "/reaction/message_id", "/context/id"];

/// What the person wrote.
fn words(message: &Value, kind: &str) -> Option<String> {
    let places: &[&str] = match kind {
        "text" => &["/text/body"],
        "button" => &["/button/text"],
        "interactive" => {
            &["/interactive/button_reply/title", "/interactive/list_reply/title", "/interactive/nfm_reply/body"]
        }
        "reaction" => &["/reaction/emoji"],
        "order" => &["/order/text"],
        "system" => &["/system/body"],
        "edit" => return edited_words(message),
        // Media, and whatever may come.
        other => return message.get(other).and_then(|content| text(content, "caption")).map(str::to_owned),
    };
    first_text(message, places)
}

/// The new text, or the new caption.
fn edited_words(message: &Value) -> Option<String> {
    let edited = message.pointer("/edit/message")?;
    let kind = text(edited, "type").unwrap_or("text");
    let content = edited.get(kind)?;
    text(content, "body").or_else(|| text(content, "caption")).map(str::to_owned)
}

fn cards(message: &Value, kind: &str) -> Vec<Card> {
    let cards = message.get("contacts").filter(|_| kind == "contacts").and_then(Value::as_array);
    cards.into_iter().flatten().filter_map(card).collect()
}

fn card(card: &Value) -> Option<Card> {
    let own = |place: &str| first_text(card, &[place]);
    let each = |list: &str, read: fn(&Value) -> Option<String>| {
        let items = card.get(list).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(read).collect()
    };
    let (first_name, last_name) = (own("/name/first_name"), own("/name/last_name"));
    Some(Card {
        formatted_name: own("/name/formatted_name").or_else(|| first_name.clone()).or_else(|| last_name.clone())?,
        first_name,
        last_name,
        organisation: own("/org/company"),
        phones: each("phones", |phone| {
            text(phone, "wa_id").and_then(e164).or_else(|| text(phone, "phone").and_then(vcard::number))
        }),
        emails: each("emails", |email| text(email, "email").map(str::to_owned)),
    })
}

fn media(message: &Value, kind: &str) -> Option<InboundMedia> {
    let content = match kind {
        "image" | "video" | "audio" | "document" | "sticker" => message.get(kind)?,
        "edit" => {
            let edited = message.pointer("/edit/message")?;
            match text(edited, "type")? {
                kind @ ("image" | "video" | "audio" | "document" | "sticker") => edited.get(kind)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    let own = |name: &str| text(content, name).map(str::to_owned);
    let media_id = crate::values::text_or_number(content.get("id"));
    let url = own("url");
    if media_id.is_none() && url.is_none() {
        return None;
    }
    Some(InboundMedia {
        media_id,
        url,
        mime_type: own("mime_type"),
        file_name: own("filename"),
        sha256: own("sha256").and_then(|hash| hexadecimal(&hash)),
        voice: content.get("voice").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// Meta writes some hashes in Base64.
fn hexadecimal(hash: &str) -> Option<String> {
    use base64::Engine;
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(hash.to_ascii_lowercase());
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(hash).ok()?;
    (bytes.len() == 32).then(|| hex::encode(bytes))
}

fn place(message: &Value, kind: &str) -> Option<Place> {
    let location = message.get("location").filter(|_| kind == "location")?;
    Some(Place {
        latitude: float(location.get("latitude"))?,
        longitude: float(location.get("longitude"))?,
        name: text(location, "name").map(str::to_owned),
        address: text(location, "address").map(str::to_owned),
    })
}

/// The contact who wrote a message: by phone, by user id, or the only one there is.
fn contact_of<'a>(value: &'a Value, message: &Value) -> Option<&'a Value> {
    let contacts = value.get("contacts")?.as_array()?;
    let same = |contact: &&Value, here: &str, there: &str| {
        text(message, here).is_some_and(|id| text(contact, there) == Some(id))
    };
    let found =
        contacts.iter().find(|contact| same(contact, "from", "wa_id") || same(contact, "from_user_id", "user_id"));
    found.or(if let [only] = contacts.as_slice() { Some(only) } else { None })
}
