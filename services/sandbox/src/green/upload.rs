//! Files of Green API: its media host, which is the same here.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart};
use serde_json::{Value, json};

use crate::devices::take::Order;
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::sends::{checked_chat, file, required};

/// Reads `sendFileByUpload` and keeps its file.
pub async fn send(call: &Call<'_>) -> Result<Order, Problem> {
    let request = axum::http::Request::builder()
        .header("content-type", call.content_type)
        .body(Body::from(Bytes::copy_from_slice(call.body)))
        .map_err(|_| Problem::validation("the content type cannot be read"))?;
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Problem::validation("the body must be multipart/form-data"))?;
    let (mut chat, mut name, mut caption, mut bytes) = (None, None, String::new(), None);
    let broken = |_| Problem::validation("the form cannot be read");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "chatId" => chat = Some(field.text().await.map_err(broken)?),
            "fileName" => name = Some(field.text().await.map_err(broken)?),
            "caption" => caption = field.text().await.map_err(broken)?,
            "file" => {
                let own = field.file_name().map(str::to_owned);
                bytes = Some((own, field.bytes().await.map_err(broken)?));
            }
            _ => {}
        }
    }
    let chat = checked_chat(&chat.ok_or_else(|| Problem::validation("'chatId' is required"))?)?;
    let (own, bytes) = bytes.ok_or_else(|| Problem::validation("'file' is required"))?;
    let name = name.filter(|name| !name.is_empty()).or(own).unwrap_or_default();
    let content = file(&name, "", &caption, None)?;
    let (id, url) = keep(call, &name, bytes);
    let mut content = content;
    if let Some(file) = &mut content.file {
        file.url = url;
        file.id = Some(id);
    }
    Ok(Order { id: None, chat, content, undeliverable: false })
}

/// `uploadFile`: the bytes as they are, named by a header.
pub fn upload(call: &Call<'_>) -> Result<Value, Problem> {
    if call.body.is_empty() {
        return Err(Problem::validation("the body is empty"));
    }
    let name = if call.file_name.is_empty() { extension_of(call.content_type) } else { call.file_name };
    let (_, url) = keep(call, name, Bytes::copy_from_slice(call.body));
    Ok(json!({ "urlFile": url }))
}

/// `downloadFile`: where the file of a message is.
pub fn download(call: &Call<'_>) -> Result<Value, Problem> {
    let body = call.json()?;
    let id = required(&body, "idMessage")?;
    let inner = call.device.lock();
    let file = inner.message(id).and_then(|(message, _)| message.content.file.clone());
    let file = file.ok_or_else(|| Problem::validation("message with this idMessage has no file"))?;
    Ok(json!({ "downloadUrl": file.url }))
}

fn keep(call: &Call<'_>, name: &str, bytes: Bytes) -> (String, String) {
    let mime = crate::devices::content::mime_of_file(name);
    let file = call.sandbox.files.put(&call.device.number_id, name, mime, bytes);
    (file.id.clone(), call.sandbox.file_url(&file))
}

fn extension_of(content_type: &str) -> &'static str {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "image/jpeg" => "file.jpg",
        "image/png" => "file.png",
        "image/webp" => "file.webp",
        "video/mp4" => "file.mp4",
        "audio/ogg" => "file.ogg",
        "audio/mpeg" => "file.mp3",
        "application/pdf" => "file.pdf",
        _ => "file.bin",
    }
}
