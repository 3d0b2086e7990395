//! Templates of a business account.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::graph::answers::GraphError;
use crate::graph::world::{Template, new_id};
use crate::outbox::Inbound;
use crate::state::Sandbox;

/// `GET /{WABA}/message_templates`, page by page.
pub fn list(sandbox: &Sandbox, business: &str, query: &[(String, String)]) -> Value {
    let field = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    sandbox.graph.open_templates(business);
    let facts = sandbox.graph.read();
    let fits = |template: &&Template| {
        field("name").is_none_or(|name| template.name.contains(name))
            && field("status").is_none_or(|status| template.status == status)
            && field("language").is_none_or(|language| template.language == language)
    };
    let all: Vec<&Template> = facts.templates(business).iter().filter(fits).collect();
    let limit = field("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25usize).clamp(1, 1_000);
    let from = field("after").and_then(|after| after.parse::<usize>().ok()).unwrap_or(0).min(all.len());
    let page = &all[from..(from + limit).min(all.len())];
    let mut answer = json!({ "data": page });
    if !page.is_empty() {
        let after = from + page.len();
        answer["paging"] = json!({ "cursors": { "before": from.to_string(), "after": after.to_string() } });
        if after < all.len() {
            let url = format!("{}/v23.0/{business}/message_templates?limit={limit}&after={after}", sandbox.address());
            answer["paging"]["next"] = json!(url);
        }
    }
    answer
}

/// `POST /{WABA}/message_templates`: it waits to be looked at.
pub fn create(sandbox: &Sandbox, business: &str, body: &Value) -> Result<Value, GraphError> {
    let text = |name: &str| {
        let value = body[name].as_str().filter(|value| !value.is_empty());
        value.map(str::to_owned).ok_or_else(|| GraphError::parameter(format!("The parameter {name} is required.")))
    };
    let (name, language, category) = (text("name")?, text("language")?, text("category")?.to_ascii_uppercase());
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') || name.len() > 512
    {
        return Err(GraphError::parameter("Param name must have lowercase letters, digits and underscores only."));
    }
    if !matches!(category.as_str(), "MARKETING" | "UTILITY" | "AUTHENTICATION") {
        return Err(GraphError::parameter("Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}."));
    }
    sandbox.graph.open_templates(business);
    let mut facts = sandbox.graph.write();
    let templates = facts.templates_mut(business);
    if templates.iter().any(|template| template.name == name && template.language == language) {
        return Err(GraphError::of(
            2_388_024,
            "Content in this language already exists",
            "The template exists already",
        ));
    }
    let template = Template {
        id: new_id(),
        name,
        language,
        status: "PENDING".into(),
        category,
        components: body["components"].clone(),
        quality_score: json!({ "score": "UNKNOWN" }),
        rejected_reason: None,
    };
    let answer = json!({ "id": template.id, "status": template.status, "category": template.category });
    templates.push(template);
    Ok(answer)
}

/// `DELETE /{WABA}/message_templates?name=`: all languages.
pub fn delete(sandbox: &Sandbox, business: &str, name: &str) -> Result<Value, GraphError> {
    sandbox.graph.open_templates(business);
    let mut facts = sandbox.graph.write();
    let templates = facts.templates_mut(business);
    let before = templates.len();
    templates.retain(|template| template.name != name);
    if templates.len() == before {
        return Err(GraphError::parameter("There is no message template of this name."));
    }
    Ok(json!({ "success": true }))
}

/// `POST /{TEMPLATE_ID}`: an edit, which is looked at again. Nothing when there is no such template.
pub fn edit(sandbox: &Sandbox, id: &str, body: &Value) -> Option<Value> {
    let mut facts = sandbox.graph.write();
    let (_, template) = facts.template_mut(id)?;
    if body["components"].is_array() {
        template.components = body["components"].clone();
    }
    if let Some(category) = body["category"].as_str() {
        template.category = category.to_ascii_uppercase();
    }
    template.status = "PENDING".into();
    Some(json!({ "success": true }))
}

/// Whether a template of a send can go. What the account does not know goes, too: only templates
/// that somebody told the sandbox about have rules.
pub fn check(sandbox: &Sandbox, phone_number_id: &str, content: &Value) -> Result<(), GraphError> {
    if !sandbox.graph.knows_templates() {
        return Ok(());
    }
    let facts = sandbox.graph.read();
    let name = content["name"].as_str().unwrap_or_default();
    let language = content["language"]["code"].as_str().unwrap_or_default();
    let named = facts.templates(&facts.business_of(phone_number_id)).iter().filter(|template| template.name == name);
    let named: Vec<&Template> = named.collect();
    if named.is_empty() {
        return Ok(());
    }
    let found = named.iter().find(|template| template.language == language);
    let refused = |code: u32, name: &str| {
        Err(GraphError::of(code, name, format!("template name ({}) in {language}", content["name"])))
    };
    match found.map(|template| template.status.as_str()) {
        Some("APPROVED") => {}
        Some("PAUSED") => return refused(132_015, "Template is paused"),
        Some("DISABLED") => return refused(132_016, "Template is disabled"),
        _ => return refused(132_001, "Template name does not exist in the translation"),
    }
    let components = content["components"].as_array().into_iter().flatten();
    let body =
        components.into_iter().find(|part| part["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("body")));
    let given = body.and_then(|body| body["parameters"].as_array()).map_or(0, Vec::len);
    let expected = found.map_or(0, |template| template.body_variables());
    if given != expected {
        let details = format!(
            "body: number of localizable_params ({given}) does not match the expected number of params ({expected})"
        );
        return Err(GraphError::of(
            132_000,
            "Number of parameters does not match the expected number of params",
            details,
        ));
    }
    Ok(())
}

/// Makes templates what somebody says they are, and tells what changed of them.
pub fn put(sandbox: &Arc<Sandbox>, phone_number_id: &str, wanted: Vec<Template>) {
    let business = sandbox.business_of(phone_number_id);
    sandbox.graph.open_templates(&business);
    let mut changes = Vec::new();
    let mut facts = sandbox.graph.write();
    let templates = facts.templates_mut(&business);
    for mut template in wanted {
        let same = |known: &&mut Template| known.name == template.name && known.language == template.language;
        let known = templates.iter_mut().find(same);
        let before = known.as_ref().map(|known| (**known).clone());
        if let Some(before) = &before {
            template.id.clone_from(&before.id);
            if template.components.is_null() {
                template.components = before.components.clone();
            }
        }
        changes.extend(told(before.as_ref(), &template));
        match known {
            Some(known) => *known = template,
            None => templates.push(template),
        }
    }
    drop(facts);
    let profile = sandbox.profile(phone_number_id);
    for (field, value) in changes {
        profile.outbox.push_inbound(Inbound::Change { field: field.into(), value, counted: 0 });
    }
}

fn told(before: Option<&Template>, now: &Template) -> Vec<(&'static str, Value)> {
    let about = |rest: Value| {
        let mut value = json!({
            "message_template_id": now.id.parse::<u64>().unwrap_or_default(),
            "message_template_name": now.name, "message_template_language": now.language,
        });
        if let (Some(fields), Value::Object(rest)) = (value.as_object_mut(), rest) {
            fields.extend(rest);
        }
        value
    };
    let mut told = Vec::new();
    if before.is_none_or(|before| before.status != now.status) {
        let reason = now.rejected_reason.as_deref().unwrap_or("NONE");
        let value = json!({ "event": now.status, "reason": reason, "message_template_category": now.category });
        told.push(("message_template_status_update", about(value)));
    }
    let Some(before) = before else { return told };
    let score = |template: &Template| {
        let score = template.quality_score["score"].as_str().or_else(|| template.quality_score.as_str());
        score.unwrap_or("UNKNOWN").to_owned()
    };
    if !now.quality_score.is_null() && score(before) != score(now) {
        let value = json!({ "previous_quality_score": score(before), "new_quality_score": score(now) });
        told.push(("message_template_quality_update", about(value)));
    }
    if before.category != now.category {
        let value = json!({ "previous_category": before.category, "new_category": now.category });
        told.push(("template_category_update", about(value)));
    }
    if before.components != now.components {
        let text = now.components.as_array().and_then(|parts| parts.iter().find_map(|part| part["text"].as_str()));
        told.push(("message_template_components_update", about(json!({ "message_template_element": text }))));
    }
    told
}
