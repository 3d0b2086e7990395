use super::*;
use crate::{Buttons, Location, Recipient, Template, samples};
use bytes::Bytes;
use uuid::Uuid;
use waybill_domain::provider::{ContentKind, ErrorClass};

fn account() -> Account {
    Account { access_token: "abc123".into(), ..samples::account() }
}

fn built(content: Content) -> Result<reqwest::Request, Refusal> {
    let to = Recipient::Phone("+4915112345678".into());
    let outgoing = Outgoing { message_id: Uuid::nil(), to, content, reply_to: Some("A1".into()) };
    let request = request(&samples::client(), &account(), &outgoing)?;
    Ok(request.build().expect("a request"))
}

/// The method that is called, and its body.
fn sent(content: Content) -> (String, Value) {
    let request = built(content).expect("a request");
    let method = request.url().path().trim_start_matches("/waInstance7001/").trim_end_matches("/abc123").to_owned();
    let body = request.body().and_then(|body| body.as_bytes()).expect("a body");
    (method, serde_json::from_slice(body).expect("json"))
}

fn media(kind: MediaKind, source: MediaSource, mime_type: &str, file_name: &str) -> Content {
    Content::Media(Media { kind, source, mime_type: mime_type.into(), file_name: file_name.into(), caption: None })
}

fn link() -> MediaSource {
    MediaSource::Link("https://example.com/a".into())
}

fn complaint(content: Content) -> String {
    let refusal = built(content).expect_err("refused");
    assert_eq!(refusal.class, ErrorClass::Param);
    refusal.detail
}

#[test]
fn a_text_that_answers_another() {
    let (method, body) = sent(Content::Text { body: "yes".into(), preview_url: true });
    assert_eq!(method, "sendMessage");
    let expected =
        json!({ "chatId": "4915112345678@c.us", "message": "yes", "linkPreview": true, "quotedMessageId": "A1" });
    assert_eq!(body, expected);
    let long = Content::Text { body: "x".repeat(20_001), preview_url: false };
    assert_eq!(complaint(long), "the text has more than 20000 letters");
}

#[test]
fn files_by_their_address() {
    let (method, body) = sent(media(MediaKind::Image, link(), "image/png", "a.png"));
    assert_eq!(method, "sendFileByUrl");
    assert_eq!((&body["urlFile"], &body["fileName"]), (&json!("https://example.com/a"), &json!("a.png")));
    let uploaded = MediaSource::Uploaded("https://files.example/1.pdf".into());
    let (_, body) = sent(media(MediaKind::Document, uploaded, "application/pdf", "a.pdf"));
    assert_eq!(body["urlFile"], "https://files.example/1.pdf");
    assert!(complaint(media(MediaKind::Document, link(), "application/pdf", "a")).contains("no ending"));
}

#[test]
fn a_recording_is_told_by_its_ending() {
    let name = |mime_type: &str, file_name: &str| {
        sent(media(MediaKind::Voice, link(), mime_type, file_name)).1["fileName"].clone()
    };
    assert_eq!(name("audio/ogg; codecs=opus", "hello.opus"), "hello.ogg");
    assert_eq!(name("audio/ogg", "hello"), "hello.ogg");
    assert_eq!(name("audio/ogg", "hello.oga"), "hello.oga");
    assert!(complaint(media(MediaKind::Voice, link(), "audio/mpeg", "a.mp3")).contains("ogg"));
    let captioned = Media {
        kind: MediaKind::Voice,
        source: link(),
        mime_type: "audio/ogg".into(),
        file_name: "a.ogg".into(),
        caption: Some("x".into()),
    };
    assert_eq!(complaint(Content::Media(captioned)), "audio has no caption");
}

#[test]
fn bytes_go_with_the_message() {
    let bytes = MediaSource::Bytes(Bytes::from_static(b"x"));
    let request = built(media(MediaKind::Image, bytes, "image/png", "a.png")).expect("a request");
    assert_eq!(request.url().path(), "/waInstance7001/sendFileByUpload/abc123");
    let none = MediaSource::Bytes(Bytes::new());
    assert_eq!(complaint(media(MediaKind::Image, none, "image/png", "a.png")), "the file is empty");
}

#[test]
fn places_and_one_card() {
    let place = Location { latitude: 52.5, longitude: 13.4, name: Some("Tower".into()), address: None };
    let (method, body) = sent(Content::Location(place));
    assert_eq!(
        (method.as_str(), &body["nameLocation"], &body["latitude"]),
        ("sendLocation", &json!("Tower"), &json!(52.5))
    );
    let card = Card {
        formatted_name: "Ann Lee".into(),
        first_name: None,
        last_name: None,
        organisation: Some("Market".into()),
        phones: vec!["+4915187654321".into()],
        emails: Vec::new(),
    };
    let (method, body) = sent(Content::Contacts(vec![card.clone()]));
    assert_eq!(method, "sendContact");
    let expected = json!({ "phoneContact": 4_915_187_654_321_u64, "firstName": "Ann Lee", "company": "Market" });
    assert_eq!(body["contact"], expected);
    assert!(complaint(Content::Contacts(vec![card.clone(), card.clone()])).contains("more than 1"));
    let numberless = Card { phones: Vec::new(), ..card };
    assert_eq!(complaint(Content::Contacts(vec![numberless])), "the contact card has no number");
}

#[test]
fn what_it_does_not_know_is_refused_before_any_call() {
    let template =
        Template { name: "order".into(), language: "en".into(), header: None, body: Vec::new(), buttons: Vec::new() };
    let buttons = Buttons { header: None, body: "b".into(), footer: None, buttons: vec![("1".into(), "A".into())] };
    let reaction = Content::Reaction { provider_message_id: "A1".into(), emoji: "👍".into() };
    let sticker = media(MediaKind::Sticker, link(), "image/webp", "a.webp");
    for content in [Content::Template(template), Content::Buttons(buttons), reaction, sticker] {
        let kind: ContentKind = content.kind();
        assert_eq!(complaint(content), format!("this provider sends no {}", kind.as_str()));
    }
}
