//! The operations of the API by method and route, from the OpenAPI document: their names, and which of them answer
//! strangers.

use crate::openapi;
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::OnceLock;

struct Operation {
    name: String,
    is_public: bool,
    is_query: bool,
}

fn all() -> &'static HashMap<(String, String), Operation> {
    static ALL: OnceLock<HashMap<(String, String), Operation>> = OnceLock::new();
    ALL.get_or_init(|| {
        let document = crate::document();
        let mut all = HashMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Some(name) = operation["operationId"].as_str() else { continue };
                let schemes = operation["security"].as_array();
                // A refresh token is looked up before it is known whether it holds: who brings one is a stranger too.
                let is_open = |scheme: &Value| scheme == &json!({}) || scheme.get("refresh_cookie").is_some();
                let is_public = schemes.is_some_and(|any| any.iter().any(is_open));
                let key = (method.to_uppercase(), path.clone());
                let is_query = openapi::is_query(method, path);
                all.insert(key, Operation { name: name.to_owned(), is_public, is_query });
            }
        }
        all
    })
}

fn find(method: &Method, route: &str) -> Option<&'static Operation> {
    all().get(&(method.as_str().to_owned(), route.to_owned()))
}

pub fn name(method: &Method, route: &str) -> &'static str {
    find(method, route).map_or("unknown", |operation| operation.name.as_str())
}

/// Whether it only asks: nothing is changed by it, whatever its method.
pub fn is_query(method: &Method, route: &str) -> bool {
    method.is_safe() || find(method, route).is_some_and(|operation| operation.is_query)
}

/// Whether it answers those who show no credentials.
pub fn is_public(method: &Method, route: &str) -> bool {
    find(method, route).is_some_and(|operation| operation.is_public)
}
