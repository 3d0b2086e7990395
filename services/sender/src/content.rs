//! From what the log says is sent to what a provider's client takes.

use crate::files::Files;
use waybill_domain::content::{Attachment, ButtonKind, Header, MediaRef, TemplateUse};
use waybill_domain::id::TenantId;
use waybill_domain::message;
use waybill_domain::provider::{ProviderKind, Refusal};
use waybill_providers::{Account, ButtonParameter, Buttons, Content, List, Media, Template, TemplateHeader};

/// For whom and over what it goes.
pub struct Way<'a> {
    pub tenant: TenantId,
    pub provider: ProviderKind,
    pub account: &'a Account,
}

/// With its file, if it has one, at the provider or in hand.
pub async fn outgoing(files: &Files, way: &Way<'_>, content: &message::Content) -> Result<Content, Refusal> {
    let body = content.text.clone();
    Ok(match &content.attachment {
        None => Content::Text { body, preview_url: false },
        Some(Attachment::Media(file)) => {
            let caption = Some(body).filter(|body| !body.is_empty());
            Content::Media(media(files, way, file, caption).await?)
        }
        Some(Attachment::Location(location)) => Content::Location(location.clone()),
        Some(Attachment::Contacts { cards }) => Content::Contacts(cards.clone()),
        Some(Attachment::Buttons(it)) => Content::Buttons(Buttons {
            header: it.header.clone(),
            body,
            footer: it.footer.clone(),
            buttons: it.buttons.iter().map(|button| (button.id.clone(), button.title.clone())).collect(),
        }),
        Some(Attachment::List(it)) => Content::List(List {
            header: it.header.clone(),
            body,
            footer: it.footer.clone(),
            button: it.button.clone(),
            sections: it.sections.clone(),
        }),
        Some(Attachment::Template(it)) => Content::Template(template(files, way, it).await?),
    })
}

async fn template(files: &Files, way: &Way<'_>, it: &TemplateUse) -> Result<Template, Refusal> {
    let header = match &it.header {
        None => None,
        Some(Header::Text { parameter }) => Some(TemplateHeader::Text(parameter.clone())),
        Some(Header::Media { media: file }) => Some(TemplateHeader::Media(media(files, way, file, None).await?)),
    };
    let button = |button: &waybill_domain::content::ButtonParameter| {
        let text = button.text.clone();
        let parameter = match button.kind {
            ButtonKind::UrlSuffix => ButtonParameter::UrlSuffix(text),
            ButtonKind::Payload => ButtonParameter::Payload(text),
        };
        (button.index, parameter)
    };
    let buttons = it.buttons.iter().map(button).collect();
    Ok(Template { name: it.name.clone(), language: it.language.clone(), header, body: it.body.clone(), buttons })
}

async fn media(files: &Files, way: &Way<'_>, file: &MediaRef, caption: Option<String>) -> Result<Media, Refusal> {
    let (source, about, file_name) = files.source(way, file).await?;
    Ok(Media { kind: file.kind, source, mime_type: about.mime_type, file_name, caption })
}
