//! Which files a provider takes as what, and how much of them.

use super::MediaKind;
use crate::provider::ProviderKind;

const KB: u64 = 1_000;
const MB: u64 = 1024 * 1024;

/// Why a provider does not take a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("{} sends no {}", .0.as_str(), .1.as_str())]
    Kind(ProviderKind, MediaKind),
    #[error("{mime_type} is not taken as {}", .kind.as_str())]
    Type { kind: MediaKind, mime_type: String },
    #[error("the {} has {found} bytes, {} takes {most} at most", .kind.as_str(), .provider.as_str())]
    Size { provider: ProviderKind, kind: MediaKind, found: u64, most: u64 },
}

/// Whether a provider takes a file of this type and size as this kind. A type of which nothing is known is not held
/// against it.
pub fn takes(provider: ProviderKind, kind: MediaKind, mime_type: &str, bytes: u64) -> Result<(), NotTaken> {
    if !provider.abilities().sends.contains(&kind.content()) {
        return Err(NotTaken::Kind(provider, kind));
    }
    let own = mime_type.split(';').next().unwrap_or(mime_type).trim().to_ascii_lowercase();
    let (types, most) = rule(provider, kind);
    let known = types.is_empty() || own.is_empty() || types.iter().any(|one| matches(one, &own));
    if !known {
        return Err(NotTaken::Type { kind, mime_type: own });
    }
    if bytes > most {
        return Err(NotTaken::Size { provider, kind, found: bytes, most });
    }
    Ok(())
}

/// `image/*` is every image.
fn matches(pattern: &str, mime_type: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == mime_type, |start| mime_type.starts_with(start))
}

/// The types that are taken as this kind, any where there are none; and the most bytes.
fn rule(provider: ProviderKind, kind: MediaKind) -> (&'static [&'static str], u64) {
    let by_meta = matches!(provider, ProviderKind::CloudApi | ProviderKind::Sandbox);
    match (kind, by_meta) {
        (MediaKind::Image, true) => (&["image/jpeg", "image/png"], 5 * MB),
        (MediaKind::Video, true) => (&["video/mp4", "video/3gpp"], 16 * MB),
        (MediaKind::Audio, true) => (
            &[
                "audio/aac",
                "audio/amr",
                "audio/mpeg",
                "audio/mp3",
                "audio/mp4",
                "audio/m4a",
                "audio/x-m4a",
                "audio/ogg",
            ],
            16 * MB,
        ),
        (MediaKind::Voice, _) => (&["audio/ogg"], 16 * MB),
        // What moves; what does not has a fifth of that.
        (MediaKind::Sticker, _) => (&["image/webp"], 500 * KB),
        (MediaKind::Document, _) => (&[], 100 * MB),
        (MediaKind::Image, false) => (&["image/*"], 16 * MB),
        (MediaKind::Video, false) => (&["video/*"], 100 * MB),
        (MediaKind::Audio, false) => (&["audio/*"], 16 * MB),
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
            assert_eq!(takes(ProviderKind::CloudApi, kind, mime_type, 1).is_ok(), expected, "{mime_type}");
        }
        assert_eq!(takes(ProviderKind::Waha, MediaKind::Image, "image/webp", 1), Ok(()));
        assert!(matches!(takes(ProviderKind::Waha, MediaKind::Sticker, "image/webp", 1), Err(NotTaken::Kind(..))));
    }

    #[test]
    fn what_is_too_large_is_told_with_what_is_not() {
        let large = takes(ProviderKind::CloudApi, MediaKind::Image, "image/png", 5 * MB + 1).unwrap_err();
        assert_eq!(large.to_string(), "the image has 5242881 bytes, cloud_api takes 5242880 at most");
        assert_eq!(takes(ProviderKind::GreenApi, MediaKind::Image, "image/png", 5 * MB + 1), Ok(()));
    }
}
