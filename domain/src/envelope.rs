//! An event as it stands in the log, around the facts of its category.

use crate::actor::Actor;
use crate::event::{DecodeError, EventSet};
use crate::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};
use std::borrow::Cow;
use uuid::Uuid;

/// One row of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Place in the log of its shard: dense, from 1, in commit order.
    pub position: i64,
    pub event_id: Uuid,
    pub tenant_id: TenantId,
    pub stream_id: Uuid,
    /// A wire name; one that this build does not know is kept as it is.
    pub category: Cow<'static, str>,
    /// Place in its stream, from 1.
    pub version: i64,
    pub kind: Cow<'static, str>,
    pub schema_version: i16,
    pub recorded_at: DateTime<Utc>,
    pub correlation_id: Uuid,
    /// The event or command that this one follows from.
    pub causation_id: Option<Uuid>,
    pub actor: Actor,
    pub traceparent: Option<String>,
    /// Facts, as JSON.
    pub data: String,
    pub personal: PersonalPart,
}

/// The personal part of a recorded event.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonalPart {
    /// The event speaks of nobody.
    None,
    Sealed(Sealed),
    /// Decrypted by the store, as JSON.
    Open(Vec<u8>),
    /// A secret is gone for good.
    Erased,
}

/// Ciphertext and the names of the two secrets it was made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    pub subject_id: Uuid,
    pub day: NaiveDate,
    pub bytes: Vec<u8>,
}

impl Recorded {
    /// Reads the event as one of `E`; `Ok(None)` when this build does not know its type or version.
    ///
    /// A part that is still sealed reads as erased: whoever needs it opens it first.
    pub fn decode<E: EventSet>(&self) -> Result<Option<E>, DecodeError> {
        let personal = match &self.personal {
            PersonalPart::Open(bytes) => Some(bytes.as_slice()),
            _ => None,
        };
        E::decode(&self.kind, self.schema_version, &self.data, personal)
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}
