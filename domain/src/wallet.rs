//! A tenant's points: reserved when a campaign starts, captured as its messages are taken by the provider, released
//! where they are not.
//!
//! Invariants: no account is ever negative; what a campaign reserved is captured, released or still reserved, and
//! nothing else; `topped_up = available + reserved + captured`.

use crate::id::CampaignId;
use crate::{aggregate, events, impersonal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one recipient of a campaign costs.
pub const POINTS_PER_RECIPIENT: u64 = 2;

/// Below this many available points a tenant is warned.
pub const LOW_BALANCE: u64 = 200;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToppedUp {
    pub points: u64,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reserved {
    pub campaign_id: CampaignId,
    pub points: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Captured {
    pub campaign_id: CampaignId,
    pub messages: u64,
    pub points: u64,
    /// Everything in the log up to here has been reckoned for this campaign.
    pub through_position: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Released {
    pub campaign_id: CampaignId,
    pub messages: u64,
    pub points: u64,
    pub through_position: i64,
}

/// A message that had been taken by the provider failed after all: its captured points come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refunded {
    pub campaign_id: CampaignId,
    pub messages: u64,
    pub points: u64,
    pub through_position: i64,
}

impersonal!(ToppedUp, Reserved, Captured, Released, Refunded);

events! {
    pub enum Event {
        ToppedUp(ToppedUp) = "wallet.topped_up", 1;
        Reserved(Reserved) = "wallet.reserved", 1;
        Captured(Captured) = "wallet.captured", 1;
        Released(Released) = "wallet.released", 1;
        Refunded(Refunded) = "wallet.refunded", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    TopUp {
        points: u64,
        note: String,
    },
    Reserve {
        campaign_id: CampaignId,
        points: u64,
    },
    /// What became of a campaign's messages between two places in the log.
    Settle {
        campaign_id: CampaignId,
        sent: u64,
        unsent: u64,
        undone: u64,
        through_position: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    pub topped_up: u64,
    pub available: u64,
    pub reserved: u64,
    pub captured: u64,
    /// Sum of what was ever released or refunded.
    pub released: u64,
    pub campaigns: BTreeMap<CampaignId, Account>,
}

/// One campaign's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    pub reserved: u64,
    pub captured: u64,
    pub released: u64,
    pub through_position: i64,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("{needed} points are needed, {available} are available")]
    InsufficientPoints { needed: u64, available: u64 },
    #[error("a top-up is between 1 and 1,000,000,000 points")]
    BadTopUp,
    #[error("campaign {campaign_id} has {reserved} points reserved, {wanted} are to be settled")]
    MoreThanReserved { campaign_id: CampaignId, reserved: u64, wanted: u64 },
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::TopUp { points, .. } if points == 0 || points > 1_000_000_000 => Err(Refusal::BadTopUp),
        Command::TopUp { points, note } => Ok(vec![ToppedUp { points, note }.into()]),
        Command::Reserve { campaign_id, points } => {
            if state.campaigns.contains_key(&campaign_id) || points == 0 {
                return Ok(vec![]);
            }
            if points > state.available {
                return Err(Refusal::InsufficientPoints { needed: points, available: state.available });
            }
            Ok(vec![Reserved { campaign_id, points }.into()])
        }
        Command::Settle { campaign_id, sent, unsent, undone, through_position } => {
            let account = state.campaigns.get(&campaign_id).copied().unwrap_or_default();
            if through_position <= account.through_position {
                return Ok(vec![]);
            }
            let wanted = (sent + unsent) * POINTS_PER_RECIPIENT;
            if wanted > account.reserved {
                return Err(Refusal::MoreThanReserved { campaign_id, reserved: account.reserved, wanted });
            }
            let mut events: Vec<Event> = Vec::new();
            if sent > 0 {
                let points = sent * POINTS_PER_RECIPIENT;
                events.push(Captured { campaign_id, messages: sent, points, through_position }.into());
            }
            if unsent > 0 {
                let points = unsent * POINTS_PER_RECIPIENT;
                events.push(Released { campaign_id, messages: unsent, points, through_position }.into());
            }
            if undone > 0 {
                let points = (undone * POINTS_PER_RECIPIENT).min(account.captured + sent * POINTS_PER_RECIPIENT);
                events.push(Refunded { campaign_id, messages: undone, points, through_position }.into());
            }
            Ok(events)
        }
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::ToppedUp(it) => {
            state.topped_up += it.points;
            state.available += it.points;
        }
        Event::Reserved(it) => {
            state.available = state.available.saturating_sub(it.points);
            state.reserved += it.points;
            state.campaigns.entry(it.campaign_id).or_default().reserved += it.points;
        }
        Event::Captured(it) => {
            state.reserved = state.reserved.saturating_sub(it.points);
            state.captured += it.points;
            let account = state.campaigns.entry(it.campaign_id).or_default();
            account.reserved = account.reserved.saturating_sub(it.points);
            account.captured += it.points;
            account.through_position = it.through_position;
        }
        Event::Released(it) => {
            state.reserved = state.reserved.saturating_sub(it.points);
            state.available += it.points;
            state.released += it.points;
            let account = state.campaigns.entry(it.campaign_id).or_default();
            account.reserved = account.reserved.saturating_sub(it.points);
            account.released += it.points;
            account.through_position = it.through_position;
        }
        Event::Refunded(it) => {
            state.captured = state.captured.saturating_sub(it.points);
            state.available += it.points;
            state.released += it.points;
            let account = state.campaigns.entry(it.campaign_id).or_default();
            account.captured = account.captured.saturating_sub(it.points);
            account.released += it.points;
            account.through_position = it.through_position;
        }
    }
    state
}

aggregate!(Wallet, Wallet);

#[cfg(test)]
mod tests;
