//! The side a sender talks to: Meta's Cloud API, as far as sending needs it.
//!
//! A message counts from the moment it is accepted, whatever becomes of the answer.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::devices::door::{breaker, broken, pause};
use crate::faults::{After, Before};
use crate::graph::answers::{GraphError, accepted, json_response};
use crate::graph::request::{Order, read};
use crate::ledger::Key;
use crate::profile::Profile;
use crate::state::Sandbox;
use crate::webhook::display_phone_number;
use crate::wire::Breaker;

pub mod answers;
pub mod request;

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
        (&Method::POST, [id, "messages"]) if is_id(id) => {
            let breaker = breaker(&parts);
            let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
                return GraphError::parameter("The request body is too large or did not arrive.").into_response();
            };
            post_message(&sandbox, id, &parts.headers, body, breaker).await
        }
        (&Method::GET, [id]) if is_id(id) => match check_token(&sandbox.profile(id), &parts.headers) {
            Ok(()) => json_response(StatusCode::OK, &number(id)),
            Err(error) => error.into_response(),
        },
        _ => GraphError::unknown_object(&path.join("/")).into_response(),
    }
}

async fn post_message(
    sandbox: &Arc<Sandbox>,
    id: &str,
    headers: &HeaderMap,
    body: Bytes,
    breaker: Option<Breaker>,
) -> Response {
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
    let wamid = match sandbox.accept(&profile, send.digits, key) {
        Ok(wamid) => wamid,
        Err(error) => {
            tracing::error!(%error, "the journal cannot be written, so nothing is accepted");
            sandbox.refuse(&profile);
            return GraphError::internal().into_response();
        }
    };
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

fn check_token(profile: &Profile, headers: &HeaderMap) -> Result<(), GraphError> {
    let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let token = given
        .and_then(|value| value.strip_prefix(b"Bearer "))
        .filter(|token| !token.is_empty())
        .ok_or_else(GraphError::token)?;
    match &profile.registration().access_token {
        Some(expected) if expected.as_bytes() != token => Err(GraphError::token()),
        _ => Ok(()),
    }
}

fn number(id: &str) -> Value {
    json!({
        "id": id,
        "display_phone_number": format!("+{}", display_phone_number(id)),
        "verified_name": "Waybill Sandbox",
        "quality_rating": "GREEN",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "throughput": { "level": "STANDARD" },
        "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
    })
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
