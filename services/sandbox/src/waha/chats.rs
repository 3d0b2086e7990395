//! Messages of chats, marks, and the files behind them.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::graph::answers::json_response;
use crate::waha::Call;
use crate::waha::answers::Problem;
use crate::waha::shapes::message_view;
use crate::waha::webhooks::bare;

/// Chats are known under two names.
fn same_chat(one: &str, other: &str) -> bool {
    let short = |chat: &str| chat.replace("@s.whatsapp.net", "@c.us");
    short(one) == short(other)
}

pub fn messages(call: &Call<'_>, session: &str, chat: &str) -> Result<Value, Problem> {
    let device = call.working(session)?;
    let number = |name: &str, default: usize| call.query(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    let inner = device.lock();
    let from_me = call.query("filter.fromMe").map(|value| value == "true");
    let second = |name: &str| call.query(name).and_then(|value| value.parse::<u64>().ok());
    let (since, until) = (second("filter.timestamp.gte"), second("filter.timestamp.lte"));
    let mut found = inner.messages();
    found.retain(|(message, _)| {
        let at = message.at_ms / 1000;
        (chat == "all" || same_chat(&message.chat, chat))
            && from_me.is_none_or(|from_me| message.from_me == from_me)
            && since.is_none_or(|since| at >= since)
            && until.is_none_or(|until| at <= until)
    });
    if call.query("sortOrder") == Some("asc") {
        found.reverse();
    }
    let page = found.into_iter().skip(number("offset", 0)).take(number("limit", 10));
    Ok(page.map(|(message, sent)| message_view(&inner.card, message, sent)).collect())
}

/// A message by its bare or its full id.
pub fn message(call: &Call<'_>, session: &str, chat: &str, id: &str) -> Result<Value, Problem> {
    let device = call.working(session)?;
    let inner = device.lock();
    let found = inner.message(bare(id)).filter(|(message, _)| same_chat(&message.chat, chat) || chat == "all");
    let (message, sent) = found.ok_or_else(|| Problem::NotFound("Message not found".into()))?;
    Ok(message_view(&inner.card, message, sent))
}

/// Read and typing marks: nothing is sent to anybody, but they are remembered.
pub fn mark(call: &Call<'_>, kind: &str) -> Result<Value, Problem> {
    let body = call.json()?;
    let device = call.working(body["session"].as_str().unwrap_or("default"))?;
    let chat = body["chatId"].as_str().ok_or_else(|| Problem::missing("chatId"))?;
    device.lock().mark(json!({ "kind": kind, "chat": chat, "ids": body["messageIds"] }));
    Ok(json!({ "result": true }))
}

/// A file of a message; only for those who have the API key.
pub fn file(call: &Call<'_>, session: &str, name: &str) -> Result<Response, Problem> {
    call.session(session)?;
    let id = name.split('.').next().unwrap_or_default();
    match call.sandbox.files.get(id).filter(|file| file.owner == session) {
        Some(file) => Ok(file.response()),
        None => Ok(json_response(StatusCode::NOT_FOUND, &json!({ "message": "File not found", "statusCode": 404 }))),
    }
}
