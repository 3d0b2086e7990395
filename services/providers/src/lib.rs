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

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use waybill_domain::provider::Refusal;

pub mod cloud_api;
mod registry;
mod secret;

pub use cloud_api::{ClientConfig, ClientError, CloudApi};
pub use registry::{Registry, provider_for};

/// A sender's account with a provider. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Account {
    pub profile_id: Uuid,
    /// Up to and including the version, without a slash at the end.
    pub base_url: String,
    pub phone_number_id: String,
    pub access_token: SecretString,
    /// Signs the provider's webhooks.
    pub app_secret: SecretString,
    /// What the provider shows when it checks the address of our webhook.
    pub verify_token: SecretString,
}

/// One message to send. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Comes back in receipts, where the provider allows it.
    pub message_id: Uuid,
    /// E.164, with the plus sign.
    pub to: String,
    pub content: Content,
    /// The provider's id of the message this one answers.
    pub reply_to: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outgoing").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    Text {
        body: String,
        preview_url: bool,
    },
    Template {
        name: String,
        /// The language as the provider writes it, such as `en_US`.
        language: String,
        body_parameters: Vec<String>,
    },
}

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

/// The future of [`Provider::send`].
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// What every provider can do.
pub trait Provider: Send + Sync + fmt::Debug {
    /// Makes one attempt to send. Dropping the future leaves the outcome unknown.
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Sending<'a>;

    /// Whether the webhook comes from the provider. `body` must be the bytes as they arrived.
    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError>;

    /// What the webhook says, in the order in which it says it.
    fn parse_webhook(&self, body: &[u8]) -> Result<Vec<Notice>, ParseError>;

    /// The answer to the provider's check of our webhook address, or `None` to refuse.
    fn answer_challenge(&self, account: &Account, query: &SubscribeQuery) -> Option<String>;
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

/// One thing a webhook tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// What became of a message we sent.
    Receipt {
        phone_number_id: String,
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
    /// News of the account, kept as it came.
    Account {
        /// The provider's id of the business account.
        account_id: String,
        phone_number_id: Option<String>,
        field: String,
        value: serde_json::Value,
    },
    /// A part of the webhook that could not be understood.
    Unsupported { reason: String, raw: serde_json::Value },
}

/// A message from a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    pub phone_number_id: String,
    pub provider_message_id: String,
    /// E.164 with the plus sign. Missing when the person hides it: then `user_id` tells who it is.
    pub from: Option<String>,
    /// The provider's own id of the person (Meta's business-scoped user id).
    pub user_id: Option<String>,
    pub profile_name: Option<String>,
    pub at: DateTime<Utc>,
    /// The provider's name of the type, also when we do not know it.
    pub kind: String,
    /// What the person wrote: the text, a caption, the label of a button, an emoji.
    pub text: Option<String>,
    /// What the pressed button or the chosen row stands for.
    pub button_payload: Option<String>,
    /// The provider's id of the message this one answers, reacts to, changes or takes back.
    pub context_id: Option<String>,
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
