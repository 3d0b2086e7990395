//! Begins sending: `message.sending` for a stretch of dispatched messages, in one transaction with the checkpoint.

use crate::line::Kind;
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
use waybill_event_store::{Append, Beginning, Begun, Checkpoint, Expected, InFlight, Outcome, StreamWrite};
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

impl Call {
    fn in_flight(&self) -> InFlight {
        InFlight {
            message_id: self.message_id,
            tenant_id: self.tenant_id,
            attempt: self.attempt,
            version: self.version,
            correlation_id: self.correlation_id,
        }
    }
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
    let beginning =
        Beginning { checkpoint: subscription.checkpoint(), through, epoch, in_turn: kind == Kind::Campaigns };
    let in_flight: Vec<InFlight> = calls.iter().map(Call::in_flight).collect();
    // Takes for granted that every message is where it was, as nearly always.
    let (calls, reached) = match context.store.begin_sending(beginning, &in_flight, &ready).await? {
        (Begun::All(_), reached) => (calls, reached),
        (Begun::MovedOn, _) => begin_won(context, beginning, calls, &ready).await?,
    };
    subscription.committed(reached);
    Ok(calls)
}

/// The same where some messages have moved on: of those nothing is begun.
async fn begin_won(
    context: &Context,
    beginning: Beginning<'_>,
    mut calls: Vec<Call>,
    ready: &[Ready],
) -> anyhow::Result<(Vec<Call>, Checkpoint)> {
    let mut transaction = context.store.database.system.begin().await?;
    let outcomes = context.store.append_in(&mut transaction, ready).await?;
    let mut outcomes = outcomes.iter();
    let mut head = 0;
    calls.retain(|_| match outcomes.next() {
        Some(Outcome::Appended { position, .. }) => {
            head = head.max(*position);
            true
        }
        _ => false,
    });
    let in_flight: Vec<InFlight> = calls.iter().map(Call::in_flight).collect();
    let reached = beginning.note(&mut transaction, &in_flight).await?;
    transaction.commit().await?;
    context.store.announce(head);
    Ok((calls, reached))
}
