//! From a stretch of events to balances and ledger entries. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::CampaignId;
use waybill_domain::wallet::Event;

#[derive(Debug, Clone, Default, FromRow)]
pub struct Balance {
    pub tenant_id: Uuid,
    pub topped_up: i64,
    pub available: i64,
    pub reserved: i64,
    pub captured: i64,
    pub released: i64,
    pub version: i64,
    pub position: i64,
}

#[derive(Debug)]
pub struct Entry {
    pub tenant_id: Uuid,
    pub position: i64,
    pub at: DateTime<Utc>,
    pub kind: &'static str,
    pub points: i64,
    /// On `available`.
    pub effect: i64,
    pub campaign_id: Option<Uuid>,
    pub messages: Option<i64>,
    pub note: Option<String>,
    pub balance_after: i64,
}

pub struct Folded {
    pub balances: Vec<Balance>,
    pub entries: Vec<Entry>,
}

pub fn fold(known: Vec<Balance>, events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Folded, ProjectionError> {
    let known: HashMap<Uuid, Balance> = known.into_iter().map(|balance| (balance.tenant_id, balance)).collect();
    let mut balances: BTreeMap<Uuid, Balance> = BTreeMap::new();
    let mut entries = Vec::with_capacity(events.len());
    for recorded in events {
        let Some(event) = batch::decode::<Event>(recorded, applied)? else { continue };
        let tenant_id = recorded.tenant_id.0;
        let balance = balances
            .entry(tenant_id)
            .or_insert_with(|| known.get(&tenant_id).cloned().unwrap_or(Balance { tenant_id, ..Balance::default() }));
        entries.push(balance.follow(recorded, event));
    }
    Ok(Folded { balances: balances.into_values().collect(), entries })
}

impl Balance {
    fn follow(&mut self, recorded: &Recorded, event: Event) -> Entry {
        let before = self.available;
        let (kind, points, campaign_id, messages, note) = match event {
            Event::ToppedUp(it) => {
                let points = signed(it.points);
                self.topped_up += points;
                self.available += points;
                ("topped_up", points, None, None, Some(it.note).filter(|note| !note.is_empty()))
            }
            Event::Reserved(it) => {
                let points = signed(it.points);
                self.available -= points;
                self.reserved += points;
                ("reserved", points, Some(it.campaign_id), None, None)
            }
            Event::Captured(it) => {
                let points = signed(it.points);
                self.reserved -= points;
                self.captured += points;
                ("captured", points, Some(it.campaign_id), Some(signed(it.messages)), None)
            }
            Event::Released(it) => {
                let points = signed(it.points);
                self.reserved -= points;
                self.available += points;
                self.released += points;
                ("released", points, Some(it.campaign_id), Some(signed(it.messages)), None)
            }
            Event::Refunded(it) => {
                let points = signed(it.points);
                self.captured -= points;
                self.available += points;
                self.released += points;
                ("refunded", points, Some(it.campaign_id), Some(signed(it.messages)), None)
            }
        };
        self.version = recorded.version;
        self.position = recorded.position;
        Entry {
            tenant_id: self.tenant_id,
            position: recorded.position,
            at: recorded.recorded_at,
            kind,
            points,
            effect: self.available - before,
            campaign_id: campaign_id.map(|CampaignId(id)| id),
            messages,
            note,
            balance_after: self.available,
        }
    }
}

/// Points and counts are far below this bound; a broken event must not wrap around.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
