//! What Meta would not take, found before the call.

use std::collections::HashSet;

use waybill_domain::media::takes;
use waybill_domain::provider::{ProviderKind, Refusal};

use crate::limits::{at_most, coordinates, count, invalid, length, link};
use crate::{
    ButtonParameter, Buttons, Card, Content, List, Media, MediaKind, MediaSource, Outgoing, Parameter, Recipient,
    Template, TemplateHeader,
};

pub fn check(outgoing: &Outgoing) -> Result<(), Refusal> {
    match &outgoing.to {
        Recipient::Phone(phone) if crate::values::e164(phone).is_none() => {
            return Err(invalid("the recipient is no telephone number"));
        }
        Recipient::Chat(group) if group.trim().is_empty() => return Err(invalid("the group has no id")),
        _ => {}
    }
    match &outgoing.content {
        Content::Text { body, .. } => length("the text", body, 4_096),
        Content::Media(media) => check_media(media),
        Content::Location(location) => coordinates(location.latitude, location.longitude),
        Content::Contacts(cards) => check_cards(cards),
        Content::Template(template) => check_template(template),
        Content::Buttons(buttons) => check_buttons(buttons),
        Content::List(list) => check_list(list),
        Content::Reaction { provider_message_id, .. } => length("the id of the message", provider_message_id, 1_024),
    }
}

fn check_media(media: &Media) -> Result<(), Refusal> {
    check_source(media)?;
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        if matches!(media.kind, MediaKind::Audio | MediaKind::Voice | MediaKind::Sticker) {
            return Err(invalid("audio and stickers have no caption"));
        }
        at_most("the caption", caption, 1_024)?;
    }
    Ok(())
}

fn check_source(media: &Media) -> Result<(), Refusal> {
    takes(ProviderKind::CloudApi, media.kind, &media.mime_type, 0).map_err(|why| invalid(&why.to_string()))?;
    match &media.source {
        MediaSource::Link(url) => link(url)?,
        MediaSource::Uploaded(id) => length("the id of the media", id, 1_024)?,
        MediaSource::Bytes(_) => return Err(invalid("upload first: this provider takes no bytes with a message")),
    }
    if media.kind == MediaKind::Document {
        length("the file name", &media.file_name, 240)?;
    }
    Ok(())
}

fn check_cards(cards: &[Card]) -> Result<(), Refusal> {
    count("contact cards", cards.len(), 5)?;
    cards.iter().try_for_each(|card| length("the name on a contact card", &card.formatted_name, 1_024))
}

fn check_template(template: &Template) -> Result<(), Refusal> {
    length("the name of the template", &template.name, 512)?;
    length("the language of the template", &template.language, 16)?;
    match &template.header {
        Some(TemplateHeader::Text(parameter)) => check_parameter(parameter)?,
        Some(TemplateHeader::Media(media)) => {
            if !matches!(media.kind, MediaKind::Image | MediaKind::Video | MediaKind::Document) {
                return Err(invalid("the header of a template is an image, a video or a document"));
            }
            check_source(media)?;
        }
        None => {}
    }
    template.body.iter().try_for_each(check_parameter)?;
    template.buttons.iter().try_for_each(|(_, button)| match button {
        ButtonParameter::UrlSuffix(text) => length("the end of a button's address", text, 2_000),
        ButtonParameter::Payload(payload) => length("the payload of a button", payload, 256),
    })
}

/// Meta refuses the whole template for these, which would stop its campaign because of one person's data.
fn check_parameter(parameter: &Parameter) -> Result<(), Refusal> {
    length("a parameter of the template", &parameter.text, 32_768)?;
    if parameter.text.contains(['\n', '\r', '\t']) || parameter.text.contains("     ") {
        return Err(invalid("a parameter of the template has new lines, tabs or more than four blanks in a row"));
    }
    Ok(())
}

fn check_frame(header: Option<&String>, body: &str, footer: Option<&String>) -> Result<(), Refusal> {
    header.map_or(Ok(()), |text| length("the header", text, 60))?;
    length("the text", body, 1_024)?;
    footer.map_or(Ok(()), |text| length("the footer", text, 60))
}

fn check_buttons(message: &Buttons) -> Result<(), Refusal> {
    check_frame(message.header.as_ref(), &message.body, message.footer.as_ref())?;
    count("buttons", message.buttons.len(), 3)?;
    for (id, title) in &message.buttons {
        length("the id of a button", id, 256)?;
        length("the label of a button", title, 20)?;
    }
    distinct("buttons with the same id", message.buttons.iter().map(|(id, _)| id))?;
    distinct("buttons with the same label", message.buttons.iter().map(|(_, title)| title))
}

fn check_list(list: &List) -> Result<(), Refusal> {
    check_frame(list.header.as_ref(), &list.body, list.footer.as_ref())?;
    length("the label of the list", &list.button, 20)?;
    let rows: Vec<_> = list.sections.iter().flat_map(|section| &section.rows).collect();
    count("rows", rows.len(), 10)?;
    for section in &list.sections {
        at_most("the title of a section", &section.title, 24)?;
        if list.sections.len() > 1 {
            length("the title of a section", &section.title, 24)?;
        }
        count("rows in a section", section.rows.len(), 10)?;
    }
    for row in &rows {
        length("the id of a row", &row.id, 200)?;
        length("the title of a row", &row.title, 24)?;
        row.description.as_ref().map_or(Ok(()), |text| at_most("the description of a row", text, 72))?;
    }
    distinct("rows with the same id", rows.iter().map(|row| &row.id))
}

fn distinct<'a>(what: &str, mut texts: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    if texts.all(|text| seen.insert(text)) { Ok(()) } else { Err(invalid(&format!("there are {what}"))) }
}

#[cfg(test)]
mod tests;
