//! From a stretch of events to whole rows and counter moves. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::contact::{self, Person};
use waybill_domain::envelope::Recorded;
use waybill_domain::list;
use waybill_domain::personal::Personal;
use waybill_domain::stream::Category;

/// Tenant and id.
pub type Key = (Uuid, Uuid);

/// A contact as its row has it. Consent is the domain's word.
#[derive(Debug, Clone)]
pub struct Row {
    pub key: Key,
    pub phone: Option<String>,
    pub name: Option<String>,
    pub fields: BTreeMap<String, String>,
    pub tags: BTreeSet<String>,
    pub consent: &'static str,
    pub consent_source: Option<String>,
    pub consent_at: Option<DateTime<Utc>>,
    pub blocked: bool,
    pub removed: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub position: i64,
}

pub struct Stretch<'a> {
    contacts: Vec<(&'a Recorded, contact::Event)>,
    lists: Vec<(&'a Recorded, list::Event)>,
}

/// What a stretch does to the tables.
#[derive(Default)]
pub struct Changes {
    pub inserted: Vec<Row>,
    pub updated: Vec<Row>,
    pub lists: Vec<NewList>,
    /// Contacts that left all lists.
    pub left: Vec<Key>,
    /// List and contact, within the tenant of the first.
    pub joined: Vec<(Uuid, Uuid, Uuid)>,
    pub tags: HashMap<Uuid, HashMap<String, i64>>,
    pub totals: HashMap<Uuid, i64>,
}

pub struct NewList {
    pub key: Key,
    pub name: String,
    pub created_at: DateTime<Utc>,
}

impl<'a> Stretch<'a> {
    pub fn decode(events: &'a [Arc<Recorded>], applied: &mut Applied) -> Result<Self, ProjectionError> {
        let mut stretch = Self { contacts: Vec::with_capacity(events.len()), lists: Vec::new() };
        for recorded in events {
            if recorded.category == Category::Contact.as_str() {
                stretch.contacts.extend(batch::decode(recorded, applied)?.map(|event| (recorded.as_ref(), event)));
            } else {
                stretch.lists.extend(batch::decode(recorded, applied)?.map(|event| (recorded.as_ref(), event)));
            }
        }
        Ok(stretch)
    }

    /// Contacts whose story began before this stretch.
    pub fn to_load(&self) -> Vec<Key> {
        let mut seen = BTreeSet::new();
        let mut begun = BTreeSet::new();
        for (recorded, _) in &self.contacts {
            let key = key(recorded);
            if recorded.version == 1 {
                begun.insert(key);
            } else if !begun.contains(&key) {
                seen.insert(key);
            }
        }
        seen.into_iter().collect()
    }

    pub fn fold(self, known: Vec<Row>) -> Changes {
        let mut changes = Changes::default();
        let before: HashMap<Key, Row> = known.into_iter().map(|row| (row.key, row)).collect();
        let mut order: Vec<Key> = Vec::with_capacity(self.contacts.len());
        let mut now: HashMap<Key, Option<Row>> = HashMap::with_capacity(self.contacts.len());
        let mut left: HashMap<Key, i64> = HashMap::new();
        for (recorded, event) in self.contacts {
            let key = key(recorded);
            if matches!(event, contact::Event::Removed(_) | contact::Event::Erased(_)) {
                left.insert(key, recorded.position);
            }
            let slot = now.entry(key).or_insert_with(|| {
                order.push(key);
                before.get(&key).cloned()
            });
            evolve(slot, recorded, event);
        }
        for key in order {
            let Some(after) = now.remove(&key).flatten() else { continue };
            let before = before.get(&key);
            changes.count(before, &after);
            match before {
                Some(_) => changes.updated.push(after),
                None => changes.inserted.push(after),
            }
        }
        changes.follow_lists(self.lists, &left);
        changes
    }
}

impl Changes {
    fn count(&mut self, before: Option<&Row>, after: &Row) {
        for (row, step) in before.map(|row| (row, -1)).into_iter().chain([(after, 1)]) {
            if row.removed {
                continue;
            }
            *self.totals.entry(row.key.0).or_default() += step;
            let tags = self.tags.entry(row.key.0).or_default();
            for tag in &row.tags {
                match tags.get_mut(tag) {
                    Some(count) => *count += step,
                    None => drop(tags.insert(tag.clone(), step)),
                }
            }
        }
    }

    fn follow_lists(&mut self, events: Vec<(&Recorded, list::Event)>, left: &HashMap<Key, i64>) {
        self.left = left.keys().copied().collect();
        let mut joined = BTreeSet::new();
        for (recorded, event) in events {
            let (tenant, list) = key(recorded);
            match event {
                list::Event::Created(it) => {
                    let created_at = recorded.recorded_at;
                    self.lists.push(NewList { key: (tenant, list), name: it.name, created_at });
                }
                // Whoever was removed later in this stretch has left again.
                list::Event::MembersAdded(it) => joined.extend(
                    it.contact_ids
                        .into_iter()
                        .filter(|id| left.get(&(tenant, id.0)).is_none_or(|at| *at < recorded.position))
                        .map(|id| (tenant, list, id.0)),
                ),
            }
        }
        self.joined = joined.into_iter().collect();
    }
}

fn key(recorded: &Recorded) -> Key {
    (recorded.tenant_id.0, recorded.stream_id)
}

/// Mirrors `contact::evolve`, and keeps what only the screens show. A contact that was never added has no row.
fn evolve(slot: &mut Option<Row>, recorded: &Recorded, event: contact::Event) {
    if let contact::Event::Added(it) = event {
        let (phone, name, fields) = shown(it.person);
        let earlier = slot.take();
        let blocked = earlier.as_ref().is_some_and(|row| row.blocked);
        let (consent, consent_source, consent_at) = match (it.consent, earlier) {
            (Some(consent), _) => ("granted", said(consent.source), Some(consent.at)),
            (None, Some(row)) if row.consent == "withdrawn" => ("withdrawn", row.consent_source, row.consent_at),
            (None, _) => ("none", None, None),
        };
        *slot = Some(Row {
            key: key(recorded),
            phone,
            name,
            fields,
            tags: it.tags,
            consent,
            consent_source,
            consent_at,
            blocked,
            removed: false,
            created_at: recorded.recorded_at,
            updated_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        });
        return;
    }
    let Some(row) = slot else { return };
    row.updated_at = recorded.recorded_at;
    row.version = recorded.version;
    row.position = recorded.position;
    if let contact::Event::Erased(_) = event {
        row.consent_source = None;
    }
    match event {
        contact::Event::Added(_) => {}
        contact::Event::Updated(it) => (row.phone, row.name, row.fields) = shown(it.person),
        contact::Event::ConsentGranted(it) => {
            row.consent = "granted";
            row.consent_source = said(it.consent.source);
            row.consent_at = Some(it.consent.at);
        }
        contact::Event::ConsentWithdrawn(it) => {
            row.consent = "withdrawn";
            row.consent_source = said(it.reason);
            row.consent_at = Some(it.at);
        }
        contact::Event::Tagged(it) => drop(row.tags.insert(it.tag)),
        contact::Event::Untagged(it) => drop(row.tags.remove(&it.tag)),
        contact::Event::Blocked(_) => row.blocked = true,
        contact::Event::Unblocked(_) => row.blocked = false,
        contact::Event::Removed(_) | contact::Event::Erased(_) => {
            row.removed = true;
            row.phone = None;
            row.name = None;
            row.fields.clear();
            row.tags.clear();
        }
    }
}

/// What was erased reads as empty.
fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Blank values are no values: then SQL can ask for presence alone.
fn shown(person: Personal<Person>) -> (Option<String>, Option<String>, BTreeMap<String, String>) {
    let Personal::Known(mut person) = person else { return (None, None, BTreeMap::new()) };
    person.fields.retain(|_, value| !value.trim().is_empty());
    (Some(person.phone), person.name.filter(|name| !name.trim().is_empty()), person.fields)
}
