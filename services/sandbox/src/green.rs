//! Green API's side of the wire: `/green/waInstance{id}/{method}/{token}`.
//!
//! A 200 with an `idMessage` means queued: messages of an instance leave one after another with the
//! delay its settings ask for, and wait while nobody is logged in. Everything that becomes of a
//! message comes as a webhook, strictly in order.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::door::{Visit, breaker};
use crate::devices::{Device, Provider};
use crate::graph::answers::json_response;
use crate::green::answers::Problem;
use crate::state::Sandbox;

mod answers;
mod chats;
mod groups;
mod instance;
mod queue;
mod sends;
mod upload;
pub mod webhooks;

/// The largest file that is taken.
const UPLOAD_LIMIT: usize = 100 << 20;
const BODY_LIMIT: usize = 4 << 20;

/// A call to an instance, read as far as all methods have in common.
struct Call<'a> {
    sandbox: &'a Arc<Sandbox>,
    device: &'a Arc<Device>,
    /// What stands behind the token in the path.
    rest: &'a [&'a str],
    query: &'a str,
    body: &'a [u8],
    content_type: &'a str,
    file_name: &'a str,
}

impl Call<'_> {
    fn json(&self) -> Result<Value, Problem> {
        match serde_json::from_slice(self.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(Problem::validation("the body must be a JSON object")),
        }
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

/// Answers everything under `/green`.
pub async fn answer(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path: Vec<&str> = parts.uri.path().split('/').skip(2).collect();
    let [instance, method, token, rest @ ..] = path.as_slice() else { return Problem::NotFound.into() };
    let Some(id) = instance.strip_prefix("waInstance").filter(|id| is_instance(id)) else {
        return Problem::WrongInstance.into();
    };
    let device = sandbox.device(Provider::GreenApi, id);
    if token.is_empty() || device.card().callback.access_token.is_some_and(|expected| expected != *token) {
        return Problem::Unauthorized.into();
    }
    let limit = if method.starts_with("upload") || *method == "sendFileByUpload" { UPLOAD_LIMIT } else { BODY_LIMIT };
    let Ok(body) = to_bytes(body, limit).await else { return Problem::FileTooBig.into() };
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let call = Call {
        sandbox: &sandbox,
        device: &device,
        rest,
        query: parts.uri.query().unwrap_or_default(),
        body: &body,
        content_type: header("content-type"),
        file_name: header("ga-filename"),
    };
    if sends::is_send(method) {
        if parts.method != Method::POST {
            return Problem::NotFound.into();
        }
        return send(&call, method, breaker(&parts)).await;
    }
    match other(&call, &parts.method, method).await {
        Ok(response) => response,
        Err(problem) => problem.into(),
    }
}

async fn send(call: &Call<'_>, method: &str, breaker: Option<crate::wire::Breaker>) -> Response {
    let order = match sends::read(call, method).await {
        Ok(order) => order,
        Err(problem) => {
            call.sandbox.refuse_on(call.device);
            return problem.into();
        }
    };
    let visit = Visit { sandbox: call.sandbox, device: call.device, breaker };
    let file = order.content.file.as_ref().map(|file| file.url.clone());
    let take = |undeliverable: bool| {
        if let Some(problem) = instance::refusal(call) {
            return Err(problem);
        }
        let mut order = order;
        order.undeliverable |= undeliverable;
        let taken = call.sandbox.take(call.device, order).map_err(|error| {
            tracing::error!(%error, "the journal cannot be written, so nothing is accepted");
            Problem::Internal
        })?;
        let mut answer = json!({ "idMessage": taken.message.id });
        if method == "sendFileByUpload" {
            answer["urlFile"] = json!(file);
        }
        Ok((json_response(StatusCode::OK, &answer), Some(taken.index)))
    };
    visit.send(take, |before| answers::fault(call, before)).await
}

async fn other(call: &Call<'_>, verb: &Method, method: &str) -> Result<Response, Problem> {
    let answer = match (verb, method) {
        (&Method::GET, "getStateInstance") => json!({ "stateInstance": call.device.card().state }),
        (&Method::GET, "getStatusInstance") => {
            json!({ "statusInstance": if call.device.card().works() { "online" } else { "offline" } })
        }
        (&Method::GET, "qr") => instance::qr(call),
        (&Method::POST, "getAuthorizationCode") => instance::authorization_code(call)?,
        (&Method::GET, "logout") => instance::logout(call),
        (&Method::GET, "reboot") => instance::reboot(call),
        (&Method::POST, "setSettings") => instance::set_settings(call)?,
        (&Method::GET, "getSettings") => instance::settings(call),
        (&Method::GET, "getWaSettings") => instance::wa_settings(call),
        (&Method::GET, "showMessagesQueue") => queue::show(call),
        (&Method::GET, "clearMessagesQueue") => queue::clear(call),
        (&Method::GET, "lastOutgoingMessages") => chats::last(call, true),
        (&Method::GET, "lastIncomingMessages") => chats::last(call, false),
        (&Method::POST, "getChatHistory") => chats::history(call)?,
        (&Method::POST, "getMessage") => chats::message(call)?,
        (&Method::POST, "readChat") => chats::read(call)?,
        (&Method::POST, "checkWhatsapp") => chats::check(call)?,
        (&Method::GET, "getContacts") => chats::contacts(call)?,
        (&Method::GET, "getChats") => chats::chats(call)?,
        (&Method::POST, "getContactInfo") => chats::contact_info(call)?,
        (&Method::POST, "getAvatar") => chats::avatar(call)?,
        (&Method::POST, "getGroupData") => groups::group(call)?,
        (&Method::POST, "createGroup") => groups::create_group(call)?,
        (&Method::POST, "addGroupParticipant") => groups::change_group(call, "addParticipant")?,
        (&Method::POST, "removeGroupParticipant") => groups::change_group(call, "removeParticipant")?,
        (&Method::POST, "setGroupAdmin") => groups::change_group(call, "setGroupAdmin")?,
        (&Method::POST, "removeAdmin") => groups::change_group(call, "removeAdmin")?,
        (&Method::POST, "leaveGroup") => groups::change_group(call, "leaveGroup")?,
        (&Method::POST, "updateGroupName") => groups::change_group(call, "updateGroupName")?,
        (&Method::POST, "downloadFile") => upload::download(call)?,
        (&Method::POST, "uploadFile") => upload::upload(call)?,
        (&Method::GET, "receiveNotification") => queue::receive(call).await?,
        (&Method::DELETE, "deleteNotification") => queue::delete(call)?,
        (_, "sendButtons" | "sendTemplateButtons" | "sendListMessage") => return Err(Problem::NoLonger),
        _ => return Err(Problem::NotFound),
    };
    Ok(json_response(StatusCode::OK, &answer))
}

fn is_instance(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}
