//! What Zentra's answers mean for the sender. A status of 200 says nothing: the body does.

use serde_json::Value;
use waybill_domain::provider::ErrorClass;

use crate::http::{Reply, Verdict};

/// What an answer means that says in its body that it is no success.
pub fn judge_body(reply: &Reply<'_>, body: &Value) -> Verdict {
    let words = words(body);
    reply.refused_as(class_of_words(&words), &words)
}

/// What an answer means whose status is no success.
pub fn judge(reply: &Reply<'_>) -> Verdict {
    match reply.json().filter(Value::is_object) {
        Some(body) => match reply.status.as_u16() {
            401 | 403 => reply.refused_as(ErrorClass::Auth, &words(&body)),
            429 => reply.refused_as(ErrorClass::Throttle, &words(&body)),
            400..=498 => judge_body(reply, &body),
            _ => reply.by_status(),
        },
        None => reply.by_status(),
    }
}

/// A device that is gone is told by words only, and so is a number that is not there.
fn class_of_words(words: &str) -> ErrorClass {
    let words = words.to_lowercase().replace('_', " ");
    if words.contains("not on whatsapp") {
        return ErrorClass::Number;
    }
    let mut parts = words.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    let any = |part: &str| {
        if matches!(part, "ban" | "banned" | "blocked" | "suspended" | "restricted") {
            Some(ErrorClass::Ban)
        } else if matches!(part, "expired" | "disconnected" | "disconnect" | "logout" | "offline") {
            Some(ErrorClass::Session)
        } else {
            None
        }
    };
    let by_phrase = ["logged out", "not connected"].iter().any(|it| words.contains(it));
    parts.find_map(any).unwrap_or(if by_phrase { ErrorClass::Session } else { ErrorClass::Param })
}

/// Everything that an answer says in words about what went wrong.
fn words(body: &Value) -> String {
    let mut found = Vec::new();
    for name in ["msg", "message", "error", "errors"] {
        collect(body.get(name).unwrap_or(&Value::Null), 4, &mut found);
    }
    found.join("; ")
}

fn collect(value: &Value, depth: usize, found: &mut Vec<String>) {
    if depth == 0 || found.len() > 10 {
        return;
    }
    match value {
        Value::String(text) => {
            let text = text.trim();
            if !text.is_empty() && !found.iter().any(|other| other == text) {
                found.push(text.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth - 1, found)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, depth - 1, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::account;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;
    use serde_json::json;

    fn class(status: u16, body: &str) -> Option<ErrorClass> {
        let account = account();
        let status = StatusCode::from_u16(status).expect("a status");
        match judge(&Reply::new(&account, status, HeaderMap::new(), body.as_bytes().to_vec())) {
            Verdict::Refused(refusal) => Some(refusal.class),
            Verdict::Unknown { .. } => None,
        }
    }

    /// Every row of the published table.
    #[test]
    fn every_published_answer_has_its_class() {
        use ErrorClass::{Auth, Ban, Number, Param, Session, Throttle};
        for status in [401, 403] {
            assert_eq!(class(status, "{}"), Some(Auth));
            assert_eq!(class(status, "<html>"), Some(Auth));
        }
        for body in ["{}", "<html>"] {
            assert_eq!(class(429, body), Some(Throttle));
            for status in [500, 502, 503, 504] {
                assert_eq!(class(status, body), None, "{status}");
            }
        }
        let said = |body: Value| {
            let account = account();
            let reply = Reply::new(&account, StatusCode::OK, HeaderMap::new(), Vec::new());
            match judge_body(&reply, &body) {
                Verdict::Refused(refusal) => refusal.class,
                other => panic!("{other:?}"),
            }
        };
        for (words, expected) in [
            ("DEVICE_BANNED", Ban),
            ("this device is blocked by WhatsApp", Ban),
            ("DEVICE_EXPIRED", Session),
            ("device disconnected", Session),
            ("LOGOUT", Session),
            ("the device was logged out", Session),
            ("the device is not connected", Session),
            ("DEVICE_LOGGED_OUT", Session),
            ("NUMBER_NOT_ON_WHATSAPP", Number),
            ("the number is not on WhatsApp", Number),
            ("INVALID_IDS", Param),
            ("a bank holiday", Param),
            ("", Param),
        ] {
            assert_eq!(said(json!({ "success": false, "msg": words })), expected, "{words}");
            assert_eq!(said(json!({ "success": false, "errors": { "device": [words] } })), expected, "{words}");
        }
        assert_eq!(class(400, r#"{"success":false,"msg":"ids is required"}"#), Some(Param));
        assert_eq!(class(422, r#"{"errors":{"ids":["required"]}}"#), Some(Param));
        assert_eq!(class(400, "<html>"), None);
    }
}
