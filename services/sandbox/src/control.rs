//! The sandbox's own API under `/_sandbox`: what tests and people use to look and to disturb.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::inbound::InboundOrder;
use crate::faults::Faults;
use crate::profile::{Profile, Registration};
use crate::receipts::{Behaviour, Status};
use crate::state::Sandbox;

mod inbound;

pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/healthz", get(|| async { response::Json(json!({ "status": "ok" })) }))
        .route("/_sandbox/stats", get(stats))
        .route("/_sandbox/sends", get(sends))
        .route("/_sandbox/profiles", get(profiles).post(register))
        .route("/_sandbox/faults", get(faults).post(put_faults))
        .route("/_sandbox/receipts", get(behaviour).post(put_behaviour))
        .route("/_sandbox/inbound", post(send_inbound))
        .route("/_sandbox/reset", post(reset))
}

/// A refusal of the control API.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, response::Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, format!("the journal cannot be written: {error}"))
    }
}

fn unprocessable(problem: impl Into<String>) -> Refused {
    Refused(StatusCode::UNPROCESSABLE_ENTITY, problem.into())
}

type Answer<T> = Result<response::Json<T>, Refused>;

#[derive(Deserialize)]
struct StatsQuery {
    profile: Option<String>,
}

/// What was counted, for one number or for all.
#[derive(Debug, Default, Serialize)]
struct Stats {
    accepted: u64,
    distinct: u64,
    duplicates: u64,
    receipts_sent: u64,
    receipts_pending: u64,
    refused: u64,
    inbound_sent: u64,
}

async fn stats(State(sandbox): State<Arc<Sandbox>>, query: Result<Query<StatsQuery>, QueryRejection>) -> Answer<Stats> {
    let wanted = query?.0.profile;
    // Under the ledger's lock nothing is half counted.
    let _still = sandbox.ledger();
    let mut stats = Stats::default();
    for profile in
        sandbox.profiles().iter().filter(|profile| wanted.as_ref().is_none_or(|id| *id == profile.phone_number_id))
    {
        let counts = &profile.counts;
        stats.accepted += counts.accepted.get();
        stats.distinct += counts.distinct.get();
        stats.receipts_sent += counts.receipts_sent.get();
        stats.receipts_pending += counts.receipts_pending.get();
        stats.refused += counts.refused.get();
        stats.inbound_sent += counts.inbound_sent.get();
    }
    stats.duplicates = stats.accepted - stats.distinct;
    Ok(response::Json(stats))
}

#[derive(Deserialize)]
struct SendsQuery {
    profile: Option<String>,
    to: Option<String>,
    /// The value of `biz_opaque_callback_data`.
    message_id: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct SendView {
    message_id: Option<String>,
    wamid: String,
    phone_number_id: String,
    to: String,
    state: &'static str,
    accepted_at: u32,
}

async fn sends(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query<SendsQuery>, QueryRejection>,
) -> Answer<Vec<SendView>> {
    let query = query?.0;
    let to = match query.to.as_deref().map(|to| to.trim_start_matches([' ', '+']).parse::<u64>()) {
        Some(Err(_)) => return Err(unprocessable("to must be a phone number")),
        Some(Ok(to)) => Some(to),
        None => None,
    };
    let profiles = sandbox.profiles();
    let wanted = match &query.profile {
        Some(id) => match sandbox.known_profile(id) {
            Some(profile) => Some(profile.index),
            None => return Ok(response::Json(Vec::new())),
        },
        None => None,
    };
    let ledger = sandbox.ledger();
    let found = ledger
        .newest()
        .filter(|send| to.is_none_or(|to| send.to == to) && wanted.is_none_or(|index| send.profile == index))
        .filter(|send| query.message_id.is_none() || send.key.callback_data() == query.message_id)
        .take(query.limit.unwrap_or(100).min(10_000))
        .map(|send| SendView {
            message_id: send.key.callback_data(),
            wamid: send.wamid.to_string(),
            phone_number_id: profiles[send.profile as usize].phone_number_id.clone(),
            to: format!("+{}", send.to),
            state: send.state.map_or("accepted", Status::as_str),
            accepted_at: send.accepted_at,
        })
        .collect();
    Ok(response::Json(found))
}

async fn profiles(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Vec<Value>> {
    let view = |profile: &Arc<Profile>| {
        let registration = profile.registration();
        json!({ "phone_number_id": profile.phone_number_id, "callback_url": registration.callback_url, "own_access_token": registration.access_token.is_some() })
    };
    response::Json(sandbox.profiles().iter().map(view).collect())
}

async fn register(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Registration>, JsonRejection>,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let registration = body?.0;
    if registration.phone_number_id.is_empty() {
        return Err(unprocessable("phone_number_id must not be empty"));
    }
    let url = reqwest::Url::parse(&registration.callback_url)
        .map_err(|error| unprocessable(format!("callback_url: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(unprocessable("callback_url must be http or https"));
    }
    let answer = json!({ "phone_number_id": registration.phone_number_id, "callback_url": registration.callback_url });
    sandbox.register(registration)?;
    Ok((StatusCode::CREATED, response::Json(answer)))
}

async fn faults(State(sandbox): State<Arc<Sandbox>>) -> Response {
    response::Json(sandbox.fault_sets()).into_response()
}

async fn put_faults(State(sandbox): State<Arc<Sandbox>>, body: Result<Json<Faults>, JsonRejection>) -> Answer<Faults> {
    let faults = body?.0;
    if let Some(problem) = faults.invalid() {
        return Err(unprocessable(problem));
    }
    sandbox.put_faults(faults.clone());
    Ok(response::Json(faults))
}

async fn behaviour(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Behaviour> {
    response::Json(sandbox.behaviour())
}

async fn put_behaviour(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Behaviour>, JsonRejection>,
) -> Answer<Behaviour> {
    let behaviour = body?.0;
    if let Some(problem) = behaviour.invalid() {
        return Err(unprocessable(problem));
    }
    sandbox.put_behaviour(behaviour.clone());
    Ok(response::Json(behaviour))
}

async fn send_inbound(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<InboundOrder>, JsonRejection>,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let order = body?.0;
    let profile = sandbox.profile(&order.profile);
    let ids = inbound::queue(&sandbox, &profile, &order).map_err(unprocessable)?;
    Ok((StatusCode::ACCEPTED, response::Json(json!({ "queued": ids.len(), "ids": ids }))))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Result<StatusCode, Refused> {
    sandbox.reset()?;
    Ok(StatusCode::NO_CONTENT)
}
