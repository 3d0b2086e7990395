//! Reads and checks Green API's sends.

use serde_json::Value;

use crate::devices::content::{ContactCard, Content, FileRef, Place, is_chat, kind_of_file, mime_of_file};
use crate::devices::take::Order;
use crate::green::answers::Problem;
use crate::green::{Call, upload};

const TEXT_LIMIT: usize = 20_000;
const CAPTION_LIMIT: usize = 1_024;

pub fn is_send(method: &str) -> bool {
    matches!(
        method,
        "sendMessage"
            | "sendFileByUrl"
            | "sendFileByUpload"
            | "sendLocation"
            | "sendContact"
            | "sendPoll"
            | "forwardMessages"
            | "sendInteractiveButtons"
            | "sendInteractiveButtonsReply"
    )
}

/// What a send asks for.
pub async fn read(call: &Call<'_>, method: &str) -> Result<Order, Problem> {
    if method == "sendFileByUpload" {
        return upload::send(call).await;
    }
    let body = call.json()?;
    let chat = chat(&body)?;
    let mut content = match method {
        "sendMessage" => {
            let message = required(&body, "message")?;
            limited("message", message, TEXT_LIMIT)?;
            if let Some(typing) = body.get("typingTime").filter(|typing| !typing.is_null())
                && !typing.as_u64().is_some_and(|ms| (1_000..=20_000).contains(&ms))
            {
                return Err(Problem::validation("'typingTime' must be between 1000 and 20000"));
            }
            Content::text(message)
        }
        "sendFileByUrl" => {
            let url = required(&body, "urlFile")?;
            let scheme = reqwest::Url::parse(url).map(|url| url.scheme().to_owned());
            if !scheme.is_ok_and(|scheme| scheme == "http" || scheme == "https") {
                return Err(Problem::validation("'urlFile' must be a valid uri"));
            }
            file(required(&body, "fileName")?, url, body["caption"].as_str().unwrap_or_default(), None)?
        }
        "sendLocation" => {
            let number = |name: &str| {
                body[name].as_f64().ok_or_else(|| Problem::validation(format!("'{name}' must be a number")))
            };
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let place = Place {
                latitude: number("latitude")?,
                longitude: number("longitude")?,
                name: text("nameLocation"),
                address: text("address"),
            };
            Content { kind: "location".into(), place: Some(place), ..Content::default() }
        }
        "sendContact" => contact(&body["contact"])?,
        "sendPoll" => {
            let options = body["options"].as_array().cloned().unwrap_or_default();
            let options: Vec<String> =
                options.iter().filter_map(|option| option["optionName"].as_str().map(str::to_owned)).collect();
            if !(2..=12).contains(&options.len()) {
                return Err(Problem::validation("'options' must contain between 2 and 12 items"));
            }
            Content { kind: "poll".into(), text: required(&body, "message")?.into(), options, ..Content::default() }
        }
        "forwardMessages" => forwarded(call, &body)?,
        _ => {
            let buttons = body["buttons"].as_array().cloned().unwrap_or_default();
            if !(1..=3).contains(&buttons.len()) {
                return Err(Problem::validation("'buttons' must contain between 1 and 3 items"));
            }
            let options =
                buttons.iter().filter_map(|button| button["buttonText"].as_str().map(str::to_owned)).collect();
            Content { options, ..Content::text(required(&body, "body")?) }
        }
    };
    content.about = body["quotedMessageId"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    Ok(Order { id: None, chat, content, undeliverable: false })
}

pub fn chat(body: &Value) -> Result<String, Problem> {
    let chat = required(body, "chatId")?;
    checked_chat(chat)
}

pub fn checked_chat(chat: &str) -> Result<String, Problem> {
    if is_chat(chat) { Ok(chat.to_owned()) } else { Err(Problem::validation("'chatId' has invalid format")) }
}

pub fn required<'a>(body: &'a Value, name: &str) -> Result<&'a str, Problem> {
    let value = body[name].as_str().filter(|value| !value.is_empty());
    value.ok_or_else(|| Problem::validation(format!("'{name}' is required")))
}

fn limited(name: &str, value: &str, limit: usize) -> Result<(), Problem> {
    if value.len() > limit && value.chars().count() > limit {
        return Err(Problem::validation(format!(
            "'{name}' length must be less than or equal to {limit} characters long"
        )));
    }
    Ok(())
}

/// A file whose name decides what it is.
pub fn file(name: &str, url: &str, caption: &str, id: Option<String>) -> Result<Content, Problem> {
    if !name.contains('.') {
        return Err(Problem::validation("'fileName' must have an extension"));
    }
    limited("caption", caption, CAPTION_LIMIT)?;
    let file = FileRef { url: url.to_owned(), name: name.to_owned(), mime: mime_of_file(name).to_owned(), id };
    Ok(Content {
        kind: kind_of_file(name).to_owned(),
        text: caption.to_owned(),
        file: Some(file),
        ..Content::default()
    })
}

fn contact(contact: &Value) -> Result<Content, Problem> {
    let phone = contact["phoneContact"].as_u64().map(|phone| phone.to_string());
    let phone = phone.or_else(|| contact["phoneContact"].as_str().map(str::to_owned));
    let phone = phone.filter(|phone| phone.bytes().all(|byte| byte.is_ascii_digit()) && phone.len() >= 5);
    let phone = phone.ok_or_else(|| Problem::validation("'contact.phoneContact' must be a number"))?;
    let names = ["firstName", "middleName", "lastName"].map(|part| contact[part].as_str().unwrap_or_default());
    let mut name = names.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        name = contact["company"].as_str().unwrap_or_default().to_owned();
    }
    if name.is_empty() {
        return Err(Problem::validation(
            "'contact' must contain at least one of [firstName, middleName, lastName, company]",
        ));
    }
    Ok(Content { kind: "contacts".into(), cards: vec![ContactCard::new(&name, &phone)], ..Content::default() })
}

fn forwarded(call: &Call<'_>, body: &Value) -> Result<Content, Problem> {
    let id = body["messages"].get(0).and_then(Value::as_str);
    let id = id.ok_or_else(|| Problem::validation("'messages' must contain at least 1 items"))?;
    let inner = call.device.lock();
    let found = inner.message(id).map(|(message, _)| message.content.clone());
    found.ok_or_else(|| Problem::validation("'messages' contains an unknown message"))
}
