//! The OpenAPI document as tests walk it: every operation, and a body that its schema allows.

use serde_json::{Value, json};

pub struct Operation {
    pub id: String,
    pub method: axum::http::Method,
    pub path: String,
    /// Answers those who show no credentials.
    pub is_public: bool,
    pub body: Option<Value>,
}

/// All of the API, without provider webhooks and what watches over the process.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&waybill_gateway::openapi_json()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/") {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"];
            let schema = content.get("application/json").map(|json| &json["schema"]);
            let public = operation["security"].as_array().is_some_and(|any| any.contains(&json!({})));
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.trim_start_matches("/api/v1").to_owned(),
                is_public: public,
                body: schema.map(|schema| example(&document, schema)),
            });
        }
    }
    all
}

/// The smallest value that a schema allows.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return example(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    for any in ["oneOf", "anyOf"] {
        if let Some(first) = schema[any].as_array().and_then(|all| all.iter().find(|it| it["type"] != "null")) {
            return example(document, first);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        let mut whole = json!({});
        for part in all {
            whole.as_object_mut().unwrap().extend(example(document, part).as_object().unwrap().clone());
        }
        return whole;
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find_map(|kind| kind.as_str().filter(|kind| *kind != "null")),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => match schema["format"].as_str() {
            Some("uuid") => json!("00000000-0000-4000-8000-000000000001"),
            Some("email") => json!("somebody@example.org"),
            Some("date-time") => json!("2026-03-01T09:30:00Z"),
            Some("date") => json!("2026-03-01"),
            _ => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1).max(1) as usize)),
        },
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("array") => json!([example(document, &schema["items"])]),
        Some("object") | None => {
            let required = schema["required"].as_array().into_iter().flatten();
            let fields = required.map(|name| {
                let name = name.as_str().unwrap();
                (name.to_owned(), example(document, &schema["properties"][name]))
            });
            Value::Object(fields.collect())
        }
        Some(other) => panic!("a schema of the unknown type {other}"),
    }
}
