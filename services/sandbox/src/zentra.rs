//! Zentra's side of the wire: `/zentra/v1/…`, as far as anything about it is known.
//!
//! Everything is told by the body's `success`: a banned or expired device answers with HTTP 200.
//! There are no webhooks, so nobody ever learns what became of a message.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::content::{Content, FileRef, mime_of_file};
use crate::devices::door::{Visit, breaker};
use crate::devices::take::Order;
use crate::devices::{Device, Provider};
use crate::faults::Before;
use crate::form::Form;
use crate::graph::answers::json_response;
use crate::state::Sandbox;

const BODY_LIMIT: usize = 100 << 20;

/// A refusal: an HTTP status and what the body says.
struct Problem(StatusCode, &'static str);

impl From<Problem> for Response {
    fn from(Problem(status, message): Problem) -> Self {
        json_response(status, &json!({ "success": false, "msg": message, "errors": [message] }))
    }
}

/// What Zentra answers with HTTP 200 although nothing was done.
fn unsuccessful(message: &'static str) -> Response {
    Problem(StatusCode::OK, message).into()
}

/// Answers everything under `/zentra`.
pub async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path: Vec<&str> = parts.uri.path().split('/').skip(2).filter(|part| !part.is_empty()).collect();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Problem(StatusCode::PAYLOAD_TOO_LARGE, "FILE_TOO_LARGE").into();
    };
    let token = parts.headers.get("x-api-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if token.is_empty() {
        return Problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED").into();
    }
    let path = path.strip_prefix(&["v1"][..]).unwrap_or(&path);
    let answered = match (&parts.method, path) {
        (&Method::POST, ["messages"]) => post_message(&sandbox, &parts, body, token).await,
        (&Method::POST, ["check-whatsapp"]) => check(&sandbox, &body, token),
        (&Method::GET, ["devices", uuid, "status"]) => known(&sandbox, uuid, token).map(|device| status(&device)),
        _ => Err(Problem(StatusCode::NOT_FOUND, "NOT_FOUND")),
    };
    answered.unwrap_or_else(Response::from)
}

fn known(sandbox: &Arc<Sandbox>, uuid: &str, token: &str) -> Result<Arc<Device>, Problem> {
    let fits = !uuid.is_empty() && uuid.len() <= 64;
    if !fits || !uuid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(Problem(StatusCode::OK, "DEVICE_NOT_FOUND"));
    }
    let device = sandbox.device(Provider::Zentra, uuid);
    if device.card().callback.access_token.is_some_and(|expected| expected != token) {
        return Err(Problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
    }
    Ok(device)
}

/// Why a device in its state does nothing.
fn trouble(state: &str) -> Option<&'static str> {
    match state {
        "banned" => Some("DEVICE_BANNED"),
        "expired" => Some("DEVICE_EXPIRED"),
        "disconnected" => Some("DEVICE_DISCONNECTED"),
        "logged_out" => Some("DEVICE_LOGGED_OUT"),
        _ => None,
    }
}

fn status(device: &Device) -> Response {
    let card = device.card();
    let connected = card.works();
    json_response(
        StatusCode::OK,
        &json!({
            "success": true,
            "msg": "DEVICE_STATUS",
            "data": { "uuid": card.number_id, "status": card.state, "connected": connected, "phone": card.phone },
        }),
    )
}

fn check(sandbox: &Arc<Sandbox>, body: &Bytes, token: &str) -> Result<Response, Problem> {
    let invalid = || Problem(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_PHONE");
    let body: Value = serde_json::from_slice(body).map_err(|_| invalid())?;
    let device = known(sandbox, body["device_uuid"].as_str().unwrap_or_default(), token)?;
    if let Some(message) = trouble(&device.card().state) {
        return Ok(unsuccessful(message));
    }
    let phone =
        body["phone"].as_str().map(str::to_owned).or_else(|| body["phone"].as_u64().map(|phone| phone.to_string()));
    let number = phone.and_then(|phone| crate::graph::request::digits(&phone)).ok_or_else(invalid)?;
    let exists = sandbox.is_on_whatsapp(number);
    let data = json!({ "phone": number.to_string(), "exists": exists });
    Ok(json_response(StatusCode::OK, &json!({ "success": true, "msg": "CHECKED", "exists": exists, "data": data })))
}

async fn post_message(sandbox: &Arc<Sandbox>, parts: &Parts, body: Bytes, token: &str) -> Result<Response, Problem> {
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = Form::read(content_type, body).await;
    let form = form.ok_or(Problem(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_FORM"))?;
    let device = known(sandbox, form.text("device_uuid"), token)?;
    let orders = match orders(sandbox, &device, &form) {
        Ok(orders) => orders,
        Err(problem) => {
            sandbox.refuse_on(&device);
            return Err(problem);
        }
    };
    let visit = Visit { sandbox, device: &device, breaker: breaker(parts) };
    let take = |undeliverable: bool| {
        if let Some(message) = trouble(&device.card().state) {
            return Err(Problem(StatusCode::OK, message));
        }
        let absent = |order: &Order| {
            crate::devices::content::phone_of(&order.chat).is_some_and(|phone| !sandbox.is_on_whatsapp(phone))
        };
        if undeliverable || orders.iter().all(absent) {
            return Err(Problem(StatusCode::OK, "NUMBER_NOT_ON_WHATSAPP"));
        }
        let mut first = None;
        for order in orders {
            let taken = sandbox.take(&device, order).map_err(|error| {
                tracing::error!(%error, "the journal cannot be written, so nothing is accepted");
                Problem(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR")
            })?;
            first.get_or_insert(taken);
        }
        let id = first.as_ref().map(|taken| taken.message.id.clone());
        let answer = json!({ "success": true, "msg": "MESSAGE_CREATED", "data": { "id": id, "uuid": id } });
        Ok((json_response(StatusCode::OK, &answer), first.map(|taken| taken.index)))
    };
    Ok(visit.send(take, fault).await)
}

fn orders(sandbox: &Arc<Sandbox>, device: &Device, form: &Form) -> Result<Vec<Order>, Problem> {
    let invalid = |message: &'static str| Problem(StatusCode::UNPROCESSABLE_ENTITY, message);
    let text = form.text("text_message");
    let kind = match form.text("type_message") {
        "doc" => "document",
        kind @ ("text" | "image" | "video" | "audio" | "document") => kind,
        _ => return Err(invalid("INVALID_TYPE_MESSAGE")),
    };
    let mut content = Content { kind: kind.to_owned(), text: text.to_owned(), ..Content::default() };
    if kind == "text" {
        if text.is_empty() {
            return Err(invalid("TEXT_MESSAGE_REQUIRED"));
        }
    } else {
        let url = form.text("media_url");
        content.file = Some(match (&form.file, reqwest::Url::parse(url)) {
            (Some((name, mime, bytes)), _) => {
                let mime = mime.clone().unwrap_or_else(|| mime_of_file(name).to_owned());
                let kept = sandbox.files.put(&device.number_id, name, &mime, bytes.clone());
                FileRef { url: sandbox.file_url(&kept), name: name.clone(), mime, id: Some(kept.id.clone()) }
            }
            (None, Ok(_)) => {
                let name = url.rsplit('/').next().unwrap_or_default().to_owned();
                FileRef { mime: mime_of_file(&name).to_owned(), url: url.to_owned(), name, id: None }
            }
            (None, Err(_)) => return Err(invalid("MEDIA_REQUIRED")),
        });
    }
    let ids: Vec<&str> = form.text("ids").split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let groups = form.text("type_contact") == "group";
    let chat = |id: &&str| {
        if groups {
            Some(if id.ends_with("@g.us") { (*id).to_owned() } else { format!("{id}@g.us") })
        } else {
            let digits = id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0');
            digits.then_some(()).and_then(|()| crate::graph::request::digits(id)).map(|phone| format!("{phone}@c.us"))
        }
    };
    let chats: Option<Vec<String>> = ids.iter().map(chat).collect();
    let chats = chats.filter(|chats| !chats.is_empty()).ok_or_else(|| invalid("INVALID_IDS"))?;
    let order = |chat| Order { id: None, chat, content: content.clone(), undeliverable: false };
    Ok(chats.into_iter().map(order).collect())
}

/// A fault as Zentra would show it.
fn fault(before: &Before) -> Option<Response> {
    Some(match before {
        Before::Reset | Before::Error => Problem(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR").into(),
        Before::Ban => unsuccessful("DEVICE_BANNED"),
        Before::LoggedOut => unsuccessful("DEVICE_LOGGED_OUT"),
        Before::Throttle { retry_after_s } => {
            let mut response = Response::from(Problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
            response
        }
        Before::Reject { code } => match code {
            401 | 190 => Problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED").into(),
            403 => Problem(StatusCode::FORBIDDEN, "FORBIDDEN").into(),
            429 | 130_429 => Problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS").into(),
            368 | 131_031 => unsuccessful("DEVICE_BANNED"),
            131_026 => unsuccessful("NUMBER_NOT_ON_WHATSAPP"),
            131_053 => unsuccessful("MEDIA_NOT_REACHABLE"),
            500..=599 => Problem(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR").into(),
            _ => unsuccessful("VALIDATION_ERROR"),
        },
    })
}
