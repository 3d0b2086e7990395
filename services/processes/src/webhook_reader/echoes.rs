//! Echoes: what the business wrote on its phone, or through another system with the same account, goes to the conversation
//! as well. What we sent ourselves comes back as an echo too, and is in the conversation already.
//!
//! An echo may come before the answer that names its message. So all that we may have sent to the person is looked at: an
//! echo is told once no message of ours is left that it could be of, and waits in `process.held_echo` until then.

mod held;
mod own;

use chrono::TimeDelta;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::conversation::{self, Conversation, Echoed, Group, Said};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, ProfileId};
use waybill_domain::media::{self, Media};
use waybill_domain::message::Status;
use waybill_domain::personal::Personal;
use waybill_domain::webhook_inbox::Received;
use waybill_event_store::{Decision, EventStore, Loaded};
use waybill_providers::Echo;
use waybill_runtime::Context;

use super::carried::Carried;
use super::people::{Found, Ids, People};
use super::receipts::Known;
use own::Own;

pub use held::take_due;

/// How far from the beginning of its call an echo of a message can be: our clock and the provider's differ, and some
/// providers have queues.
const BEFORE: TimeDelta = TimeDelta::minutes(2);
const AFTER: TimeDelta = TimeDelta::hours(1);

/// An echo as a webhook told it.
pub struct Heard {
    pub source: Arc<Recorded>,
    pub received: Received,
    pub echo: Echo,
}

type States = HashMap<Uuid, Loaded<conversation::State>>;

/// An echo with whom it is to.
struct Addressed {
    heard: Heard,
    found: Found,
}

impl Addressed {
    fn conversation(&self) -> Uuid {
        self.found.conversation_id.0
    }

    /// Another system may send campaigns of its own, as we do: nobody has to answer those.
    fn is_told(&self, states: &States) -> bool {
        !self.heard.echo.by_api || states.contains_key(&self.conversation())
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Ours,
    Theirs,
    NotYet,
}

/// Echoes with what we may have sent, read before the lane's lock is taken. Whatever an echo can be of was in the log
/// before its delivery.
#[derive(Default)]
pub struct Prepared {
    heard: Vec<Heard>,
    states: States,
    own: HashMap<ContactId, Vec<Own>>,
}

/// `sent` are messages of which the same stretch of the log tells what the provider calls them.
pub async fn prepare(context: &Context, heard: Vec<Heard>, sent: &[Known]) -> anyhow::Result<Prepared> {
    if heard.is_empty() {
        return Ok(Prepared::default());
    }
    let mut connection = context.store.database.system.acquire().await?;
    let heard = unknown(&mut connection, heard, sent).await?;
    let addressed = address(context, &mut connection, heard).await?;
    let ids: Vec<Uuid> = addressed.iter().map(Addressed::conversation).collect();
    let states = EventStore::load_many::<Conversation>(&mut connection, &ids).await?;
    let looked_at: Vec<&Addressed> = addressed.iter().filter(|it| it.is_told(&states)).collect();
    let own = own::load(&mut connection, &looked_at, &states).await?;
    Ok(Prepared { heard: addressed.into_iter().map(|it| it.heard).collect(), states, own })
}

pub async fn append(context: &Context, connection: &mut PgConnection, prepared: Prepared) -> anyhow::Result<i64> {
    let Prepared { heard, mut states, own } = prepared;
    if heard.is_empty() {
        return Ok(0);
    }
    // Again: what came in with them may have told of a number, or have begun a conversation.
    let mut addressed = address(context, connection, heard).await?;
    let new = addressed.iter().map(Addressed::conversation).filter(|id| !states.contains_key(id));
    let new: Vec<Uuid> = new.collect();
    states.extend(EventStore::load_many::<Conversation>(connection, &new).await?);
    addressed.retain(|it| it.is_told(&states));
    let mut conversations: HashMap<Uuid, Decision<Conversation>> = HashMap::new();
    let mut files: HashMap<Uuid, Decision<Media>> = HashMap::new();
    for it in addressed {
        let Heard { source, received, echo } = &it.heard;
        match verdict(echo, received.profile_id, own.get(&it.found.contact_id).map(Vec::as_slice)) {
            Verdict::Ours => continue,
            Verdict::NotYet => {
                held::hold(context, connection, &it.heard).await?;
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

/// Those with whom it is told that they are to.
async fn address(
    context: &Context,
    connection: &mut PgConnection,
    heard: Vec<Heard>,
) -> anyhow::Result<Vec<Addressed>> {
    let mut addressed = Vec::with_capacity(heard.len());
    let mut people = People::load(context, connection, heard.iter().map(ids)).await?;
    for heard in heard {
        if let Some(found) = people.find(ids(&heard)).await? {
            addressed.push(Addressed { heard, found });
        }
    }
    Ok(addressed)
}

/// Those whose message is not known as one of ours.
async fn unknown(connection: &mut PgConnection, heard: Vec<Heard>, sent: &[Known]) -> anyhow::Result<Vec<Heard>> {
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
    let told = sent.iter().map(|it| (it.profile_id, it.provider_message_id.clone()));
    let known: HashSet<(Uuid, String)> = known.into_iter().chain(told).collect();
    Ok(heard.into_iter().filter(|it| !known.contains(&key(it))).collect())
}

/// `own` is what we may have sent to the person; nothing where that was not looked at.
fn verdict(echo: &Echo, profile_id: ProfileId, own: Option<&[Own]>) -> Verdict {
    let sent = own.unwrap_or_default();
    if sent.iter().any(|message| message.named.contains(&echo.provider_message_id)) {
        return Verdict::Ours;
    }
    // What was written on the phone came through no call.
    if !echo.by_api {
        return Verdict::Theirs;
    }
    if own.is_none() {
        return Verdict::NotYet;
    }
    let may_be = |message: &&Own| {
        let span = message.begun_at - BEFORE..message.begun_at + AFTER;
        message.profile_id == profile_id && span.contains(&echo.at)
    };
    let mut verdict = Verdict::Theirs;
    for message in sent.iter().filter(may_be) {
        match message.status {
            Status::Sending | Status::Uncertain => verdict = Verdict::NotYet,
            Status::Sent | Status::Delivered | Status::Read if message.named.is_empty() => return Verdict::Ours,
            _ => {}
        }
    }
    verdict
}

#[cfg(test)]
mod tests;
