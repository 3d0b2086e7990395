//! As what a file is shown.

use crate::provider::ContentKind;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    /// A recording that plays as one.
    Voice,
    Document,
    Sticker,
}

impl MediaKind {
    pub const ALL: [MediaKind; 6] = [
        MediaKind::Image,
        MediaKind::Video,
        MediaKind::Audio,
        MediaKind::Voice,
        MediaKind::Document,
        MediaKind::Sticker,
    ];

    pub fn content(self) -> ContentKind {
        match self {
            MediaKind::Image => ContentKind::Image,
            MediaKind::Video => ContentKind::Video,
            MediaKind::Audio => ContentKind::Audio,
            MediaKind::Voice => ContentKind::Voice,
            MediaKind::Document => ContentKind::Document,
            MediaKind::Sticker => ContentKind::Sticker,
        }
    }

    pub fn as_str(self) -> &'static str {
        self.content().as_str()
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// As what a file of this type is shown when nobody says otherwise. Whatever WhatsApp shows in no way of its own is a
/// document.
pub fn recognised_kind(mime_type: &str) -> MediaKind {
    match mime_type {
        "image/jpeg" | "image/png" => MediaKind::Image,
        "video/mp4" | "video/3gpp" => MediaKind::Video,
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => MediaKind::Audio,
        _ => MediaKind::Document,
    }
}
