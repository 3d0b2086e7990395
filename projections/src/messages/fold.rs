//! From a stretch of events to one change a message. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::campaign;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{CampaignId, MessageId};
use waybill_domain::message::{Event, Status};
use waybill_domain::provider::Refusal;
use waybill_domain::stream::Category;

/// What a stretch says of one message. `None` leaves a column as it is, except where `status` is set: that decides
/// `retry_at` and `uncertain_deadline` too.
#[derive(Debug, Default)]
pub struct Change {
    pub tenant_id: Uuid,
    pub message_id: Uuid,
    /// Its story begins in this stretch.
    pub fresh: bool,
    pub campaign_id: Option<Uuid>,
    pub conversation_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub profile_id: Option<Uuid>,
    pub status: Option<Status>,
    pub attempt: Option<i32>,
    pub held: Option<bool>,
    /// `Some(None)` forgets the last error.
    pub error: Option<Option<Refusal>>,
    pub cancel_reason: Option<String>,
    pub provider_message_id: Option<String>,
    pub queued_at: Option<DateTime<Utc>>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub dispatched_position: Option<i64>,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
    pub retry_at: Option<DateTime<Utc>>,
    pub uncertain_deadline: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    /// Of the message's own stream; an enrolled message without events is at 0.
    pub version: Option<i64>,
    pub position: i64,
}

/// Ordered by key, so that a batch walks the index once from left to right.
type Changes = BTreeMap<(Uuid, Uuid), Change>;

/// Messages that begin in this stretch, and those that were there.
pub fn fold(events: &[Arc<Recorded>], applied: &mut Applied) -> Result<(Vec<Change>, Vec<Change>), ProjectionError> {
    let mut changes = Changes::new();
    for recorded in events {
        if recorded.category == Category::Message.as_str() {
            if let Some(event) = batch::decode::<Event>(recorded, applied)? {
                follow(change(&mut changes, recorded, recorded.stream_id), recorded, event);
            }
            continue;
        }
        match batch::decode(recorded, applied)? {
            Some(campaign::Event::RecipientsEnrolled(it)) => {
                for contact in it.contact_ids {
                    let message = MessageId::for_campaign(CampaignId(recorded.stream_id), contact);
                    let change = change(&mut changes, recorded, message.0);
                    change.fresh = true;
                    change.campaign_id = Some(recorded.stream_id);
                    change.contact_id = Some(contact.0);
                    change.queued_at = Some(recorded.recorded_at);
                    change.settle(Status::Queued);
                }
            }
            Some(campaign::Event::RecipientsCancelled(it)) => {
                for contact in it.contact_ids {
                    let message = MessageId::for_campaign(CampaignId(recorded.stream_id), contact);
                    let change = change(&mut changes, recorded, message.0);
                    change.cancel_reason = Some("campaign_cancelled".to_owned());
                    change.settle(Status::Cancelled);
                }
            }
            _ => {}
        }
    }
    Ok(changes.into_values().partition(|change| change.fresh))
}

fn change<'a>(changes: &'a mut Changes, recorded: &Recorded, message_id: Uuid) -> &'a mut Change {
    let tenant_id = recorded.tenant_id.0;
    let change =
        changes.entry((tenant_id, message_id)).or_insert_with(|| Change { tenant_id, message_id, ..Change::default() });
    change.updated_at = recorded.recorded_at;
    change.position = recorded.position;
    change
}

impl Change {
    fn settle(&mut self, status: Status) {
        self.status = Some(status);
        self.held = Some(false);
        self.retry_at = None;
        self.uncertain_deadline = None;
    }

    /// The status again, where it is one that few have and people look for.
    pub fn trouble(&self) -> Option<&'static str> {
        self.status.filter(|status| is_trouble(*status)).map(Status::as_str)
    }
}

pub fn is_trouble(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Uncertain | Status::Cancelled)
}

fn follow(change: &mut Change, recorded: &Recorded, event: Event) {
    change.version = Some(recorded.version);
    if let Some(step) = event.transition() {
        change.settle(step.to);
        if let Some(campaign) = step.campaign_id {
            change.campaign_id = Some(campaign.0);
        }
    }
    match event {
        Event::Dispatched(it) => {
            // A reply is enrolled by nobody: its story begins here.
            if recorded.version == 1 && it.campaign_id.is_none() {
                change.fresh = true;
                change.queued_at = Some(recorded.recorded_at);
            }
            change.conversation_id = it.conversation_id.map(|id| id.0).or(change.conversation_id);
            change.contact_id = Some(it.contact_id.0);
            change.profile_id = Some(it.profile_id.0);
            change.attempt = i32::try_from(it.attempt).ok();
            change.dispatched_at = Some(recorded.recorded_at);
            change.dispatched_position = Some(recorded.position);
        }
        Event::Sending(_) | Event::Reconciled(_) => {}
        Event::Sent(it) => {
            change.provider_message_id = it.provider_message_id.or(change.provider_message_id.take());
            change.sent_at = Some(it.at);
            change.error = Some(None);
        }
        Event::Delivered(it) => change.delivered_at = Some(it.at),
        Event::Read(it) => change.read_at = Some(it.at),
        Event::Failed(it) => {
            if it.is_final {
                change.failed_at = Some(it.at);
            }
            change.error = Some(Some(it.refusal));
        }
        Event::RetryScheduled(it) => change.retry_at = Some(it.due_at),
        Event::Uncertain(it) => change.uncertain_deadline = Some(it.deadline),
        Event::Held(_) => change.held = Some(true),
        Event::Cancelled(it) => {
            change.contact_id = Some(it.contact_id.0);
            change.cancel_reason = Some(it.reason);
        }
    }
}
