//! Checks the content of a message as Meta does before it takes one.

use serde_json::{Map, Value};

use crate::graph::answers::GraphError;

/// The longest text Meta takes, in characters.
const TEXT_LIMIT: usize = 4096;
const CAPTION_LIMIT: usize = 1024;
const BODY_LIMIT: usize = 1024;
const CARDS_LIMIT: usize = 257;

type Checked = Result<(), GraphError>;

pub fn content(kind: &str, fields: &Map<String, Value>) -> Checked {
    let content = fields.get(kind).filter(|content| !content.is_null());
    let content = content.ok_or_else(|| GraphError::missing(format!("{kind} is required")))?;
    match kind {
        "text" => {
            required(content, "text", "body")?;
            at_most(content, "text", "body", TEXT_LIMIT)
        }
        "template" => template(content),
        "contacts" => contacts(content),
        _ if !content.is_object() => Err(GraphError::value(format!("{kind} must be an object"))),
        "image" | "video" | "audio" | "document" | "sticker" => media(kind, content),
        "location" => location(content),
        "interactive" => interactive(content),
        "reaction" => required(content, "reaction", "message_id"),
        _ => Err(GraphError::of(131_051, "Message type is not supported", format!("type {kind} is not supported"))),
    }
}

fn required(content: &Value, object: &str, name: &str) -> Checked {
    let given = content.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if given { Ok(()) } else { Err(GraphError::missing(format!("{object}.{name} is required"))) }
}

fn at_most(content: &Value, object: &str, name: &str, limit: usize) -> Checked {
    let text = content.get(name).and_then(Value::as_str).unwrap_or_default();
    if text.len() > limit && text.chars().count() > limit {
        return Err(GraphError::parameter(format!(
            "Param {object}['{name}'] must be at most {limit} characters long."
        )));
    }
    Ok(())
}

fn media(kind: &str, content: &Value) -> Checked {
    let text = |name: &str| content.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("id"), text("link")) {
        (None, None) => return Err(GraphError::missing(format!("{kind}.id or {kind}.link is required"))),
        (Some(_), Some(_)) => {
            return Err(GraphError::parameter(format!("Only one of {kind}['id'] and {kind}['link'] can be given.")));
        }
        (Some(id), None) if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') => {
            return Err(GraphError::value(format!("{kind}.id is not a valid media id")));
        }
        (None, Some(link)) if !link.starts_with("http://") && !link.starts_with("https://") => {
            return Err(GraphError::value(format!("{kind}.link must be a valid URL")));
        }
        _ => {}
    }
    if matches!(kind, "audio" | "sticker") && content.get("caption").is_some() {
        return Err(GraphError::parameter(format!("Unexpected key 'caption' on param {kind}.")));
    }
    at_most(content, kind, "caption", CAPTION_LIMIT)
}

fn location(content: &Value) -> Checked {
    for (name, limit) in [("latitude", 90.0), ("longitude", 180.0)] {
        let value = content.get(name).ok_or_else(|| GraphError::missing(format!("location.{name} is required")))?;
        let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        if !number.is_some_and(|number| (-limit..=limit).contains(&number)) {
            return Err(GraphError::value(format!("location.{name} must be between -{limit} and {limit}")));
        }
    }
    Ok(())
}

fn contacts(content: &Value) -> Checked {
    let Some(cards) = content.as_array() else { return Err(GraphError::value("contacts must be an array")) };
    if cards.is_empty() || cards.len() > CARDS_LIMIT {
        return Err(GraphError::value(format!("contacts must have between 1 and {CARDS_LIMIT} elements")));
    }
    for card in cards {
        let name = card.get("name").ok_or_else(|| GraphError::missing("contacts.name is required"))?;
        required(name, "contacts.name", "formatted_name")?;
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if !parts.iter().any(|part| name.get(part).and_then(Value::as_str).is_some_and(|text| !text.is_empty())) {
            return Err(GraphError::missing("contacts.name needs another part beside formatted_name"));
        }
    }
    Ok(())
}

fn template(content: &Value) -> Checked {
    required(content, "template", "name")?;
    let language = content.get("language").unwrap_or(&Value::Null);
    required(language, "template.language", "code")?;
    let Some(components) = content.get("components").filter(|components| !components.is_null()) else { return Ok(()) };
    let Some(components) = components.as_array() else {
        return Err(GraphError::value("template.components must be an array"));
    };
    for component in components {
        let kind = component.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "header" | "body" | "footer" | "carousel" | "limited_time_offer" | "order_status" => {}
            "button" | "buttons" => {
                required(component, "template.components", "sub_type")?;
                if component.get("index").is_none() {
                    return Err(GraphError::missing("template.components.index is required"));
                }
            }
            _ => return Err(GraphError::value(format!("template.components.type '{kind}' is not valid"))),
        }
        for parameter in component.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            template_parameter(parameter)?;
        }
    }
    Ok(())
}

fn template_parameter(parameter: &Value) -> Checked {
    let kind = parameter.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" => {
            let text = parameter.get("text").and_then(Value::as_str).filter(|text| !text.is_empty());
            let text = text.ok_or_else(|| GraphError::missing("parameters.text is required"))?;
            if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
                let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
                return Err(GraphError::of(132_018, "There is an issue with the parameters in your template", details));
            }
            Ok(())
        }
        "image" | "video" | "document" => {
            let object =
                parameter.get(kind).ok_or_else(|| GraphError::missing(format!("parameters.{kind} is required")))?;
            media(kind, object)
        }
        "" => Err(GraphError::missing("parameters.type is required")),
        _ => Ok(()),
    }
}

fn interactive(content: &Value) -> Checked {
    let kind = content.get("type").and_then(Value::as_str).unwrap_or_default();
    let action = content.get("action").unwrap_or(&Value::Null);
    if matches!(kind, "button" | "list") {
        let body = content.get("body").ok_or_else(|| GraphError::missing("interactive.body is required"))?;
        required(body, "interactive.body", "text")?;
        at_most(body, "interactive.body", "text", if kind == "list" { TEXT_LIMIT } else { BODY_LIMIT })?;
        if let Some(footer) = content.get("footer") {
            at_most(footer, "interactive.footer", "text", 60)?;
        }
    }
    match kind {
        "button" => buttons(action),
        "list" => list(action),
        "" => Err(GraphError::missing("interactive.type is required")),
        _ if action.is_object() => Ok(()),
        _ => Err(GraphError::missing("interactive.action is required")),
    }
}

fn buttons(action: &Value) -> Checked {
    let buttons = action.get("buttons").and_then(Value::as_array);
    let buttons = buttons.ok_or_else(|| GraphError::missing("interactive.action.buttons is required"))?;
    if !(1..=3).contains(&buttons.len()) {
        return Err(GraphError::value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"));
    }
    let mut titles = Vec::new();
    for button in buttons {
        let reply = button.get("reply").unwrap_or(&Value::Null);
        required(reply, "button.reply", "id")?;
        required(reply, "button.reply", "title")?;
        at_most(reply, "button.reply", "id", 256)?;
        at_most(reply, "button.reply", "title", 20)?;
        if titles.contains(&&reply["title"]) {
            return Err(GraphError::value("Duplicated title of buttons"));
        }
        titles.push(&reply["title"]);
    }
    Ok(())
}

fn list(action: &Value) -> Checked {
    required(action, "interactive.action", "button")?;
    at_most(action, "interactive.action", "button", 20)?;
    let sections = action.get("sections").and_then(Value::as_array);
    let sections = sections.ok_or_else(|| GraphError::missing("interactive.action.sections is required"))?;
    let mut rows = 0;
    for section in sections {
        at_most(section, "section", "title", 24)?;
        if sections.len() > 1 {
            required(section, "section", "title")?;
        }
        for row in section.get("rows").and_then(Value::as_array).into_iter().flatten() {
            rows += 1;
            required(row, "row", "id")?;
            required(row, "row", "title")?;
            at_most(row, "row", "id", 200)?;
            at_most(row, "row", "title", 24)?;
            at_most(row, "row", "description", 72)?;
        }
    }
    if (1..=10).contains(&rows) { Ok(()) } else { Err(GraphError::value("Total row count must be between 1 and 10")) }
}
