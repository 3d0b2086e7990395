//! The instance itself: its state, its code, its settings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::devices::qr;
use crate::green::Call;
use crate::green::answers::Problem;
use crate::state::Sandbox;

/// Why an instance in its present state takes no sends. Without anybody logged in it takes them:
/// they wait.
pub fn refusal(call: &Call<'_>) -> Option<Problem> {
    match &*call.device.card().state {
        "starting" => Some(Problem::Starting),
        "blocked" | "suspended" => Some(Problem::Suspended),
        _ => None,
    }
}

/// Why a call that needs the phone cannot be answered.
pub fn needs_phone(call: &Call<'_>) -> Result<(), Problem> {
    match (&*call.device.card().state, refusal(call)) {
        (_, Some(problem)) => Err(problem),
        ("notAuthorized" | "sleepMode", None) => Err(Problem::NotAuthorized),
        _ => Ok(()),
    }
}

/// `qr`: the present code as a picture.
pub fn qr(call: &Call<'_>) -> Value {
    let inner = call.device.lock();
    match (&*inner.card.state, Sandbox::code_text(&inner)) {
        ("authorized" | "yellowCard", _) => {
            json!({ "type": "alreadyLogged", "message": "instance account already authorized" })
        }
        (_, Some(text)) => json!({ "type": "qrCode", "message": STANDARD.encode(qr::png(&text)) }),
        ("notAuthorized", None) => json!({ "type": "error", "message": "the codes have run out, try again later" }),
        (state, None) => {
            json!({ "type": "error", "message": format!("there is no code while the instance is {state}") })
        }
    }
}

pub fn authorization_code(call: &Call<'_>) -> Result<Value, Problem> {
    let body = call.json()?;
    if body["phoneNumber"].as_u64().is_none() {
        return Err(Problem::validation("'phoneNumber' must be a number"));
    }
    let inner = call.device.lock();
    Ok(match inner.code.as_ref().filter(|code| code.run_out_until_ms.is_none()) {
        Some(code) => json!({ "status": true, "code": code.nonce[..8].to_uppercase() }),
        None => json!({ "status": false, "code": "" }),
    })
}

pub fn logout(call: &Call<'_>) -> Value {
    let works = call.device.card().state != "notAuthorized";
    call.sandbox.set_state(call.device, "notAuthorized");
    json!({ "isLogout": works })
}

pub fn reboot(call: &Call<'_>) -> Value {
    call.sandbox.restart_device(call.device);
    json!({ "isReboot": true })
}

/// `setSettings`: what is not named stays as it is.
pub fn set_settings(call: &Call<'_>) -> Result<Value, Problem> {
    let Value::Object(wanted) = call.json()? else { return Err(Problem::validation("an object is required")) };
    for (name, value) in &wanted {
        let fits = match name.as_str() {
            "webhookUrl" => value.as_str().is_some_and(|url| {
                url.is_empty() || reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
            }),
            "webhookUrlToken" | "sharedSession" | "countryInstance" => value.is_string(),
            "delaySendMessagesMilliseconds" => value.as_u64().is_some_and(|ms| (500..=600_000).contains(&ms)),
            name if name.ends_with("Webhook") || name.starts_with("mark") || name.starts_with("keep") => {
                matches!(value.as_str(), Some("yes" | "no"))
            }
            _ => true,
        };
        if !fits {
            return Err(Problem::validation(format!("'{name}' has a wrong value")));
        }
    }
    call.sandbox.change_card(call.device, |card| {
        if let Some(settings) = card.settings.as_object_mut() {
            settings.extend(wanted);
        }
    });
    Ok(json!({ "saveSettings": true }))
}

pub fn settings(call: &Call<'_>) -> Value {
    let card = call.device.card();
    let wid = if card.linked { card.wid() } else { String::new() };
    let mut settings = json!({
        "wid": wid,
        "countryInstance": "",
        "typeAccount": "",
        "webhookUrl": card.callback.callback_url.clone().unwrap_or_default(),
        "webhookUrlToken": card.callback.webhook_secret.clone().unwrap_or_default(),
        "delaySendMessagesMilliseconds": 500,
        "markIncomingMessagesReaded": "no",
        "markIncomingMessagesReadedOnReply": "no",
        "sharedSession": "no",
        "outgoingWebhook": "yes",
        "outgoingMessageWebhook": "yes",
        "outgoingAPIMessageWebhook": "yes",
        "incomingWebhook": "yes",
        "deviceWebhook": "no",
        "stateWebhook": "yes",
        "keepOnlineStatus": "no",
        "pollMessageWebhook": "yes",
        "incomingCallWebhook": "yes",
        "editedMessageWebhook": "yes",
        "deletedMessageWebhook": "yes",
    });
    if let (Some(all), Some(own)) = (settings.as_object_mut(), card.settings.as_object()) {
        all.extend(own.clone());
    }
    settings
}

pub fn wa_settings(call: &Call<'_>) -> Value {
    let card = call.device.card();
    json!({
        "avatar": "", "phone": if card.linked { card.phone.clone() } else { String::new() },
        "stateInstance": card.state, "deviceId": "",
    })
}
