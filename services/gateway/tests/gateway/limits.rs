//! How many requests are taken.

use crate::rig::{House, PASSWORD, Reply, json_request};
use axum::http::Method;
use serde_json::{Value, json};
use waybill_domain::plan::Plan;
use waybill_domain::tenant::{Command, Tenant};

fn numbers(reply: &Reply, name: &str) -> Vec<String> {
    let text = reply.header(name).unwrap_or_else(|| panic!("no {name}: {:?}", reply.headers));
    text.split(';').map(|part| part.split('=').next_back().unwrap().trim_matches('"').to_owned()).collect()
}

#[tokio::test]
async fn every_answer_tells_the_limit_and_the_last_one_says_when_to_come_back() {
    let house = House::open_with(|config| config.requests_per_minute = Some(10)).await;
    let person = house.person().await;
    let first = person.get("/contacts").await.expect(200);
    assert_eq!(numbers(&first, "ratelimit-policy"), ["tenant", "10", "60"]);
    let left: u32 = numbers(&first, "ratelimit")[1].parse().unwrap();
    let mut last = first;
    for _ in 0..left {
        last = person.get("/contacts").await.expect(200);
    }
    assert_eq!(numbers(&last, "ratelimit")[1], "0");
    let refused = person.get("/contacts").await;
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "one in six seconds, not {wait}");
    assert_eq!(refused.problem(429, "rate_limited")["limit"], "tenant");
    // Nobody else is kept waiting.
    house.person().await.get("/contacts").await.expect(200);
}

#[tokio::test]
async fn a_program_leaves_room_for_the_people() {
    let house = House::open_with(|config| config.requests_per_minute = Some(20)).await;
    let person = house.person().await;
    let key = json!({"name": "Shop", "scopes": ["contacts.read"]});
    let key = person.post("/api-keys", key).await.expect(201).header("waybill-api-key").unwrap().to_owned();
    let program = person.as_somebody_else(&json!({"access_token": key}), &person.email);
    let mut taken = 0;
    let refused = loop {
        let reply = program.get("/contacts").await;
        match reply.status.as_u16() {
            200 => taken += 1,
            _ => break reply.problem(429, "rate_limited"),
        }
    };
    assert_eq!((taken, refused["limit"].as_str()), (10, Some("key")));
    person.get("/contacts").await.expect(200);
}

#[tokio::test]
async fn a_plan_says_how_many() {
    let house = House::open().await;
    let person = house.person().await;
    let me = person.get("/auth/me").await.expect(200).json();
    let tenant = waybill_domain::id::TenantId(me["tenant"]["id"].as_str().unwrap().parse().unwrap());
    let path = format!("/tenants/{}", tenant.0);
    let organisation = person.get(&path).await.expect(200).json();
    assert_eq!((organisation["plan"].as_str(), &organisation["requests_per_minute"]), (Some("free"), &json!(600)));
    let metadata = house.context.unprompted(tenant, waybill_domain::actor::Actor::SYSTEM);
    house.context.store.execute::<Tenant>(metadata, tenant.0, Command::AssignPlan(Plan::Pro)).await.unwrap();
    let organisation = person.get(&path).await.expect(200).json();
    assert_eq!((organisation["plan"].as_str(), &organisation["requests_per_minute"]), (Some("pro"), &json!(6_000)));
}

async fn ask(house: &House, address: &str, token: Option<&str>, body: Option<Value>) -> Reply {
    let (method, path) = match body {
        Some(_) => (Method::POST, "/api/v1/auth/login"),
        None => (Method::GET, "/api/v1/contacts"),
    };
    let mut request = json_request(method, path, body);
    request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
    if let Some(token) = token {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    house.send(request).await
}

#[tokio::test]
async fn a_stranger_is_limited_by_address_and_who_is_known_there_is_not() {
    let house = House::open_with(|config| {
        config.requests_per_minute_per_address = 5;
        config.trusted_proxies = "127.0.0.1".into();
    })
    .await;
    let person = house.person().await;
    for _ in 0..5 {
        ask(&house, "203.0.113.7", Some("wb_live_guess"), None).await.problem(401, "unauthorized");
    }
    let refused = ask(&house, "203.0.113.7", Some("wb_live_guess"), None).await.problem(429, "rate_limited");
    assert_eq!(refused["limit"], "address");
    let login = json!({"email": person.email, "password": PASSWORD});
    ask(&house, "203.0.113.7", None, Some(login.clone())).await.problem(429, "rate_limited");
    // Behind the same address, with a session; and a stranger elsewhere.
    ask(&house, "203.0.113.7", Some(&person.token), None).await.expect(200);
    ask(&house, "203.0.113.8", None, Some(login)).await.expect(200);
    // A whole IPv6 network is one address.
    for n in 0..5 {
        ask(&house, &format!("2001:db8::{n}"), None, None).await.problem(401, "unauthorized");
    }
    ask(&house, "2001:db8::99", None, None).await.problem(429, "rate_limited");
}
