//! Messages and settling them.

use crate::rig::{House, Person};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::{ContactId, MessageId, ProfileId, TenantId};
use waybill_domain::message::{Command, Content, Dispatched, Message, Status, decide};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

/// A message whose call to the provider was never answered.
async fn uncertain(house: &House, person: &Person) -> String {
    let contact: Uuid = person.contact("+4915112345678").await.parse().unwrap();
    let me = person.get("/auth/me").await.expect(200).json();
    let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
    let dispatched = Dispatched {
        campaign_id: None,
        conversation_id: None,
        contact_id: ContactId(contact),
        profile_id: ProfileId(Uuid::now_v7()),
        provider: ProviderKind::Sandbox,
        attempt: 1,
        from: Status::Queued,
        content: Personal::Known(Content { to: "+4915112345678".into(), text: "Hi Ana".into() }),
        choice: None,
    };
    let deadline = Utc::now() + TimeDelta::minutes(15);
    let commands = [
        Command::Dispatch(dispatched),
        Command::BeginSending { attempt: 1 },
        Command::RecordUncertain { attempt: 1, reason: "timeout".into(), deadline },
    ];
    let (mut state, mut events) = Default::default();
    for command in commands {
        let next = decide(&state, command).unwrap();
        state = Message::fold(state, &next);
        Vec::extend(&mut events, next);
    }
    let id = MessageId(Uuid::now_v7());
    let metadata = house.context.unprompted(tenant, Actor::SYSTEM);
    let append = Append::new(metadata, vec![StreamWrite::new(id, Expected::Exactly(0), &events)]);
    let Outcome::Appended { position, .. } = house.context.store.append(append).await.unwrap() else { panic!() };
    person.saw(position);
    id.to_string()
}

#[tokio::test]
async fn a_person_settles_what_nobody_knows() {
    let house = House::open().await;
    let person = house.person().await;
    let id = uncertain(&house, &person).await;
    let page = person.get("/messages?status=uncertain").await.expect(200).json();
    assert_eq!((page["items"][0]["id"].as_str(), page["items"].as_array().unwrap().len()), (Some(id.as_str()), 1));
    let shown = person.get(&format!("/messages/{id}")).await.expect(200).json();
    assert_eq!((shown["text"].as_str(), shown["phone"].as_str()), (Some("Hi Ana"), Some("+4915112345678")));
    assert!(shown["uncertain_deadline"].is_string());
    let path = format!("/messages/{id}/settle");
    let settled = person.post(&path, json!({"decision": "sent"})).await.expect(202).json();
    assert_eq!(settled["status"], "sent");
    let again = person.post(&path, json!({"decision": "resend"})).await.problem(409, "wrong_state");
    assert_eq!(again["state"], "sent");
    assert_eq!(person.get("/messages?status=uncertain").await.expect(200).json()["items"], json!([]));
    let history = person.get(&format!("/messages/{id}/history")).await.expect(200).json();
    let told: Vec<_> = history["items"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
    let expected = ["message.sent", "message.reconciled", "message.uncertain", "message.sending", "message.dispatched"];
    assert_eq!(told, expected);
    assert_eq!(history["items"][1]["summary"], "Settled by a person");
    let full = person.get(&format!("/history/message/{id}?limit=1")).await.expect(200).json();
    assert_eq!(full["items"][0]["personal"]["text"], "Hi Ana");
    assert_eq!(full["next_cursor"], "1");
}

#[tokio::test]
async fn a_decision_is_one_of_three() {
    let house = House::open().await;
    let person = house.person().await;
    let id = uncertain(&house, &person).await;
    let path = format!("/messages/{id}/settle");
    let problem = person.post(&path, json!({"decision": "maybe"})).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "decision");
    assert_eq!(person.post(&path, json!({"decision": "not_sent"})).await.expect(202).json()["status"], "failed");
}
