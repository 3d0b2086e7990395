//! Examples written from the contract, and mutations of them.

use serde_json::json;

use super::*;
use crate::{Card, Inbound, InboundMedia, Place};

fn notices(body: &Value) -> Vec<Notice> {
    parse(body.to_string().as_bytes()).expect("a webhook")
}

pub fn webhook(value: Value) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "9001", "changes": [{ "field": "messages", "value": value }] }] })
}

pub fn value(parts: Value) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550001111", "phone_number_id": "7001" },
    });
    value.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
    value
}

pub fn status(name: &str) -> Value {
    json!({ "id": "wamid.OUT", "status": name, "timestamp": "1790000000", "recipient_id": "4915112345678" })
}

fn inbound(message: Value) -> Inbound {
    match notices(&webhook(value(json!({ "messages": [message] })))).pop() {
        Some(Notice::Inbound(inbound)) => *inbound,
        other => panic!("expected a message, not {other:?}"),
    }
}

pub fn message(kind: &str, content: Value) -> Value {
    json!({ "from": "4915112345678", "id": "wamid.IN", "timestamp": "1790000001", "type": kind, kind: content })
}

fn receipt_status(notice: &Notice) -> &ReceiptStatus {
    match notice {
        Notice::Receipt { status, .. } => status,
        other => panic!("expected a receipt, not {other:?}"),
    }
}

#[test]
fn a_delivered_receipt_with_our_own_id() {
    let id = Uuid::from_u128(7);
    let mut delivered = status("delivered");
    delivered["biz_opaque_callback_data"] = json!(id.to_string());
    delivered["pricing"] =
        json!({ "billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular" });
    let expected = Notice::Receipt {
        number_id: "7001".into(),
        provider_message_id: "wamid.OUT".into(),
        correlation: Some(id),
        status: ReceiptStatus::Delivered,
        at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
        error: None,
    };
    assert_eq!(notices(&webhook(value(json!({ "statuses": [delivered] })))), vec![expected]);
}

#[test]
fn every_state_has_its_name_and_unknown_ones_keep_theirs() {
    let names = ["sent", "delivered", "read", "played", "failed", "RINGING"];
    let statuses: Vec<Value> = names.iter().map(|name| status(name)).collect();
    let found = notices(&webhook(value(json!({ "statuses": statuses }))));
    let found: Vec<&ReceiptStatus> = found.iter().map(receipt_status).collect();
    let other = ReceiptStatus::Other("RINGING".into());
    use ReceiptStatus::{Delivered, Failed, Played, Read, Sent};
    assert_eq!(found, [&Sent, &Delivered, &Read, &Played, &Failed, &other]);
}

#[test]
fn a_failure_tells_its_class() {
    let mut failed = status("failed");
    failed["errors"] = json!([{ "code": 131026, "title": "Message undeliverable", "error_data": { "details": "no WhatsApp at 4915112345678" } }]);
    match notices(&webhook(value(json!({ "statuses": [failed] })))).remove(0) {
        Notice::Receipt { error: Some(refusal), .. } => {
            assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Number, "131026"));
            assert_eq!(refusal.detail, "no WhatsApp at …");
        }
        other => panic!("expected a failure, not {other:?}"),
    }
}

#[test]
fn a_batch_of_entries_with_messages_and_statuses_together() {
    let both = value(
        json!({ "messages": [message("text", json!({ "body": "hi" }))], "statuses": [status("sent"), status("read")] }),
    );
    let mut body = webhook(both);
    let second = body["entry"][0].clone();
    body["entry"].as_array_mut().expect("a list").push(second);
    let kinds: String = notices(&body)
        .iter()
        .map(|notice| match notice {
            Notice::Inbound(_) => 'i',
            Notice::Receipt { .. } => 'r',
            _ => '?',
        })
        .collect();
    assert_eq!(kinds, "irrirr");
}

#[test]
fn a_text_with_its_author_and_what_it_answers() {
    let mut text = message("text", json!({ "body": "Grüße" }));
    text["context"] = json!({ "from": "15550001111", "id": "wamid.OUT" });
    let contacts = json!([{ "profile": { "name": "Ann" }, "wa_id": "4915112345678" }]);
    let body = webhook(value(json!({ "contacts": contacts, "messages": [text.clone()] })));
    let expected = Inbound {
        number_id: "7001".into(),
        provider_message_id: "wamid.IN".into(),
        from: Some("+4915112345678".into()),
        user_id: None,
        profile_name: Some("Ann".into()),
        group_id: None,
        group_name: None,
        at: DateTime::from_timestamp(1_790_000_001, 0).expect("a time"),
        kind: "text".into(),
        text: Some("Grüße".into()),
        button_payload: None,
        context_id: Some("wamid.OUT".into()),
        media: None,
        location: None,
        cards: Vec::new(),
        raw: text,
    };
    assert_eq!(notices(&body), vec![Notice::Inbound(Box::new(expected))]);
}

#[test]
fn a_person_who_hides_the_number_has_only_a_user_id() {
    let hidden = json!({ "id": "wamid.IN", "timestamp": "1790000001", "type": "text", "text": { "body": "hi" } });
    let contacts = json!([{ "profile": { "name": "Ann" }, "user_id": "DE.1349" }]);
    match notices(&webhook(value(json!({ "contacts": contacts, "messages": [hidden] })))).remove(0) {
        Notice::Inbound(inbound) => {
            assert_eq!((inbound.from, inbound.user_id.as_deref()), (None, Some("DE.1349")));
            assert_eq!(inbound.profile_name.as_deref(), Some("Ann"));
        }
        other => panic!("expected a message, not {other:?}"),
    }
}

#[test]
fn with_several_contacts_each_message_finds_its_own() {
    let contacts = json!([
        { "profile": { "name": "Ann" }, "wa_id": "4915112345678" },
        { "profile": { "name": "Ben" }, "wa_id": "4915187654321" },
    ]);
    let mut second = message("text", json!({ "body": "b" }));
    second["from"] = json!("4915187654321");
    let mut stranger = message("text", json!({ "body": "c" }));
    stranger["from"] = json!("4915100000000");
    let messages = json!([message("text", json!({ "body": "a" })), second, stranger]);
    let names: Vec<Option<String>> = notices(&webhook(value(json!({ "contacts": contacts, "messages": messages }))))
        .into_iter()
        .map(|notice| match notice {
            Notice::Inbound(inbound) => inbound.profile_name,
            other => panic!("expected a message, not {other:?}"),
        })
        .collect();
    assert_eq!(names, [Some("Ann".into()), Some("Ben".into()), None]);
}

#[test]
fn buttons_lists_captions_and_reactions_have_their_words() {
    let read = |kind: &str, content: Value| {
        let inbound = inbound(message(kind, content));
        (inbound.text, inbound.button_payload, inbound.context_id)
    };
    let words = |text: &str, payload: Option<&str>, context: Option<&str>| {
        (Some(text.to_owned()), payload.map(str::to_owned), context.map(str::to_owned))
    };
    assert_eq!(read("button", json!({ "payload": "STOP", "text": "No more" })), words("No more", Some("STOP"), None));
    let reply = json!({ "type": "button_reply", "button_reply": { "id": "yes", "title": "Yes" } });
    assert_eq!(read("interactive", reply), words("Yes", Some("yes"), None));
    let row = json!({ "type": "list_reply", "list_reply": { "id": "r1", "title": "Row", "description": "first" } });
    assert_eq!(read("interactive", row), words("Row", Some("r1"), None));
    assert_eq!(
        read("image", json!({ "id": "m1", "mime_type": "image/png", "caption": "us" })),
        words("us", None, None)
    );
    assert_eq!(
        read("reaction", json!({ "message_id": "wamid.OUT", "emoji": "👍" })),
        words("👍", None, Some("wamid.OUT"))
    );
    assert_eq!(
        read("reaction", json!({ "message_id": "wamid.OUT", "emoji": "" })),
        (None, None, Some("wamid.OUT".into()))
    );
    assert_eq!(read("revoke", json!({ "original_message_id": "wamid.OLD" })), (None, None, Some("wamid.OLD".into())));
    let edit = json!({ "original_message_id": "wamid.OLD", "message": { "type": "text", "text": { "body": "new" } } });
    assert_eq!(read("edit", edit), words("new", None, Some("wamid.OLD")));
    let edit =
        json!({ "original_message_id": "wamid.OLD", "message": { "type": "image", "image": { "caption": "new" } } });
    assert_eq!(read("edit", edit), words("new", None, Some("wamid.OLD")));
    assert_eq!(read("interactive", json!({})), (None, None, None));
}

#[test]
fn an_unknown_type_is_kept_raw() {
    let hologram = message("hologram", json!({ "beams": 3 }));
    let inbound = inbound(hologram.clone());
    assert_eq!((inbound.kind.as_str(), inbound.text, inbound.raw), ("hologram", None, hologram));
}

#[test]
fn what_cannot_be_read_costs_only_itself() {
    let statuses = json!([{ "status": "sent" }, 7, status("read")]);
    let found = notices(&webhook(value(json!({ "statuses": statuses, "errors": [{ "code": 131000 }] }))));
    assert!(matches!(found[0], Notice::Unsupported { .. }));
    assert!(matches!(found[1], Notice::Unsupported { .. }));
    assert_eq!(receipt_status(&found[2]), &ReceiptStatus::Read);
    assert!(matches!(&found[3], Notice::Account { field, .. } if field == "errors"));
    for odd in [
        json!({ "entry": [7] }),
        json!({ "entry": [{}] }),
        json!({ "entry": [{ "changes": [{}, { "value": { "statuses": 1 } }] }] }),
    ] {
        assert!(notices(&odd).iter().all(|notice| matches!(notice, Notice::Unsupported { .. })), "{odd}");
    }
    assert_eq!(notices(&json!({ "entry": [] })), Vec::new());
}

#[test]
fn half_an_emoji_does_not_cost_the_batch() {
    let body = webhook(value(
        json!({ "messages": [message("text", json!({ "body": "CUT" })), message("text", json!({ "body": "ok" }))] }),
    ));
    let body = body.to_string().replace("CUT", r"Gr\u00fc\u00dfe \ud83c\udf89 a\/b \ud83c\u0000");
    let texts: Vec<Option<String>> = parse(body.as_bytes())
        .expect("a webhook")
        .into_iter()
        .map(|notice| match notice {
            Notice::Inbound(inbound) => inbound.text,
            other => panic!("expected a message, not {other:?}"),
        })
        .collect();
    assert_eq!(texts, [Some("Grüße 🎉 a/b \u{fffd}\u{fffd}".into()), Some("ok".into())]);
}

#[test]
fn only_what_is_no_webhook_is_an_error() {
    for body in ["", "{", "\u{0}", "<html>"] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Json(_))), "{body}");
    }
    for body in ["7", "[]", "{}", r#"{"entry":{}}"#, r#"{"messaging_product":"whatsapp","statuses":[]}"#] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::Envelope(_))), "{body}");
    }
    assert!(matches!(parse(crate::mutations::deep().as_bytes()), Err(ParseError::Json(_))));
}

#[test]
fn media_is_named_by_id_and_says_what_it_is() {
    let hash = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let voice = json!({ "id": 77, "mime_type": "audio/ogg; codecs=opus", "sha256": hash, "voice": true });
    let expected = InboundMedia {
        media_id: Some("77".into()),
        url: None,
        mime_type: Some("audio/ogg; codecs=opus".into()),
        file_name: None,
        sha256: Some(hash.into()),
        voice: true,
    };
    assert_eq!(inbound(message("audio", voice)).media, Some(expected));
    let document = json!({
        "id": "78", "filename": "a.pdf", "url": "https://lookaside.fbsbx.com/a",
        "sha256": "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
    });
    let document = inbound(message("document", document)).media.expect("media");
    assert_eq!((document.file_name.as_deref(), document.sha256.as_deref()), (Some("a.pdf"), Some(hash)));
    assert_eq!(document.url.as_deref(), Some("https://lookaside.fbsbx.com/a"));
    assert_eq!(inbound(message("image", json!({ "caption": "lost" }))).media, None);
    assert_eq!(inbound(message("text", json!({ "id": "1" }))).media, None);
}

#[test]
fn cards_have_names_numbers_and_a_company() {
    let ann = json!({
        "name": { "formatted_name": "Ann Lee", "first_name": "Ann" }, "org": { "company": "Market" },
        "phones": [{ "phone": "+49 151 12345678", "wa_id": "4915112345678" }, { "phone": "0151 2" }, {}],
        "emails": [{ "email": "ann@example.com" }],
    });
    let expected = Card {
        formatted_name: "Ann Lee".into(),
        first_name: Some("Ann".into()),
        last_name: None,
        organisation: Some("Market".into()),
        phones: vec!["+4915112345678".into(), "0151 2".into()],
        emails: vec!["ann@example.com".into()],
    };
    let inbound = inbound(message("contacts", json!([ann, {}, 7])));
    assert_eq!((inbound.text, inbound.cards), (None, vec![expected]));
}

#[test]
fn what_the_owner_wrote_on_the_phone_is_an_echo() {
    let echo = |parts: Value| {
        let mut message = message("image", json!({ "id": "77", "caption": "here" }));
        message.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
        let mut body = webhook(value(json!({ "message_echoes": [message] })));
        body["entry"][0]["changes"][0]["field"] = json!("smb_message_echoes");
        match notices(&body).remove(0) {
            Notice::Echo(echo) => *echo,
            other => panic!("expected an echo, not {other:?}"),
        }
    };
    let known = echo(json!({ "to": "4915187654321" }));
    assert_eq!(
        (known.to.as_deref(), known.text.as_deref(), known.by_api),
        (Some("+4915187654321"), Some("here"), false)
    );
    assert!(known.media.is_some());
    let hidden = echo(json!({ "to_user_id": "DE.1349" }));
    assert_eq!((hidden.to, hidden.user_id.as_deref()), (None, Some("DE.1349")));
}

#[test]
fn places_have_coordinates() {
    let place = json!({ "latitude": 52.5, "longitude": "13.4", "name": "Tower", "address": "Square 1" });
    let expected =
        Place { latitude: 52.5, longitude: 13.4, name: Some("Tower".into()), address: Some("Square 1".into()) };
    assert_eq!(inbound(message("location", place)).location, Some(expected));
    assert_eq!(inbound(message("location", json!({ "latitude": 1 }))).location, None);
}
