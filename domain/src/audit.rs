//! What was asked of the API: by whom, from where, and how it ended. One stream an entry.
//!
//! An entry is appended together with what it tells of, so neither is there without the other. What changed is told by
//! the events that follow it under the same correlation id. Addresses of people are personal.

use crate::personal::Personal;
use crate::{events, personal_to};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// The operation's name in the OpenAPI document.
    pub operation: String,
    pub outcome: Outcome,
    /// HTTP's.
    pub status: u16,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Whose address `origin` is: a membership, or an API key.
    pub subject: Subject,
    #[serde(skip)]
    pub origin: Personal<Origin>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Refused,
    Failed,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    pub fn of_status(status: u16) -> Self {
        match status {
            0..400 => Self::Done,
            400..500 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// What it was asked of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// A category of streams, or what the API calls it.
    pub kind: String,
    pub id: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(pub Uuid);

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub ip: String,
    pub user_agent: String,
}

personal_to!(Noted, origin, subject);

events! {
    pub enum Event {
        Noted(Noted) = "audit.noted", 1;
    }
}
