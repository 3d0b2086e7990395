//! Examples written from the contract.

use serde_json::json;

use super::*;
use crate::{Echo, Inbound, InboundMedia, Place, SessionState};
use waybill_domain::provider::ErrorClass;

pub fn webhook(event: &str, payload: Value) -> Value {
    json!({
        "id": "evt_01", "timestamp": 1_790_000_009_000_i64, "event": event, "session": "main",
        "me": { "id": "4915100000001@c.us", "pushName": "Market" }, "payload": payload, "engine": "NOWEB",
    })
}

pub fn message(parts: Value) -> Value {
    let mut message = json!({
        "id": "false_4915112345678@c.us_3EB0AA", "timestamp": 1_790_000_000, "from": "4915112345678@c.us",
        "fromMe": false, "body": "Grüße", "hasMedia": false, "_data": { "pushName": "Ann" },
    });
    message.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
    message
}

fn notice(event: &str, payload: Value) -> Notice {
    parse(webhook(event, payload).to_string().as_bytes()).expect("a webhook").remove(0)
}

fn inbound_of(event: &str, payload: Value) -> Inbound {
    match notice(event, payload) {
        Notice::Inbound(inbound) => *inbound,
        other => panic!("expected a message, not {other:?}"),
    }
}

fn inbound(parts: Value) -> Inbound {
    inbound_of("message", message(parts))
}

fn echo_of(event: &str, payload: Value) -> Echo {
    match notice(event, payload) {
        Notice::Echo(echo) => *echo,
        other => panic!("expected an echo, not {other:?}"),
    }
}

#[test]
fn a_text_from_a_person() {
    let payload = message(json!({ "replyTo": { "id": "true_4915112345678@c.us_3EB0BB" } }));
    let expected = Inbound {
        number_id: "main".into(),
        provider_message_id: "3EB0AA".into(),
        from: Some("+4915112345678".into()),
        user_id: None,
        profile_name: Some("Ann".into()),
        group_id: None,
        group_name: None,
        at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
        kind: "text".into(),
        text: Some("Grüße".into()),
        button_payload: None,
        context_id: Some("3EB0BB".into()),
        media: None,
        location: None,
        cards: Vec::new(),
        raw: payload.clone(),
    };
    for event in ["message", "message.any"] {
        assert_eq!(inbound_of(event, payload.clone()), expected);
    }
}

#[test]
fn members_of_groups_and_people_who_hide_their_number() {
    let member = inbound(json!({
        "id": "false_120363@g.us_3EB0AA_4915112345678@c.us", "from": "120363@g.us", "participant": "4915112345678@c.us",
    }));
    assert_eq!((member.group_id.as_deref(), member.from.as_deref()), (Some("120363@g.us"), Some("+4915112345678")));
    assert_eq!(member.provider_message_id, "3EB0AA");
    let hidden = inbound(json!({ "id": "false_77@lid_3EB0AA", "from": "77@lid" }));
    assert_eq!((hidden.from, hidden.user_id.as_deref()), (None, Some("77@lid")));
    let known = inbound(json!({
        "id": "false_77@lid_3EB0AA", "from": "77@lid", "_data": { "key": { "remoteJidAlt": "4915112345678@s.whatsapp.net" } },
    }));
    assert_eq!((known.from.as_deref(), known.user_id.as_deref()), (Some("+4915112345678"), Some("77@lid")));
}

#[test]
fn files_are_told_by_their_type_and_the_engines_word() {
    let kind = |mimetype: &str, data: Value| {
        let media = json!({ "url": "http://localhost:3000/api/files/a", "mimetype": mimetype, "filename": null });
        let inbound = inbound(json!({ "hasMedia": true, "media": media, "_data": data }));
        (inbound.kind, inbound.media.expect("a file").voice)
    };
    let own = |kind: &str, voice| (kind.to_owned(), voice);
    assert_eq!(kind("image/jpeg", json!({})), own("image", false));
    assert_eq!(kind("image/webp", json!({})), own("sticker", false));
    assert_eq!(kind("video/mp4", json!({})), own("video", false));
    assert_eq!(kind("audio/mpeg", json!({})), own("audio", false));
    assert_eq!(kind("audio/ogg; codecs=opus", json!({})), own("audio", true));
    assert_eq!(
        kind("audio/ogg; codecs=opus", json!({ "message": { "audioMessage": { "ptt": false } } })),
        own("audio", false)
    );
    assert_eq!(kind("audio/mp4", json!({ "type": "ptt" })), own("audio", true));
    assert_eq!(kind("image/jpeg", json!({ "message": { "documentMessage": {} } })), own("document", false));
    assert_eq!(kind("application/pdf", json!({})), own("document", false));
}

#[test]
fn a_file_that_was_not_fetched_can_be_fetched_by_its_message() {
    let parts = json!({ "hasMedia": true, "media": null, "body": "", "_data": { "message": { "imageMessage": {} } } });
    let inbound = inbound(parts);
    let expected = InboundMedia {
        media_id: Some("false_4915112345678@c.us_3EB0AA".into()),
        url: None,
        mime_type: None,
        file_name: None,
        sha256: None,
        voice: false,
    };
    assert_eq!((inbound.kind.as_str(), inbound.media, inbound.text), ("image", Some(expected), None));
}

#[test]
fn places_cards_buttons_and_rows() {
    let place = json!({ "latitude": "52.5", "longitude": 13.4, "description": "Tower" });
    let expected = Place { latitude: 52.5, longitude: 13.4, name: Some("Tower".into()), address: None };
    let found = inbound(json!({ "location": place }));
    assert_eq!((found.kind.as_str(), found.location), ("location", Some(expected)));
    let cards = inbound(json!({ "vCards": ["BEGIN:VCARD\nFN:Ben\nEND:VCARD"], "body": "BEGIN:VCARD" }));
    let ben = crate::Card { formatted_name: "Ben".into(), ..Default::default() };
    assert_eq!((cards.kind.as_str(), cards.text, cards.cards), ("contacts", None, vec![ben]));
    let pressed = |data: Value| {
        let inbound = inbound(json!({ "body": "Yes", "_data": data }));
        (inbound.kind, inbound.text, inbound.button_payload)
    };
    let own = |kind: &str, payload: &str| (kind.to_owned(), Some("Yes".to_owned()), Some(payload.to_owned()));
    assert_eq!(pressed(json!({ "selectedButtonId": "y" })), own("button", "y"));
    let answered =
        json!({ "message": { "buttonsResponseMessage": { "selectedButtonId": "y", "selectedDisplayText": "Yes" } } });
    assert_eq!(pressed(answered), own("button", "y"));
    let row = json!({ "message": { "listResponseMessage": { "title": "Yes", "singleSelectReply": { "selectedRowId": "r1" } } } });
    assert_eq!(pressed(row), own("interactive", "r1"));
    let empty = inbound(json!({ "body": "", "_data": {} }));
    assert_eq!((empty.kind.as_str(), empty.text), ("unsupported", None));
}

#[test]
fn reactions_changes_and_what_was_taken_back_name_their_message() {
    let reaction = |text: &str| {
        let target = "true_4915112345678@c.us_3EB0BB";
        let payload =
            message(json!({ "timestamp": 1_790_000_000.853, "reaction": { "text": text, "messageId": target } }));
        let inbound = inbound_of("message.reaction", payload);
        (inbound.kind, inbound.text, inbound.context_id, inbound.at.timestamp())
    };
    let own =
        |text: Option<&str>| ("reaction".to_owned(), text.map(str::to_owned), Some("3EB0BB".to_owned()), 1_790_000_000);
    assert_eq!(reaction("🙏"), own(Some("🙏")));
    assert_eq!(reaction(""), own(None));
    let edited = inbound_of("message.edited", message(json!({ "body": "new", "editedMessageId": "3EB0BB" })));
    assert_eq!((edited.kind.as_str(), edited.text.as_deref()), ("edit", Some("new")));
    assert_eq!(edited.context_id.as_deref(), Some("3EB0BB"));
    let payload = json!({ "after": message(json!({})), "revokedMessageId": "3EB0BB", "before": null });
    let revoked = inbound_of("message.revoked", payload.clone());
    assert_eq!((revoked.kind.as_str(), revoked.text.as_deref()), ("revoke", None));
    assert_eq!((revoked.provider_message_id.as_str(), revoked.context_id.as_deref()), ("3EB0AA", Some("3EB0BB")));
    assert_eq!((revoked.from.as_deref(), revoked.raw), (Some("+4915112345678"), payload));
    // Under its own id, it must not be taken for the message itself.
    let same = json!({ "after": message(json!({})), "revokedMessageId": "3EB0AA" });
    assert_eq!(inbound_of("message.revoked", same).provider_message_id, "3EB0AA-revoked");
}

#[test]
fn what_the_business_wrote_is_an_echo() {
    for (source, by_api) in [("api", true), ("app", false)] {
        let payload = message(json!({
            "id": "true_4915112345678@c.us_3EB0CC", "fromMe": true, "source": source, "from": "4915100000001@c.us",
            "to": "4915112345678@c.us",
        }));
        let echo = echo_of("message.any", payload);
        assert_eq!((echo.to.as_deref(), echo.by_api), (Some("+4915112345678"), by_api));
        assert_eq!((echo.provider_message_id.as_str(), echo.text.as_deref()), ("3EB0CC", Some("Grüße")));
    }
    let to = |chat: &str| {
        let media = json!({ "url": "http://localhost:3000/api/files/a", "mimetype": "image/jpeg", "filename": null });
        let id = format!("true_{chat}_3EB0CC");
        let payload = json!({ "id": id, "fromMe": true, "to": chat, "hasMedia": true, "media": media });
        echo_of("message.any", message(payload))
    };
    let (group, hidden) = (to("120363@g.us"), to("77@lid"));
    assert_eq!((group.to, group.group_id.as_deref()), (None, Some("120363@g.us")));
    assert_eq!((hidden.to, hidden.user_id.as_deref()), (None, Some("77@lid")));
    assert_eq!((hidden.kind.as_str(), hidden.media.is_some(), hidden.by_api), ("image", true, true));
    let reaction = message(json!({
        "id": "true_4915112345678@c.us_3EB0DD", "fromMe": true, "reaction": { "text": "👍", "messageId": "false_1@c.us_X" },
    }));
    assert_eq!(echo_of("message.reaction", reaction).kind, "reaction");
}

#[test]
fn every_step_of_a_message() {
    let ack = |event: &str, ack: i64, name: &str| {
        let payload =
            json!({ "id": "true_1@c.us_3EB0CC", "from": "2@c.us", "fromMe": true, "ack": ack, "ackName": name });
        match notice(event, payload) {
            Notice::Receipt { number_id, provider_message_id, status, error, at, .. } => {
                assert_eq!((number_id.as_str(), provider_message_id.as_str()), ("main", "3EB0CC"));
                assert_eq!(at.timestamp(), 1_790_000_009);
                (status, error.map(|error| error.class))
            }
            other => panic!("expected a receipt, not {other:?}"),
        }
    };
    use ReceiptStatus::{Delivered, Failed, Other, Played, Read, Sent};
    assert_eq!(ack("message.ack", -1, "ERROR"), (Failed, Some(ErrorClass::Retry)));
    assert_eq!(ack("message.ack", 0, "PENDING"), (Other("PENDING".into()), None));
    assert_eq!(ack("message.ack", 1, "SERVER"), (Sent, None));
    assert_eq!(ack("message.ack", 2, "DEVICE"), (Delivered, None));
    assert_eq!(ack("message.ack.group", 3, "READ"), (Read, None));
    assert_eq!(ack("message.ack", 4, "PLAYED"), (Played, None));
    assert_eq!(ack("message.ack", 9, "NEW"), (Other("9".into()), None));
    let theirs = json!({ "id": "false_1@c.us_AA", "fromMe": false, "ack": 3 });
    assert!(matches!(notice("message.ack", theirs), Notice::Account { .. }));
}

#[test]
fn states_of_the_session() {
    let state = |name: &str| match notice("session.status", json!({ "status": name, "statuses": [] })) {
        Notice::Session { number_id, state, .. } => {
            assert_eq!(number_id, "main");
            state
        }
        other => panic!("expected a session, not {other:?}"),
    };
    let linked = SessionState::Linked { phone: Some("+4915100000001".into()), name: Some("Market".into()) };
    assert_eq!(state("WORKING"), linked);
    assert_eq!(state("SCAN_QR_CODE"), SessionState::WaitingForScan);
    assert_eq!(state("STOPPED"), SessionState::Stopped);
}

#[test]
fn the_rest_is_handed_on_as_it_came() {
    for event in ["poll.vote", "presence.update", "group.v2.join", "message.waiting", "engine.event", "something.new"] {
        let payload = json!({ "group": { "id": "120363@g.us" } });
        let expected = Notice::Account {
            account_id: "main".into(),
            number_id: Some("main".into()),
            field: event.into(),
            value: payload.clone(),
        };
        assert_eq!(notice(event, payload), expected);
    }
    let story = message(json!({ "from": "status@broadcast" }));
    assert!(matches!(notice("message", story), Notice::Account { .. }));
}

#[test]
fn what_cannot_be_read_is_kept_raw() {
    for (event, payload) in [
        ("message", json!({})),
        ("message", json!(null)),
        ("message.ack", json!({ "id": "true_1@c.us_A" })),
        ("message.reaction", json!({ "id": "false_1@c.us_A" })),
        ("message.edited", json!({ "id": "false_1@c.us_A" })),
        ("message.revoked", json!({})),
        ("session.status", json!([])),
    ] {
        assert!(matches!(notice(event, payload.clone()), Notice::Unsupported { .. }), "{event} {payload}");
    }
    for body in ["", "{", "<html>"] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Json(_))), "{body}");
    }
    for body in ["7", "[]", "{}", r#"{"event":7}"#] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Envelope(_))), "{body}");
    }
    assert!(matches!(parse(crate::mutations::deep().as_bytes()), Err(ParseError::Json(_))));
    let stray = parse(br#"{"event":"message"}"#).expect("a webhook");
    assert!(matches!(stray[..], [Notice::Unsupported { .. }]));
}
