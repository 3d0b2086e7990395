//! Files that people sent, and files that a provider keeps.

use bytes::Bytes;
use serde_json::json;
use waybill_domain::provider::ErrorClass;
use waybill_providers::{MediaKind, MediaSource, Notice, Outcome};

use crate::contents;
use crate::rig::{Rig, message};

pub async fn files_of_people_can_be_fetched_up_to_a_limit(rig: &mut Rig) {
    if !rig.abilities().receives {
        return;
    }
    let file = b"\x89PNG\r\n\x1a\n a small picture";
    let order =
        json!({ "type": "image", "media_base64": base64(file), "mime_type": "image/png", "file_name": "a.png" });
    rig.write(order).await;
    let media = rig.notice(|notice| match notice {
        Notice::Inbound(inbound) => inbound.media,
        _ => None,
    });
    let media = media.await;
    let store = rig.provider.media().expect("it has what people sent");
    let received = store.fetch(&rig.account, &media, 1_000).await.expect("the file");
    assert_eq!((&received.bytes[..], received.mime_type.as_deref()), (&file[..], Some("image/png")));
    let refusal = store.fetch(&rig.account, &media, 5).await.expect_err("too long");
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Media, "media_too_long"));
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub async fn what_is_uploaded_can_be_sent(rig: &Rig) {
    let Some(store) = rig.provider.media() else { return };
    let bytes = Bytes::from_static(b"%PDF-1.1 a paper");
    let uploaded = store.upload(&rig.account, MediaKind::Document, "application/pdf", "paper.pdf", bytes).await;
    let uploaded = uploaded.expect("uploaded or not kept");
    assert_eq!(uploaded.is_some(), rig.abilities().keeps_media);
    if let Some((id, until)) = uploaded {
        assert!(until > chrono::Utc::now());
        let outgoing = message(contents::file(MediaKind::Document, MediaSource::Uploaded(id)));
        let outcome = rig.provider.send(&rig.account, &outgoing).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let bytes = Bytes::from_static(b"%PDF-1.1");
        let refusal = store
            .upload(&rig.stranger(), MediaKind::Document, "application/pdf", "paper.pdf", bytes)
            .await
            .expect_err("a stranger");
        assert_eq!(refusal.class, ErrorClass::Auth);
    }
}
