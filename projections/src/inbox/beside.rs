//! What campaigns sent: it stands in no conversation and is shown among the lines of one.

use super::query::ThreadRow;
use crate::page::{self, QueryError};
use sqlx::{FromRow, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::id::{ContactId, TenantId};

/// A message of a campaign that got to a provider.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct CampaignMessage {
    pub message_id: Uuid,
    pub campaign_name: Option<String>,
}

/// Those of one person that one page of the thread can show, and one more. `cursor` is the thread's.
pub async fn campaign_messages(
    connection: &mut PgConnection,
    tenant: TenantId,
    contact: ContactId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Vec<CampaignMessage>, QueryError> {
    let before = page::decode(cursor)?.unwrap_or(i64::MAX);
    let rows = sqlx::query_as(
        "select m.message_id, g.name as campaign_name from read.message m \
         left join read.campaign g on g.tenant_id = m.tenant_id and g.campaign_id = m.campaign_id \
         where m.tenant_id = $1 and m.contact_id = $2 and m.campaign_id is not null and m.dispatched_position < $3 \
             and m.status not in ('queued', 'dispatched', 'cancelled') \
         order by m.dispatched_position desc limit $4",
    )
    .bind(tenant.0)
    .bind(contact.0)
    .bind(before)
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Adds what the gallery knows of their files to lines that stand elsewhere.
pub async fn join_files(
    connection: &mut PgConnection,
    tenant: TenantId,
    lines: &mut [ThreadRow],
) -> Result<(), QueryError> {
    let file_of = |line: &ThreadRow| Some(line.attachment.as_ref()?.media()?.media_id.0);
    let ids: Vec<Uuid> = lines.iter().filter_map(file_of).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<File> = sqlx::query_as(
        "select media_id, state, file_name, mime_type, bytes, trouble from read.media \
         where tenant_id = $1 and media_id = any($2)",
    )
    .bind(tenant.0)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let files: HashMap<Uuid, File> = rows.into_iter().map(|file| (file.media_id, file)).collect();
    for line in lines {
        let Some(file) = file_of(line).and_then(|id| files.get(&id)) else { continue };
        line.file_state = Some(file.state.clone());
        line.file_name = file.file_name.clone();
        line.file_type = file.mime_type.clone();
        line.file_bytes = file.bytes;
        line.file_trouble = file.trouble.clone();
    }
    Ok(())
}

#[derive(FromRow)]
struct File {
    media_id: Uuid,
    state: String,
    file_name: Option<String>,
    mime_type: Option<String>,
    bytes: Option<i64>,
    trouble: Option<String>,
}
