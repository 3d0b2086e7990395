//! Files of Green API: its media host, which is the same here.

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::devices::take::Order;
use crate::form::Form;
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::sends::{checked_chat, file, required};

/// Reads `sendFileByUpload` and keeps its file.
pub async fn send(call: &Call<'_>) -> Result<Order, Problem> {
    let form = Form::read(call.content_type, Bytes::copy_from_slice(call.body)).await;
    let form = form.ok_or_else(|| Problem::validation("the body must be multipart/form-data"))?;
    let chat = checked_chat(form.text("chatId"))?;
    let (name, caption) = (form.text("fileName").to_owned(), form.text("caption").to_owned());
    let (own, _, bytes) = form.file.ok_or_else(|| Problem::validation("'file' is required"))?;
    let name = if name.is_empty() { own } else { name };
    let mut content = file(&name, "", &caption, None)?;
    let (id, url) = keep(call, &name, bytes);
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
