//! Sends one message. A 200 with an id means queued: what becomes of it is told by webhooks.

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value, json};
use waybill_domain::provider::Refusal;

use crate::green_api::errors::judge;
use crate::green_api::wire::{address, chat_id, media_address};
use crate::http::{self, Client, TRANSFER};
use crate::limits::{at_most, coordinates, count, invalid, length, link, unsupported};
use crate::values::{e164, text_or_number};
use crate::{Account, Card, Content, Media, MediaKind, MediaSource, Outcome, Outgoing};

const LONGEST_TEXT: usize = 20_000;
const LONGEST_CAPTION: usize = 1_024;
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
    match reply.json().and_then(|answer| text_or_number(answer.get("idMessage"))) {
        Some(provider_message_id) => Outcome::Accepted { provider_message_id },
        None => Outcome::Unknown { reason: format!("status {status} without a message id") },
    }
}

fn request(client: &Client, account: &Account, outgoing: &Outgoing) -> Result<RequestBuilder, Refusal> {
    let (method, mut body) = match &outgoing.content {
        Content::Text { body, preview_url } => {
            length("the text", body, LONGEST_TEXT)?;
            ("sendMessage", json!({ "message": body, "linkPreview": preview_url }))
        }
        Content::Media(media) => match file(media)? {
            File::At(url) => ("sendFileByUrl", file_by_url(media, url)?),
            File::Here(form) => return upload(client, account, outgoing, media, form),
        },
        Content::Location(place) => {
            coordinates(place.latitude, place.longitude)?;
            let mut body = json!({ "latitude": place.latitude, "longitude": place.longitude });
            for (name, value) in [("nameLocation", &place.name), ("address", &place.address)] {
                if let Some(value) = value {
                    body[name] = json!(value);
                }
            }
            ("sendLocation", body)
        }
        Content::Contacts(cards) => ("sendContact", json!({ "contact": contact(cards)? })),
        Content::Template(_) | Content::Buttons(_) | Content::List(_) | Content::Reaction { .. } => {
            return Err(unsupported(outgoing.content.kind()));
        }
    };
    body["chatId"] = json!(chat_id(&outgoing.to)?);
    if let Some(quoted) = &outgoing.reply_to {
        body["quotedMessageId"] = json!(quoted);
    }
    Ok(client.post(address(account, method)?)?.json(&body))
}

enum File<'a> {
    At(&'a str),
    Here(&'a bytes::Bytes),
}

fn file(media: &Media) -> Result<File<'_>, Refusal> {
    if media.kind == MediaKind::Sticker {
        return Err(unsupported(media.kind.content()));
    }
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        if matches!(media.kind, MediaKind::Audio | MediaKind::Voice) {
            return Err(invalid("audio has no caption"));
        }
        at_most("the caption", caption, LONGEST_CAPTION)?;
    }
    match &media.source {
        MediaSource::Link(url) | MediaSource::Uploaded(url) => {
            link(url)?;
            Ok(File::At(url))
        }
        MediaSource::Bytes(bytes) if bytes.is_empty() => Err(invalid("the file is empty")),
        MediaSource::Bytes(bytes) if bytes.len() > LONGEST_FILE => Err(invalid("the file is longer than 100 MiB")),
        MediaSource::Bytes(bytes) => Ok(File::Here(bytes)),
    }
}

fn file_by_url(media: &Media, url: &str) -> Result<Value, Refusal> {
    let mut body = json!({ "urlFile": url, "fileName": file_name(media)? });
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        body["caption"] = json!(caption);
    }
    Ok(body)
}

fn upload(
    client: &Client,
    account: &Account,
    outgoing: &Outgoing,
    media: &Media,
    bytes: &bytes::Bytes,
) -> Result<RequestBuilder, Refusal> {
    let name = file_name(media)?;
    let part = Part::stream_with_length(bytes.clone(), bytes.len() as u64)
        .file_name(name.clone())
        .mime_str(&media.mime_type)
        .map_err(|_| invalid("the type of the file cannot be read"))?;
    let mut form = Form::new().text("chatId", chat_id(&outgoing.to)?).text("fileName", name).part("file", part);
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        form = form.text("caption", caption.clone());
    }
    if let Some(quoted) = &outgoing.reply_to {
        form = form.text("quotedMessageId", quoted.clone());
    }
    Ok(client.post(media_address(account, "sendFileByUpload")?)?.timeout(TRANSFER).multipart(form))
}

/// The ending of the name decides as what a file is sent: only an `.ogg` plays as a recording.
fn file_name(media: &Media) -> Result<String, Refusal> {
    let (stem, ending) = match media.file_name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !ending.is_empty() => (stem, ending),
        _ if media.kind == MediaKind::Voice => (media.file_name.as_str(), ""),
        _ => return Err(invalid("the file name has no ending, which decides as what a file is sent")),
    };
    if media.kind != MediaKind::Voice || matches!(ending.to_ascii_lowercase().as_str(), "ogg" | "oga") {
        return Ok(media.file_name.clone());
    }
    if !media.mime_type.starts_with("audio/ogg") {
        return Err(invalid("a recording is ogg with opus"));
    }
    Ok(format!("{}.ogg", if stem.is_empty() { "voice" } else { stem }))
}

fn contact(cards: &[Card]) -> Result<Value, Refusal> {
    count("contact cards in one message", cards.len(), 1)?;
    let card = &cards[0];
    let number = card.phones.first().and_then(|phone| e164(phone));
    let number = number.and_then(|phone| phone[1..].parse::<u64>().ok());
    let mut contact = Map::new();
    contact.insert("phoneContact".into(), json!(number.ok_or_else(|| invalid("the contact card has no number"))?));
    let first = match (&card.first_name, &card.last_name) {
        (None, None) => Some(&card.formatted_name),
        (first, _) => first.as_ref(),
    };
    let parts = [("firstName", first), ("lastName", card.last_name.as_ref()), ("company", card.organisation.as_ref())];
    for (name, value) in parts {
        if let Some(value) = value {
            contact.insert(name.into(), json!(value));
        }
    }
    Ok(Value::Object(contact))
}

#[cfg(test)]
mod tests;
