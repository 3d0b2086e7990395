//! Examples written from the contract.

use serde_json::json;

use super::*;
use crate::{Card, Echo, Inbound, InboundMedia, Place};
use chrono::DateTime;
use waybill_domain::provider::ErrorClass;

/// A webhook with the parts that all of them have.
pub fn webhook(kind: &str, parts: Value) -> Value {
    let mut body = json!({
        "typeWebhook": kind,
        "instanceData": { "idInstance": 7001, "wid": "4915100000001@c.us", "typeInstance": "whatsapp" },
        "timestamp": 1_790_000_000,
    });
    body.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
    body
}

pub fn message(kind: &str, data: Value) -> Value {
    let mut message = json!({ "typeMessage": kind });
    message.as_object_mut().expect("an object").extend(data.as_object().expect("an object").clone());
    let sender = json!({ "chatId": "4915112345678@c.us", "sender": "4915112345678@c.us", "senderName": "Ann" });
    webhook("incomingMessageReceived", json!({ "idMessage": "IN1", "senderData": sender, "messageData": message }))
}

fn notice(body: &Value) -> Notice {
    parse(body.to_string().as_bytes()).expect("a webhook").remove(0)
}

fn inbound(body: &Value) -> Inbound {
    match notice(body) {
        Notice::Inbound(inbound) => *inbound,
        other => panic!("expected a message, not {other:?}"),
    }
}

fn echo(body: &Value) -> Echo {
    match notice(body) {
        Notice::Echo(echo) => *echo,
        other => panic!("expected an echo, not {other:?}"),
    }
}

#[test]
fn a_text_from_a_person() {
    let body = message("textMessage", json!({ "textMessageData": { "textMessage": "Grüße" } }));
    let expected = Inbound {
        number_id: "7001".into(),
        provider_message_id: "IN1".into(),
        from: Some("+4915112345678".into()),
        user_id: None,
        profile_name: Some("Ann".into()),
        group_id: None,
        group_name: None,
        at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
        kind: "text".into(),
        text: Some("Grüße".into()),
        button_payload: None,
        context_id: None,
        media: None,
        location: None,
        cards: Vec::new(),
        raw: body.clone(),
    };
    assert_eq!(inbound(&body), expected);
}

#[test]
fn a_member_of_a_group_and_a_person_who_hides_the_number() {
    let mut body = message("textMessage", json!({ "textMessageData": { "textMessage": "hi" } }));
    body["senderData"]["chatId"] = json!("120363000@g.us");
    let member = inbound(&body);
    assert_eq!((member.group_id.as_deref(), member.from.as_deref()), (Some("120363000@g.us"), Some("+4915112345678")));
    body["senderData"]["sender"] = json!("77@lid");
    let hidden = inbound(&body);
    assert_eq!((hidden.from, hidden.user_id.as_deref()), (None, Some("77@lid")));
}

#[test]
fn every_type_has_its_words_and_what_it_answers() {
    let read = |kind: &str, data: Value| {
        let inbound = inbound(&message(kind, data));
        (inbound.kind, inbound.text, inbound.button_payload, inbound.context_id)
    };
    let found = |kind: &str, text: Option<&str>, payload: Option<&str>, context: Option<&str>| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        (kind.to_owned(), own(text), own(payload), own(context))
    };
    assert_eq!(
        read("extendedTextMessage", json!({ "extendedTextMessageData": { "text": "see", "title": "page" } })),
        found("text", Some("see"), None, None)
    );
    let quoted = json!({ "extendedTextMessageData": { "text": "yes", "stanzaId": "OUT1", "participant": "1@c.us" } });
    assert_eq!(read("quotedMessage", quoted), found("text", Some("yes"), None, Some("OUT1")));
    let reaction = json!({ "extendedTextMessageData": { "text": "👍" }, "quotedMessage": { "stanzaId": "OUT1" } });
    assert_eq!(read("reactionMessage", reaction), found("reaction", Some("👍"), None, Some("OUT1")));
    let taken_back = json!({ "extendedTextMessageData": { "text": "" }, "quotedMessage": { "stanzaId": "OUT1" } });
    assert_eq!(read("reactionMessage", taken_back), found("reaction", None, None, Some("OUT1")));
    let button = json!({ "buttonsResponseMessage": { "stanzaId": "OUT1", "selectedButtonId": "y", "selectedButtonText": "Yes" } });
    assert_eq!(read("buttonsResponseMessage", button), found("button", Some("Yes"), Some("y"), Some("OUT1")));
    let button = json!({ "templateButtonReplyMessage": { "stanzaId": "OUT1", "selectedId": "y", "selectedDisplayText": "Yes" } });
    assert_eq!(read("templateButtonsReplyMessage", button), found("button", Some("Yes"), Some("y"), Some("OUT1")));
    let row = json!({ "listResponseMessage": { "stanzaId": "OUT1", "title": "First", "singleSelectReply": "r1" } });
    assert_eq!(read("listResponseMessage", row), found("interactive", Some("First"), Some("r1"), Some("OUT1")));
    let edited = json!({ "editedMessageData": { "textMessage": "new", "stanzaId": "IN0" } });
    assert_eq!(read("editedMessage", edited), found("edit", Some("new"), None, Some("IN0")));
    assert_eq!(
        read("deletedMessage", json!({ "deletedMessageData": { "stanzaId": "IN0" } })),
        found("revoke", None, None, Some("IN0"))
    );
    let undecrypted = json!({ "textMessageData": { "textMessage": "{{SWE001}}" } });
    assert_eq!(read("textMessage", undecrypted), found("unsupported", None, None, None));
    assert_eq!(read("hologramMessage", json!({})), found("hologramMessage", None, None, None));
}

#[test]
fn files_and_places() {
    let file = json!({ "fileMessageData": {
        "downloadUrl": "https://files.example/1", "caption": "us", "fileName": "1.jpg", "mimeType": "image/jpeg",
    } });
    let image = inbound(&message("imageMessage", file.clone()));
    assert_eq!((image.kind.as_str(), image.text.as_deref()), ("image", Some("us")));
    let expected = InboundMedia {
        media_id: None,
        url: Some("https://files.example/1".into()),
        mime_type: Some("image/jpeg".into()),
        file_name: None,
        sha256: None,
        voice: false,
    };
    assert_eq!(image.media, Some(expected));
    let document = inbound(&message("documentMessage", file)).media.expect("a file");
    assert_eq!(document.file_name.as_deref(), Some("1.jpg"));
    let recording = json!({ "fileMessageData": { "downloadUrl": "https://files.example/2", "mimeType": "audio/ogg; codecs=opus" } });
    assert!(inbound(&message("audioMessage", recording)).media.expect("a file").voice);
    let place = json!({ "locationMessageData": { "latitude": 52.5, "longitude": 13.4, "nameLocation": "Tower", "address": "" } });
    let expected = Place { latitude: 52.5, longitude: 13.4, name: Some("Tower".into()), address: None };
    assert_eq!(inbound(&message("locationMessage", place)).location, Some(expected));
}

#[test]
fn cards_have_names_and_numbers() {
    let read = |kind: &str, content: Value| inbound(&message(kind, content)).cards;
    let named = |name: &str| Card { formatted_name: name.into(), ..Card::default() };
    let ben =
        json!({ "displayName": "Ben", "vcard": "BEGIN:VCARD\nFN:Benjamin\nTEL;waid=4915187654321:+49\nEND:VCARD" });
    let expected = Card { phones: vec!["+4915187654321".into()], ..named("Ben") };
    assert_eq!(read("contactMessage", json!({ "contactMessageData": ben })), vec![expected.clone()]);
    let cards = json!({ "contacts": [ben, { "displayName": "Eve" }, { "vcard": "BEGIN:VCARD" }] });
    assert_eq!(read("contactsArrayMessage", cards), [expected, named("Eve")]);
}

#[test]
fn echoes_tell_where_they_were_written() {
    let mut body = message("textMessage", json!({ "textMessageData": { "textMessage": "hi" } }));
    body["senderData"]["sender"] = json!("4915100000001@c.us");
    for (kind, by_api) in [("outgoingMessageReceived", false), ("outgoingAPIMessageReceived", true)] {
        body["typeWebhook"] = json!(kind);
        let echo = echo(&body);
        assert_eq!((echo.to.as_deref(), echo.by_api), (Some("+4915112345678"), by_api));
        assert_eq!((echo.provider_message_id.as_str(), echo.text.as_deref()), ("IN1", Some("hi")));
    }
    body["messageData"] = json!({ "typeMessage": "imageMessage", "fileMessageData": { "downloadUrl": "https://a/b" } });
    for (chat, user, group) in [("120363@g.us", None, Some("120363@g.us")), ("77@lid", Some("77@lid"), None)] {
        body["senderData"]["chatId"] = json!(chat);
        let echo = echo(&body);
        assert_eq!((echo.to, echo.user_id.as_deref(), echo.group_id.as_deref()), (None, user, group));
        assert!(echo.media.is_some());
    }
}

#[test]
fn every_state_of_a_message() {
    let status = |state: &str| {
        let parts = json!({ "chatId": "4915112345678@c.us", "idMessage": "OUT1", "status": state, "sendByApi": true });
        match notice(&webhook("outgoingMessageStatus", parts)) {
            Notice::Receipt { number_id, provider_message_id, status, error, .. } => {
                assert_eq!((number_id.as_str(), provider_message_id.as_str()), ("7001", "OUT1"));
                (status, error.map(|error| error.class))
            }
            other => panic!("expected a receipt, not {other:?}"),
        }
    };
    use ReceiptStatus::{Delivered, Failed, Other, Read, Sent};
    assert_eq!(status("sent"), (Sent, None));
    assert_eq!(status("delivered"), (Delivered, None));
    assert_eq!(status("read"), (Read, None));
    assert_eq!(status("failed"), (Failed, Some(ErrorClass::Retry)));
    assert_eq!(status("noAccount"), (Failed, Some(ErrorClass::Number)));
    assert_eq!(status("notInGroup"), (Failed, Some(ErrorClass::Param)));
    assert_eq!(status("yellowCard"), (Failed, Some(ErrorClass::Ban)));
    assert_eq!(status("teleported"), (Other("teleported".into()), None));
}

#[test]
fn states_of_the_instance() {
    let state = |kind: &str, name: &str, value: &str| match notice(&webhook(kind, json!({ name: value }))) {
        Notice::Session { number_id, state, .. } => {
            assert_eq!(number_id, "7001");
            state
        }
        other => panic!("expected a session, not {other:?}"),
    };
    let linked = SessionState::Linked { phone: Some("+4915100000001".into()), name: None };
    assert_eq!(state("stateInstanceChanged", "stateInstance", "authorized"), linked);
    assert_eq!(
        state("stateInstanceChanged", "stateInstance", "notAuthorized"),
        SessionState::Unlinked { detail: "notAuthorized".into() }
    );
    assert_eq!(
        state("stateInstanceChanged", "stateInstance", "yellowCard"),
        SessionState::Restricted { detail: "yellowCard".into() }
    );
    assert_eq!(state("statusInstanceChanged", "statusInstance", "online"), linked);
    assert_eq!(state("statusInstanceChanged", "statusInstance", "offline"), SessionState::Offline);
}

#[test]
fn the_rest_is_handed_on_as_it_came() {
    for kind in ["quotaExceeded", "deviceInfo", "incomingCall", "incomingBlock", "somethingNew"] {
        let body = webhook(kind, json!({ "quotaData": { "status": "CORRESPONDENTS_QUOTA_EXCEEDED" } }));
        let expected = Notice::Account {
            account_id: "7001".into(),
            number_id: Some("7001".into()),
            field: kind.into(),
            value: body.clone(),
        };
        assert_eq!(notice(&body), expected);
    }
}

#[test]
fn a_story_is_no_message() {
    let mut story = message("textMessage", json!({ "textMessageData": { "textMessage": "hi" } }));
    story["senderData"]["chatId"] = json!("status@broadcast");
    assert!(matches!(notice(&story), Notice::Account { .. }));
}

#[test]
fn other_messengers_and_strays_are_kept_raw() {
    let mut other = message("textMessage", json!({ "textMessageData": { "textMessage": "hi" } }));
    other["instanceData"]["typeInstance"] = json!("telegram");
    let stray = json!({ "typeWebhook": "incomingMessageReceived" });
    let nameless = webhook("incomingMessageReceived", json!({}));
    let stateless = webhook("stateInstanceChanged", json!({}));
    for body in [other, stray, nameless, stateless, webhook("outgoingMessageStatus", json!({ "status": "sent" }))] {
        assert!(matches!(notice(&body), Notice::Unsupported { .. }), "{body}");
    }
}

#[test]
fn only_what_is_no_webhook_is_an_error() {
    for body in ["", "{", "<html>"] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Json(_))), "{body}");
    }
    for body in ["7", "[]", "{}", r#"{"typeWebhook":7}"#] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Envelope(_))), "{body}");
    }
    assert!(matches!(parse(crate::mutations::deep().as_bytes()), Err(ParseError::Json(_))));
}
