//! The bodies of the webhooks the sandbox posts, and their signature.
//!
//! Like Meta's, the bodies escape `/` and everything that is not ASCII, so a receiver that parses
//! and writes a body again before it checks the signature fails here too.

use std::io;

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::receipts::Status;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// One entry of `statuses`.
pub struct StatusUpdate {
    pub wamid: String,
    pub status: Status,
    pub code: u32,
    /// Unix seconds.
    pub at: u64,
    pub to: u64,
    pub callback_data: Option<String>,
}

/// The webhook that reports these statuses.
pub fn statuses_body(business_id: String, phone_number_id: &str, updates: &[StatusUpdate]) -> Vec<u8> {
    let statuses: Vec<StatusWire<'_>> = updates
        .iter()
        .map(|update| StatusWire {
            id: &update.wamid,
            status: update.status.as_str(),
            timestamp: update.at.to_string(),
            recipient_id: update.to.to_string(),
            biz_opaque_callback_data: update.callback_data.as_deref(),
            pricing: (update.status == Status::Sent).then_some(Pricing {
                billable: true,
                pricing_model: "PMP",
                category: "utility",
                kind: "regular",
            }),
            errors: (update.status == Status::Failed).then(|| [status_error(update.code)]),
        })
        .collect();
    changes(
        business_id,
        "messages",
        &ValueWire {
            messaging_product: "whatsapp",
            metadata: metadata(phone_number_id),
            contacts: None,
            messages: None,
            statuses: Some(&statuses),
        },
    )
}

/// The webhook that brings messages a person wrote.
pub fn messages_body(business_id: String, phone_number_id: &str, contacts: &[Value], messages: &[Value]) -> Vec<u8> {
    changes(
        business_id,
        "messages",
        &ValueWire {
            messaging_product: "whatsapp",
            metadata: metadata(phone_number_id),
            contacts: Some(contacts),
            messages: Some(messages),
            statuses: None,
        },
    )
}

/// The webhook that tells of a change of any other field.
pub fn change_body(business_id: String, field: &str, value: &Value) -> Vec<u8> {
    changes(business_id, field, value)
}

/// The value of the signature header for a body.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[derive(Serialize)]
struct StatusWire<'a> {
    id: &'a str,
    status: &'static str,
    timestamp: String,
    recipient_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[Value; 1]>,
}

#[derive(Serialize)]
struct Pricing {
    billable: bool,
    pricing_model: &'static str,
    category: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: String,
    phone_number_id: &'a str,
}

#[derive(Serialize)]
struct ValueWire<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<&'a [Value]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<&'a [Value]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<&'a [StatusWire<'a>]>,
}

#[derive(Serialize)]
struct Envelope<'a, V> {
    object: &'static str,
    entry: [Entry<'a, V>; 1],
}

#[derive(Serialize)]
struct Entry<'a, V> {
    id: String,
    changes: [Change<'a, V>; 1],
}

#[derive(Serialize)]
struct Change<'a, V> {
    field: &'a str,
    value: &'a V,
}

/// The telephone number the sandbox shows for a phone number id.
pub fn display_phone_number(phone_number_id: &str) -> String {
    let sum = phone_number_id.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("1555{:07}", sum % 10_000_000)
}

fn metadata(phone_number_id: &str) -> Metadata<'_> {
    Metadata { display_phone_number: display_phone_number(phone_number_id), phone_number_id }
}

fn status_error(code: u32) -> Value {
    json!({
        "code": code,
        "title": "Message undeliverable",
        "message": "Message undeliverable",
        "error_data": { "details": "The sandbox was asked to let this message fail." },
        "href": "/documentation/business-messaging/whatsapp/support/error-codes",
    })
}

fn changes(id: String, field: &str, value: &impl Serialize) -> Vec<u8> {
    let envelope =
        Envelope { object: "whatsapp_business_account", entry: [Entry { id, changes: [Change { field, value }] }] };
    let mut body = Vec::with_capacity(4096);
    let mut serializer = serde_json::Serializer::with_formatter(&mut body, AsciiFormatter);
    envelope.serialize(&mut serializer).expect("writing plain data to memory cannot fail");
    body
}

/// Writes JSON as Meta does: ASCII only, slashes escaped.
struct AsciiFormatter;

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain_from = 0;
        for (at, letter) in fragment.char_indices() {
            if letter.is_ascii() && letter != '/' {
                continue;
            }
            CompactFormatter.write_string_fragment(writer, &fragment[plain_from..at])?;
            plain_from = at + letter.len_utf8();
            if letter == '/' {
                writer.write_all(b"\\/")?;
                continue;
            }
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        CompactFormatter.write_string_fragment(writer, &fragment[plain_from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_ascii_and_read_back_unchanged() {
        let body = messages_body("2".into(), "1", &[], &[json!({ "text": { "body": "Grüße 🎉 a/b \"q\"" } })]);
        let text = String::from_utf8(body).expect("ascii");
        assert!(text.is_ascii());
        assert!(text.contains(r#"Gr\u00fc\u00dfe \ud83c\udf89 a\/b \"q\""#), "{text}");
        let back: Value = serde_json::from_str(&text).expect("json");
        assert_eq!(back["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"], "Grüße 🎉 a/b \"q\"");
    }
}
