//! Messages that wait for another attempt: the same text, to the same person, over whichever number is free then.
//!
//! A reply keeps its number. A retry of a campaign that is paused waits; of one that was cancelled, it is cancelled.

use super::TURN;
use super::model::{Model, Retry};
use super::turn::{Turn, by_package, keep_those_with, tell, write_back};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::Status as CampaignStatus;
use waybill_domain::content::{self, Attachment};
use waybill_domain::id::{CampaignId, ContactId, PackageId, TenantId};
use waybill_domain::message::{self, Command, Dispatched, Message, Status};
use waybill_domain::package::distribution::{Candidate, Turns, count_message, pick};
use waybill_domain::package::limits::{Hold, Limit};
use waybill_domain::provider::ContentKind;
use waybill_event_store::read::read_streams;
use waybill_event_store::{Decision, Loaded, Metadata};
use waybill_projections::contacts::audience_by_ids;
use waybill_projections::templates::Wanted;
use waybill_runtime::Context;

/// How long a retry that found no free number waits, when nobody can say.
const AGAIN: TimeDelta = TimeDelta::milliseconds(250);
/// The same while a person has to do something first.
const SELDOM: TimeDelta = TimeDelta::seconds(5);

#[derive(sqlx::FromRow)]
struct Row {
    message_id: Uuid,
    tenant_id: Uuid,
    campaign_id: Option<Uuid>,
    contact_id: Uuid,
    attempt: i32,
    due_at: DateTime<Utc>,
    correlation_id: Uuid,
}

impl From<Row> for Retry {
    fn from(row: Row) -> Self {
        Self {
            message_id: row.message_id,
            tenant_id: TenantId(row.tenant_id),
            campaign_id: row.campaign_id.map(CampaignId),
            contact_id: ContactId(row.contact_id),
            attempt: row.attempt as u32,
            due_at: row.due_at,
            correlation_id: row.correlation_id,
        }
    }
}

/// Which numbers can send it: its kind, and which template.
type Sent = (ContentKind, Option<Wanted>);

/// The message as it stands: its state and the last dispatch, whose content is sent again.
struct Standing {
    loaded: Loaded<message::State>,
    last: Option<Dispatched>,
}

/// The numbers that can send some retries.
struct Pool {
    package: PackageId,
    candidates: Vec<Candidate>,
    /// There are numbers, and the account of none has the template.
    lacks_template: bool,
}

pub async fn take(context: &Context, model: &mut Model, turn: &mut Turn, now: DateTime<Utc>) -> anyhow::Result<()> {
    cancel(context, turn).await?;
    let Some(next) = model.next_retry else { return Ok(()) };
    if next > now {
        turn.wake_at(next);
        return Ok(());
    }
    let due = due(context, now).await?;
    let full = due.len() == TURN;
    let known = load(context, due.iter().map(|retry| retry.message_id).collect()).await?;
    for (package, retries) in by_package(model, due) {
        let mut by_content: BTreeMap<Sent, Vec<Retry>> = BTreeMap::new();
        for retry in retries {
            by_content.entry(content_of(known.get(&retry.message_id))).or_default().push(retry);
        }
        for ((kind, template), retries) in by_content {
            let mut candidates = model.candidates(package, None, kind);
            let able = candidates.len();
            if let (Some(template), Some(retry)) = (&template, retries.first()) {
                keep_those_with(context, model, &mut candidates, retry.tenant_id, template).await?;
            }
            let lacks_template = able > 0 && candidates.is_empty();
            let pool = Pool { package, candidates, lacks_template };
            let held = dispatch(context, model, turn, pool, retries, &known, now).await?;
            for (campaign, (hold, waiting)) in held {
                // One with recipients left tells what holds these.
                if model.campaigns.get(&campaign).is_some_and(|it| it.waiting() == 0) {
                    tell(model, turn, campaign, hold, waiting, now);
                }
            }
        }
    }
    model.next_retry = if full {
        Some(now)
    } else {
        sqlx::query_scalar("select min(due_at) from process.retry where due_at > $1")
            .bind(now)
            .fetch_one(&context.store.database.system)
            .await?
    };
    // What was folded in this round is not in the table yet.
    let folded = model.changes.retries.iter().map(|retry| retry.due_at);
    for at in folded.chain(turn.postponed_retries.iter().map(|(_, at)| *at)) {
        model.next_retry = Some(model.next_retry.map_or(at, |next: DateTime<Utc>| next.min(at)));
    }
    if let Some(next) = model.next_retry {
        turn.wake_at(next);
    }
    Ok(())
}

/// Due retries, oldest first; those of paused campaigns stay where they are.
async fn due(context: &Context, now: DateTime<Utc>) -> anyhow::Result<Vec<Retry>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select r.message_id, r.tenant_id, r.campaign_id, r.contact_id, r.attempt, r.due_at, r.correlation_id
         from process.retry r left join process.campaign c on c.campaign_id = r.campaign_id
         where r.due_at <= $1 and (r.campaign_id is null or c.status is null or c.status <> 'paused')
         order by r.due_at limit $2",
    )
    .bind(now)
    .bind(TURN as i64)
    .fetch_all(&context.store.database.system)
    .await?;
    Ok(rows.into_iter().map(Retry::from).collect())
}

async fn load(context: &Context, ids: Vec<Uuid>) -> anyhow::Result<HashMap<Uuid, Standing>> {
    let mut connection = context.store.database.system.acquire().await?;
    let mut events = read_streams(&mut connection, &ids).await?;
    drop(connection);
    context.store.keys.open(&mut events).await?;
    let mut standing = HashMap::new();
    for recorded in events {
        let start = Loaded { state: message::State::default(), version: 0 };
        let one = standing.entry(recorded.stream_id).or_insert(Standing { loaded: start, last: None });
        if let Some(event) = recorded.decode::<message::Event>()? {
            one.loaded.state = Message::evolve(std::mem::take(&mut one.loaded.state), &event);
            if let message::Event::Dispatched(dispatched) = event {
                one.last = Some(dispatched);
            }
        }
        one.loaded.version = recorded.version;
    }
    Ok(standing)
}

/// What a message is made of, as far as it can still be read.
fn content_of(standing: Option<&Standing>) -> Sent {
    let content = standing.and_then(|it| it.last.as_ref()).and_then(|last| last.content.known());
    let attachment = content.and_then(|content| content.attachment.as_ref());
    let template = match attachment {
        Some(Attachment::Template(template)) => Some(Wanted::by(template)),
        _ => None,
    };
    (content::kind(attachment), template)
}

/// Answers what holds back how many retries of which campaign.
async fn dispatch(
    context: &Context,
    model: &mut Model,
    turn: &mut Turn,
    Pool { package, mut candidates, lacks_template }: Pool,
    retries: Vec<Retry>,
    known: &HashMap<Uuid, Standing>,
    now: DateTime<Utc>,
) -> anyhow::Result<BTreeMap<CampaignId, (Hold, u64)>> {
    let mut held = BTreeMap::new();
    let distribution = model.distribution(package);
    let writable = writable(context, &retries).await?;
    let mut turns = Turns::default();
    for retry in retries {
        let id = retry.message_id;
        let Some(standing) = known.get(&id).filter(|it| it.loaded.state.status == Status::Queued) else {
            // It moved on by itself, by a late receipt for instance.
            turn.finished_retries.push(id);
            continue;
        };
        let Some(before) = &standing.last else {
            turn.finished_retries.push(id);
            continue;
        };
        let metadata = Metadata {
            correlation_id: retry.correlation_id,
            at: now,
            ..context.unprompted(retry.tenant_id, Actor::process("dispatcher"))
        };
        let campaign = retry.campaign_id.and_then(|campaign| model.campaigns.get(&campaign));
        let ended = retry.campaign_id.is_some() && campaign.is_none_or(|it| it.status == CampaignStatus::Cancelled);
        let refused = retry.campaign_id.is_some() && !writable.contains(&retry.contact_id);
        let command = if ended || refused {
            let reason = if ended { "campaign_cancelled" } else { "no_consent" };
            Command::Cancel { campaign_id: retry.campaign_id, contact_id: retry.contact_id, reason: reason.to_owned() }
        } else {
            let (profile_id, choice) = if let Some(campaign_id) = retry.campaign_id {
                match pick(distribution, &candidates, &mut turns, now, rand::random::<f64>()) {
                    Ok((index, choice)) => {
                        count_message(&mut candidates, index, now, rand::random::<f64>());
                        (candidates[index].profile_id, Some(choice))
                    }
                    Err(hold) => {
                        let hold = if lacks_template { Hold { limit: Limit::NoTemplate, until: None } } else { hold };
                        held.entry(campaign_id).or_insert((hold, 0)).1 += 1;
                        let person =
                            matches!(hold.limit, Limit::NoActiveProfile | Limit::NotLinked | Limit::NoTemplate);
                        let again = if person { SELDOM } else { AGAIN };
                        turn.postponed_retries.push((id, hold.until.unwrap_or(now + again)));
                        continue;
                    }
                }
            } else {
                (before.profile_id, None)
            };
            let Some(profile) = model.profiles.get_mut(&profile_id) else {
                turn.finished_retries.push(id);
                continue;
            };
            if retry.campaign_id.is_none() {
                profile.in_flight += 1;
                model.changes.profiles.insert(profile_id);
            }
            turn.picked.insert(id, profile_id);
            turn.dispatched += 1;
            Command::Dispatch(Dispatched { profile_id, provider: profile.provider, choice, ..before.clone() })
        };
        turn.finished_retries.push(id);
        turn.known.insert(id, standing.loaded.clone());
        turn.messages.push(Decision { id, metadata, commands: vec![command] });
    }
    write_back(model, &candidates);
    Ok(held)
}

/// Whom campaigns may still write to.
async fn writable(context: &Context, retries: &[Retry]) -> anyhow::Result<std::collections::HashSet<ContactId>> {
    let mut by_tenant: HashMap<TenantId, Vec<ContactId>> = HashMap::new();
    for retry in retries.iter().filter(|retry| retry.campaign_id.is_some()) {
        by_tenant.entry(retry.tenant_id).or_default().push(retry.contact_id);
    }
    let mut writable = std::collections::HashSet::new();
    let mut connection = context.store.database.system.acquire().await?;
    for (tenant, contacts) in by_tenant {
        let rows = audience_by_ids(&mut connection, tenant, &contacts).await?;
        writable.extend(rows.into_iter().filter(|row| row.has_consent() && !row.blocked).map(|row| row.contact_id));
    }
    Ok(writable)
}

/// Retries of campaigns that were just cancelled are due at once: they are cancelled, not sent.
async fn cancel(context: &Context, turn: &mut Turn) -> anyhow::Result<()> {
    if turn.cancelled_campaigns.is_empty() {
        return Ok(());
    }
    let campaigns: Vec<Uuid> = turn.cancelled_campaigns.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "select message_id, tenant_id, campaign_id, contact_id, attempt, due_at, correlation_id from process.retry
         where campaign_id = any($1)",
    )
    .bind(campaigns)
    .fetch_all(&context.store.database.system)
    .await?;
    let known = load(context, rows.iter().map(|row| row.message_id).collect()).await?;
    for retry in rows.into_iter().map(Retry::from) {
        let id = retry.message_id;
        turn.finished_retries.push(id);
        let Some(standing) = known.get(&id).filter(|it| it.loaded.state.status == Status::Queued) else { continue };
        let metadata = context.unprompted(retry.tenant_id, Actor::process("dispatcher"));
        let reason = "campaign_cancelled".to_owned();
        let command = Command::Cancel { campaign_id: retry.campaign_id, contact_id: retry.contact_id, reason };
        turn.known.insert(id, standing.loaded.clone());
        turn.messages.push(Decision { id, metadata, commands: vec![command] });
    }
    Ok(())
}
