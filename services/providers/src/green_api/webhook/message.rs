//! Messages of people, and what the business sent.

use chrono::Utc;
use serde_json::Value;

use crate::values::{first_text, float, hidden_id, is_group, phone_of_chat, text, timestamp, unsupported};
use crate::{Card, Echo, Inbound, InboundMedia, Notice, Place, vcard};

pub fn inbound(number_id: String, root: Value) -> Notice {
    let Some(id) = text(&root, "idMessage").map(str::to_owned) else {
        return unsupported("a message without id", root);
    };
    let chat = root.pointer("/senderData/chatId").and_then(Value::as_str).unwrap_or_default();
    let sender = root.pointer("/senderData/sender").and_then(Value::as_str).unwrap_or(chat);
    let (kind, message) = typed(&root);
    Notice::Inbound(Box::new(Inbound {
        number_id,
        provider_message_id: id,
        from: phone_of_chat(sender),
        user_id: hidden_id(sender).map(str::to_owned),
        profile_name: first_text(&root, &["/senderData/senderName", "/senderData/senderContactName"]),
        group_id: is_group(chat).then(|| chat.to_owned()),
        group_name: group_name(&root, chat),
        at: timestamp(root.get("timestamp")).unwrap_or_else(Utc::now),
        text: words(kind, message),
        button_payload: first_text(message, PAYLOADS),
        context_id: first_text(message, REFERENCES),
        media: media(message),
        location: place(message),
        cards: cards(message),
        kind: kind.to_owned(),
        raw: root,
    }))
}

/// The name of a chat with a person is the person's.
fn group_name(root: &Value, chat: &str) -> Option<String> {
    first_text(root, &["/senderData/chatName"]).filter(|_| is_group(chat))
}

pub fn echo(number_id: String, by_api: bool, root: Value) -> Notice {
    let Some(id) = text(&root, "idMessage").map(str::to_owned) else {
        return unsupported("an echo without id", root);
    };
    let chat = root.pointer("/senderData/chatId").and_then(Value::as_str).unwrap_or_default();
    let (kind, message) = typed(&root);
    Notice::Echo(Box::new(Echo {
        number_id,
        provider_message_id: id,
        to: phone_of_chat(chat),
        user_id: hidden_id(chat).map(str::to_owned),
        group_id: is_group(chat).then(|| chat.to_owned()),
        group_name: group_name(&root, chat),
        at: timestamp(root.get("timestamp")).unwrap_or_else(Utc::now),
        text: words(kind, message),
        media: media(message),
        location: place(message),
        cards: cards(message),
        kind: kind.to_owned(),
        by_api,
        raw: root,
    }))
}

/// Our word for the type, and the data of the message.
fn typed(root: &Value) -> (&str, &Value) {
    let message = root.get("messageData").unwrap_or(&Value::Null);
    let kind = text(message, "typeMessage").unwrap_or("unknown");
    // What could not be decrypted arrives as a literal.
    let undecrypted = |text: &str| text.starts_with("{{SWE") && text.ends_with("}}");
    let kind = match kind {
        "textMessage" if first_text(message, &["/textMessageData/textMessage"]).is_some_and(|it| undecrypted(&it)) => {
            "unsupported"
        }
        "textMessage" | "extendedTextMessage" | "quotedMessage" => "text",
        "imageMessage" => "image",
        "videoMessage" => "video",
        "audioMessage" => "audio",
        "documentMessage" => "document",
        "stickerMessage" => "sticker",
        "locationMessage" | "liveLocationMessage" => "location",
        "contactMessage" | "contactsArrayMessage" => "contacts",
        "reactionMessage" => "reaction",
        "buttonsResponseMessage" | "templateButtonsReplyMessage" | "templateButtonReplyMessage" => "button",
        "listResponseMessage" | "interactiveButtonsReply" | "interactiveButtonsResponse" => "interactive",
        "editedMessage" => "edit",
        "deletedMessage" => "revoke",
        other => other,
    };
    (kind, message)
}

/// What the person wrote. The name of the provider's field is the same in a message and in its edited form.
fn words(kind: &str, message: &Value) -> Option<String> {
    match kind {
        "unsupported" | "contacts" => None,
        _ => first_text(message, WORDS),
    }
}

const WORDS: &[&str] = &[
    "/textMessageData/textMessage",
    "/extendedTextMessageData/text",
    "/fileMessageData/caption",
    "/buttonsResponseMessage/selectedButtonText",
    "/selectedButtonText",
    "/templateButtonReplyMessage/selectedDisplayText",
    "/templateButtonsReplyMessage/selectedDisplayText",
    "/selectedDisplayText",
    "/listResponseMessage/title",
    "/title",
    "/interactiveButtonsReply/contentText",
    "/editedMessageData/textMessage",
    "/editedMessageData/caption",
    "/textMessage",
    "/caption",
];

const PAYLOADS: &[&str] = &[
    "/buttonsResponseMessage/selectedButtonId",
    "/selectedButtonId",
    "/templateButtonReplyMessage/selectedId",
    "/templateButtonsReplyMessage/selectedId",
    "/selectedId",
    "/listResponseMessage/singleSelectReply/selectedRowId",
    "/listResponseMessage/singleSelectReply",
    "/singleSelectReply/selectedRowId",
    "/singleSelectReply",
];

/// Where a message names the one it answers, reacts to, changes or takes back.
const REFERENCES: &[&str] = &[
    "/editedMessageData/stanzaId",
    "/deletedMessageData/stanzaId",
    "/quotedMessage/stanzaId",
    "/extendedTextMessageData/stanzaId",
    "/buttonsResponseMessage/stanzaId",
    "/templateButtonReplyMessage/stanzaId",
    "/templateButtonsReplyMessage/stanzaId",
    "/listResponseMessage/stanzaId",
    "/stanzaId",
];

fn cards(message: &Value) -> Vec<Card> {
    let one = message.get("contactMessageData").map(std::slice::from_ref);
    let several = || message.get("contacts").or_else(|| message.pointer("/messageData/contacts"))?.as_array();
    let cards = one.or_else(|| several().map(Vec::as_slice)).unwrap_or_default();
    cards.iter().filter_map(card).collect()
}

/// The name beside the card is the one that people see.
fn card(card: &Value) -> Option<Card> {
    let read = text(card, "vcard").and_then(vcard::read);
    match text(card, "displayName").map(str::to_owned) {
        Some(formatted_name) => Some(Card { formatted_name, ..read.unwrap_or_default() }),
        None => read,
    }
}

/// The name of a file is only dependable for documents; others get names that nobody gave them.
fn media(message: &Value) -> Option<InboundMedia> {
    let file = message.get("fileMessageData")?;
    let url = text(file, "downloadUrl")?;
    let kind = text(message, "typeMessage").unwrap_or_default();
    let mime_type = text(file, "mimeType").map(str::to_owned);
    Some(InboundMedia {
        media_id: None,
        url: Some(url.to_owned()),
        // Recordings are told by their codec only.
        voice: kind == "audioMessage" && mime_type.as_deref().is_some_and(|mime_type| mime_type.contains("opus")),
        mime_type,
        file_name: text(file, "fileName").filter(|_| kind == "documentMessage").map(str::to_owned),
        sha256: None,
    })
}

fn place(message: &Value) -> Option<Place> {
    let location = message.get("locationMessageData")?;
    Some(Place {
        latitude: float(location.get("latitude"))?,
        longitude: float(location.get("longitude"))?,
        name: text(location, "nameLocation").map(str::to_owned),
        address: text(location, "address").map(str::to_owned),
    })
}
