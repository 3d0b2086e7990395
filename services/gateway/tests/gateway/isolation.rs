//! Nobody sees, or learns of, what belongs to another tenant.

use crate::rig::{House, without_trace};
use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn what_is_anothers_is_as_if_it_were_not_there() {
    let house = House::open().await;
    let (owner, stranger) = (house.person().await, house.person().await);
    let contact = owner.contact("+4915112345678").await;
    let (package, profile) = owner.package().await;
    let campaign = owner.draft(&package).await;
    let nobody = Uuid::now_v7().to_string();
    let change = json!({"name": "Mine now", "decision": "sent", "granted": true, "text": "hi", "active": false,
        "settings": {}});
    let asks = [
        (Method::GET, "/contacts/{}", &contact),
        (Method::PUT, "/contacts/{}", &contact),
        (Method::DELETE, "/contacts/{}", &contact),
        (Method::POST, "/contacts/{}/block", &contact),
        (Method::POST, "/contacts/{}/consent", &contact),
        (Method::GET, "/contacts/{}/timeline", &contact),
        (Method::GET, "/history/contact/{}", &contact),
        (Method::GET, "/packages/{}", &package),
        (Method::PUT, "/packages/{}", &package),
        (Method::DELETE, "/packages/{}", &package),
        (Method::GET, "/packages/{}/stats", &package),
        (Method::GET, "/packages/{}/profiles", &package),
        (Method::GET, "/campaigns/{}", &campaign),
        (Method::PUT, "/campaigns/{}", &campaign),
        (Method::DELETE, "/campaigns/{}", &campaign),
        (Method::POST, "/campaigns/{}/start", &campaign),
        (Method::POST, "/campaigns/{}/pause", &campaign),
        (Method::POST, "/campaigns/{}/cancel", &campaign),
        (Method::GET, "/campaigns/{}/messages", &campaign),
        (Method::GET, "/campaigns/{}/failures", &campaign),
        (Method::GET, "/campaigns/{}/timeline", &campaign),
        (Method::GET, "/campaigns/{}/events", &campaign),
        (Method::GET, "/analytics/campaigns/{}", &campaign),
        (Method::GET, "/messages/{}", &campaign),
        (Method::GET, "/messages/{}/history", &campaign),
        (Method::POST, "/messages/{}/settle", &campaign),
        (Method::GET, "/chats/{}", &contact),
        (Method::POST, "/chats/{}/messages", &contact),
        (Method::POST, "/chats/{}/read", &contact),
        (Method::GET, "/imports/{}", &contact),
        (Method::GET, "/imports/{}/rejected.csv", &contact),
    ];
    for (method, path, id) in asks {
        let body = if method == Method::GET { json!({}) } else { change.clone() };
        let foreign = stranger.call(method.clone(), &path.replace("{}", id), body.clone()).await;
        let unknown = stranger.call(method.clone(), &path.replace("{}", &nobody), body).await;
        let foreign = without_trace(foreign.problem(404, "not_found"));
        assert_eq!(foreign, without_trace(unknown.problem(404, "not_found")), "{method} {path}");
    }
    let path = format!("/packages/{package}/profiles/{profile}/status");
    stranger.call(Method::PATCH, &path, change).await.problem(404, "not_found");
    // Nothing of it had an effect.
    let campaign = owner.get(&format!("/campaigns/{campaign}")).await.expect(200).json();
    assert_eq!((campaign["name"].as_str(), campaign["status"].as_str()), (Some("Spring"), Some("draft")));
    assert_eq!(stranger.get("/contacts").await.expect(200).json()["total"], 0);
    let tag = json!({"contact_ids": [contact], "tag": "mine"});
    assert_eq!(stranger.post("/contacts/tag", tag).await.expect(200).json()["changed"], 0);
}

#[tokio::test]
async fn the_application_role_sees_nothing_without_a_tenant() {
    let house = House::open().await;
    let (one, other) = (house.person().await, house.person().await);
    one.contact("+4915112345678").await;
    other.get("/contacts").await.expect(200);
    let app = &house.context.store.database.app;
    let rows: i64 = sqlx::query_scalar("select count(*) from es.event").fetch_one(app).await.unwrap();
    assert_eq!(rows, 0);
    let rows: i64 = sqlx::query_scalar("select count(*) from read.contact").fetch_one(app).await.unwrap();
    assert_eq!(rows, 0);
    let denied = sqlx::query("select * from vault.profile_credential").fetch_all(app).await;
    assert!(denied.is_err());
}

#[tokio::test]
async fn nobody_is_answered_without_a_session() {
    let house = House::open().await;
    for path in ["/contacts", "/campaigns", "/wallet", "/chats", "/projections", "/auth/me", "/imports"] {
        house.ask(Method::GET, &format!("/api/v1{path}"), None).await.problem(401, "unauthorized");
    }
    let mut forged = crate::rig::json_request(Method::GET, "/api/v1/contacts", None);
    forged.headers_mut().insert("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.".parse().unwrap());
    house.send(forged).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_lower_role_is_told_so_whatever_it_asks() {
    let house = House::open().await;
    let mut person = house.person().await;
    let (package, _) = person.package().await;
    let campaign = person.draft(&package).await;
    sqlx::query("update vault.membership set role = 'agent'")
        .execute(&house.context.store.database.system)
        .await
        .unwrap();
    let login = json!({"email": person.email, "password": crate::rig::PASSWORD});
    let login = house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200).json();
    person.token = login["access_token"].as_str().unwrap().to_owned();
    let asks = [
        (Method::POST, "/campaigns".to_owned()),
        (Method::POST, format!("/campaigns/{campaign}/start")),
        (Method::PUT, format!("/packages/{package}")),
        (Method::POST, format!("/packages/{package}/profiles")),
        (Method::POST, "/wallet/topup".to_owned()),
        (Method::POST, "/projections/contacts/rebuild".to_owned()),
        (Method::GET, format!("/history/campaign/{campaign}")),
    ];
    for (method, path) in asks {
        // Before the body is looked at.
        person.call(method, &path, json!([])).await.problem(403, "role");
    }
    person.get("/campaigns").await.expect(200);
    person.contact("+4915112345678").await;
}
