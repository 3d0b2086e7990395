//! The rig's work with conversations: who writes, what is answered, and what the log says was said.

use super::*;
use serde_json::{Value, json};
use waybill_domain::conversation::{self, Conversation, ReplyRequested, Said};
use waybill_domain::message::{self, Content, Dispatched};

impl Rig {
    /// A WAHA device that is linked.
    pub async fn linked_device(&self, session: &str) -> ProfileId {
        let device = self.add_device(session).await;
        self.device(session, "scan", json!({})).await;
        self.until_profile(device, |state| state.link.is_ready()).await;
        device
    }

    /// The groups that a device is in.
    pub async fn device_groups(&self, session: &str, groups: Value) {
        let url = format!("{}/_sandbox/devices/waha/{session}/groups", self.sandbox);
        let answer = reqwest::Client::new().put(url).json(&groups).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// What the provider called the group that was asked about first.
    pub async fn group_name(&self) -> Option<String> {
        let sql = "select pos from es.event where type = 'conversation.group_named' order by pos limit 1";
        let pool = &self.context.store.database.system;
        let position: i64 = sqlx::query_scalar(sql).fetch_one(pool).await.expect("a position");
        let mut events = self.context.store.read(position - 1, 1).await.expect("read");
        self.context.store.keys.open(&mut events).await.expect("opened");
        let Some(conversation::Event::GroupNamed(it)) = events[0].decode().expect("read") else { panic!("another") };
        it.group.known().and_then(|group| group.name.clone())
    }

    /// Something comes in at a number, or is written on its phone.
    pub async fn comes_in(&self, order: Value) {
        let url = format!("{}/_sandbox/inbound", self.sandbox);
        let answer = reqwest::Client::new().post(url).json(&order).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// The conversation with whoever has this number, user id or group id.
    pub async fn conversation_with(&self, address: &str) -> (ContactId, conversation::State) {
        let contact = self.context.store.keys.contact_id(self.tenant, address).await.expect("an id");
        let id = ConversationId::for_contact(contact).0;
        let loaded = self.context.store.load::<Conversation>(self.tenant, id).await.expect("a conversation");
        (contact, loaded.state)
    }

    /// Replies as the gateway does.
    pub async fn reply(&self, address: &str, text: &str) -> MessageId {
        let (contact_id, state) = self.conversation_with(address).await;
        let conversation_id = ConversationId::for_contact(contact_id);
        let message_id = MessageId(Uuid::now_v7());
        let said = Said { text: Some(text.to_owned()), ..Said::default() };
        let requested = ReplyRequested {
            message_id,
            contact_id,
            profile_id: ProfileId(Uuid::nil()),
            user_id: None,
            at: self.context.clock.now(),
            said: Personal::Known(said),
        };
        let events = conversation::decide(&state, conversation::Command::SendReply(requested)).expect("asked for");
        let profile_id = state.sticky.expect("a number");
        let access = self.context.store.credential(profile_id).await.expect("read").expect("there");
        let dispatched = Dispatched {
            campaign_id: None,
            conversation_id: Some(conversation_id),
            contact_id,
            profile_id,
            provider: access.provider,
            attempt: 1,
            from: message::Status::Queued,
            choice: None,
            content: Personal::Known(Content { to: address.to_owned(), text: text.to_owned(), attachment: None }),
        };
        let dispatch = message::Command::Dispatch(dispatched);
        let given = message::decide(&message::State::default(), dispatch).expect("dispatched");
        self.write(vec![
            StreamWrite::new(conversation_id, Expected::Any, &events),
            StreamWrite::new(message_id, Expected::Exactly(0), &given),
        ])
        .await;
        message_id
    }

    pub async fn until_message(&self, id: MessageId, done: impl Fn(message::Status) -> bool) {
        let reached = async || {
            let loaded = self.context.store.load::<message::Message>(self.tenant, id.0).await.expect("a message");
            done(loaded.state.status)
        };
        self.until_true(&format!("the outcome of {id}"), reached).await;
    }

    /// Echoes that wait for the outcome of a message.
    pub async fn held_echoes(&self) -> i64 {
        sqlx::query_scalar("select count(*) from process.held_echo")
            .fetch_one(&self.context.store.database.system)
            .await
            .expect("a count")
    }

    pub async fn until_held_echoes(&self, count: i64) {
        let reached = async { while self.held_echoes().await != count {} };
        tokio::time::timeout(PATIENCE, reached).await.expect("as many echoes wait");
    }

    pub async fn until_an_echo_is_held(&self) {
        let reached = async { while self.held_echoes().await == 0 {} };
        tokio::time::timeout(PATIENCE, reached).await.expect("an echo waits");
    }

    /// What was said, as far as it can be read, in the order of the log.
    pub async fn said(&self, kind: &str) -> Vec<Said> {
        let pool = &self.context.store.database.system;
        let sql = "select pos from es.event where type = $1 order by pos";
        let positions: Vec<i64> = sqlx::query_scalar(sql).bind(kind).fetch_all(pool).await.expect("positions");
        let mut said = Vec::new();
        for position in positions {
            let mut events = self.context.store.read(position - 1, 1).await.expect("read");
            self.context.store.keys.open(&mut events).await.expect("opened");
            said.extend(match events[0].decode().expect("read") {
                Some(conversation::Event::InboundReceived(it)) => it.said.known().cloned(),
                Some(conversation::Event::Echoed(it)) => it.said.known().cloned(),
                _ => None,
            });
        }
        said
    }
}
