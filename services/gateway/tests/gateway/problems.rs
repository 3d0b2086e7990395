//! Every refusal is a problem document.

use crate::rig::{House, json_request};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

fn raw(method: Method, path: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder().method(method).uri(path).header("content-type", content_type).body(body.into()).unwrap()
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_with_its_reason() {
    let house = House::open().await;
    let person = house.person().await;
    let path = "/api/v1/contacts";
    let json = "application/json";
    person.send(raw(Method::POST, path, json, "{\"phone\":")).await.problem(400, "malformed_json");
    let problem = person.send(raw(Method::POST, path, json, "{\"phone\":7}")).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "phone");
    person.send(raw(Method::POST, path, json, "")).await.problem(422, "invalid");
    person.send(raw(Method::POST, path, json, r#"{"phone":"+49\u0000"}"#)).await.problem(422, "invalid");
    person.send(raw(Method::POST, path, "text/plain", "{}")).await.problem(415, "media_type");
    let large = format!("{{\"phone\":\"{}\"}}", "1".repeat(2 << 20));
    person.send(raw(Method::POST, path, json, large)).await.problem(413, "too_large");
    let problem = person.get("/contacts?blocked=maybe").await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["field"], "blocked");
    person.get("/contacts?q=%00").await.problem(400, "invalid");
    person.get("/contacts/not-an-id").await.problem(404, "not_found");
    person.get("/history/nonsense/00000000-0000-0000-0000-000000000000").await.problem(404, "not_found");
}

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_and_never_the_page() {
    let house = House::open().await;
    for path in ["/api", "/api/v1/nothing", "/api/v2/contacts", "/hooks/other"] {
        house.ask(Method::GET, path, None).await.problem(404, "not_found");
    }
    let reply = house.ask(Method::DELETE, "/api/v1/wallet", None).await;
    let allow = reply.header("allow").unwrap().to_owned();
    reply.problem(405, "method_not_allowed");
    assert!(allow.contains("GET"), "{allow}");
}

#[tokio::test]
async fn a_trace_that_comes_in_is_the_trace_of_the_answer_and_of_the_events() {
    let house = House::open().await;
    let person = house.person().await;
    let id = "0af7651916cd43dd8448eb211c80319c";
    let traced = |method, path: &str, body| {
        let mut request = json_request(method, path, Some(body));
        request.headers_mut().insert("traceparent", format!("00-{id}-b7ad6b7169203331-01").parse().unwrap());
        request
    };
    let reply = person.send(traced(Method::POST, "/api/v1/contacts", json!({"phone": "+4915112345678"}))).await;
    assert_eq!(reply.header("x-trace-id"), Some(id));
    let contact = reply.expect(201).id();
    let history = person.get(&format!("/history/contact/{contact}")).await.expect(200).json();
    let correlation = history["items"][0]["correlation_id"].as_str().unwrap().replace('-', "");
    assert_eq!(correlation, id);
    let problem = person.send(traced(Method::POST, "/api/v1/contacts", json!({}))).await.problem(422, "invalid");
    assert_eq!(problem["trace_id"], id);
}

#[tokio::test]
async fn a_position_that_nothing_has_reached_is_refused_and_one_that_a_read_model_has_not_ends_in_time() {
    let house = House::open().await;
    let person = house.person().await;
    person.get("/wallet").await.expect(200);
    let mut negative = json_request(Method::GET, "/api/v1/wallet", None);
    let headers = negative.headers_mut();
    headers.insert("authorization", format!("Bearer {}", person.token).parse().unwrap());
    headers.insert("waybill-min-position", i64::MIN.to_string().parse().unwrap());
    house.send(negative).await.problem(400, "invalid");

    house.stop_projecting();
    person.post("/wallet/topup", json!({"points": 5})).await.expect(201);
    let problem = person.get("/wallet").await.problem(504, "lagging");
    assert!(problem["lag"].as_i64() >= Some(2), "its entry and the points: {problem}");
    person.saw(1_000);
    let ahead = person.get("/wallet").await.problem(400, "invalid");
    assert_eq!(ahead["errors"][0]["field"], "Waybill-Min-Position");
}
