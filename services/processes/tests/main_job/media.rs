//! Files on their way out and in: uploaded once a number, fetched from whoever sent them, and gone when they are removed.

use crate::rig::Rig;
use serde_json::json;
use waybill_domain::campaign::Status;
use waybill_domain::contact::{self, Contact};
use waybill_domain::content::{Attachment, Location};
use waybill_domain::media::{self, MediaKind};
use waybill_domain::package::limits::Settings;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
/// The same in base64.
const PNG_BASE64: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_uploaded_once_for_each_number_and_goes_to_everyone() {
    let rig = Rig::start().await;
    let picture = rig.picture("menu.png", PNG).await;
    let contacts = rig.contacts(60, |_| true).await;
    let campaign = rig.start_carrying("Hi {{name}}", Attachment::Media(picture), contacts).await;
    rig.until(campaign, Status::Completed).await;
    let stats = rig.sandbox_stats().await;
    assert_eq!((stats.distinct, stats.duplicates, rig.uploads().await), (60, 0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_device_gets_the_bytes_with_the_message_and_only_what_it_sends() {
    let rig = Rig::start().await;
    let device = rig.add_device("shop").await;
    rig.device("shop", "scan", json!({})).await;
    rig.until_profile(device, |state| state.link.is_ready()).await;
    let contacts = rig.contacts(8, |_| true).await;
    let place = Location { latitude: -6.2, longitude: 106.8, name: Some("Kopi".into()), address: None };
    let campaign = rig.start_carrying("", Attachment::Location(place), contacts).await;
    rig.until(campaign, Status::Completed).await;
    let picture = rig.picture("menu.png", PNG).await;
    let campaign = rig.start_carrying("Look", Attachment::Media(picture), contacts).await;
    rig.until(campaign, Status::Completed).await;
    let kinds =
        |sends: &[serde_json::Value], kind: &str| sends.iter().filter(|send| send["content"]["kind"] == kind).count();
    let sends = rig.device_sends().await;
    // A quarter of each.
    assert_eq!((kinds(&sends, "location"), kinds(&sends, "image")), (2, 2), "{sends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_whose_file_is_gone_is_paused_and_says_so() {
    let rig = Rig::start_with(Settings { hourly_limit: Some(1), ..Settings::unlimited() }).await;
    let picture = rig.picture("menu.png", PNG).await;
    rig.remove_file(picture.media_id).await;
    let contacts = rig.contacts(10, |_| true).await;
    let campaign = rig.start_carrying("Hi", Attachment::Media(picture), contacts).await;
    rig.until(campaign, Status::Paused).await;
    let reason = rig.events("campaign.paused").await.remove(0)["reason"].as_str().expect("a reason").to_owned();
    assert_eq!(reason, "media: the file was removed (media_removed)");
    assert_eq!(rig.sandbox_stats().await.distinct, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_sends_is_fetched_and_gone_with_the_person() {
    let rig = Rig::start().await;
    let inbound = json!({ "from": "+4915187654321", "type": "image", "text": "Is it this one?",
        "media_base64": PNG_BASE64, "mime_type": "image/png", "file_name": "shoe.png" });
    let id = rig.sends_file(rig.profiles[0], inbound).await;
    rig.until_file(id, media::Status::Stored).await;
    let file = rig.file(id).await;
    let about = file.stored().expect("stored");
    assert_eq!((about.kind, about.mime_type.as_str()), (MediaKind::Image, "image/png"));
    assert_eq!(rig.bytes(id).await.as_deref(), Some(PNG));

    let contact = file.contact_id.expect("a person");
    let erase = contact::Command::Erase { certificate: contact::Erased { streams: 0, events: 0 }, readable: true };
    rig.context.store.execute::<Contact>(rig.metadata(), contact.0, erase).await.expect("erased");
    rig.until_file(id, media::Status::Removed).await;
    assert_eq!(rig.file(id).await.file_name, None);
    rig.until_gone(id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_had_yet_is_fetched_later() {
    let rig = Rig::start().await;
    // Nobody answers there.
    let broken = rig.break_account(rig.profiles[0]).await;
    let inbound = json!({ "from": "+4915187654321", "type": "document", "media_base64": PNG_BASE64,
        "mime_type": "application/pdf", "file_name": "report.pdf" });
    let id = rig.sends_file(rig.profiles[0], inbound).await;
    rig.until_tried(id).await;
    assert_eq!(rig.file(id).await.status, media::Status::Pending);
    rig.mend_account(broken).await;
    rig.advance(chrono::TimeDelta::minutes(30));
    rig.until_file(id, media::Status::Stored).await;
    // What it is is told by its content, whatever the sender said.
    let file = rig.file(id).await;
    let about = file.stored().expect("stored");
    assert_eq!((about.kind, about.mime_type.as_str()), (MediaKind::Document, "image/png"));
}
