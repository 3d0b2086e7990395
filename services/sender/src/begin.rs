//! Begins sending: `message.sending` for a stretch of dispatched messages, in one transaction with the checkpoint.

use crate::line::Kind;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{MessageId, ProfileId, TenantId};
use waybill_domain::message::{self, Command, Content, Message};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::append::Ready;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};
use waybill_runtime::{Context, Subscription};

/// A call that may be made: its `sending` is in the log.
#[derive(Debug, Clone)]
pub struct Call {
    pub message_id: MessageId,
    pub tenant_id: TenantId,
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    pub attempt: u32,
    /// Of the message's stream, at `sending`.
    pub version: i64,
    pub state: message::State,
    pub content: Personal<Content>,
    pub correlation_id: Uuid,
    pub causation_id: Uuid,
    pub traceparent: Option<String>,
}

/// Appends `sending` for every dispatch that is still waiting for it, and moves the checkpoint to `through`. The calls of
/// the result are ours, in `epoch`.
pub async fn begin(
    context: &Context,
    subscription: &mut Subscription,
    epoch: i64,
    kind: Kind,
    dispatches: &[Arc<Recorded>],
    through: i64,
) -> anyhow::Result<Vec<Call>> {
    // Of a message that was dispatched again only that counts: what came before is over.
    let latest: HashMap<Uuid, i64> = dispatches.iter().map(|event| (event.stream_id, event.version)).collect();
    let is_latest = |event: &&Arc<Recorded>| latest.get(&event.stream_id) == Some(&event.version);
    let mut dispatches: Vec<Recorded> =
        dispatches.iter().filter(is_latest).map(|event| event.as_ref().clone()).collect();
    context.store.keys.open(&mut dispatches).await?;
    let mut calls = Vec::with_capacity(dispatches.len());
    let mut appends = Vec::with_capacity(dispatches.len());
    for recorded in dispatches {
        let Some(event) = recorded.decode::<message::Event>()? else { continue };
        let message::Event::Dispatched(dispatched) = &event else { continue };
        // What the message is after this very event; if anything has happened since, the append below loses.
        let state = Message::fold(message::State { attempt: dispatched.attempt - 1, ..Default::default() }, [&event]);
        let sending = Message::decide(&state, Command::BeginSending { attempt: dispatched.attempt })?;
        let metadata = context.because_of(&recorded, Actor::process("sender"));
        let message_id = MessageId(recorded.stream_id);
        let write = StreamWrite::new(message_id, Expected::Exactly(recorded.version), &sending);
        appends.push(Append::new(metadata, vec![write]));
        calls.push(Call {
            message_id,
            tenant_id: recorded.tenant_id,
            profile_id: dispatched.profile_id,
            provider: dispatched.provider,
            attempt: dispatched.attempt,
            version: recorded.version + 1,
            state: Message::fold(state, &sending),
            content: dispatched.content.clone(),
            correlation_id: recorded.correlation_id,
            causation_id: recorded.event_id,
            traceparent: recorded.traceparent.clone(),
        });
    }

    let ready = context.store.make_ready(appends).await?;
    // The lane is held from the append to the end of the transaction, and everybody waits for it: what else there is to
    // write comes before. That takes for granted that every call is won, as nearly always.
    let mut transaction = context.store.database.system.begin().await?;
    let moved = subscription.commit_through(&mut transaction, through).await?;
    remember(&mut transaction, &calls, epoch).await?;
    let outcomes = match kind {
        Kind::Campaigns => context.store.append_in(&mut transaction, &ready).await?,
        Kind::Replies => context.store.append_promptly_in(&mut transaction, &ready).await?,
    };
    let positions: Vec<i64> = outcomes.iter().filter_map(position).collect();
    if positions.len() == calls.len() {
        transaction.commit().await?;
        subscription.committed(moved);
        context.store.announce(positions.into_iter().max().unwrap_or(0));
        return Ok(calls);
    }
    transaction.rollback().await?;
    begin_won(context, subscription, epoch, calls, &ready, through).await
}

fn position(outcome: &Outcome) -> Option<i64> {
    match outcome {
        Outcome::Appended { position, .. } => Some(*position),
        _ => None,
    }
}

/// The same where some messages have moved on: rows of those are not touched.
async fn begin_won(
    context: &Context,
    subscription: &mut Subscription,
    epoch: i64,
    calls: Vec<Call>,
    ready: &[Ready],
    through: i64,
) -> anyhow::Result<Vec<Call>> {
    let mut transaction = context.store.database.system.begin().await?;
    let outcomes = context.store.append_in(&mut transaction, ready).await?;
    let mut head = 0;
    let mut won = Vec::with_capacity(calls.len());
    for (call, outcome) in calls.into_iter().zip(outcomes) {
        if let Some(position) = position(&outcome) {
            head = head.max(position);
            won.push(call);
        }
    }
    remember(&mut transaction, &won, epoch).await?;
    let moved = subscription.commit_through(&mut transaction, through).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(head);
    Ok(won)
}

async fn remember(connection: &mut PgConnection, calls: &[Call], epoch: i64) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = calls.iter().map(|call| call.message_id.0).collect();
    let tenants: Vec<Uuid> = calls.iter().map(|call| call.tenant_id.0).collect();
    let attempts: Vec<i32> = calls.iter().map(|call| call.attempt as i32).collect();
    let versions: Vec<i64> = calls.iter().map(|call| call.version).collect();
    let correlations: Vec<Uuid> = calls.iter().map(|call| call.correlation_id).collect();
    sqlx::query(
        "insert into process.in_flight (message_id, tenant_id, attempt, version, epoch, correlation_id)
         select m, t, a, v, $6, c from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::uuid[]) as u (m, t, a, v, c)
         on conflict (message_id) do update set attempt = excluded.attempt, version = excluded.version,
            epoch = excluded.epoch, correlation_id = excluded.correlation_id",
    )
    .bind(ids)
    .bind(tenants)
    .bind(attempts)
    .bind(versions)
    .bind(correlations)
    .bind(epoch)
    .execute(connection)
    .await?;
    Ok(())
}
