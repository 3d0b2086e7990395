//! From a stretch of events to one change a conversation, and the lines of its thread. No IO.

use crate::batch;
use crate::projection::{Applied, ProjectionError};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::content::{Attachment, kind};
use waybill_domain::conversation::{Event, Said};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ContactId, ConversationId, ProfileId};
use waybill_domain::personal::Personal;

/// What a list shows of a message, in characters.
const PREVIEW: usize = 120;

#[derive(Debug, Default)]
pub struct Change {
    pub tenant_id: Uuid,
    pub conversation_id: Uuid,
    /// Its story begins in this stretch.
    pub begun: bool,
    pub is_group: bool,
    pub contact_id: Option<Uuid>,
    pub profile_id: Option<Uuid>,
    /// The conversation of the person's number, once that is known.
    pub continued_in: Option<Uuid>,
    /// Of a group, the group's.
    pub shown_name: Option<String>,
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub name_day: Option<NaiveDate>,
    pub phone_day: Option<NaiveDate>,
    pub user_id_day: Option<NaiveDate>,
    /// Everything before was read; `unread` counts from there.
    pub was_read: bool,
    pub unread: i64,
    pub last: Option<Last>,
    pub last_inbound_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Debug)]
pub struct Last {
    pub direction: &'static str,
    pub kind: String,
    pub preview: Option<String>,
    pub at: DateTime<Utc>,
    /// For a reply.
    pub message_id: Option<Uuid>,
    pub position: i64,
}

#[derive(Debug)]
pub struct Line {
    pub tenant_id: Uuid,
    pub conversation_id: Uuid,
    pub position: i64,
    pub id: Uuid,
    pub direction: &'static str,
    /// Of what went out otherwise than as a reply: `phone`, `other_system`.
    pub origin: Option<&'static str>,
    pub kind: String,
    pub body: Option<String>,
    pub attachment: Option<Attachment>,
    pub erased: bool,
    pub at: DateTime<Utc>,
    pub day: NaiveDate,
    pub profile_id: Uuid,
    pub author: Option<Uuid>,
    pub member: Option<Member>,
}

/// Who said it in a group.
#[derive(Debug)]
pub struct Member {
    pub contact_id: Uuid,
    pub name: Option<String>,
    pub phone: Option<String>,
}

pub struct Folded {
    pub begun: Vec<Change>,
    pub known: Vec<Change>,
    pub said: Vec<Line>,
}

pub fn fold(events: &[Arc<Recorded>], applied: &mut Applied) -> Result<Folded, ProjectionError> {
    let mut changes: BTreeMap<(Uuid, Uuid), Change> = BTreeMap::new();
    let mut said = Vec::with_capacity(events.len());
    for recorded in events {
        let Some(event) = batch::decode::<Event>(recorded, applied)? else { continue };
        let (tenant_id, conversation_id) = (recorded.tenant_id.0, recorded.stream_id);
        let change = changes.entry((tenant_id, conversation_id)).or_insert_with(|| Change {
            tenant_id,
            conversation_id,
            ..Change::default()
        });
        change.begun |= recorded.version == 1;
        change.version = recorded.version;
        let line = match event {
            Event::InboundReceived(it) => {
                change.unread += 1;
                change.last_inbound_at = change.last_inbound_at.max(Some(it.at));
                change.with(it.contact_id, it.in_group);
                change.know(&it.said, recorded.recorded_at.date_naive());
                let member = it.in_group.then(|| Member::of(it.contact_id, &it.said));
                Line { kind: it.kind, at: it.at, member, ..Line::of(recorded, it.profile_id, it.said) }
            }
            Event::ReplyRequested(it) => {
                let line = Line::of(recorded, it.profile_id, it.said);
                let (kind, author) = (kind(line.attachment.as_ref()).as_str().to_owned(), it.user_id.map(|id| id.0));
                Line { id: it.message_id.0, direction: "out", kind, at: it.at, author, ..line }
            }
            Event::Echoed(it) => {
                change.with(it.contact_id, it.in_group);
                change.know(&it.said, recorded.recorded_at.date_naive());
                let origin = Some(if it.by_api { "other_system" } else { "phone" });
                let line = Line::of(recorded, it.profile_id, it.said);
                Line { direction: "out", origin, kind: it.kind, at: it.at, ..line }
            }
            Event::NumberKnown(it) => {
                change.continued_in = Some(ConversationId::for_contact(it.contact_id).0);
                continue;
            }
            Event::GroupNamed(it) => {
                change.is_group = true;
                if let Some(name) = it.group.known().and_then(|group| group.name.clone()) {
                    (change.shown_name, change.name_day) = (Some(name), Some(recorded.recorded_at.date_naive()));
                }
                continue;
            }
            Event::MarkedRead(_) => {
                change.was_read = true;
                change.unread = 0;
                continue;
            }
        };
        change.profile_id = Some(line.profile_id);
        change.last = Some(Last {
            direction: line.direction,
            kind: line.kind.clone(),
            preview: line.preview(),
            at: line.at,
            message_id: Some(line.id).filter(|_| line.is_reply()),
            position: line.position,
        });
        said.push(line);
    }
    let (begun, known) = changes.into_values().partition(|change| change.begun);
    Ok(Folded { begun, known, said })
}

impl Change {
    fn with(&mut self, contact_id: ContactId, in_group: bool) {
        self.is_group = in_group;
        self.contact_id = Some(contact_id.0).filter(|_| !in_group);
    }

    fn know(&mut self, said: &Personal<Said>, day: NaiveDate) {
        let Some(said) = said.known() else { return };
        let (name, phone, user_id) = match &said.group {
            Some(group) => (&group.name, &None, &None),
            None => (&said.profile_name, &said.phone, &said.user_id),
        };
        if let Some(name) = name {
            (self.shown_name, self.name_day) = (Some(name.clone()), Some(day));
        }
        if let Some(phone) = phone {
            (self.phone, self.phone_day) = (Some(phone.clone()), Some(day));
        }
        if let Some(user_id) = user_id {
            (self.user_id, self.user_id_day) = (Some(user_id.clone()), Some(day));
        }
    }
}

impl Member {
    fn of(contact_id: ContactId, said: &Personal<Said>) -> Self {
        let (name, phone) =
            said.known().map(|said| (said.profile_name.clone(), said.phone.clone())).unwrap_or_default();
        Self { contact_id: contact_id.0, name, phone }
    }
}

impl Line {
    /// As one that came in, of no kind yet.
    fn of(recorded: &Recorded, profile_id: ProfileId, said: Personal<Said>) -> Self {
        let (erased, said) = match said {
            Personal::Known(said) => (false, said),
            Personal::Erased => (true, Said::default()),
        };
        Self {
            tenant_id: recorded.tenant_id.0,
            conversation_id: recorded.stream_id,
            position: recorded.position,
            id: recorded.event_id,
            direction: "in",
            origin: None,
            kind: String::new(),
            body: said.text,
            attachment: said.attachment,
            erased,
            at: recorded.recorded_at,
            day: recorded.recorded_at.date_naive(),
            profile_id: profile_id.0,
            author: None,
            member: None,
        }
    }

    /// Its text, or whose cards came in place of one.
    fn preview(&self) -> Option<String> {
        let cards = || match &self.attachment {
            Some(Attachment::Contacts { cards }) => {
                let names: Vec<&str> = cards.iter().map(|card| card.formatted_name.as_str()).collect();
                Some(names.join(", "))
            }
            _ => None,
        };
        let text = self.body.clone().or_else(cards)?;
        Some(text.chars().take(PREVIEW).collect())
    }

    fn is_reply(&self) -> bool {
        self.direction == "out" && self.origin.is_none()
    }
}
