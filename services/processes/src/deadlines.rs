//! Deadlines: puts uncertain messages before a person when no receipt has settled them in time.
//!
//! Reacts to `message.uncertain` and `message.reconciled`, and to time. What waits is a row of `process.uncertain`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::message::{self, Command, Message};
use waybill_event_store::{Decision, EventStore, Metadata};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/deadlines";
/// How often due deadlines are looked for.
const TICK: Duration = Duration::from_secs(1);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(2_000) => fold(&context, &mut subscription, events?).await?,
            _ = tick.tick() => while hold_due(&context).await? {},
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
        "insert into process.uncertain (message_id, tenant_id, deadline, correlation_id)
         select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[])
         on conflict (message_id) do update set deadline = excluded.deadline",
    )
    .bind(open.iter().map(|(recorded, _)| recorded.stream_id).collect::<Vec<_>>())
    .bind(open.iter().map(|(recorded, _)| recorded.tenant_id.0).collect::<Vec<_>>())
    .bind(open.iter().filter_map(|(_, uncertain)| uncertain.as_ref()).map(|it| it.deadline).collect::<Vec<_>>())
    .bind(open.iter().map(|(recorded, _)| recorded.correlation_id).collect::<Vec<_>>())
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

/// Holds some messages whose deadline has passed; whether there may be more.
async fn hold_due(context: &Context) -> anyhow::Result<bool> {
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
    let states = EventStore::load_many::<Message>(&mut transaction, &ids).await?;
    let decisions = due
        .iter()
        .map(|(id, tenant, correlation_id)| Decision {
            id: *id,
            metadata: Metadata {
                correlation_id: *correlation_id,
                ..context.unprompted(TenantId(*tenant), Actor::process("deadlines"))
            },
            commands: vec![Command::Hold],
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
