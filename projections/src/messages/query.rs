//! What the screens ask of messages.

use super::fold::is_trouble;
use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;
use waybill_domain::id::{CampaignId, ConversationId, MessageId, TenantId};
use waybill_domain::message::Status;
use waybill_domain::provider::ErrorClass;

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct MessageRow {
    pub message_id: Uuid,
    pub campaign_id: Option<Uuid>,
    pub conversation_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub contact_name: Option<String>,
    pub phone: Option<String>,
    pub profile_id: Option<Uuid>,
    pub profile_name: Option<String>,
    /// As people see it: a message with a number but not yet with the provider is `sending`.
    pub status: String,
    /// Attempts begun so far.
    pub attempt: i32,
    /// Uncertain, and its deadline has passed.
    pub held: bool,
    pub error_class: Option<String>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub cancel_reason: Option<String>,
    pub provider_message_id: Option<String>,
    /// What a queued message waits for: `retry`, or a limit of its numbers.
    pub deferred_limit: Option<String>,
    pub deferred_until: Option<DateTime<Utc>>,
    pub queued_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
    pub uncertain_deadline: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    pub campaign: Option<CampaignId>,
    pub conversation: Option<ConversationId>,
    /// With one of these numbers.
    pub profiles: Option<Vec<Uuid>>,
    /// `Sending` finds the dispatched too, as [`MessageRow::status`] shows them.
    pub status: Option<Status>,
    /// The code of the last error, or the reason of a cancellation.
    pub reason: Option<String>,
    /// Of the last error.
    pub class: Option<ErrorClass>,
    /// Queued at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Queued before.
    pub to: Option<DateTime<Utc>>,
    /// Found anywhere in the contact's name or number.
    pub q: Option<String>,
}

const COLUMNS: &str = "select m.message_id, m.campaign_id, m.conversation_id, m.contact_id, \
    c.name as contact_name, c.phone, m.profile_id, p.name as profile_name, \
    case m.status when 'dispatched' then 'sending' else m.status end as status, m.attempt, m.held, \
    m.error_class, m.error_code, m.error_detail, m.cancel_reason, m.provider_message_id, \
    case when m.status <> 'queued' then null when m.retry_at is not null then 'retry' else g.deferred_limit end \
        as deferred_limit, \
    case when m.status <> 'queued' then null else coalesce(m.retry_at, g.deferred_until) end as deferred_until, \
    m.queued_at, m.dispatched_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.uncertain_deadline, \
    m.updated_at, m.version \
    from read.message m \
    left join read.contact c on c.tenant_id = m.tenant_id and c.contact_id = m.contact_id \
    left join read.profile p on p.tenant_id = m.tenant_id and p.profile_id = m.profile_id \
    left join read.campaign g on g.tenant_id = m.tenant_id and g.campaign_id = m.campaign_id";

/// One page, by message id: an order that stays while statuses change under the reader.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &MessageFilter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<MessageRow>, QueryError> {
    let after: Option<Uuid> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(COLUMNS);
    sql.push(" where m.tenant_id = ").push_bind(tenant.0);
    if let Some(campaign) = filter.campaign {
        sql.push(" and m.campaign_id = ").push_bind(campaign.0);
    }
    if let Some(conversation) = filter.conversation {
        sql.push(" and m.conversation_id = ").push_bind(conversation.0);
    }
    if let Some(profiles) = &filter.profiles {
        sql.push(" and m.profile_id = any(").push_bind(profiles.clone()).push(")");
    }
    match filter.status {
        None => {}
        Some(Status::Sending | Status::Dispatched) => {
            sql.push(" and m.status in ('dispatched', 'sending')");
        }
        // The column with the small index.
        Some(status) if is_trouble(status) => {
            sql.push(" and m.trouble = ").push_bind(status.as_str());
        }
        Some(status) => {
            sql.push(" and m.status = ").push_bind(status.as_str());
        }
    }
    if let Some(reason) = &filter.reason {
        sql.push(" and (m.error_code = ").push_bind(reason);
        sql.push(" or m.cancel_reason = ").push_bind(reason).push(")");
    }
    if let Some(class) = filter.class {
        sql.push(" and m.error_class = ").push_bind(class.as_str());
    }
    if let Some(from) = filter.from {
        sql.push(" and m.queued_at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        sql.push(" and m.queued_at < ").push_bind(to);
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let pattern = page::containing(q);
        sql.push(" and (c.name ilike ").push_bind(pattern.clone());
        sql.push(" or c.phone like ").push_bind(pattern).push(")");
    }
    if let Some(after) = after {
        sql.push(" and m.message_id > ").push_bind(after);
    }
    sql.push(" order by m.message_id limit ").push_bind(limit + 1);
    let rows: Vec<MessageRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| row.message_id))
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    message: MessageId,
) -> Result<Option<MessageRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(COLUMNS);
    sql.push(" where m.tenant_id = ").push_bind(tenant.0);
    sql.push(" and m.message_id = ").push_bind(message.0);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}
