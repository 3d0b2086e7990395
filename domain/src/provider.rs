//! What the domain knows of providers: their names, what they were asked to send, and the classes
//! into which every refusal falls. Wire formats live in `services/providers`.

use serde::{Deserialize, Serialize};

/// A messaging provider. `Sandbox` speaks the Cloud API's wire protocol on this machine; every other kind can be pointed
/// at the sandbox by its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    CloudApi,
    GreenApi,
    Waha,
    Zentra,
    Sandbox,
}

impl ProviderKind {
    pub const ALL: [ProviderKind; 5] = [
        ProviderKind::CloudApi,
        ProviderKind::GreenApi,
        ProviderKind::Waha,
        ProviderKind::Zentra,
        ProviderKind::Sandbox,
    ];

    /// The name on the wire, in subjects and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            ProviderKind::CloudApi => "cloud_api",
            ProviderKind::GreenApi => "green_api",
            ProviderKind::Waha => "waha",
            ProviderKind::Zentra => "zentra",
            ProviderKind::Sandbox => "sandbox",
        }
    }

    /// Whether WhatsApp itself supports this way of connecting a number. What it does not support it may block.
    pub fn is_supported_by_whatsapp(self) -> bool {
        match self {
            ProviderKind::CloudApi | ProviderKind::Sandbox => true,
            ProviderKind::GreenApi | ProviderKind::Waha | ProviderKind::Zentra => false,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What a number of this provider can do: what the page offers, the API checks and the documents list.
    pub fn abilities(self) -> &'static Abilities {
        match self {
            ProviderKind::CloudApi | ProviderKind::Sandbox => &CLOUD_API,
            ProviderKind::GreenApi => &GREEN_API,
            ProviderKind::Waha => &WAHA,
            ProviderKind::Zentra => &ZENTRA,
        }
    }
}

/// What a message can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    Text,
    Image,
    Video,
    Audio,
    /// A recording that plays as one; other audio is an attachment.
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Template,
    Buttons,
    List,
    Reaction,
}

impl ContentKind {
    pub const ALL: [ContentKind; 13] = [
        ContentKind::Text,
        ContentKind::Image,
        ContentKind::Video,
        ContentKind::Audio,
        ContentKind::Voice,
        ContentKind::Document,
        ContentKind::Sticker,
        ContentKind::Location,
        ContentKind::Contacts,
        ContentKind::Template,
        ContentKind::Buttons,
        ContentKind::List,
        ContentKind::Reaction,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ContentKind::Text => "text",
            ContentKind::Image => "image",
            ContentKind::Video => "video",
            ContentKind::Audio => "audio",
            ContentKind::Voice => "voice",
            ContentKind::Document => "document",
            ContentKind::Sticker => "sticker",
            ContentKind::Location => "location",
            ContentKind::Contacts => "contacts",
            ContentKind::Template => "template",
            ContentKind::Buttons => "buttons",
            ContentKind::List => "list",
            ContentKind::Reaction => "reaction",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How much a provider tells of what became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// Sent, delivered, read and failed.
    Full,
    /// As `Full`, but receipts get lost: none is not "not delivered".
    BestEffort,
    /// Nothing after the answer to the call.
    None,
}

/// What a provider can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Abilities {
    /// What can be sent.
    pub sends: &'static [ContentKind],
    pub receipts: Receipts,
    /// Messages of people come in.
    pub receives: bool,
    /// A device is linked by QR, and its session has a state.
    pub links_by_qr: bool,
    /// Says whether a number is on WhatsApp before anything is sent.
    pub checks_numbers: bool,
    /// Templates are registered with the provider and approved by it.
    pub has_templates: bool,
    /// Free-form messages go only within 24 hours of the person's last message.
    pub has_window: bool,
    pub lists_groups: bool,
    /// Media is uploaded once and named by an id of the provider.
    pub keeps_media: bool,
    /// Tells quality and messaging limits of a number.
    pub tells_quality: bool,
    /// Can be asked afterwards what it has sent.
    pub has_journal: bool,
    /// A message can be given its id beforehand, so that sending it again does nothing.
    pub takes_own_ids: bool,
    /// Webhooks carry a signature over their body.
    pub signs_webhooks: bool,
}

use ContentKind::{Audio, Contacts, Document, Image, List, Location, Reaction, Text, Video, Voice};

const CLOUD_API: Abilities = Abilities {
    sends: &ContentKind::ALL,
    receipts: Receipts::Full,
    receives: true,
    links_by_qr: false,
    checks_numbers: false,
    has_templates: true,
    has_window: true,
    lists_groups: false,
    keeps_media: true,
    tells_quality: true,
    has_journal: false,
    takes_own_ids: false,
    signs_webhooks: true,
};

const GREEN_API: Abilities = Abilities {
    sends: &[Text, Image, Video, Audio, Voice, Document, Location, Contacts],
    receipts: Receipts::Full,
    receives: true,
    links_by_qr: true,
    checks_numbers: true,
    has_templates: false,
    has_window: false,
    lists_groups: true,
    keeps_media: true,
    tells_quality: false,
    has_journal: true,
    takes_own_ids: false,
    signs_webhooks: false,
};

const WAHA: Abilities = Abilities {
    sends: &[Text, Image, Video, Audio, Voice, Document, Location, Contacts, List, Reaction],
    receipts: Receipts::BestEffort,
    receives: true,
    links_by_qr: true,
    checks_numbers: true,
    has_templates: false,
    has_window: false,
    lists_groups: true,
    keeps_media: false,
    tells_quality: false,
    has_journal: true,
    takes_own_ids: true,
    signs_webhooks: true,
};

const ZENTRA: Abilities = Abilities {
    sends: &[Text, Image, Video, Audio, Voice, Document],
    receipts: Receipts::None,
    receives: false,
    links_by_qr: false,
    checks_numbers: true,
    has_templates: false,
    has_window: false,
    lists_groups: false,
    keeps_media: false,
    tells_quality: false,
    has_journal: false,
    takes_own_ids: false,
    signs_webhooks: false,
};

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

/// The code of a failure that came without a reason.
pub const UNEXPLAINED: &str = "unexplained";

/// The code of a refusal that no provider said: the number was not to be called.
pub const NOT_CALLED: &str = "not_called";

impl Refusal {
    /// It says nothing about the number that was not known before.
    pub fn is_not_called(&self) -> bool {
        self.code == NOT_CALLED
    }

    /// Nobody has WhatsApp at the recipient's number, as far as the provider tells. Others of the class are about who may
    /// write to whom, or tell nothing.
    pub fn says_absent(&self) -> bool {
        const OTHERWISE: [&str; 4] = ["130497", "131021", "131030", UNEXPLAINED];
        self.class == ErrorClass::Number && !OTHERWISE.contains(&self.code.as_str())
    }

    /// The number was not to be called a moment ago.
    pub fn not_called() -> Self {
        let detail = "the number was not to be called".into();
        Self { class: ErrorClass::Session, code: NOT_CALLED.into(), detail, retry_after_ms: None }
    }
}
