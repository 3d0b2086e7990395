//! Conversations that are more than a contact and us: groups, people who hide their number, campaigns and phones.

use crate::shop::{Shop, said};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::conversation::{Echoed, Event, Group, Said};
use waybill_domain::id::ConversationId;
use waybill_domain::personal::Personal;
use waybill_event_store::{Expected, StreamWrite};

const PHONE: &str = "+4915112345678";

#[tokio::test]
async fn a_group_is_answered_as_a_group_and_each_line_has_its_author() {
    let shop = Shop::open().await;
    let group = Group { id: "120363@g.us".into(), name: Some("Team".into()) };
    let (phone, profile_name) = (Some(PHONE.to_owned()), Some("Ana".to_owned()));
    let message = Said { phone, profile_name, group: Some(group), ..said("hello all") };
    let conversation = shop.comes_in("120363@g.us", PHONE, message).await;
    let chat = shop.chat(conversation).await;
    assert_eq!(
        (&chat["is_group"], &chat["contact_name"], &chat["contact_id"]),
        (&json!(true), &json!("Team"), &json!(null))
    );
    assert_eq!((&chat["phone"], &chat["window_expires_at"]), (&json!(""), &json!(null)));
    let member = &shop.thread(conversation, "").await["items"][0]["member"];
    assert_eq!((&member["name"], &member["phone"]), (&json!("Ana"), &json!(PHONE)));
    let (contact, to) = shop.replied_to(conversation).await;
    assert_eq!((contact, to.as_str()), (shop.named("120363@g.us").await, "120363@g.us"));
}

#[tokio::test]
async fn who_hides_the_number_is_answered_by_what_stands_for_it() {
    let shop = Shop::open().await;
    let message = Said { user_id: Some("DE.1349".into()), profile_name: Some("Ana".into()), ..said("hello") };
    let conversation = shop.comes_in("DE.1349", "DE.1349", message).await;
    let chat = shop.chat(conversation).await;
    assert_eq!((&chat["contact_name"], &chat["phone"], &chat["is_group"]), (&json!("Ana"), &json!(""), &json!(false)));
    assert_eq!(chat["user_id"], "DE.1349");
    assert_eq!(shop.replied_to(conversation).await.1, "DE.1349");
}

#[tokio::test]
async fn what_a_campaign_sent_stands_among_what_was_said() {
    let shop = Shop::open().await;
    let (campaign, message) = shop.campaign_sent(PHONE, "Hi Ana").await;
    assert_eq!(shop.person.get("/chats").await.expect(200).json()["items"], json!([]));
    let written = Said { phone: Some(PHONE.into()), ..said("Is it open?") };
    let conversation = shop.comes_in(PHONE, PHONE, written).await;
    shop.campaign_sent(PHONE, "Hi again").await;
    let page = shop.thread(conversation, "?limit=2").await;
    let rest = shop.thread(conversation, &format!("?limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    let lines = |page: &Value| -> Vec<(Value, Value)> {
        page["items"].as_array().unwrap().iter().map(|line| (line["origin"].clone(), line["text"].clone())).collect()
    };
    let from = json!("campaign");
    assert_eq!(lines(&page), [(from.clone(), json!("Hi again")), (json!(null), json!("Is it open?"))]);
    assert_eq!(lines(&rest), [(from, json!("Hi Ana"))]);
    let line = &rest["items"][0];
    assert_eq!((&line["id"], &line["campaign_id"]), (&json!(message), &json!(campaign)));
    assert_eq!(
        (&line["campaign_name"], &line["status"], &line["direction"]),
        (&json!("Spring"), &json!("sent"), &json!("out"))
    );
    assert_eq!(rest["next_cursor"], json!(null));
}

#[tokio::test]
async fn what_was_written_on_the_phone_is_shown_as_that_and_can_be_gone_on_with() {
    let shop = Shop::open().await;
    let contact_id = shop.named(PHONE).await;
    let conversation = ConversationId::for_contact(contact_id);
    let echoed = Event::from(Echoed {
        contact_id,
        in_group: false,
        profile_id: shop.profile_id,
        provider_message_id: "wamid.3".into(),
        kind: "text".into(),
        by_api: false,
        at: Utc::now(),
        said: Personal::Known(Said { phone: Some(PHONE.into()), ..said("See you at nine") }),
    });
    shop.write(StreamWrite::new(conversation, Expected::Exactly(0), &[echoed])).await;
    let line = shop.thread(conversation, "").await["items"][0].clone();
    assert_eq!((&line["origin"], &line["direction"], &line["status"]), (&json!("phone"), &json!("out"), &json!(null)));
    let chat = shop.chat(conversation).await;
    // Nobody has written: a provider with a window has not opened it.
    let window = chat["window_expires_at"].as_str().expect("a window").parse::<DateTime<Utc>>().unwrap();
    assert_eq!((&chat["unread"], window < Utc::now()), (&json!(0), true));
    assert_eq!(shop.replied_to(conversation).await, (contact_id, PHONE.to_owned()));
    let unknown = Uuid::now_v7();
    shop.person.get(&format!("/chats/{unknown}/messages")).await.problem(404, "not_found");
}
