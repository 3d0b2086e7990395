//! Reads Green API's webhooks.
//!
//! They come strictly in order, and one that is refused holds up all that follow: whatever is not understood is handed
//! on raw.

use chrono::Utc;
use serde_json::Value;

use crate::green_api::errors::failure;
use crate::green_api::linking::state_of;
use crate::values::{self, phone_of_chat, text, text_or_number, timestamp, unsupported};
use crate::{Notice, ParseError, ReceiptStatus, SessionState};

mod message;

pub fn parse(body: &[u8]) -> Result<Vec<Notice>, ParseError> {
    let root = values::parse(body).map_err(ParseError::Json)?;
    if !root.is_object() {
        return Err(ParseError::Envelope("it is not an object"));
    }
    let Some(kind) = text(&root, "typeWebhook").map(str::to_owned) else {
        return Err(ParseError::Envelope("it has no type"));
    };
    let Some(number_id) = instance_of(&root) else {
        return Ok(vec![unsupported("a webhook without the instance it is of", root)]);
    };
    // Products for other messengers send the same bodies.
    if root.pointer("/instanceData/typeInstance").and_then(Value::as_str).is_some_and(|kind| kind != "whatsapp") {
        return Ok(vec![unsupported("a webhook of an instance that is not WhatsApp's", root)]);
    }
    // Stories are addressed to nobody.
    let is_story = root.pointer("/senderData/chatId").and_then(Value::as_str).is_some_and(values::is_broadcast);
    Ok(vec![match kind.as_str() {
        _ if is_story => {
            Notice::Account { account_id: number_id.clone(), number_id: Some(number_id), field: kind, value: root }
        }
        "incomingMessageReceived" => message::inbound(number_id, root),
        "outgoingMessageReceived" => message::echo(number_id, false, root),
        "outgoingAPIMessageReceived" => message::echo(number_id, true, root),
        "outgoingMessageStatus" => status(number_id, root),
        "stateInstanceChanged" => session(number_id, "stateInstance", root),
        "statusInstanceChanged" => session(number_id, "statusInstance", root),
        _ => Notice::Account { account_id: number_id.clone(), number_id: Some(number_id), field: kind, value: root },
    }])
}

/// The instance a webhook says it is of.
pub fn instance_of(root: &Value) -> Option<String> {
    text_or_number(root.pointer("/instanceData/idInstance"))
}

fn status(number_id: String, root: Value) -> Notice {
    let (Some(id), Some(state)) = (text(&root, "idMessage"), text(&root, "status")) else {
        return unsupported("a status without id or state", root);
    };
    Notice::Receipt {
        number_id,
        provider_message_id: id.to_owned(),
        correlation: None,
        status: receipt_status(state).unwrap_or_else(|| ReceiptStatus::Other(state.to_owned())),
        at: timestamp(root.get("timestamp")).unwrap_or_else(Utc::now),
        error: failure(state, text(&root, "description")),
    }
}

/// `None` for a message of which nothing is known but that it was taken.
pub fn receipt_status(state: &str) -> Option<ReceiptStatus> {
    Some(match state {
        "pending" => return None,
        "sent" => ReceiptStatus::Sent,
        "delivered" => ReceiptStatus::Delivered,
        "read" => ReceiptStatus::Read,
        "played" => ReceiptStatus::Played,
        "failed" | "noAccount" | "notInGroup" | "yellowCard" | "suspended" => ReceiptStatus::Failed,
        other => ReceiptStatus::Other(other.to_owned()),
    })
}

fn session(number_id: String, name: &str, root: Value) -> Notice {
    let Some(state) = text(&root, name) else {
        return unsupported("a change to a state without a name", root);
    };
    let phone = root.pointer("/instanceData/wid").and_then(Value::as_str).and_then(phone_of_chat);
    let state = match state {
        // Told when a phone was there and is not any more.
        "notAuthorized" => SessionState::Unlinked { detail: state.to_owned() },
        _ => state_of(state, phone),
    };
    Notice::Session { number_id, state, at: timestamp(root.get("timestamp")).unwrap_or_else(Utc::now) }
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
