//! Health, metrics, figures, and the page.

use crate::rig::House;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_healthy_gateway_says_so_and_counts() {
    let house = House::open().await;
    let person = house.person().await;
    person.get("/contacts").await.expect(200);
    house.ask(Method::GET, "/healthz", None).await.expect(200);
    let ready = house.ask(Method::GET, "/readyz", None).await.expect(200).json();
    assert_eq!(ready, json!({"ready": true, "database": true, "nats": true}));
    let metrics = house.ask(Method::GET, "/metrics", None).await.expect(200).text();
    for name in
        ["log_head", "checkpoint_lag{name=\"projection/contacts\"}", "queue_depth", "route=\"/api/v1/contacts\""]
    {
        assert!(metrics.contains(name), "{name} is missing in {metrics}");
    }
    assert!(!metrics.contains(&person.email));
}

#[tokio::test]
async fn read_models_are_listed_and_made_anew_on_request() {
    let house = House::open().await;
    let person = house.person().await;
    let listed = person.get("/projections").await.expect(200).json();
    let contacts = listed["items"].as_array().unwrap().iter().find(|it| it["name"] == "contacts").unwrap();
    assert_eq!(contacts["state"], "live");
    assert!(listed["head"].as_i64().unwrap() >= 3);
    person.post("/projections/contacts/rebuild", json!({})).await.expect(202);
    assert_eq!(house.count("select count(*) from process.rebuild_request where name = 'contacts'").await, 1);
    person.post("/projections/nonsense/rebuild", json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn figures_are_zero_where_nothing_happened() {
    let house = House::open().await;
    let person = house.person().await;
    person.contact("+4915112345678").await;
    let overview = person.get("/analytics/overview").await.expect(200).json();
    assert_eq!((overview["totals"]["contacts"].as_i64(), overview["rates"]["read"].is_null()), (Some(1), true));
    let days = person.get("/analytics/daily?from=2026-01-01&to=2026-01-03").await.expect(200).json();
    assert_eq!(days["items"].as_array().unwrap().len(), 3);
    assert_eq!(days["items"][0]["date"], "2026-01-01");
    person.get("/analytics/daily?from=2026-01-03&to=2026-01-01").await.problem(422, "invalid");
    person.get("/analytics/daily?from=yesterday").await.problem(400, "invalid");
    let (package, _) = person.package().await;
    let campaign = person.draft(&package).await;
    let figures = person.get(&format!("/analytics/campaigns/{campaign}")).await.expect(200).json();
    assert_eq!((figures["sent"].as_i64(), figures["days"].clone()), (Some(0), json!([])));
}

#[tokio::test]
async fn the_page_is_served_for_its_own_addresses_under_a_strict_policy() {
    let house = House::open().await;
    for path in ["/", "/campaigns/some-id"] {
        let page = house.ask(Method::GET, path, None).await.expect(200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("require-trusted-types-for 'script'"));
        assert_eq!(
            (page.header("x-content-type-options"), page.header("cache-control")),
            (Some("nosniff"), Some("no-cache"))
        );
    }
    house.ask(Method::GET, "/assets/gone-abc123.js", None).await.expect(404);
    house.ask(Method::POST, "/", None).await.expect(405);
    let docs = house.ask(Method::GET, "/docs/", None).await.expect(200);
    assert!(docs.header("content-security-policy").unwrap().contains("'unsafe-inline'"));
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do() {
    let house = House::open_with(|config| config.public_url = "https://waybill.example.org".into()).await;
    let person = house.person().await;
    for reply in [person.get("/contacts").await.expect(200), person.get("/nothing").await] {
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.header("strict-transport-security").is_some());
    }
    let page = house.ask(Method::GET, "/", None).await;
    let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
    for part in ["default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let login = json!({"email": person.email, "password": crate::rig::PASSWORD});
    let reply = house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200);
    for cookie in reply.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Secure"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
}
