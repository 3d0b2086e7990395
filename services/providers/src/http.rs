//! Calls over HTTP: one client for all providers, answers that are read up to a limit, and what it means when there is
//! none.
//!
//! No provider but one takes a message twice as one, so the question that matters is whether a message may have been
//! taken. A call that never left this machine is a refusal; a call whose answer is missing is unknown.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::details;
use crate::reach::NotAllowed;
use crate::{Account, Outcome};

mod address;
mod client;
mod download;
mod retry_after;

pub use address::{is_chat_segment, is_path_segment, is_public_address, same_origin};
pub use client::{Client, ClientConfig, ClientError, client};
pub use download::{Asker, download, media_gone, media_too_long};

/// The longest answer that is read, but for media.
pub const MOST_ANSWER: u64 = 4 * 1024 * 1024;

/// How long a call may take that carries a file.
pub const TRANSFER: Duration = Duration::from_secs(180);

const UNUSABLE: &str = "the address or the token of the account cannot be used in a request";

/// What a call means that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It had no effect, for certain.
    Refused(Refusal),
    /// Nobody can tell.
    Unknown { reason: String },
}

impl Verdict {
    pub fn unknown(reason: impl Into<String>) -> Self {
        Verdict::Unknown { reason: reason.into() }
    }

    /// For a call that may be made again: not knowing is no third case.
    pub fn of_question(self) -> Refusal {
        match self {
            Verdict::Refused(refusal) => refusal,
            Verdict::Unknown { reason } => refusal(ErrorClass::Retry, "no_answer", &reason),
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Refused(refusal) => Outcome::Refused(refusal),
            Verdict::Unknown { reason } => Outcome::Unknown { reason },
        }
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Reply<'a> {
    account: &'a Account,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl<'a> Reply<'a> {
    pub fn new(account: &'a Account, status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { account, status, headers, body }
    }

    /// The body, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        crate::values::parse(&self.body).ok()
    }

    /// A refusal with the provider's explanation, from which secrets and telephone numbers are taken.
    pub fn refused(&self, class: ErrorClass, code: impl Into<String>, explanation: &str) -> Verdict {
        Verdict::Refused(Refusal {
            class,
            code: code.into(),
            detail: details::clean(self.account, explanation),
            retry_after_ms: self.retry_after_ms(),
        })
    }

    /// The same, with the status as its code.
    pub fn refused_as(&self, class: ErrorClass, explanation: &str) -> Verdict {
        let http = self.status.as_u16();
        let explained =
            if explanation.is_empty() { format!("status {http} without an explanation") } else { explanation.into() };
        self.refused(class, format!("http_{http}"), &explained)
    }

    pub fn retry_after_ms(&self) -> Option<u64> {
        retry_after::retry_after_ms(&self.headers)
    }

    /// What the status alone tells: of an answer that is not the provider's own, but that of a proxy, a gateway, or
    /// something else at that address.
    pub fn by_status(&self) -> Verdict {
        let class = if self.status.is_redirection() { Some(ErrorClass::Auth) } else { class_of_status(self.status) };
        match class {
            Some(class) => self.refused_as(class, ""),
            None => Verdict::unknown(format!("status {} with a body that cannot be read", self.status.as_u16())),
        }
    }
}

/// Statuses that refuse for certain, whoever answered.
pub fn class_of_status(status: StatusCode) -> Option<ErrorClass> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorClass::Throttle),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(ErrorClass::Auth),
        _ => None,
    }
}

/// Makes the call and reads the whole answer.
pub async fn exchange(account: &Account, request: reqwest::RequestBuilder) -> Result<Reply<'_>, Verdict> {
    let mut answer = request.send().await.map_err(|error| without_answer(&error))?;
    let status = answer.status();
    let headers = std::mem::take(answer.headers_mut());
    match read(&mut answer, MOST_ANSWER).await {
        Ok(body) => Ok(Reply::new(account, status, headers, body)),
        // A 429 says all it has to say in its head.
        Err(_) if status == StatusCode::TOO_MANY_REQUESTS => Ok(Reply::new(account, status, headers, Vec::new())),
        Err(Cut::Broken) => Err(Verdict::unknown(format!("the answer with status {} broke off", status.as_u16()))),
        Err(Cut::TooLong) => Err(Verdict::unknown(format!("the answer with status {} is too long", status.as_u16()))),
    }
}

enum Cut {
    Broken,
    TooLong,
}

async fn read(answer: &mut reqwest::Response, most: u64) -> Result<Vec<u8>, Cut> {
    if answer.content_length().is_some_and(|length| length > most) {
        return Err(Cut::TooLong);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| Cut::Broken)? {
        if (body.len() + chunk.len()) as u64 > most {
            return Err(Cut::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a call means that got no answer. The error itself is not shown: it names the address, which can hold a token.
fn without_answer(error: &reqwest::Error) -> Verdict {
    if error.is_builder() {
        return Verdict::Refused(invalid_account(UNUSABLE));
    }
    if client::is_not_allowed(error) {
        return Verdict::Refused(client::not_allowed(NotAllowed));
    }
    // Name, TCP or TLS: nothing of the request was written.
    if error.is_connect() {
        return Verdict::Refused(refusal(ErrorClass::Retry, "connect_refused", "no connection to the provider"));
    }
    Verdict::unknown(if error.is_timeout() { "no answer in time" } else { "the connection broke before the answer" })
}

/// A question with a JSON answer, or with an empty one, which is null. `judge` says what any other answer means.
pub async fn ask(
    account: &Account,
    request: reqwest::RequestBuilder,
    judge: impl FnOnce(&Reply<'_>) -> Verdict,
) -> Result<Value, Refusal> {
    let reply = exchange(account, request).await.map_err(Verdict::of_question)?;
    if !reply.status.is_success() {
        return Err(judge(&reply).of_question());
    }
    if reply.body.is_empty() {
        return Ok(Value::Null);
    }
    reply.json().ok_or_else(|| unreadable("the answer is not json"))
}

/// A success that says something else than it should.
pub fn unreadable(detail: &str) -> Refusal {
    refusal(ErrorClass::Retry, "unreadable_answer", detail)
}

pub fn invalid_account(detail: &str) -> Refusal {
    refusal(ErrorClass::Auth, "invalid_account", detail)
}

pub fn refusal(class: ErrorClass, code: &str, detail: &str) -> Refusal {
    Refusal { class, code: code.into(), detail: detail.into(), retry_after_ms: None }
}

#[cfg(test)]
mod tests;
