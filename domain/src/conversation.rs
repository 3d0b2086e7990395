//! What a contact and the business said to each other: inbound messages, replies, and what the business wrote elsewhere.
//!
//! Replies stick to the number the contact wrote to last. A reply's message is dispatched in the same append.
//!
//! A conversation is with one person or with a group. Its stream is named by a keyed hash, as a contact's is: of the number,
//! of the provider's own id of a person who hides the number, or of the group's.

use crate::content::{self, Attachment, BadContent};
use crate::event::Payload;
use crate::id::{ContactId, MessageId, ProfileId, UserId};
use crate::personal::{self, Personal, Unsealed};
use crate::{aggregate, events, impersonal, personal_to};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What was said. Personal to the contact.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Said {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// The number the contact writes from, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The provider's own id of the person, which stands for the number where that is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The name the contact shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

impl Said {
    /// How whoever is on the other side is written to.
    pub fn address(&self) -> Option<&str> {
        let of_group = self.group.as_ref().map(|group| group.id.as_str());
        of_group.or(self.phone.as_deref()).or(self.user_id.as_deref())
    }
}

/// A group, as the provider tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundReceived {
    /// The person who wrote, in a group as well.
    pub contact_id: ContactId,
    /// Said to a group: it concerns nobody's consent, and is answered to all of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_group: bool,
    pub profile_id: ProfileId,
    pub provider_message_id: String,
    /// The provider's type: `text`, `image`, `button` …; kept as it is when unknown.
    pub kind: String,
    pub at: DateTime<Utc>,
    #[serde(skip)]
    pub said: Personal<Said>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplyRequested {
    pub message_id: MessageId,
    pub contact_id: ContactId,
    pub profile_id: ProfileId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub at: DateTime<Utc>,
    #[serde(skip)]
    pub said: Personal<Said>,
}

/// The business wrote it elsewhere: on the phone of the number, or through another system with the same account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Echoed {
    /// The person, or the group.
    pub contact_id: ContactId,
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_group: bool,
    pub profile_id: ProfileId,
    pub provider_message_id: String,
    /// As that of [`InboundReceived`].
    pub kind: String,
    /// By another system, not on the phone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_api: bool,
    pub at: DateTime<Utc>,
    #[serde(skip)]
    pub said: Personal<Said>,
}

/// The number of somebody who has, or had, hidden it: what is said from here on is said in that contact's conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberKnown {
    pub contact_id: ContactId,
}

/// What the provider calls a group that it was asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupNamed {
    /// The group's, a keyed hash as a contact's is.
    pub contact_id: ContactId,
    #[serde(skip)]
    pub group: Personal<Group>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkedRead {}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Nobody makes a contact of a person who hides the number, so it is by writing that one who was erased is known again.
impl Payload for InboundReceived {
    fn unsealed(&self) -> Option<Unsealed> {
        let renews = !self.in_group && self.said.known().is_some_and(|said| said.phone.is_none());
        Some(Unsealed { renews, ..Unsealed::of(self.contact_id.0, &self.said)? })
    }

    fn open(&mut self, personal: Option<&[u8]>) -> Result<(), serde_json::Error> {
        self.said = personal::read(personal)?;
        Ok(())
    }
}

personal_to!(ReplyRequested, said, contact_id);
personal_to!(Echoed, said, contact_id);
personal_to!(GroupNamed, group, contact_id);
impersonal!(NumberKnown, MarkedRead);

events! {
    pub enum Event {
        InboundReceived(InboundReceived) = "conversation.inbound_received", 1;
        ReplyRequested(ReplyRequested) = "conversation.reply_requested", 1;
        Echoed(Echoed) = "conversation.echoed", 1;
        NumberKnown(NumberKnown) = "conversation.number_known", 1;
        GroupNamed(GroupNamed) = "conversation.group_named", 1;
        MarkedRead(MarkedRead) = "conversation.marked_read", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    ReceiveInbound(InboundReceived),
    /// The profile of the payload is set here.
    SendReply(ReplyRequested),
    /// Whoever asks knows that the message is none of ours.
    RecordEcho(Echoed),
    KnowNumber(ContactId),
    NameGroup(GroupNamed),
    MarkRead,
}

/// How many of the last provider ids are kept to recognise a repeated delivery.
const REMEMBERED: usize = 64;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The number the contact wrote to last; before that, the one that wrote to the contact first.
    pub sticky: Option<ProfileId>,
    pub last_inbound_at: Option<DateTime<Utc>>,
    pub unread: u64,
    pub recent_inbound: Vec<String>,
    pub recent_echoes: Vec<String>,
    /// Whose number it is, where the conversation is with somebody who hid it.
    pub known_as: Option<ContactId>,
    pub replies: Vec<MessageId>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing was written yet: there is no number to answer from")]
    NobodyWrote,
    #[error("{0}")]
    BadContent(#[from] BadContent),
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::ReceiveInbound(it) if state.recent_inbound.contains(&it.provider_message_id) => Ok(vec![]),
        Command::ReceiveInbound(it) => Ok(vec![it.into()]),
        Command::SendReply(it) if state.replies.contains(&it.message_id) => Ok(vec![]),
        Command::SendReply(mut it) => {
            let said = it.said.known();
            let text = said.and_then(|said| said.text.as_deref()).unwrap_or_default();
            content::check(text, said.and_then(|said| said.attachment.as_ref()))?;
            it.profile_id = state.sticky.ok_or(Refusal::NobodyWrote)?;
            Ok(vec![it.into()])
        }
        Command::RecordEcho(it) if state.recent_echoes.contains(&it.provider_message_id) => Ok(vec![]),
        Command::RecordEcho(it) => Ok(vec![it.into()]),
        Command::KnowNumber(contact_id) if state.known_as == Some(contact_id) => Ok(vec![]),
        Command::KnowNumber(contact_id) => Ok(vec![NumberKnown { contact_id }.into()]),
        Command::NameGroup(it) => Ok(vec![it.into()]),
        Command::MarkRead if state.unread == 0 => Ok(vec![]),
        Command::MarkRead => Ok(vec![MarkedRead {}.into()]),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::InboundReceived(it) => {
            state.sticky = Some(it.profile_id);
            state.last_inbound_at = state.last_inbound_at.max(Some(it.at));
            state.unread += 1;
            remember(&mut state.recent_inbound, it.provider_message_id.clone());
        }
        Event::ReplyRequested(it) => remember(&mut state.replies, it.message_id),
        Event::Echoed(it) => {
            state.sticky = state.sticky.or(Some(it.profile_id));
            remember(&mut state.recent_echoes, it.provider_message_id.clone());
        }
        Event::NumberKnown(it) => state.known_as = Some(it.contact_id),
        // Names are for people: nothing is decided by them.
        Event::GroupNamed(_) => {}
        Event::MarkedRead(_) => state.unread = 0,
    }
    state
}

fn remember<T>(last: &mut Vec<T>, one: T) {
    if last.len() == REMEMBERED {
        last.remove(0);
    }
    last.push(one);
}

aggregate!(Conversation, Conversation);

#[cfg(test)]
mod tests;
