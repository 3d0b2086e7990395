//! A message, whichever wire it came or goes on.

use serde::{Deserialize, Serialize};

/// Where a file of a message can be fetched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRef {
    pub url: String,
    pub name: String,
    pub mime: String,
    /// The id of the file among the sandbox's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// A place on the map.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    pub latitude: f64,
    pub longitude: f64,
    pub name: String,
    pub address: String,
}

/// A contact card.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactCard {
    pub name: String,
    /// Digits.
    pub phone: String,
    pub vcard: String,
}

impl ContactCard {
    pub fn new(name: &str, phone: &str) -> Self {
        let vcard = format!(
            "BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\nTEL;type=CELL;waid={phone}:+{phone}\nEND:VCARD"
        );
        Self { name: name.to_owned(), phone: phone.to_owned(), vcard }
    }
}

/// What a message says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// text, image, video, audio, voice, document, sticker, location, contacts, button, list, poll,
    /// reaction, edited, deleted, unsupported.
    pub kind: String,
    /// The text, the caption, or a reaction's emoji.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<ContactCard>,
    /// What a button or a list row stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The message this one answers, reacts to, edits or deletes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The options of a poll, or the rows of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl Content {
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: "text".into(), text: text.into(), ..Self::default() }
    }

    pub fn has_file(&self) -> bool {
        self.file.is_some()
    }
}

/// A message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The provider's bare id.
    pub id: String,
    pub chat: String,
    /// Who wrote it in a group, as a chat id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The writer's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub from_me: bool,
    /// Sent by a call, not on the phone.
    pub by_api: bool,
    pub at_ms: u64,
    pub content: Content,
}

impl Message {
    pub fn is_group(&self) -> bool {
        is_group(&self.chat)
    }

    /// Who wrote it, as a chat id.
    pub fn sender(&self, own: &str) -> String {
        if self.from_me { own.to_owned() } else { self.author.clone().unwrap_or_else(|| self.chat.clone()) }
    }
}

pub fn is_group(chat: &str) -> bool {
    chat.ends_with("@g.us")
}

/// The number of a chat with one person.
pub fn phone_of(chat: &str) -> Option<u64> {
    let digits = chat.strip_suffix("@c.us").or_else(|| chat.strip_suffix("@s.whatsapp.net"))?;
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plausible { digits.parse().ok() } else { None }
}

/// A chat id as providers write it: somebody's number, somebody's hidden id, or a group.
pub fn is_chat(chat: &str) -> bool {
    let hidden = |suffix: &str| {
        chat.strip_suffix(suffix).is_some_and(|id| {
            !id.is_empty() && id.len() <= 40 && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        })
    };
    phone_of(chat).is_some() || hidden("@g.us") || hidden("@lid")
}

/// The kind of message a file name makes.
pub fn kind_of_file(name: &str) -> &'static str {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "jpg" | "jpeg" | "png" => "image",
        "mp4" | "3gp" | "mov" | "avi" => "video",
        "ogg" | "oga" | "opus" => "voice",
        "mp3" | "m4a" | "aac" | "amr" | "wav" => "audio",
        "webp" => "sticker",
        _ => "document",
    }
}

/// The type of content a file name makes.
pub fn mime_of_file(name: &str) -> &'static str {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "3gp" => "video/3gpp",
        "ogg" | "oga" | "opus" => "audio/ogg; codecs=opus",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "amr" => "audio/amr",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    }
}
