//! What people and the business write to each other, on the phone and through the API.

use crate::rig::{Dice, Rig};
use serde_json::json;
use waybill_domain::campaign;
use waybill_domain::content::Attachment;
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
    rig.faults(json!({ "profile": rig.number_id(device).await, "hang": { "probability": 1.0, "ms": 8000 } })).await;
    let reply = rig.reply(PERSON, "From nine").await;
    rig.until_held_echoes(1).await;
    rig.until_message(reply, Status::is_paid).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_campaign_sent_is_no_echo_to_somebody_who_converses() {
    let rig = Rig::start_in_step().await;
    let device = rig.linked_device("shop").await;
    let contacts = rig.contacts(8, |_| true).await;
    for nth in 0..8 {
        let from = format!("+62812100000{nth}");
        rig.comes_in(json!({ "provider": "waha", "profile": "shop", "from": from, "text": "Open?" })).await;
    }
    rig.until_events("conversation.inbound_received", 8).await;
    // The echoes come before the answers.
    rig.faults(json!({ "profile": rig.number_id(device).await, "hang": { "probability": 1.0, "ms": 8000 } })).await;
    let campaign = rig.start_campaign("Hi {{name}}", contacts).await;
    rig.until_an_echo_is_held().await;
    rig.until(campaign, campaign::Status::Completed).await;
    rig.until_held_echoes(0).await;
    assert_eq!(rig.events("conversation.echoed").await, Vec::<serde_json::Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_somebody_sends_is_a_card_in_the_log() {
    let rig = Rig::start_in_step().await;
    let number = rig.number_id(rig.profiles[0]).await;
    rig.linked_device("shop").await;
    let card = json!({ "from": PERSON, "type": "contacts", "text": "Ben", "payload": "+4915187650000" });
    for wire in [json!({ "profile": number }), json!({ "profile": "shop", "provider": "waha" })] {
        let mut order = card.clone();
        order.as_object_mut().expect("an object").extend(wire.as_object().expect("an object").clone());
        rig.comes_in(order).await;
    }
    rig.until_events("conversation.inbound_received", 2).await;
    for said in rig.said("conversation.inbound_received").await {
        let Some(Attachment::Contacts { cards }) = said.attachment else { panic!("{said:?}") };
        assert_eq!(
            (cards[0].formatted_name.as_str(), &cards[0].phones[..]),
            ("Ben", &["+4915187650000".to_owned()][..])
        );
        assert_eq!(said.text, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hides_the_number_converses_by_the_user_id_until_the_number_is_known() {
    let rig = Rig::start_in_step().await;
    let number = rig.number_id(rig.profiles[0]).await;
    let user = "DE.13491208655302741918";
    let writes = async |from: Option<&str>, text: &str| {
        rig.comes_in(json!({ "profile": number, "user_id": user, "from": from, "text": text })).await;
    };
    writes(None, "hidden").await;
    rig.until_events("conversation.inbound_received", 1).await;
    // The sandbox's ledger knows numbers only, and says as Meta does that it was asked for somebody by the user id.
    let reply = rig.reply(user, "hello").await;
    rig.until_message(reply, |status| status == Status::Failed).await;
    assert_eq!(rig.events("message.failed").await[0]["refusal"]["code"], "131062");
    assert_eq!(rig.events("contact.added").await.len(), 0);

    writes(Some(PERSON), "known").await;
    rig.until_events("conversation.inbound_received", 2).await;
    writes(None, "hidden again").await;
    rig.until_events("conversation.inbound_received", 3).await;
    let (contact, with_number) = rig.conversation_with(PERSON).await;
    let (_, hidden) = rig.conversation_with(user).await;
    assert_eq!((with_number.unread, hidden.unread, hidden.known_as), (2, 1, Some(contact)));
    assert_eq!(rig.events("conversation.number_known").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hides_the_number_from_a_device_is_answered_in_the_same_chat() {
    let rig = Rig::start_in_step().await;
    rig.linked_device("shop").await;
    let user = "77123456789@lid";
    rig.comes_in(json!({ "provider": "waha", "profile": "shop", "user_id": user, "text": "Open?" })).await;
    rig.until_events("conversation.inbound_received", 1).await;
    let reply = rig.reply(user, "From nine").await;
    rig.until_message(reply, Status::is_paid).await;
    assert_eq!(rig.device_sends().await[0]["to"], user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_one_conversation_that_opts_nobody_out() {
    let rig = Rig::start_in_step().await;
    rig.linked_device("shop").await;
    let group = "120363000000000042@g.us";
    rig.device_groups("shop", json!([{ "id": group, "name": "Neighbours", "members": [] }])).await;
    rig.contacts(2, |_| true).await;
    for (from, text) in [("+628121000000", "stop"), (PERSON, "no, go on")] {
        let order = json!({ "provider": "waha", "profile": "shop", "from": from, "group_id": group, "text": text });
        rig.comes_in(order).await;
    }
    rig.until_events("conversation.inbound_received", 2).await;
    let reply = rig.reply(group, "we will").await;
    rig.until_message(reply, Status::is_paid).await;
    rig.until_events("conversation.group_named", 1).await;
    assert_eq!(rig.group_name().await.as_deref(), Some("Neighbours"));
    // What is said to the business alone afterwards is heard, and in order.
    let (alone, _) = rig.conversation_with("+628121000001").await;
    rig.says(alone, "stop").await;
    rig.until_withdrawn(alone).await;
    let (_, state) = rig.conversation_with(group).await;
    assert_eq!((state.unread, state.replies.len()), (2, 1));
    let names: Vec<_> = rig.said("conversation.inbound_received").await.into_iter().map(|said| said.phone).collect();
    assert_eq!(names[..2], [Some("+628121000000".to_owned()), Some(PERSON.to_owned())]);
    assert_eq!(rig.events("contact.added").await.len(), 2);
    assert_eq!(rig.events("contact.consent_withdrawn").await.len(), 1);
    assert_eq!(rig.device_sends().await.iter().filter(|send| send["to"] == group).count(), 1);
}
