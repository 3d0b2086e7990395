//! One turn: what may go now, decided on the model and on contacts as they are.

use super::model::{Campaign, Model, Retry};
use super::{TURN, retries};
use crate::campaign_runner::exclusion;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Status as CampaignStatus};
use waybill_domain::content;
use waybill_domain::id::{CampaignId, ContactId, MessageId, ProfileId, TenantId};
use waybill_domain::message::{self, Content, Dispatched, Message, Status};
use waybill_domain::package::distribution::{Candidate, Turns, count_message, pick, waits};
use waybill_domain::package::limits::{Hold, Limit};
use waybill_domain::package::strategy::Strategy;
use waybill_domain::personal::Personal;
use waybill_domain::template::Values;
use waybill_event_store::{Append, Decision, Loaded, Metadata, StreamWrite};
use waybill_projections::contacts::{AudienceRow, audience_by_ids};
use waybill_projections::templates::{Wanted, accounts_with};
use waybill_runtime::Context;

/// Waits shorter than this are the ordinary pace of a number and are not told in the log.
const WORTH_TELLING: TimeDelta = TimeDelta::seconds(30);

/// How soon a campaign that waits for its template looks again: the read model tells, and no event of a number.
const TEMPLATE_AGAIN: TimeDelta = TimeDelta::seconds(1);

/// What a turn decided. Kept by `keep::with`, in one transaction.
#[derive(Default)]
pub struct Turn {
    pub messages: Vec<Decision<Message>>,
    pub known: HashMap<Uuid, Loaded<message::State>>,
    /// Which number each dispatch counts against, for those that lose their race.
    pub picked: HashMap<Uuid, ProfileId>,
    pub dispatched: usize,
    pub finished_retries: Vec<Uuid>,
    pub postponed_retries: Vec<(Uuid, DateTime<Utc>)>,
    pub deferred: Vec<(CampaignId, Hold, u64)>,
    pub cancelled: Vec<Append>,
    pub cancelled_campaigns: Vec<CampaignId>,
    pub wake: Option<DateTime<Utc>>,
}

impl Turn {
    pub fn wake_at(&mut self, at: DateTime<Utc>) {
        self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
    }
}

pub async fn take(context: &Context, model: &mut Model) -> anyhow::Result<Turn> {
    let now = context.clock.now();
    model.news = false;
    let mut turn = Turn::default();
    cancel(context, model, &mut turn)?;
    retries::take(context, model, &mut turn, now).await?;
    let mut order: Vec<CampaignId> = model.campaigns.keys().copied().collect();
    if let Some(last) = model.last_campaign {
        // Campaigns take turns: whoever came last goes last.
        let after = order.partition_point(|id| *id <= last);
        order.rotate_left(after);
    }
    for id in order {
        if turn.dispatched >= TURN {
            break;
        }
        if campaign_turn(context, model, &mut turn, id, now).await? {
            model.last_campaign = Some(id);
        }
    }
    Ok(turn)
}

/// Dispatches some recipients of one campaign; whether any went.
async fn campaign_turn(
    context: &Context,
    model: &mut Model,
    turn: &mut Turn,
    id: CampaignId,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let Some(campaign) = model.campaigns.get(&id) else { return Ok(false) };
    if campaign.status != CampaignStatus::Running || campaign.chunks.is_empty() {
        return Ok(false);
    }
    let (tenant_id, pattern, waiting) = (campaign.tenant_id, campaign.pattern.clone(), campaign.waiting());
    let (strategy, distribution) = (model.strategy(campaign), model.distribution(campaign.package_id));
    let mut turns = campaign.turns.clone();
    if let Some(hold) = own_hold(campaign, strategy, now) {
        tell(model, turn, id, hold, waiting, now);
        return Ok(false);
    }
    let mut candidates = model.candidates(campaign.package_id, Some(strategy), content::kind(pattern.attachment()));
    if let Some(content::Attachment::Template(template)) = pattern.attachment() {
        let able = candidates.len();
        keep_those_with(context, model, &mut candidates, tenant_id, &Wanted::by(template)).await?;
        if able > 0 && candidates.is_empty() {
            tell(model, turn, id, Hold { limit: Limit::NoTemplate, until: None }, waiting, now);
            turn.wake_at(now + TEMPLATE_AGAIN);
            return Ok(false);
        }
    }
    let drip = strategy.drip();
    let most = if drip.is_some() { 1 } else { TURN - turn.dispatched };
    let room = room(&candidates, now).min(most);
    let wanted: Vec<ContactId> =
        campaign.chunks.iter().flat_map(|it| &it.contact_ids[it.next..]).take(room).copied().collect();
    let rows: HashMap<ContactId, AudienceRow> = if wanted.is_empty() {
        HashMap::new()
    } else {
        let mut connection = context.store.database.system.acquire().await?;
        let rows = audience_by_ids(&mut connection, tenant_id, &wanted).await?;
        rows.into_iter().map(|row| (row.contact_id, row)).collect()
    };

    let mut held = None;
    let mut used = 0;
    let before = turn.dispatched;
    for contact_id in wanted {
        let message_id = MessageId::for_campaign(id, contact_id);
        let metadata = metadata(context, model, id, used, now);
        let reason = match rows.get(&contact_id) {
            None => Some("contact_removed"),
            Some(row) => exclusion(row, &pattern).map(campaign::Exclusion::as_str),
        };
        let command = if let Some(reason) = reason {
            message::Command::Cancel { campaign_id: Some(id), contact_id, reason: reason.to_owned() }
        } else {
            // Chance is drawn here, at the edge.
            let (picked, choice) = match pick(distribution, &candidates, &mut turns, now, rand::random::<f64>()) {
                Ok(picked) => picked,
                Err(hold) => {
                    held = Some(hold);
                    break;
                }
            };
            count_message(&mut candidates, picked, now, rand::random::<f64>());
            let picked = &candidates[picked];
            turns.free_at = drip.map(|gap| now + gap);
            turn.picked.insert(message_id.0, picked.profile_id);
            turn.dispatched += 1;
            let row = rows.get(&contact_id).expect("a contact without a row was excluded above");
            let phone = row.phone.as_deref().unwrap_or_default();
            let (text, attachment) =
                pattern.render(Values { name: row.name.as_deref(), phone, fields: &row.fields })?;
            message::Command::Dispatch(Dispatched {
                campaign_id: Some(id),
                conversation_id: None,
                contact_id,
                profile_id: picked.profile_id,
                provider: model.profiles[&picked.profile_id].provider,
                attempt: 0,
                from: Status::Queued,
                choice: Some(choice),
                content: Personal::Known(Content { to: phone.to_owned(), text, attachment }),
            })
        };
        turn.messages.push(Decision { id: message_id.0, metadata, commands: vec![command] });
        used += 1;
    }
    if room == 0 {
        held = waits(distribution, &candidates, &turns, now);
    }
    write_back(model, &candidates);
    let next = turns.clone();
    advance(model, id, used, turns);
    if let Some(hold) = held {
        tell(model, turn, id, hold, waiting - used as u64, now);
    } else if waiting > used as u64 {
        // The rest waits for its drip, for the pace of a number, or for the next turn.
        let paced = waits(distribution, &candidates, &next, now).and_then(|hold| hold.until);
        if let Some(until) = paced.max(next.free_at) {
            turn.wake_at(until);
        }
    }
    Ok(turn.dispatched > before)
}

/// Passes over numbers whose account does not have the template, or has another under its name. Of an account that told of none nothing is known.
pub async fn keep_those_with(
    context: &Context,
    model: &Model,
    candidates: &mut Vec<Candidate>,
    tenant: TenantId,
    wanted: &Wanted,
) -> anyhow::Result<()> {
    let mut connection = context.store.database.system.acquire().await?;
    let accounts = accounts_with(&mut connection, tenant, wanted).await?;
    candidates.retain(|candidate| {
        let account = model.profiles[&candidate.profile_id].standing.account.as_ref();
        account.and_then(|account| accounts.get(&account.business_account)).is_none_or(|has_it| *has_it)
    });
    Ok(())
}

/// How many messages the numbers could take at once.
fn room(candidates: &[Candidate], now: DateTime<Utc>) -> usize {
    let one = |candidate: &Candidate| {
        if candidate.held(now).is_some() {
            return 0;
        }
        let free = (candidate.window - candidate.in_flight) as usize;
        // After one message, a number with a pause has to wait.
        let pauses =
            candidate.settings.strategy == Strategy::Smart || candidate.settings.mean_pause() > TimeDelta::zero();
        if pauses { free.min(1) } else { free }
    };
    candidates.iter().map(one).sum()
}

/// What holds a campaign back whichever number is free: its beginning, and the time between two of its messages.
fn own_hold(campaign: &Campaign, strategy: Strategy, now: DateTime<Utc>) -> Option<Hold> {
    if let Some(begin) = campaign.spread.not_before.filter(|begin| *begin > now) {
        return Some(Hold { limit: Limit::Scheduled, until: Some(begin) });
    }
    let free_at = campaign.turns.free_at.filter(|free_at| strategy.drip().is_some() && *free_at > now);
    free_at.map(|until| Hold { limit: Limit::Drip, until: Some(until) })
}

pub fn write_back(model: &mut Model, candidates: &[Candidate]) {
    for candidate in candidates {
        if let Some(profile) = model.profiles.get_mut(&candidate.profile_id)
            && (profile.in_flight != candidate.in_flight || profile.usage != candidate.usage)
        {
            profile.in_flight = candidate.in_flight;
            profile.usage = candidate.usage.clone();
            model.changes.profiles.insert(candidate.profile_id);
        }
    }
}

fn metadata(context: &Context, model: &Model, id: CampaignId, ahead: usize, now: DateTime<Utc>) -> Metadata {
    let campaign = &model.campaigns[&id];
    let mut ahead = ahead;
    let mut chunk = campaign.chunks.front();
    for one in &campaign.chunks {
        chunk = Some(one);
        let left = one.contact_ids.len() - one.next;
        if ahead < left {
            break;
        }
        ahead -= left;
    }
    let mut metadata = context.unprompted(campaign.tenant_id, Actor::process("dispatcher"));
    metadata.at = now;
    if let Some(chunk) = chunk {
        metadata.correlation_id = chunk.correlation_id;
        metadata.traceparent = chunk.traceparent.clone();
    }
    metadata
}

/// Moves a campaign's cursor past `used` recipients.
fn advance(model: &mut Model, id: CampaignId, used: usize, turns: Turns) {
    let Some(campaign) = model.campaigns.get_mut(&id) else { return };
    if campaign.turns != turns {
        campaign.turns = turns;
        model.changes.campaigns.insert(id);
    }
    let mut left = used;
    while left > 0 {
        let Some(chunk) = campaign.chunks.front_mut() else { return };
        let step = left.min(chunk.contact_ids.len() - chunk.next);
        chunk.next += step;
        left -= step;
        let done = chunk.next == chunk.contact_ids.len();
        model.changes.progress.insert((id, chunk.position), (!done).then_some(chunk.next));
        if done {
            campaign.chunks.pop_front();
        }
    }
}

/// Notes when a hold lets go, and tells it in the log when it is worth a person's attention.
pub fn tell(model: &mut Model, turn: &mut Turn, id: CampaignId, hold: Hold, waiting: u64, now: DateTime<Utc>) {
    if let Some(until) = hold.until {
        turn.wake_at(until);
    }
    let worth = match hold.limit {
        Limit::InFlight => false,
        Limit::NoActiveProfile | Limit::NotLinked | Limit::NoTemplate => true,
        _ => hold.until.is_none_or(|until| until - now >= WORTH_TELLING),
    };
    let Some(campaign) = model.campaigns.get_mut(&id) else { return };
    if worth && waiting > 0 && campaign.told != Some(hold) {
        campaign.told = Some(hold);
        turn.deferred.push((id, hold, waiting));
    }
}

/// What still waits of cancelled campaigns.
fn cancel(context: &Context, model: &mut Model, turn: &mut Turn) -> anyhow::Result<()> {
    for id in std::mem::take(&mut model.cancelling) {
        let Some(campaign) = model.campaigns.get_mut(&id) else { continue };
        let waiting: Vec<ContactId> =
            campaign.chunks.drain(..).flat_map(|chunk| chunk.contact_ids.into_iter().skip(chunk.next)).collect();
        let state = campaign::State { status: CampaignStatus::Cancelled, ..Default::default() };
        let events = campaign::decide(&state, campaign::Command::CancelRecipients(waiting))?;
        if !events.is_empty() {
            let metadata = context.unprompted(campaign.tenant_id, Actor::process("dispatcher"));
            // Nothing is decided on the stream any more: whatever its version is, these recipients were not sent to.
            let write = StreamWrite::new(id, waybill_event_store::Expected::Any, &events);
            turn.cancelled.push(Append::new(metadata, vec![write]));
        }
        turn.cancelled_campaigns.push(id);
    }
    Ok(())
}

/// Retries by package, for the picker.
pub fn by_package(model: &Model, retries: Vec<Retry>) -> BTreeMap<waybill_domain::id::PackageId, Vec<Retry>> {
    let mut sorted: BTreeMap<_, Vec<Retry>> = BTreeMap::new();
    for retry in retries {
        let package = retry.campaign_id.and_then(|id| model.campaigns.get(&id)).map(|campaign| campaign.package_id);
        sorted.entry(package.unwrap_or(waybill_domain::id::PackageId(Uuid::nil()))).or_default().push(retry);
    }
    sorted
}
