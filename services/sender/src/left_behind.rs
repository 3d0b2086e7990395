//! What a sender finds when it takes over: calls that another began and did not finish.
//!
//! Nobody can tell whether those calls reached the provider. They become `uncertain`; receipts, the provider's look-up or
//! a person settle them. They are never called again from here.

use chrono::TimeDelta;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::message::{Command, Message};
use waybill_event_store::{Decision, EventStore, Metadata};
use waybill_runtime::Context;

const BATCH: i64 = 500;

/// Settles what was begun under an epoch before `epoch`.
pub async fn settle(context: &Context, epoch: i64) -> anyhow::Result<()> {
    let mut found = 0;
    loop {
        let settled = settle_some(context, epoch).await?;
        found += settled;
        if settled == 0 {
            break;
        }
    }
    if found > 0 {
        tracing::warn!(messages = found, "calls without an outcome were found and are uncertain");
    }
    Ok(())
}

async fn settle_some(context: &Context, epoch: i64) -> anyhow::Result<usize> {
    let mut transaction = context.store.database.system.begin().await?;
    let rows: Vec<(Uuid, Uuid, i32, Uuid)> = sqlx::query_as(
        "select message_id, tenant_id, attempt, correlation_id from process.in_flight where epoch < $1 limit $2",
    )
    .bind(epoch)
    .bind(BATCH)
    .fetch_all(&mut *transaction)
    .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let states = EventStore::load_many::<Message>(&mut transaction, &ids).await?;
    let at = context.clock.now();
    let deadline = at + TimeDelta::seconds(i64::from(context.config.uncertain_deadline_s));
    let decisions = rows
        .iter()
        .map(|(message, tenant, attempt, correlation_id)| Decision {
            id: *message,
            metadata: Metadata {
                tenant_id: TenantId(*tenant),
                actor: Actor::process("sender"),
                at,
                correlation_id: *correlation_id,
                causation_id: None,
                traceparent: None,
            },
            commands: vec![Command::RecordUncertain {
                attempt: *attempt as u32,
                reason: "sender_stopped".to_owned(),
                deadline,
            }],
        })
        .collect();
    // Rows before the lane, as everywhere here: nobody waits for the other the other way round.
    sqlx::query("delete from process.in_flight where message_id = any($1) and epoch < $2")
        .bind(&ids)
        .bind(epoch)
        .execute(&mut *transaction)
        .await?;
    let decided = context.store.decide_many_in::<Message>(&mut transaction, states, decisions).await?;
    transaction.commit().await?;
    context.store.announce(decided.position);
    Ok(rows.len())
}
