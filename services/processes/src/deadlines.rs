//! Deadlines: what becomes of messages of which nobody knows whether they were sent.
//!
//! Reacts to `message.uncertain` and `message.reconciled`, and to time. Receipts settle most; providers that keep a journal
//! are asked (`journal`); what is left by its deadline is treated as the organisation has said, which is to put it before a
//! person unless it said otherwise. What waits is a row of `process.uncertain`.

mod journal;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::message::{self, Command, Message};
use waybill_domain::tenant::Tenant;
use waybill_event_store::{Decision, EventStore, Metadata};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/deadlines";
/// How often due deadlines are looked for.
const TICK: Duration = Duration::from_secs(1);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut journals = journal::Journals::new(&context)?;
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(2_000) => fold(&context, &mut subscription, events?).await?,
            _ = tick.tick() => {
                journals.ask(&context).await?;
                while lapse_due(&context).await? {}
            }
        }
    }
}

async fn fold(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    // The last word on each message in this stretch.
    let mut words: HashMap<Uuid, (Arc<Recorded>, Option<message::Uncertain>)> = HashMap::new();
    for recorded in events {
        match recorded.kind.as_ref() {
            "message.uncertain" => {
                let Some(message::Event::Uncertain(uncertain)) = recorded.decode()? else { continue };
                words.insert(recorded.stream_id, (recorded, Some(uncertain)));
            }
            "message.reconciled" => drop(words.insert(recorded.stream_id, (recorded, None))),
            _ => {}
        }
    }
    if words.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let (open, settled): (Vec<_>, Vec<_>) = words.into_values().partition(|(_, uncertain)| uncertain.is_some());
    let mut transaction = context.store.database.system.begin().await?;
    sqlx::query(
        "insert into process.uncertain (message_id, tenant_id, deadline, correlation_id, profile_id, ask_at)
         select m, t, d, c, p, least(a + interval '2 seconds', d)
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::timestamptz[])
            as u (m, t, d, c, p, a)
         on conflict (message_id) do update set deadline = excluded.deadline, profile_id = excluded.profile_id,
            ask_at = excluded.ask_at, asked = 0",
    )
    .bind(open.iter().map(|(recorded, _)| recorded.stream_id).collect::<Vec<_>>())
    .bind(open.iter().map(|(recorded, _)| recorded.tenant_id.0).collect::<Vec<_>>())
    .bind(open.iter().filter_map(|(_, uncertain)| uncertain.as_ref()).map(|it| it.deadline).collect::<Vec<_>>())
    .bind(open.iter().map(|(recorded, _)| recorded.correlation_id).collect::<Vec<_>>())
    .bind(open.iter().filter_map(|(_, uncertain)| uncertain.as_ref()).map(|it| it.profile_id.0).collect::<Vec<_>>())
    .bind(open.iter().map(|(recorded, _)| recorded.recorded_at).collect::<Vec<_>>())
    .execute(&mut *transaction)
    .await?;
    sqlx::query("delete from process.uncertain where message_id = any($1)")
        .bind(settled.iter().map(|(recorded, _)| recorded.stream_id).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    Ok(())
}

/// Does with some messages whose deadline has passed what their organisation wants; whether there may be more.
async fn lapse_due(context: &Context) -> anyhow::Result<bool> {
    let mut transaction = context.store.database.system.begin().await?;
    let due: Vec<(Uuid, Uuid, Uuid)> = sqlx::query_as(
        "select message_id, tenant_id, correlation_id from process.uncertain where deadline <= $1 order by deadline limit 500",
    )
    .bind(context.clock.now())
    .fetch_all(&mut *transaction)
    .await?;
    if due.is_empty() {
        return Ok(false);
    }
    let ids: Vec<Uuid> = due.iter().map(|row| row.0).collect();
    let tenants: Vec<Uuid> = due.iter().map(|row| row.1).collect();
    let policies = EventStore::load_many::<Tenant>(&mut transaction, &tenants).await?;
    let policy = |tenant: &Uuid| policies.get(tenant).map(|it| it.state.sending.uncertain).unwrap_or_default();
    let states = EventStore::load_many::<Message>(&mut transaction, &ids).await?;
    let at = context.clock.now();
    let decisions = due
        .iter()
        .map(|(id, tenant, correlation_id)| Decision {
            id: *id,
            metadata: Metadata {
                correlation_id: *correlation_id,
                ..context.unprompted(TenantId(*tenant), Actor::process("deadlines"))
            },
            commands: vec![Command::Lapse { policy: policy(tenant), at }],
        })
        .collect();
    let decided = context.store.decide_many_in::<Message>(&mut transaction, states, decisions).await?;
    sqlx::query("delete from process.uncertain where message_id = any($1)")
        .bind(&ids)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    context.store.announce(decided.position);
    Ok(due.len() == 500)
}
