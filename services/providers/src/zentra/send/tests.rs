use super::*;
use crate::samples;
use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;

fn outgoing(content: Content) -> Outgoing {
    let to = Recipient::Phone("+4915112345678".into());
    Outgoing { message_id: Uuid::nil(), to, content, reply_to: None }
}

fn text() -> Content {
    Content::Text { body: "hi".into(), preview_url: false }
}

fn media(kind: MediaKind, source: MediaSource) -> Content {
    let caption = None;
    Content::Media(Media { kind, source, mime_type: "image/png".into(), file_name: "a.png".into(), caption })
}

/// The form as it goes over the wire, without the marks between its parts.
async fn form(account: &Account, outgoing: &Outgoing) -> Vec<(String, String)> {
    let request = request(&samples::client(), account, outgoing).expect("a request").build().expect("a request");
    assert_eq!(request.headers()["x-api-token"], "secret-token");
    let kind = request.headers()["content-type"].to_str().expect("text").to_owned();
    let boundary = kind.split("boundary=").nth(1).expect("a boundary").to_owned();
    let mut response = reqwest::Response::from(axum::http::Response::new(request_body(request)));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.expect("a body") {
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8(body).expect("text");
    let mark = format!("--{boundary}");
    let parts = body.split(&mark).filter(|part| part.contains("name=\""));
    let read = |part: &str| {
        let name = part.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
        let value = part.split("\r\n\r\n").nth(1).expect("a value").trim_end_matches("\r\n");
        (name.to_owned(), value.to_owned())
    };
    parts.map(read).collect()
}

fn request_body(mut request: reqwest::Request) -> reqwest::Body {
    request.body_mut().take().expect("a body")
}

fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_text_is_a_form() {
    let expected = own(&[
        ("device_uuid", "7001"),
        ("type_message", "text"),
        ("type_contact", "numbers"),
        ("ids", "4915112345678"),
        ("text_message", "hi"),
    ]);
    assert_eq!(form(&samples::account(), &outgoing(text())).await, expected);
}

#[tokio::test]
async fn files_go_by_link_or_as_they_are() {
    let link = media(MediaKind::Image, MediaSource::Link("https://example.com/a.png".into()));
    let fields = form(&samples::account(), &outgoing(link)).await;
    assert!(fields.contains(&("media_url".to_owned(), "https://example.com/a.png".to_owned())), "{fields:?}");
    let bytes = media(MediaKind::Voice, MediaSource::Bytes(Bytes::from_static(b"abc")));
    let fields = form(&samples::account(), &outgoing(bytes)).await;
    assert!(fields.contains(&("media".to_owned(), "abc".to_owned())), "{fields:?}");
    assert!(fields.contains(&("type_message".to_owned(), "audio".to_owned())), "{fields:?}");
}

#[tokio::test]
async fn every_name_is_a_setting() {
    let mut account = samples::account();
    for (name, value) in [("device_field", "d"), ("type_field", "t"), ("text_field", "x"), ("ids_field", "i")] {
        account.settings.insert(name.into(), value.into());
    }
    account.settings.insert("contact_type_field".into(), "c".into());
    account.settings.insert("document_type".into(), "doc".into());
    account.settings.insert("media_url_field".into(), "u".into());
    let link = media(MediaKind::Document, MediaSource::Link("https://example.com/a.pdf".into()));
    let to = Recipient::Chat("120363@g.us".into());
    let fields = form(&account, &Outgoing { to, ..outgoing(link) }).await;
    let expected =
        own(&[("d", "7001"), ("t", "doc"), ("c", "group"), ("i", "120363@g.us"), ("u", "https://example.com/a.pdf")]);
    assert_eq!(fields, expected);
}

fn answered(status: u16, body: &str) -> Outcome {
    let account = samples::account();
    let status = StatusCode::from_u16(status).expect("a status");
    let reply = Reply::new(&account, status, HeaderMap::new(), body.as_bytes().to_vec());
    outcome(&account, &outgoing(text()), &reply)
}

#[test]
fn the_body_decides_and_not_the_status() {
    let accepted = |body: Value| match answered(200, &body.to_string()) {
        Outcome::Accepted { provider_message_id } => provider_message_id,
        other => panic!("expected an acceptance, not {other:?}"),
    };
    assert_eq!(accepted(json!({ "success": true, "data": { "id": 7 } })), "7");
    let made = format!("waybill-{}", Uuid::nil());
    assert_eq!(accepted(json!({ "success": true, "msg": "MESSAGE_CREATED" })), made);
    let refused = |body: Value| match answered(200, &body.to_string()) {
        Outcome::Refused(refusal) => refusal.class,
        other => panic!("expected a refusal, not {other:?}"),
    };
    assert_eq!(refused(json!({ "success": false, "msg": "DEVICE_BANNED" })), ErrorClass::Ban);
    assert_eq!(refused(json!({ "success": false, "msg": "DEVICE_EXPIRED" })), ErrorClass::Session);
    assert_eq!(refused(json!({ "success": false })), ErrorClass::Param);
}

#[test]
fn what_says_nothing_is_unknown() {
    for (status, body) in
        [(200, ""), (200, "<html>"), (200, "{}"), (201, "[]"), (500, r#"{"success":false}"#), (502, "")]
    {
        let outcome = answered(status, body);
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{status} {body}: {outcome:?}");
    }
}

#[test]
fn what_it_does_not_know_is_refused_before_any_call() {
    let reaction = Content::Reaction { provider_message_id: "A".into(), emoji: "👍".into() };
    let sticker = media(MediaKind::Sticker, MediaSource::Link("https://example.com/a".into()));
    let kept = media(MediaKind::Image, MediaSource::Uploaded("7".into()));
    let several = Outgoing { to: Recipient::Chat("1,2".into()), ..outgoing(text()) };
    for outgoing in [outgoing(reaction), outgoing(sticker), outgoing(kept), several] {
        let refusal = request(&samples::client(), &samples::account(), &outgoing).expect_err("refused");
        assert_eq!(refusal.class, ErrorClass::Param);
    }
}
