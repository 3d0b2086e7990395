//! Files of messages, kept in memory: those that were uploaded, and those that people sent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// One file.
#[derive(Debug)]
pub struct File {
    pub id: String,
    /// The number it belongs to.
    pub owner: String,
    pub name: String,
    pub mime: String,
    pub bytes: Bytes,
}

impl File {
    /// The file as an answer.
    pub fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        let kind = HeaderValue::from_str(&self.mime);
        let kind = kind.unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// All files.
#[derive(Debug, Default)]
pub struct Files {
    by_id: RwLock<HashMap<String, Arc<File>>>,
    next: AtomicU64,
}

impl Files {
    /// Keeps a file. Ids are digits, as Meta's are.
    pub fn put(&self, owner: &str, name: &str, mime: &str, bytes: Bytes) -> Arc<File> {
        let id = (1_000_000_000_000_000
            + u64::from(rand::random::<u32>()) * 100_000
            + self.next.fetch_add(1, Ordering::Relaxed) % 100_000)
            .to_string();
        let file = Arc::new(File {
            id: id.clone(),
            owner: owner.to_owned(),
            name: name.to_owned(),
            mime: mime.to_owned(),
            bytes,
        });
        self.by_id.write().expect("no holder of this lock panics").insert(id, file.clone());
        file
    }

    pub fn get(&self, id: &str) -> Option<Arc<File>> {
        self.by_id.read().expect("no holder of this lock panics").get(id).cloned()
    }

    pub fn remove(&self, id: &str) -> bool {
        self.by_id.write().expect("no holder of this lock panics").remove(id).is_some()
    }

    pub fn clear(&self) {
        self.by_id.write().expect("no holder of this lock panics").clear();
    }
}

/// What a person sends who has nothing better: the smallest file of a kind.
pub fn sample(kind: &str) -> (&'static str, &'static str, Bytes) {
    match kind {
        "image" => ("photo.png", "image/png", Bytes::from(crate::devices::qr::png("https://example.com"))),
        "video" => ("film.mp4", "video/mp4", Bytes::from_static(MP4)),
        "audio" => ("sound.mp3", "audio/mpeg", Bytes::from_static(MP3)),
        "voice" => ("voice.ogg", "audio/ogg; codecs=opus", Bytes::from_static(OGG)),
        "sticker" => ("sticker.webp", "image/webp", Bytes::from_static(WEBP)),
        _ => ("document.pdf", "application/pdf", Bytes::from_static(PDF)),
    }
}

const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free\0\0\0\x08mdat";
const MP3: &[u8] = b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x00\0\0\0\0\0\0\0\0";
const OGG: &[u8] =
    b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0";
const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";
const PDF: &[u8] = b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
