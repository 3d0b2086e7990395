//! Clients of the messaging providers, and readers of what the providers tell us.
//!
//! A provider is a value that sends one message, checks the signature of a webhook, and turns a
//! webhook's body into notices. It keeps nothing: no retries, no queues, no accounts. Wire formats
//! end here; the rest of the platform knows [`Outcome`] and [`Notice`].
//!
//! Two rules must stay true. A call whose effect is not known is [`Outcome::Unknown`], never a
//! refusal, because only a refusal may be followed by another attempt. And a webhook is never lost
//! to something new in it: what is not understood is handed on raw.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use waybill_domain::provider::Refusal;

mod account;
pub mod cloud_api;
mod content;
mod details;
mod escapes;
pub mod green_api;
mod http;
mod limits;
mod linking;
mod media;
#[cfg(test)]
mod mutations;
mod notice;
mod numbers;
mod reach;
mod registry;
#[cfg(test)]
mod samples;
mod secret;
mod templates;
mod values;
mod vcard;
pub mod waha;
pub mod zentra;

pub use account::Account;
pub use cloud_api::CloudApi;
pub use content::{
    ButtonParameter, Buttons, Card, Content, List, Location, Media, MediaKind, MediaSource, Outgoing, Parameter,
    Recipient, Row, Section, Template, TemplateHeader,
};
pub use green_api::GreenApi;
pub use http::{ClientConfig, ClientError};
pub use linking::{Code, Linking, Session};
pub use media::{MediaStore, Received};
pub use notice::{Echo, Inbound, InboundMedia, Notice, Place, QualityChange, ReceiptStatus, SessionState};
pub use numbers::{Group, Groups, Journal, JournalEntry, Member, NumberCheck, NumberHealth, Standing};
pub use reach::{NotAllowed, PlaceError, Reach};
pub use registry::Registry;
pub use templates::{TemplateList, TemplateListed};
pub use waha::Waha;
pub use zentra::Zentra;

/// What became of a call to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took the message. Whether it arrives is told by receipts.
    Accepted { provider_message_id: String },
    /// The provider did not take it, for certain.
    Refused(Refusal),
    /// Nobody here can tell whether it was taken. It must not be sent again without being
    /// reconciled. `reason` is for people and holds no personal data.
    Unknown { reason: String },
}

/// What the traits of this crate answer with.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Every call that is not a send: it can be made again, so there is no third outcome.
pub type Asked<'a, T> = Answer<'a, Result<T, Refusal>>;

/// What every provider can do. What only some can is a trait of its own behind a question; the answers agree with
/// [`waybill_domain::provider::Abilities`], which a test holds.
pub trait Provider: Send + Sync + fmt::Debug {
    /// Makes one attempt to send. Dropping the future leaves the outcome unknown.
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Answer<'a, Outcome>;

    /// The provider's id that this message will have, where it can be given beforehand: sending it again with it does
    /// nothing, and receipts can be matched before the answer is there.
    fn own_id(&self, _account: &Account, _outgoing: &Outgoing) -> Option<String> {
        None
    }

    /// Whether the webhook comes from the provider. `body` must be the bytes as they arrived.
    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError>;

    /// What the webhook says, in the order in which it says it.
    fn parse_webhook(&self, body: &[u8]) -> Result<Vec<Notice>, ParseError>;

    /// The answer to the provider's check of our webhook address, or `None` to refuse.
    fn answer_challenge(&self, _account: &Account, _query: &SubscribeQuery) -> Option<String> {
        None
    }

    /// Devices linked by QR.
    fn linking(&self) -> Option<&dyn Linking> {
        None
    }

    /// Whether numbers are on WhatsApp.
    fn number_check(&self) -> Option<&dyn NumberCheck> {
        None
    }

    /// What the provider thinks of a number.
    fn number_health(&self) -> Option<&dyn NumberHealth> {
        None
    }

    fn groups(&self) -> Option<&dyn Groups> {
        None
    }

    /// What was sent, asked afterwards.
    fn journal(&self) -> Option<&dyn Journal> {
        None
    }

    fn media(&self) -> Option<&dyn MediaStore> {
        None
    }

    fn templates(&self) -> Option<&dyn TemplateList> {
        None
    }
}

/// The query of the request by which Meta checks a webhook address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct SubscribeQuery {
    #[serde(rename = "hub.mode", default)]
    pub mode: Option<String>,
    #[serde(rename = "hub.verify_token", default)]
    pub verify_token: Option<String>,
    #[serde(rename = "hub.challenge", default)]
    pub challenge: Option<String>,
}

/// Why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature header is missing")]
    Missing,
    #[error("the signature header cannot be read")]
    Malformed,
    #[error("the signature does not belong to the body")]
    Mismatch,
}

/// Why a webhook cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    #[error("the body is not json: {0}")]
    Json(#[source] serde_json::Error),
    #[error("the body is not a webhook of this provider: {0}")]
    Envelope(&'static str),
}
