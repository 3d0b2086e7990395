//! What ends the texts of conversations: a person is erased, or days are older than they may be kept.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, ConversationId};
use waybill_domain::tenant;

const ERASED: &str = "contact.erased";
const RETENTION: &str = "tenant.retention_applied";

pub fn is_one(kind: &str) -> bool {
    matches!(kind, ERASED | RETENTION)
}

pub async fn apply(
    connection: &mut PgConnection,
    recorded: &Recorded,
    applied: &mut Applied,
) -> Result<(), ProjectionError> {
    let tenant = recorded.tenant_id.0;
    if recorded.is(ERASED) {
        let contact = ContactId(recorded.stream_id);
        forget(connection, tenant, ConversationId::for_contact(contact).0).await?;
        return Ok(forget_in_groups(connection, tenant, contact.0).await?);
    }
    match batch::decode::<tenant::Event>(recorded, applied)? {
        Some(tenant::Event::RetentionApplied(it)) => Ok(end(connection, tenant, it.through).await?),
        _ => Ok(()),
    }
}

async fn forget(connection: &mut PgConnection, tenant: Uuid, conversation: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update conversation_message set body = null, attachment = null, erased = true where tenant_id = $1 and conversation_id = $2",
    )
    .bind(tenant)
    .bind(conversation)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update conversation set shown_name = null, phone = null, user_id = null, name_day = null, phone_day = null, \
             user_id_day = null, last_preview = null where tenant_id = $1 and conversation_id = $2",
    )
    .bind(tenant)
    .bind(conversation)
    .execute(connection)
    .await?;
    Ok(())
}

/// What the person said in groups, and the groups that show it as what was said last.
async fn forget_in_groups(connection: &mut PgConnection, tenant: Uuid, contact: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with forgotten as ( \
             update conversation_message set body = null, attachment = null, member_name = null, member_phone = null, \
                 erased = true \
             where tenant_id = $1 and member_id = $2 returning conversation_id, position) \
         update conversation c set last_preview = null from forgotten f \
         where c.tenant_id = $1 and c.conversation_id = f.conversation_id and c.last_position = f.position",
    )
    .bind(tenant)
    .bind(contact)
    .execute(connection)
    .await?;
    Ok(())
}

async fn end(connection: &mut PgConnection, tenant: Uuid, through: NaiveDate) -> Result<(), sqlx::Error> {
    // The conversations of the lines that end: by way of an index, not over all of the tenant's.
    let touched: Vec<Uuid> = sqlx::query_scalar(
        "with ended as ( \
             update conversation_message set body = null, attachment = null, member_name = null, member_phone = null, \
                 erased = true \
             where tenant_id = $1 and day <= $2 and not erased returning conversation_id) \
         select distinct conversation_id from ended",
    )
    .bind(tenant)
    .bind(through)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "update conversation c set \
             shown_name = case when name_day > $3 then shown_name end, \
             phone = case when phone_day > $3 then phone end, \
             user_id = case when user_id_day > $3 then user_id end, \
             last_preview = (select case when not m.erased then c.last_preview end from conversation_message m \
                 where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id \
                     and m.position = c.last_position), \
             name_day = case when name_day > $3 then name_day end, \
             phone_day = case when phone_day > $3 then phone_day end, \
             user_id_day = case when user_id_day > $3 then user_id_day end \
         where tenant_id = $1 and conversation_id = any($2)",
    )
    .bind(tenant)
    .bind(touched)
    .bind(through)
    .execute(connection)
    .await?;
    Ok(())
}
