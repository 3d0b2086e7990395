//! A campaign: one text to many people, from the draft to the last answer.
//!
//! `draft → running ⇄ paused → completed`, or `cancelled`. Starting it freezes what is sent and to whom; the runner then
//! enrols the audience in chunks, each recorded once and in turn, so a crash resumes where it was.
//! Invariant: each recipient is enrolled or excluded exactly once, with a reason when excluded.

pub mod decide;

pub use decide::{Command, Refusal, decide};

use crate::content::Attachment;
use crate::id::{ContactId, ListId, PackageId};
use crate::package::limits::Limit;
use crate::package::strategy::Strategy;
use crate::{aggregate, events, impersonal};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Recipients named by one event, at most.
pub const MAX_CHUNK: usize = 1_000;

/// Who is meant, before consent and other exclusions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    All,
    List(ListId),
    /// Contacts with any of these tags.
    Tags(Vec<String>),
    /// These contacts, each named.
    Contacts(Vec<ContactId>),
}

/// Why a contact of the audience is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    NoConsent,
    Blocked,
    MissingVariable,
    InvalidNumber,
    TextTooLong,
    OverCap,
    /// The audience grew after the points were reserved.
    NoPointsReserved,
    /// The personal data was erased.
    Erased,
}

impl Exclusion {
    pub fn as_str(self) -> &'static str {
        match self {
            Exclusion::NoConsent => "no_consent",
            Exclusion::Blocked => "blocked",
            Exclusion::MissingVariable => "missing_variable",
            Exclusion::InvalidNumber => "invalid_number",
            Exclusion::TextTooLong => "text_too_long",
            Exclusion::OverCap => "over_cap",
            Exclusion::NoPointsReserved => "no_points_reserved",
            Exclusion::Erased => "erased",
        }
    }
}

/// What a campaign says, to whom, over which numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub name: String,
    pub audience: Audience,
    /// May be empty beside an attachment.
    pub template_text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    pub package_id: PackageId,
    #[serde(default, skip_serializing_if = "Spread::is_default")]
    pub spread: Spread,
}

/// How its messages are spread over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spread {
    /// Instead of the package's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// Nothing goes sooner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
}

impl Spread {
    fn is_default(&self) -> bool {
        *self == Spread::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    pub plan: Plan,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub plan: Plan,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Discarded {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Frozen as it is sent.
    pub plan: Plan,
    /// Recipients reckoned with, and paid for, at the start. Enrolment never exceeds it.
    pub planned_recipients: u64,
    pub points_reserved: u64,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipientsEnrolled {
    /// From 0, shared with the exclusions of the same chunk.
    pub chunk: u64,
    pub contact_ids: Vec<ContactId>,
    /// The last contact looked at; the next chunk begins after it.
    pub cursor: ContactId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipientsExcluded {
    pub chunk: u64,
    pub by_reason: BTreeMap<Exclusion, Vec<ContactId>>,
    pub cursor: ContactId,
}

/// The audience is resolved. Points of recipients that were planned and not enrolled are released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentFinished {
    pub enrolled: u64,
    pub excluded: u64,
    /// Planned and paid for, and not enrolled.
    pub unused: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paused {
    /// `operator`, or the reason a process gave.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resumed {}

/// Its recipients wait for a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deferred {
    pub limit: Limit,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    pub waiting: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {}

/// Enrolled recipients that had no number yet when the campaign was cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipientsCancelled {
    pub contact_ids: Vec<ContactId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Completed {
    pub sent: u64,
    pub failed: u64,
    pub cancelled: u64,
    /// Waiting for a person.
    pub uncertain: u64,
}

impersonal!(
    Drafted,
    Edited,
    Discarded,
    Started,
    RecipientsEnrolled,
    RecipientsExcluded,
    EnrolmentFinished,
    Paused,
    Resumed,
    Deferred,
    Cancelled,
    RecipientsCancelled,
    Completed
);

events! {
    pub enum Event {
        Drafted(Drafted) = "campaign.drafted", 1;
        Edited(Edited) = "campaign.edited", 1;
        Discarded(Discarded) = "campaign.discarded", 1;
        Started(Started) = "campaign.started", 1;
        RecipientsEnrolled(RecipientsEnrolled) = "campaign.recipients_enrolled", 1;
        RecipientsExcluded(RecipientsExcluded) = "campaign.recipients_excluded", 1;
        EnrolmentFinished(EnrolmentFinished) = "campaign.enrolment_finished", 1;
        Paused(Paused) = "campaign.paused", 1;
        Resumed(Resumed) = "campaign.resumed", 1;
        Deferred(Deferred) = "campaign.deferred", 1;
        Cancelled(Cancelled) = "campaign.cancelled", 1;
        RecipientsCancelled(RecipientsCancelled) = "campaign.recipients_cancelled", 1;
        Completed(Completed) = "campaign.completed", 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Unknown,
    Draft,
    Running,
    Paused,
    Cancelled,
    Completed,
    Discarded,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Draft => "draft",
            Status::Running => "running",
            Status::Paused => "paused",
            Status::Cancelled => "cancelled",
            Status::Completed => "completed",
            Status::Discarded => "discarded",
        }
    }
}

/// How far the audience has been resolved.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Enrolment {
    pub next_chunk: u64,
    pub cursor: Option<ContactId>,
    pub enrolled: u64,
    pub excluded: u64,
    pub finished: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    pub status: Status,
    pub plan: Option<Plan>,
    pub planned_recipients: u64,
    pub enrolment: Enrolment,
    pub deferred: Option<(Limit, Option<DateTime<Utc>>)>,
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Drafted(Drafted { plan }) => {
            state.status = Status::Draft;
            state.plan = Some(plan.clone());
        }
        Event::Edited(Edited { plan }) => state.plan = Some(plan.clone()),
        Event::Discarded(_) => state.status = Status::Discarded,
        Event::Started(it) => {
            state.status = Status::Running;
            state.plan = Some(it.plan.clone());
            state.planned_recipients = it.planned_recipients;
        }
        Event::RecipientsEnrolled(it) => {
            state.enrolment.next_chunk = it.chunk + 1;
            state.enrolment.cursor = Some(it.cursor);
            state.enrolment.enrolled += it.contact_ids.len() as u64;
        }
        Event::RecipientsExcluded(it) => {
            state.enrolment.next_chunk = it.chunk + 1;
            state.enrolment.cursor = Some(it.cursor);
            state.enrolment.excluded += it.by_reason.values().map(|ids| ids.len() as u64).sum::<u64>();
        }
        Event::EnrolmentFinished(_) => state.enrolment.finished = true,
        Event::Paused(_) => state.status = Status::Paused,
        Event::Resumed(_) => {
            state.status = Status::Running;
            state.deferred = None;
        }
        Event::Deferred(it) => state.deferred = Some((it.limit, it.until)),
        Event::Cancelled(_) => state.status = Status::Cancelled,
        Event::RecipientsCancelled(_) => {}
        Event::Completed(_) => state.status = Status::Completed,
    }
    state
}

aggregate!(Campaign, Campaign);

#[cfg(test)]
mod tests;
