//! The body of `POST /{phone_number_id}/messages`.

use serde_json::{Map, Value, json};

use crate::{
    ButtonParameter, Buttons, Card, Content, List, Location, Media, MediaKind, MediaSource, Outgoing, Parameter,
    Recipient, Template, TemplateHeader,
};

/// The whole body. What the provider would not take was refused before.
pub fn body(outgoing: &Outgoing) -> Value {
    // A person who hides the number is written to by the user id.
    let (recipient_type, to, id) = match &outgoing.to {
        Recipient::Phone(phone) => ("individual", "to", phone),
        Recipient::Chat(user) if is_user_id(user) => ("individual", "recipient", user),
        Recipient::Chat(group) => ("group", "to", group),
    };
    let (kind, content) = content(&outgoing.content);
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": recipient_type,
        to: id,
        "biz_opaque_callback_data": outgoing.message_id.to_string(),
        "type": kind,
        kind: content,
    });
    if let Some(message_id) = &outgoing.reply_to {
        body["context"] = json!({ "message_id": message_id });
    }
    body
}

/// Whether an id is that of a person: a country and what follows, such as `DE.1349`. Groups have no country.
fn is_user_id(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else { return false };
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    is_country && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// The name of the type and the object that is named like it.
fn content(content: &Content) -> (&'static str, Value) {
    match content {
        Content::Text { body, preview_url } => ("text", json!({ "body": body, "preview_url": preview_url })),
        Content::Media(media) => (type_of(media.kind), media_object(media)),
        Content::Location(location) => ("location", location_object(location)),
        Content::Contacts(cards) => ("contacts", cards.iter().map(card).collect()),
        Content::Template(template) => ("template", template_object(template)),
        Content::Buttons(buttons) => ("interactive", buttons_object(buttons)),
        Content::List(list) => ("interactive", list_object(list)),
        Content::Reaction { provider_message_id, emoji } => {
            ("reaction", json!({ "message_id": provider_message_id, "emoji": emoji }))
        }
    }
}

/// Meta's name of a kind of media.
pub fn type_of(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio | MediaKind::Voice => "audio",
        MediaKind::Document => "document",
        MediaKind::Sticker => "sticker",
    }
}

fn media_object(media: &Media) -> Value {
    let mut object = Map::new();
    match &media.source {
        MediaSource::Link(link) => object.insert("link".into(), json!(link)),
        MediaSource::Uploaded(id) => object.insert("id".into(), json!(id)),
        MediaSource::Bytes(_) => None,
    };
    if let Some(caption) = media.caption.as_ref().filter(|caption| !caption.is_empty()) {
        object.insert("caption".into(), json!(caption));
    }
    if media.kind == MediaKind::Document {
        object.insert("filename".into(), json!(media.file_name));
    }
    if media.kind == MediaKind::Voice {
        object.insert("voice".into(), json!(true));
    }
    Value::Object(object)
}

fn location_object(location: &Location) -> Value {
    let mut object = json!({ "latitude": location.latitude, "longitude": location.longitude });
    for (name, value) in [("name", &location.name), ("address", &location.address)] {
        if let Some(value) = value {
            object[name] = json!(value);
        }
    }
    object
}

fn card(card: &Card) -> Value {
    // At least one part of the name has to stand beside the whole.
    let first = match (&card.first_name, &card.last_name) {
        (None, None) => Some(&card.formatted_name),
        (first, _) => first.as_ref(),
    };
    let mut name = json!({ "formatted_name": card.formatted_name });
    for (part, value) in [("first_name", first), ("last_name", card.last_name.as_ref())] {
        if let Some(value) = value {
            name[part] = json!(value);
        }
    }
    let mut object = json!({ "name": name });
    if let Some(company) = &card.organisation {
        object["org"] = json!({ "company": company });
    }
    if !card.phones.is_empty() {
        let phone = |phone: &String| json!({ "phone": phone, "wa_id": phone.trim_start_matches('+') });
        object["phones"] = card.phones.iter().map(phone).collect();
    }
    if !card.emails.is_empty() {
        object["emails"] = card.emails.iter().map(|email| json!({ "email": email })).collect();
    }
    object
}

fn template_object(template: &Template) -> Value {
    let mut components = Vec::new();
    if let Some(header) = &template.header {
        let parameter = match header {
            TemplateHeader::Text(text) => parameter(text),
            TemplateHeader::Media(media) => {
                let kind = type_of(media.kind);
                let mut object = media_object(media);
                // A header has no caption of its own.
                if let Some(object) = object.as_object_mut() {
                    object.remove("caption");
                }
                json!({ "type": kind, kind: object })
            }
        };
        components.push(json!({ "type": "header", "parameters": [parameter] }));
    }
    if !template.body.is_empty() {
        let parameters: Vec<Value> = template.body.iter().map(parameter).collect();
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    for (index, button) in &template.buttons {
        let (sub_type, parameter) = match button {
            ButtonParameter::UrlSuffix(text) => ("url", json!({ "type": "text", "text": text })),
            ButtonParameter::Payload(payload) => ("quick_reply", json!({ "type": "payload", "payload": payload })),
        };
        components.push(json!({
            "type": "button", "sub_type": sub_type, "index": index.to_string(), "parameters": [parameter],
        }));
    }
    let mut object = json!({ "name": template.name, "language": { "code": template.language } });
    if !components.is_empty() {
        object["components"] = Value::Array(components);
    }
    object
}

fn parameter(parameter: &Parameter) -> Value {
    let mut object = json!({ "type": "text", "text": parameter.text });
    if let Some(name) = &parameter.name {
        object["parameter_name"] = json!(name);
    }
    object
}

fn buttons_object(buttons: &Buttons) -> Value {
    let reply = |(id, title): &(String, String)| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    let action = json!({ "buttons": buttons.buttons.iter().map(reply).collect::<Vec<_>>() });
    interactive("button", buttons.header.as_ref(), &buttons.body, buttons.footer.as_ref(), action)
}

fn list_object(list: &List) -> Value {
    let sections: Vec<Value> = list
        .sections
        .iter()
        .map(|section| {
            let row = |row: &crate::Row| {
                let mut object = json!({ "id": row.id, "title": row.title });
                if let Some(description) = &row.description {
                    object["description"] = json!(description);
                }
                object
            };
            json!({ "title": section.title, "rows": section.rows.iter().map(row).collect::<Vec<_>>() })
        })
        .collect();
    let action = json!({ "button": list.button, "sections": sections });
    interactive("list", list.header.as_ref(), &list.body, list.footer.as_ref(), action)
}

fn interactive(kind: &str, header: Option<&String>, body: &str, footer: Option<&String>, action: Value) -> Value {
    let mut object = json!({ "type": kind, "body": { "text": body }, "action": action });
    if let Some(text) = header {
        object["header"] = json!({ "type": "text", "text": text });
    }
    if let Some(text) = footer {
        object["footer"] = json!({ "text": text });
    }
    object
}

#[cfg(test)]
mod tests;
