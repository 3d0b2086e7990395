//! What a message is made of, as the API takes and shows it.

use crate::app::App;
use crate::problem::Problem;
use crate::templates::require_usable;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::content::{self, BadContent, Header, MediaRef};
use waybill_domain::id::{MediaId, TenantId};
use waybill_domain::media::{self, MediaKind, takes};
use waybill_domain::profile::AccountKnown;
use waybill_domain::provider::{ContentKind, ProviderKind};
use waybill_projections::inbox::ThreadRow;

/// What goes with a text, or in its place. The text is the caption of a file, the body of buttons and lists, and what people
/// read of a template.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Attachment {
    Media(File),
    Location(Place),
    Contacts(Cards),
    Buttons(Buttons),
    List(List),
    Template(Template),
}

/// A file of the gallery, or one that a person sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct File {
    pub media_id: Uuid,
    /// As what it is shown; by its type when left out. Any file may be a document.
    #[schema(value_type = Option<MediaKindWord>)]
    pub kind: Option<MediaKind>,
}

/// As what a file is shown.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKindWord {
    Image,
    Video,
    Audio,
    /// A recording, which plays as one: Opus in Ogg.
    Voice,
    Document,
    Sticker,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Place {
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    #[schema(max_length = 1000)]
    pub name: Option<String>,
    #[schema(max_length = 1000)]
    pub address: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Cards {
    #[schema(min_items = 1, max_items = 5)]
    pub cards: Vec<Card>,
}

/// A contact card.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Card {
    #[schema(min_length = 1, max_length = 1024)]
    pub formatted_name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub organisation: Option<String>,
    /// E.164.
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub emails: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Button {
    /// Comes back when it is pressed.
    #[schema(min_length = 1, max_length = 256)]
    pub id: String,
    #[schema(min_length = 1, max_length = 20)]
    pub title: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Buttons {
    #[schema(max_length = 60)]
    pub header: Option<String>,
    #[schema(max_length = 60)]
    pub footer: Option<String>,
    #[schema(min_items = 1, max_items = 3)]
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct List {
    #[schema(max_length = 60)]
    pub header: Option<String>,
    #[schema(max_length = 60)]
    pub footer: Option<String>,
    /// The label that opens the list.
    #[schema(min_length = 1, max_length = 20)]
    pub button: String,
    /// Ten rows at most, over all sections.
    #[schema(min_items = 1, max_items = 10)]
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// Needed where there are several.
    #[serde(default)]
    #[schema(max_length = 24)]
    pub title: String,
    #[schema(min_items = 1, max_items = 10)]
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Row {
    /// Comes back when it is chosen.
    #[schema(min_length = 1, max_length = 200)]
    pub id: String,
    #[schema(min_length = 1, max_length = 24)]
    pub title: String,
    #[schema(max_length = 72)]
    pub description: Option<String>,
}

/// A template that is registered with the provider. In a campaign its parameters may hold placeholders.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Template {
    #[schema(pattern = "^[a-z0-9_]{1,512}$")]
    pub name: String,
    /// As the provider writes it, such as `en_US`.
    #[schema(min_length = 1, max_length = 16)]
    pub language: String,
    pub header: Option<TemplateHeader>,
    /// In the order of the places, or each with the name of its place.
    #[serde(default)]
    pub body: Vec<Parameter>,
    /// Of the buttons that take something.
    #[serde(default)]
    pub buttons: Vec<ButtonParameter>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum TemplateHeader {
    Text { parameter: Parameter },
    Media { media: File },
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Parameter {
    pub name: Option<String>,
    #[schema(min_length = 1)]
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ButtonParameter {
    /// The place of the button, from 0.
    pub index: u32,
    pub kind: ButtonKind,
    #[schema(min_length = 1)]
    pub text: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ButtonKind {
    /// The end of a button's address.
    UrlSuffix,
    /// What comes back when a quick reply is pressed.
    Payload,
}

/// What the gallery knows of the file of a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileState {
    /// `pending`, `stored`, `failed` or `removed`.
    pub state: String,
    pub name: Option<String>,
    pub mime_type: Option<String>,
    pub bytes: Option<i64>,
    /// Why it could not be fetched.
    pub trouble: Option<String>,
}

impl FileState {
    pub fn of(row: &ThreadRow) -> Option<Self> {
        Some(Self {
            state: row.file_state.clone()?,
            name: row.file_name.clone(),
            mime_type: row.file_type.clone(),
            bytes: row.file_bytes,
            trouble: row.file_trouble.clone(),
        })
    }
}

impl Attachment {
    /// As it is sent. A file has to be there.
    pub async fn read(&self, app: &App, tenant: TenantId) -> Result<content::Attachment, Problem> {
        Ok(match self {
            Self::Media(file) => content::Attachment::Media(file.read(app, tenant, "attachment").await?),
            Self::Template(Template { header: Some(TemplateHeader::Media { media }), .. }) => {
                let media = media.read(app, tenant, "attachment.header.media").await?;
                let Self::Template(template) = self else { unreachable!("matched above") };
                let bare: content::TemplateUse = plain(&Template { header: None, ..template.clone() })?;
                content::Attachment::Template(content::TemplateUse { header: Some(Header::Media { media }), ..bare })
            }
            other => plain(other)?,
        })
    }

    pub fn shown(attachment: &content::Attachment) -> Result<Self, Problem> {
        plain(attachment)
    }
}

/// The API and the domain write the same words.
fn plain<T: serde::de::DeserializeOwned>(value: &impl Serialize) -> Result<T, Problem> {
    serde_json::from_value(serde_json::to_value(value)?).map_err(Problem::internal)
}

impl File {
    async fn read(&self, app: &App, tenant: TenantId, place: &str) -> Result<MediaRef, Problem> {
        let field = format!("{place}.media_id");
        let state = app.store.load::<media::Media>(tenant, self.media_id).await?.state;
        let Some(about) = state.stored() else {
            let text = match state.status {
                media::Status::Pending => "the file is still being fetched",
                media::Status::Failed => "the file could not be fetched",
                _ => "there is no such file",
            };
            return Err(Problem::refused("missing_media", text).field(&field, text));
        };
        let kind = self.kind.unwrap_or(about.kind);
        // What no provider takes as that is no draft's business to find out later.
        if ProviderKind::ALL.iter().all(|provider| takes(*provider, kind, &about.mime_type, about.bytes).is_err()) {
            let text =
                format!("{} of {} bytes is sent as {} by no provider", about.mime_type, about.bytes, kind.as_str());
            return Err(Problem::refused("media_not_taken", &text).field(&format!("{place}.kind"), text));
        }
        Ok(MediaRef { media_id: MediaId(self.media_id), kind, mime_type: Some(about.mime_type.clone()) })
    }
}

/// The message as it is sent: the attachment resolved, and both fit for WhatsApp.
pub async fn read(
    app: &App,
    tenant: TenantId,
    text: &str,
    attachment: Option<&Attachment>,
) -> Result<Option<content::Attachment>, Problem> {
    let attachment = match attachment {
        Some(attachment) => Some(attachment.read(app, tenant).await?),
        None => None,
    };
    content::check(text, attachment.as_ref())?;
    Ok(attachment)
}

/// Refuses what a number of this provider and business account cannot send.
pub async fn require_able(
    app: &App,
    tenant: TenantId,
    provider: ProviderKind,
    account: Option<&AccountKnown>,
    attachment: Option<&content::Attachment>,
) -> Result<(), Problem> {
    let kind = content::kind(attachment);
    let refused = |text: String| Err(Problem::refused("content_not_sent", &text).field("attachment", text));
    if !provider.abilities().sends.contains(&kind) {
        return refused(format!("{} sends no {}", provider.as_str(), kind.as_str()));
    }
    if let Some(content::Attachment::Template(template)) = attachment {
        require_usable(app, tenant, account.map(|it| it.business_account.as_str()), template).await?;
    }
    if let Some(file) = attachment.and_then(content::Attachment::media) {
        let state = app.store.load::<media::Media>(tenant, file.media_id.0).await?.state;
        let Some(about) = state.stored() else { return refused("the file was removed".to_owned()) };
        if let Err(why) = takes(provider, file.kind, &about.mime_type, about.bytes) {
            return refused(why.to_string());
        }
    }
    Ok(())
}

/// The kinds that are offered for a number of this provider.
pub fn offered(provider: ProviderKind) -> Vec<ContentKind> {
    let sends = provider.abilities().sends.iter().copied();
    // A reaction belongs to a message of a person, and is no message of its own.
    sends.filter(|kind| *kind != ContentKind::Reaction).collect()
}

impl From<BadContent> for Problem {
    fn from(bad: BadContent) -> Self {
        Problem::invalid(&bad.place, &bad.reason)
    }
}
