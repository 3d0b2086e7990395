//! What the inbox shows.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use std::cmp::Reverse;
use uuid::Uuid;
use waybill_domain::content::Attachment;
use waybill_domain::id::{ConversationId, TenantId};

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct ChatRow {
    pub conversation_id: Uuid,
    /// With a group: it has no contact, and its name stands where a person's does.
    pub is_group: bool,
    pub contact_id: Option<Uuid>,
    /// Of a person who hid the number: where the conversation goes on since it is known.
    pub continued_in: Option<Uuid>,
    /// The contact's name, or the one the person shows.
    pub contact_name: Option<String>,
    pub phone: Option<String>,
    /// The provider's own id of the person, which stands for a hidden number.
    pub user_id: Option<String>,
    /// The number that answers: the one the contact wrote to last.
    pub profile_id: Option<Uuid>,
    pub profile_name: Option<String>,
    /// Of the number.
    pub provider: Option<String>,
    pub unread: i64,
    /// `in` or `out`.
    pub last_direction: Option<String>,
    /// `text`, `image` …
    pub last_kind: Option<String>,
    pub last_preview: Option<String>,
    pub last_at: Option<DateTime<Utc>>,
    /// Of the reply, where the last message is one.
    pub last_status: Option<String>,
    /// Until then a free text may be sent, if the provider has such a limit; past where nobody has written yet. Groups have
    /// none.
    pub window_expires_at: Option<DateTime<Utc>>,
    /// Where it stands in the list; the highest is first.
    pub last_position: i64,
    pub version: i64,
}

/// One line of a thread.
#[derive(Debug, Clone, PartialEq, Default, FromRow, Serialize)]
pub struct ThreadRow {
    pub position: i64,
    /// Of the message, for a reply; of the event, for any other.
    pub id: Uuid,
    pub direction: String,
    /// Of what went out otherwise than as a reply: `phone`, `other_system`, `campaign`.
    pub origin: Option<String>,
    pub kind: String,
    pub text: Option<String>,
    pub attachment: Option<Json<Attachment>>,
    /// What the gallery knows of its file.
    pub file_state: Option<String>,
    pub file_name: Option<String>,
    pub file_type: Option<String>,
    pub file_bytes: Option<i64>,
    pub file_trouble: Option<String>,
    pub erased: bool,
    pub at: DateTime<Utc>,
    pub profile_id: Uuid,
    /// The user who replied.
    pub author: Option<Uuid>,
    /// In a group: who said it.
    pub member_id: Option<Uuid>,
    pub member_name: Option<String>,
    pub member_phone: Option<String>,
    /// Of a reply.
    pub status: Option<String>,
    pub error_class: Option<String>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub campaign_id: Option<Uuid>,
    pub campaign_name: Option<String>,
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct ChatFilter {
    /// Found anywhere in the name or the number.
    pub q: Option<String>,
    pub unread: Option<bool>,
}

const CHATS: &str = "select v.conversation_id, v.is_group, v.contact_id, v.continued_in, coalesce(c.name, v.shown_name) as contact_name, \
    coalesce(c.phone, v.phone) as phone, v.user_id, v.profile_id, p.name as profile_name, p.provider, v.unread, v.last_direction, \
    v.last_kind, v.last_preview, v.last_at, \
    case m.status when 'dispatched' then 'sending' else m.status end as last_status, \
    case when not v.is_group then coalesce(v.last_inbound_at + interval '24 hours', v.last_at) end as window_expires_at, \
    v.last_position, v.version \
    from read.conversation v \
    left join read.contact c on c.tenant_id = v.tenant_id and c.contact_id = v.contact_id \
    left join read.profile p on p.tenant_id = v.tenant_id and p.profile_id = v.profile_id \
    left join read.message m on m.tenant_id = v.tenant_id and m.message_id = v.last_message_id";

/// One page of conversations, the one that last said something first.
pub async fn chats(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &ChatFilter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<ChatRow>, QueryError> {
    let before: Option<i64> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(CHATS);
    // Of some only the number became known.
    sql.push(" where v.last_position > 0 and v.tenant_id = ").push_bind(tenant.0);
    if let Some(unread) = filter.unread {
        sql.push(if unread { " and v.unread > 0" } else { " and v.unread = 0" });
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let pattern = page::containing(q);
        sql.push(" and (coalesce(c.name, v.shown_name) ilike ").push_bind(pattern.clone());
        sql.push(" or coalesce(c.phone, v.phone) like ").push_bind(pattern).push(")");
    }
    if let Some(before) = before {
        sql.push(" and v.last_position < ").push_bind(before);
    }
    sql.push(" order by v.last_position desc limit ").push_bind(limit + 1);
    let rows: Vec<ChatRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| row.last_position))
}

pub async fn chat(
    connection: &mut PgConnection,
    tenant: TenantId,
    conversation: ConversationId,
) -> Result<Option<ChatRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(CHATS);
    sql.push(" where v.last_position > 0 and v.tenant_id = ").push_bind(tenant.0);
    sql.push(" and v.conversation_id = ").push_bind(conversation.0);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}

/// One page of a conversation, the newest line first. `beside` are lines that stand elsewhere and are shown among them.
pub async fn thread(
    connection: &mut PgConnection,
    tenant: TenantId,
    conversation: ConversationId,
    beside: Vec<ThreadRow>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<ThreadRow>, QueryError> {
    let before = page::decode(cursor)?.unwrap_or(i64::MAX);
    let mut rows: Vec<ThreadRow> = sqlx::query_as(
        "select l.position, l.id, l.direction, l.origin, l.kind, l.body as text, l.attachment, f.state as file_state, f.file_name, \
             f.mime_type as file_type, f.bytes as file_bytes, f.trouble as file_trouble, l.erased, l.at, l.profile_id, l.author, \
             l.member_id, coalesce(c.name, l.member_name) as member_name, coalesce(c.phone, l.member_phone) as member_phone, \
             case m.status when 'dispatched' then 'sending' \
                 else coalesce(m.status, case when l.direction = 'out' and l.origin is null then 'queued' end) end as status, \
             m.error_class, m.error_code, m.error_detail, m.campaign_id, \
             null::text as campaign_name \
         from read.conversation_message l \
         left join read.message m on l.direction = 'out' and l.origin is null and m.tenant_id = l.tenant_id and m.message_id = l.id \
         left join read.contact c on c.tenant_id = l.tenant_id and c.contact_id = l.member_id \
         left join read.media f on f.tenant_id = l.tenant_id and f.media_id = coalesce( \
             l.attachment ->> 'media_id', l.attachment #>> '{header,media,media_id}')::uuid \
         where l.tenant_id = $1 and l.conversation_id = $2 and l.position < $3 \
         order by l.position desc limit $4",
    )
    .bind(tenant.0)
    .bind(conversation.0)
    .bind(before)
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    rows.extend(beside.into_iter().filter(|row| row.position < before));
    rows.sort_by_key(|row| Reverse(row.position));
    Ok(Page::cut(rows, limit, |row| row.position))
}
