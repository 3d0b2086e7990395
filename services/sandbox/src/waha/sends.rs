//! WAHA's sends.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::content::{ContactCard, Content, FileRef, Place, is_chat, is_group, mime_of_file, phone_of};
use crate::devices::door::Visit;
use crate::devices::take::{Order, new_message_id};
use crate::devices::{Card, Device, Engine};
use crate::graph::answers::json_response;
use crate::waha::answers::{Problem, fault};
use crate::waha::webhooks::bare;
use crate::waha::{Call, shapes};
use crate::wire::Breaker;

pub fn is_send(method: &str) -> bool {
    matches!(
        method,
        "sendText"
            | "sendImage"
            | "sendFile"
            | "sendVoice"
            | "sendVideo"
            | "sendLocation"
            | "sendContactVcard"
            | "sendPoll"
            | "sendList"
            | "sendButtons"
    )
}

pub async fn send(call: &Call<'_>, method: &str, breaker: Option<Breaker>) -> Result<Response, Problem> {
    let body = call.json()?;
    let session = body["session"].as_str().filter(|name| !name.is_empty()).unwrap_or("default");
    let device = call.session(session)?;
    let order = match read(call, &device, method, &body) {
        Ok(order) => order,
        Err(problem) => {
            call.sandbox.refuse_on(&device);
            return Err(problem);
        }
    };
    let card = device.card();
    let visit = Visit { sandbox: call.sandbox, device: &device, breaker };
    let reaction = method == "reaction";
    let take = |undeliverable: bool| {
        let card = device.card();
        if !card.works() {
            return Err(Problem::not_working(&card));
        }
        let mut order = order;
        order.undeliverable |= undeliverable;
        nobody_there(call, &card, &order)?;
        let taken = call.sandbox.take(&device, order).map_err(|error| {
            tracing::error!(%error, "the journal cannot be written, so nothing is accepted");
            Problem::thrown(&card, "internal error")
        })?;
        let status = if reaction { StatusCode::OK } else { StatusCode::CREATED };
        Ok((json_response(status, &shapes::sent(&card, &taken.message)), Some(taken.index)))
    };
    Ok(visit.send(take, |before| fault(&card, before)).await)
}

/// Only one engine says at once that nobody has this number.
fn nobody_there(call: &Call<'_>, card: &Card, order: &Order) -> Result<(), Problem> {
    let absent = phone_of(&order.chat).is_some_and(|phone| !call.sandbox.is_on_whatsapp(phone));
    if card.engine == Engine::Gows && absent {
        return Err(Problem::thrown(card, format!("no LID found for {} from server", order.chat)));
    }
    Ok(())
}

fn read(call: &Call<'_>, device: &Arc<Device>, method: &str, body: &Value) -> Result<Order, Problem> {
    let engine = device.lock().card.engine;
    if method == "reaction" {
        let id = required(body, "messageId")?;
        // `<fromMe>_<chat>_<id>` names the chat too.
        let chat = id
            .split('_')
            .nth(1)
            .filter(|chat| is_chat(chat))
            .ok_or_else(|| Problem::Bad("messageId is not a full id".into()))?;
        let content = Content {
            kind: "reaction".into(),
            text: body["reaction"].as_str().unwrap_or_default().to_owned(),
            about: Some(id.to_owned()),
            ..Content::default()
        };
        return Ok(Order { id: None, chat: chat.to_owned(), content, undeliverable: false });
    }
    let chat = required(body, "chatId")?;
    let chat = chat.strip_suffix("@s.whatsapp.net").map_or_else(|| chat.to_owned(), |phone| format!("{phone}@c.us"));
    if !is_chat(&chat) {
        return Err(Problem::Bad("chatId must be <phone>@c.us, <id>@g.us or <id>@lid".into()));
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let mut content = match method {
        "sendText" => Content::text(required(body, "text")?),
        "sendImage" => file(call, device, body, "image")?,
        "sendFile" => file(call, device, body, "document")?,
        "sendVoice" => file(call, device, body, "voice")?,
        "sendVideo" => file(call, device, body, "video")?,
        "sendLocation" => {
            let number =
                |name: &str| body[name].as_f64().ok_or_else(|| Problem::Bad(format!("{name} must be a number")));
            let place = Place {
                latitude: number("latitude")?,
                longitude: number("longitude")?,
                name: text("title"),
                address: String::new(),
            };
            Content { kind: "location".into(), place: Some(place), ..Content::default() }
        }
        "sendContactVcard" => Content { kind: "contacts".into(), cards: cards(body)?, ..Content::default() },
        "sendPoll" => {
            let options = body["poll"]["options"].as_array().into_iter().flatten();
            let options: Vec<String> = options.filter_map(|option| option.as_str().map(str::to_owned)).collect();
            if options.is_empty() {
                return Err(Problem::missing("poll.options"));
            }
            Content {
                kind: "poll".into(),
                text: required(&body["poll"], "name")?.into(),
                options,
                ..Content::default()
            }
        }
        "sendList" => {
            if is_group(&chat) {
                return Err(Problem::NotImplemented("Lists can be sent in direct chats only".into()));
            }
            let rows = body["message"]["sections"].as_array().into_iter().flatten();
            let rows = rows.flat_map(|section| section["rows"].as_array().into_iter().flatten());
            let options = rows.filter_map(|row| row["title"].as_str().map(str::to_owned)).collect();
            Content { options, ..Content::text(required(&body["message"], "title")?) }
        }
        _ => return Err(Problem::NotImplemented(format!("{} does not support buttons", engine.as_str()))),
    };
    content.about = body["reply_to"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    let id = body["id"].as_str().filter(|id| !id.is_empty());
    let id = match (id, engine) {
        (Some(id), Engine::Gows) => Some(bare(id).to_owned()),
        // The other engines make their own id whatever the caller says.
        _ => None,
    };
    Ok(Order { id, chat, content, undeliverable: false })
}

fn required<'a>(body: &'a Value, name: &str) -> Result<&'a str, Problem> {
    body[name].as_str().filter(|value| !value.is_empty()).ok_or_else(|| Problem::missing(name))
}

/// A file by address or with its bytes.
fn file(call: &Call<'_>, device: &Device, body: &Value, kind: &str) -> Result<Content, Problem> {
    let file = &body["file"];
    let url = file["url"].as_str().filter(|url| !url.is_empty());
    let data = file["data"].as_str().filter(|data| !data.is_empty());
    let name = file["filename"].as_str().unwrap_or_default();
    let mime = file["mimetype"].as_str().map_or_else(|| mime_of_file(name).to_owned(), str::to_owned);
    let mut kept = FileRef { name: name.to_owned(), mime, ..FileRef::default() };
    match (url, data) {
        (Some(url), _) => {
            let scheme = reqwest::Url::parse(url).map(|url| url.scheme().to_owned());
            if !scheme.is_ok_and(|scheme| scheme == "http" || scheme == "https") {
                return Err(Problem::Bad("file.url must be a URL address".into()));
            }
            kept.url = url.to_owned();
        }
        (None, Some(data)) => {
            use base64::Engine as _;
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(data)
                .map_err(|_| Problem::Bad("file.data must be base64".into()))?;
            let stored = call.sandbox.files.put(&device.number_id, name, &kept.mime, bytes.into());
            kept.url = call.sandbox.file_url(&stored);
            kept.id = Some(stored.id.clone());
        }
        (None, None) => return Err(Problem::missing("file.url")),
    }
    Ok(Content {
        kind: kind.to_owned(),
        text: body["caption"].as_str().unwrap_or_default().to_owned(),
        file: Some(kept),
        ..Content::default()
    })
}

fn cards(body: &Value) -> Result<Vec<ContactCard>, Problem> {
    let contacts = body["contacts"].as_array().filter(|contacts| !contacts.is_empty());
    let contacts = contacts.ok_or_else(|| Problem::missing("contacts"))?;
    let read = |contact: &Value| {
        if let Some(vcard) = contact["vcard"].as_str() {
            let name = vcard.lines().find_map(|line| line.strip_prefix("FN:")).unwrap_or_default();
            return Ok(ContactCard { name: name.to_owned(), phone: String::new(), vcard: vcard.to_owned() });
        }
        let phone = contact["whatsappId"].as_str().or_else(|| contact["phoneNumber"].as_str()).unwrap_or_default();
        let phone: String = phone.chars().filter(char::is_ascii_digit).collect();
        Ok(ContactCard::new(required(contact, "fullName")?, &phone))
    };
    contacts.iter().map(read).collect()
}

/// An id to send with, so that a send can be repeated.
pub fn new_id(call: &Call<'_>, name: &str) -> Result<Value, Problem> {
    let device = call.working(name)?;
    if device.card().engine != Engine::Gows {
        return Err(Problem::NotImplemented("The method is not implemented by the engine".into()));
    }
    Ok(json!({ "id": new_message_id() }))
}
