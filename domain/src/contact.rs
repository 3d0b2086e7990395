//! A person a tenant may write to, and on what grounds.
//!
//! The number is the identity: a contact's stream is named by a keyed hash of it (see [`ContactId::for_phone`]), so a
//! number that changes is another contact. Invariant: consent is only ever granted with a source and a time, and a
//! withdrawal holds until a new grant.

use crate::id::{ContactId, ImportId, UserId};
use crate::personal::Personal;
use crate::{aggregate, events, impersonal, personal_to};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

mod wire;

use wire::grounds;

/// What is known of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// E.164.
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// Where a contact came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Source {
    Manual { user_id: Option<UserId> },
    Import { import_id: ImportId, line: u64 },
    Inbound,
}

/// On what grounds the person may be written to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// In words: "web form", "import spring.csv", "in the shop". Empty once the person is erased.
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Added {
    pub contact_id: ContactId,
    pub source: Source,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Consent that came with the contact itself.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "grounds::of_some")]
    pub consent: Option<Consent>,
    #[serde(skip)]
    pub person: Personal<Person>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Updated {
    pub contact_id: ContactId,
    /// The names of what changed, not the values.
    pub changed: Vec<String>,
    #[serde(skip)]
    pub person: Personal<Person>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentGranted {
    pub contact_id: ContactId,
    #[serde(flatten, with = "grounds")]
    pub consent: Consent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentWithdrawn {
    pub contact_id: ContactId,
    /// Often in the person's own words; empty once they are erased.
    #[serde(skip)]
    pub reason: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tagged {
    pub tag: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Untagged {
    pub tag: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blocked {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unblocked {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Removed {}

/// The certificate of an erasure: from here on nothing that was said of the person before can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erased {
    /// Streams that spoke of the person, and their events.
    pub streams: u64,
    pub events: u64,
}

personal_to!(Updated, person, contact_id);
impersonal!(Tagged, Untagged, Blocked, Unblocked, Removed, Erased);

events! {
    pub enum Event {
        Added(Added) = "contact.added", 2, was 1 as wire::AddedV1;
        Updated(Updated) = "contact.updated", 1;
        ConsentGranted(ConsentGranted) = "contact.consent_granted", 2, was 1 as wire::ConsentGrantedV1;
        ConsentWithdrawn(ConsentWithdrawn) = "contact.consent_withdrawn", 2, was 1 as wire::ConsentWithdrawnV1;
        Tagged(Tagged) = "contact.tagged", 1;
        Untagged(Untagged) = "contact.untagged", 1;
        Blocked(Blocked) = "contact.blocked", 1;
        Unblocked(Unblocked) = "contact.unblocked", 1;
        Removed(Removed) = "contact.removed", 1;
        Erased(Erased) = "contact.erased", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Add(Added),
    /// `None` leaves a part as it is; a field with a blank value is removed.
    Update {
        name: Option<String>,
        fields: Option<BTreeMap<String, String>>,
    },
    GrantConsent(Consent),
    WithdrawConsent {
        reason: String,
        at: DateTime<Utc>,
    },
    Tag(String),
    Untag(String),
    Block,
    Unblock,
    Remove,
    Erase {
        certificate: Erased,
        /// Something that was said of the person can be read: who was erased may have written again.
        readable: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConsentState {
    #[default]
    None,
    Granted,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub contact_id: Option<ContactId>,
    /// Removed contacts keep their stream; adding the number again revives it.
    pub removed: bool,
    /// The person asked to be forgotten. Adding the number by hand, or the person writing, makes them known again; an
    /// import does not.
    pub erased: bool,
    pub person: Personal<Person>,
    pub tags: BTreeSet<String>,
    pub consent: ConsentState,
    pub blocked: bool,
}

impl State {
    pub fn exists(&self) -> bool {
        self.contact_id.is_some() && !self.removed
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("contact exists already")]
    Exists,
    #[error("no such contact")]
    Missing,
    #[error("the contact's data was erased")]
    Erased,
    #[error("a tag has 1 to 64 characters")]
    BadTag,
    #[error("consent needs a source")]
    ConsentWithoutSource,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Add(added) = command {
        if state.exists() {
            return Err(Refusal::Exists);
        }
        if state.erased && matches!(added.source, Source::Import { .. }) {
            return Err(Refusal::Erased);
        }
        if added.consent.as_ref().is_some_and(|consent| consent.source.trim().is_empty()) {
            return Err(Refusal::ConsentWithoutSource);
        }
        return Ok(vec![added.into()]);
    }
    if let Command::Erase { certificate, readable } = command {
        // Someone who was removed is still known to the log; someone who hid the number is known to a conversation alone.
        return match (state.contact_id, state.erased) {
            (_, true) if !readable => Err(Refusal::Erased),
            (None, false) if certificate.events == 0 => Err(Refusal::Missing),
            _ => Ok(vec![certificate.into()]),
        };
    }
    let contact_id = state.contact_id.filter(|_| state.exists()).ok_or(Refusal::Missing)?;
    Ok(match command {
        Command::Add(_) | Command::Erase { .. } => unreachable!("answered above"),
        Command::Update { name, fields } => update(state, contact_id, name, fields)?,
        Command::GrantConsent(consent) if consent.source.trim().is_empty() => {
            return Err(Refusal::ConsentWithoutSource);
        }
        Command::GrantConsent(_) if state.consent == ConsentState::Granted => vec![],
        Command::GrantConsent(consent) => vec![ConsentGranted { contact_id, consent }.into()],
        Command::WithdrawConsent { .. } if state.consent == ConsentState::Withdrawn => vec![],
        Command::WithdrawConsent { reason, at } => vec![ConsentWithdrawn { contact_id, reason, at }.into()],
        Command::Tag(tag) if !tag_is_good(&tag) => return Err(Refusal::BadTag),
        Command::Tag(tag) if state.tags.contains(&tag) => vec![],
        Command::Tag(tag) => vec![Tagged { tag }.into()],
        Command::Untag(tag) if !state.tags.contains(&tag) => vec![],
        Command::Untag(tag) => vec![Untagged { tag }.into()],
        Command::Block if state.blocked => vec![],
        Command::Block => vec![Blocked {}.into()],
        Command::Unblock if !state.blocked => vec![],
        Command::Unblock => vec![Unblocked {}.into()],
        Command::Remove => vec![Removed {}.into()],
    })
}

/// A tag is shown as it is written; it is matched exactly.
pub fn tag_is_good(tag: &str) -> bool {
    !tag.trim().is_empty() && tag.chars().count() <= 64
}

fn update(
    state: &State,
    contact_id: ContactId,
    name: Option<String>,
    fields: Option<BTreeMap<String, String>>,
) -> Result<Vec<Event>, Refusal> {
    let mut person = state.person.known().ok_or(Refusal::Erased)?.clone();
    let mut changed = Vec::new();
    if let Some(name) = name {
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        if name != person.name {
            person.name = name;
            changed.push("name".to_owned());
        }
    }
    for (key, value) in fields.unwrap_or_default() {
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        if person.fields.get(&key) != value.as_ref() {
            match value {
                Some(value) => person.fields.insert(key.clone(), value),
                None => person.fields.remove(&key),
            };
            changed.push(key);
        }
    }
    if changed.is_empty() {
        return Ok(vec![]);
    }
    Ok(vec![Updated { contact_id, changed, person: Personal::Known(person) }.into()])
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Added(it) => {
            state = State {
                contact_id: Some(it.contact_id),
                removed: false,
                erased: false,
                person: it.person.clone(),
                tags: it.tags.clone(),
                // A withdrawal outlives removal: adding the number again does not bring consent back by itself.
                consent: match (&it.consent, state.consent) {
                    (Some(_), _) => ConsentState::Granted,
                    (None, ConsentState::Withdrawn) => ConsentState::Withdrawn,
                    (None, _) => ConsentState::None,
                },
                blocked: state.blocked,
            };
        }
        Event::Updated(it) => state.person = it.person.clone(),
        Event::ConsentGranted(_) => state.consent = ConsentState::Granted,
        Event::ConsentWithdrawn(_) => state.consent = ConsentState::Withdrawn,
        Event::Tagged(it) => {
            state.tags.insert(it.tag.clone());
        }
        Event::Untagged(it) => {
            state.tags.remove(&it.tag);
        }
        Event::Blocked(_) => state.blocked = true,
        Event::Unblocked(_) => state.blocked = false,
        Event::Removed(_) => {
            state.removed = true;
            state.person = Personal::Erased;
        }
        Event::Erased(_) => {
            state.removed = true;
            state.erased = true;
            state.person = Personal::Erased;
            state.tags.clear();
        }
    }
    state
}

aggregate!(Contact, Contact);

#[cfg(test)]
mod tests;
