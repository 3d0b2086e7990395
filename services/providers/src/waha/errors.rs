//! What WAHA's answers mean for the sender.
//!
//! Most trouble is a 500 whose details quote WhatsApp's own server. Whatever is not known to be a refusal may have left.

use serde_json::Value;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::http::{Reply, Verdict};
use crate::values::{first_text, text};

/// What an answer means that is no success.
pub fn judge(reply: &Reply<'_>) -> Verdict {
    let Some(body) = reply.json().filter(Value::is_object) else {
        return reply.by_status();
    };
    let words = explanation(&body);
    let lower = words.to_lowercase();
    if reply.status.as_u16() == 429 || lower.contains("rate-overlimit") {
        return reply.refused(ErrorClass::Throttle, code(reply, "rate-overlimit"), &words);
    }
    match reply.status.as_u16() {
        400 => reply.refused_as(ErrorClass::Param, &words),
        401 | 403 => reply.refused_as(ErrorClass::Auth, &words),
        404 if lower.contains("file") => reply.refused_as(ErrorClass::Media, &words),
        404 => reply.refused_as(ErrorClass::Auth, &words),
        413 => reply.refused_as(ErrorClass::Media, &words),
        422 if body.get("expected").is_some() || lower.contains("session status is not") => {
            let state = text(&body, "status").unwrap_or("unknown");
            reply.refused(ErrorClass::Session, state, &words)
        }
        422 => reply.refused_as(ErrorClass::Param, &words),
        500 => internal(reply, &words, &lower),
        _ => reply.by_status(),
    }
}

fn internal(reply: &Reply<'_>, words: &str, lower: &str) -> Verdict {
    if lower.contains("no lid found") {
        return reply.refused(ErrorClass::Number, "no_lid", words);
    }
    let class = match server_error(lower) {
        // People who never wrote may not be written to for now.
        Some("463") => ErrorClass::Ban,
        // The session is not let in any more, or takes nothing until it is started anew.
        Some("400" | "403") => ErrorClass::Session,
        Some("429") => ErrorClass::Throttle,
        _ => return Verdict::unknown("status 500 that does not say what became of the message"),
    };
    reply.refused(class, server_error(lower).unwrap_or("500"), words)
}

/// The number in `server returned error 463`.
fn server_error(words: &str) -> Option<&str> {
    let rest = words.split("server returned error ").nth(1)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn code(reply: &Reply<'_>, name: &str) -> String {
    match reply.status.as_u16() {
        429 => "http_429".into(),
        _ => name.into(),
    }
}

fn explanation(body: &Value) -> String {
    let list = |place: &str| {
        let items = body.pointer(place)?.as_array()?;
        let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        (!items.is_empty()).then(|| items.join(", "))
    };
    first_text(body, &["/exception/details", "/exception/message", "/message", "/error"])
        .or_else(|| list("/message"))
        .unwrap_or_default()
}

/// A message that failed after it was taken. The provider gives no reason.
pub fn failed() -> Refusal {
    Refusal {
        class: ErrorClass::Retry,
        code: "ERROR".into(),
        detail: "WhatsApp did not take the message".into(),
        retry_after_ms: None,
    }
}

#[cfg(test)]
mod tests;
