//! Reads and checks the body of `POST /{phone_number_id}/messages`.

use serde_json::{Map, Value};

use crate::graph::answers::GraphError;

/// The longest text Meta takes, in characters.
const TEXT_LIMIT: usize = 4096;

/// What the sender asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    Send(SendOrder),
    /// A message of the other side was read: nothing is sent.
    MarkRead,
}

/// A message to send.
#[derive(Debug, PartialEq, Eq)]
pub struct SendOrder {
    /// As it came.
    pub to: String,
    pub digits: u64,
    pub callback_data: Option<String>,
}

pub fn read(body: &[u8]) -> Result<Order, GraphError> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(GraphError::parameter("The request body is not a JSON object."));
    };
    if text(&fields, "messaging_product") != Some("whatsapp") {
        return Err(GraphError::parameter("The parameter messaging_product is required and must be 'whatsapp'."));
    }
    if text(&fields, "status") == Some("read") {
        return match text(&fields, "message_id") {
            Some(_) => Ok(Order::MarkRead),
            None => Err(GraphError::missing("message_id is required")),
        };
    }
    let to = text(&fields, "to")
        .filter(|to| !to.is_empty())
        .ok_or_else(|| GraphError::parameter("The parameter to is required."))?;
    let digits = digits(to).ok_or_else(|| GraphError::value("to must be a phone number"))?;
    check_content(&fields)?;
    let callback_data = text(&fields, "biz_opaque_callback_data");
    if callback_data.is_some_and(|data| data.len() > 512) {
        return Err(GraphError::parameter("Param biz_opaque_callback_data must be at most 512 characters long."));
    }
    Ok(Order::Send(SendOrder { to: to.to_owned(), digits, callback_data: callback_data.map(str::to_owned) }))
}

fn check_content(fields: &Map<String, Value>) -> Result<(), GraphError> {
    let kind = text(fields, "type").unwrap_or("text");
    let content = fields.get(kind).ok_or_else(|| GraphError::missing(format!("{kind} is required")))?;
    match kind {
        "text" => {
            let body = content.get("body").and_then(Value::as_str).filter(|body| !body.is_empty());
            let body = body.ok_or_else(|| GraphError::missing("text.body is required"))?;
            if body.len() > TEXT_LIMIT && body.chars().count() > TEXT_LIMIT {
                return Err(GraphError::parameter("Param text['body'] must be at most 4096 characters long."));
            }
        }
        "template" => {
            for (path, value) in
                [("template.name", content.get("name")), ("template.language.code", content.pointer("/language/code"))]
            {
                value
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| GraphError::missing(format!("{path} is required")))?;
            }
        }
        _ if content.is_object() || content.is_array() => {}
        _ => return Err(GraphError::value(format!("{kind} must be an object"))),
    }
    Ok(())
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

/// The number a phone number's digits make. Leading zeros are not part of an international number.
pub fn digits(phone: &str) -> Option<u64> {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    let plausible = (5..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plausible { digits.parse().ok() } else { None }
}
