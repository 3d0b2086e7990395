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
use crate::cloud_api::wire::ErrorBody;
use crate::values::{self, take_list, text, timestamp, unsupported};
use crate::{Notice, ParseError, ReceiptStatus};

mod account;
mod message;

pub fn parse(body: &[u8]) -> Result<Vec<Notice>, ParseError> {
    let root = values::parse(body).map_err(ParseError::Json)?;
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
    let Some(value) = change.get_mut("value").map(Value::take) else {
        return notices.push(unsupported("a change without a value", change));
    };
    let number_id = value.pointer("/metadata/phone_number_id").and_then(Value::as_str).map(str::to_owned);
    let field = text(&change, "field").unwrap_or("messages").to_owned();
    match field.as_str() {
        "messages" if value.is_object() => read_messages(account_id, number_id, fallback, value, notices),
        "smb_message_echoes" if value.get("message_echoes").is_some_and(Value::is_array) => {
            read_echoes(number_id, fallback, value, notices);
        }
        _ => account::read(account_id, number_id, fallback, field, value, notices),
    }
}

fn read_messages(
    account_id: &str,
    number_id: Option<String>,
    fallback: Option<DateTime<Utc>>,
    mut value: Value,
    notices: &mut Vec<Notice>,
) {
    let messages = take_list(&mut value, "messages");
    let statuses = take_list(&mut value, "statuses");
    let errors = take_list(&mut value, "errors");
    if messages.is_empty() && statuses.is_empty() && errors.is_empty() {
        return notices.push(unsupported("a change with nothing we know in it", value));
    }
    for message in messages {
        notices.push(match &number_id {
            Some(id) => message::inbound(id, &value, fallback, message),
            None => unsupported("a message without the number it is for", message),
        });
    }
    for status in statuses {
        notices.push(match &number_id {
            Some(id) => read_status(id, fallback, status),
            None => unsupported("a status without the number it is for", status),
        });
    }
    for error in errors {
        notices.push(Notice::Account {
            account_id: account_id.to_owned(),
            number_id: number_id.clone(),
            field: "errors".into(),
            value: error,
        });
    }
}

/// What the owner wrote on the phone.
fn read_echoes(
    number_id: Option<String>,
    fallback: Option<DateTime<Utc>>,
    mut value: Value,
    notices: &mut Vec<Notice>,
) {
    for message in take_list(&mut value, "message_echoes") {
        notices.push(match &number_id {
            Some(id) => message::echo(id, fallback, message),
            None => unsupported("an echo without the number it is of", message),
        });
    }
}

fn read_status(number_id: &str, fallback: Option<DateTime<Utc>>, status: Value) -> Notice {
    let (Some(id), Some(name)) = (text(&status, "id"), text(&status, "status")) else {
        return unsupported("a status without id or state", status);
    };
    let error = status.pointer("/errors/0").and_then(ErrorBody::read);
    Notice::Receipt {
        number_id: number_id.to_owned(),
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

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
