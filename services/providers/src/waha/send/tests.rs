use super::*;
use crate::{Buttons, Card, Recipient, Row, Section, samples};
use bytes::Bytes;
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;

fn account(engine: &str) -> Account {
    let mut account = Account { number_id: "main".into(), ..samples::account() };
    account.settings.insert("engine".into(), engine.into());
    account
}

fn outgoing(content: Content) -> Outgoing {
    let to = Recipient::Phone("+4915112345678".into());
    Outgoing { message_id: Uuid::nil(), to, content, reply_to: None }
}

fn built(account: &Account, outgoing: &Outgoing) -> Result<(String, Value), Refusal> {
    let request = request(&samples::client(), account, outgoing)?.build().expect("a request");
    assert_eq!(request.headers()["x-api-key"], "secret-token");
    let body = request.body().and_then(|body| body.as_bytes()).expect("a body");
    let call = format!("{} {}", request.method(), request.url().path());
    Ok((call, serde_json::from_slice(body).expect("json")))
}

fn sent(content: Content) -> (String, Value) {
    built(&account("NOWEB"), &outgoing(content)).expect("a request")
}

fn complaint(content: Content) -> String {
    let refusal = built(&account("NOWEB"), &outgoing(content)).expect_err("refused");
    assert_eq!(refusal.class, ErrorClass::Param);
    refusal.detail
}

fn text() -> Content {
    Content::Text { body: "hi".into(), preview_url: false }
}

fn media(kind: MediaKind, source: MediaSource, mime_type: &str) -> Content {
    let file_name = "a.bin".into();
    Content::Media(Media { kind, source, mime_type: mime_type.into(), file_name, caption: None })
}

fn link() -> MediaSource {
    MediaSource::Link("https://example.com/a".into())
}

fn list() -> List {
    let row = Row { id: "r1".into(), title: "First".into(), description: None };
    List {
        header: None,
        body: "Which?".into(),
        footer: Some("thanks".into()),
        button: "Choose".into(),
        sections: vec![Section { title: "All".into(), rows: vec![row] }],
    }
}

#[test]
fn a_text_and_what_it_answers() {
    let (call, body) = sent(text());
    assert_eq!(call, "POST /api/sendText");
    let expected = json!({ "session": "main", "chatId": "4915112345678@c.us", "text": "hi", "linkPreview": false });
    assert_eq!(body, expected);
    let reply = Outgoing { reply_to: Some("3EB0AA".into()), ..outgoing(text()) };
    let (_, body) = built(&account("NOWEB"), &reply).expect("a request");
    assert_eq!(body["reply_to"], "false_4915112345678@c.us_3EB0AA");
}

#[test]
fn only_one_engine_gets_our_ids() {
    let id = |engine: &str, content: Content| {
        let outgoing = outgoing(content);
        (
            built(&account(engine), &outgoing).expect("a request").1["id"].clone(),
            ids::repeatable(&account(engine), &outgoing),
        )
    };
    let own = ids::own(Uuid::nil());
    assert_eq!(id("GOWS", text()), (json!(own), Some(own.clone())));
    assert_eq!(id("gows", text()).0, json!(own));
    // Files get it too, but nothing says that sending them again does nothing.
    assert_eq!(id("GOWS", media(MediaKind::Image, link(), "image/png")), (json!(own), None));
    for engine in ["NOWEB", "WEBJS", ""] {
        assert_eq!(id(engine, text()), (Value::Null, None), "{engine}");
    }
}

#[test]
fn files_by_link_and_by_their_bytes() {
    let (call, body) = sent(media(MediaKind::Image, link(), "image/png"));
    assert_eq!(call, "POST /api/sendImage");
    assert_eq!(body["file"], json!({ "mimetype": "image/png", "filename": "a.bin", "url": "https://example.com/a" }));
    let bytes = MediaSource::Bytes(Bytes::from_static(b"abc"));
    assert_eq!(sent(media(MediaKind::Image, bytes, "image/png")).1["file"]["data"], "YWJj");
    for (kind, mime_type, call) in [
        (MediaKind::Video, "video/mp4", "POST /api/sendVideo"),
        (MediaKind::Voice, "audio/ogg; codecs=opus", "POST /api/sendVoice"),
        (MediaKind::Audio, "audio/mpeg", "POST /api/sendFile"),
        (MediaKind::Document, "application/pdf", "POST /api/sendFile"),
    ] {
        assert_eq!(sent(media(kind, link(), mime_type)).0, call);
    }
    // What plays already is not converted.
    let converts = |kind, mime_type| sent(media(kind, link(), mime_type)).1["convert"].clone();
    assert_eq!(converts(MediaKind::Voice, "audio/ogg; codecs=opus"), false);
    assert_eq!(converts(MediaKind::Voice, "audio/mpeg"), true);
    assert_eq!(converts(MediaKind::Video, "video/mp4"), false);
    assert_eq!(converts(MediaKind::Video, "video/3gpp"), true);
    let kept = MediaSource::Uploaded("77".into());
    assert!(complaint(media(MediaKind::Image, kept, "image/png")).contains("keeps no media"));
}

#[test]
fn places_cards_lists_and_reactions() {
    let place = Location { latitude: 52.5, longitude: 13.4, name: None, address: Some("Square 1".into()) };
    let (call, body) = sent(Content::Location(place));
    assert_eq!((call.as_str(), &body["title"]), ("POST /api/sendLocation", &json!("Square 1")));
    let card = Card {
        formatted_name: "Ann".into(),
        first_name: None,
        last_name: None,
        organisation: None,
        phones: vec!["+4915187654321".into()],
        emails: Vec::new(),
    };
    let (call, body) = sent(Content::Contacts(vec![card.clone()]));
    assert_eq!((call.as_str(), &body["contacts"][0]["vcard"]), ("POST /api/sendContactVcard", &json!(vcard(&card))));
    let (call, body) = sent(Content::List(list()));
    assert_eq!(call, "POST /api/sendList");
    assert_eq!(body["message"]["title"], "Which?");
    assert_eq!(body["message"]["sections"][0]["rows"][0]["rowId"], "r1");
    let reaction = Content::Reaction { provider_message_id: "3EB0AA".into(), emoji: "👍".into() };
    let (call, body) = sent(reaction);
    assert_eq!(call, "PUT /api/reaction");
    let expected = json!({ "session": "main", "messageId": "false_4915112345678@c.us_3EB0AA", "reaction": "👍" });
    assert_eq!(body, expected);
}

#[test]
fn what_it_does_not_know_is_refused_before_any_call() {
    let to = Recipient::Chat("120363@g.us".into());
    let in_group = Outgoing { to, ..outgoing(Content::List(list())) };
    let refusal = built(&account("NOWEB"), &in_group).expect_err("refused");
    assert_eq!(refusal.detail, "lists go to people only, not to groups");
    let buttons = Buttons { header: None, body: "b".into(), footer: None, buttons: vec![("1".into(), "A".into())] };
    assert_eq!(complaint(Content::Buttons(buttons)), "this provider sends no buttons");
    assert_eq!(complaint(media(MediaKind::Sticker, link(), "image/webp")), "this provider sends no sticker");
}

#[test]
fn a_session_that_cannot_be_addressed_is_refused() {
    let account = Account { number_id: "a/b".into(), ..samples::account() };
    assert_eq!(built(&account, &outgoing(text())).expect_err("refused").class, ErrorClass::Auth);
}
