//! The same rows by plain SQL inside the server: what a person would write who knows the log.

use super::BATCH;
use sqlx::{AssertSqlSafe, Executor};
use std::time::Instant;
use waybill_event_store::EventStore;

/// Tables to be copied from schema `read`, and statements over `batch`, a stretch of the log.
pub struct Statements {
    tables: &'static [&'static str],
    batch: &'static [&'static str],
}

pub fn statements(model: &str) -> Option<&'static Statements> {
    match model {
        "inbox" => Some(&INBOX),
        "analytics" => Some(&ANALYTICS),
        "wallet" => Some(&WALLET),
        _ => None,
    }
}

const INBOX: Statements = Statements {
    tables: &["conversation", "conversation_message"],
    batch: &[
        "insert into conversation_message (tenant_id, conversation_id, position, id, direction, kind, erased, at, \
             profile_id)
         select tenant_id, stream_id, pos, event_id,
             case type when 'conversation.inbound_received' then 'inbound' else 'outbound' end,
             coalesce(data ->> 'kind', 'text'), false, (data ->> 'at')::timestamptz, (data ->> 'profile_id')::uuid
         from batch where type in ('conversation.inbound_received', 'conversation.reply_requested')",
        "insert into conversation as c (tenant_id, conversation_id, contact_id, profile_id, unread, last_direction, \
             last_at, last_position, last_inbound_at, version)
         select distinct on (stream_id) tenant_id, stream_id, (data ->> 'contact_id')::uuid,
             (data ->> 'profile_id')::uuid,
             count(*) filter (where type = 'conversation.inbound_received') over (partition by stream_id),
             case type when 'conversation.inbound_received' then 'inbound' else 'outbound' end,
             (data ->> 'at')::timestamptz, pos, max((data ->> 'at')::timestamptz) over (partition by stream_id), version
         from batch where type like 'conversation.%' order by stream_id, pos desc
         on conflict (tenant_id, conversation_id) do update set unread = c.unread + excluded.unread,
             last_direction = excluded.last_direction, last_at = excluded.last_at,
             last_position = excluded.last_position, last_inbound_at = excluded.last_inbound_at,
             version = excluded.version",
    ],
};

const ANALYTICS: Statements = Statements {
    tables: &["daily_count", "daily_campaign_count", "message_count"],
    batch: &[
        "insert into daily_count as d
         select tenant_id, (recorded_at at time zone 'utc')::date,
             coalesce(sum(jsonb_array_length(data -> 'contact_ids')) filter (where type = 'campaign.recipients_enrolled'), 0),
             count(*) filter (where type = 'message.dispatched'), count(*) filter (where type = 'message.sent'),
             count(*) filter (where type = 'message.delivered'), count(*) filter (where type = 'message.read'),
             count(*) filter (where type = 'message.failed'), count(*) filter (where type = 'message.cancelled'),
             count(*) filter (where type = 'message.uncertain'),
             count(*) filter (where type = 'conversation.inbound_received'),
             count(*) filter (where type = 'conversation.reply_requested')
         from batch where type like 'message.%' or type like 'conversation.%' or type like 'campaign.%' group by 1, 2
         on conflict (tenant_id, date) do update set enrolled = d.enrolled + excluded.enrolled,
             dispatched = d.dispatched + excluded.dispatched, sent = d.sent + excluded.sent,
             delivered = d.delivered + excluded.delivered, read = d.read + excluded.read,
             inbound = d.inbound + excluded.inbound, replies = d.replies + excluded.replies",
        "insert into daily_campaign_count as d
         select tenant_id, (data ->> 'campaign_id')::uuid, (recorded_at at time zone 'utc')::date, 0,
             count(*) filter (where type = 'message.dispatched'), count(*) filter (where type = 'message.sent'),
             count(*) filter (where type = 'message.delivered'), count(*) filter (where type = 'message.read'),
             count(*) filter (where type = 'message.failed'), count(*) filter (where type = 'message.cancelled'),
             count(*) filter (where type = 'message.uncertain')
         from batch where type like 'message.%' and data ? 'campaign_id' group by 1, 2, 3
         on conflict (tenant_id, campaign_id, date) do update set dispatched = d.dispatched + excluded.dispatched,
             sent = d.sent + excluded.sent, delivered = d.delivered + excluded.delivered,
             read = d.read + excluded.read",
    ],
};

const WALLET: Statements = Statements {
    tables: &["wallet", "wallet_entry"],
    batch: &[
        "insert into wallet_entry (tenant_id, position, at, kind, points, effect, campaign_id, messages, balance_after)
         select tenant_id, pos, recorded_at, substr(type, 8), (data ->> 'points')::bigint,
             effect, (data ->> 'campaign_id')::uuid, (data ->> 'messages')::bigint,
             coalesce(before.available, 0) + sum(effect) over (partition by tenant_id order by pos)
         from (select *, case type when 'wallet.topped_up' then 1 when 'wallet.released' then 1
                 when 'wallet.reserved' then -1 else 0 end * (data ->> 'points')::bigint as effect
             from batch where type like 'wallet.%') as moves
         left join lateral (select available from wallet w where w.tenant_id = moves.tenant_id) as before on true",
        "insert into wallet as w
         select tenant_id, coalesce(sum(points) filter (where type = 'wallet.topped_up'), 0), sum(effect), 0,
             coalesce(sum(points) filter (where type = 'wallet.captured'), 0), 0, max(version), max(pos)
         from (select *, (data ->> 'points')::bigint as points, case type when 'wallet.topped_up' then 1
                 when 'wallet.released' then 1 when 'wallet.reserved' then -1 else 0 end
                 * (data ->> 'points')::bigint as effect
             from batch where type like 'wallet.%') as moves
         group by tenant_id having count(*) > 0
         on conflict (tenant_id) do update set available = w.available + excluded.available,
             captured = w.captured + excluded.captured, version = excluded.version, position = excluded.position",
    ],
};

/// Runs them over the whole log, a transaction a stretch; answers when that began.
pub async fn run(store: &EventStore, statements: &Statements, events: i64) -> anyhow::Result<Instant> {
    let mut connection = store.database.system.acquire().await?;
    let mut script = "drop schema if exists by_hand cascade; create schema by_hand;".to_owned();
    for table in statements.tables {
        script.push_str(&format!("create table by_hand.{table} (like read.{table} including all);"));
    }
    connection.execute(sqlx::raw_sql(AssertSqlSafe(script))).await?;
    let began = Instant::now();
    for after in (0..events).step_by(BATCH as usize) {
        let batch = format!(
            "with batch as not materialized (select * from es.event where pos > {after} and pos <= {})",
            after + BATCH
        );
        let mut script =
            "begin; set local search_path = by_hand; set local synchronous_commit = off; set local jit = off;
            set local enable_seqscan = on; set local enable_bitmapscan = on; set local enable_sort = on;"
                .to_owned();
        for statement in statements.batch {
            script.push_str(&format!("{batch} {statement};"));
        }
        script.push_str("commit;");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(script))).await?;
    }
    Ok(began)
}
