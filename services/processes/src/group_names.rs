//! Group names: asks providers how groups are called.
//!
//! Reacts to messages in groups that come without the group's name, and to time. A group that is talked in is asked about at
//! once and then once a day at most: names change, and end with the days on which they were told. What is asked about is a
//! row of `process.group_name`; the group's own id is read from its message again.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::conversation::{self, Command, Conversation, Group, GroupNamed};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::ProfileId;
use waybill_domain::personal::Personal;
use waybill_event_store::{Decision, EventStore};
use waybill_providers::Registry;
use waybill_runtime::accounts::account;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/group-names";
const BATCH: usize = 2_000;
const TICK: Duration = Duration::from_secs(1);
/// Asked about in one turn, at most.
const AT_ONCE: i64 = 8;
const USUAL: TimeDelta = TimeDelta::days(1);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let registry = Registry::new(&context.client_config(Duration::from_secs(30))?)?;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => fold(&context, &mut subscription, events?).await?,
            _ = tick.tick() => look(&context, &registry).await?,
        }
    }
}

async fn fold(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let mut said: HashMap<Uuid, &Recorded> = HashMap::new();
    for recorded in events.iter().filter(|event| event.is("conversation.inbound_received")) {
        if let Some(conversation::Event::InboundReceived(it)) = recorded.decode()?
            && it.in_group
        {
            said.insert(recorded.stream_id, recorded);
        }
    }
    if said.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    for recorded in said.into_values() {
        note(&mut transaction, recorded).await?;
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    Ok(())
}

/// To be asked about now, unless it was within a day.
async fn note(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into process.group_name as g (conversation_id, tenant_id, of_position, ask_at) values ($1, $2, $3, $4)
         on conflict (conversation_id) do update set of_position = excluded.of_position,
            ask_at = coalesce(g.ask_at, greatest(excluded.ask_at, g.asked_at + $5))",
    )
    .bind(recorded.stream_id)
    .bind(recorded.tenant_id.0)
    .bind(recorded.position)
    .bind(recorded.recorded_at)
    .bind(USUAL)
    .execute(connection)
    .await?;
    Ok(())
}

/// Asks about those that are due. Whoever does not answer is asked again when somebody says something on another day.
async fn look(context: &Context, registry: &Registry) -> anyhow::Result<()> {
    let now = context.clock.now();
    let due: Vec<(Uuid, i64)> = sqlx::query_as(
        "select conversation_id, of_position from process.group_name where ask_at <= $1 order by ask_at limit $2",
    )
    .bind(now)
    .bind(AT_ONCE)
    .fetch_all(&context.store.database.system)
    .await?;
    if due.is_empty() {
        return Ok(());
    }
    let answers = futures::future::join_all(due.iter().map(|(_, position)| ask(context, registry, *position))).await;
    let mut decisions = HashMap::new();
    let mut transaction = context.store.database.system.begin().await?;
    for ((id, position), answer) in due.into_iter().zip(answers) {
        asked(&mut transaction, id, now).await?;
        match answer {
            Ok(Some((source, named))) => {
                let metadata = context.because_of(&source, Actor::process("group_names"));
                decisions.insert(id, Decision { id, metadata, commands: vec![Command::NameGroup(named)] });
            }
            Ok(None) => {}
            // Its text may quote what was said.
            Err(_) => tracing::warn!(conversation.id = %id, position, "a group could not be asked about"),
        }
    }
    let ids: Vec<Uuid> = decisions.keys().copied().collect();
    let states = EventStore::load_many::<Conversation>(&mut transaction, &ids).await?;
    let decisions: Vec<Decision<Conversation>> = decisions.into_values().collect();
    let decided = context.store.decide_many_in(&mut transaction, states, decisions).await?;
    transaction.commit().await?;
    context.store.announce(decided.position);
    Ok(())
}

async fn asked(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query("update process.group_name set ask_at = null, asked_at = $2 where conversation_id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// What the provider calls the group in which this was said.
async fn ask(context: &Context, registry: &Registry, position: i64) -> anyhow::Result<Option<(Recorded, GroupNamed)>> {
    let mut events = context.store.read(position - 1, 1).await?;
    context.store.keys.open(&mut events).await?;
    let Some(source) = events.pop() else { return Ok(None) };
    let Some(conversation::Event::InboundReceived(it)) = source.decode()? else { return Ok(None) };
    // Some providers tell the name with each message.
    let Some(Group { id, name: None }) = it.said.known().and_then(|said| said.group.clone()) else { return Ok(None) };
    let Some(access) = context.store.credential(ProfileId(it.profile_id.0)).await? else { return Ok(None) };
    let provider = registry.provider_for(access.provider);
    let Some(groups) = provider.groups() else { return Ok(None) };
    let name = match groups.groups(&account(access)).await {
        Ok(groups) => groups.into_iter().find(|group| group.id == id).map(|group| group.name),
        Err(refusal) => {
            tracing::debug!(profile.id = %it.profile_id, code = refusal.code, "the groups of a number are not known");
            None
        }
    };
    let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    let contact_id = context.store.keys.contact_id(source.tenant_id, &id).await?;
    Ok(Some((source, GroupNamed { contact_id, group: Personal::Known(Group { id, name: Some(name) }) })))
}
