//! Reads WAHA's webhooks.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::values::{self, integer, text, timestamp, unsupported};
use crate::waha::errors::failed;
use crate::waha::ids::bare;
use crate::waha::journal::receipt_status;
use crate::waha::linking::state_of;
use crate::{Notice, ParseError, ReceiptStatus};

mod kinds;
mod message;

pub fn parse(body: &[u8]) -> Result<Vec<Notice>, ParseError> {
    let mut root = values::parse(body).map_err(ParseError::Json)?;
    if !root.is_object() {
        return Err(ParseError::Envelope("it is not an object"));
    }
    let Some(event) = text(&root, "event").map(str::to_owned) else {
        return Err(ParseError::Envelope("it has no event"));
    };
    let Some(number_id) = text(&root, "session").map(str::to_owned) else {
        return Ok(vec![unsupported("a webhook without the session it is of", root)]);
    };
    let at = timestamp(root.get("timestamp")).unwrap_or_else(Utc::now);
    let payload = root.get_mut("payload").map(Value::take).unwrap_or_default();
    let news = |payload: Value| Notice::Account {
        account_id: number_id.clone(),
        number_id: Some(number_id.clone()),
        field: event.clone(),
        value: payload,
    };
    if message::is_broadcast(&payload) {
        return Ok(vec![news(payload)]);
    }
    Ok(vec![match event.as_str() {
        "session.status" => session(&number_id, at, root.get("me"), payload),
        "message" | "message.any" => message::written(&number_id, at, payload),
        "message.reaction" => message::reaction(&number_id, at, payload),
        "message.edited" => message::edited(&number_id, at, payload),
        "message.revoked" => message::revoked(&number_id, at, payload),
        "message.ack" | "message.ack.group" => {
            // How far we got with a message of somebody else is nobody's receipt.
            if payload.get("fromMe").and_then(Value::as_bool) == Some(false) {
                news(payload)
            } else {
                ack(&number_id, at, payload)
            }
        }
        _ => news(payload),
    }])
}

/// The session a webhook says it is of.
pub fn session_of(body: &[u8]) -> Option<String> {
    text(&values::parse(body).ok()?, "session").map(str::to_owned)
}

fn session(number_id: &str, at: DateTime<Utc>, me: Option<&Value>, payload: Value) -> Notice {
    let Some(name) = text(&payload, "status") else {
        return unsupported("a change to a state without a name", payload);
    };
    Notice::Session { number_id: number_id.to_owned(), state: state_of(name, me), at }
}

fn ack(number_id: &str, at: DateTime<Utc>, payload: Value) -> Notice {
    let (Some(id), Some(ack)) = (text(&payload, "id"), integer(payload.get("ack"))) else {
        return unsupported("a receipt without id or state", payload);
    };
    let status = receipt_status(ack)
        .unwrap_or_else(|| ReceiptStatus::Other(text(&payload, "ackName").unwrap_or("PENDING").to_owned()));
    Notice::Receipt {
        number_id: number_id.to_owned(),
        provider_message_id: bare(id).to_owned(),
        correlation: None,
        error: (status == ReceiptStatus::Failed).then(failed),
        status,
        at: timestamp(payload.get("timestamp")).unwrap_or(at),
    }
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
