//! Messages, reactions, changes and what was taken back: of people, and of the business itself.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::values::{self, first_text, hidden_id, is_group, phone_of_chat, text, timestamp, unsupported};
use crate::waha::ids::{bare, parts};
use crate::waha::webhook::kinds::{self, Said};
use crate::{Echo, Inbound, Notice};

/// Stories and channels come as messages of a chat that is nobody's.
pub fn is_broadcast(payload: &Value) -> bool {
    ["from", "to"].iter().any(|name| text(payload, name).is_some_and(values::is_broadcast))
}

pub fn written(number_id: &str, at: DateTime<Utc>, payload: Value) -> Notice {
    let Some(id) = text(&payload, "id").map(str::to_owned) else {
        return unsupported("a message without id", payload);
    };
    let context_id = first_text(&payload, &["/replyTo/id"]);
    let said = kinds::read(&payload, &id);
    notice(number_id, at, &id, bare(&id), context_id, said, payload)
}

pub fn reaction(number_id: &str, at: DateTime<Utc>, payload: Value) -> Notice {
    let (Some(id), Some(target)) =
        (text(&payload, "id").map(str::to_owned), first_text(&payload, &["/reaction/messageId"]))
    else {
        return unsupported("a reaction without id, or to nothing", payload);
    };
    let emoji = first_text(&payload, &["/reaction/text"]);
    notice(number_id, at, &id, bare(&id), Some(target), Said::plain("reaction", emoji), payload)
}

pub fn edited(number_id: &str, at: DateTime<Utc>, payload: Value) -> Notice {
    let (Some(id), Some(target)) =
        (text(&payload, "id").map(str::to_owned), text(&payload, "editedMessageId").map(str::to_owned))
    else {
        return unsupported("a change without id, or of nothing", payload);
    };
    let words = text(&payload, "body").map(str::to_owned);
    notice(number_id, at, &id, bare(&id), Some(target), Said::plain("edit", words), payload)
}

/// The news is in `after`; engines that do not keep messages have nothing in `before`.
pub fn revoked(number_id: &str, at: DateTime<Utc>, payload: Value) -> Notice {
    let Some(target) = text(&payload, "revokedMessageId").map(str::to_owned) else {
        return unsupported("a message taken back without its id", payload);
    };
    let message = ["after", "before"].iter().find_map(|name| payload.get(*name).filter(|it| it.is_object()));
    let message = message.cloned().unwrap_or_default();
    let id = text(&message, "id").map(str::to_owned).unwrap_or_default();
    // Taking back is told under the message's own id in places, which is taken already.
    let own = match bare(&id) {
        "" => format!("{target}-revoked"),
        same if same == bare(&target) => format!("{same}-revoked"),
        own => own.to_owned(),
    };
    match notice(number_id, at, &id, &own, Some(target), Said::plain("revoke", None), message) {
        Notice::Inbound(inbound) => Notice::Inbound(Box::new(Inbound { raw: payload, ..*inbound })),
        Notice::Echo(echo) => Notice::Echo(Box::new(Echo { raw: payload, ..*echo })),
        other => other,
    }
}

/// A message of a person, or of the business itself.
fn notice(
    number_id: &str,
    at: DateTime<Utc>,
    id: &str,
    own_id: &str,
    context_id: Option<String>,
    said: Said,
    message: Value,
) -> Notice {
    let written = parts(id);
    let ours = message.get("fromMe").and_then(Value::as_bool);
    let ours = ours.unwrap_or_else(|| written.is_some_and(|(ours, ..)| ours));
    let number_id = number_id.to_owned();
    let provider_message_id = own_id.to_owned();
    let at = timestamp(message.get("timestamp")).unwrap_or(at);
    let chat = chat_of(&message, written, ours);
    if ours {
        return Notice::Echo(Box::new(Echo {
            number_id,
            provider_message_id,
            to: phone_of_chat(&chat).or_else(|| other_phone(&message)).filter(|_| !is_group(&chat)),
            user_id: hidden_id(&chat).map(str::to_owned),
            group_id: is_group(&chat).then(|| chat.clone()),
            group_name: None,
            at,
            kind: said.kind,
            text: said.text,
            media: said.media,
            location: said.location,
            cards: said.cards,
            // What does not say where it is from may be one of ours.
            by_api: text(&message, "source") != Some("app"),
            raw: message,
        }));
    }
    let sender = first_text(&message, &["/participant", "/author"]).filter(|_| is_group(&chat)).unwrap_or(chat.clone());
    Notice::Inbound(Box::new(Inbound {
        number_id,
        provider_message_id,
        from: phone_of_chat(&sender).or_else(|| other_phone(&message).filter(|_| !is_group(&sender))),
        user_id: hidden_id(&sender).map(str::to_owned),
        profile_name: first_text(&message, &["/_data/notifyName", "/_data/pushName", "/_data/Info/PushName"]),
        group_id: is_group(&chat).then(|| chat.clone()),
        group_name: None,
        at,
        kind: said.kind,
        text: said.text,
        button_payload: said.button_payload,
        context_id: context_id.map(|id| bare(&id).to_owned()),
        media: said.media,
        location: said.location,
        cards: said.cards,
        raw: message,
    }))
}

/// The chat: of a message from us, engines name ourselves in places, and the id knows better.
fn chat_of(message: &Value, written: Option<(bool, &str, &str)>, ours: bool) -> String {
    let of_id = written.map(|(_, chat, _)| chat.to_owned());
    let (first, second) = if ours { ("to", "from") } else { ("from", "to") };
    let named = |name: &str| text(message, name).map(str::to_owned);
    let chat = if ours { of_id.or_else(|| named(first)) } else { named(first).or(of_id) };
    chat.or_else(|| named(second)).unwrap_or_default()
}

/// The number of a person whose chat hides it, where the engine tells it all the same.
fn other_phone(message: &Value) -> Option<String> {
    let places = [
        "/_data/key/participantAlt",
        "/_data/key/participantPn",
        "/_data/key/remoteJidAlt",
        "/_data/key/senderPn",
        "/_data/Info/SenderAlt",
    ];
    places.iter().find_map(|place| message.pointer(place)?.as_str().and_then(phone_of_chat))
}
