//! WAHA's side of the wire: `/waha/api/…`, a gateway whose sessions are linked devices.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::door::breaker;
use crate::devices::{Device, Provider};
use crate::graph::answers::json_response;
use crate::state::Sandbox;
use crate::waha::answers::Problem;

mod answers;
mod chats;
pub mod delivery;
mod people;
mod sends;
mod sessions;
mod shapes;
pub mod webhooks;

const BODY_LIMIT: usize = 150 << 20;

/// A call, read as far as all have in common.
struct Call<'a> {
    sandbox: &'a Arc<Sandbox>,
    headers: &'a HeaderMap,
    query: Vec<(String, String)>,
    body: Bytes,
}

impl Call<'_> {
    fn json(&self) -> Result<Value, Problem> {
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        match serde_json::from_slice(&self.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(Problem::Bad("the body must be a JSON object".into())),
        }
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A session that exists, for somebody who has its key.
    fn session(&self, name: &str) -> Result<Arc<Device>, Problem> {
        let device = self.sandbox.devices.get(Provider::Waha, name);
        let device = device.filter(|device| device.lock().card.exists).ok_or_else(|| Problem::no_session(name))?;
        self.check_key(&device)?;
        Ok(device)
    }

    fn key(&self) -> Option<&str> {
        let header = self.headers.get("x-api-key").and_then(|value| value.to_str().ok());
        header.or_else(|| self.query("x-api-key")).filter(|key| !key.is_empty())
    }

    fn check_key(&self, device: &Device) -> Result<(), Problem> {
        let expected = device.lock().card.callback.access_token.clone();
        if expected.is_some_and(|expected| Some(expected.as_str()) != self.key()) {
            return Err(Problem::Unauthorized);
        }
        Ok(())
    }

    /// A session that can send.
    fn working(&self, name: &str) -> Result<Arc<Device>, Problem> {
        let device = self.session(name)?;
        let card = device.card();
        if card.works() { Ok(device) } else { Err(Problem::not_working(&card)) }
    }
}

/// Answers everything under `/waha`.
pub async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let url = reqwest::Url::parse(&format!("http://waha{}", parts.uri));
    let query = url.map(|url| url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect());
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Problem::Bad("the body is too large or did not arrive".into()).into();
    };
    let call = Call { sandbox: &sandbox, headers: &parts.headers, query: query.unwrap_or_default(), body };
    if call.key().is_none() {
        return Problem::Unauthorized.into();
    }
    let path: Vec<String> = parts.uri.path().split('/').skip(2).filter(|part| !part.is_empty()).map(decoded).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let ["api", rest @ ..] = path.as_slice() else {
        return Problem::NotFound(format!("Cannot {} /", parts.method)).into();
    };
    let answered = match (&parts.method, rest) {
        (&Method::POST, [method]) if sends::is_send(method) => sends::send(&call, method, breaker(&parts)).await,
        (&Method::PUT, ["reaction"]) => sends::send(&call, "reaction", breaker(&parts)).await,
        (verb, rest) => other(&call, verb, rest),
    };
    answered.unwrap_or_else(Response::from)
}

fn other(call: &Call<'_>, verb: &Method, path: &[&str]) -> Result<Response, Problem> {
    let ok = |body: Value| Ok(json_response(StatusCode::OK, &body));
    let created = |body: Value| Ok(json_response(StatusCode::CREATED, &body));
    match (verb, path) {
        (&Method::GET, ["version" | "server"] | ["server", "version"]) => {
            let session = call.query("session").map(|name| call.session(name)).transpose()?;
            let engine = session.map_or(call.sandbox.linking().engine, |device| device.card().engine);
            ok(shapes::version(engine))
        }
        (&Method::GET, ["sessions"]) => ok(sessions::list(call)),
        (&Method::POST, ["sessions"]) => created(sessions::create(call)?),
        (&Method::GET, ["sessions", name]) => ok(shapes::session(&call.session(name)?.card())),
        (&Method::PUT, ["sessions", name]) => ok(sessions::update(call, name)?),
        (&Method::DELETE, ["sessions", name]) => {
            sessions::delete(call, name)?;
            ok(json!({}))
        }
        (&Method::GET, ["sessions", name, "me"]) => ok(shapes::me(&call.session(name)?.card())),
        (&Method::POST, ["sessions", name, order @ ("start" | "stop" | "logout" | "restart")]) => {
            created(sessions::order(call, name, order)?)
        }
        (&Method::GET, [name, "auth", "qr"]) => sessions::qr(call, name),
        (&Method::POST, [name, "auth", "request-code"]) => created(sessions::request_code(call, name)?),
        (&Method::GET, [name, "new-message-id"]) => ok(sends::new_id(call, name)?),
        (&Method::POST, [mark @ ("sendSeen" | "startTyping" | "stopTyping")]) => created(chats::mark(call, mark)?),
        (&Method::GET, ["contacts", "check-exists"]) => ok(people::check_exists(call)?),
        (&Method::GET, ["contacts", "all"]) => ok(people::contacts(call)?),
        (&Method::GET, [name, "lids"]) => ok(people::lids(call, name)?),
        (&Method::GET, [name, "lids", "pn", phone]) => ok(people::lid_by_phone(call, name, phone)?),
        (&Method::GET, [name, "lids", lid]) => ok(people::phone_by_lid(call, name, lid)?),
        (&Method::GET, [name, "groups"]) => ok(people::groups(call, name)?),
        (&Method::POST, [name, "groups"]) => created(people::create_group(call, name)?),
        (&Method::GET, [name, "groups", "count"]) => ok(people::count_groups(call, name)?),
        (&Method::POST, [name, "groups", "refresh"]) => {
            call.working(name)?;
            created(json!({ "success": true }))
        }
        (&Method::GET, [name, "groups", id]) => ok(people::group(call, name, id)?),
        (
            &Method::GET,
            [name, "groups", id, "participants" | "participants-v2"] | [name, "groups", id, "participants", "v2"],
        ) => ok(people::participants(call, name, id)?),
        (&Method::POST, [name, "groups", id, "participants", change @ ("add" | "remove")]) => {
            ok(people::change_participants(call, name, id, change)?)
        }
        (&Method::GET, [name, "chats", chat, "messages"]) => ok(chats::messages(call, name, chat)?),
        (&Method::GET, [name, "chats", chat, "messages", id]) => ok(chats::message(call, name, chat, id)?),
        (&Method::GET, ["files", name, file]) => chats::file(call, name, file),
        _ => Err(Problem::NotFound(format!("Cannot {verb} /api/{}", path.join("/")))),
    }
}

/// A part of a path with its percents undone.
fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
