//! Media: uploaded, looked up, fetched, deleted.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files::File;
use crate::form::Form;
use crate::graph::answers::GraphError;
use crate::state::Sandbox;

/// How long an address of a file is good for.
const GOOD_FOR_S: u64 = 300;

/// The types Meta takes and how large a file of each may be.
const TYPES: [(&str, &[&str], usize); 5] = [
    ("image", &["image/jpeg", "image/png"], 5 << 20),
    ("video", &["video/mp4", "video/3gpp", "video/3gp"], 16 << 20),
    ("audio", &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"], 16 << 20),
    ("sticker", &["image/webp"], 500 << 10),
    ("document", &["text/plain", "application/"], 100 << 20),
];

/// `POST /{PNID}/media`.
pub async fn upload(sandbox: &Arc<Sandbox>, owner: &str, parts: &Parts, body: Bytes) -> Result<Value, GraphError> {
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = Form::read(content_type, body).await;
    let form = form.ok_or_else(|| GraphError::parameter("The body must be multipart/form-data."))?;
    if form.text("messaging_product") != "whatsapp" {
        return Err(GraphError::parameter("The parameter messaging_product is required."));
    }
    let kind = form.text("type").to_owned();
    let (name, own, bytes) = form.file.ok_or_else(|| GraphError::parameter("The parameter file is required."))?;
    let mime = own.filter(|own| own != "application/octet-stream").unwrap_or(kind);
    let plain = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits = |(_, types, _): &&(&str, &[&str], usize)| {
        types.iter().any(|known| plain == *known || (known.ends_with('/') && plain.starts_with(known)))
    };
    let Some((kind, _, limit)) = TYPES.iter().find(fits).filter(|_| plain != "application/octet-stream") else {
        let message =
            format!("Param file must be a file with one of the types Meta takes. Received file of type '{plain}'.");
        return Err(GraphError::parameter(message));
    };
    if bytes.is_empty() || bytes.len() > *limit {
        let details = format!("A file of kind {kind} must have between 1 and {limit} bytes");
        return Err(GraphError::of(131_053, "Media upload error", details));
    }
    Ok(json!({ "id": sandbox.files.put(owner, &name, &mime, bytes).id }))
}

/// `GET /{MEDIA_ID}`: where it is for the next five minutes.
pub fn look_up(sandbox: &Sandbox, file: &File) -> Value {
    let until = sandbox.clock.now_ms() / 1000 + GOOD_FOR_S;
    let url = format!(
        "{}/whatsapp_business/attachments/?mid={}&ext={until}&hash={}",
        sandbox.address(),
        file.id,
        seal(&file.id, until)
    );
    json!({
        "messaging_product": "whatsapp", "url": url, "mime_type": file.mime,
        "sha256": hex::encode(Sha256::digest(&file.bytes)),
        // Seen as text and as a number.
        "file_size": file.bytes.len().to_string(), "id": file.id,
    })
}

/// The bytes behind such an address. Without a token there is nothing to see.
pub fn fetch(sandbox: &Sandbox, query: &str, has_token: bool) -> Response {
    let field = |name: &str| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let (Some(id), Some(until), Some(hash)) = (field("mid"), field("ext"), field("hash")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !has_token {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let until: u64 = until.parse().unwrap_or_default();
    let fresh = until >= sandbox.clock.now_ms() / 1000 && hash == seal(id, until);
    match sandbox.files.get(id).filter(|_| fresh) {
        Some(file) => file.response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn seal(id: &str, until: u64) -> String {
    hex::encode(&Sha256::digest(format!("{id}.{until}"))[..12])
}
