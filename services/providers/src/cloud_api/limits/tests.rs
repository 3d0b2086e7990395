use super::*;
use crate::{Location, Row, Section};
use bytes::Bytes;
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;

fn checked(content: Content) -> Result<(), Refusal> {
    let to = Recipient::Phone("+4915112345678".into());
    check(&Outgoing { message_id: Uuid::nil(), to, content, reply_to: None })
}

/// The detail with which it is refused.
fn complaint(content: Content) -> String {
    let refusal = checked(content).expect_err("refused");
    assert_eq!(refusal.class, ErrorClass::Param);
    refusal.detail
}

fn text(body: &str) -> Content {
    Content::Text { body: body.into(), preview_url: false }
}

fn media(kind: MediaKind, source: MediaSource, caption: Option<&str>) -> Content {
    let caption = caption.map(str::to_owned);
    let mime_type = if kind == MediaKind::Voice { "audio/ogg; codecs=opus" } else { "image/png" };
    Content::Media(Media { kind, source, mime_type: mime_type.into(), file_name: "a.png".into(), caption })
}

fn uploaded() -> MediaSource {
    MediaSource::Uploaded("77".into())
}

#[test]
fn texts() {
    assert_eq!(checked(text(&"ä".repeat(4_096))), Ok(()));
    assert_eq!(complaint(text(&"ä".repeat(4_097))), "the text has more than 4096 letters");
    assert_eq!(complaint(text(" ")), "the text is empty");
}

#[test]
fn recipients() {
    let outgoing = |to| Outgoing { message_id: Uuid::nil(), to, content: text("hi"), reply_to: None };
    for to in [Recipient::Phone("Ann".into()), Recipient::Phone("+1".into()), Recipient::Chat(" ".into())] {
        assert!(check(&outgoing(to)).is_err());
    }
    assert_eq!(check(&outgoing(Recipient::Chat("group".into()))), Ok(()));
}

#[test]
fn media_is_uploaded_first_and_has_a_short_caption() {
    let bytes = MediaSource::Bytes(Bytes::from_static(b"x"));
    assert!(complaint(media(MediaKind::Image, bytes, None)).starts_with("upload first"));
    assert_eq!(complaint(media(MediaKind::Voice, uploaded(), Some("x"))), "audio and stickers have no caption");
    assert_eq!(checked(media(MediaKind::Voice, uploaded(), Some(""))), Ok(()));
    assert!(complaint(media(MediaKind::Image, uploaded(), Some(&"x".repeat(1_025)))).contains("1024"));
    assert_eq!(complaint(media(MediaKind::Video, uploaded(), None)), "image/png is not taken as video");
    assert!(complaint(media(MediaKind::Image, MediaSource::Link("ftp://a/b".into()), None)).contains("web address"));
}

#[test]
fn places_and_cards() {
    let nowhere = Location { latitude: 91.0, longitude: 0.0, name: None, address: None };
    assert!(complaint(Content::Location(nowhere)).contains("coordinates"));
    let card = Card {
        formatted_name: "Ann".into(),
        first_name: None,
        last_name: None,
        organisation: None,
        phones: Vec::new(),
        emails: Vec::new(),
    };
    assert_eq!(complaint(Content::Contacts(Vec::new())), "there are no contact cards");
    assert_eq!(complaint(Content::Contacts(vec![card.clone(); 6])), "there are more than 5 contact cards");
    assert_eq!(checked(Content::Contacts(vec![card; 5])), Ok(()));
}

#[test]
fn parameters_of_templates() {
    let template = |text: &str| {
        Content::Template(Template {
            name: "order".into(),
            language: "en_US".into(),
            header: None,
            body: vec![Parameter { name: None, text: text.into() }],
            buttons: Vec::new(),
        })
    };
    assert_eq!(checked(template("a    b")), Ok(()));
    for text in ["", "a\nb", "a\tb", "a     b"] {
        assert!(complaint(template(text)).contains("a parameter of the template"), "{text:?}");
    }
}

#[test]
fn buttons() {
    let message = |buttons: &[(&str, &str)]| {
        let buttons = buttons.iter().map(|(id, title)| ((*id).to_owned(), (*title).to_owned())).collect();
        Content::Buttons(Buttons { header: None, body: "Now?".into(), footer: None, buttons })
    };
    assert_eq!(checked(message(&[("a", "A"), ("b", "B"), ("c", "C")])), Ok(()));
    assert_eq!(complaint(message(&[])), "there are no buttons");
    assert_eq!(complaint(message(&[("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")])), "there are more than 3 buttons");
    assert_eq!(complaint(message(&[("a", "A"), ("a", "B")])), "there are buttons with the same id");
    assert_eq!(complaint(message(&[("a", "A"), ("b", "A")])), "there are buttons with the same label");
    assert!(complaint(message(&[("a", &"x".repeat(21))])).contains("20 letters"));
}

#[test]
fn lists() {
    let row = |id: String| Row { id, title: "Row".into(), description: None };
    let list = |counts: &[usize], title: &str| {
        let mut ids = (0..).map(|number| format!("r{number}"));
        let mut section = |count: usize| {
            let rows = ids.by_ref().take(count).map(row).collect();
            Section { title: title.into(), rows }
        };
        let sections = counts.iter().map(|count| section(*count)).collect();
        Content::List(List { header: None, body: "Which?".into(), footer: None, button: "Choose".into(), sections })
    };
    assert_eq!(checked(list(&[5, 5], "S")), Ok(()));
    assert_eq!(checked(list(&[1], "")), Ok(()));
    assert_eq!(complaint(list(&[5, 6], "S")), "there are more than 10 rows");
    assert_eq!(complaint(list(&[], "S")), "there are no rows");
    assert_eq!(complaint(list(&[1, 1], "")), "the title of a section is empty");
}
