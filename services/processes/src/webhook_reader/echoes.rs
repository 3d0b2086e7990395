//! Echoes: what the business wrote on its phone, or through another system with the same account, goes to the conversation
//! as well. What we sent ourselves comes back as an echo too, and is in the conversation already.
//!
//! An echo may come before the answer that names its message. So all that we may have sent to the person is looked at: an
//! echo is told once no message of ours is left that it could be of, and waits in `process.held_echo` until then.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::conversation::{self, Conversation, Echoed, Group, Said};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, ContactId, MessageId, ProfileId, TenantId};
use waybill_domain::media::{self, Media};
use waybill_domain::message::{self, Status};
use waybill_domain::personal::Personal;
use waybill_domain::webhook_inbox::{Event, Received};
use waybill_event_store::read::read_streams;
use waybill_event_store::{Decision, EventStore};
use waybill_providers::{Echo, Notice, Registry, waha};
use waybill_runtime::Context;

use super::carried::Carried;
use super::people::{Found, Ids, People};

/// When an echo that waits is looked at again.
const AGAIN: TimeDelta = TimeDelta::seconds(2);
/// After so long the message that it may be of is taken for it.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// How far from the beginning of its call an echo of a message can be: our clock and the provider's differ, and some
/// providers have queues.
const BEFORE: TimeDelta = TimeDelta::minutes(2);
const AFTER: TimeDelta = TimeDelta::hours(1);
/// Looked at again in one transaction, at most.
const AT_ONCE: i64 = 200;

/// An echo as a webhook told it.
pub struct Heard {
    pub source: Arc<Recorded>,
    pub received: Received,
    pub echo: Echo,
}

/// An echo with whom it is to.
struct Addressed {
    heard: Heard,
    found: Found,
}

impl Addressed {
    fn conversation(&self) -> Uuid {
        self.found.conversation_id.0
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Ours,
    Theirs,
    NotYet,
}

pub async fn append(context: &Context, connection: &mut PgConnection, heard: Vec<Heard>) -> anyhow::Result<i64> {
    let mut addressed = Vec::with_capacity(heard.len());
    let heard = unknown(connection, heard).await?;
    let mut people = People::load(context, connection, heard.iter().map(ids)).await?;
    for heard in heard {
        if let Some(found) = people.find(ids(&heard)).await? {
            addressed.push(Addressed { heard, found });
        }
    }
    if addressed.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = addressed.iter().map(Addressed::conversation).collect();
    let states = EventStore::load_many::<Conversation>(connection, &ids).await?;
    // Another system may send campaigns of its own, as we do: nobody has to answer those.
    addressed.retain(|it| !it.heard.echo.by_api || states.contains_key(&it.conversation()));
    let own = own_messages(connection, &addressed, |id| states.get(&id).map(|loaded| &loaded.state)).await?;
    let mut conversations: HashMap<Uuid, Decision<Conversation>> = HashMap::new();
    let mut files: HashMap<Uuid, Decision<Media>> = HashMap::new();
    for it in addressed {
        let Heard { source, received, echo } = &it.heard;
        match verdict(echo, received.profile_id, own.get(&it.found.contact_id).map_or(&[], Vec::as_slice)) {
            Verdict::Ours => continue,
            Verdict::NotYet => {
                hold(context, connection, &it.heard).await?;
                continue;
            }
            Verdict::Theirs => {}
        }
        let metadata = || context.because_of(source, Actor::provider(received.provider));
        let Found { contact_id, conversation_id, in_group, .. } = it.found;
        let carried = Carried::in_echo(received, echo);
        if let Some(announced) = carried.announced(contact_id, conversation_id)? {
            let (id, commands) = (announced.media_id.0, vec![media::Command::Announce(announced)]);
            files.entry(id).or_insert_with(|| Decision { id, metadata: metadata(), commands });
        }
        let echoed = Echoed {
            contact_id,
            in_group,
            profile_id: received.profile_id,
            provider_message_id: echo.provider_message_id.clone(),
            kind: echo.kind.clone(),
            by_api: echo.by_api,
            at: echo.at,
            said: Personal::Known(Said {
                text: echo.text.clone(),
                attachment: carried.attachment(),
                phone: echo.to.clone(),
                user_id: echo.user_id.clone(),
                profile_name: None,
                group: echo.group_id.clone().map(|id| Group { id, name: echo.group_name.clone() }),
            }),
        };
        let id = conversation_id.0;
        conversations
            .entry(id)
            .or_insert_with(|| Decision { id, metadata: metadata(), commands: Vec::new() })
            .commands
            .push(conversation::Command::RecordEcho(echoed));
    }
    let decided = context.store.decide_many_in(connection, states, conversations.into_values().collect()).await?;
    if files.is_empty() {
        return Ok(decided.position);
    }
    let ids: Vec<Uuid> = files.keys().copied().collect();
    let states = EventStore::load_many::<Media>(connection, &ids).await?;
    let announced = context.store.decide_many_in(connection, states, files.into_values().collect()).await?;
    Ok(decided.position.max(announced.position))
}

fn ids(heard: &Heard) -> Ids<'_> {
    let Heard { source, echo, .. } = heard;
    Ids {
        tenant: source.tenant_id,
        phone: echo.to.as_deref(),
        user_id: echo.user_id.as_deref(),
        group_id: echo.group_id.as_deref(),
    }
}

/// Those whose message is not known as one of ours.
async fn unknown(connection: &mut PgConnection, heard: Vec<Heard>) -> anyhow::Result<Vec<Heard>> {
    if heard.is_empty() {
        return Ok(heard);
    }
    let key = |it: &Heard| (it.received.profile_id.0, it.echo.provider_message_id.clone());
    let (profiles, ids): (Vec<Uuid>, Vec<String>) = heard.iter().map(key).unzip();
    let known: Vec<(Uuid, String)> = sqlx::query_as(
        "select m.profile_id, m.provider_message_id from process.provider_message m
         join unnest($1::uuid[], $2::text[]) as u (p, i) on m.profile_id = u.p and m.provider_message_id = u.i",
    )
    .bind(profiles)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let known: HashSet<(Uuid, String)> = known.into_iter().collect();
    Ok(heard.into_iter().filter(|it| !known.contains(&key(it))).collect())
}

/// A message of ours whose call was begun.
struct Own {
    profile_id: ProfileId,
    begun_at: DateTime<Utc>,
    status: Status,
    /// The ids that the provider gave it, one an attempt at most.
    named: Vec<String>,
}

/// What we have sent to these people: the last replies, and what campaigns sent. The ids of the latter are derived, so no
/// index by contact is needed: there are few campaigns, and few echoes get here.
async fn own_messages<'a>(
    connection: &mut PgConnection,
    addressed: &[Addressed],
    state_of: impl Fn(Uuid) -> Option<&'a conversation::State>,
) -> anyhow::Result<HashMap<ContactId, Vec<Own>>> {
    let tenants: Vec<Uuid> = addressed.iter().map(|it| it.heard.source.tenant_id.0).collect();
    let campaigns: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select tenant_id, campaign_id from process.campaign where tenant_id = any($1)
         union select tenant_id, campaign_id from process.progress where tenant_id = any($1)",
    )
    .bind(tenants)
    .fetch_all(&mut *connection)
    .await?;
    let mut recipients: HashMap<Uuid, ContactId> = HashMap::new();
    for it in addressed {
        let TenantId(tenant) = it.heard.source.tenant_id;
        let of_tenant = campaigns.iter().filter(|(of, _)| *of == tenant);
        let sent = of_tenant.map(|(_, campaign)| MessageId::for_campaign(CampaignId(*campaign), it.found.contact_id));
        let replies = state_of(it.conversation()).map_or(&[][..], |state| &state.replies);
        recipients.extend(sent.chain(replies.iter().copied()).map(|message| (message.0, it.found.contact_id)));
    }
    let ids: Vec<Uuid> = recipients.keys().copied().collect();
    let events = read_streams(connection, &ids).await?;
    let mut own: HashMap<ContactId, Vec<Own>> = HashMap::new();
    for stream in events.chunk_by(|one, next| one.stream_id == next.stream_id) {
        if let (Some(contact_id), Some(message)) = (recipients.get(&stream[0].stream_id), Own::fold(stream)?) {
            own.entry(*contact_id).or_default().push(message);
        }
    }
    Ok(own)
}

impl Own {
    fn fold(stream: &[Recorded]) -> anyhow::Result<Option<Self>> {
        let mut state = message::State::default();
        let mut begun_at = None;
        let mut named = Vec::new();
        for recorded in stream {
            let Some(event) = recorded.decode::<message::Event>()? else { continue };
            match &event {
                message::Event::Sending(_) => begun_at = Some(recorded.recorded_at),
                message::Event::Sent(it) => named.extend(it.provider_message_id.clone()),
                _ => {}
            }
            state = message::evolve(state, &event);
        }
        named.retain(|id| *id != waha::stand_in(stream[0].stream_id));
        let begun = begun_at.zip(state.profile_id);
        Ok(begun.map(|(begun_at, profile_id)| Self { profile_id, begun_at, status: state.status, named }))
    }
}

fn verdict(echo: &Echo, profile_id: ProfileId, own: &[Own]) -> Verdict {
    if own.iter().any(|message| message.named.contains(&echo.provider_message_id)) {
        return Verdict::Ours;
    }
    // What was written on the phone came through no call.
    if !echo.by_api {
        return Verdict::Theirs;
    }
    let may_be = |message: &&Own| {
        let span = message.begun_at - BEFORE..message.begun_at + AFTER;
        message.profile_id == profile_id && span.contains(&echo.at)
    };
    let mut verdict = Verdict::Theirs;
    for message in own.iter().filter(may_be) {
        match message.status {
            Status::Sending | Status::Uncertain => verdict = Verdict::NotYet,
            Status::Sent | Status::Delivered | Status::Read if message.named.is_empty() => return Verdict::Ours,
            _ => {}
        }
    }
    verdict
}

async fn hold(context: &Context, connection: &mut PgConnection, heard: &Heard) -> anyhow::Result<()> {
    let now = context.clock.now();
    if now - heard.source.recorded_at > PATIENCE {
        return Ok(());
    }
    // Rare: only what goes through the provider's API while a message of ours to the same person has no outcome.
    sqlx::query(
        "insert into process.held_echo (profile_id, provider_message_id, tenant_id, of_position, due_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(heard.received.profile_id.0)
    .bind(&heard.echo.provider_message_id)
    .bind(heard.source.tenant_id.0)
    .bind(heard.source.position)
    .bind(now + AGAIN)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the echoes that have waited, read from their deliveries once more.
pub async fn take_due(
    context: &Context,
    connection: &mut PgConnection,
    registry: &Registry,
) -> anyhow::Result<Vec<Heard>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "delete from process.held_echo where (profile_id, provider_message_id) in (
             select profile_id, provider_message_id from process.held_echo where due_at <= $1 order by due_at limit $2)
         returning provider_message_id, of_position",
    )
    .bind(context.clock.now())
    .bind(AT_ONCE)
    .fetch_all(connection)
    .await?;
    let mut heard = Vec::with_capacity(rows.len());
    for (provider_message_id, position) in rows {
        let mut events = context.store.read(position - 1, 1).await?;
        context.store.keys.open(&mut events).await?;
        let Some(source) = events.pop().map(Arc::new) else { continue };
        let Some(Event::Received(received)) = source.decode::<Event>()? else { continue };
        let Some(body) = received.body.known() else { continue };
        let notices = registry.provider_for(received.provider).parse_webhook(body.0.as_bytes()).unwrap_or_default();
        let echo = notices.into_iter().find_map(|notice| match notice {
            Notice::Echo(echo) if echo.provider_message_id == provider_message_id => Some(*echo),
            _ => None,
        });
        heard.extend(echo.map(|echo| Heard { source, received, echo }));
    }
    Ok(heard)
}

#[cfg(test)]
mod tests;
