//! The terms of use.

use crate::rig::{House, json_request, registration};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn nothing_is_sent_before_somebody_accepted_the_present_terms() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    person.contact("+4915112345678").await;
    let campaign = person.draft(&package).await;
    let start = format!("/campaigns/{campaign}/start");

    let email = "new@example.org";
    let new = house.ask(Method::POST, "/api/v1/auth/register", Some(registration(email))).await.expect(201);
    let new = person.as_somebody_else(&new.json(), email);
    let terms = new.get("/terms").await.expect(200).json();
    assert!(terms["accepted"].is_null() && terms["text"].as_str().unwrap().len() > 500, "{terms}");
    let (package, _) = new.package().await;
    new.contact("+4915112345678").await;
    let other = new.draft(&package).await;
    let refused = new.post(&format!("/campaigns/{other}/start"), json!({})).await.problem(409, "terms_not_accepted");
    assert_eq!(refused["version"], terms["version"]);
    new.post("/terms/accept", json!({"version": "1999"})).await.problem(409, "terms_changed");
    let accepted = new.post("/terms/accept", json!({"version": terms["version"]})).await.expect(200).json();
    assert_eq!(
        (accepted["accepted"]["by"].as_str(), &accepted["accepted"]["version"]),
        (Some("Ana"), &terms["version"])
    );
    new.post(&format!("/campaigns/{other}/start"), json!({})).await.expect(202);

    // The rig has accepted for the other organisation.
    person.post(&start, json!({})).await.expect(202);
    // A program cannot: it reads no terms.
    let key = json!({"name": "Shop", "scopes": ["campaigns.write"]});
    let key = person.post("/api-keys", key).await.expect(201).header("waybill-api-key").unwrap().to_owned();
    let body = json!({"version": terms["version"]});
    let mut request = json_request(Method::POST, "/api/v1/terms/accept", Some(body));
    request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    house.send(request).await.problem(403, "person_only");
}
