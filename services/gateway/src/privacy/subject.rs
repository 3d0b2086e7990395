//! Everything in the log that speaks of a contact: its own stream, its conversation, the messages that campaigns sent it,
//! the replies to it, and what it said in groups.

use crate::app::App;
use crate::problem::Problem;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;
use waybill_domain::contact::Erased;
use waybill_domain::conversation::Conversation;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, ContactId, ConversationId, MessageId, TenantId};
use waybill_event_store::EventStore;
use waybill_event_store::read::{read_at, read_streams};

pub struct Subject {
    pub contact: ContactId,
    tenant: TenantId,
    streams: Vec<Uuid>,
    /// What was said in groups, by its position: the rest of such a stream is about others.
    in_groups: Vec<i64>,
    pub certificate: Erased,
}

impl Subject {
    /// The contact, then the same person as they are known otherwise: by the number, and by what stood for it while they
    /// hid it. On a connection that is bound to the tenant.
    pub async fn all(
        connection: &mut PgConnection,
        tenant: TenantId,
        contact: ContactId,
    ) -> Result<Vec<Self>, Problem> {
        let own = ConversationId::for_contact(contact).0;
        let states = EventStore::load_many::<Conversation>(&mut *connection, &[own]).await?;
        let by_number = states.get(&own).and_then(|loaded| loaded.state.known_as).unwrap_or(contact);
        let mut ids = vec![contact];
        ids.extend((by_number != contact).then_some(by_number));
        let hidden: Vec<Uuid> = sqlx::query_scalar(
            "select contact_id from read.conversation
             where tenant_id = $1 and continued_in = $2 and contact_id is not null and contact_id <> $3",
        )
        .bind(tenant.0)
        .bind(ConversationId::for_contact(by_number).0)
        .bind(contact.0)
        .fetch_all(&mut *connection)
        .await?;
        ids.extend(hidden.into_iter().map(ContactId));
        let mut subjects = Vec::with_capacity(ids.len());
        for contact in ids {
            subjects.push(Self::find(connection, tenant, contact).await?);
        }
        Ok(subjects)
    }

    async fn find(connection: &mut PgConnection, tenant: TenantId, contact: ContactId) -> Result<Self, Problem> {
        let conversation = ConversationId::for_contact(contact);
        // A campaign's message to a contact has a derived id, so no index by contact is needed: there are few campaigns.
        let campaigns: Vec<Uuid> = sqlx::query_scalar("select campaign_id from read.campaign where tenant_id = $1")
            .bind(tenant.0)
            .fetch_all(&mut *connection)
            .await?;
        let mut ids = vec![contact.0, conversation.0];
        ids.extend(campaigns.into_iter().map(|id| MessageId::for_campaign(CampaignId(id), contact).0));
        let replies: Vec<Uuid> =
            sqlx::query_scalar("select message_id from read.message where tenant_id = $1 and conversation_id = $2")
                .bind(tenant.0)
                .bind(conversation.0)
                .fetch_all(&mut *connection)
                .await?;
        ids.extend(replies);
        let found: Vec<(Uuid, i64)> = sqlx::query_as(
            "select stream_id, version from es.stream where stream_id = any($1) and tenant_id = $2 order by last_pos",
        )
        .bind(ids)
        .bind(tenant.0)
        .fetch_all(&mut *connection)
        .await?;
        let lines: Vec<(Uuid, i64)> = sqlx::query_as(
            "select conversation_id, position from read.conversation_message where tenant_id = $1 and member_id = $2",
        )
        .bind(tenant.0)
        .bind(contact.0)
        .fetch_all(connection)
        .await?;
        let groups: BTreeSet<Uuid> = lines.iter().map(|(group, _)| *group).collect();
        let certificate = Erased {
            streams: (found.len() + groups.len()) as u64,
            events: found.iter().map(|(_, version)| version.unsigned_abs()).sum::<u64>() + lines.len() as u64,
        };
        Ok(Self {
            contact,
            tenant,
            streams: found.into_iter().map(|(id, _)| id).collect(),
            in_groups: lines.into_iter().map(|(_, position)| position).collect(),
            certificate,
        })
    }

    /// All events, in the order of the log, with what can still be read of their personal parts.
    pub async fn read(subjects: &[Self], app: &App, connection: &mut PgConnection) -> Result<Vec<Recorded>, Problem> {
        let mut events = Vec::new();
        for subject in subjects {
            events.extend(read_streams(connection, &subject.streams).await?);
            events.extend(read_at(connection, subject.tenant, &subject.in_groups).await?);
        }
        app.store.keys.open(&mut events).await?;
        events.sort_by_key(|event| event.position);
        Ok(events)
    }

    /// Of whom among these something can be read.
    pub async fn readable(subjects: &[Self], app: &App, tenant: TenantId) -> Result<Vec<Uuid>, Problem> {
        let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.contact.0).collect();
        Ok(app.store.keys.readable(tenant, &ids).await?)
    }
}
