//! Receipts: which message a receipt is about, and moving that message forward.
//!
//! A receipt names its message by the id that we gave the provider to echo. Where a provider does not echo it, the
//! provider's own id is looked up; a receipt that comes before that id is known is parked until `message.sent` tells it.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::message::{self, Command, Message, Receipt};
use waybill_domain::provider::{ProviderKind, Refusal};
use waybill_event_store::load::fold;
use waybill_event_store::read::read_streams;
use waybill_event_store::{Decision, EventStore, Loaded, Metadata};
use waybill_providers::ReceiptStatus;
use waybill_runtime::Context;

/// A receipt as a webhook told it.
pub struct Told {
    pub source: Arc<Recorded>,
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    pub correlation: Option<Uuid>,
    pub receipt: Receipt,
}

/// A message whose provider id is known now.
pub struct Known {
    pub profile_id: Uuid,
    pub provider_message_id: String,
    pub message_id: Uuid,
    pub tenant_id: Uuid,
}

/// A receipt that waits for its message.
#[derive(Serialize, Deserialize)]
struct Parked {
    status: message::Status,
    at: chrono::DateTime<chrono::Utc>,
    refusal: Option<Refusal>,
}

/// Receipts with their messages' states, loaded before the lane's lock is taken.
pub struct Prepared {
    states: HashMap<Uuid, Loaded<message::State>>,
    decisions: Vec<Decision<Message>>,
    parked: Vec<Told>,
}

/// Our name for a provider's state; `None` for states we do not know.
pub fn read(status: ReceiptStatus) -> Option<message::ReceiptStatus> {
    Some(match status {
        ReceiptStatus::Sent => message::ReceiptStatus::Sent,
        ReceiptStatus::Delivered => message::ReceiptStatus::Delivered,
        ReceiptStatus::Read | ReceiptStatus::Played => message::ReceiptStatus::Read,
        ReceiptStatus::Failed => message::ReceiptStatus::Failed,
        ReceiptStatus::Other(_) => return None,
    })
}

pub async fn prepare(context: &Context, told: Vec<Told>) -> anyhow::Result<Prepared> {
    let mut connection = context.store.database.system.acquire().await?;
    let named = look_up(&mut connection, told.iter().filter(|it| it.correlation.is_none())).await?;
    let mut by_message: HashMap<Uuid, usize> = HashMap::new();
    let mut prepared = Prepared { states: HashMap::new(), decisions: Vec::new(), parked: Vec::new() };
    for one in told {
        let key = (one.profile_id.0, one.receipt.provider_message_id.clone());
        let Some(message) = one.correlation.or_else(|| named.get(&key).copied()) else {
            prepared.parked.push(one);
            continue;
        };
        let command = Command::RecordReceipt(one.receipt);
        match by_message.get(&message) {
            Some(at) => prepared.decisions[*at].commands.push(command),
            None => {
                by_message.insert(message, prepared.decisions.len());
                let metadata = context.because_of(&one.source, Actor::provider(one.provider));
                prepared.decisions.push(Decision { id: message, metadata, commands: vec![command] });
            }
        }
    }
    let ids: Vec<Uuid> = prepared.decisions.iter().map(|it| it.id).collect();
    let events = read_streams(&mut connection, &ids).await?;
    let mut origins: HashMap<Uuid, (Uuid, Option<String>)> = HashMap::new();
    for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
        let start = Loaded { state: message::State::default(), version: 0 };
        prepared.states.insert(stream[0].stream_id, fold::<Message>(start, stream)?);
        origins.insert(stream[0].stream_id, (stream[0].correlation_id, stream[0].traceparent.clone()));
    }
    // What a receipt moves belongs to the request that sent the message, not to the webhook that told of it.
    for decision in &mut prepared.decisions {
        if let Some((correlation_id, traceparent)) = origins.remove(&decision.id) {
            decision.metadata.correlation_id = correlation_id;
            decision.metadata.traceparent = traceparent;
        }
    }
    // A receipt for a message that this log never dispatched, as after a restore: nothing can be decided on it.
    prepared.decisions.retain(|it| {
        let ours = prepared.states.contains_key(&it.id);
        if !ours {
            metrics::counter!("receipts_of_unknown_messages_total").increment(it.commands.len() as u64);
        }
        ours
    });
    Ok(prepared)
}

async fn look_up<'a>(
    connection: &mut PgConnection,
    told: impl Iterator<Item = &'a Told>,
) -> anyhow::Result<HashMap<(Uuid, String), Uuid>> {
    let (profiles, ids): (Vec<Uuid>, Vec<String>) =
        told.map(|it| (it.profile_id.0, it.receipt.provider_message_id.clone())).unzip();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String, Uuid)> = sqlx::query_as(
        "select m.profile_id, m.provider_message_id, m.message_id from process.provider_message m
         join unnest($1::uuid[], $2::text[]) as u (p, i) on m.profile_id = u.p and m.provider_message_id = u.i",
    )
    .bind(profiles)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(profile, id, message)| ((profile, id), message)).collect())
}

/// Appends what the receipts decide, and those that had been parked for the messages in `sent`.
pub async fn append(
    context: &Context,
    connection: &mut PgConnection,
    prepared: Prepared,
    sent: &[Known],
) -> anyhow::Result<i64> {
    // Before the append: from there on the lane is held.
    park(connection, &prepared.parked).await?;
    remember(connection, sent).await?;
    let freed = unpark(connection, sent).await?;
    let decided = context.store.decide_many_in(connection, prepared.states, prepared.decisions).await?;
    let mut position = decided.position;
    if !freed.is_empty() {
        let ids: Vec<Uuid> = freed.iter().map(|(message, ..)| *message).collect();
        let states = EventStore::load_many::<Message>(connection, &ids).await?;
        let mut by_message: HashMap<Uuid, (Metadata, Vec<Command>)> = HashMap::new();
        for (message, tenant, receipt) in freed {
            let metadata = context.unprompted(TenantId(tenant), Actor::process("webhook_reader"));
            by_message.entry(message).or_insert((metadata, Vec::new())).1.push(Command::RecordReceipt(receipt));
        }
        let decisions =
            by_message.into_iter().map(|(id, (metadata, commands))| Decision::<Message> { id, metadata, commands });
        let decided = context.store.decide_many_in(connection, states, decisions.collect()).await?;
        position = position.max(decided.position);
    }
    Ok(position)
}

async fn park(connection: &mut PgConnection, parked: &[Told]) -> Result<(), sqlx::Error> {
    for one in parked {
        let status = match one.receipt.status {
            message::ReceiptStatus::Sent => message::Status::Sent,
            message::ReceiptStatus::Failed => message::Status::Failed,
            message::ReceiptStatus::Delivered => message::Status::Delivered,
            message::ReceiptStatus::Read => message::Status::Read,
        };
        let receipt = Parked { status, at: one.receipt.at, refusal: one.receipt.refusal.clone() };
        // Rare: only providers that do not echo our id, and only when the receipt outruns the answer.
        sqlx::query(
            "insert into process.parked_receipt (profile_id, provider_message_id, of_position, tenant_id, receipt)
             values ($1, $2, $3, $4, $5) on conflict do nothing",
        )
        .bind(one.profile_id.0)
        .bind(&one.receipt.provider_message_id)
        .bind(one.source.position)
        .bind(one.source.tenant_id.0)
        .bind(Json(receipt))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn remember(connection: &mut PgConnection, sent: &[Known]) -> Result<(), sqlx::Error> {
    if sent.is_empty() {
        return Ok(());
    }
    let profiles: Vec<Uuid> = sent.iter().map(|it| it.profile_id).collect();
    let ids: Vec<&str> = sent.iter().map(|it| it.provider_message_id.as_str()).collect();
    let messages: Vec<Uuid> = sent.iter().map(|it| it.message_id).collect();
    let tenants: Vec<Uuid> = sent.iter().map(|it| it.tenant_id).collect();
    sqlx::query(
        "insert into process.provider_message (profile_id, provider_message_id, message_id, tenant_id)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) on conflict do nothing",
    )
    .bind(profiles)
    .bind(ids)
    .bind(messages)
    .bind(tenants)
    .execute(connection)
    .await?;
    Ok(())
}

async fn unpark(connection: &mut PgConnection, sent: &[Known]) -> Result<Vec<(Uuid, Uuid, Receipt)>, sqlx::Error> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let profiles: Vec<Uuid> = sent.iter().map(|it| it.profile_id).collect();
    let ids: Vec<&str> = sent.iter().map(|it| it.provider_message_id.as_str()).collect();
    let messages: Vec<Uuid> = sent.iter().map(|it| it.message_id).collect();
    let rows: Vec<(Uuid, Uuid, String, Json<Parked>)> = sqlx::query_as(
        "delete from process.parked_receipt p using unnest($1::uuid[], $2::text[], $3::uuid[]) as u (profile, id, message)
         where p.profile_id = u.profile and p.provider_message_id = u.id
         returning u.message, p.tenant_id, p.provider_message_id, p.receipt",
    )
    .bind(profiles)
    .bind(ids)
    .bind(messages)
    .fetch_all(connection)
    .await?;
    let receipt = |id: String, parked: Parked| Receipt {
        status: match parked.status {
            message::Status::Failed => message::ReceiptStatus::Failed,
            message::Status::Delivered => message::ReceiptStatus::Delivered,
            message::Status::Read => message::ReceiptStatus::Read,
            _ => message::ReceiptStatus::Sent,
        },
        provider_message_id: id,
        at: parked.at,
        refusal: parked.refusal,
    };
    Ok(rows.into_iter().map(|(message, tenant, id, parked)| (message, tenant, receipt(id, parked.0))).collect())
}
