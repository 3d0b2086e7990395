//! Reads and checks the body of `POST /{phone_number_id}/messages`.

use serde_json::{Map, Value};

use crate::graph::answers::GraphError;
use crate::graph::check;

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
    /// The object of a template.
    pub template: Option<Value>,
    /// The id of an uploaded file.
    pub media_id: Option<String>,
}

pub fn read(body: &[u8]) -> Result<Order, GraphError> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else {
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
    if text(&fields, "recipient_type") == Some("group") {
        return Err(GraphError::of(131_215, "Group not eligible", "this number cannot write to groups"));
    }
    let to = text(&fields, "to").filter(|to| !to.is_empty()).ok_or_else(|| no_recipient(&fields))?;
    let digits = digits(to).ok_or_else(|| GraphError::value("to must be a phone number"))?;
    let kind = text(&fields, "type").unwrap_or("text");
    check::content(kind, &fields)?;
    let is_template = kind == "template";
    let media_id = match kind {
        "text" | "template" => None,
        _ => fields.get(kind).and_then(|content| content.get("id")).and_then(Value::as_str).map(str::to_owned),
    };
    let callback_data = text(&fields, "biz_opaque_callback_data");
    if callback_data.is_some_and(|data| data.len() > 512) {
        return Err(GraphError::parameter("Param biz_opaque_callback_data must be at most 512 characters long."));
    }
    let (to, callback_data) = (to.to_owned(), callback_data.map(str::to_owned));
    let template = if is_template { fields.remove("template") } else { None };
    Ok(Order::Send(SendOrder { to, digits, callback_data, template, media_id }))
}

fn no_recipient(fields: &Map<String, Value>) -> GraphError {
    if text(fields, "recipient").is_some() {
        let details = "the sandbox sends to phone numbers";
        return GraphError::of(131_062, "Business-scoped user id not supported", details);
    }
    GraphError::parameter("The parameter to is required.")
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
