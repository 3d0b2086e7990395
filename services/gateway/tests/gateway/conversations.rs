//! Conversations that are more than a contact and us: groups, people who hide their number, campaigns and phones.

use crate::rig::{House, Person};
use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::conversation::{Echoed, Event, Group, InboundReceived, Said};
use waybill_domain::id::{CampaignId, ContactId, ConversationId, MessageId, ProfileId, TenantId};
use waybill_domain::message::{self, Command, Content, Dispatched, Message, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

const PHONE: &str = "+4915112345678";

/// An organisation with one number.
struct Shop {
    house: House,
    person: Person,
    tenant: TenantId,
    package: String,
    profile_id: ProfileId,
}

impl Shop {
    async fn open() -> Self {
        let house = House::open().await;
        let person = house.person().await;
        let (package, profile) = person.package().await;
        let me = person.get("/auth/me").await.expect(200).json();
        let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
        Self { house, person, tenant, package, profile_id: ProfileId(profile.parse().unwrap()) }
    }

    async fn named(&self, address: &str) -> ContactId {
        self.house.context.store.keys.contact_id(self.tenant, address).await.unwrap()
    }

    async fn write(&self, write: StreamWrite) {
        let metadata = self.house.context.unprompted(self.tenant, Actor::SYSTEM);
        let outcome = self.house.context.store.append(Append::new(metadata, vec![write])).await.unwrap();
        let Outcome::Appended { position, .. } = outcome else { panic!("{outcome:?}") };
        self.person.saw(position);
    }

    /// Something comes in, in the conversation that has this address.
    async fn comes_in(&self, address: &str, by: &str, said: Said) -> ConversationId {
        let conversation = ConversationId::for_contact(self.named(address).await);
        let received = Event::from(InboundReceived {
            contact_id: self.named(by).await,
            in_group: said.group.is_some(),
            profile_id: self.profile_id,
            provider_message_id: "wamid.1".into(),
            kind: "text".into(),
            at: Utc::now(),
            said: Personal::Known(said),
        });
        self.write(StreamWrite::new(conversation, Expected::Any, &[received])).await;
        conversation
    }

    /// A campaign's message that was sent.
    async fn campaign_sent(&self, to: &str, text: &str) -> (String, MessageId) {
        let campaign = self.person.draft(&self.package).await;
        let campaign_id = CampaignId(campaign.parse().unwrap());
        let contact_id = self.named(to).await;
        let dispatched = Dispatched {
            campaign_id: Some(campaign_id),
            conversation_id: None,
            contact_id,
            profile_id: self.profile_id,
            provider: ProviderKind::Sandbox,
            attempt: 1,
            from: Status::Queued,
            content: Personal::Known(Content { to: to.into(), text: text.into(), attachment: None }),
            choice: None,
        };
        let sent = Command::RecordSent { attempt: 1, provider_message_id: "wamid.2".into(), at: Utc::now() };
        let (mut state, mut events) = Default::default();
        for command in [Command::Dispatch(dispatched), Command::BeginSending { attempt: 1 }, sent] {
            let next = message::decide(&state, command).unwrap();
            state = Message::fold(state, &next);
            Vec::extend(&mut events, next);
        }
        let message = MessageId::for_campaign(campaign_id, contact_id);
        self.write(StreamWrite::new(message, Expected::Exactly(0), &events)).await;
        (campaign, message)
    }

    /// To whom the only reply went.
    async fn replied_to(&self, conversation: ConversationId) -> (ContactId, String) {
        self.person.post(&format!("/chats/{conversation}/messages"), json!({"text": "hi"})).await.expect(202);
        let mut events = self.house.context.store.read(0, 1_000).await.unwrap();
        events.retain(|event| event.is("message.dispatched"));
        self.house.context.store.keys.open(&mut events).await.unwrap();
        let Some(message::Event::Dispatched(it)) = events[0].decode().unwrap() else { panic!() };
        (it.contact_id, it.content.known().unwrap().to.clone())
    }

    async fn chat(&self, conversation: ConversationId) -> Value {
        self.person.get(&format!("/chats/{conversation}")).await.expect(200).json()
    }

    async fn thread(&self, conversation: ConversationId, query: &str) -> Value {
        self.person.get(&format!("/chats/{conversation}/messages{query}")).await.expect(200).json()
    }
}

fn said(text: &str) -> Said {
    Said { text: Some(text.into()), ..Said::default() }
}

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
    let texts = async || -> Vec<Value> {
        let thread = shop.thread(conversation, "").await;
        thread["items"].as_array().unwrap().iter().map(|line| line["text"].clone()).collect()
    };
    assert_eq!((texts().await, shop.chat(conversation).await["user_id"].clone()), (vec![json!(null)], json!(null)));
    writes("it is me again").await;
    assert_eq!(texts().await, [json!("it is me again"), json!(null)]);
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
    assert_eq!((&chat["unread"], &chat["window_expires_at"]), (&json!(0), &json!(null)));
    assert_eq!(shop.replied_to(conversation).await, (contact_id, PHONE.to_owned()));
    let unknown = Uuid::now_v7();
    shop.person.get(&format!("/chats/{unknown}/messages")).await.problem(404, "not_found");
}
