//! What the domain knows of providers: their names, what they were asked to send, and the classes
//! into which every refusal falls. Wire formats live in `services/providers`.

use serde::{Deserialize, Serialize};

/// A messaging provider. `Sandbox` speaks the Cloud API's wire protocol on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    CloudApi,
    Sandbox,
}

impl ProviderKind {
    pub const ALL: [ProviderKind; 2] = [ProviderKind::CloudApi, ProviderKind::Sandbox];

    /// The name on the wire, in subjects and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            ProviderKind::CloudApi => "cloud_api",
            ProviderKind::Sandbox => "sandbox",
        }
    }

    /// Whether WhatsApp itself supports this way of connecting a number. What it does not support it may block.
    pub fn is_supported_by_whatsapp(self) -> bool {
        match self {
            ProviderKind::CloudApi | ProviderKind::Sandbox => true,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The class of a refusal decides what happens next; the code only explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Try again with back-off, same recipient.
    Retry,
    /// Slow the sending number down; the message stays queued.
    Throttle,
    /// Delay only this recipient.
    ThrottlePair,
    /// Do not send this message to this recipient for a day or more.
    Cooldown,
    /// The recipient cannot get it: final.
    Number,
    /// The 24-hour window is closed: final for free-form text.
    Window,
    /// Template problem: final, and the campaign using it stops.
    Template,
    /// Our request is wrong: final.
    Param,
    /// Media problem: final unless the media is replaced.
    Media,
    /// Credentials or permissions: the account stops until a person acts.
    Auth,
    /// The account is restricted: it stops, and an alarm is raised.
    Ban,
    /// The linked device is not ready: wait, then try again.
    Session,
}

impl ErrorClass {
    pub const ALL: [ErrorClass; 12] = [
        ErrorClass::Retry,
        ErrorClass::Throttle,
        ErrorClass::ThrottlePair,
        ErrorClass::Cooldown,
        ErrorClass::Number,
        ErrorClass::Window,
        ErrorClass::Template,
        ErrorClass::Param,
        ErrorClass::Media,
        ErrorClass::Auth,
        ErrorClass::Ban,
        ErrorClass::Session,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ErrorClass::Retry => "retry",
            ErrorClass::Throttle => "throttle",
            ErrorClass::ThrottlePair => "throttle_pair",
            ErrorClass::Cooldown => "cooldown",
            ErrorClass::Number => "number",
            ErrorClass::Window => "window",
            ErrorClass::Template => "template",
            ErrorClass::Param => "param",
            ErrorClass::Media => "media",
            ErrorClass::Auth => "auth",
            ErrorClass::Ban => "ban",
            ErrorClass::Session => "session",
        }
    }
}

/// Why a provider did not take a message. `detail` is for people and must hold no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub class: ErrorClass,
    /// The provider's own code, or `http_<status>` / `connect_refused` where there is none.
    pub code: String,
    pub detail: String,
    /// What the provider asked us to wait, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
