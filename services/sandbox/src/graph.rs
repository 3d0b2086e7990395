//! The side a sender talks to: Meta's Cloud API, as far as sending, media, templates and the health
//! of numbers need it.
//!
//! A message counts from the moment it is accepted, whatever becomes of the answer.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::devices::door::{breaker, broken, pause};
use crate::faults::{After, Before};
use crate::graph::answers::{GraphError, accepted, json_response};
use crate::graph::request::{Order, SendOrder, read};
use crate::ledger::Key;
use crate::profile::Profile;
use crate::state::Sandbox;
use crate::state::clock::unix_us;
use crate::wire::Breaker;

mod account;
pub mod answers;
mod check;
mod media;
mod objects;
pub mod request;
pub mod templates;
pub mod world;

const BODY_LIMIT: usize = 1 << 20;

/// Answers everything that is not the sandbox's own: `/{version}/{phone_number_id}…`, with or
/// without the version.
pub async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path: Vec<&str> = parts.uri.path().split('/').filter(|part| !part.is_empty()).collect();
    let place = match path.as_slice() {
        [version, rest @ ..] if is_version(version) => rest,
        whole => whole,
    };
    match (&parts.method, place) {
        (&Method::POST, [id, "messages" | "marketing_messages"]) if is_id(id) => {
            let breaker = breaker(&parts);
            let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
                return GraphError::parameter("The request body is too large or did not arrive.").into_response();
            };
            post_message(&sandbox, id, &parts.headers, body, breaker).await
        }
        // Apart, so that what is rare does not make the future of a send larger.
        _ => Box::pin(objects::answer(&sandbox, &parts, place, body)).await,
    }
}

async fn post_message(
    sandbox: &Arc<Sandbox>,
    id: &str,
    headers: &HeaderMap,
    body: Bytes,
    breaker: Option<Breaker>,
) -> Response {
    let received_at_us = unix_us();
    let profile = sandbox.profile(id);
    let order = match check_token(&profile, headers).and_then(|()| read(&body)) {
        Ok(order) => order,
        Err(error) => {
            sandbox.refuse(&profile);
            return error.into_response();
        }
    };
    let Order::Send(send) = order else {
        return json_response(StatusCode::OK, &json!({ "success": true }));
    };
    if let Err(error) = check_world(sandbox, id, &send) {
        sandbox.refuse(&profile);
        return error.into_response();
    }
    let fate = sandbox.fate(&profile);
    pause(sandbox, fate.latency_ms).await;
    if let Some(before) = fate.before {
        sandbox.refuse(&profile);
        return match before {
            Before::Reset => broken(breaker),
            Before::Ban => GraphError::rejected(368).into_response(),
            Before::LoggedOut => GraphError::token().into_response(),
            Before::Error => GraphError::internal().into_response(),
            Before::Throttle { retry_after_s } => GraphError::throttled().into_response_after(retry_after_s),
            Before::Reject { code } => GraphError::rejected(code).into_response(),
        };
    }
    let key = Key::new(send.callback_data.as_deref(), id, &body);
    let (wamid, index) = match sandbox.accept(&profile, send.digits, key, received_at_us) {
        Ok(wamid) => wamid,
        Err(error) => {
            tracing::error!(%error, "the journal cannot be written, so nothing is accepted");
            sandbox.refuse(&profile);
            return GraphError::internal().into_response();
        }
    };
    if fate.receipt_first {
        Box::pin(sandbox.until_told(&profile, index)).await;
    }
    match fate.after {
        Some(After::Reset) => broken(breaker),
        Some(After::Error) => GraphError::internal().into_response(),
        Some(After::Hang { ms }) => {
            pause(sandbox, ms).await;
            accepted(&send.to, send.digits, &wamid)
        }
        None => accepted(&send.to, send.digits, &wamid),
    }
}

/// What only the sandbox's own files and templates can tell.
fn check_world(sandbox: &Sandbox, id: &str, send: &SendOrder) -> Result<(), GraphError> {
    if let Some(template) = &send.template {
        templates::check(sandbox, id, template)?;
    }
    // Ids of files the sandbox no longer has are believed.
    match send.media_id.as_ref().and_then(|media| sandbox.files.get(media)) {
        Some(file) if file.owner != id => Err(GraphError::value("the media was uploaded for another number")),
        _ => Ok(()),
    }
}

fn check_token(profile: &Profile, headers: &HeaderMap) -> Result<(), GraphError> {
    let token = bearer(headers).ok_or_else(GraphError::token)?;
    match &profile.registration().access_token {
        Some(expected) if expected != token => Err(GraphError::token()),
        _ => Ok(()),
    }
}

/// The token a request came with.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").filter(|token| !token.is_empty())
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|number| {
        number.starts_with(|first: char| first.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

fn is_id(part: &str) -> bool {
    part.len() <= 64
        && !part.starts_with('_')
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
