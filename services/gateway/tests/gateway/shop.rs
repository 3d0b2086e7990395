//! An organisation that is written to: the conversations are put into the log as a provider's deliveries would.

use crate::rig::{House, Person};
use chrono::Utc;
use serde_json::{Value, json};
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, RecipientsEnrolled};
use waybill_domain::conversation::{Event, InboundReceived, Said};
use waybill_domain::envelope::PersonalPart;
use waybill_domain::id::{CampaignId, ContactId, ConversationId, MessageId, ProfileId, TenantId};
use waybill_domain::message::{self, Command, Content, Dispatched, Message, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::{Append, Expected, KeyRing, MasterKey, Outcome, StreamWrite};

/// An organisation with one number.
pub struct Shop {
    pub house: House,
    pub person: Person,
    tenant: TenantId,
    package: String,
    pub profile_id: ProfileId,
}

impl Shop {
    pub async fn open() -> Self {
        let house = House::open().await;
        let person = house.person().await;
        let (package, profile) = person.package().await;
        let me = person.get("/auth/me").await.expect(200).json();
        let tenant = TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
        Self { house, person, tenant, package, profile_id: ProfileId(profile.parse().unwrap()) }
    }

    pub async fn named(&self, address: &str) -> ContactId {
        self.house.context.store.keys.contact_id(self.tenant, address).await.unwrap()
    }

    pub async fn write(&self, write: StreamWrite) {
        let metadata = self.house.context.unprompted(self.tenant, Actor::SYSTEM);
        let outcome = self.house.context.store.append(Append::new(metadata, vec![write])).await.unwrap();
        let Outcome::Appended { position, .. } = outcome else { panic!("{outcome:?}") };
        self.person.saw(position);
    }

    /// Something comes in, in the conversation that has this address.
    pub async fn comes_in(&self, address: &str, by: &str, said: Said) -> ConversationId {
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
    pub async fn campaign_sent(&self, to: &str, text: &str) -> (String, MessageId) {
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
        let enrolled = RecipientsEnrolled { chunk: 0, contact_ids: vec![contact_id], cursor: contact_id };
        let enrolled = campaign::Event::from(enrolled);
        self.write(StreamWrite::new(campaign_id, Expected::Any, &[enrolled])).await;
        let message = MessageId::for_campaign(campaign_id, contact_id);
        self.write(StreamWrite::new(message, Expected::Exactly(0), &events)).await;
        (campaign, message)
    }

    /// To whom the only reply went.
    pub async fn replied_to(&self, conversation: ConversationId) -> (ContactId, String) {
        self.person.post(&format!("/chats/{conversation}/messages"), json!({"text": "hi"})).await.expect(202);
        let mut events = self.house.context.store.read(0, 1_000).await.unwrap();
        events.retain(|event| event.is("message.dispatched"));
        self.house.context.store.keys.open(&mut events).await.unwrap();
        let Some(message::Event::Dispatched(it)) = events[0].decode().unwrap() else { panic!() };
        (it.contact_id, it.content.known().unwrap().to.clone())
    }

    /// How many parts can be read that were said of these, also by a process that begins now.
    pub async fn open_parts_of(&self, contacts: &[ContactId]) -> usize {
        let pool = self.house.context.store.database.system.clone();
        let fresh = KeyRing::new(pool, MasterKey::from_hex(&"5a".repeat(32)).unwrap());
        let mut events = self.house.context.store.read(0, 1_000).await.unwrap();
        events.retain(|event| match &event.personal {
            PersonalPart::Sealed(part) => contacts.contains(&ContactId(part.subject_id)),
            _ => false,
        });
        assert!(!events.is_empty(), "nothing was said of them");
        fresh.open(&mut events).await.unwrap();
        events.iter().filter(|event| matches!(event.personal, PersonalPart::Open(_))).count()
    }

    pub async fn chat(&self, conversation: ConversationId) -> Value {
        self.person.get(&format!("/chats/{conversation}")).await.expect(200).json()
    }

    /// What is said in a thread, the newest first.
    pub async fn texts(&self, conversation: ConversationId) -> Vec<Value> {
        let thread = self.thread(conversation, "").await;
        thread["items"].as_array().unwrap().iter().map(|line| line["text"].clone()).collect()
    }

    pub async fn thread(&self, conversation: ConversationId, query: &str) -> Value {
        self.person.get(&format!("/chats/{conversation}/messages{query}")).await.expect(200).json()
    }
}

pub fn said(text: &str) -> Said {
    Said { text: Some(text.into()), ..Said::default() }
}
