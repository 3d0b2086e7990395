//! What was accepted, whichever wire it came on.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::{Answer, unprocessable};
use crate::devices::Device;
use crate::devices::device::Sent;
use crate::receipts::Status;
use crate::state::Sandbox;

#[derive(Deserialize)]
pub struct SendsQuery {
    profile: Option<String>,
    provider: Option<String>,
    /// A phone number, or a chat id.
    to: Option<String>,
    /// The value of `biz_opaque_callback_data`, or the provider's own id.
    message_id: Option<String>,
    text: Option<String>,
    limit: Option<usize>,
}

/// One send.
#[derive(Serialize)]
pub struct SendView {
    provider: &'static str,
    message_id: Option<String>,
    /// The provider's id; for the Cloud API the same as `wamid`.
    provider_message_id: String,
    wamid: String,
    phone_number_id: String,
    to: String,
    state: &'static str,
    accepted_at: u64,
    /// When the request was here, in Unix microseconds of the machine's clock. Of the Cloud API alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    received_at_us: Option<u64>,
    /// Not kept for the Cloud API, whose sends may be millions.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Value>,
}

pub async fn list(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query<SendsQuery>, QueryRejection>,
) -> Answer<Vec<SendView>> {
    let query = query?.0;
    let chat = query.to.as_deref().filter(|to| to.contains('@'));
    let to = match query.to.as_deref().filter(|_| chat.is_none()) {
        Some(to) => {
            let digits = to.trim_start_matches([' ', '+']).parse::<u64>();
            Some(digits.map_err(|_| unprocessable("to must be a phone number or a chat id"))?)
        }
        None => None,
    };
    let limit = query.limit.unwrap_or(100).min(10_000);
    let mut found = Vec::new();
    let of_cloud = query.provider.as_deref().is_none_or(|provider| provider == "cloud_api");
    if of_cloud && chat.is_none() && query.text.is_none() {
        found.extend(numbers(&sandbox, &query, to, limit));
    }
    for device in sandbox.devices.all() {
        let provider = device.provider.as_str();
        if query.provider.as_deref().is_some_and(|wanted| wanted != provider)
            || query.profile.as_ref().is_some_and(|wanted| *wanted != device.number_id)
        {
            continue;
        }
        let inner = device.lock();
        let fits = |sent: &&Sent| {
            to.is_none_or(|to| sent.to == Some(to))
                && chat.is_none_or(|chat| sent.message.chat == chat)
                && query.text.as_ref().is_none_or(|text| sent.message.content.text == *text)
                && query.message_id.as_ref().is_none_or(|id| sent.message.id == *id)
        };
        found.extend(inner.sends.iter().rev().filter(fits).take(limit).map(|sent| view(&device, sent)));
    }
    // Each wire's own are in order already, and stay so.
    found.sort_by_key(|send| Reverse(send.accepted_at));
    found.truncate(limit);
    Ok(response::Json(found))
}

fn numbers(sandbox: &Arc<Sandbox>, query: &SendsQuery, to: Option<u64>, limit: usize) -> Vec<SendView> {
    let profiles = sandbox.profiles();
    let wanted = match &query.profile {
        Some(id) => match sandbox.known_profile(id) {
            Some(profile) => Some(profile.index),
            None => return Vec::new(),
        },
        None => None,
    };
    let ledger = sandbox.ledger();
    ledger
        .newest()
        .filter(|send| to.is_none_or(|to| send.to == to) && wanted.is_none_or(|index| send.profile == index))
        .filter(|send| query.message_id.is_none() || send.key.callback_data() == query.message_id)
        .take(limit)
        .map(|send| SendView {
            provider: "cloud_api",
            message_id: send.key.callback_data(),
            provider_message_id: send.wamid.to_string(),
            wamid: send.wamid.to_string(),
            phone_number_id: profiles[send.profile as usize].phone_number_id.clone(),
            to: format!("+{}", send.to),
            state: send.state.map_or("accepted", Status::as_str),
            accepted_at: send.received_at_us / 1_000_000,
            received_at_us: Some(send.received_at_us),
            content: None,
        })
        .collect()
}

fn view(device: &Device, sent: &Sent) -> SendView {
    SendView {
        provider: device.provider.as_str(),
        message_id: None,
        provider_message_id: sent.message.id.clone(),
        wamid: sent.message.id.clone(),
        phone_number_id: device.number_id.clone(),
        to: sent.to.map_or_else(|| sent.message.chat.clone(), |to| format!("+{to}")),
        state: sent.state.map_or("accepted", Status::as_str),
        accepted_at: sent.message.at_ms / 1000,
        received_at_us: None,
        content: serde_json::to_value(&sent.message.content).ok(),
    }
}
