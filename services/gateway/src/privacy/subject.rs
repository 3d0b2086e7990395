//! Everything in the log that speaks of a contact: its own stream, its conversation, the messages that campaigns sent it,
//! and the replies to it.

use crate::app::App;
use crate::problem::Problem;
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, ContactId, ConversationId, MessageId, TenantId};
use waybill_event_store::read::read_streams;

pub struct Subject {
    pub streams: Vec<Uuid>,
    pub events: u64,
}

impl Subject {
    /// On a connection that is bound to the tenant.
    pub async fn find(connection: &mut PgConnection, tenant: TenantId, contact: ContactId) -> Result<Self, Problem> {
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
        .fetch_all(connection)
        .await?;
        let events = found.iter().map(|(_, version)| version.unsigned_abs()).sum();
        Ok(Self { streams: found.into_iter().map(|(id, _)| id).collect(), events })
    }

    /// All events, in the order of the log, with what can still be read of their personal parts.
    pub async fn read(&self, app: &App, connection: &mut PgConnection) -> Result<Vec<Recorded>, Problem> {
        let mut events = read_streams(connection, &self.streams).await?;
        app.store.keys.open(&mut events).await?;
        events.sort_by_key(|event| event.position);
        Ok(events)
    }
}
