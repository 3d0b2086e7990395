//! The instance: its settings, its state, and the code that links a phone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::green_api::wire::{get, post};
use crate::http::{Client, unreadable};
use crate::values::{phone_of_chat, text};
use crate::{Account, Code, Session, SessionState};

/// What the provider is to tell us.
const TOLD: [&str; 7] = [
    "incomingWebhook",
    "outgoingWebhook",
    "outgoingMessageWebhook",
    "outgoingAPIMessageWebhook",
    "stateWebhook",
    "editedMessageWebhook",
    "deletedMessageWebhook",
];

/// Settings restart the instance, which can take minutes, so only what differs is set.
pub async fn start(client: &Client, account: &Account, callback: &str) -> Result<Session, Refusal> {
    let wanted = settings(account, callback);
    let same = match get(client, account, "getSettings").await {
        Ok(present) => wanted.iter().all(|(name, value)| present.get(name) == Some(value)),
        // Being asked too often, or being nobody, is no reason to set anything.
        Err(refusal) if refusal.class != ErrorClass::Param && refusal.class != ErrorClass::Session => {
            return Err(refusal);
        }
        Err(_) => false,
    };
    if !same {
        let answer = post(client, account, "setSettings", &Value::Object(wanted)).await?;
        if answer.get("saveSettings") != Some(&Value::Bool(true)) {
            return Err(unreadable("the settings were not saved"));
        }
    }
    state(client, account).await
}

fn settings(account: &Account, callback: &str) -> Map<String, Value> {
    let mut settings = Map::new();
    settings.insert("webhookUrl".into(), json!(callback));
    settings.insert("webhookUrlToken".into(), json!(account.webhook_secret.expose_secret()));
    for name in TOLD {
        settings.insert(name.into(), json!("yes"));
    }
    if let Some(delay) = account.setting("delay_ms").and_then(|delay| delay.trim().parse::<u64>().ok()) {
        settings.insert("delaySendMessagesMilliseconds".into(), json!(delay.clamp(500, 600_000)));
    }
    settings
}

pub async fn state(client: &Client, account: &Account) -> Result<Session, Refusal> {
    let answer = get(client, account, "getStateInstance").await?;
    let name = text(&answer, "stateInstance").ok_or_else(|| unreadable("the instance has no state"))?;
    let mut state = state_of(name, None);
    if let SessionState::Linked { phone, .. } = &mut state {
        // The state does not tell the number; without it the state is as true.
        let settings = get(client, account, "getSettings").await.unwrap_or_default();
        *phone = text(&settings, "wid").and_then(phone_of_chat);
    }
    Ok(Session { state, engine: None })
}

/// One state for each of the provider's. Nobody being logged in is the same as a code being there to scan.
pub fn state_of(name: &str, phone: Option<String>) -> SessionState {
    match name {
        "notAuthorized" => SessionState::WaitingForScan,
        "authorized" | "online" => SessionState::Linked { phone, name: None },
        "starting" => SessionState::Starting,
        "sleepMode" | "offline" => SessionState::Offline,
        "blocked" | "yellowCard" | "suspended" => SessionState::Restricted { detail: name.to_owned() },
        other => SessionState::Other { name: other.to_owned() },
    }
}

pub async fn code(client: &Client, account: &Account) -> Result<Code, Refusal> {
    let answer = match get(client, account, "qr").await {
        Err(refusal) if refusal.class == ErrorClass::Session => return Ok(Code::NotYet),
        answer => answer?,
    };
    Ok(match (text(&answer, "type"), text(&answer, "message")) {
        (Some("qrCode"), Some(picture)) => {
            let picture = picture.rsplit_once("base64,").map_or(picture, |(_, picture)| picture);
            let picture = STANDARD.decode(picture.trim()).map_err(|_| unreadable("the code is no picture"))?;
            Code::Png(picture)
        }
        (Some("alreadyLogged"), _) => Code::Linked,
        _ => Code::NotYet,
    })
}

pub async fn restart(client: &Client, account: &Account) -> Result<(), Refusal> {
    get(client, account, "reboot").await.map(drop)
}

/// Nobody being logged in is what was asked for.
pub async fn log_out(client: &Client, account: &Account) -> Result<(), Refusal> {
    match get(client, account, "logout").await {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.class == ErrorClass::Session && refusal.detail.contains("not authorized") => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn every_state_has_its_meaning_and_unknown_ones_keep_their_name() {
        let linked = SessionState::Linked { phone: None, name: None };
        let restricted = |detail: &str| SessionState::Restricted { detail: detail.into() };
        for (name, expected) in [
            ("notAuthorized", SessionState::WaitingForScan),
            ("authorized", linked),
            ("starting", SessionState::Starting),
            ("sleepMode", SessionState::Offline),
            ("blocked", restricted("blocked")),
            ("yellowCard", restricted("yellowCard")),
            ("suspended", restricted("suspended")),
            ("dreaming", SessionState::Other { name: "dreaming".into() }),
        ] {
            assert_eq!(state_of(name, None), expected);
        }
    }

    #[test]
    fn settings_name_the_callback_its_token_and_what_is_told() {
        let mut account = samples::account();
        account.settings.insert("delay_ms".into(), "100".into());
        let settings = Value::Object(settings(&account, "https://hooks.example/green/1"));
        assert_eq!(settings["webhookUrl"], "https://hooks.example/green/1");
        assert_eq!(settings["webhookUrlToken"], "hook-secret");
        assert_eq!(settings["delaySendMessagesMilliseconds"], 500);
        assert!(TOLD.iter().all(|name| settings[*name] == "yes"));
    }
}
