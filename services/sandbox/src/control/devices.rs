//! The control API's part for linked devices: looking at them, linking them, moving their state.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Router, response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Answer, Refused, checked_url, read, unprocessable};
use crate::devices::mail::About;
use crate::devices::world::Linking;
use crate::devices::{Callback, Card, Device, Engine, Group, Provider};
use crate::graph::request::digits;
use crate::state::Sandbox;

pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/_sandbox/devices", get(list))
        .route("/_sandbox/devices/{provider}/{number_id}", get(show))
        .route("/_sandbox/devices/{provider}/{number_id}/scan", post(scan))
        .route("/_sandbox/devices/{provider}/{number_id}/state", post(state))
        .route("/_sandbox/devices/{provider}/{number_id}/expire", post(expire))
        .route("/_sandbox/devices/{provider}/{number_id}/engine", put(engine))
        .route("/_sandbox/devices/{provider}/{number_id}/groups", get(groups).put(put_groups))
        .route("/_sandbox/devices/{provider}/{number_id}/marks", get(marks))
        .route("/_sandbox/devices/{provider}/{number_id}/webhook", post(webhook))
        .route("/_sandbox/linking", get(linking).put(put_linking).post(put_linking))
        .route("/_sandbox/whatsapp/absent", get(absent).put(put_absent))
}

type Place = Path<(String, String)>;

fn provider_of(text: &str) -> Result<Provider, Refused> {
    Provider::parse(text).ok_or_else(|| unprocessable("provider must be green_api, waha or zentra"))
}

/// A device that is to be changed; one that nobody knows is made.
fn device(sandbox: &Arc<Sandbox>, place: &Place) -> Result<Arc<Device>, Refused> {
    Ok(sandbox.device(provider_of(&place.0.0)?, &place.0.1))
}

fn known(sandbox: &Arc<Sandbox>, place: &Place) -> Result<Arc<Device>, Refused> {
    let device = sandbox.devices.get(provider_of(&place.0.0)?, &place.0.1);
    device.ok_or_else(|| Refused(StatusCode::NOT_FOUND, "there is no such device".into()))
}

/// What there is to see of a device. Secrets are not.
fn view(device: &Device) -> Value {
    let inner = device.lock();
    let Card { provider, number_id, state, phone, name, engine, linked, exists, callback, .. } = &inner.card;
    let mut view = json!({
        "provider": provider, "number_id": number_id, "state": state, "linked": linked, "exists": exists,
        "phone": linked.then(|| format!("+{phone}")), "name": name, "callback_url": callback.callback_url,
        "own_access_token": callback.access_token.is_some(),
        "code": Sandbox::code_text(&inner),
        "sends": inner.sends.len(), "waiting": inner.mail.len(),
    });
    if *provider == Provider::Waha {
        view["engine"] = json!(engine);
    }
    view
}

pub fn register(
    sandbox: &Arc<Sandbox>,
    provider: &str,
    mut body: Value,
) -> Result<(StatusCode, response::Json<Value>), Refused> {
    let provider = provider_of(provider)?;
    let fields = body.as_object_mut().ok_or_else(|| unprocessable("an object is required"))?;
    let number_id = fields.remove("number_id").or_else(|| fields.remove("phone_number_id"));
    let number_id = number_id.as_ref().and_then(Value::as_str).filter(|id| !id.is_empty() && !id.contains(['/', '\t']));
    let number_id = number_id.ok_or_else(|| unprocessable("number_id must not be empty"))?.to_owned();
    if let Some(secret) = fields.remove("app_secret") {
        fields.insert("webhook_secret".into(), secret);
    }
    let callback: Callback = read(body)?;
    if let Some(url) = &callback.callback_url {
        checked_url(url)?;
    }
    let answer = json!({ "provider": provider, "number_id": number_id, "callback_url": callback.callback_url });
    sandbox.register_device(provider, &number_id, callback);
    Ok((StatusCode::CREATED, response::Json(answer)))
}

async fn list(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Vec<Value>> {
    response::Json(sandbox.devices.all().iter().map(|device| view(device)).collect())
}

async fn show(State(sandbox): State<Arc<Sandbox>>, place: Place) -> Answer<Value> {
    Ok(response::Json(view(&*known(&sandbox, &place)?)))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Scan {
    phone: Option<String>,
    name: Option<String>,
}

/// The phone scans the present code.
async fn scan(State(sandbox): State<Arc<Sandbox>>, place: Place, body: axum::body::Bytes) -> Answer<Value> {
    let order: Scan = if body.is_empty() {
        Scan::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| unprocessable(error.to_string()))?
    };
    let phone = order.phone.map(|phone| digits(&phone).ok_or_else(|| unprocessable("phone must be a phone number")));
    let phone = phone.transpose()?.map(|phone| phone.to_string());
    let device = device(&sandbox, &place)?;
    sandbox.scan(&device, phone, order.name).map_err(|problem| Refused(StatusCode::CONFLICT, problem))?;
    Ok(response::Json(view(&device)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    state: String,
}

/// Drives a device into a state by the provider's own name for it.
async fn state(
    State(sandbox): State<Arc<Sandbox>>,
    place: Place,
    body: Result<Json<Order>, JsonRejection>,
) -> Answer<Value> {
    let wanted = body?.0.state;
    let device = device(&sandbox, &place)?;
    let states = device.provider.states();
    if !states.contains(&wanted.as_str()) {
        return Err(unprocessable(format!("state must be one of {}", states.join(", "))));
    }
    sandbox.change_card(&device, |card| card.exists = true);
    sandbox.set_state(&device, &wanted);
    Ok(response::Json(view(&device)))
}

async fn expire(State(sandbox): State<Arc<Sandbox>>, place: Place) -> Answer<Value> {
    let device = known(&sandbox, &place)?;
    sandbox.expire(&device);
    Ok(response::Json(view(&device)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EngineOrder {
    engine: Engine,
}

async fn engine(
    State(sandbox): State<Arc<Sandbox>>,
    place: Place,
    body: Result<Json<EngineOrder>, JsonRejection>,
) -> Answer<Value> {
    let engine = body?.0.engine;
    let device = device(&sandbox, &place)?;
    sandbox.change_card(&device, |card| card.engine = engine);
    Ok(response::Json(view(&device)))
}

async fn groups(State(sandbox): State<Arc<Sandbox>>, place: Place) -> Answer<Vec<Group>> {
    Ok(response::Json(known(&sandbox, &place)?.card().groups))
}

async fn put_groups(
    State(sandbox): State<Arc<Sandbox>>,
    place: Place,
    body: Result<Json<Vec<Group>>, JsonRejection>,
) -> Answer<Vec<Group>> {
    let groups = body?.0;
    if let Some(group) = groups.iter().find(|group| !group.id.ends_with("@g.us")) {
        return Err(unprocessable(format!("the id of a group ends in @g.us, not as {} does", group.id)));
    }
    let device = device(&sandbox, &place)?;
    sandbox.change_card(&device, |card| card.groups.clone_from(&groups));
    Ok(response::Json(groups))
}

/// Which chats were marked as read, and where typing was shown.
async fn marks(State(sandbox): State<Arc<Sandbox>>, place: Place) -> Answer<Vec<Value>> {
    Ok(response::Json(known(&sandbox, &place)?.lock().marks.iter().cloned().collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    event: String,
    #[serde(default)]
    body: Value,
}

/// Tells anything at all, in the provider's envelope.
async fn webhook(
    State(sandbox): State<Arc<Sandbox>>,
    place: Place,
    body: Result<Json<Webhook>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let order = body?.0;
    let device = known(&sandbox, &place)?;
    let now_ms = sandbox.clock.now_ms();
    let mut inner = device.lock();
    let body = match device.provider {
        Provider::GreenApi => crate::green::webhooks::any(&inner.card, &order.event, order.body, now_ms),
        Provider::Waha => crate::waha::webhooks::envelope(&inner.card, &order.event, order.body, now_ms),
        Provider::Zentra => return Err(unprocessable("Zentra has no webhooks")),
    };
    inner.post(now_ms, &order.event, Some(body), About::Device);
    drop(inner);
    device.changed.notify_one();
    Ok(StatusCode::ACCEPTED)
}

async fn linking(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Linking> {
    response::Json(sandbox.linking())
}

async fn put_linking(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Linking>, JsonRejection>,
) -> Answer<Linking> {
    let linking = body?.0;
    if let Some(problem) = linking.invalid() {
        return Err(unprocessable(problem));
    }
    sandbox.put_linking(linking);
    Ok(response::Json(linking))
}

async fn absent(State(sandbox): State<Arc<Sandbox>>) -> response::Json<Vec<String>> {
    response::Json(sandbox.absent.all().iter().map(|number| format!("+{number}")).collect())
}

/// Names the numbers that are not on WhatsApp.
async fn put_absent(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Vec<String>>, JsonRejection>,
) -> Answer<Vec<String>> {
    let numbers = body?.0;
    let read: Option<HashSet<u64>> = numbers.iter().map(|number| digits(number)).collect();
    sandbox.absent.put(read.ok_or_else(|| unprocessable("each must be a phone number"))?);
    Ok(response::Json(numbers))
}
