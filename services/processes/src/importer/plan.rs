//! What the rows of one contact come to. Pure.
//!
//! The first row of a file that has something to say about a number wins; later rows of the same file change nothing.
//! A person who opted out is never opted in by a file.

use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use waybill_contact_files::{NewContact, reason};
use waybill_domain::contact::{
    Added, Command, Consent, ConsentState, Event, Person, Source, State, decide, evolve, tag_is_good,
};
use waybill_domain::id::{ContactId, ImportId};
use waybill_domain::personal::Personal;

/// A number whose data was erased for good: nothing can be written about it.
pub const ERASED: &str = "erased";
const UNCHANGED: &str = "unchanged";
const OPTED_OUT: &str = "opted_out";

/// What all rows of an import have in common.
#[derive(Debug, Clone)]
pub struct Grounds {
    pub import_id: ImportId,
    pub consent_source: String,
    pub tags: BTreeSet<String>,
}

impl Grounds {
    pub fn new(import_id: ImportId, file_name: &str, consent_source: Option<&str>, tags: &[String]) -> Self {
        let said = consent_source.map(str::trim).filter(|source| !source.is_empty());
        Self {
            import_id,
            consent_source: said.map_or_else(|| format!("import {file_name}"), str::to_owned),
            tags: tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| tag_is_good(tag)).collect(),
        }
    }
}

/// A contact as the log has it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub state: State,
    /// 0 for a contact who is new.
    pub version: i64,
    /// Whether this import has written about the contact before.
    pub written: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Created { consent: bool },
    Updated { consent: bool },
    Duplicate(&'static str),
    Rejected(&'static str),
}

/// A row that names a number.
#[derive(Debug, Clone)]
pub struct Entry {
    pub line: u64,
    pub contact: NewContact,
}

/// The events of one contact and a verdict for each of its rows.
pub fn plan(
    known: &Known,
    contact_id: ContactId,
    entries: &[Entry],
    grounds: &Grounds,
    at: DateTime<Utc>,
) -> (Vec<Event>, Vec<Verdict>) {
    let mut events = Vec::new();
    let mut verdicts = Vec::with_capacity(entries.len());
    for entry in entries {
        if known.written || !events.is_empty() {
            verdicts.push(Verdict::Duplicate(reason::SAME_NUMBER));
            continue;
        }
        let (new, verdict) = row(&known.state, contact_id, entry, grounds, at);
        events = new;
        verdicts.push(verdict);
    }
    (events, verdicts)
}

fn row(
    state: &State,
    contact_id: ContactId,
    entry: &Entry,
    grounds: &Grounds,
    at: DateTime<Utc>,
) -> (Vec<Event>, Verdict) {
    let NewContact { phone, name, fields, consent } = &entry.contact;
    let granted = *consent && state.consent != ConsentState::Withdrawn;
    let consent = granted.then(|| Consent { source: grounds.consent_source.clone(), proof: None, at });
    if state.erased {
        // They asked to be forgotten: a file does not bring them back.
        return (vec![], Verdict::Rejected(ERASED));
    }
    if !state.exists() {
        let added = Added {
            contact_id,
            source: Source::Import { import_id: grounds.import_id, line: entry.line },
            tags: grounds.tags.clone(),
            consent,
            person: Personal::Known(Person {
                phone: phone.as_str().to_owned(),
                name: name.clone(),
                fields: fields.clone(),
            }),
        };
        return (vec![added.into()], Verdict::Created { consent: granted });
    }
    if state.person.known().is_none() {
        return (vec![], Verdict::Rejected(ERASED));
    }
    let update = Command::Update { name: name.clone(), fields: Some(fields.clone()) };
    let tags = grounds.tags.iter().cloned().map(Command::Tag);
    let commands = std::iter::once(update).chain(consent.map(Command::GrantConsent)).chain(tags);
    let mut state = state.clone();
    let mut events = Vec::new();
    for command in commands {
        // Nothing here is refused: the contact exists and is known, the source and the tags were checked.
        let new = decide(&state, command).unwrap_or_default();
        state = new.iter().fold(state, evolve);
        events.extend(new);
    }
    let verdict = match state.consent {
        ConsentState::Withdrawn if events.is_empty() => Verdict::Duplicate(OPTED_OUT),
        _ if events.is_empty() => Verdict::Duplicate(UNCHANGED),
        consent => Verdict::Updated { consent: consent == ConsentState::Granted },
    };
    (events, verdict)
}

#[cfg(test)]
mod tests;
