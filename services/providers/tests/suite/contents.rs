//! Every kind of content, on every wire.

use bytes::Bytes;
use waybill_domain::provider::{ContentKind, ErrorClass};
use waybill_providers::{
    Buttons, Card, Content, List, Location, Media, MediaKind, MediaSource, Outcome, Outgoing, Parameter, Recipient,
    Row, Section, Template,
};

use crate::rig::{Rig, message, text};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn media(kind: MediaKind, mime_type: &str, file_name: &str, source: MediaSource) -> Content {
    Content::Media(Media { kind, source, mime_type: mime_type.into(), file_name: file_name.into(), caption: None })
}

pub fn file(kind: MediaKind, source: MediaSource) -> Content {
    match kind {
        MediaKind::Image => media(kind, "image/png", "photo.png", source),
        MediaKind::Video => media(kind, "video/mp4", "film.mp4", source),
        MediaKind::Audio => media(kind, "audio/mpeg", "sound.mp3", source),
        MediaKind::Voice => media(kind, "audio/ogg; codecs=opus", "voice.ogg", source),
        MediaKind::Document => media(kind, "application/pdf", "paper.pdf", source),
        MediaKind::Sticker => media(kind, "image/webp", "sticker.webp", source),
    }
}

fn link(kind: MediaKind) -> Content {
    file(kind, MediaSource::Link("https://files.example/a.bin".into()))
}

/// One content of each kind, as small as it can be.
pub fn sample(kind: ContentKind) -> Content {
    match kind {
        ContentKind::Text => text().content,
        ContentKind::Image => link(MediaKind::Image),
        ContentKind::Video => link(MediaKind::Video),
        ContentKind::Audio => link(MediaKind::Audio),
        ContentKind::Voice => link(MediaKind::Voice),
        ContentKind::Document => link(MediaKind::Document),
        ContentKind::Sticker => link(MediaKind::Sticker),
        ContentKind::Location => Content::Location(Location {
            latitude: 52.52,
            longitude: 13.405,
            name: Some("Tower".into()),
            address: Some("Square 1".into()),
        }),
        ContentKind::Contacts => Content::Contacts(vec![Card {
            formatted_name: "Ann Lee".into(),
            first_name: Some("Ann".into()),
            last_name: Some("Lee".into()),
            organisation: Some("Market".into()),
            phones: vec!["+4915187654321".into()],
            emails: vec!["ann@example.com".into()],
        }]),
        ContentKind::Template => Content::Template(Template {
            name: "order".into(),
            language: "en_US".into(),
            header: None,
            body: vec![Parameter { name: None, text: "Ann".into() }],
            buttons: Vec::new(),
        }),
        ContentKind::Buttons => Content::Buttons(Buttons {
            header: None,
            body: "Now?".into(),
            footer: None,
            buttons: vec![("y".into(), "Yes".into()), ("n".into(), "No".into())],
        }),
        ContentKind::List => Content::List(List {
            header: None,
            body: "Which?".into(),
            footer: None,
            button: "Choose".into(),
            sections: vec![Section {
                title: "All".into(),
                rows: vec![Row { id: "r1".into(), title: "First".into(), description: None }],
            }],
        }),
        ContentKind::Reaction => {
            Content::Reaction { provider_message_id: "3EB0C767D097B7C7C030".into(), emoji: "👍".into() }
        }
    }
}

pub async fn every_kind_that_can_be_sent_is_accepted_and_no_other_is_tried(rig: &Rig) {
    for kind in ContentKind::ALL {
        let outgoing = message(sample(kind));
        assert_eq!(outgoing.content.kind(), kind);
        if rig.abilities().sends.contains(&kind) {
            let outcome = rig.provider.send(&rig.account, &outgoing).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{}: {outcome:?}", kind.as_str());
        } else {
            // A call that was tried would find nobody, and would be one to retry.
            let outcome = rig.provider.send(&rig.nobody(), &outgoing).await;
            let Outcome::Refused(refusal) = outcome else { panic!("{}: {outcome:?}", kind.as_str()) };
            assert_eq!(refusal.class, ErrorClass::Param, "{}", kind.as_str());
        }
    }
    let bytes = message(file(MediaKind::Image, MediaSource::Bytes(Bytes::from_static(PNG))));
    let uploads_first = rig.abilities().has_window;
    let outcome = rig.provider.send(&rig.account, &bytes).await;
    match outcome {
        Outcome::Accepted { .. } => assert!(!uploads_first),
        Outcome::Refused(refusal) => assert!(uploads_first && refusal.class == ErrorClass::Param, "{refusal:?}"),
        Outcome::Unknown { reason } => panic!("unknown: {reason}"),
    }
}

pub async fn groups_and_replies_are_accepted(rig: &Rig) {
    // Groups of the Cloud API are of another sort: nobody gets into them but by invitation.
    if !rig.abilities().has_window {
        let to_group = Outgoing { to: Recipient::Chat("120363000000000001@g.us".into()), ..text() };
        let outcome = rig.provider.send(&rig.account, &to_group).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let reply = Outgoing { reply_to: Some("3EB0C767D097B7C7C030".into()), ..text() };
    let outcome = rig.provider.send(&rig.account, &reply).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    // What cannot be a number is never tried.
    let nobody = Outgoing { to: Recipient::Phone("Ann".into()), ..text() };
    let outcome = rig.provider.send(&rig.nobody(), &nobody).await;
    assert!(matches!(&outcome, Outcome::Refused(refusal) if refusal.class == ErrorClass::Param), "{outcome:?}");
}
