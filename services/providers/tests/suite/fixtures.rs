//! Bodies that others collected, if there are any: nothing of them is kept here.
//!
//! The folder is named by `WAYBILL_FIXTURES`; a file by its provider, its kind and a number
//! (`waha__webhook_reaction__01.json`). Without the folder there is nothing to read.

use std::path::PathBuf;

use serde_json::{Value, json};
use waybill_domain::provider::ProviderKind;
use waybill_providers::{ClientConfig, Notice, Registry};

/// The files of a provider whose kind starts so, with their names.
fn bodies(provider: &str, kind: &str) -> Vec<(String, Value)> {
    let Some(folder) = std::env::var_os("WAYBILL_FIXTURES").map(PathBuf::from) else {
        println!("WAYBILL_FIXTURES is not set: no {provider} bodies are read");
        return Vec::new();
    };
    let prefix = format!("{provider}__{kind}");
    let files = std::fs::read_dir(folder).expect("the folder can be read").map(|file| file.expect("a file").path());
    let mut found = Vec::new();
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.starts_with(&prefix) && name.ends_with(".json") {
            let body = std::fs::read(&path).expect("readable");
            found.push((name, serde_json::from_slice(&body).expect("json")));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!found.is_empty(), "there are no {prefix} bodies");
    found
}

fn notices(kind: ProviderKind, body: &Value) -> Vec<Notice> {
    let registry = Registry::new(&ClientConfig::default()).expect("builds");
    registry.parse_webhook(kind, body.to_string().as_bytes()).expect("a webhook")
}

fn is_understood(notices: &[Notice]) -> bool {
    !notices.is_empty() && notices.iter().all(|notice| !matches!(notice, Notice::Unsupported { .. }))
}

#[test]
fn the_cloud_apis_webhooks_are_understood() {
    for (name, body) in bodies("meta", "webhook_") {
        let mut body = match body.get("entry") {
            Some(_) => body,
            // Some were kept without what is around them.
            None if body.get("field").is_some() => json!({ "entry": [{ "id": "9001", "changes": [body] }] }),
            None => json!({ "entry": [{ "id": "9001", "changes": [{ "field": "messages", "value": body }] }] }),
        };
        // Some were kept without the number they are for.
        for entry in body["entry"].as_array_mut().into_iter().flatten() {
            for change in entry["changes"].as_array_mut().into_iter().flatten() {
                let value = &mut change["value"];
                if value["messages"].is_array() || value["statuses"].is_array() {
                    let number = value.pointer("/metadata/phone_number_id").cloned().unwrap_or(json!("7001"));
                    value["metadata"] = json!({ "phone_number_id": number });
                }
            }
        }
        let notices = notices(ProviderKind::CloudApi, &body);
        assert!(is_understood(&notices), "{name}: {notices:?}");
    }
}

#[test]
fn green_apis_webhooks_are_understood() {
    for (name, body) in bodies("green", "webhook_") {
        let notices = notices(ProviderKind::GreenApi, &body);
        assert!(is_understood(&notices), "{name}: {notices:?}");
        let expected = match name.as_str() {
            name if name.contains("quota") || name.contains("device_info") => "account",
            name if name.contains("outgoing") => "echo",
            _ => "inbound",
        };
        let found = serde_json::to_value(&notices[0]).expect("json");
        assert_eq!(found["notice"], expected, "{name}");
    }
}

#[test]
fn wahas_webhooks_are_understood() {
    for (name, body) in bodies("waha", "webhook_") {
        let notices = notices(ProviderKind::Waha, &body);
        // One was kept without its id.
        let is_whole = body["payload"].get("id").is_some() || !name.contains("message");
        assert_eq!(is_understood(&notices), is_whole, "{name}: {notices:?}");
    }
}
