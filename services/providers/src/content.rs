//! What a message says, before any provider's wire.

use bytes::Bytes;
use std::fmt;
use uuid::Uuid;
pub use waybill_domain::content::{Card, Location, Parameter, Row, Section};
pub use waybill_domain::media::MediaKind;
use waybill_domain::provider::ContentKind;

/// One message to send. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct Outgoing {
    /// Comes back in receipts, or is the provider's id too, where the provider allows it.
    pub message_id: Uuid,
    pub to: Recipient,
    pub content: Content,
    /// The provider's id of the message this one answers.
    pub reply_to: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outgoing").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// E.164, with the plus sign.
    Phone(String),
    /// The provider's own id of a chat or group, taken as it is.
    Chat(String),
}

impl Recipient {
    /// Of an address as the log keeps it: a number has its plus sign.
    pub fn of(address: &str) -> Self {
        match address.strip_prefix('+') {
            Some(_) => Self::Phone(address.to_owned()),
            None => Self::Chat(address.to_owned()),
        }
    }
}

/// What a message says.
#[derive(Clone, PartialEq)]
pub enum Content {
    Text {
        body: String,
        preview_url: bool,
    },
    Media(Media),
    Location(Location),
    Contacts(Vec<Card>),
    Template(Template),
    Buttons(Buttons),
    List(List),
    /// An empty emoji takes the reaction back.
    Reaction {
        provider_message_id: String,
        emoji: String,
    },
}

impl Content {
    pub fn kind(&self) -> ContentKind {
        match self {
            Content::Text { .. } => ContentKind::Text,
            Content::Media(media) => media.kind.content(),
            Content::Location(_) => ContentKind::Location,
            Content::Contacts(_) => ContentKind::Contacts,
            Content::Template(_) => ContentKind::Template,
            Content::Buttons(_) => ContentKind::Buttons,
            Content::List(_) => ContentKind::List,
            Content::Reaction { .. } => ContentKind::Reaction,
        }
    }
}

#[derive(Clone, PartialEq)]
pub struct Media {
    pub kind: MediaKind,
    pub source: MediaSource,
    /// Such as `image/jpeg`, as the content was recognised.
    pub mime_type: String,
    /// What the person sees of a document; every provider gets one with a fitting ending.
    pub file_name: String,
    pub caption: Option<String>,
}

/// Where the bytes of a medium are.
#[derive(Clone, PartialEq)]
pub enum MediaSource {
    /// The provider fetches it.
    Link(String),
    /// It was uploaded to this provider, for this number, and this is what it is called there.
    Uploaded(String),
    /// They go with the message.
    Bytes(Bytes),
}

/// A template that is registered with the provider, and what fills it.
#[derive(Clone, PartialEq)]
pub struct Template {
    pub name: String,
    /// The language as the provider writes it, such as `en_US`.
    pub language: String,
    pub header: Option<TemplateHeader>,
    pub body: Vec<Parameter>,
    /// What the buttons that take something get, by their place from 0.
    pub buttons: Vec<(u32, ButtonParameter)>,
}

#[derive(Clone, PartialEq)]
pub enum TemplateHeader {
    Text(Parameter),
    Media(Media),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonParameter {
    /// The end of a button's address.
    UrlSuffix(String),
    /// What comes back when a quick reply is pressed.
    Payload(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buttons {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    /// Up to three: id and label.
    pub buttons: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub header: Option<String>,
    pub body: String,
    pub footer: Option<String>,
    /// The label that opens the list.
    pub button: String,
    pub sections: Vec<Section>,
}
