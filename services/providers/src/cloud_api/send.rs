//! Makes the call and decides what its answer means.
//!
//! Meta has no idempotency key, so the one question that matters is whether a message may have been
//! taken. Only an answer that is certain to be a refusal, or a call that never left this machine,
//! is a refusal here. Everything else is unknown, and is settled later by the receipts.

use reqwest::StatusCode;
use secrecy::ExposeSecret;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::cloud_api::body::body;
use crate::cloud_api::errors::{classify, refusal};
use crate::cloud_api::limits;
use crate::cloud_api::wire::{AnswerBody, ErrorBody};
use crate::details;
use crate::http::{self, Client, Reply, Verdict, class_of_status};
use crate::{Account, Outcome, Outgoing};

pub async fn send(client: &Client, account: &Account, outgoing: &Outgoing) -> Outcome {
    if let Err(refusal) = limits::check(outgoing) {
        return Outcome::Refused(refusal);
    }
    let request = match address(account, &account.number_id, "/messages").and_then(|url| client.post(url)) {
        Ok(request) => request.bearer_auth(account.access_token.expose_secret()).json(&body(outgoing)),
        Err(refusal) => return Outcome::Refused(refusal),
    };
    match http::exchange(account, request).await {
        Ok(reply) => {
            let status = reply.status.as_u16();
            tracing::debug!(message.id = %outgoing.message_id, status, "the provider answered");
            judge(account, &reply)
        }
        Err(verdict) => verdict.into(),
    }
}

/// `{base}/{id}{rest}`, where the id comes from an account or from a webhook.
pub fn address(account: &Account, id: &str, rest: &str) -> Result<String, Refusal> {
    if !http::is_path_segment(id) {
        return Err(http::invalid_account("the id cannot be part of an address"));
    }
    Ok(format!("{}/{id}{rest}", account.base_url.trim_end_matches('/')))
}

/// What an answer to a send means.
fn judge(account: &Account, reply: &Reply<'_>) -> Outcome {
    let answer = serde_json::from_slice::<AnswerBody>(&reply.body).ok();
    match answer {
        Some(AnswerBody { error: Some(error), .. }) => judge_error(account, reply, &error).into(),
        Some(answer) if reply.status.is_success() => match answer.message_id() {
            Some(provider_message_id) => Outcome::Accepted { provider_message_id },
            None => Outcome::Unknown { reason: format!("status {} without a message id", reply.status.as_u16()) },
        },
        _ => reply.by_status().into(),
    }
}

/// What an answer to a question means that is no success.
pub fn judge_question(account: &Account, reply: &Reply<'_>) -> Verdict {
    match serde_json::from_slice::<AnswerBody>(&reply.body).ok().and_then(|answer| answer.error) {
        Some(error) => judge_error(account, reply, &error),
        None => reply.by_status(),
    }
}

/// The code of an error decides, the status only where there is none.
fn judge_error(account: &Account, reply: &Reply<'_>, error: &ErrorBody) -> Verdict {
    let status: StatusCode = reply.status;
    let http = status.as_u16();
    let class = error.code.and_then(classify);
    // Meta's own trouble, or a code nobody knows: it may have failed after it took the message.
    if !status.is_client_error() && class.is_none_or(|class| class == ErrorClass::Retry) {
        let code = error.code.map_or_else(|| "no code".into(), |code| format!("code {code}"));
        return Verdict::unknown(format!("status {http} with {code}"));
    }
    let mut refusal = refusal(error, class_of_status(status).unwrap_or(ErrorClass::Param));
    refusal.detail = details::clean(account, &refusal.detail);
    if error.code.is_none() {
        refusal.code = format!("http_{http}");
    }
    refusal.retry_after_ms = reply.retry_after_ms().or(refusal.retry_after_ms);
    Verdict::Refused(refusal)
}

#[cfg(test)]
mod tests;
