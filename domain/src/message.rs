//! One message to one person: the stream that must not be wrong.
//!
//! `queued → dispatched → sending → sent → delivered → read`, aside `failed`, `cancelled`, `uncertain`.
//!
//! Invariants, each held by a test in `message/tests.rs`:
//! - `sending` is recorded before the provider is called, from `dispatched` only; whoever loses that append does not call.
//! - A `sending` without an outcome becomes `uncertain`, and only a receipt or a person leads out of it.
//! - Receipts move the state forward by rank, in whatever order they come: sent < failed < delivered < read.
//! - Each event names the state it left (`from`), so that counting is a sum and a rebuild is exact.

pub mod decide;

pub use decide::{Command, Decision, Receipt, ReceiptStatus, Refusal, decide};

use crate::content::Attachment;
use crate::id::{CampaignId, ContactId, ConversationId, ProfileId, UserId};
use crate::package::distribution::Choice;
use crate::personal::Personal;
use crate::provider::{self, ProviderKind};
use crate::{aggregate, events, impersonal, personal_to};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Enrolled or waiting for another attempt. A message without events is queued.
    #[default]
    Queued,
    /// A number was chosen.
    Dispatched,
    /// The provider is about to be called, or is being called.
    Sending,
    Sent,
    Delivered,
    Read,
    Failed,
    Cancelled,
    /// The provider may have taken it; nobody knows yet.
    Uncertain,
}

impl Status {
    pub const ALL: [Status; 9] = [
        Status::Queued,
        Status::Dispatched,
        Status::Sending,
        Status::Sent,
        Status::Delivered,
        Status::Read,
        Status::Failed,
        Status::Cancelled,
        Status::Uncertain,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Dispatched => "dispatched",
            Status::Sending => "sending",
            Status::Sent => "sent",
            Status::Delivered => "delivered",
            Status::Read => "read",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Uncertain => "uncertain",
        }
    }

    /// Nothing more will be attempted. `Uncertain` is not: it waits for a receipt or a person.
    pub fn is_terminal(self) -> bool {
        matches!(self, Status::Sent | Status::Delivered | Status::Read | Status::Failed | Status::Cancelled)
    }

    /// The provider has taken it: its points are captured.
    pub fn is_paid(self) -> bool {
        matches!(self, Status::Sent | Status::Delivered | Status::Read)
    }
}

/// What is sent to whom. Personal to the contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// E.164; in a reply also the provider's own id of a person who hides the number, or of a group.
    pub to: String,
    /// May be empty beside an attachment.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispatched {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// The conversation it answers in, for a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    pub contact_id: ContactId,
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    /// From 1.
    pub attempt: u32,
    pub from: Status,
    /// Why this number; a reply has no choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    #[serde(skip)]
    pub content: Personal<Content>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sending {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub profile_id: ProfileId,
    pub attempt: u32,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub profile_id: ProfileId,
    pub attempt: u32,
    /// Unknown when a person settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_message_id: Option<String>,
    pub at: DateTime<Utc>,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub at: DateTime<Utc>,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Read {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub at: DateTime<Utc>,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub profile_id: ProfileId,
    pub attempt: u32,
    pub refusal: provider::Refusal,
    /// No further attempt will be made.
    pub is_final: bool,
    pub at: DateTime<Utc>,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RetryScheduled {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub contact_id: ContactId,
    /// The attempt that will follow.
    pub attempt: u32,
    pub due_at: DateTime<Utc>,
    pub from: Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncertain {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub profile_id: ProfileId,
    pub attempt: u32,
    /// What happened: `timeout`, `connection_reset`, `http_500`, `sender_stopped`.
    pub reason: String,
    /// When a person is asked, if no receipt has come.
    pub deadline: DateTime<Utc>,
    pub from: Status,
}

/// The deadline passed without a receipt: a person has to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
}

/// What settled an uncertain message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Evidence {
    Receipt,
    /// The answer of the call itself, come after it had been given up.
    LateAnswer,
    /// The provider was asked, and has it among what it sent.
    Journal,
    /// Nobody knew by the deadline, and the organisation had said what then.
    Policy {
        policy: UncertainPolicy,
    },
    Person {
        user_id: UserId,
        decision: Decision,
    },
}

/// What becomes of a message of which nobody knows by its deadline whether it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UncertainPolicy {
    /// A person decides.
    #[default]
    Hold,
    /// It is sent again: it may reach the person twice.
    Resend,
    /// It counts as sent: it may not have reached the person.
    AssumeSent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reconciled {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub evidence: Evidence,
    /// A person had been asked already.
    #[serde(default)]
    pub was_held: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    pub contact_id: ContactId,
    /// `campaign_cancelled`, `no_consent`, `blocked`, `contact_removed`, `missing_variable`.
    pub reason: String,
    pub from: Status,
}

personal_to!(Dispatched, content, contact_id);
impersonal!(Sending, Sent, Delivered, Read, Failed, RetryScheduled, Uncertain, Held, Reconciled, Cancelled);

events! {
    pub enum Event {
        Dispatched(Dispatched) = "message.dispatched", 1;
        Sending(Sending) = "message.sending", 1;
        Sent(Sent) = "message.sent", 1;
        Delivered(Delivered) = "message.delivered", 1;
        Read(Read) = "message.read", 1;
        Failed(Failed) = "message.failed", 1;
        RetryScheduled(RetryScheduled) = "message.retry_scheduled", 1;
        Uncertain(Uncertain) = "message.uncertain", 1;
        Held(Held) = "message.held", 1;
        Reconciled(Reconciled) = "message.reconciled", 1;
        Cancelled(Cancelled) = "message.cancelled", 1;
    }
}

/// A move of one message from one state to another, as counters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub campaign_id: Option<CampaignId>,
    pub from: Status,
    pub to: Status,
}

impl Event {
    /// The move this event makes; `None` when it only adds knowledge.
    pub fn transition(&self) -> Option<Move> {
        let (campaign_id, from, to) = match self {
            Event::Dispatched(it) => (it.campaign_id, it.from, Status::Dispatched),
            Event::Sending(it) => (it.campaign_id, it.from, Status::Sending),
            Event::Sent(it) => (it.campaign_id, it.from, Status::Sent),
            Event::Delivered(it) => (it.campaign_id, it.from, Status::Delivered),
            Event::Read(it) => (it.campaign_id, it.from, Status::Read),
            Event::Failed(it) => (it.campaign_id, it.from, Status::Failed),
            Event::RetryScheduled(it) => (it.campaign_id, it.from, Status::Queued),
            Event::Uncertain(it) => (it.campaign_id, it.from, Status::Uncertain),
            Event::Cancelled(it) => (it.campaign_id, it.from, Status::Cancelled),
            Event::Held(_) | Event::Reconciled(_) => return None,
        };
        Some(Move { campaign_id, from, to })
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub status: Status,
    pub campaign_id: Option<CampaignId>,
    pub contact_id: Option<ContactId>,
    pub profile_id: Option<ProfileId>,
    /// Attempts begun so far.
    pub attempt: u32,
    pub held: bool,
}

pub fn evolve(mut state: State, event: &Event) -> State {
    if let Some(step) = event.transition() {
        state.status = step.to;
        state.campaign_id = step.campaign_id.or(state.campaign_id);
        state.held = false;
    }
    match event {
        Event::Dispatched(it) => {
            state.contact_id = Some(it.contact_id);
            state.profile_id = Some(it.profile_id);
            state.attempt = it.attempt;
        }
        Event::Cancelled(it) => state.contact_id = Some(it.contact_id),
        Event::Held(_) => state.held = true,
        _ => {}
    }
    state
}

aggregate!(Message, Message);

#[cfg(test)]
mod tests;
