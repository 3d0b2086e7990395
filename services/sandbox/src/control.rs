//! The sandbox's own API under `/_sandbox`: what tests and people use to look and to disturb.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Json, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Router, response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::inbound::InboundOrder;
use crate::faults::Faults;
use crate::profile::{Counts, Profile, Registration};
use crate::receipts::Behaviour;
use crate::state::Sandbox;

mod cloud;
mod devices;
mod inbound;
mod sends;

pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/healthz", get(|| async { response::Json(json!({ "status": "ok" })) }))
        .route("/_sandbox/stats", get(stats))
        .route("/_sandbox/sends", get(sends::list))
        .route("/_sandbox/profiles", get(profiles).post(register))
        .route("/_sandbox/faults", get(faults).post(put_faults))
        .route("/_sandbox/faults/{profile}", put(put_faults_of).delete(delete_faults_of))
        .route("/_sandbox/receipts", get(behaviour).post(put_behaviour))
        .route("/_sandbox/inbound", post(send_inbound))
        .route("/_files/{id}/{name}", get(file))
        .merge(devices::routes())
        .merge(cloud::routes())
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

impl Stats {
    fn add(&mut self, counts: &Counts) {
        self.accepted += counts.accepted.get();
        self.distinct += counts.distinct.get();
        self.receipts_sent += counts.receipts_sent.get();
        self.receipts_pending += counts.receipts_pending.get();
        self.refused += counts.refused.get();
        self.inbound_sent += counts.inbound_sent.get();
    }
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
        stats.add(counts);
    }
    for device in sandbox.devices.all().iter().filter(|device| wanted.as_ref().is_none_or(|id| *id == device.number_id))
    {
        let _still = device.lock();
        stats.add(&device.counts);
    }
    stats.duplicates = stats.accepted - stats.distinct;
    Ok(response::Json(stats))
}

async fn profiles(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Vec<Value>> {
    let view = |profile: &Arc<Profile>| {
        let registration = profile.registration();
        json!({ "phone_number_id": profile.phone_number_id, "callback_url": registration.callback_url, "own_access_token": registration.access_token.is_some() })
    };
    response::Json(sandbox.profiles().iter().map(view).collect())
}

/// Registers a number: of the Cloud API, or with `provider` of another one.
async fn register(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let mut body = body?.0;
    let provider = body.as_object_mut().and_then(|fields| fields.remove("provider"));
    match provider.as_ref().and_then(Value::as_str) {
        None | Some("cloud_api") => register_number(&sandbox, body),
        Some(provider) => devices::register(&sandbox, provider, body),
    }
}

fn register_number(sandbox: &Arc<Sandbox>, body: Value) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let registration: Registration = read(body)?;
    if registration.phone_number_id.is_empty() {
        return Err(unprocessable("phone_number_id must not be empty"));
    }
    checked_url(&registration.callback_url)?;
    let answer = json!({ "phone_number_id": registration.phone_number_id, "callback_url": registration.callback_url });
    sandbox.register(registration)?;
    Ok((StatusCode::CREATED, response::Json(answer)))
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Refused> {
    serde_json::from_value(body).map_err(|error| unprocessable(error.to_string()))
}

fn checked_url(url: &str) -> Result<(), Refused> {
    let url = reqwest::Url::parse(url).map_err(|error| unprocessable(format!("callback_url: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(unprocessable("callback_url must be http or https"));
    }
    Ok(())
}

/// A file of a message, for anybody who has its address.
async fn file(State(sandbox): State<Arc<Sandbox>>, Path((id, _name)): Path<(String, String)>) -> Response {
    match sandbox.files.get(&id) {
        Some(file) => file.response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
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

/// The faults of one number, on whichever wire.
async fn put_faults_of(
    State(sandbox): State<Arc<Sandbox>>,
    Path(profile): Path<String>,
    body: Result<Json<Faults>, JsonRejection>,
) -> Answer<Faults> {
    let faults = Faults { profile: Some(profile), ..body?.0 };
    put_faults(State(sandbox), Ok(Json(faults))).await
}

/// From here on the common faults hold for it again.
async fn delete_faults_of(State(sandbox): State<Arc<Sandbox>>, Path(profile): Path<String>) -> StatusCode {
    sandbox.remove_faults(&profile);
    StatusCode::NO_CONTENT
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
    let ids = inbound::queue(&sandbox, &order).await.map_err(unprocessable)?;
    Ok((StatusCode::ACCEPTED, response::Json(json!({ "queued": ids.len(), "ids": ids }))))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Result<StatusCode, Refused> {
    sandbox.reset()?;
    Ok(StatusCode::NO_CONTENT)
}
