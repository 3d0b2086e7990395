//! Signing up, in and out.

use crate::rig::{House, PASSWORD, Reply, json_request, registration, without_trace};
use axum::http::Method;
use serde_json::json;

/// The value of a cookie that a reply sets, and its attributes.
fn cookie(reply: &Reply, name: &str) -> (String, String) {
    let set = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let set = set.into_iter().find(|text| text.starts_with(&format!("{name}="))).expect("the cookie is set");
    let (pair, attributes) = set.split_once(';').unwrap();
    (pair.split_once('=').unwrap().1.to_owned(), attributes.to_owned())
}

async fn refresh(house: &House, token: &str) -> Reply {
    let mut request = json_request(Method::POST, "/api/v1/auth/refresh", None);
    request.headers_mut().insert("cookie", format!("waybill_refresh={token}").parse().unwrap());
    house.send(request).await
}

#[tokio::test]
async fn a_person_registers_and_is_somebody() {
    let house = House::open().await;
    let reply =
        house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    let body = reply.json();
    assert_eq!(
        (body["user"]["email"].as_str(), body["tenant"]["name"].as_str()),
        (Some("ana@example.org"), Some("Kopi"))
    );
    assert_eq!(body["expires_in"], 900);
    let (_, session) = cookie(&reply, "waybill_session");
    assert!(session.contains("HttpOnly") && session.contains("SameSite=Strict"), "{session}");
    let (_, refresh) = cookie(&reply, "waybill_refresh");
    assert!(refresh.contains("Path=/api/v1/auth") && refresh.contains("HttpOnly"), "{refresh}");

    let mut request = json_request(Method::GET, "/api/v1/auth/me", None);
    let token = format!("Bearer {}", body["access_token"].as_str().unwrap());
    request.headers_mut().insert("authorization", token.parse().unwrap());
    let me = house.send(request).await.expect(200).json();
    assert_eq!((me["role"].as_str(), me["sandbox"].as_bool()), (Some("admin"), Some(false)));
    assert_eq!(me["tenant"], body["tenant"]);
    // Everything of a tenant's foundation is one step: its entry, the tenant, its first member, the points.
    assert_eq!(house.count("select count(distinct correlation_id) from es.event").await, 1);
    assert_eq!(house.count("select count(*) from es.event").await, 4);
}

#[tokio::test]
async fn fields_that_cannot_be_used_are_named() {
    let house = House::open().await;
    let body = json!({"email": "nobody", "password": "short", "full_name": " ", "business_name": "Kopi"});
    let problem = house.ask(Method::POST, "/api/v1/auth/register", Some(body)).await.problem(422, "invalid");
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["email", "password", "full_name"]);
}

#[tokio::test]
async fn an_address_registers_once_whatever_its_case_and_leaves_nothing_half_made() {
    let house = House::open().await;
    house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    let before = house.count("select count(*) from es.event").await;
    let again = house.ask(Method::POST, "/api/v1/auth/register", Some(registration("Ana@Example.org"))).await;
    again.problem(409, "email_taken");
    assert_eq!(house.count("select count(*) from es.event").await, before);
    assert_eq!(house.count("select count(*) from vault.membership").await, 1);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let house = House::open().await;
    let person = house.person().await;
    let login = |email: &str, password: &str| json!({"email": email, "password": password});
    let unknown = house.ask(Method::POST, "/api/v1/auth/login", Some(login("no@example.org", PASSWORD))).await;
    let wrong = house.ask(Method::POST, "/api/v1/auth/login", Some(login(&person.email, "another password"))).await;
    assert_eq!(
        without_trace(unknown.problem(401, "wrong_credentials")),
        without_trace(wrong.problem(401, "wrong_credentials"))
    );
    let right = house.ask(Method::POST, "/api/v1/auth/login", Some(login(&person.email, PASSWORD))).await.expect(200);
    assert!(right.position().is_some());
    assert_eq!(house.count("select count(*) from es.event where type = 'member.logged_in'").await, 1);
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_the_session() {
    let house = House::open().await;
    let reply =
        house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    let (first, _) = cookie(&reply, "waybill_refresh");
    let renewed = refresh(&house, &first).await.expect(200);
    let (second, _) = cookie(&renewed, "waybill_refresh");
    assert_ne!(first, second);
    refresh(&house, &first).await.problem(401, "session_ended");
    // The thief and the owner are told apart by nobody, so the newer token is gone too.
    refresh(&house, &second).await.problem(401, "session_ended");
    assert_eq!(house.count("select count(*) from vault.refresh_token").await, 0);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::open().await;
    let reply =
        house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    let (token, _) = cookie(&reply, "waybill_refresh");
    let mut request = json_request(Method::POST, "/api/v1/auth/logout", None);
    request.headers_mut().insert("cookie", format!("waybill_refresh={token}").parse().unwrap());
    house.send(request).await.expect(204);
    refresh(&house, &token).await.problem(401, "session_ended");
    // The access token ends with it.
    let mut request = json_request(Method::GET, "/api/v1/auth/me", None);
    let token = format!("Bearer {}", reply.json()["access_token"].as_str().unwrap());
    request.headers_mut().insert("authorization", token.parse().unwrap());
    house.send(request).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_them_at_once() {
    let house = House::open().await;
    let (person, other) = (house.person().await, house.person().await);
    let login = json!({"email": person.email, "password": PASSWORD});
    let mut request = json_request(Method::POST, "/api/v1/auth/login", Some(login));
    request.headers_mut().insert("user-agent", "Browser/1".parse().unwrap());
    let phone = house.send(request).await.expect(200);
    let (refresh_token, _) = cookie(&phone, "waybill_refresh");
    let phone = person.as_somebody_else(&phone.json(), &person.email);

    let list = phone.get("/auth/sessions").await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(
        (items.len(), items[0]["current"].as_bool(), items[1]["current"].as_bool()),
        (2, Some(true), Some(false))
    );
    assert_eq!(items[0]["user_agent"], "Browser/1");
    let path = format!("/auth/sessions/{}", items[0]["id"].as_str().unwrap());
    other.call(Method::DELETE, &path, json!({})).await.problem(404, "not_found");
    phone.get("/contacts").await.expect(200);
    person.call(Method::DELETE, &path, json!({})).await.expect(204);
    phone.get("/contacts").await.problem(401, "unauthorized");
    refresh(&house, &refresh_token).await.problem(401, "session_ended");
    person.call(Method::DELETE, &path, json!({})).await.problem(404, "not_found");

    let login = json!({"email": person.email, "password": PASSWORD});
    let third = house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200);
    let third = person.as_somebody_else(&third.json(), &person.email);
    third.call(Method::DELETE, "/auth/sessions", json!({})).await.expect(204);
    person.get("/contacts").await.problem(401, "unauthorized");
    assert_eq!(third.get("/auth/sessions").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    other.get("/contacts").await.expect(200);
}

#[tokio::test]
async fn a_change_asked_with_the_cookie_needs_the_csrf_header() {
    let house = House::open().await;
    let person = house.person().await;
    let request = |csrf: bool| {
        let mut request = json_request(Method::POST, "/api/v1/contacts", Some(json!({"phone": "+4915112345678"})));
        request.headers_mut().insert("cookie", format!("waybill_session={}", person.token).parse().unwrap());
        if csrf {
            request.headers_mut().insert("x-waybill-csrf", "1".parse().unwrap());
        }
        request
    };
    house.send(request(false)).await.problem(403, "csrf");
    house.send(request(true)).await.expect(201);
    let mut read = json_request(Method::GET, "/api/v1/contacts", None);
    read.headers_mut().insert("cookie", format!("waybill_session={}", person.token).parse().unwrap());
    house.send(read).await.expect(200);
}

#[tokio::test]
async fn with_a_sandbox_a_tenant_starts_with_three_numbers() {
    let house = House::open_with(|config| config.sandbox_url = Some("http://127.0.0.1:9".into())).await;
    let person = house.person().await;
    let packages = person.get("/packages").await.expect(200).json();
    let profiles = packages["items"][0]["profiles"].as_array().unwrap();
    assert_eq!((packages["items"][0]["name"].as_str(), profiles.len()), (Some("Sandbox"), 3));
    let ids = house.count("select count(distinct phone_number_id) from vault.profile_credential").await;
    assert_eq!(ids, 3);
    assert_eq!(person.get("/auth/me").await.expect(200).json()["sandbox"], true);
}
