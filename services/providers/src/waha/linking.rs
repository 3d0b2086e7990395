//! The session: how it is set up, how it stands, and the code that links a phone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::http::{self, Client, Reply, Verdict, unreadable};
use crate::values::{first_text, phone_of_chat, text};
use crate::waha::errors::judge;
use crate::waha::wire::{get, post, put, request, session};
use crate::{Account, Code, Session, SessionState};

/// What the gateway is to tell us. `message.any` has everything that `message` has.
const EVENTS: [&str; 7] = [
    "session.status",
    "message.any",
    "message.ack",
    "message.ack.group",
    "message.reaction",
    "message.edited",
    "message.revoked",
];

/// A new configuration restarts a session, so only one that differs is put.
pub async fn start(client: &Client, account: &Account, callback: &str) -> Result<Session, Refusal> {
    let name = session(account)?;
    let path = format!("/sessions/{name}");
    let config = config(account, callback);
    match find(client, account).await? {
        None => {
            let body = json!({ "name": name, "start": false, "config": config });
            post(client, account, "/sessions", &body).await?;
        }
        Some(present) if !is_set_up(&present, &config) => {
            put(client, account, &path, &json!({ "config": config })).await?;
        }
        Some(present) if text(&present, "status") == Some("WORKING") => return read(&present),
        // What broke does not start by being asked to.
        Some(present) if text(&present, "status") == Some("FAILED") => restart(client, account).await?,
        Some(_) => {}
    }
    let answer = post(client, account, &format!("{path}/start"), &json!({})).await?;
    if answer.get("status").is_some() { read(&answer) } else { state(client, account).await }
}

fn config(account: &Account, callback: &str) -> Value {
    let mut webhook = json!({
        "url": callback,
        "events": EVENTS,
        // Up to 18 hours in all: an outage of ours costs nothing.
        "retries": { "policy": "exponential", "delaySeconds": 2, "attempts": 15 },
    });
    let key = account.webhook_secret.expose_secret();
    if !key.is_empty() {
        webhook["hmac"] = json!({ "key": key });
    }
    json!({
        "webhooks": [webhook],
        // Stories and channels are nobody's messages to us.
        "ignore": { "status": true, "channels": true, "broadcast": true },
        // Each engine needs to be told to keep or to tell something; the others do not mind.
        "noweb": { "markOnline": true, "store": { "enabled": true, "fullSync": false } },
        "gows": { "storage": { "messages": true, "groups": true, "chats": true, "labels": true } },
        "webjs": { "tagsEventsOn": true },
    })
}

/// Whether the webhooks are as they should be. The rest has defaults of the gateway in it.
fn is_set_up(present: &Value, config: &Value) -> bool {
    let Some([webhook]) = present.pointer("/config/webhooks").and_then(Value::as_array).map(Vec::as_slice) else {
        return false;
    };
    let wanted = &config["webhooks"][0];
    ["url", "events", "retries", "hmac"].iter().all(|name| {
        let none = |value: Option<&Value>| value.is_none_or(Value::is_null);
        webhook.get(name) == wanted.get(name) || (none(webhook.get(name)) && none(wanted.get(name)))
    })
}

/// The session as the gateway has it, if it has it.
async fn find(client: &Client, account: &Account) -> Result<Option<Value>, Refusal> {
    let path = format!("/sessions/{}", session(account)?);
    match get(client, account, &path, &[]).await {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if refusal.code == "http_404" => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

pub async fn state(client: &Client, account: &Account) -> Result<Session, Refusal> {
    match find(client, account).await? {
        Some(found) => read(&found),
        None => Ok(Session { state: SessionState::Stopped, engine: None }),
    }
}

fn read(session: &Value) -> Result<Session, Refusal> {
    let name = text(session, "status").ok_or_else(|| unreadable("the session has no state"))?;
    let engine = first_text(session, &["/engine/engine", "/engine"]);
    Ok(Session { state: state_of(name, session.get("me")), engine })
}

/// One state for each of the gateway's.
pub fn state_of(name: &str, me: Option<&Value>) -> SessionState {
    match name {
        "STOPPED" => SessionState::Stopped,
        "STARTING" => SessionState::Starting,
        "SCAN_QR_CODE" => SessionState::WaitingForScan,
        "PASSKEY_REQUIRED" | "PASSKEY_CONFIRMATION_REQUIRED" => SessionState::WaitingForConfirmation,
        "WORKING" => SessionState::Linked {
            phone: me.and_then(|me| text(me, "id")).and_then(phone_of_chat),
            name: me.and_then(|me| text(me, "pushName")).map(str::to_owned),
        },
        "FAILED" => SessionState::Failed { detail: "the session broke, or its code was not scanned in time".into() },
        other => SessionState::Other { name: other.to_owned() },
    }
}

pub async fn code(client: &Client, account: &Account) -> Result<Code, Refusal> {
    let path = format!("/{}/auth/qr", session(account)?);
    let request = request(client, account, Method::GET, &path)?;
    let request = request.query(&[("format", "image")]).header(ACCEPT, "application/json");
    let reply = http::exchange(account, request).await.map_err(Verdict::of_question)?;
    if reply.status.is_success() {
        return read_code(&reply);
    }
    match judge(&reply).of_question() {
        // It is linked, or has no code yet or any more.
        refusal if refusal.class == ErrorClass::Session && refusal.code == "WORKING" => Ok(Code::Linked),
        refusal if refusal.class == ErrorClass::Session || refusal.code == "http_404" => Ok(Code::NotYet),
        refusal => Err(refusal),
    }
}

fn read_code(reply: &Reply<'_>) -> Result<Code, Refusal> {
    let is_png = reply.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"image/png"));
    if is_png {
        return Ok(Code::Png(reply.body.clone()));
    }
    let answer = reply.json().ok_or_else(|| unreadable("the code is no json"))?;
    if let Some(value) = text(&answer, "value") {
        return Ok(Code::Text(value.to_owned()));
    }
    match text(&answer, "data") {
        Some(picture) => {
            let picture = STANDARD.decode(picture.trim()).map_err(|_| unreadable("the code is no picture"))?;
            Ok(Code::Png(picture))
        }
        None => Ok(Code::NotYet),
    }
}

pub async fn restart(client: &Client, account: &Account) -> Result<(), Refusal> {
    let path = format!("/sessions/{}/restart", session(account)?);
    post(client, account, &path, &json!({})).await.map(drop)
}

/// A session that is not there is logged out.
pub async fn log_out(client: &Client, account: &Account) -> Result<(), Refusal> {
    let path = format!("/sessions/{}/logout", session(account)?);
    match post(client, account, &path, &json!({})).await {
        Err(refusal) if refusal.code == "http_404" => Ok(()),
        answer => answer.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn every_state_has_its_meaning_and_unknown_ones_keep_their_name() {
        let me = json!({ "id": "4915100000001@c.us", "pushName": "Market" });
        for (name, expected) in [
            ("STOPPED", SessionState::Stopped),
            ("STARTING", SessionState::Starting),
            ("SCAN_QR_CODE", SessionState::WaitingForScan),
            ("PASSKEY_REQUIRED", SessionState::WaitingForConfirmation),
            ("PASSKEY_CONFIRMATION_REQUIRED", SessionState::WaitingForConfirmation),
            ("WORKING", SessionState::Linked { phone: Some("+4915100000001".into()), name: Some("Market".into()) }),
            ("DREAMING", SessionState::Other { name: "DREAMING".into() }),
        ] {
            assert_eq!(state_of(name, Some(&me)), expected);
        }
        assert!(matches!(state_of("FAILED", None), SessionState::Failed { .. }));
        assert_eq!(state_of("WORKING", None), SessionState::Linked { phone: None, name: None });
    }

    #[test]
    fn a_session_that_is_set_up_is_left_alone() {
        let account = samples::account();
        let config = config(&account, "https://hooks.example/waha/1");
        let present = json!({ "name": "main", "status": "WORKING", "config": config });
        assert!(is_set_up(&present, &config));
        let mut elsewhere = present.clone();
        elsewhere["config"]["webhooks"][0]["url"] = json!("https://other.example");
        assert!(!is_set_up(&elsewhere, &config));
        let mut twice = present;
        let webhook = twice["config"]["webhooks"][0].clone();
        twice["config"]["webhooks"].as_array_mut().expect("a list").push(webhook);
        assert!(!is_set_up(&twice, &config));
        assert!(!is_set_up(&json!({ "config": {} }), &config));
    }

    #[test]
    fn webhooks_are_signed_and_tried_again_for_hours() {
        let config = config(&samples::account(), "https://hooks.example");
        let webhook = &config["webhooks"][0];
        assert_eq!(webhook["hmac"]["key"], "hook-secret");
        assert_eq!(webhook["retries"]["policy"], "exponential");
        let unsigned = Account { webhook_secret: "".into(), ..samples::account() };
        assert!(super::config(&unsigned, "https://hooks.example")["webhooks"][0].get("hmac").is_none());
    }
}
