//! Whom a message is from or to: a person by the number, a person by the provider's own id where the number is hidden, or
//! a group. Who was seen with both ids is one person ever after, unless erased.

use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::contact::Contact;
use waybill_domain::conversation::Conversation;
use waybill_domain::id::{ContactId, ConversationId, TenantId};
use waybill_event_store::EventStore;
use waybill_runtime::Context;

/// As the provider tells it.
#[derive(Clone, Copy)]
pub struct Ids<'a> {
    pub tenant: TenantId,
    pub phone: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub group_id: Option<&'a str>,
}

/// As the log knows it.
pub struct Found {
    /// The person; of what we wrote to a group, the group.
    pub contact_id: ContactId,
    pub conversation_id: ConversationId,
    pub in_group: bool,
    /// The person's own id, whose number is told for the first time.
    pub identified: Option<ContactId>,
}

/// People whose number is known although they hide it, by the hash of what stands for it.
pub struct People<'a> {
    context: &'a Context,
    known: HashMap<ContactId, ContactId>,
}

impl<'a> People<'a> {
    pub async fn load<'i>(
        context: &'a Context,
        connection: &mut PgConnection,
        ids: impl Iterator<Item = Ids<'i>>,
    ) -> anyhow::Result<Self> {
        let mut hidden: HashMap<Uuid, ContactId> = HashMap::new();
        for ids in ids.filter(|ids| ids.group_id.is_none()) {
            if let Some(user_id) = ids.user_id {
                let own = context.store.keys.contact_id(ids.tenant, user_id).await?;
                hidden.insert(ConversationId::for_contact(own).0, own);
            }
        }
        let mut known: HashMap<ContactId, ContactId> = HashMap::new();
        if !hidden.is_empty() {
            let streams: Vec<Uuid> = hidden.keys().copied().collect();
            let states = EventStore::load_many::<Conversation>(connection, &streams).await?;
            for (stream, own) in hidden {
                let known_as = states.get(&stream).and_then(|loaded| loaded.state.known_as);
                known.extend(known_as.map(|contact| (own, contact)));
            }
            let contacts: Vec<Uuid> = known.values().map(|contact| contact.0).collect();
            let contacts = EventStore::load_many::<Contact>(connection, &contacts).await?;
            known.retain(|_, contact| contacts.get(&contact.0).is_none_or(|loaded| !loaded.state.erased));
        }
        Ok(Self { context, known })
    }

    /// `None` where the provider does not tell who it is.
    pub async fn find(&mut self, ids: Ids<'_>) -> anyhow::Result<Option<Found>> {
        let named = async |id: &str| self.context.store.keys.contact_id(ids.tenant, id).await;
        let person = match (ids.phone, ids.user_id) {
            (Some(phone), _) => Some(named(phone).await?),
            (None, Some(user_id)) => {
                let own = named(user_id).await?;
                Some(self.known.get(&own).copied().unwrap_or(own))
            }
            (None, None) => None,
        };
        if let Some(group_id) = ids.group_id {
            let group = named(group_id).await?;
            return Ok(Some(Found {
                contact_id: person.unwrap_or(group),
                conversation_id: ConversationId::for_contact(group),
                in_group: true,
                identified: None,
            }));
        }
        let Some(contact_id) = person else { return Ok(None) };
        let mut identified = None;
        if let (Some(_), Some(user_id)) = (ids.phone, ids.user_id) {
            let own = named(user_id).await?;
            if self.known.insert(own, contact_id) != Some(contact_id) {
                identified = Some(own);
            }
        }
        let conversation_id = ConversationId::for_contact(contact_id);
        Ok(Some(Found { contact_id, conversation_id, in_group: false, identified }))
    }
}
