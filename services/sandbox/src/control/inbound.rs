//! Messages that a person writes to a number, on demand, whichever wire the number is on.

use std::sync::Arc;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use crate::devices::Provider;
use crate::devices::content::mime_of_file;
use crate::files::{File, sample};
use crate::state::Sandbox;

mod cloud;
mod linked;

/// The most messages one order may ask for.
const LIMIT: usize = 100_000;

/// Asks for inbound messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboundOrder {
    /// Whose number receives; the Cloud API without it.
    provider: Option<String>,
    /// The number that receives.
    #[serde(alias = "number_id")]
    pub profile: String,
    /// The person's phone number. Without it `user_id` must say who writes.
    from: Option<String>,
    /// The person's business-scoped user id, or the hidden id of a linked device's wire.
    user_id: Option<String>,
    #[serde(default)]
    text: String,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// What a button or a list row stands for; the text without it.
    payload: Option<String>,
    /// The id of the message this one answers, reacts to, edits or deletes.
    context_id: Option<String>,
    count: Option<usize>,
    /// Where the file of the message is fetched from; a small sample without it.
    media_url: Option<String>,
    media_base64: Option<String>,
    mime_type: Option<String>,
    file_name: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    /// The group it is written in.
    group_id: Option<String>,
    /// Written on the business's own phone, to `from`.
    #[serde(default)]
    from_phone: bool,
    /// The Cloud API: further fields of the message, which replace those of the same name.
    extra: Option<Value>,
}

impl InboundOrder {
    fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or("text")
    }

    /// The person's digits.
    fn from(&self) -> Result<Option<&str>, String> {
        let from = self.from.as_deref().map(|from| from.trim_start_matches('+'));
        match from {
            None if self.user_id.is_none() => Err("from or user_id is required".into()),
            Some(digits) if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err("from must be a phone number".into())
            }
            from => Ok(from),
        }
    }

    fn count(&self) -> Result<usize, String> {
        let count = self.count.unwrap_or(1);
        if (1..=LIMIT).contains(&count) { Ok(count) } else { Err(format!("count must be between 1 and {LIMIT}")) }
    }
}

/// Queues the messages of an order and tells their ids.
pub async fn queue(sandbox: &Arc<Sandbox>, order: &InboundOrder) -> Result<Vec<String>, String> {
    let provider = match order.provider.as_deref() {
        None | Some("cloud_api") => None,
        Some(text) => Some(Provider::parse(text).ok_or("provider must be cloud_api, green_api or waha")?),
    };
    // Whoever asks wrongly fetches nothing.
    order.from()?;
    order.count()?;
    let file = file(sandbox, order).await?;
    match provider {
        None => cloud::queue(sandbox, order, file),
        Some(Provider::Zentra) => Err("Zentra tells nobody of messages that come in".into()),
        Some(provider) => linked::queue(sandbox, provider, order, file),
    }
}

/// The file of the messages, kept so that it can be fetched back.
async fn file(sandbox: &Arc<Sandbox>, order: &InboundOrder) -> Result<Option<Arc<File>>, String> {
    let kind = order.kind();
    if !matches!(kind, "image" | "video" | "audio" | "voice" | "document" | "sticker") {
        return Ok(None);
    }
    let (sample_name, sample_mime, sample_bytes) = sample(kind);
    let (mime, bytes) = match (&order.media_url, &order.media_base64) {
        (Some(url), _) => {
            let (mime, bytes) = fetch(sandbox, url).await?;
            (mime, bytes)
        }
        (None, Some(data)) => (None, STANDARD.decode(data).map_err(|error| format!("media_base64: {error}"))?.into()),
        (None, None) => (Some(sample_mime.to_owned()), sample_bytes),
    };
    let named = order.file_name.clone().or_else(|| {
        let path = order.media_url.as_deref()?.split(['?', '#']).next()?;
        path.rsplit('/').next().filter(|name| name.contains('.')).map(str::to_owned)
    });
    let name = named.unwrap_or_else(|| sample_name.to_owned());
    let mime = order.mime_type.clone().or(mime).unwrap_or_else(|| mime_of_file(&name).to_owned());
    Ok(Some(sandbox.files.put(&order.profile, &name, &mime, bytes)))
}

async fn fetch(sandbox: &Sandbox, url: &str) -> Result<(Option<String>, Bytes), String> {
    let told = |error: reqwest::Error| format!("media_url: {error}");
    let answer = sandbox.client.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(told)?;
    let mime = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok((mime, answer.bytes().await.map_err(told)?))
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
