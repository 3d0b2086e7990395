//! The two statements of `apply`.

use super::fold::Change;
use crate::batch::column;
use sqlx::PgConnection;
use waybill_domain::provider::Refusal;

const INSERT: &str = "
    insert into message (tenant_id, message_id, campaign_id, conversation_id, contact_id, profile_id, status, trouble,
        attempt, held, error_class, error_code, error_detail, cancel_reason, provider_message_id, queued_at,
        dispatched_at, sent_at, delivered_at, read_at, failed_at, retry_at, uncertain_deadline, updated_at, version,
        position, dispatched_position)
    select tenant_id, message_id, campaign_id, conversation_id, contact_id, profile_id, coalesce(status, 'queued'),
        trouble, coalesce(attempt, 0), coalesce(held, false), error_class, error_code, error_detail, cancel_reason,
        provider_message_id, coalesce(queued_at, updated_at), dispatched_at, sent_at, delivered_at, read_at, failed_at,
        retry_at, uncertain_deadline, updated_at, coalesce(version, 0), position, dispatched_position
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
        $9::int4[], $10::bool[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[],
        $22::timestamptz[], $23::timestamptz[], $24::timestamptz[], $25::timestamptz[], $26::int8[], $27::int8[],
        $28::int8[])
        as n (tenant_id, message_id, campaign_id, conversation_id, contact_id, profile_id, status, trouble, attempt,
            held, error_known, error_class, error_code, error_detail, cancel_reason, provider_message_id, queued_at,
            dispatched_at, sent_at, delivered_at, read_at, failed_at, retry_at, uncertain_deadline, updated_at,
            version, position, dispatched_position)";

const UPDATE: &str = "
    update message m
    set campaign_id = coalesce(n.campaign_id, m.campaign_id),
        conversation_id = coalesce(n.conversation_id, m.conversation_id),
        contact_id = coalesce(n.contact_id, m.contact_id),
        profile_id = coalesce(n.profile_id, m.profile_id),
        status = coalesce(n.status, m.status),
        trouble = case when n.status is null then m.trouble else n.trouble end,
        attempt = coalesce(n.attempt, m.attempt),
        held = coalesce(n.held, m.held),
        error_class = case when n.error_known then n.error_class else m.error_class end,
        error_code = case when n.error_known then n.error_code else m.error_code end,
        error_detail = case when n.error_known then n.error_detail else m.error_detail end,
        cancel_reason = coalesce(n.cancel_reason, m.cancel_reason),
        provider_message_id = coalesce(n.provider_message_id, m.provider_message_id),
        dispatched_at = coalesce(n.dispatched_at, m.dispatched_at),
        sent_at = coalesce(n.sent_at, m.sent_at),
        delivered_at = coalesce(n.delivered_at, m.delivered_at),
        read_at = coalesce(n.read_at, m.read_at),
        failed_at = coalesce(n.failed_at, m.failed_at),
        retry_at = case when n.status is null then m.retry_at else n.retry_at end,
        uncertain_deadline = case when n.status is null then m.uncertain_deadline else n.uncertain_deadline end,
        updated_at = n.updated_at,
        version = coalesce(n.version, m.version),
        position = n.position,
        dispatched_position = coalesce(n.dispatched_position, m.dispatched_position)
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
        $9::int4[], $10::bool[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
        $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[],
        $22::timestamptz[], $23::timestamptz[], $24::timestamptz[], $25::timestamptz[], $26::int8[], $27::int8[],
        $28::int8[])
        as n (tenant_id, message_id, campaign_id, conversation_id, contact_id, profile_id, status, trouble, attempt,
            held, error_known, error_class, error_code, error_detail, cancel_reason, provider_message_id, queued_at,
            dispatched_at, sent_at, delivered_at, read_at, failed_at, retry_at, uncertain_deadline, updated_at,
            version, position, dispatched_position)
    where m.tenant_id = n.tenant_id and m.message_id = n.message_id";

pub async fn insert(connection: &mut PgConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    write(connection, INSERT, changes).await
}

pub async fn update(connection: &mut PgConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    write(connection, UPDATE, changes).await
}

async fn write(connection: &mut PgConnection, sql: &'static str, changes: &[Change]) -> Result<(), sqlx::Error> {
    sqlx::query(sql)
        .bind(column(changes, |it| it.tenant_id))
        .bind(column(changes, |it| it.message_id))
        .bind(column(changes, |it| it.campaign_id))
        .bind(column(changes, |it| it.conversation_id))
        .bind(column(changes, |it| it.contact_id))
        .bind(column(changes, |it| it.profile_id))
        .bind(column(changes, |it| it.status.map(|status| status.as_str())))
        .bind(column(changes, Change::trouble))
        .bind(column(changes, |it| it.attempt))
        .bind(column(changes, |it| it.held))
        .bind(column(changes, |it| it.error.is_some()))
        .bind(column(changes, |it| error(it).map(|error| error.class.as_str())))
        .bind(column(changes, |it| error(it).map(|error| error.code.as_str())))
        .bind(column(changes, |it| error(it).map(|error| error.detail.as_str())))
        .bind(column(changes, |it| it.cancel_reason.as_deref()))
        .bind(column(changes, |it| it.provider_message_id.as_deref()))
        .bind(column(changes, |it| it.queued_at))
        .bind(column(changes, |it| it.dispatched_at))
        .bind(column(changes, |it| it.sent_at))
        .bind(column(changes, |it| it.delivered_at))
        .bind(column(changes, |it| it.read_at))
        .bind(column(changes, |it| it.failed_at))
        .bind(column(changes, |it| it.retry_at))
        .bind(column(changes, |it| it.uncertain_deadline))
        .bind(column(changes, |it| it.updated_at))
        .bind(column(changes, |it| it.version))
        .bind(column(changes, |it| it.position))
        .bind(column(changes, |it| it.dispatched_position))
        .execute(connection)
        .await?;
    Ok(())
}

fn error(change: &Change) -> Option<&Refusal> {
    change.error.as_ref().and_then(Option::as_ref)
}
