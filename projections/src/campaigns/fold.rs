//! From a stretch of events to whole campaign rows, failure causes and the send rate. No IO.

use super::row::Row;
use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::campaign::{Event, Status};
use waybill_domain::envelope::Recorded;
use waybill_domain::message;
use waybill_domain::package::limits::Limit;
use waybill_domain::stream::Category;
use waybill_domain::wallet;

/// Tenant and campaign.
pub type Key = (Uuid, Uuid);

/// How much of the send rate is kept, from its last second back.
pub const RATE_KEPT: TimeDelta = TimeDelta::seconds(120);

pub enum Fact {
    Campaign(Event),
    Message(message::Event),
    Wallet(wallet::Event),
}

#[derive(Default)]
pub struct Changes {
    pub rows: Vec<Row>,
    /// Tenant and status: campaigns more or fewer.
    pub counts: BTreeMap<(Uuid, String), i64>,
    /// Class and code: the last detail, and how many more.
    pub failures: BTreeMap<(Key, String, String), (String, i64)>,
    pub rates: BTreeMap<(Key, DateTime<Utc>), Rate>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Rate {
    pub sent: i64,
    /// No longer waiting, whatever came of it.
    pub settled: i64,
}

pub fn decode<'a>(
    events: &'a [Arc<Recorded>],
    applied: &mut Applied,
) -> Result<Vec<(Key, &'a Recorded, Fact)>, ProjectionError> {
    let mut facts = Vec::with_capacity(events.len());
    for recorded in events {
        let tenant = recorded.tenant_id.0;
        match Category::parse(&recorded.category) {
            Some(Category::Campaign) => {
                let event = batch::decode(recorded, applied)?;
                facts.extend(
                    event.map(|event| ((tenant, recorded.stream_id), recorded.as_ref(), Fact::Campaign(event))),
                );
            }
            Some(Category::Message) => {
                let Some(event) = batch::decode::<message::Event>(recorded, applied)? else { continue };
                // What only adds knowledge moves nobody, and a reply belongs to no campaign.
                if let Some(campaign) = event.transition().and_then(|step| step.campaign_id) {
                    facts.push(((tenant, campaign.0), recorded, Fact::Message(event)));
                }
            }
            _ => {
                let Some(event) = batch::decode::<wallet::Event>(recorded, applied)? else { continue };
                let campaign = match &event {
                    wallet::Event::ToppedUp(_) => continue,
                    wallet::Event::Reserved(it) => it.campaign_id,
                    wallet::Event::Captured(it) => it.campaign_id,
                    wallet::Event::Released(it) => it.campaign_id,
                    wallet::Event::Refunded(it) => it.campaign_id,
                };
                facts.push(((tenant, campaign.0), recorded, Fact::Wallet(event)));
            }
        }
    }
    Ok(facts)
}

pub fn fold(known: Vec<Row>, facts: Vec<(Key, &Recorded, Fact)>) -> Changes {
    let mut changes = Changes::default();
    let mut rows: BTreeMap<Key, Row> = BTreeMap::new();
    for row in known {
        *changes.counts.entry((row.tenant_id, row.status.clone())).or_default() -= 1;
        rows.insert((row.tenant_id, row.campaign_id), row);
    }
    for (key, recorded, fact) in facts {
        let row = match (rows.get_mut(&key), &fact) {
            (Some(row), _) => row,
            (None, Fact::Campaign(Event::Drafted(it))) => {
                rows.entry(key).or_insert(Row::drafted(key.0, key.1, it.plan.clone(), recorded.recorded_at))
            }
            // Points may be reserved in the same append as the start, never before the draft.
            (None, _) => continue,
        };
        row.position = recorded.position;
        match fact {
            Fact::Campaign(event) => follow_campaign(row, recorded, event),
            Fact::Message(event) => changes.follow_message(row, recorded, event),
            Fact::Wallet(event) => follow_wallet(row, &event),
        }
    }
    changes.rows = rows.into_values().collect();
    for row in &changes.rows {
        *changes.counts.entry((row.tenant_id, row.status.clone())).or_default() += 1;
    }
    changes.counts.retain(|_, step| *step != 0);
    changes
}

fn follow_campaign(row: &mut Row, recorded: &Recorded, event: Event) {
    row.version = recorded.version;
    let at = recorded.recorded_at;
    let mut status = |status: Status| status.as_str().clone_into(&mut row.status);
    match event {
        Event::Drafted(_) => status(Status::Draft),
        Event::Edited(it) => row.replan(it.plan),
        Event::Discarded(_) => status(Status::Discarded),
        Event::Started(it) => {
            status(Status::Running);
            row.planned = count(it.planned_recipients);
            row.points_planned = count(it.points_reserved);
            row.started_at = Some(it.at);
            row.replan(it.plan);
        }
        Event::RecipientsEnrolled(it) => {
            row.enrolled += length(&it.contact_ids);
            row.states.queued += length(&it.contact_ids);
        }
        Event::RecipientsExcluded(it) => {
            for (reason, contacts) in it.by_reason {
                *row.excluded_by.entry(reason.as_str().to_owned()).or_default() += length(&contacts);
            }
        }
        Event::EnrolmentFinished(_) => row.enrolment_done = true,
        Event::Paused(it) => {
            status(Status::Paused);
            row.paused_reason = Some(it.reason);
        }
        Event::Resumed(_) => {
            status(Status::Running);
            row.paused_reason = None;
            row.deferred_limit = None;
            row.deferred_until = None;
        }
        Event::Deferred(it) => {
            row.deferred_limit = Some(it.limit.as_str().to_owned());
            row.deferred_until = it.until;
        }
        Event::Cancelled(_) => {
            status(Status::Cancelled);
            row.cancelled_at = Some(at);
        }
        Event::RecipientsCancelled(it) => {
            row.states.queued -= length(&it.contact_ids);
            row.states.cancelled += length(&it.contact_ids);
        }
        Event::Completed(_) => {
            status(Status::Completed);
            row.completed_at = Some(at);
        }
    }
}

impl Changes {
    fn follow_message(&mut self, row: &mut Row, recorded: &Recorded, event: message::Event) {
        let Some(step) = event.transition() else { return };
        *row.states.of(step.from) -= 1;
        *row.states.of(step.to) += 1;
        let sent = i64::from(matches!(event, message::Event::Sent(_)));
        if waits(step.from) && !waits(step.to) {
            let second = recorded.recorded_at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(recorded.recorded_at);
            let rate = self.rates.entry(((row.tenant_id, row.campaign_id), second)).or_default();
            rate.settled += 1;
            rate.sent += sent;
        }
        match event {
            // A number is active again, or nothing could have been dispatched.
            message::Event::Dispatched(_) if row.deferred_limit.as_deref() == Some(Limit::NoActiveProfile.as_str()) => {
                row.deferred_limit = None;
                row.deferred_until = None;
            }
            message::Event::Failed(it) if it.is_final => {
                let key = (row.tenant_id, row.campaign_id);
                let cause = (key, it.refusal.class.as_str().to_owned(), it.refusal.code);
                let entry = self.failures.entry(cause).or_default();
                *entry = (it.refusal.detail, entry.1 + 1);
            }
            _ => {}
        }
    }
}

/// Still has to be handed to the provider.
fn waits(status: message::Status) -> bool {
    matches!(status, message::Status::Queued | message::Status::Dispatched | message::Status::Sending)
}

/// As the wallet's own accounts move.
fn follow_wallet(row: &mut Row, event: &wallet::Event) {
    match event {
        wallet::Event::ToppedUp(_) => {}
        wallet::Event::Reserved(it) => row.points_reserved += count(it.points),
        wallet::Event::Captured(it) => {
            row.points_reserved -= count(it.points);
            row.points_captured += count(it.points);
        }
        wallet::Event::Released(it) => {
            row.points_reserved -= count(it.points);
            row.points_released += count(it.points);
        }
        wallet::Event::Refunded(it) => {
            row.points_captured -= count(it.points);
            row.points_released += count(it.points);
        }
    }
}

fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
