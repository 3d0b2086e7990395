//! What holds for every operation, written into the document once: headers, and the problems that any may answer with.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

const PROBLEM: &str = "application/problem+json";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

const PROBLEMS: [(&str, &str, &str); 13] = [
    ("400", "BadRequest", "The request cannot be read"),
    ("401", "Unauthorized", "Nobody is signed in, or no longer"),
    ("403", "Forbidden", "The permission is missing, or the CSRF header is"),
    ("404", "NotFound", "There is nothing here, or it is another tenant's"),
    ("409", "Conflict", "The state or the version does not allow it; the document tells the present one"),
    ("413", "TooLarge", "The body is too large"),
    ("415", "MediaType", "The content type is not taken here"),
    ("422", "Refused", "The request is understood and refused; `code` and `errors` tell why"),
    ("429", "TooMany", "Too many requests"),
    ("500", "Internal", "Something went wrong on our side"),
    ("502", "Unreachable", "The provider of the number does not answer"),
    ("503", "Busy", "Not now; see Retry-After"),
    ("504", "Lagging", "The read model has not reached the asked position in time"),
];

/// Adds what all operations share and puts everything into one order, so that equal documents are equal texts.
pub fn complete(document: OpenApi) -> Value {
    let mut document = serde_json::to_value(document).expect("the document is plain data and serialises");
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                shared(path, method, operation);
            }
        }
    }
    let responses: Map<String, Value> = PROBLEMS
        .iter()
        .map(|(_, name, text)| {
            let content = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
            ((*name).to_owned(), json!({"description": text, "content": content}))
        })
        .collect();
    document["components"]["responses"] = responses.into();
    document["components"]["headers"] = json!({
        "Position": {"description": "The place in the log of the last event of the command",
            "schema": {"type": "integer", "format": "int64"}},
        "RateLimitPolicy": {"description": "The limit that binds first: `\"tenant\";q=600;w=60` is 600 in 60 s",
            "schema": {"type": "string"}},
        "RateLimit": {"description": "Where it stands: `\"tenant\";r=599;t=1` is 599 left, full again in 1 s",
            "schema": {"type": "string"}},
        "Replayed": {"description": "`true` when this is the first answer to a repeated command",
            "schema": {"type": "string"}},
    });
    optional_bodies(&mut document);
    sorted(document)
}

/// A body that may be an empty object may be left out.
fn optional_bodies(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(body) = operation.get_mut("requestBody") else { continue };
            let Some(name) = body["content"]["application/json"]["schema"]["$ref"].as_str() else { continue };
            let schema = &schemas[name.rsplit('/').next().unwrap_or_default()];
            if schema["required"].as_array().is_none_or(Vec::is_empty) {
                body["required"] = false.into();
            }
        }
    }
}

/// A question that is too large for an address is a POST.
pub fn is_query(method: &str, path: &str) -> bool {
    method == "get" || path.ends_with("/forecast") || path.ends_with("/validate-numbers")
}

fn shared(path: &str, method: &str, operation: &mut Value) {
    // Handlers are named within their module; the document has one name for each operation.
    let name = [&operation["tags"][0], &operation["operationId"]].map(|it| it.as_str().unwrap_or_default()).join("_");
    operation["operationId"] = name.into();
    let public = operation["security"].as_array().is_some_and(|any| any.iter().any(|it| it == &json!({})));
    if !path.starts_with("/api/") {
        return of_others(path, method, operation);
    }
    let auth = path.starts_with("/api/v1/auth/");
    let queries = is_query(method, path);
    let mut problems = vec!["400", "429", "500", "503"];
    if !public {
        problems.extend(["401", "403"]);
    }
    if path.ends_with("/login") {
        problems.push("401");
    }
    if path.contains('{') {
        problems.push("404");
    }
    if queries && !auth {
        problems.push("504");
        parameter(
            operation,
            "Waybill-Min-Position",
            json!({"type": "integer", "format": "int64", "minimum": 0}),
            "Waits until the answer is not older than this place in the log, at most five seconds",
        );
    }
    // What is asked of a provider, of whose numbers not all can do it.
    let of_devices = [
        "/link",
        "/groups",
        "/wa/session",
        "/whatsapp/status",
        "/whatsapp/qr",
        "/whatsapp/connect",
        "/whatsapp/disconnect",
    ];
    if of_devices.iter().any(|part| path.contains(part)) {
        problems.extend(["409", "422", "502"]);
    }
    if method != "get" {
        problems.extend(["413", "415", "422"]);
    }
    if !queries {
        problems.extend(["409"]);
        for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            response["headers"]["Waybill-Position"] = json!({"$ref": "#/components/headers/Position"});
            if !auth {
                response["headers"]["Idempotency-Replayed"] = json!({"$ref": "#/components/headers/Replayed"});
            }
        }
        if !auth {
            parameter(
                operation,
                "Idempotency-Key",
                json!({"type": "string", "minLength": 1, "maxLength": 255}),
                "A repeat with the same key and body answers as the first time and has no further effect",
            );
        }
    }
    if matches!(method, "put" | "delete") && !auth {
        parameter(
            operation,
            "If-Match",
            json!({"type": "string", "pattern": "^(\\*|(W/)?\"?[0-9]{1,18}\"?)$"}),
            "The version that was seen; another one answers 409",
        );
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        // Problems that a handler describes in its own words are documents like all others.
        if status.starts_with('4') && response.get("content").is_none() {
            response["content"] = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
        response["headers"]["RateLimit-Policy"] = json!({"$ref": "#/components/headers/RateLimitPolicy"});
        response["headers"]["RateLimit"] = json!({"$ref": "#/components/headers/RateLimit"});
    }
    may_answer(operation, &problems);
}

/// Provider webhooks and what watches over the process.
fn of_others(path: &str, method: &str, operation: &mut Value) {
    may_answer(operation, &["500", "503"]);
    if path.contains("hook") {
        may_answer(operation, &["400"]);
    }
    if method == "post" {
        may_answer(operation, &["413"]);
    }
    // Problems that a handler describes in its own words are documents like all others.
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('4') && response.get("$ref").is_none() {
            response["content"] = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
    }
}

fn may_answer(operation: &mut Value, problems: &[&str]) {
    for status in problems {
        let known = PROBLEMS.iter().find(|(known, _, _)| known == status);
        if let Some((_, name, _)) = known
            && operation["responses"].get(*status).is_none()
        {
            operation["responses"][*status] = json!({"$ref": format!("#/components/responses/{name}")});
        }
    }
}

fn parameter(operation: &mut Value, name: &str, schema: Value, description: &str) {
    let parameter =
        json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema});
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

/// Keys in order, whatever order the map of this build keeps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
