//! People who are erased and exported without being contacts: who hide their number, and who speak in groups.

use crate::privacy::files;
use crate::shop::{Shop, said};
use serde_json::json;
use waybill_domain::conversation::{Event, Group, NumberKnown, Said};
use waybill_event_store::{Expected, StreamWrite};

const PHONE: &str = "+4915112345678";
const GROUP: &str = "120363@g.us";

#[tokio::test]
async fn who_hides_the_number_can_be_erased_and_is_known_again_by_writing() {
    let shop = Shop::open().await;
    let user = "DE.1349";
    let writes = async |text: &str| shop.comes_in(user, user, Said { user_id: Some(user.into()), ..said(text) }).await;
    let conversation = writes("hello").await;
    let contact = shop.named(user).await;
    shop.person.get(&format!("/contacts/{contact}/export")).await.expect(200);
    let path = format!("/contacts/{contact}/erase");
    shop.person.post(&path, json!({"confirm": PHONE})).await.problem(422, "invalid");
    shop.person.post(&path, json!({"confirm": user})).await.expect(200);
    shop.person.post(&path, json!({"confirm": user})).await.problem(409, "erased");
    let nobody = shop.named("DE.1350").await;
    shop.person
        .post(&format!("/contacts/{nobody}/erase"), json!({"confirm": "DE.1350"}))
        .await
        .problem(404, "not_found");
    assert_eq!(
        (shop.texts(conversation).await, shop.chat(conversation).await["user_id"].clone()),
        (vec![json!(null)], json!(null))
    );
    writes("it is me again").await;
    assert_eq!(shop.texts(conversation).await, [json!("it is me again"), json!(null)]);
    let export = files(&shop.person.get(&format!("/contacts/{contact}/export")).await.expect(200));
    assert!(export["messages.csv"].contains("it is me again"), "{}", export["messages.csv"]);
    shop.person.post(&path, json!({"confirm": user})).await.expect(200);
    assert_eq!(shop.texts(conversation).await, [json!(null), json!(null)]);
    shop.person.post(&path, json!({"confirm": user})).await.problem(409, "erased");
    shop.person.get(&format!("/contacts/{contact}/export")).await.problem(409, "erased");
}

#[tokio::test]
async fn who_once_hid_the_number_is_erased_with_what_was_said_then() {
    erased_as_one_person(false).await;
}

#[tokio::test]
async fn who_is_erased_by_what_stood_for_the_number_is_erased_with_the_number() {
    erased_as_one_person(true).await;
}

/// Known by both ids; which of them is asked for makes no difference.
async fn erased_as_one_person(by_user_id: bool) {
    let shop = Shop::open().await;
    let user = "DE.1349";
    let before = shop.comes_in(user, user, Said { user_id: Some(user.into()), ..said("who am I?") }).await;
    let (hidden, contact) = (shop.named(user).await, shop.named(PHONE).await);
    let known = Event::from(NumberKnown { contact_id: contact });
    shop.write(StreamWrite::new(before, Expected::Any, &[known])).await;
    let after = shop.comes_in(PHONE, PHONE, Said { phone: Some(PHONE.into()), ..said("it is me") }).await;
    let (asked, confirm) = if by_user_id { (hidden, user) } else { (contact, PHONE) };
    let export = files(&shop.person.get(&format!("/contacts/{asked}/export")).await.expect(200));
    let messages = &export["messages.csv"];
    assert!(messages.contains("who am I?") && messages.contains("it is me"), "{messages}");

    let path = format!("/contacts/{asked}/erase");
    shop.person.post(&path, json!({"confirm": confirm})).await.expect(200);
    assert_eq!((shop.texts(before).await, shop.texts(after).await), (vec![json!(null)], vec![json!(null)]));
    assert_eq!(shop.open_parts_of(&[hidden, contact]).await, 0);
    let certificates = shop.person.get("/privacy/erasures").await.expect(200).json();
    let mut subjects: Vec<_> =
        certificates["items"].as_array().unwrap().iter().map(|it| it["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    let mut erased = [hidden.to_string(), contact.to_string()];
    erased.sort_unstable();
    assert_eq!(subjects, erased);
    shop.person.post(&path, json!({"confirm": confirm})).await.problem(409, "erased");
}

#[tokio::test]
async fn who_spoke_in_a_group_alone_is_exported_and_erased_without_the_others() {
    let shop = Shop::open().await;
    let other = "+4915112345679";
    let says = async |by: &str, text: &str| {
        let group = Some(Group { id: GROUP.into(), name: Some("Team".into()) });
        shop.comes_in(GROUP, by, Said { phone: Some(by.into()), group, ..said(text) }).await
    };
    says(other, "hello Ana").await;
    let conversation = says(PHONE, "hello all").await;
    let contact = shop.named(PHONE).await;
    let path = format!("/contacts/{contact}");
    let export = files(&shop.person.get(&format!("{path}/export")).await.expect(200));
    let everything = format!("{}{}", export["messages.csv"], export["history.json"]);
    assert!(everything.contains("hello all") && !everything.contains("hello Ana"), "{everything}");
    let erase = format!("{path}/erase");
    let certificate = shop.person.post(&erase, json!({"confirm": PHONE})).await.expect(200).json();
    assert_eq!((&certificate["streams"], &certificate["events"]), (&json!(1), &json!(1)));
    assert_eq!(shop.texts(conversation).await, [json!(null), json!("hello Ana")]);
    assert_eq!(shop.open_parts_of(&[contact]).await, 0);
    shop.person.post(&erase, json!({"confirm": PHONE})).await.problem(409, "erased");
    // The group goes on without them.
    assert_eq!(shop.replied_to(conversation).await, (shop.named(GROUP).await, GROUP.to_owned()));
}
