//! How WAHA's webhooks are delivered: their headers, their signature, their retries.

use std::time::Duration;

use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha512;

use crate::devices::mail::Fortune;
use crate::devices::{Card, Device};
use crate::state::Sandbox;

/// What a session does when its webhooks do not say how often to try.
const ATTEMPTS: u64 = 15;
const DELAY_SECONDS: f64 = 2.0;

/// The value of `X-Webhook-Hmac` for a body.
pub fn hmac(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// A webhook a session asks for.
struct Hook {
    url: String,
    key: Option<String>,
    headers: Vec<(String, String)>,
    policy: String,
    delay_seconds: f64,
    attempts: u64,
}

/// The webhooks that want an event: those of the session's config, else the registered one.
fn hooks(card: &Card, event: &str) -> Vec<Hook> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let configured = card.settings["webhooks"].as_array().filter(|hooks| !hooks.is_empty());
    let Some(configured) = configured else {
        let url = card.callback.callback_url.clone();
        return url
            .map(|url| Hook {
                url,
                key: card.callback.webhook_secret.clone(),
                headers: Vec::new(),
                policy: "constant".into(),
                delay_seconds: DELAY_SECONDS,
                attempts: ATTEMPTS,
            })
            .into_iter()
            .collect();
    };
    let wants = |hook: &&Value| {
        hook["events"].as_array().is_some_and(|events| events.iter().any(|wanted| wanted == event || wanted == "*"))
    };
    let read = |hook: &Value| {
        let headers = hook["customHeaders"].as_array().into_iter().flatten();
        Some(Hook {
            url: text(&hook["url"])?,
            key: text(&hook["hmac"]["key"]),
            headers: headers.filter_map(|header| Some((text(&header["name"])?, text(&header["value"])?))).collect(),
            policy: text(&hook["retries"]["policy"]).unwrap_or_else(|| "constant".into()),
            delay_seconds: hook["retries"]["delaySeconds"].as_f64().unwrap_or(DELAY_SECONDS).clamp(0.0, 86_400.0),
            attempts: hook["retries"]["attempts"].as_u64().unwrap_or(ATTEMPTS),
        })
    };
    configured.iter().filter(wants).filter_map(read).collect()
}

/// Posts an event to all that want it; each tries as often as its retries say.
pub async fn deliver(sandbox: &Sandbox, device: &Device, event: &str, body: &Value) -> Fortune {
    let hooks = hooks(&device.card(), event);
    let bytes = match serde_json::to_vec(body) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(%error, "a webhook cannot be written");
            return Fortune::Dropped;
        }
    };
    let taken = join_all(hooks.iter().map(|hook| push(sandbox, device, hook, &bytes))).await;
    if taken.contains(&true) { Fortune::Taken } else { Fortune::Dropped }
}

async fn push(sandbox: &Sandbox, device: &Device, hook: &Hook, body: &[u8]) -> bool {
    let request_id = uuid::Uuid::new_v4().to_string();
    for attempt in 0..=hook.attempts {
        let mut request = sandbox
            .client
            .post(&hook.url)
            .header("content-type", "application/json")
            .header("x-webhook-request-id", &request_id)
            .header("x-webhook-timestamp", sandbox.clock.now_ms().to_string())
            .body(body.to_vec());
        if let Some(key) = &hook.key {
            request = request.header("x-webhook-hmac", hmac(key, body)).header("x-webhook-hmac-algorithm", "sha512");
        }
        for (name, value) in &hook.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                let _ = answer.bytes().await;
                return true;
            }
            Ok(answer) => {
                tracing::debug!(session = device.number_id, status = answer.status().as_u16(), "a webhook was refused");
            }
            Err(error) => {
                tracing::debug!(session = device.number_id, error = %error.without_url(), "a webhook found nobody");
            }
        }
        if attempt < hook.attempts {
            tokio::time::sleep(rest(hook, attempt).min(sandbox.config.retry_cap)).await;
        }
    }
    false
}

fn rest(hook: &Hook, attempt: u64) -> Duration {
    let factor = match hook.policy.as_str() {
        "linear" => (attempt + 1) as f64,
        "exponential" => 2f64.powi(i32::try_from(attempt.min(20)).unwrap_or(20)) * rand::random_range(0.8..1.2),
        _ => 1.0,
    };
    Duration::from_secs_f64((hook.delay_seconds * factor).min(86_400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_sum() {
        let sum = hmac("my-secret-key", br#"{"event":"message","session":"default","engine":"WEBJS"}"#);
        assert!(sum.starts_with("208f8a55dde9e05519e898b10b89bf0d") && sum.len() == 128);
    }
}
