//! Messages and settling them.

use crate::rig::{House, Person};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign;
use waybill_domain::id::{CampaignId, ContactId, MessageId, ProfileId, TenantId};
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
        content: Personal::Known(Content { to: "+4915112345678".into(), text: "Hi Ana".into(), attachment: None }),
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

#[tokio::test]
async fn why_somebody_got_no_message_is_told_from_the_log() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let got = person.post("/contacts", json!({"phone": "+4915112345010", "consent": true})).await.expect(201).id();
    let not = person.post("/contacts", json!({"phone": "+4915112345011"})).await.expect(201).id();
    let draft = json!({"name": "Spring", "audience": {"all": true}, "template_text": "Hi", "package_id": package});
    let campaign = person.post("/campaigns", draft).await.expect(201).id();
    person.post(&format!("/campaigns/{campaign}/start"), json!({})).await.expect(202);
    let path = |contact: &str| format!("/campaigns/{campaign}/recipients/{contact}");
    // Before the audience is resolved nothing is known of either.
    person.get(&path(&got)).await.problem(404, "not_found");
    let id: CampaignId = CampaignId(campaign.parse().unwrap());
    let (got_id, not_id) = (ContactId(got.parse().unwrap()), ContactId(not.parse().unwrap()));
    let excluded = [(campaign::Exclusion::NoConsent, vec![not_id])].into();
    let enrol = campaign::Command::EnrolChunk { chunk: 0, enrolled: vec![got_id], excluded, cursor: not_id };
    let me = person.get("/auth/me").await.expect(200).json();
    let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
    let metadata = house.context.unprompted(tenant, Actor::process("campaign_runner"));
    house.context.store.execute::<campaign::Campaign>(metadata, id.0, enrol).await.unwrap();
    let left_out = person.get(&path(&not)).await.expect(200).json();
    assert_eq!((left_out["verdict"].as_str(), &left_out["message"]), (Some("Left out: no consent."), &json!(null)));
    let waits = person.get(&path(&got)).await.expect(200).json();
    assert_eq!(waits["verdict"], "Waits for its turn.");
    let kinds: Vec<&str> =
        waits["chapters"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["campaign.started", "wallet.reserved", "campaign.recipients_enrolled"]);
    assert_eq!(waits["chapters"][2]["because"], waits["chapters"][0]["position"]);
    let stranger = house.person().await;
    stranger.get(&path(&got)).await.problem(404, "not_found");
}
