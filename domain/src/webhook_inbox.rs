//! What providers posted, raw, one stream a delivery. Interpretation is a process, so a parser's bug loses nothing.

use crate::id::ProfileId;
use crate::personal::Personal;
use crate::provider::ProviderKind;
use crate::{events, impersonal, personal_to};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    /// Size of the body, in bytes.
    pub bytes: u64,
    /// The raw body. A webhook speaks of many people at once: its subject is the profile, so that retention by day
    /// ends it; the process that reads it writes what concerns one person under that person's own secret.
    #[serde(skip)]
    pub body: Personal<RawBody>,
}

/// A body as text: the providers send JSON, which is UTF-8; anything else is kept with replacement characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawBody(pub String);

/// A body or a part of one that could not be understood. It stays in the log and can be read again after a fix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    pub profile_id: ProfileId,
    /// Position of the `received` event.
    pub of_position: i64,
    pub reason: String,
}

personal_to!(Received, body, profile_id);
impersonal!(Quarantined);

events! {
    pub enum Event {
        Received(Received) = "webhook_inbox.received", 1;
        Quarantined(Quarantined) = "webhook_inbox.quarantined", 1;
    }
}
