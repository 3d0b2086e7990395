//! What a message says: its text, and what goes with it. The same for every provider; what each can carry is in
//! [`crate::provider::Abilities`], and how it goes over the wire is no matter of the domain.

mod check;
mod pattern;

pub use check::{BadContent, check};
pub use pattern::{BadPattern, Pattern};

use crate::id::MediaId;
use crate::media::MediaKind;
use crate::provider::ContentKind;
use serde::{Deserialize, Serialize};

/// What goes with a text, or in its place. The text is the caption of a file, the body of buttons, of a list and of a
/// template as people read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Attachment {
    Media(MediaRef),
    Location(Location),
    Contacts { cards: Vec<Card> },
    Buttons(Buttons),
    List(List),
    Template(TemplateUse),
}

impl Attachment {
    pub fn kind(&self) -> ContentKind {
        match self {
            Attachment::Media(media) => media.kind.content(),
            Attachment::Location(_) => ContentKind::Location,
            Attachment::Contacts { .. } => ContentKind::Contacts,
            Attachment::Buttons(_) => ContentKind::Buttons,
            Attachment::List(_) => ContentKind::List,
            Attachment::Template(_) => ContentKind::Template,
        }
    }

    /// The file that goes with it.
    pub fn media(&self) -> Option<&MediaRef> {
        match self {
            Attachment::Media(media) => Some(media),
            Attachment::Template(TemplateUse { header: Some(Header::Media { media }), .. }) => Some(media),
            _ => None,
        }
    }
}

/// The kind of a message as a whole.
pub fn kind(attachment: Option<&Attachment>) -> ContentKind {
    attachment.map_or(ContentKind::Text, Attachment::kind)
}

/// A file of the gallery, or one that a person sent. Its name is kept with the file, where it can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRef {
    pub media_id: MediaId,
    /// As what it is shown: any file may be a document.
    pub kind: MediaKind,
    /// Such as `image/jpeg`; unknown for what is still to be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A contact card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    pub formatted_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// E.164, with the plus sign; on a card that somebody sent, also as it was written there.
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub emails: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back when it is pressed.
    pub id: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buttons {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Up to three.
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The label that opens the list.
    pub button: String,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// May be empty where there is but one.
    #[serde(default)]
    pub title: String,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Comes back when it is chosen.
    pub id: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A template that is registered with the provider, and what fills it. In a campaign, what fills it may hold
/// placeholders such as `{{name}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    pub name: String,
    /// The language as the provider writes it, such as `en_US`.
    pub language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    #[serde(default)]
    pub body: Vec<Parameter>,
    /// Of the buttons that take something.
    #[serde(default)]
    pub buttons: Vec<ButtonParameter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Header {
    Text { parameter: Parameter },
    Media { media: MediaRef },
}

/// Fills a place of a template, by order or by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonParameter {
    /// The place of the button, from 0.
    pub index: u32,
    pub kind: ButtonKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonKind {
    /// The end of a button's address.
    UrlSuffix,
    /// What comes back when a quick reply is pressed.
    Payload,
}
