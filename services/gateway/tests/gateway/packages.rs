//! Packages and their numbers.

use crate::rig::{House, profile};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_package_is_made_changed_and_deleted() {
    let house = House::open().await;
    let person = house.person().await;
    let made = person.post("/packages", json!({"name": "Main", "settings": {"hourly_limit": 50}})).await.expect(201);
    let settings = &made.json()["settings"];
    assert_eq!((settings["hourly_limit"].as_i64(), settings["daily_limit"].as_i64()), (Some(50), Some(500)));
    let path = format!("/packages/{}", made.id());
    let wrong = json!({"settings": {"hourly_limit": 0}});
    person.call(Method::PUT, &path, wrong).await.problem(422, "invalid");
    let changed = person.call(Method::PUT, &path, json!({"name": "Second"})).await.expect(200).json();
    assert_eq!((changed["name"].as_str(), &changed["settings"]), (Some("Second"), settings));
    assert_eq!(person.get(&path).await.expect(200).json(), changed);
    person.call(Method::DELETE, &path, json!({})).await.expect(204);
    person.get(&path).await.problem(404, "not_found");
    person.post(&format!("{path}/profiles"), profile("1")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_number_is_added_and_its_secrets_never_come_back() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, id) = person.package().await;
    let path = format!("/packages/{package}/profiles/{id}");
    let list = person.get(&format!("/packages/{package}/profiles")).await.expect(200);
    assert_eq!(list.json()["items"][0]["usage"]["hour"], json!({"used": 0, "limit": null}));
    let change = json!({
        "name": "Bonn", "app_secret": "new-secret", "base_url": "https://graph.example/v23.0",
        "settings": { "business_account_id": "9001" },
    });
    let changed = person.call(Method::PUT, &path, change).await.expect(200);
    assert_eq!(changed.json()["name"], "Bonn");
    let history = person.get(&format!("/history/profile/{id}")).await.expect(200);
    let secret = json!({ "base_url": "https://user:the-password@graph.example/v23.0" });
    person.call(Method::PUT, &path, secret).await.problem(422, "invalid");
    let shown = person.get(&path).await.expect(200);
    let connection = json!({
        "base_url": "https://graph.example/v23.0", "settings": { "business_account_id": "9001" },
    });
    assert_eq!((&shown.json()["name"], &shown.json()["connection"]), (&json!("Bonn"), &connection));
    for reply in [&list, &changed, &history, &shown] {
        for secret in ["the-token", "the-app-secret", "the-verify-token", "new-secret", "the-password"] {
            assert!(!reply.text().contains(secret), "{}", reply.text());
        }
    }
    let off = person.call(Method::PATCH, &format!("{path}/status"), json!({"active": false})).await.expect(200);
    assert_eq!(off.json()["state"], "inactive");
    let stats = person.get(&format!("/packages/{package}/stats")).await.expect(200).json();
    assert_eq!((stats["profiles"].as_i64(), stats["active"].as_i64()), (Some(1), Some(0)));
    person.call(Method::DELETE, &path, json!({})).await.expect(204);
    assert_eq!(house.count("select count(*) from vault.profile_credential").await, 0);
    person.call(Method::PATCH, &format!("{path}/status"), json!({"active": true})).await.problem(404, "not_found");
    let mut bad = profile("../me");
    bad["access_token"] = json!("");
    let problem = person.post(&format!("/packages/{package}/profiles"), bad).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
}
