//! The checked-in document is the one that the code tells.

use crate::rig::House;
use axum::http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn the_checked_in_document_is_the_present_one() {
    let now = waybill_gateway::openapi_json();
    if std::env::var_os("WAYBILL_UPDATE_OPENAPI").is_some() {
        std::fs::write(CHECKED_IN, &now).unwrap();
    }
    let before = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        now == before,
        "docs/openapi.json is not what the code says; if the change is meant, write it anew with \
         `WAYBILL_UPDATE_OPENAPI=1 cargo nextest run -p waybill-gateway checked_in` and look at the difference"
    );
}

#[tokio::test]
async fn it_is_served_and_every_operation_of_it_is_routed() {
    let house = House::open().await;
    let served = house.ask(Method::GET, "/api/v1/openapi.json", None).await.expect(200).json();
    let known: Value = serde_json::from_str(&waybill_gateway::openapi_json()).unwrap();
    assert_eq!(served, known);
    assert_eq!(served["openapi"], "3.1.0");
    let text = served.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(served.pointer(pointer).is_some(), "{pointer} is referred to and not there");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in served["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            let address = path.replace("{name}", "contacts").replace("{category}", "contact");
            let address: String = address
                .split('/')
                .map(|part| if part.starts_with('{') { "00000000-0000-0000-0000-000000000000" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let method: Method = method.to_uppercase().parse().unwrap();
            let reply = house.ask(method.clone(), &address, None).await;
            // Without a session all but the public ones are 401: they are there, and they are guarded.
            let public = !path.starts_with("/api/")
                || path.starts_with("/api/v1/files/")
                || (path.starts_with("/api/v1/auth/") && !path.ends_with("/me"));
            assert!(public || reply.status == 401, "{method} {path} answered {}", reply.status);
            let documented = &operation["responses"];
            assert!(documented.get(reply.status.as_str()).is_some(), "{method} {path} answered {}", reply.status);
        }
    }
}
