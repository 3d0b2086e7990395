//! What WhatsApp would not take, found before anything is drafted or sent. The bounds are those of the Cloud API, the
//! tightest of all; what the clients of other providers refuse beyond them is a matter of theirs.

use super::{Attachment, Buttons, Card, Header, List, Location, TemplateUse};
use crate::media::MediaKind;
use std::collections::BTreeSet;

/// Characters under a file, and over buttons and lists.
pub const MAX_CAPTION: usize = 1_024;

/// What is wrong, and where: a path such as `attachment.buttons[2].title`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct BadContent {
    pub place: String,
    pub reason: String,
}

fn bad(place: impl Into<String>, reason: impl Into<String>) -> BadContent {
    BadContent { place: place.into(), reason: reason.into() }
}

/// Whether a message of this text and attachment can be sent at all.
pub fn check(text: &str, attachment: Option<&Attachment>) -> Result<(), BadContent> {
    match attachment {
        None => length("text", text, crate::template::MAX_CHARACTERS),
        Some(Attachment::Media(media)) => match media.kind {
            MediaKind::Audio | MediaKind::Voice | MediaKind::Sticker => {
                silent(text, "recordings and stickers have no text")
            }
            _ => at_most("text", text, MAX_CAPTION),
        },
        Some(Attachment::Location(location)) => {
            silent(text, "a location has no text")?;
            check_location(location)
        }
        Some(Attachment::Contacts { cards }) => {
            silent(text, "contact cards have no text")?;
            check_cards(cards)
        }
        Some(Attachment::Buttons(buttons)) => {
            length("text", text, MAX_CAPTION)?;
            check_buttons(buttons)
        }
        Some(Attachment::List(list)) => {
            length("text", text, MAX_CAPTION)?;
            check_list(list)
        }
        // What its text says is the provider's; ours only shows it.
        Some(Attachment::Template(template)) => {
            at_most("text", text, crate::template::MAX_CHARACTERS)?;
            check_template(template)
        }
    }
}

fn silent(text: &str, reason: &str) -> Result<(), BadContent> {
    if text.is_empty() { Ok(()) } else { Err(bad("text", reason)) }
}

fn at_most(place: &str, text: &str, most: usize) -> Result<(), BadContent> {
    match text.chars().count() {
        found if found > most => Err(bad(place, format!("has {found} characters, {most} at most"))),
        _ => Ok(()),
    }
}

fn length(place: &str, text: &str, most: usize) -> Result<(), BadContent> {
    if text.trim().is_empty() {
        return Err(bad(place, "is empty"));
    }
    at_most(place, text, most)
}

fn count(place: &str, found: usize, most: usize) -> Result<(), BadContent> {
    match found {
        0 => Err(bad(place, "is empty")),
        found if found > most => Err(bad(place, format!("has {found} entries, {most} at most"))),
        _ => Ok(()),
    }
}

fn distinct<'a>(place: &str, texts: impl Iterator<Item = &'a str>) -> Result<(), BadContent> {
    let mut seen = BTreeSet::new();
    for text in texts {
        if !seen.insert(text) {
            return Err(bad(place, format!("`{text}` is there twice")));
        }
    }
    Ok(())
}

fn check_location(location: &Location) -> Result<(), BadContent> {
    if !(-90.0..=90.0).contains(&location.latitude) {
        return Err(bad("attachment.latitude", "is not from -90 to 90"));
    }
    if !(-180.0..=180.0).contains(&location.longitude) {
        return Err(bad("attachment.longitude", "is not from -180 to 180"));
    }
    at_most("attachment.name", location.name.as_deref().unwrap_or_default(), 1_000)?;
    at_most("attachment.address", location.address.as_deref().unwrap_or_default(), 1_000)
}

fn check_cards(cards: &[Card]) -> Result<(), BadContent> {
    count("attachment.cards", cards.len(), 5)?;
    for (nth, card) in cards.iter().enumerate() {
        length(&format!("attachment.cards[{nth}].formatted_name"), &card.formatted_name, 1_024)?;
        if card.phones.is_empty() && card.emails.is_empty() {
            return Err(bad(format!("attachment.cards[{nth}]"), "has neither a number nor an address"));
        }
        for (mth, phone) in card.phones.iter().enumerate() {
            if crate::phone::Phone::parse(phone, None).is_err() {
                return Err(bad(format!("attachment.cards[{nth}].phones[{mth}]"), "is no telephone number"));
            }
        }
    }
    Ok(())
}

fn check_frame(header: Option<&String>, footer: Option<&String>) -> Result<(), BadContent> {
    header.map_or(Ok(()), |text| length("attachment.header", text, 60))?;
    footer.map_or(Ok(()), |text| length("attachment.footer", text, 60))
}

fn check_buttons(it: &Buttons) -> Result<(), BadContent> {
    check_frame(it.header.as_ref(), it.footer.as_ref())?;
    count("attachment.buttons", it.buttons.len(), 3)?;
    for (nth, button) in it.buttons.iter().enumerate() {
        length(&format!("attachment.buttons[{nth}].id"), &button.id, 256)?;
        length(&format!("attachment.buttons[{nth}].title"), &button.title, 20)?;
    }
    distinct("attachment.buttons", it.buttons.iter().map(|button| button.id.as_str()))?;
    distinct("attachment.buttons", it.buttons.iter().map(|button| button.title.as_str()))
}

fn check_list(it: &List) -> Result<(), BadContent> {
    check_frame(it.header.as_ref(), it.footer.as_ref())?;
    length("attachment.button", &it.button, 20)?;
    count("attachment.sections", it.sections.len(), 10)?;
    let rows = it.sections.iter().map(|section| section.rows.len()).sum();
    count("attachment.sections", rows, 10)?;
    for (nth, section) in it.sections.iter().enumerate() {
        let place = format!("attachment.sections[{nth}]");
        if it.sections.len() > 1 {
            length(&format!("{place}.title"), &section.title, 24)?;
        }
        at_most(&format!("{place}.title"), &section.title, 24)?;
        count(&format!("{place}.rows"), section.rows.len(), 10)?;
        for (mth, row) in section.rows.iter().enumerate() {
            length(&format!("{place}.rows[{mth}].id"), &row.id, 200)?;
            length(&format!("{place}.rows[{mth}].title"), &row.title, 24)?;
            let description = row.description.as_deref().unwrap_or_default();
            at_most(&format!("{place}.rows[{mth}].description"), description, 72)?;
        }
    }
    distinct("attachment.sections", it.sections.iter().flat_map(|section| &section.rows).map(|row| row.id.as_str()))
}

fn check_template(it: &TemplateUse) -> Result<(), BadContent> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    length("attachment.name", &it.name, 512)?;
    if !it.name.chars().all(is_name) {
        return Err(bad("attachment.name", "has other letters than a to z, 0 to 9 and _"));
    }
    length("attachment.language", &it.language, 16)?;
    match &it.header {
        Some(Header::Text { parameter }) => check_parameter("attachment.header.parameter.text", &parameter.text)?,
        Some(Header::Media { media })
            if !matches!(media.kind, MediaKind::Image | MediaKind::Video | MediaKind::Document) =>
        {
            return Err(bad("attachment.header.media", "is neither an image, a video nor a document"));
        }
        _ => {}
    }
    for (nth, parameter) in it.body.iter().enumerate() {
        check_parameter(&format!("attachment.body[{nth}].text"), &parameter.text)?;
    }
    for (nth, button) in it.buttons.iter().enumerate() {
        length(&format!("attachment.buttons[{nth}].text"), &button.text, 2_000)?;
    }
    Ok(())
}

/// Meta refuses the whole template for these.
fn check_parameter(place: &str, text: &str) -> Result<(), BadContent> {
    length(place, text, 32_768)?;
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        return Err(bad(place, "has new lines, tabs or more than four blanks in a row"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Button, MediaRef, Row, Section};
    use crate::id::MediaId;
    use uuid::Uuid;

    fn file(kind: MediaKind) -> Attachment {
        Attachment::Media(MediaRef { media_id: MediaId(Uuid::nil()), kind, mime_type: None })
    }

    fn place(text: &str, attachment: Option<Attachment>) -> Option<String> {
        check(text, attachment.as_ref()).err().map(|bad| bad.place)
    }

    fn buttons(titles: &[&str]) -> Attachment {
        let one = |(nth, title): (usize, &&str)| Button { id: nth.to_string(), title: (*title).to_owned() };
        Attachment::Buttons(Buttons {
            header: None,
            footer: None,
            buttons: titles.iter().enumerate().map(one).collect(),
        })
    }

    #[test]
    fn a_message_says_something_and_a_file_need_not() {
        assert_eq!(place("", None).as_deref(), Some("text"));
        assert_eq!(place("", Some(file(MediaKind::Image))), None);
        assert_eq!(place("Look", Some(file(MediaKind::Image))), None);
        assert_eq!(place("Listen", Some(file(MediaKind::Voice))).as_deref(), Some("text"));
        assert_eq!(place(&"a".repeat(1_025), Some(file(MediaKind::Image))).as_deref(), Some("text"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(place("Which?", Some(buttons(&["Yes", "No"]))), None);
        assert_eq!(place("Which?", Some(buttons(&["Yes", "Yes"]))).as_deref(), Some("attachment.buttons"));
        assert_eq!(place("Which?", Some(buttons(&["a", "b", "c", "d"]))).as_deref(), Some("attachment.buttons"));
        let long = "a label that is far too long";
        assert_eq!(place("Which?", Some(buttons(&["Yes", long]))).as_deref(), Some("attachment.buttons[1].title"));
        let row = |id: &str| Row { id: id.into(), title: "Tea".into(), description: None };
        let section = |title: &str| Section { title: title.into(), rows: vec![row(title)] };
        let list = |sections| Attachment::List(List { header: None, footer: None, button: "Menu".into(), sections });
        let untitled = Section { title: String::new(), rows: vec![row("x")] };
        assert_eq!(place("What?", Some(list(vec![untitled.clone()]))), None);
        let two = list(vec![section("Hot"), untitled]);
        assert_eq!(place("What?", Some(two)).as_deref(), Some("attachment.sections[1].title"));
        let far = Location { latitude: 91.0, longitude: 0.0, name: None, address: None };
        assert_eq!(place("", Some(Attachment::Location(far))).as_deref(), Some("attachment.latitude"));
    }

    #[test]
    fn a_template_cannot_break_its_line() {
        let of = |text: &str| {
            Attachment::Template(TemplateUse {
                name: "order_ready".into(),
                language: "en".into(),
                header: None,
                body: vec![crate::content::Parameter { name: None, text: text.into() }],
                buttons: vec![],
            })
        };
        assert_eq!(place("", Some(of("Ana"))), None);
        assert_eq!(place("", Some(of("Ana\nB"))).as_deref(), Some("attachment.body[0].text"));
    }
}
