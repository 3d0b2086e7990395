//! Sends one message, each kind by a method of its own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use waybill_domain::provider::Refusal;

use crate::http::{self, Client, TRANSFER};
use crate::limits::{coordinates, count, invalid, length, link, unsupported};
use crate::values::is_group;
use crate::vcard::vcard;
use crate::waha::errors::judge;
use crate::waha::ids::{self, chat_id, of_answer, whole};
use crate::waha::wire::request as call;
use crate::{Account, Content, List, Location, Media, MediaKind, MediaSource, Outcome, Outgoing};

const LONGEST_TEXT: usize = 65_536;
/// What is sent as Base64 within JSON, before it grows by a third.
const LONGEST_FILE: usize = 100 * 1024 * 1024;

pub async fn send(client: &Client, account: &Account, outgoing: &Outgoing) -> Outcome {
    let request = match request(client, account, outgoing) {
        Ok(request) => request,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    let reply = match http::exchange(account, request).await {
        Ok(reply) => reply,
        Err(verdict) => return verdict.into(),
    };
    let status = reply.status.as_u16();
    tracing::debug!(message.id = %outgoing.message_id, status, "the provider answered");
    if !reply.status.is_success() {
        return judge(&reply).into();
    }
    match reply.json().as_ref().and_then(of_answer).or_else(|| id_without_answer(account, outgoing, status)) {
        Some(provider_message_id) => Outcome::Accepted { provider_message_id },
        None => Outcome::Unknown { reason: format!("status {status} without a message id") },
    }
}

/// Engines answer some sends without an id. Where it was given beforehand it is known; cards and reactions are answered
/// so as a rule, and their receipts are lost with it.
fn id_without_answer(account: &Account, outgoing: &Outgoing, status: u16) -> Option<String> {
    let by_rule = matches!(outgoing.content, Content::Contacts(_) | Content::Reaction { .. });
    let made = || (by_rule && matches!(status, 200 | 201)).then(|| ids::stand_in(outgoing.message_id));
    ids::repeatable(account, outgoing).or_else(made)
}

fn request(client: &Client, account: &Account, outgoing: &Outgoing) -> Result<RequestBuilder, Refusal> {
    let chat = chat_id(&outgoing.to)?;
    let (path, mut body) = match &outgoing.content {
        Content::Text { body, preview_url } => {
            length("the text", body, LONGEST_TEXT)?;
            ("/sendText", json!({ "text": body, "linkPreview": preview_url }))
        }
        Content::Media(media) => media_body(media)?,
        Content::Location(place) => ("/sendLocation", location(place)?),
        Content::Contacts(cards) => {
            count("contact cards", cards.len(), 50)?;
            cards.iter().try_for_each(|card| length("the name on a contact card", &card.formatted_name, 1_024))?;
            let cards: Vec<Value> = cards.iter().map(|card| json!({ "vcard": vcard(card) })).collect();
            ("/sendContactVcard", json!({ "contacts": cards }))
        }
        Content::List(_) if is_group(&chat) => return Err(invalid("lists go to people only, not to groups")),
        Content::List(list) => ("/sendList", json!({ "message": list_body(list)? })),
        Content::Reaction { provider_message_id, emoji } => {
            length("the id of the message", provider_message_id, 1_024)?;
            let body = json!({
                "session": account.number_id, "messageId": whole(provider_message_id, &chat), "reaction": emoji,
            });
            return Ok(call(client, account, Method::PUT, "/reaction")?.json(&body));
        }
        Content::Template(_) | Content::Buttons(_) => return Err(unsupported(outgoing.content.kind())),
    };
    body["session"] = json!(account.number_id);
    if let Some(answered) = &outgoing.reply_to {
        body["reply_to"] = json!(whole(answered, &chat));
    }
    if ids::takes_own_ids(account) && !matches!(outgoing.content, Content::List(_)) {
        body["id"] = json!(ids::own(outgoing.message_id));
    }
    body["chatId"] = json!(chat);
    let request = call(client, account, Method::POST, path)?;
    let carries = matches!(&outgoing.content, Content::Media(Media { source: MediaSource::Bytes(_), .. }));
    Ok(if carries { request.timeout(TRANSFER) } else { request }.json(&body))
}

fn media_body(media: &Media) -> Result<(&'static str, Value), Refusal> {
    let mut file = json!({ "mimetype": media.mime_type, "filename": media.file_name });
    match &media.source {
        MediaSource::Link(url) => {
            link(url)?;
            file["url"] = json!(url);
        }
        MediaSource::Bytes(bytes) if bytes.is_empty() => return Err(invalid("the file is empty")),
        MediaSource::Bytes(bytes) if bytes.len() > LONGEST_FILE => {
            return Err(invalid("the file is longer than 100 MiB"));
        }
        MediaSource::Bytes(bytes) => file["data"] = json!(STANDARD.encode(bytes)),
        MediaSource::Uploaded(_) => return Err(invalid("this provider keeps no media: send a link or the bytes")),
    }
    let is_opus = media.mime_type.starts_with("audio/ogg");
    let (path, mut body) = match media.kind {
        MediaKind::Image => ("/sendImage", json!({ "file": file })),
        MediaKind::Video => {
            ("/sendVideo", json!({ "file": file, "asNote": false, "convert": media.mime_type != "video/mp4" }))
        }
        MediaKind::Voice => ("/sendVoice", json!({ "file": file, "convert": !is_opus })),
        MediaKind::Audio | MediaKind::Document => ("/sendFile", json!({ "file": file })),
        MediaKind::Sticker => return Err(unsupported(media.kind.content())),
    };
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        if matches!(media.kind, MediaKind::Audio | MediaKind::Voice) {
            return Err(invalid("audio has no caption"));
        }
        length("the caption", caption, LONGEST_TEXT)?;
        body["caption"] = json!(caption);
    }
    Ok((path, body))
}

fn location(place: &Location) -> Result<Value, Refusal> {
    coordinates(place.latitude, place.longitude)?;
    let title = place.name.as_deref().or(place.address.as_deref()).unwrap_or_default();
    Ok(json!({ "latitude": place.latitude, "longitude": place.longitude, "title": title }))
}

fn list_body(list: &List) -> Result<Value, Refusal> {
    length("the text", &list.body, LONGEST_TEXT)?;
    length("the label of the list", &list.button, 20)?;
    count("rows", list.sections.iter().map(|section| section.rows.len()).sum(), 10)?;
    let sections: Vec<Value> = list
        .sections
        .iter()
        .map(|section| {
            let row = |row: &crate::Row| {
                let mut object = json!({ "rowId": row.id, "title": row.title });
                if let Some(description) = &row.description {
                    object["description"] = json!(description);
                }
                object
            };
            json!({ "title": section.title, "rows": section.rows.iter().map(row).collect::<Vec<_>>() })
        })
        .collect();
    // The title is required.
    let (title, description) = match &list.header {
        Some(header) => (header, Some(&list.body)),
        None => (&list.body, None),
    };
    let mut message = json!({ "title": title, "button": list.button, "sections": sections });
    for (name, value) in [("description", description), ("footer", list.footer.as_ref())] {
        if let Some(value) = value {
            message[name] = json!(value);
        }
    }
    Ok(message)
}

#[cfg(test)]
mod tests;
