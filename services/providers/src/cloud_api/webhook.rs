//! Reads Meta's webhooks.
//!
//! Walks over untyped JSON on purpose: a field that is missing, new, or of another type than
//! yesterday must cost at most itself, because a webhook that is refused is tried again for a week
//! and holds up everything else in its batch.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;

use crate::cloud_api::errors::refusal;
use crate::cloud_api::escapes::mend;
use crate::cloud_api::wire::ErrorBody;
use crate::{Inbound, Notice, ParseError, ReceiptStatus};

pub fn parse(body: &[u8]) -> Result<Vec<Notice>, ParseError> {
    let root: Value = serde_json::from_slice(&mend(body)).map_err(ParseError::Json)?;
    let Value::Object(mut root) = root else {
        return Err(ParseError::Envelope("it is not an object"));
    };
    let Some(Value::Array(entries)) = root.remove("entry") else {
        return Err(ParseError::Envelope("it has no list of entries"));
    };
    let mut notices = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let Some(Value::Array(changes)) = entry.get_mut("changes").map(Value::take) else {
            notices.push(unsupported("an entry without changes", entry));
            continue;
        };
        let account_id = text(&entry, "id").unwrap_or_default().to_owned();
        let fallback = timestamp(entry.get("time"));
        for change in changes {
            read_change(&account_id, fallback, change, &mut notices);
        }
    }
    Ok(notices)
}

fn read_change(account_id: &str, fallback: Option<DateTime<Utc>>, mut change: Value, notices: &mut Vec<Notice>) {
    let Some(mut value) = change.get_mut("value").map(Value::take) else {
        return notices.push(unsupported("a change without a value", change));
    };
    let phone_number_id = value.pointer("/metadata/phone_number_id").and_then(Value::as_str).map(str::to_owned);
    let field = text(&change, "field").unwrap_or("messages").to_owned();
    if field != "messages" || !value.is_object() {
        return notices.push(Notice::Account { account_id: account_id.to_owned(), phone_number_id, field, value });
    }
    let messages = take_list(&mut value, "messages");
    let statuses = take_list(&mut value, "statuses");
    let errors = take_list(&mut value, "errors");
    if messages.is_empty() && statuses.is_empty() && errors.is_empty() {
        return notices.push(unsupported("a change with nothing we know in it", value));
    }
    for message in messages {
        notices.push(match &phone_number_id {
            Some(id) => read_message(id, &value, fallback, message),
            None => unsupported("a message without the number it is for", message),
        });
    }
    for status in statuses {
        notices.push(match &phone_number_id {
            Some(id) => read_status(id, fallback, status),
            None => unsupported("a status without the number it is for", status),
        });
    }
    for error in errors {
        let phone_number_id = phone_number_id.clone();
        notices.push(Notice::Account {
            account_id: account_id.to_owned(),
            phone_number_id,
            field: "errors".into(),
            value: error,
        });
    }
}

fn read_status(phone_number_id: &str, fallback: Option<DateTime<Utc>>, status: Value) -> Notice {
    let (Some(id), Some(name)) = (text(&status, "id"), text(&status, "status")) else {
        return unsupported("a status without id or state", status);
    };
    let error = status.pointer("/errors/0").and_then(ErrorBody::read);
    Notice::Receipt {
        phone_number_id: phone_number_id.to_owned(),
        provider_message_id: id.to_owned(),
        correlation: text(&status, "biz_opaque_callback_data").and_then(|data| Uuid::try_parse(data.trim()).ok()),
        status: match name {
            "sent" => ReceiptStatus::Sent,
            "delivered" => ReceiptStatus::Delivered,
            "read" => ReceiptStatus::Read,
            "played" => ReceiptStatus::Played,
            "failed" => ReceiptStatus::Failed,
            other => ReceiptStatus::Other(other.to_owned()),
        },
        at: timestamp(status.get("timestamp")).or(fallback).unwrap_or_else(Utc::now),
        // A failure we cannot name is final: the message is not tried again on a guess.
        error: error.map(|error| refusal(&error, ErrorClass::Param)),
    }
}

fn read_message(phone_number_id: &str, value: &Value, fallback: Option<DateTime<Utc>>, message: Value) -> Notice {
    let Some(id) = text(&message, "id").map(str::to_owned) else {
        return unsupported("a message without id", message);
    };
    let contact = contact_of(value, &message);
    let phone = text(&message, "from").or_else(|| contact.and_then(|contact| text(contact, "wa_id")));
    let user_id = text(&message, "from_user_id").or_else(|| contact.and_then(|contact| text(contact, "user_id")));
    let kind = text(&message, "type").unwrap_or("unknown");
    Notice::Inbound(Box::new(Inbound {
        phone_number_id: phone_number_id.to_owned(),
        provider_message_id: id,
        from: phone.and_then(e164),
        user_id: user_id.map(str::to_owned),
        profile_name: contact
            .and_then(|contact| contact.pointer("/profile/name"))
            .and_then(Value::as_str)
            .map(str::to_owned),
        at: timestamp(message.get("timestamp")).or(fallback).unwrap_or_else(Utc::now),
        kind: kind.to_owned(),
        text: words(&message, kind),
        button_payload: first_text(
            &message,
            &["/button/payload", "/interactive/button_reply/id", "/interactive/list_reply/id"],
        ),
        context_id: first_text(&message, REFERENCES),
        raw: message,
    }))
}

/// Where a message names the one it answers, reacts to, changes or takes back.
const REFERENCES: &[&str] =
    &["/context/id", "/reaction/message_id", "/edit/original_message_id", "/revoke/original_message_id"];

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
        "edit" => &["/edit/message/text/body"],
        // Media, and whatever may come.
        other => return message.get(other).and_then(|content| text(content, "caption")).map(str::to_owned),
    };
    first_text(message, places)
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

/// A person's number with its plus sign, if it is one.
fn e164(phone: &str) -> Option<String> {
    let digits = phone.trim().trim_start_matches('+');
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plausible.then(|| format!("+{digits}"))
}

/// Seconds since 1970, as text or number; milliseconds where they cannot be seconds.
fn timestamp(value: Option<&Value>) -> Option<DateTime<Utc>> {
    let number = match value? {
        Value::String(text) => text.trim().parse::<i64>().ok()?,
        Value::Number(number) => number.as_i64()?,
        _ => return None,
    };
    if number.unsigned_abs() > 100_000_000_000 {
        DateTime::from_timestamp_millis(number)
    } else {
        DateTime::from_timestamp(number, 0)
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn first_text(value: &Value, places: &[&str]) -> Option<String> {
    let mut texts = places.iter().filter_map(|place| value.pointer(place).and_then(Value::as_str));
    texts.find(|text| !text.is_empty()).map(str::to_owned)
}

fn take_list(value: &mut Value, name: &str) -> Vec<Value> {
    value.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
}

fn unsupported(reason: &str, raw: Value) -> Notice {
    Notice::Unsupported { reason: reason.into(), raw }
}

#[cfg(test)]
mod tests;
