//! Makes the call and decides what its answer means.
//!
//! Meta has no idempotency key, so the one question that matters is whether a message may have been
//! taken. Only an answer that is certain to be a refusal, or a call that never left this machine,
//! is a refusal here. Everything else is unknown, and is settled later by the receipts.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use secrecy::ExposeSecret;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::cloud_api::errors::{classify, refusal};
use crate::cloud_api::wire::{AnswerBody, SendBody};
use crate::{Account, Outcome, Outgoing};

pub async fn send(client: &reqwest::Client, account: &Account, outgoing: &Outgoing) -> Outcome {
    if !is_path_segment(&account.phone_number_id) {
        return refused(ErrorClass::Auth, "invalid_account", "the phone number id cannot be part of an address");
    }
    let url = format!("{}/{}/messages", account.base_url.trim_end_matches('/'), account.phone_number_id);
    let body = serde_json::to_vec(&SendBody::new(outgoing)).expect("strings and booleans always become json");
    let request = client
        .post(url)
        .bearer_auth(account.access_token.expose_secret())
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return without_answer(&error),
    };
    let status = answer.status();
    let headers = answer.headers().clone();
    let outcome = match answer.bytes().await {
        Ok(body) => judge(status, &headers, &body),
        // A 429 says all it has to say in its head.
        Err(_) if status == StatusCode::TOO_MANY_REQUESTS => judge(status, &headers, b""),
        Err(_) => unknown(format!("the answer with status {} broke off", status.as_u16())),
    };
    tracing::debug!(message.id = %outgoing.message_id, status = status.as_u16(), "the provider answered");
    outcome
}

/// What a call means that got no answer.
fn without_answer(error: &reqwest::Error) -> Outcome {
    if error.is_builder() {
        return refused(
            ErrorClass::Auth,
            "invalid_account",
            "the address or the token of the account cannot be used in a request",
        );
    }
    // Name, TCP or TLS: nothing of the request was written.
    if error.is_connect() {
        return refused(ErrorClass::Retry, "connect_refused", "no connection to the provider");
    }
    unknown(if error.is_timeout() { "no answer in time" } else { "the connection broke before the answer" })
}

/// What an answer means. The code of an error decides, the status only where there is none.
fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Outcome {
    let answer = serde_json::from_slice::<AnswerBody>(body).ok();
    let asked_ms = retry_after_ms(headers);
    let http = status.as_u16();
    let error = match answer {
        Some(AnswerBody { error: Some(error), .. }) => error,
        Some(answer) if status.is_success() => {
            return match answer.message_id() {
                Some(provider_message_id) => Outcome::Accepted { provider_message_id },
                None => unknown(format!("status {http} without a message id")),
            };
        }
        _ => return judge_by_status(status, asked_ms),
    };
    let class = error.code.and_then(classify);
    // Meta's own trouble, or a code nobody knows: it may have failed after it took the message.
    if !status.is_client_error() && class.is_none_or(|class| class == ErrorClass::Retry) {
        let code = error.code.map_or_else(|| "no code".into(), |code| format!("code {code}"));
        return unknown(format!("status {http} with {code}"));
    }
    let mut refusal = refusal(&error, class_of_status(status).unwrap_or(ErrorClass::Param));
    if error.code.is_none() {
        refusal.code = format!("http_{http}");
    }
    refusal.retry_after_ms = asked_ms.or(refusal.retry_after_ms);
    Outcome::Refused(refusal)
}

/// An answer that is not Meta's: from a proxy, a gateway, or something else at that address.
fn judge_by_status(status: StatusCode, asked_ms: Option<u64>) -> Outcome {
    let http = status.as_u16();
    let class = if status.is_redirection() { Some(ErrorClass::Auth) } else { class_of_status(status) };
    match class {
        Some(class) => Outcome::Refused(Refusal {
            class,
            code: format!("http_{http}"),
            detail: format!("status {http} without an explanation"),
            retry_after_ms: asked_ms,
        }),
        None => unknown(format!("status {http} with a body that cannot be read")),
    }
}

/// Statuses that refuse for certain, whoever answered.
fn class_of_status(status: StatusCode) -> Option<ErrorClass> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorClass::Throttle),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(ErrorClass::Auth),
        _ => None,
    }
}

/// `Retry-After` is a number of seconds or a date, RFC 9110 section 10.2.3. A date is measured from
/// the answer's own date where it has one, because the two clocks may differ.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return seconds.checked_mul(1_000);
    }
    let until = http_date(text)?;
    let now = headers.get(DATE).and_then(|date| http_date(date.to_str().ok()?)).unwrap_or_else(Utc::now);
    let wait = (until - now).to_std().unwrap_or(Duration::ZERO);
    u64::try_from(wait.as_millis()).ok()
}

fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.with_timezone(&Utc))
}

fn is_path_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn refused(class: ErrorClass, code: &str, detail: &str) -> Outcome {
    Outcome::Refused(Refusal { class, code: code.into(), detail: detail.into(), retry_after_ms: None })
}

fn unknown(reason: impl Into<String>) -> Outcome {
    Outcome::Unknown { reason: reason.into() }
}

#[cfg(test)]
mod tests;
