//! Inbound messages: to the contact's conversation, adding the contact when it is new, or to the group's.

use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::contact::{self, Contact, Person, Source};
use waybill_domain::conversation::{self, Conversation, Group, InboundReceived, Said};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, ConversationId};
use waybill_domain::media::{self, Media};
use waybill_domain::personal::Personal;
use waybill_domain::webhook_inbox::Received;
use waybill_event_store::{Decision, EventStore};
use waybill_providers::Inbound;
use waybill_runtime::Context;

use super::carried::Carried;
use super::people::{Found, Ids, People};

/// Runs under the lane's lock: states that are loaded here cannot move.
pub async fn append(
    context: &Context,
    connection: &mut PgConnection,
    inbound: Vec<(Arc<Recorded>, Received, Inbound)>,
) -> anyhow::Result<i64> {
    let mut contacts: HashMap<ContactId, (Arc<Recorded>, Person)> = HashMap::new();
    let mut conversations: HashMap<Uuid, Decision<Conversation>> = HashMap::new();
    let mut files: HashMap<Uuid, Decision<Media>> = HashMap::new();
    let all = inbound.iter().map(|(source, _, message)| ids(source, message));
    let mut people = People::load(context, connection, all).await?;
    for (source, received, message) in inbound {
        let Some(found) = people.find(ids(&source, &message)).await? else {
            metrics::counter!("inbound_of_nobody_total").increment(1);
            continue;
        };
        let Found { contact_id, conversation_id, in_group, identified } = found;
        // Who speaks in a group is not known by it: nobody there wrote to the business alone.
        if let (Some(phone), false) = (&message.from, in_group) {
            let person = Person { phone: phone.clone(), name: message.profile_name.clone(), fields: BTreeMap::new() };
            contacts.entry(contact_id).or_insert((source.clone(), person));
        }
        let metadata = || context.because_of(&source, Actor::provider(received.provider));
        let carried = Carried::in_message(&received, &message);
        let attachment = carried.attachment();
        if let Some(announced) = carried.announced(contact_id, conversation_id)? {
            let (id, commands) = (announced.media_id.0, vec![media::Command::Announce(announced)]);
            files.entry(id).or_insert_with(|| Decision { id, metadata: metadata(), commands });
        }
        let mut decide = |id: ConversationId, command| {
            let decision = || Decision { id: id.0, metadata: metadata(), commands: Vec::new() };
            conversations.entry(id.0).or_insert_with(decision).commands.push(command);
        };
        if let Some(own) = identified {
            decide(ConversationId::for_contact(own), conversation::Command::KnowNumber(contact_id));
        }
        let group = message.group_id.map(|id| Group { id, name: message.group_name });
        let received = InboundReceived {
            contact_id,
            in_group,
            profile_id: received.profile_id,
            provider_message_id: message.provider_message_id,
            kind: message.kind,
            at: message.at,
            said: Personal::Known(Said {
                text: message.text,
                attachment,
                phone: message.from,
                user_id: message.user_id,
                profile_name: message.profile_name,
                group,
            }),
        };
        decide(conversation_id, conversation::Command::ReceiveInbound(received));
    }
    if conversations.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = conversations.keys().copied().collect();
    let states = EventStore::load_many::<Conversation>(connection, &ids).await?;
    // Only who says something new: a provider that delivers an old message again makes nobody known again who was erased.
    let nothing = conversation::State::default();
    contacts.retain(|contact_id, _| {
        let id = ConversationId::for_contact(*contact_id).0;
        let state = states.get(&id).map_or(&nothing, |loaded| &loaded.state);
        let says = |command: &conversation::Command| {
            conversation::decide(state, command.clone()).is_ok_and(|it| !it.is_empty())
        };
        conversations.get(&id).is_some_and(|decision| decision.commands.iter().any(says))
    });
    let position = add_contacts(context, connection, contacts).await?;
    let decided = context.store.decide_many_in(connection, states, conversations.into_values().collect()).await?;
    let position = position.max(decided.position);
    if files.is_empty() {
        return Ok(position);
    }
    let ids: Vec<Uuid> = files.keys().copied().collect();
    let states = EventStore::load_many::<Media>(connection, &ids).await?;
    let decided = context.store.decide_many_in(connection, states, files.into_values().collect()).await?;
    Ok(position.max(decided.position))
}

fn ids<'a>(source: &Recorded, message: &'a Inbound) -> Ids<'a> {
    Ids {
        tenant: source.tenant_id,
        phone: message.from.as_deref(),
        user_id: message.user_id.as_deref(),
        group_id: message.group_id.as_deref(),
    }
}

async fn add_contacts(
    context: &Context,
    connection: &mut PgConnection,
    contacts: HashMap<ContactId, (Arc<Recorded>, Person)>,
) -> anyhow::Result<i64> {
    let ids: Vec<Uuid> = contacts.keys().map(|id| id.0).collect();
    let states = EventStore::load_many::<Contact>(connection, &ids).await?;
    let mut decisions = Vec::new();
    for (contact_id, (source, person)) in contacts {
        if states.get(&contact_id.0).is_some_and(|loaded| loaded.state.exists()) {
            continue;
        }
        let added = contact::Added {
            contact_id,
            source: Source::Inbound,
            tags: BTreeSet::new(),
            consent: None,
            person: Personal::Known(person),
        };
        decisions.push(Decision::<Contact> {
            id: contact_id.0,
            metadata: context.because_of(&source, Actor::process("webhook_reader")),
            commands: vec![contact::Command::Add(added)],
        });
    }
    Ok(context.store.decide_many_in(connection, states, decisions).await?.position)
}
