//! How contact events stand in the log: what of them is about the person, and how they stood there before.
//!
//! On what grounds somebody may be written to is about the person too ("signed by Ana"), so since version 2 it is in the
//! personal part; when they agreed is a fact.

use super::{Added, Consent, ConsentGranted, ConsentWithdrawn, Person, Source};
use crate::event::Payload;
use crate::id::ContactId;
use crate::personal::{self, Personal, Unsealed};
use crate::{impersonal, personal_to};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is said of a consent beside its time.
#[derive(Serialize, Deserialize)]
struct Said {
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
}

impl Said {
    fn of(consent: &Consent) -> Self {
        Self { source: consent.source.clone(), proof: consent.proof.clone() }
    }

    fn into(self, consent: &mut Consent) {
        consent.source = self.source;
        consent.proof = self.proof;
    }
}

/// A person, and on what grounds they came.
#[derive(Serialize, Deserialize)]
struct Introduced {
    #[serde(flatten)]
    person: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<Said>,
}

impl Payload for Added {
    fn unsealed(&self) -> Option<Unsealed> {
        let person = self.person.known()?.clone();
        let introduced = Personal::Known(Introduced { person, consent: self.consent.as_ref().map(Said::of) });
        // A file does not bring back who asked to be forgotten.
        let renews = !matches!(self.source, Source::Import { .. });
        Some(Unsealed { renews, ..Unsealed::of(self.contact_id.0, &introduced)? })
    }

    fn open(&mut self, personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
        let Personal::Known(Introduced { person, consent }) = personal::read(personal)? else { return Ok(()) };
        self.person = Personal::Known(person);
        if let (Some(said), Some(consent)) = (consent, &mut self.consent) {
            said.into(consent);
        }
        Ok(())
    }
}

impl Payload for ConsentGranted {
    fn unsealed(&self) -> Option<Unsealed> {
        Unsealed::of(self.contact_id.0, &Personal::Known(Said::of(&self.consent)))
    }

    fn open(&mut self, personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
        if let Personal::Known(said) = personal::read::<Said>(personal)? {
            said.into(&mut self.consent);
        }
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Why {
    reason: String,
}

impl Payload for ConsentWithdrawn {
    fn unsealed(&self) -> Option<Unsealed> {
        Unsealed::of(self.contact_id.0, &Personal::Known(Why { reason: self.reason.clone() }))
    }

    fn open(&mut self, personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
        if let Personal::Known(why) = personal::read::<Why>(personal)? {
            self.reason = why.reason;
        }
        Ok(())
    }
}

/// A consent among the facts: its time alone.
pub mod grounds {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct When {
        at: DateTime<Utc>,
    }

    pub fn serialize<S: serde::Serializer>(consent: &Consent, to: S) -> Result<S::Ok, S::Error> {
        When { at: consent.at }.serialize(to)
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Consent, D::Error> {
        When::deserialize(from).map(|When { at }| Consent { source: String::new(), proof: None, at })
    }

    pub mod of_some {
        use super::*;

        pub fn serialize<S: serde::Serializer>(consent: &Option<Consent>, to: S) -> Result<S::Ok, S::Error> {
            consent.as_ref().map(|consent| When { at: consent.at }).serialize(to)
        }

        pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Consent>, D::Error> {
            let when = Option::<When>::deserialize(from)?;
            Ok(when.map(|When { at }| Consent { source: String::new(), proof: None, at }))
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddedV1 {
    contact_id: ContactId,
    source: Source,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    tags: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<Consent>,
    #[serde(skip)]
    person: Personal<Person>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentGrantedV1 {
    #[serde(flatten)]
    consent: Consent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentWithdrawnV1 {
    reason: String,
    at: DateTime<Utc>,
}

personal_to!(AddedV1, person, contact_id);
impersonal!(ConsentGrantedV1, ConsentWithdrawnV1);

impl From<AddedV1> for Added {
    fn from(AddedV1 { contact_id, source, tags, consent, person }: AddedV1) -> Self {
        Self { contact_id, source, tags, consent, person }
    }
}

/// Version 1 did not name the contact; its stream does.
const UNNAMED: ContactId = ContactId(Uuid::nil());

impl From<ConsentGrantedV1> for ConsentGranted {
    fn from(ConsentGrantedV1 { consent }: ConsentGrantedV1) -> Self {
        Self { contact_id: UNNAMED, consent }
    }
}

impl From<ConsentWithdrawnV1> for ConsentWithdrawn {
    fn from(ConsentWithdrawnV1 { reason, at }: ConsentWithdrawnV1) -> Self {
        Self { contact_id: UNNAMED, reason, at }
    }
}
