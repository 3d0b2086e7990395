//! Files: those of the gallery, and those that people sent.
//!
//! `uploaded` or `announced → stored`, then `removed`. The bytes lie in the object store under the id; the log says what
//! they are. A file of a person is `announced` with the message that brought it and `stored` once it was fetched; until
//! then the message is there without it. What is `removed` is gone from the store too, and its name cannot be read any
//! more: each file is a subject of its own.

mod rules;
mod types;

pub use rules::{NotTaken, takes};
pub use types::{MediaKind, recognised_kind};

use crate::id::{ContactId, ConversationId, MediaId, ProfileId, UserId};
use crate::personal::Personal;
use crate::provider::ProviderKind;
use crate::{aggregate, events, impersonal, personal_to};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a file is, as its content tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub kind: MediaKind,
    /// Such as `image/jpeg`.
    pub mime_type: String,
    pub bytes: u64,
    /// Of the content, hexadecimal.
    pub sha256: String,
    pub scan: Scan,
}

/// What was asked of the virus scanner. What it refuses is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    Clean,
    /// There is no scanner.
    NotScanned,
}

/// A name as it was given; it may tell of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub file_name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uploaded {
    pub media_id: MediaId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub about: About,
    pub at: DateTime<Utc>,
    #[serde(skip)]
    pub named: Personal<Named>,
}

/// How to fetch it, in the words of the provider's client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    pub source: serde_json::Value,
}

/// A person sent a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announced {
    pub media_id: MediaId,
    pub contact_id: ContactId,
    pub conversation_id: ConversationId,
    pub profile_id: ProfileId,
    pub provider: ProviderKind,
    pub kind: MediaKind,
    pub at: DateTime<Utc>,
    #[serde(skip)]
    pub told: Personal<Announcement>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    pub about: About,
    pub at: DateTime<Utc>,
}

/// It could not be fetched, and will not be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FetchFailed {
    /// `gone`, `too_large`, `infected`, `unknown_type`, `number_removed`, or the provider's.
    pub code: String,
    /// For people; no personal data.
    pub detail: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// Somebody took it out of the gallery.
    Deleted,
    /// The person who sent it was erased.
    Erased,
    /// It is older than messages are kept.
    Retention,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Removed {
    pub reason: Removal,
    pub at: DateTime<Utc>,
}

personal_to!(Uploaded, named, media_id);
personal_to!(Announced, told, media_id);
impersonal!(Stored, FetchFailed, Removed);

events! {
    pub enum Event {
        Uploaded(Uploaded) = "media.uploaded", 1;
        Announced(Announced) = "media.announced", 1;
        Stored(Stored) = "media.stored", 1;
        FetchFailed(FetchFailed) = "media.fetch_failed", 1;
        Removed(Removed) = "media.removed", 1;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Upload(Uploaded),
    Announce(Announced),
    Store(Stored),
    GiveUp(FetchFailed),
    Remove(Removed),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Unknown,
    /// To be fetched.
    Pending,
    Stored,
    Failed,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub status: Status,
    pub about: Option<About>,
    pub file_name: Option<String>,
    /// Of the person who sent it; `None` for the gallery.
    pub contact_id: Option<ContactId>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such file")]
    NotFound,
    #[error("there is another file with this id")]
    Exists,
}

pub fn decide(state: &State, command: Command) -> Result<Vec<Event>, Refusal> {
    match (state.status, command) {
        (Status::Unknown, Command::Upload(it)) => Ok(vec![it.into()]),
        (_, Command::Upload(_)) => Err(Refusal::Exists),
        (Status::Unknown, Command::Announce(it)) => Ok(vec![it.into()]),
        (_, Command::Announce(_)) => Ok(vec![]),
        (Status::Pending, Command::Store(it)) => Ok(vec![it.into()]),
        (Status::Pending, Command::GiveUp(it)) => Ok(vec![it.into()]),
        // Whatever came of a fetch after all: it was removed meanwhile, or another took it.
        (_, Command::Store(_) | Command::GiveUp(_)) => Ok(vec![]),
        (Status::Unknown, Command::Remove(_)) => Err(Refusal::NotFound),
        (Status::Removed, Command::Remove(_)) => Ok(vec![]),
        (_, Command::Remove(it)) => Ok(vec![it.into()]),
    }
}

pub fn evolve(mut state: State, event: &Event) -> State {
    match event {
        Event::Uploaded(it) => {
            state.status = Status::Stored;
            state.about = Some(it.about.clone());
            state.file_name = it.named.known().map(|named| named.file_name.clone());
        }
        Event::Announced(it) => {
            state.status = Status::Pending;
            state.contact_id = Some(it.contact_id);
            state.file_name = it.told.known().and_then(|told| told.file_name.clone());
        }
        Event::Stored(it) => {
            state.status = Status::Stored;
            state.about = Some(it.about.clone());
        }
        Event::FetchFailed(_) => state.status = Status::Failed,
        Event::Removed(_) => {
            state.status = Status::Removed;
            state.file_name = None;
        }
    }
    state
}

impl State {
    /// What it is, while it is there.
    pub fn stored(&self) -> Option<&About> {
        self.about.as_ref().filter(|_| self.status == Status::Stored)
    }
}

aggregate!(Media, Media);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::spec::given;
    use uuid::Uuid;

    fn about() -> About {
        About {
            kind: MediaKind::Image,
            mime_type: "image/png".into(),
            bytes: 7,
            sha256: "ab".into(),
            scan: Scan::NotScanned,
        }
    }

    fn announced() -> Event {
        Event::Announced(Announced {
            media_id: MediaId(Uuid::from_u128(9)),
            contact_id: ContactId(Uuid::from_u128(1)),
            conversation_id: ConversationId(Uuid::from_u128(2)),
            profile_id: ProfileId(Uuid::from_u128(3)),
            provider: ProviderKind::CloudApi,
            kind: MediaKind::Image,
            at: DateTime::UNIX_EPOCH,
            told: Personal::Known(Announcement { file_name: None, source: serde_json::json!({"media_id": "1"}) }),
        })
    }

    fn stored() -> Stored {
        Stored { about: about(), at: DateTime::UNIX_EPOCH }
    }

    fn removed() -> Removed {
        Removed { reason: Removal::Erased, at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn a_file_that_was_removed_while_it_was_fetched_stays_removed() {
        given::<Media>([announced(), removed().into()]).when(Command::Store(stored())).then_nothing();
        given::<Media>([announced()]).when(Command::Store(stored())).then_kinds(&["media.stored"]);
    }

    #[test]
    fn an_announcement_that_is_repeated_changes_nothing() {
        let Event::Announced(again) = announced() else { unreachable!() };
        given::<Media>([announced(), stored().into()]).when(Command::Announce(again)).then_nothing();
    }

    #[test]
    fn what_is_removed_is_removed_once_and_what_never_was_is_not() {
        given::<Media>([announced(), removed().into()]).when(Command::Remove(removed())).then_nothing();
        given::<Media>([]).when(Command::Remove(removed())).refused(Refusal::NotFound);
    }
}
