//! From a stretch of events to counter moves. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::message::{Event, Status};
use waybill_domain::stream::Category;
use waybill_domain::{campaign, conversation};

#[derive(Debug, Clone, Copy, Default)]
pub struct Counters {
    pub enrolled: i64,
    pub dispatched: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
    pub inbound: i64,
    pub replies: i64,
}

#[derive(Default)]
pub struct Folded {
    pub days: HashMap<(Uuid, NaiveDate), Counters>,
    pub campaigns: HashMap<(Uuid, Uuid, NaiveDate), Counters>,
    /// By tenant, in the order of `Status::ALL`.
    pub states: HashMap<Uuid, [i64; Status::ALL.len()]>,
}

pub fn fold(events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Folded, ProjectionError> {
    let mut folded = Folded::default();
    for recorded in events {
        match Category::parse(&recorded.category) {
            Some(Category::Message) => {
                if let Some(event) = batch::decode::<Event>(recorded, applied)? {
                    folded.message(recorded, &event);
                }
            }
            Some(Category::Campaign) => {
                let campaign = Some(recorded.stream_id);
                match batch::decode(recorded, applied)? {
                    Some(campaign::Event::RecipientsEnrolled(it)) => {
                        let count = length(&it.contact_ids);
                        folded.count(recorded, campaign, |counters| counters.enrolled += count);
                        folded.step(recorded, Status::Queued, count);
                    }
                    Some(campaign::Event::RecipientsCancelled(it)) => {
                        let count = length(&it.contact_ids);
                        folded.count(recorded, campaign, |counters| counters.cancelled += count);
                        folded.step(recorded, Status::Queued, -count);
                        folded.step(recorded, Status::Cancelled, count);
                    }
                    _ => {}
                }
            }
            _ => match batch::decode(recorded, applied)? {
                Some(conversation::Event::InboundReceived(_)) => {
                    folded.count(recorded, None, |counters| counters.inbound += 1);
                }
                Some(conversation::Event::ReplyRequested(_)) => {
                    folded.count(recorded, None, |counters| counters.replies += 1);
                    folded.step(recorded, Status::Queued, 1);
                }
                _ => {}
            },
        }
    }
    Ok(folded)
}

impl Folded {
    fn message(&mut self, recorded: &Recorded, event: &Event) {
        let Some(step) = event.transition() else { return };
        self.step(recorded, step.from, -1);
        self.step(recorded, step.to, 1);
        let counter: fn(&mut Counters) -> &mut i64 = match event {
            Event::Dispatched(_) => |counters| &mut counters.dispatched,
            Event::Sent(_) => |counters| &mut counters.sent,
            Event::Delivered(_) => |counters| &mut counters.delivered,
            Event::Read(_) => |counters| &mut counters.read,
            Event::Failed(it) if it.is_final => |counters| &mut counters.failed,
            Event::Cancelled(_) => |counters| &mut counters.cancelled,
            Event::Uncertain(_) => |counters| &mut counters.uncertain,
            _ => return,
        };
        self.count(recorded, step.campaign_id.map(|id| id.0), |counters| *counter(counters) += 1);
    }

    fn count(&mut self, recorded: &Recorded, campaign: Option<Uuid>, count: impl Fn(&mut Counters)) {
        let (tenant, date) = (recorded.tenant_id.0, recorded.recorded_at.date_naive());
        count(self.days.entry((tenant, date)).or_default());
        if let Some(campaign) = campaign {
            count(self.campaigns.entry((tenant, campaign, date)).or_default());
        }
    }

    fn step(&mut self, recorded: &Recorded, status: Status, by: i64) {
        self.states.entry(recorded.tenant_id.0).or_default()[status as usize] += by;
    }
}

fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_counted_in_its_place_among_all() {
        for (place, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(status as usize, place);
        }
    }
}
