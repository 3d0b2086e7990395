//! What people and the business write to each other, on the phone and through the API.

use crate::rig::{Dice, Rig};
use serde_json::json;
use waybill_domain::campaign;
use waybill_domain::message::Status;

const PERSON: &str = "+4915187654399";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_on_the_phone_is_in_the_conversation_once() {
    let rig = Rig::start_in_step().await;
    let device = rig.linked_device("shop").await;
    rig.comes_in(json!({ "provider": "waha", "profile": "shop", "from": PERSON, "text": "Open?" })).await;
    rig.until_events("conversation.inbound_received", 1).await;
    let written =
        json!({ "provider": "waha", "profile": "shop", "from": PERSON, "text": "From nine", "from_phone": true });
    rig.comes_in(written).await;
    rig.until_events("conversation.echoed", 1).await;
    rig.deliver_everything_again(&mut Dice::throw()).await;
    let (contact, state) = rig.conversation_with(PERSON).await;
    assert_eq!((state.unread, state.recent_echoes.len(), state.sticky), (1, 1, Some(device)));
    let echoed = rig.events("conversation.echoed").await;
    assert_eq!((echoed.len(), echoed[0]["contact_id"].as_str()), (1, Some(contact.to_string().as_str())));
    assert_eq!(rig.said("conversation.echoed").await[0].text.as_deref(), Some("From nine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_sent_ourselves_is_never_an_echo() {
    let rig = Rig::start_in_step().await;
    let device = rig.linked_device("shop").await;
    rig.comes_in(json!({ "provider": "waha", "profile": "shop", "from": PERSON, "text": "Open?" })).await;
    rig.until_events("conversation.inbound_received", 1).await;
    // The echo comes before the answer.
    rig.faults(json!({ "profile": rig.number_id(device).await, "hang": { "probability": 1.0, "ms": 4000 } })).await;
    let reply = rig.reply(PERSON, "From nine").await;
    rig.until_held_echoes(1).await;
    rig.until_message(reply, Status::Sent).await;
    rig.until_held_echoes(0).await;
    rig.faults(json!({ "profile": rig.number_id(device).await })).await;
    // People of a campaign who have not written get no conversation by it.
    let contacts = rig.contacts(40, |_| true).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until(campaign, campaign::Status::Completed).await;
    rig.until_receipts_are_told().await;
    rig.until_deliveries_are_read().await;
    assert_eq!(rig.events("conversation.echoed").await, Vec::<serde_json::Value>::new());
    assert_eq!(rig.held_echoes().await, 0);
}
