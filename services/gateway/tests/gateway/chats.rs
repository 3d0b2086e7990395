//! The inbox.

use crate::rig::{House, Person};
use chrono::Utc;
use futures::StreamExt;
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::conversation::{Event, InboundReceived, Said};
use waybill_domain::id::{ContactId, ConversationId, ProfileId, TenantId};
use waybill_domain::message;
use waybill_domain::personal::Personal;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

/// A contact who wrote to a number.
async fn conversation(house: &House, person: &Person) -> (String, String) {
    let (_, profile) = person.package().await;
    let contact: Uuid = person.contact("+4915112345678").await.parse().unwrap();
    let me = person.get("/auth/me").await.expect(200).json();
    let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
    let id = ConversationId::for_contact(ContactId(contact));
    let received = Event::from(InboundReceived {
        contact_id: ContactId(contact),
        in_group: false,
        profile_id: ProfileId(profile.parse().unwrap()),
        provider_message_id: "wamid.1".into(),
        kind: "text".into(),
        at: Utc::now(),
        said: Personal::Known(Said {
            text: Some("hello?".into()),
            phone: Some("+4915112345678".into()),
            ..Said::default()
        }),
    });
    let metadata = house.context.unprompted(tenant, Actor::SYSTEM);
    let append = Append::new(metadata, vec![StreamWrite::new(id, Expected::Exactly(0), &[received])]);
    let Outcome::Appended { position, .. } = house.context.store.append(append).await.unwrap() else { panic!() };
    person.saw(position);
    (id.to_string(), profile)
}

#[tokio::test]
async fn a_reply_is_dispatched_from_the_number_in_the_same_step_and_once() {
    let house = House::open().await;
    let person = house.person().await;
    let (id, profile) = conversation(&house, &person).await;
    let chats = person.get("/chats").await.expect(200).json();
    assert_eq!((chats["items"][0]["id"].as_str(), chats["items"][0]["unread"].as_i64()), (Some(id.as_str()), Some(1)));
    let reply = json!({"id": Uuid::now_v7(), "text": "hi"});
    let path = format!("/chats/{id}/messages");
    let queued = person.post(&path, reply.clone()).await.expect(202);
    assert_eq!(queued.json(), json!({"id": reply["id"], "status": "queued"}));
    assert_eq!(person.post(&path, reply.clone()).await.expect(202).json(), queued.json());

    let mut events = house.context.store.read(0, 1_000).await.unwrap();
    events.retain(|event| event.is("message.dispatched"));
    house.context.store.keys.open(&mut events).await.unwrap();
    assert_eq!(events.len(), 1);
    let Some(message::Event::Dispatched(it)) = events[0].decode::<message::Event>().unwrap() else { panic!() };
    assert_eq!((it.profile_id.to_string(), it.attempt), (profile, 1));
    assert_eq!(it.content.known().unwrap().to, "+4915112345678");

    let thread = person.get(&path).await.expect(200).json();
    let said: Vec<_> = thread["items"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["hi", "hello?"]);
    assert_eq!(thread["items"][0]["author"], "Ana");
    person.post(&format!("/chats/{id}/read"), json!({})).await.expect(204);
    assert_eq!(person.get(&format!("/chats/{id}")).await.expect(200).json()["unread"], 0);
    assert_eq!(person.get("/chats?unread=true").await.expect(200).json()["items"], json!([]));
    person.post(&path, json!({"text": " "})).await.problem(422, "invalid");
    // An id that names something else already is not a reply of ours.
    person.post(&path, json!({"id": id, "text": "hi"})).await.problem(409, "message_exists");
}

#[tokio::test]
async fn a_number_that_is_switched_off_does_not_reply() {
    let house = House::open().await;
    let person = house.person().await;
    let (id, profile) = conversation(&house, &person).await;
    let package = person.get("/packages").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/packages/{package}/profiles/{profile}/status");
    person.call(axum::http::Method::PATCH, &path, json!({"active": false})).await.expect(200);
    person.post(&format!("/chats/{id}/messages"), json!({"text": "hi"})).await.problem(422, "number_not_active");
}

#[tokio::test]
async fn a_change_in_a_conversation_is_told() {
    let house = House::open().await;
    let person = house.person().await;
    let mut request = crate::rig::json_request(axum::http::Method::GET, "/api/v1/chats/events", None);
    request.headers_mut().insert("authorization", format!("Bearer {}", person.token).parse().unwrap());
    let mut body = house.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    let mut told = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    let (id, _) = conversation(&house, &person).await;
    while !told.contains(&id) {
        told.push_str(std::str::from_utf8(&body.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(told.contains("event: chat") && told.contains("retry: 1000"), "{told}");
}
