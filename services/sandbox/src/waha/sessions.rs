//! Sessions: making them, starting and stopping them, their codes.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::devices::{Card, Engine, Provider, qr};
use crate::graph::answers::json_response;
use crate::state::Sandbox;
use crate::waha::Call;
use crate::waha::answers::Problem;
use crate::waha::shapes::session;

pub fn list(call: &Call<'_>) -> Value {
    let all = call.query("all") == Some("true");
    let devices = call.sandbox.devices.all();
    let cards = devices.iter().filter(|device| device.provider == Provider::Waha && call.check_key(device).is_ok());
    let cards = cards.map(|device| device.card()).filter(|card| card.exists && (all || card.state != "STOPPED"));
    cards.map(|card| session(&card)).collect()
}

/// The engine a config asks for by its metadata.
fn engine_of(config: &Value) -> Option<Engine> {
    serde_json::from_value(config["metadata"]["engine"].clone()).ok()
}

fn checked_config(body: &Value) -> Result<Option<Value>, Problem> {
    let config = match &body["config"] {
        Value::Null => return Ok(None),
        config @ Value::Object(_) => config.clone(),
        _ => return Err(Problem::Bad("config must be an object".into())),
    };
    for hook in config["webhooks"].as_array().into_iter().flatten() {
        let url = hook["url"].as_str().and_then(|url| reqwest::Url::parse(url).ok());
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Problem::Bad("config.webhooks.url must be a URL address".into()));
        }
        if !hook["events"].is_array() {
            return Err(Problem::Bad("config.webhooks.events must be an array".into()));
        }
    }
    Ok(Some(config))
}

fn configure(card: &mut Card, config: Option<Value>) {
    if let Some(config) = config {
        card.engine = engine_of(&config).unwrap_or(card.engine);
        card.settings = config;
    }
}

pub fn create(call: &Call<'_>) -> Result<Value, Problem> {
    let body = call.json()?;
    let config = checked_config(&body)?;
    let name = match body["name"].as_str().filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => format!("session_{}", uuid::Uuid::new_v4().simple()),
    };
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') || name.len() > 54 {
        return Err(Problem::Bad("name must match /^[a-zA-Z0-9_-]*$/".into()));
    }
    let device = call.sandbox.device(Provider::Waha, &name);
    call.check_key(&device)?;
    let known = call.sandbox.change_card(&device, |card| {
        let known = std::mem::replace(&mut card.exists, true);
        if !known {
            configure(card, config);
        }
        known
    });
    if known {
        return Err(Problem::Bad(format!("Session '{name}' already exists. Use PUT to update it.")));
    }
    if body["start"] != false {
        call.sandbox.restart_device(&device);
    }
    Ok(session(&device.card()))
}

pub fn update(call: &Call<'_>, name: &str) -> Result<Value, Problem> {
    let device = call.session(name)?;
    let config = checked_config(&call.json()?)?;
    call.sandbox.change_card(&device, |card| configure(card, config));
    if device.card().state != "STOPPED" {
        call.sandbox.restart_device(&device);
    }
    Ok(session(&device.card()))
}

pub fn delete(call: &Call<'_>, name: &str) -> Result<(), Problem> {
    // Deleting what is not there is no mistake.
    let Ok(device) = call.session(name) else { return Ok(()) };
    call.sandbox.set_state(&device, "STOPPED");
    call.sandbox.change_card(&device, |card| {
        card.exists = false;
        card.linked = false;
        card.settings = json!({});
    });
    Ok(())
}

pub fn order(call: &Call<'_>, name: &str, order: &str) -> Result<Value, Problem> {
    let device = call.session(name)?;
    let state = device.card().state;
    match order {
        "start" if matches!(state.as_str(), "STOPPED" | "FAILED") => call.sandbox.restart_device(&device),
        "restart" => call.sandbox.restart_device(&device),
        "stop" => call.sandbox.set_state(&device, "STOPPED"),
        "logout" => {
            call.sandbox.change_card(&device, |card| card.linked = false);
            if state != "STOPPED" {
                call.sandbox.restart_device(&device);
            }
        }
        _ => {}
    }
    Ok(session(&device.card()))
}

/// The present code: as a picture, as JSON around a picture, or as text.
pub fn qr(call: &Call<'_>, name: &str) -> Result<Response, Problem> {
    let device = call.session(name)?;
    let inner = device.lock();
    let Some(text) = Sandbox::code_text(&inner) else {
        return Err(Problem::State {
            session: name.to_owned(),
            status: inner.card.state.clone(),
            expected: &["SCAN_QR_CODE"],
        });
    };
    if call.query("format") == Some("raw") {
        return Ok(json_response(StatusCode::OK, &json!({ "value": text })));
    }
    let picture = qr::png(&text);
    let accepts = call.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("application/json") {
        let body = json!({ "mimetype": "image/png", "data": STANDARD.encode(picture) });
        return Ok(json_response(StatusCode::OK, &body));
    }
    let mut response = Response::new(Body::from(picture));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    Ok(response)
}

pub fn request_code(call: &Call<'_>, name: &str) -> Result<Value, Problem> {
    let device = call.session(name)?;
    let body = call.json()?;
    if body["phoneNumber"].as_str().is_none_or(str::is_empty) {
        return Err(Problem::missing("phoneNumber"));
    }
    let inner = device.lock();
    let code = inner.code.as_ref().filter(|_| inner.card.state == "SCAN_QR_CODE");
    let Some(code) = code else {
        return Err(Problem::State {
            session: name.to_owned(),
            status: inner.card.state.clone(),
            expected: &["SCAN_QR_CODE"],
        });
    };
    let letters = code.nonce[..8].to_uppercase();
    Ok(json!({ "code": format!("{}-{}", &letters[..4], &letters[4..]) }))
}
