//! Which media Meta takes, and how much of it.

use crate::MediaKind;

/// The types that are taken as this kind. Any may be a document.
fn types(kind: MediaKind) -> &'static [&'static str] {
    match kind {
        MediaKind::Image => &["image/jpeg", "image/png"],
        MediaKind::Video => &["video/mp4", "video/3gpp"],
        MediaKind::Audio => {
            &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/ogg"]
        }
        MediaKind::Voice => &["audio/ogg"],
        MediaKind::Sticker => &["image/webp"],
        MediaKind::Document => &[],
    }
}

/// Whether media of this type is taken as this kind.
pub fn takes(kind: MediaKind, mime_type: &str) -> bool {
    let types = types(kind);
    let own = mime_type.split(';').next().unwrap_or(mime_type).trim().to_ascii_lowercase();
    types.is_empty() || own.is_empty() || types.contains(&own.as_str())
}

/// The most bytes of it.
pub fn most_bytes(kind: MediaKind) -> usize {
    const KB: usize = 1_000;
    const MB: usize = 1024 * 1024;
    match kind {
        MediaKind::Image => 5 * MB,
        MediaKind::Video | MediaKind::Audio | MediaKind::Voice => 16 * MB,
        MediaKind::Document => 100 * MB,
        // What moves; what does not has a fifth of that.
        MediaKind::Sticker => 500 * KB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_their_kind() {
        for (kind, mime_type, expected) in [
            (MediaKind::Image, "image/jpeg", true),
            (MediaKind::Image, "image/webp", false),
            (MediaKind::Video, "video/mp4", true),
            (MediaKind::Video, "video/webm", false),
            (MediaKind::Audio, "audio/ogg; codecs=opus", true),
            (MediaKind::Audio, "audio/wav", false),
            (MediaKind::Voice, "Audio/Ogg; codecs=opus", true),
            (MediaKind::Voice, "audio/mpeg", false),
            (MediaKind::Sticker, "image/webp", true),
            (MediaKind::Document, "application/x-whatever", true),
            (MediaKind::Image, "", true),
        ] {
            assert_eq!(takes(kind, mime_type), expected, "{mime_type}");
        }
    }
}
