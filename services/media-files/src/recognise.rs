//! What a file is. Its content decides; a name or a type that says otherwise is a lie, and a lie is refused.

use infer::Infer;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Such as `image/jpeg`.
    pub mime_type: &'static str,
    /// Without folders and control characters, with an ending that fits.
    pub file_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRecognised {
    #[error("the file is empty")]
    Empty,
    #[error("the file says it is {said}, its content is {found}")]
    Lies { said: String, found: &'static str },
    #[error("files of this kind are not taken ({0})")]
    NotTaken(String),
}

/// What is taken, with the endings of each; the first is the usual one. No programs, no pages, no scripts, no macros.
const TAKEN: &[(&str, &[&str])] = &[
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/webp", &["webp"]),
    ("image/gif", &["gif"]),
    ("video/mp4", &["mp4", "m4v"]),
    ("video/3gpp", &["3gp"]),
    ("video/quicktime", &["mov"]),
    ("audio/aac", &["aac"]),
    ("audio/amr", &["amr"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/mp4", &["m4a"]),
    ("audio/ogg", &["ogg", "oga", "opus"]),
    ("audio/wav", &["wav"]),
    ("application/pdf", &["pdf"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    ("application/msword", &["doc"]),
    ("application/vnd.ms-excel", &["xls"]),
    ("application/vnd.ms-powerpoint", &["ppt"]),
    ("application/vnd.oasis.opendocument.text", &["odt"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    ("application/vnd.oasis.opendocument.presentation", &["odp"]),
    ("application/epub+zip", &["epub"]),
    ("application/rtf", &["rtf"]),
    ("application/zip", &["zip"]),
    ("text/plain", &["txt", "log", "md"]),
    ("text/csv", &["csv"]),
    ("text/vcard", &["vcf"]),
    ("text/calendar", &["ics"]),
];

/// Other names under which the world knows a type.
const ALIASES: &[(&str, &str)] = &[
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/m4a", "audio/mp4"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/opus", "audio/ogg"),
    ("application/ogg", "audio/ogg"),
    ("audio/x-wav", "audio/wav"),
    ("audio/wave", "audio/wav"),
    ("audio/vnd.wave", "audio/wav"),
    ("video/x-m4v", "video/mp4"),
    ("audio/3gpp", "video/3gpp"),
    ("application/x-zip-compressed", "application/zip"),
    ("text/rtf", "application/rtf"),
    ("text/x-vcard", "text/vcard"),
    ("text/directory", "text/vcard"),
    ("text/markdown", "text/plain"),
];

/// Types that say nothing.
const SILENT: &[&str] = &["", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded"];

pub fn recognise(bytes: &[u8], file_name: &str, said: Option<&str>) -> Result<Recognised, NotRecognised> {
    if bytes.is_empty() {
        return Err(NotRecognised::Empty);
    }
    let file_name = clean(file_name);
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let said = said.map(base).filter(|said| !SILENT.contains(&said.as_str()));
    let found = by_content(bytes, ending.as_deref(), said.as_deref())?;
    if let Some(said) = &said
        && !is_the_same(said, found)
    {
        return Err(NotRecognised::Lies { said: said.clone(), found });
    }
    let endings = TAKEN.iter().find(|(mime_type, _)| *mime_type == found).map_or(&[][..], |(_, endings)| endings);
    if let Some(ending) = &ending
        && !endings.contains(&ending.as_str())
        && let Some((other, _)) = TAKEN.iter().find(|(_, endings)| endings.contains(&ending.as_str()))
        && !is_the_same(other, found)
    {
        return Err(NotRecognised::Lies { said: format!("`.{ending}`"), found });
    }
    let fits = ending.as_deref().is_some_and(|ending| endings.contains(&ending));
    let file_name = match endings.first() {
        Some(usual) if !fits => format!("{file_name}.{usual}"),
        _ => file_name,
    };
    Ok(Recognised { mime_type: found, file_name })
}

/// What a person sent, whatever it is: what is not known is bytes that are only handed on, and a lie is what it is.
pub fn describe(bytes: &[u8], file_name: &str) -> Result<Recognised, NotRecognised> {
    if bytes.is_empty() {
        return Err(NotRecognised::Empty);
    }
    let file_name = clean(file_name);
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let mime_type = by_content(bytes, ending.as_deref(), None).unwrap_or("application/octet-stream");
    Ok(Recognised { mime_type, file_name })
}

fn by_content(bytes: &[u8], ending: Option<&str>, said: Option<&str>) -> Result<&'static str, NotRecognised> {
    if let Some(found) = Infer::new().get(bytes) {
        let mime_type = canonical(found.mime_type());
        return match TAKEN.iter().find(|(taken, _)| *taken == mime_type) {
            Some((taken, _)) => Ok(taken),
            None => Err(NotRecognised::NotTaken(mime_type.to_owned())),
        };
    }
    // Plain text has no signature: it is text when it reads as text, and what it is of is told by its name.
    let is_text = std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
    if !is_text {
        return Err(NotRecognised::NotTaken("unknown content".to_owned()));
    }
    let text = |mime_type: &&&(&'static str, &[&str])| mime_type.0.starts_with("text/");
    let texts = || TAKEN.iter().filter(|it| text(&it));
    if let Some((mime_type, _)) = texts().find(|(_, endings)| ending.is_some_and(|ending| endings.contains(&ending))) {
        return Ok(mime_type);
    }
    if let Some((mime_type, _)) = texts().find(|(mime_type, _)| said.map(canonical) == Some(mime_type)) {
        return Ok(mime_type);
    }
    match ending {
        // Source code, pages and scripts are text too.
        Some(ending) => Err(NotRecognised::NotTaken(format!("`.{ending}`"))),
        None => Err(NotRecognised::NotTaken("text without an ending".to_owned())),
    }
}

fn base(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or(mime_type).trim().to_ascii_lowercase()
}

fn canonical(mime_type: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == mime_type).map_or(mime_type, |(_, name)| name)
}

fn is_the_same(said: &str, found: &str) -> bool {
    let said = canonical(said);
    said == found
        || matches!(
            (said, found),
            // One container, told apart by what is in it, which the first bytes do not always say.
            ("audio/mp4", "video/mp4") | ("video/mp4", "audio/mp4") | ("video/quicktime", "video/mp4")
            | ("video/mp4", "video/quicktime") | ("video/3gpp", "video/mp4") | ("video/mp4", "video/3gpp")
            | ("video/ogg", "audio/ogg")
            // Every one of them is text, and who uploads says of which kind.
            | ("text/plain", "text/csv" | "text/vcard" | "text/calendar")
            | ("application/vnd.ms-excel", "text/csv")
        )
}

/// A name that no file system and no header trips over.
fn clean(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        last.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')).collect();
    let kept = kept.trim_matches([' ', '.']);
    let start = kept.chars().count().saturating_sub(200);
    // The end holds the ending.
    let short: String = kept.chars().skip(start).collect();
    if short.is_empty() { "file".to_owned() } else { short }
}

/// An Ogg file whose sound is Opus: what WhatsApp plays as a recording.
pub fn is_opus(bytes: &[u8]) -> bool {
    bytes.starts_with(b"OggS") && bytes.get(28..36) == Some(b"OpusHead")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Beginnings that make a reader of files look further.
    const BEGINNINGS: &[&[u8]] = &[
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"PK\x03\x04\x14\0\0\0\0\0",
        b"%PDF-1.7\n",
        b"OggS\0\x02",
        b"\0\0\0\x18ftypmp42",
        b"\0\0\0\x18ftypM4A ",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1",
        b"BEGIN:VCARD\r\n",
        b"<svg ",
        b"#!/bin/sh\n",
        b"MZ\x90\0",
        b"ID3\x03",
        b"\x1a\x45\xdf\xa3",
    ];

    proptest! {
        #[test]
        fn no_file_panics_and_what_is_taken_is_of_a_type_that_is_taken(
            beginning in prop::sample::select(BEGINNINGS),
            rest in prop::collection::vec(any::<u8>(), 0..300),
            cut in 0usize..320,
            name in "(\\PC{0,20}|[a-z/\\\\.]{0,12})(\\.(png|jpg|pdf|docx|svg|exe|txt|vcf|mp4|ogg|PnG))?",
            said in prop::option::of("(image/png|text/plain; charset=\"|audio/ogg; codecs=opus|[a-z/;= ]{0,16}|\\PC{0,8})"),
        ) {
            let mut bytes = [beginning, &rest].concat();
            bytes.truncate(cut);
            if let Ok(found) = recognise(&bytes, &name, said.as_deref()) {
                prop_assert!(TAKEN.iter().any(|(mime_type, _)| *mime_type == found.mime_type));
                prop_assert!(!found.file_name.is_empty() && !found.file_name.contains(['/', '\\', '\0']));
            }
            prop_assert_eq!(describe(&bytes, &name).is_ok(), !bytes.is_empty());
            let _ = is_opus(&bytes);
        }
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

    fn found(bytes: &[u8], name: &str, said: &str) -> Result<(&'static str, String), NotRecognised> {
        recognise(bytes, name, Some(said).filter(|said| !said.is_empty())).map(|it| (it.mime_type, it.file_name))
    }

    #[test]
    fn content_decides_what_a_file_is() {
        assert_eq!(found(PNG, "menu.png", "image/png"), Ok(("image/png", "menu.png".into())));
        assert_eq!(found(JPEG, "photo", "application/octet-stream"), Ok(("image/jpeg", "photo.jpg".into())));
        assert_eq!(found(JPEG, "photo.JPEG", "image/jpg"), Ok(("image/jpeg", "photo.JPEG".into())));
        assert_eq!(found(PDF, "a.pdf", "application/pdf; charset=binary"), Ok(("application/pdf", "a.pdf".into())));
        assert_eq!(found("é,b\n1,2\n".as_bytes(), "a.csv", "text/plain"), Ok(("text/csv", "a.csv".into())));
    }

    #[test]
    fn a_lie_is_refused_with_what_the_content_is() {
        let lie = found(PDF, "cat.png", "image/png").unwrap_err();
        assert_eq!(lie.to_string(), "the file says it is image/png, its content is application/pdf");
        let lie = found(PNG, "cat.jpg", "").unwrap_err();
        assert_eq!(lie.to_string(), "the file says it is `.jpg`, its content is image/png");
    }

    #[test]
    fn programs_and_pages_are_not_taken_whatever_they_are_called() {
        for (bytes, name) in [
            (&b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..], "setup.png"),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0", "photo.jpg"),
            (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "a.html"),
            (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "a.txt"),
            (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "a.svg"),
            (b"#!/bin/sh\nrm -rf /\n", "a.sh"),
            (b"alert(1)", "a.js"),
            (b"\0\x01\x02\x03", "a.txt"),
            (b"hello", "hello"),
        ] {
            assert!(matches!(found(bytes, name, ""), Err(NotRecognised::NotTaken(_))), "{name}");
        }
        assert_eq!(found(b"", "a.png", "image/png"), Err(NotRecognised::Empty));
    }

    #[test]
    fn what_a_person_sent_is_described_and_never_refused() {
        let of = |bytes: &[u8], name: &str| describe(bytes, name).map(|it| it.mime_type);
        assert_eq!(of(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "setup.exe"), Ok("application/octet-stream"));
        assert_eq!(of(b"<html><script>alert(1)</script>", "a.html"), Ok("application/octet-stream"));
        assert_eq!(of(PNG, "a.jpg"), Ok("image/png"));
        assert_eq!(of(b"", "a.jpg"), Err(NotRecognised::Empty));
    }

    #[test]
    fn a_name_is_a_name_and_no_path() {
        assert_eq!(found(PNG, "../../etc/menu\".png", ""), Ok(("image/png", "menu.png".into())));
        assert_eq!(found(PNG, "C:\\users\\menu\r\n.png", ""), Ok(("image/png", "menu.png".into())));
        assert_eq!(found(PNG, "...", ""), Ok(("image/png", "file.png".into())));
        let long = format!("{}.png", "x".repeat(500));
        assert_eq!(found(PNG, &long, "").map(|(_, name)| name.len()), Ok(200));
    }
}
