//! Which characters the bytes mean.
//!
//! UTF-8 and Windows-1252 agree with ASCII in everything that structures a file, so rows are cut from the raw bytes and
//! only cells are decoded. UTF-16 is turned into UTF-8 first.

use crate::error::FileError;
use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::Serialize;
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// From the first bytes of a file; also how many of them are the byte order mark.
    pub fn detect(head: &[u8]) -> Result<(Self, usize), FileError> {
        match head {
            [] => return Err(FileError::Empty),
            [0xEF, 0xBB, 0xBF, ..] => return Ok((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => return Ok((Self::Utf16Le, 2)),
            [0xFE, 0xFF, ..] => return Ok((Self::Utf16Be, 2)),
            [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(FileError::Workbook),
            _ if head.contains(&0) => return Err(FileError::NotText),
            _ => {}
        }
        let broken = match std::str::from_utf8(head) {
            Ok(_) => false,
            // A character that the end of the head cuts is not broken.
            Err(error) => error.error_len().is_some(),
        };
        Ok((if broken { Self::Windows1252 } else { Self::Utf8 }, 0))
    }

    /// For encodings that must be turned into UTF-8 before rows are cut.
    pub(crate) fn decoder(self) -> Option<Decoder> {
        match self {
            Self::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Self::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Self::Utf8 | Self::Windows1252 => None,
        }
    }

    /// Decodes one cell. In a file that began as UTF-8, a cell that is not reads as Windows-1252: its first accent may
    /// come megabytes after the head.
    pub(crate) fn cell(self, bytes: &[u8]) -> Cow<'_, str> {
        if self != Self::Windows1252
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Cow::Borrowed(text);
        }
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    }
}

/// Decodes the next bytes; what they leave unfinished is kept in the decoder.
pub(crate) fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool) -> String {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len().saturating_mul(3) + 16);
    let mut text = String::with_capacity(room);
    let _ = decoder.decode_to_string(bytes, &mut text, last);
    text
}

/// How many bytes of the file a stretch of decoded text took.
pub(crate) fn file_bytes(encoding: Encoding, text: &[u8]) -> u64 {
    match encoding {
        Encoding::Utf8 | Encoding::Windows1252 => text.len() as u64,
        // Two bytes a UTF-16 unit: every character's first byte is one unit, and those of four bytes are two.
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let units = text.iter().map(|byte| u64::from(byte & 0xC0 != 0x80) + u64::from(*byte >= 0xF0));
            units.sum::<u64>() * 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_tells_the_encoding() {
        for (head, expected) in [
            (&b"phone,name\n"[..], (Encoding::Utf8, 0)),
            (b"\xEF\xBB\xBFphone", (Encoding::Utf8, 3)),
            (b"\xFF\xFEp\0", (Encoding::Utf16Le, 2)),
            (b"\xFE\xFF\0p", (Encoding::Utf16Be, 2)),
            (b"name\nJos\xE9\n", (Encoding::Windows1252, 0)),
            ("name\nJosé".as_bytes(), (Encoding::Utf8, 0)),
            (&"name\nJosé".as_bytes()[..9], (Encoding::Utf8, 0)),
        ] {
            assert_eq!(Encoding::detect(head).unwrap(), expected, "{head:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert!(matches!(Encoding::detect(b""), Err(FileError::Empty)));
        assert!(matches!(Encoding::detect(b"PK\x03\x04rest"), Err(FileError::Workbook)));
        assert!(matches!(Encoding::detect(b"\x7FELF\0\0"), Err(FileError::NotText)));
    }

    #[test]
    fn utf16_text_knows_its_size_in_the_file() {
        let text = "Ana €, 😀";
        assert_eq!(file_bytes(Encoding::Utf16Le, text.as_bytes()), text.encode_utf16().count() as u64 * 2);
    }
}
