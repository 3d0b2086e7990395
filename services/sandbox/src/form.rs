//! Forms of several parts, one of which may be a file.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header;

/// A file in a form: its name, its type, its bytes.
pub type Part = (String, Option<String>, Bytes);

/// What a form said.
#[derive(Debug, Default)]
pub struct Form {
    fields: HashMap<String, String>,
    pub file: Option<Part>,
}

impl Form {
    /// Reads a body that is in memory already. Nothing, when it is no such form.
    pub async fn read(content_type: &str, body: Bytes) -> Option<Self> {
        let mut request = Request::builder().header(header::CONTENT_TYPE, content_type).body(Body::from(body)).ok()?;
        // How much is too much was decided before.
        DefaultBodyLimit::disable().apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.ok()?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() || matches!(name.as_str(), "file" | "media") {
                let file_name = part.file_name().unwrap_or_default().to_owned();
                let mime = part.content_type().map(str::to_owned);
                form.file = Some((file_name, mime, part.bytes().await.ok()?));
            } else {
                form.fields.insert(name, part.text().await.ok()?);
            }
        }
        Some(form)
    }

    /// A field, empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}
