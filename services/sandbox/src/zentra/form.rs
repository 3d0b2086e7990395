//! A form of several parts, one of which may be a file.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;

/// What a form said.
#[derive(Debug, Default)]
pub struct Form {
    fields: HashMap<String, String>,
    /// The part named `media`: its name, its type, its bytes.
    pub file: Option<(String, Option<String>, Bytes)>,
}

impl Form {
    pub async fn read(mut parts: Multipart) -> Result<Self, MultipartError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "media" || part.file_name().is_some() {
                let file_name = part.file_name().unwrap_or("file").to_owned();
                let mime = part.content_type().map(str::to_owned);
                form.file = Some((file_name, mime, part.bytes().await?));
            } else {
                form.fields.insert(name, part.text().await?);
            }
        }
        Ok(form)
    }

    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}
