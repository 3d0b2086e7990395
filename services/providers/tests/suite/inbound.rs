//! Messages of people.

use serde_json::{Value, json};
use waybill_providers::{Inbound, Notice};

use crate::rig::{PERSON, Rig};

/// The message with this text; others may come on the way.
async fn received(rig: &mut Rig, parts: Value) -> Inbound {
    rig.write(parts).await;
    rig.notice(|notice| match notice {
        Notice::Inbound(inbound) => Some(*inbound),
        _ => None,
    })
    .await
}

pub async fn a_message_from_a_person_arrives_whole(rig: &mut Rig) {
    let id = rig.write(json!({ "text": "Grüße a/b 🎉", "name": "Ann" })).await;
    let inbound = rig.notice(|notice| if let Notice::Inbound(inbound) = notice { Some(inbound) } else { None }).await;
    assert_eq!((&inbound.number_id, &inbound.provider_message_id), (&rig.account.number_id, &id));
    assert_eq!((inbound.from.as_deref(), inbound.text.as_deref()), (Some(PERSON), Some("Grüße a/b 🎉")));
    assert_eq!((inbound.kind.as_str(), inbound.profile_name.as_deref()), ("text", Some("Ann")));
    let hidden = received(rig, json!({ "from": null, "user_id": "77001", "text": "hidden" })).await;
    assert_eq!(hidden.from, None);
    assert!(hidden.user_id.is_some_and(|id| id.starts_with("77001")));
}

pub async fn every_kind_has_its_word(rig: &mut Rig) {
    for (order, kind) in [
        ("image", "image"),
        ("video", "video"),
        ("audio", "audio"),
        ("voice", "audio"),
        ("document", "document"),
        ("sticker", "sticker"),
        ("location", "location"),
        ("contacts", "contacts"),
        ("button", "button"),
        ("list", "interactive"),
    ] {
        let inbound = received(rig, json!({ "type": order, "text": "words", "payload": "4915187654321" })).await;
        assert_eq!(inbound.kind, kind, "{order}: {inbound:?}");
        let is_file = matches!(order, "image" | "video" | "audio" | "voice" | "document" | "sticker");
        assert_eq!(inbound.media.is_some(), is_file, "{order}");
        assert_eq!(inbound.media.is_some_and(|media| media.voice), order == "voice", "{order}");
        assert_eq!(inbound.location.is_some(), order == "location", "{order}");
        let pressed = matches!(order, "button" | "list");
        assert_eq!(inbound.button_payload.as_deref(), pressed.then_some("4915187654321"), "{order}");
        if !matches!(order, "audio" | "voice" | "sticker" | "location" | "contacts") {
            assert_eq!(inbound.text.as_deref(), Some("words"), "{order}");
        }
    }
    // What nobody understands is a message all the same.
    let unknown = received(rig, json!({ "type": "unsupported" })).await;
    assert!(unknown.media.is_none() && unknown.text.is_none(), "{unknown:?}");
}

pub async fn reactions_changes_and_what_was_taken_back_name_their_message(rig: &mut Rig) {
    let id = rig.write(json!({ "text": "first" })).await;
    for (order, kind, text) in
        [("reaction", "reaction", Some("👍")), ("edited", "edit", Some("better")), ("deleted", "revoke", None)]
    {
        rig.write(json!({ "type": order, "text": text.unwrap_or_default(), "context_id": id })).await;
        let inbound = rig.notice(|notice| match notice {
            Notice::Inbound(inbound) if inbound.kind != "text" => Some(inbound),
            _ => None,
        });
        let inbound = inbound.await;
        assert_eq!((inbound.kind.as_str(), inbound.text.as_deref()), (kind, text), "{order}");
        assert_eq!(inbound.context_id.as_deref(), Some(id.as_str()), "{order}");
        assert_ne!(inbound.provider_message_id, id, "{order}");
        assert_eq!(inbound.from.as_deref(), Some(PERSON), "{order}");
    }
}

pub async fn what_is_written_on_the_phone_is_an_echo(rig: &mut Rig) {
    rig.write(json!({ "text": "from the phone", "from_phone": true })).await;
    let echo = rig.notice(|notice| match notice {
        Notice::Echo(echo) if !echo.by_api => Some(echo),
        _ => None,
    });
    let echo = echo.await;
    assert_eq!((echo.to.as_deref(), echo.text.as_deref()), (Some(PERSON), Some("from the phone")));
}
