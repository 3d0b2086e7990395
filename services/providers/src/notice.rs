//! What a webhook tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use waybill_domain::content::Card;
use waybill_domain::profile::LinkState;
use waybill_domain::provider::Refusal;

/// One thing a webhook tells. `number_id` is the provider's id of the number it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// What became of a message we sent.
    Receipt {
        number_id: String,
        provider_message_id: String,
        /// Our message id, when the provider echoes it.
        correlation: Option<Uuid>,
        status: ReceiptStatus,
        at: DateTime<Utc>,
        /// With `failed`: why.
        error: Option<Refusal>,
    },
    /// A message from a person.
    Inbound(Box<Inbound>),
    /// A message from the business itself that did not come from here: written on the phone, or an echo of our own.
    Echo(Box<Echo>),
    /// The device behind a number changed its state.
    Session { number_id: String, state: SessionState, at: DateTime<Utc> },
    /// The provider's opinion of a number changed.
    Quality {
        number_id: Option<String>,
        /// The number as people see it, where the provider names it so instead.
        display_phone_number: Option<String>,
        account_id: String,
        change: QualityChange,
    },
    /// The account, or one of its numbers, was restricted or freed again.
    Restriction { number_id: Option<String>, account_id: String, restricted: bool, detail: String },
    /// What the provider thinks of a template changed.
    Template {
        account_id: String,
        /// The provider's id of the template.
        template_id: Option<String>,
        name: String,
        language: String,
        /// `approved`, `rejected`, `paused`, `disabled`, … in lower case, also when we do not know it.
        status: String,
        reason: Option<String>,
    },
    /// A person wants no more marketing, or wants it again.
    Preference { number_id: String, from: Option<String>, user_id: Option<String>, marketing: bool, at: DateTime<Utc> },
    /// News of the account that has no place of its own, kept as it came.
    Account {
        /// The provider's id of the business account, instance or session.
        account_id: String,
        number_id: Option<String>,
        field: String,
        value: serde_json::Value,
    },
    /// A part of the webhook that could not be understood.
    Unsupported { reason: String, raw: serde_json::Value },
}

/// A message from a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    pub number_id: String,
    pub provider_message_id: String,
    /// E.164 with the plus sign. Missing when the person hides it: then `user_id` tells who it is.
    pub from: Option<String>,
    /// The provider's own id of the person (Meta's business-scoped user id, a linked id).
    pub user_id: Option<String>,
    pub profile_name: Option<String>,
    /// In a group: the provider's id of it, and its name where the message tells.
    pub group_id: Option<String>,
    pub group_name: Option<String>,
    pub at: DateTime<Utc>,
    /// One word for all providers: `text`, `image`, `video`, `audio`, `document`, `sticker`, `location`, `contacts`,
    /// `button`, `interactive`, `reaction`, `edit`, `revoke`, `order`, `system`, `unsupported`. A type that we do not
    /// know keeps the provider's name.
    pub kind: String,
    /// What the person wrote: the text, a caption, the label of a button, an emoji.
    pub text: Option<String>,
    /// What the pressed button or the chosen row stands for.
    pub button_payload: Option<String>,
    /// The provider's id of the message this one answers, reacts to, changes or takes back.
    pub context_id: Option<String>,
    pub media: Option<InboundMedia>,
    pub location: Option<Place>,
    /// Contact cards.
    pub cards: Vec<Card>,
    pub raw: serde_json::Value,
}

/// A medium of a message that came in, and how to get it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundMedia {
    /// The provider's id of the medium, for [`crate::MediaStore::fetch`].
    pub media_id: Option<String>,
    /// Where it can be had at once; may need the account's token and may end soon.
    pub url: Option<String>,
    pub mime_type: Option<String>,
    pub file_name: Option<String>,
    /// Hexadecimal, where the provider tells it.
    pub sha256: Option<String>,
    /// A recording.
    pub voice: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub latitude: f64,
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}

/// A message that the business sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Echo {
    pub number_id: String,
    pub provider_message_id: String,
    /// To whom: E.164 with the plus sign. Missing for a group, and for a person who hides it.
    pub to: Option<String>,
    pub user_id: Option<String>,
    pub group_id: Option<String>,
    pub group_name: Option<String>,
    pub at: DateTime<Utc>,
    /// As that of [`Inbound`].
    pub kind: String,
    pub text: Option<String>,
    pub media: Option<InboundMedia>,
    pub location: Option<Place>,
    pub cards: Vec<Card>,
    /// Sent through the provider's API, by us or by somebody else with the same account; otherwise from the phone.
    pub by_api: bool,
    pub raw: serde_json::Value,
}

/// The state a receipt reports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
    /// A state we do not know, by the provider's name.
    Other(String),
}

/// How a linked device stands, whatever its provider calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionState {
    /// Nothing is running.
    Stopped,
    Starting,
    /// A code waits to be scanned.
    WaitingForScan,
    /// The person has to confirm something on the phone.
    WaitingForConfirmation,
    /// It sends and receives. E.164, where the provider tells it.
    Linked {
        phone: Option<String>,
        name: Option<String>,
    },
    /// Linked, but without a connection at the moment.
    Offline,
    /// No device is linked any more: logged out, or the code was not scanned in time.
    Unlinked {
        detail: String,
    },
    /// It broke and has to be started again.
    Failed {
        detail: String,
    },
    /// WhatsApp restricts the number.
    Restricted {
        detail: String,
    },
    /// A state we do not know, by the provider's name.
    Other {
        name: String,
    },
}

impl SessionState {
    /// What it means for a number; `None` for what passes by itself and for what nobody knows.
    pub fn link(&self) -> Option<LinkState> {
        let off = |detail: &str| LinkState::Disconnected { detail: detail.to_owned() };
        Some(match self {
            SessionState::Stopped => off("stopped"),
            SessionState::Offline => off("the device has no connection"),
            SessionState::Failed { detail } => off(detail),
            SessionState::WaitingForScan | SessionState::WaitingForConfirmation => LinkState::Linking,
            SessionState::Linked { phone, .. } => LinkState::Linked { phone: phone.clone() },
            SessionState::Unlinked { detail } => LinkState::Unlinked { detail: detail.clone() },
            SessionState::Starting | SessionState::Restricted { .. } | SessionState::Other { .. } => return None,
        })
    }
}

/// What changed about a number's standing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QualityChange {
    /// `green`, `yellow`, `red` or `unknown`.
    pub rating: Option<String>,
    /// People outside a service window that may be written to in 24 hours; -1 is no limit.
    pub messaging_limit: Option<i64>,
    /// The provider's word for what happened.
    pub event: Option<String>,
}
