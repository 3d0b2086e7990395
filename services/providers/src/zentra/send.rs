//! Sends one message as a form.

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use secrecy::ExposeSecret;
use waybill_domain::provider::Refusal;

use crate::http::{self, Client, Reply, TRANSFER};
use crate::limits::{at_most, invalid, length, link, unsupported};
use crate::values::e164;
use crate::zentra::TOKEN_HEADER;
use crate::zentra::errors::{judge, judge_body};
use crate::zentra::fields::{address, field, is_success, message_id};
use crate::{Account, Content, Media, MediaKind, MediaSource, Outcome, Outgoing, Recipient};

const LONGEST_TEXT: usize = 65_536;
const LONGEST_FILE: usize = 100 * 1024 * 1024;

pub async fn send(client: &Client, account: &Account, outgoing: &Outgoing) -> Outcome {
    let request = match request(client, account, outgoing) {
        Ok(request) => request,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    match http::exchange(account, request).await {
        Ok(reply) => {
            let status = reply.status.as_u16();
            tracing::debug!(message.id = %outgoing.message_id, status, "the provider answered");
            outcome(account, outgoing, &reply)
        }
        Err(verdict) => verdict.into(),
    }
}

/// The body decides, wherever there is one to decide.
fn outcome(account: &Account, outgoing: &Outgoing, reply: &Reply<'_>) -> Outcome {
    if !reply.status.is_success() {
        return judge(reply).into();
    }
    let answer = reply.json().unwrap_or_default();
    match is_success(account, &answer) {
        // Without an id of theirs the message has one of ours; nothing is told of it anyway.
        Some(true) => Outcome::Accepted {
            provider_message_id: message_id(account, &answer)
                .unwrap_or_else(|| format!("waybill-{}", outgoing.message_id)),
        },
        Some(false) => judge_body(reply, &answer).into(),
        None => {
            let status = reply.status.as_u16();
            Outcome::Unknown { reason: format!("status {status} that says neither success nor failure") }
        }
    }
}

fn request(client: &Client, account: &Account, outgoing: &Outgoing) -> Result<RequestBuilder, Refusal> {
    let named = |name: &str, usual: &'static str| field(account, name, usual).to_owned();
    let (contacts, id) = match &outgoing.to {
        Recipient::Phone(phone) => {
            let phone = e164(phone).ok_or_else(|| invalid("the recipient is no telephone number"))?;
            ("numbers", phone[1..].to_owned())
        }
        Recipient::Chat(group) if group.trim().is_empty() || group.contains(',') => {
            return Err(invalid("the recipient is no group"));
        }
        Recipient::Chat(group) => ("group", group.clone()),
    };
    let (kind, text) = match &outgoing.content {
        Content::Text { body, .. } => {
            length("the text", body, LONGEST_TEXT)?;
            ("text".to_owned(), body.as_str())
        }
        Content::Media(media) => (type_of(account, media.kind)?, caption(media)?),
        _ => return Err(unsupported(outgoing.content.kind())),
    };
    let mut form = Form::new()
        .text(named("device_field", "device_uuid"), account.number_id.clone())
        .text(named("type_field", "type_message"), kind)
        .text(named("contact_type_field", "type_contact"), contacts)
        .text(named("ids_field", "ids"), id);
    if !text.is_empty() {
        form = form.text(named("text_field", "text_message"), text.to_owned());
    }
    let mut carries = false;
    if let Content::Media(media) = &outgoing.content {
        form = match &media.source {
            MediaSource::Link(url) => {
                link(url)?;
                form.text(named("media_url_field", "media_url"), url.clone())
            }
            MediaSource::Bytes(bytes) => {
                carries = true;
                form.part(named("media_field", "media"), part(media, bytes)?)
            }
            MediaSource::Uploaded(_) => return Err(invalid("this provider keeps no media: send a link or the bytes")),
        };
    }
    let request = client.post(address(account, "path", "/messages")?)?;
    let request = request.header(TOKEN_HEADER, account.access_token.expose_secret()).multipart(form);
    Ok(if carries { request.timeout(TRANSFER) } else { request })
}

fn type_of(account: &Account, kind: MediaKind) -> Result<String, Refusal> {
    Ok(match kind {
        MediaKind::Image => "image".to_owned(),
        MediaKind::Video => "video".to_owned(),
        MediaKind::Audio | MediaKind::Voice => "audio".to_owned(),
        MediaKind::Document => field(account, "document_type", "document").to_owned(),
        MediaKind::Sticker => return Err(unsupported(kind.content())),
    })
}

fn caption(media: &Media) -> Result<&str, Refusal> {
    let caption = media.caption.as_deref().unwrap_or_default();
    if !caption.is_empty() && matches!(media.kind, MediaKind::Audio | MediaKind::Voice) {
        return Err(invalid("audio has no caption"));
    }
    at_most("the caption", caption, LONGEST_TEXT)?;
    Ok(caption)
}

fn part(media: &Media, bytes: &bytes::Bytes) -> Result<Part, Refusal> {
    if bytes.is_empty() {
        return Err(invalid("the file is empty"));
    }
    if bytes.len() > LONGEST_FILE {
        return Err(invalid("the file is longer than 100 MiB"));
    }
    let part = Part::stream_with_length(bytes.clone(), bytes.len() as u64).file_name(media.file_name.clone());
    part.mime_str(&media.mime_type).map_err(|_| invalid("the type of the file cannot be read"))
}

#[cfg(test)]
mod tests;
