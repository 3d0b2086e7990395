//! The statements of `apply`.

use super::fold::{Change, Line};
use crate::batch::column;
use sqlx::PgConnection;

const INSERT: &str = "
    insert into conversation (tenant_id, conversation_id, is_group, contact_id, profile_id, continued_in, shown_name, phone,
        user_id, name_day, phone_day, user_id_day, unread, last_direction, last_kind, last_preview, last_at, last_message_id,
        last_position, last_inbound_at, version)
    select tenant_id, conversation_id, is_group, contact_id, profile_id, continued_in, shown_name, phone, user_id, name_day,
        phone_day, user_id_day, unread, last_direction, last_kind, last_preview, last_at, last_message_id,
        coalesce(last_position, 0), last_inbound_at, version
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bool[], $8::int8[],
        $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::uuid[], $14::int8[], $15::timestamptz[],
        $16::int8[], $17::date[], $18::date[], $19::bool[], $20::uuid[], $21::text[], $22::date[])
        as n (tenant_id, conversation_id, contact_id, profile_id, shown_name, phone, was_read, unread, last_direction,
            last_kind, last_preview, last_at, last_message_id, last_position, last_inbound_at, version, name_day, phone_day,
            is_group, continued_in, user_id, user_id_day)";

const UPDATE: &str = "
    update conversation c
    set contact_id = coalesce(n.contact_id, c.contact_id),
        profile_id = coalesce(n.profile_id, c.profile_id),
        is_group = c.is_group or n.is_group,
        continued_in = coalesce(n.continued_in, c.continued_in),
        shown_name = coalesce(n.shown_name, c.shown_name),
        phone = coalesce(n.phone, c.phone),
        name_day = coalesce(n.name_day, c.name_day),
        phone_day = coalesce(n.phone_day, c.phone_day),
        user_id = coalesce(n.user_id, c.user_id),
        user_id_day = coalesce(n.user_id_day, c.user_id_day),
        unread = case when n.was_read then 0 else c.unread end + n.unread,
        last_direction = case when n.last_position is null then c.last_direction else n.last_direction end,
        last_kind = case when n.last_position is null then c.last_kind else n.last_kind end,
        last_preview = case when n.last_position is null then c.last_preview else n.last_preview end,
        last_at = case when n.last_position is null then c.last_at else n.last_at end,
        last_message_id = case when n.last_position is null then c.last_message_id else n.last_message_id end,
        last_position = coalesce(n.last_position, c.last_position),
        last_inbound_at = greatest(c.last_inbound_at, n.last_inbound_at),
        version = n.version
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bool[], $8::int8[],
        $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::uuid[], $14::int8[], $15::timestamptz[],
        $16::int8[], $17::date[], $18::date[], $19::bool[], $20::uuid[], $21::text[], $22::date[])
        as n (tenant_id, conversation_id, contact_id, profile_id, shown_name, phone, was_read, unread, last_direction,
            last_kind, last_preview, last_at, last_message_id, last_position, last_inbound_at, version, name_day, phone_day,
            is_group, continued_in, user_id, user_id_day)
    where c.tenant_id = n.tenant_id and c.conversation_id = n.conversation_id";

pub async fn insert(connection: &mut PgConnection, rows: &[Change]) -> Result<(), sqlx::Error> {
    write(connection, INSERT, rows).await
}

pub async fn update(connection: &mut PgConnection, rows: &[Change]) -> Result<(), sqlx::Error> {
    write(connection, UPDATE, rows).await
}

async fn write(connection: &mut PgConnection, sql: &'static str, rows: &[Change]) -> Result<(), sqlx::Error> {
    sqlx::query(sql)
        .bind(column(rows, |row| row.tenant_id))
        .bind(column(rows, |row| row.conversation_id))
        .bind(column(rows, |row| row.contact_id))
        .bind(column(rows, |row| row.profile_id))
        .bind(column(rows, |row| row.shown_name.as_deref()))
        .bind(column(rows, |row| row.phone.as_deref()))
        .bind(column(rows, |row| row.was_read))
        .bind(column(rows, |row| row.unread))
        .bind(column(rows, |row| row.last.as_ref().map(|last| last.direction)))
        .bind(column(rows, |row| row.last.as_ref().map(|last| last.kind.as_str())))
        .bind(column(rows, |row| row.last.as_ref().and_then(|last| last.preview.as_deref())))
        .bind(column(rows, |row| row.last.as_ref().map(|last| last.at)))
        .bind(column(rows, |row| row.last.as_ref().and_then(|last| last.message_id)))
        .bind(column(rows, |row| row.last.as_ref().map(|last| last.position)))
        .bind(column(rows, |row| row.last_inbound_at))
        .bind(column(rows, |row| row.version))
        .bind(column(rows, |row| row.name_day))
        .bind(column(rows, |row| row.phone_day))
        .bind(column(rows, |row| row.is_group))
        .bind(column(rows, |row| row.continued_in))
        .bind(column(rows, |row| row.user_id.as_deref()))
        .bind(column(rows, |row| row.user_id_day))
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn said(connection: &mut PgConnection, rows: &[Line]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into conversation_message (tenant_id, conversation_id, position, id, direction, kind, body, erased, \
             at, day, profile_id, author, attachment, origin, member_id, member_name, member_phone) \
         select t, c, o, i, d, k, b, e, w, y, p, a, x::jsonb, g, m, mn, mp \
         from unnest($1::uuid[], $2::uuid[], $3::int8[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bool[], \
             $9::timestamptz[], $10::date[], $11::uuid[], $12::uuid[], $13::text[], \
             $14::text[], $15::uuid[], $16::text[], $17::text[]) \
             as n (t, c, o, i, d, k, b, e, w, y, p, a, x, g, m, mn, mp)",
    )
    .bind(column(rows, |row| row.tenant_id))
    .bind(column(rows, |row| row.conversation_id))
    .bind(column(rows, |row| row.position))
    .bind(column(rows, |row| row.id))
    .bind(column(rows, |row| row.direction))
    .bind(column(rows, |row| row.kind.as_str()))
    .bind(column(rows, |row| row.body.as_deref()))
    .bind(column(rows, |row| row.erased))
    .bind(column(rows, |row| row.at))
    .bind(column(rows, |row| row.day))
    .bind(column(rows, |row| row.profile_id))
    .bind(column(rows, |row| row.author))
    .bind(column(rows, |row| {
        row.attachment.as_ref().map(|it| serde_json::to_string(it).expect("plain data serialises"))
    }))
    .bind(column(rows, |row| row.origin))
    .bind(column(rows, |row| row.member.as_ref().map(|member| member.contact_id)))
    .bind(column(rows, |row| row.member.as_ref().and_then(|member| member.name.as_deref())))
    .bind(column(rows, |row| row.member.as_ref().and_then(|member| member.phone.as_deref())))
    .execute(connection)
    .await?;
    Ok(())
}
