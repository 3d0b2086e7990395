//! What Green API's answers and states of messages mean for the sender.
//!
//! There are few codes: the status and the words beside it decide. What may have been queued is unknown.

use serde_json::Value;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::details::without_numbers;
use crate::http::{Reply, Verdict};
use crate::values::first_text;

/// How long to wait when the month's quota is used up: it ends with a new month or another tariff, so it is looked at
/// now and then.
const QUOTA_WAIT_MS: u64 = 3_600_000;

/// What an answer means that is no success.
pub fn judge(reply: &Reply<'_>) -> Verdict {
    let body = reply.json();
    let words = explanation(reply, body.as_ref());
    let by_words = class_of_words(&words);
    match reply.status.as_u16() {
        400 => match by_words {
            Some(class) => reply.refused_as(class, &words),
            None if words.is_empty() => reply.by_status(),
            None => reply.refused_as(ErrorClass::Param, &words),
        },
        401 => reply.refused_as(ErrorClass::Auth, &words),
        403 => match by_words {
            Some(ErrorClass::Ban) => reply.refused_as(ErrorClass::Ban, &words),
            _ => reply.refused_as(ErrorClass::Auth, &words),
        },
        // A method or an instance that is not there.
        404 if body.is_some() => reply.refused_as(ErrorClass::Param, &words),
        413 => reply.refused_as(ErrorClass::Media, &words),
        429 => reply.refused_as(ErrorClass::Throttle, &words),
        466 => quota(reply, body.as_ref()),
        500 if by_words == Some(ErrorClass::Media) => reply.refused_as(ErrorClass::Media, &words),
        _ => reply.by_status(),
    }
}

fn quota(reply: &Reply<'_>, body: Option<&Value>) -> Verdict {
    // Of the objects, one says that it is used up; both spellings are seen.
    let places = ["/correspondentsStatus/status", "/invokeStatus/status", "/quotaData/status"];
    let words = body.and_then(|body| {
        places.iter().filter_map(|place| body.pointer(place)?.as_str()).find(|word| word.ends_with("_EXCEEDED"))
    });
    let code = words.unwrap_or("http_466");
    match reply.refused(ErrorClass::Throttle, code, "the quota of the tariff is used up") {
        Verdict::Refused(refusal) => {
            Verdict::Refused(Refusal { retry_after_ms: refusal.retry_after_ms.or(Some(QUOTA_WAIT_MS)), ..refusal })
        }
        unknown => unknown,
    }
}

/// The provider's own words; none of a page that a proxy made.
fn explanation(reply: &Reply<'_>, body: Option<&Value>) -> String {
    if let Some(body) = body {
        return first_text(body, &["/message", "/description", "/error"])
            .or_else(|| body.as_str().map(str::to_owned))
            .unwrap_or_default();
    }
    let text = String::from_utf8_lossy(&reply.body);
    let text = text.trim();
    if text.starts_with('<') { String::new() } else { text.to_owned() }
}

/// The class that words stand for, whatever the status.
fn class_of_words(words: &str) -> Option<ErrorClass> {
    let words = words.to_lowercase();
    let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
    if has(&["starting process", "not authorized", "sleep mode"]) {
        Some(ErrorClass::Session)
    } else if has(&["suspended", "yellowcard", "yellow card", "account is blocked"]) {
        Some(ErrorClass::Ban)
    } else if has(&["expired", "deleted"]) {
        Some(ErrorClass::Auth)
    } else if has(&["too big", "urlfile", "file by url", "get file", "upload file", "download file"])
        && !words.starts_with("validation failed")
    {
        Some(ErrorClass::Media)
    } else {
        None
    }
}

/// Why a message failed after it was taken, by the state that a webhook or the journal tells.
pub fn failure(state: &str, description: Option<&str>) -> Option<Refusal> {
    let class = match state {
        "noAccount" => ErrorClass::Number,
        "notInGroup" => ErrorClass::Param,
        "yellowCard" | "suspended" => ErrorClass::Ban,
        "failed" => description.and_then(class_of_words).unwrap_or(ErrorClass::Retry),
        _ => return None,
    };
    let detail = description.map_or_else(|| meaning(state).to_owned(), without_numbers);
    Some(Refusal { class, code: state.to_owned(), detail, retry_after_ms: None })
}

fn meaning(state: &str) -> &'static str {
    match state {
        "noAccount" => "the number is not on WhatsApp",
        "notInGroup" => "the number is not in the group",
        "yellowCard" | "suspended" => "WhatsApp suspects spam and suspended sending",
        _ => "the message could not be sent",
    }
}

#[cfg(test)]
mod tests;
