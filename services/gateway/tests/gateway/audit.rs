//! Everything that is asked to change something stands in the audit log.

use crate::document::operations;
use crate::rig::{House, PASSWORD, json_request, registration};
use crate::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

#[tokio::test]
async fn every_mutation_in_the_document_leaves_an_entry_with_its_actor() {
    let house = House::open_with(|config| config.requests_per_minute = Some(1_000_000)).await;
    let world = World::make(&house).await;
    let actor = format!("user:{}", world.member);
    let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
    for operation in operations() {
        let asks = ["/forecast", "/validate-numbers"];
        let only_asks = operation.method == Method::GET || asks.iter().any(|end| operation.path.ends_with(end));
        if only_asks || operation.is_public || operation.id == "auth_refresh" {
            continue;
        }
        let path = format!("/api/v1{}", world.path(&operation.path));
        let trace = Uuid::new_v4().simple().to_string();
        let mut request = json_request(operation.method.clone(), &path, operation.body.clone());
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Bearer {}", world.owner.token).parse().unwrap());
        headers.insert("traceparent", format!("00-{trace}-b7ad6b7169203331-01").parse().unwrap());
        headers.insert("user-agent", "walker/1".parse().unwrap());
        let reply = house.send(request).await;
        assert!(!reply.status.is_server_error(), "{}: {}", operation.id, reply.text());
        let found: Vec<(String, Value, bool)> = sqlx::query_as(
            "select actor, data, personal is not null from es.event where type = 'audit.noted' and correlation_id = $1
                 and tenant_id = $2",
        )
        .bind(Uuid::parse_str(&trace).unwrap())
        .bind(Uuid::parse_str(&world.tenant).unwrap())
        .fetch_all(&house.context.store.database.system)
        .await
        .unwrap();
        let [(by, data, from_somewhere)] = found.as_slice() else {
            panic!("{} left {} entries ({}: {})", operation.id, found.len(), reply.status, reply.text());
        };
        assert_eq!((by, data["operation"].as_str()), (&actor, Some(operation.id.as_str())));
        assert_eq!(data["status"], reply.status.as_u16(), "{}", operation.id);
        assert!(*from_somewhere, "{} does not say from where", operation.id);
        let code = reply.status.is_client_error().then(|| reply.json()["code"].clone());
        assert_eq!(data.get("code"), code.as_ref(), "{}", operation.id);
        *outcomes.entry(data["outcome"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(outcomes["done"] > 15 && outcomes["refused"] > 10, "{outcomes:?}");
}

#[tokio::test]
async fn signing_in_and_failing_to_is_entered_with_where_it_came_from() {
    let house = House::open_with(|config| config.trusted_proxies = "127.0.0.1".into()).await;
    let person = house.person().await;
    let login = async |password: &str| {
        let body = json!({"email": person.email, "password": password});
        let mut request = json_request(Method::POST, "/api/v1/auth/login", Some(body));
        request.headers_mut().insert("x-forwarded-for", "198.51.100.9, 203.0.113.7".parse().unwrap());
        request.headers_mut().insert("user-agent", "Browser/2".parse().unwrap());
        house.send(request).await
    };
    login("another password").await.problem(401, "wrong_credentials");
    let position = login(PASSWORD).await.expect(200).position().unwrap();
    person.saw(position);
    // The refusal is entered beside the answer.
    let refusals = async || house.count("select count(*) from es.event where type = 'member.login_refused'").await;
    while refusals().await == 0 {
        tokio::task::yield_now().await;
    }
    let head = house.context.store.head().await.unwrap();
    person.saw(head);
    let found = person.get("/audit?action=auth_login").await.expect(200).json();
    let entries: Vec<(&str, &Value, &str, &str)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap_or_default();
            (text("outcome"), &it["code"], text("ip"), text("user_agent"))
        })
        .collect();
    assert_eq!(entries.len(), 2, "{found}");
    assert!(entries.contains(&("done", &Value::Null, "203.0.113.7", "Browser/2")), "{entries:?}");
    assert!(entries.contains(&("refused", &json!("wrong_credentials"), "203.0.113.7", "Browser/2")), "{entries:?}");
}

#[tokio::test]
async fn an_entry_tells_what_changed_from_what_to_what() {
    let house = House::open().await;
    let person = house.person().await;
    let id = person.contact("+4915112345678").await;
    person.call(Method::PUT, &format!("/contacts/{id}"), json!({"name": "Siti"})).await.expect(200);
    let list = person.get(&format!("/audit?target={id}&action=contacts_update")).await.expect(200).json();
    let entry = &list["items"][0];
    assert_eq!((entry["target"]["kind"].as_str(), entry["actor_name"].as_str()), (Some("contact"), Some("Ana")));
    let path = format!("/audit/{}", entry["id"].as_str().unwrap());
    let detail = person.get(&path).await.expect(200).json();
    let change = &detail["changes"][0];
    assert_eq!(change["type"], "contact.updated");
    let name = change["fields"].as_array().unwrap().iter().find(|field| field["field"] == "name").unwrap();
    assert_eq!((name["before"].as_str(), name["after"].as_str()), (Some("Budi"), Some("Siti")));
    house.person().await.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn it_is_searched_paged_and_exported() {
    let house = House::open().await;
    let person = house.person().await;
    let me = person.get("/auth/me").await.expect(200).json();
    for n in 0..5 {
        person.contact(&format!("+49151123456{n}0")).await;
    }
    person.post("/contacts", json!({"phone": "nonsense"})).await.problem(422, "invalid");
    person.saw(house.context.store.head().await.unwrap());
    let count = async |query: &str| {
        let found = person.get(&format!("/audit?{query}")).await.expect(200).json();
        found["items"].as_array().unwrap().len()
    };
    assert_eq!(count("action=contacts_add").await, 6);
    assert_eq!(count("action=contacts_add&outcome=refused").await, 1);
    assert_eq!(count("action=contacts_add&q=INVAL").await, 1);
    assert!(count("q=ana").await >= 6, "by the name of who did it");
    assert_eq!(count(&format!("actor=user:{}&outcome=refused", me["user"]["id"].as_str().unwrap())).await, 1);
    assert_eq!(count("to=2020-01-01T00:00:00Z").await, 0);
    person.get("/audit?from=yesterday").await.problem(400, "invalid");
    let first = person.get("/audit?action=contacts_add&limit=4").await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(count(&format!("action=contacts_add&limit=4&cursor={cursor}")).await, 2);
    let actions = person.get("/audit/actions").await.expect(200).json();
    assert_eq!(actions["items"], json!(["auth_register", "contacts_add", "people_accept_terms"]));

    let file = person.get("/audit/export?action=contacts_add").await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.text().lines().count(), 7, "{}", file.text());
    let head = house.context.store.head().await.unwrap();
    person.saw(head);
    assert_eq!(count("action=audit_export").await, 1, "an export is entered itself");
}

#[tokio::test]
async fn an_entry_is_there_with_its_effect_or_neither_is() {
    let house = House::open().await;
    house.ask(Method::POST, "/api/v1/auth/register", Some(registration("ana@example.org"))).await.expect(201);
    // One transaction each: a command and its entry have one time and stand side by side.
    let apart = house
        .count(
            "select count(*) from es.event e where e.type <> 'audit.noted' and not exists (
                 select from es.event n where n.type = 'audit.noted' and n.correlation_id = e.correlation_id
                     and n.recorded_at = e.recorded_at and n.pos < e.pos)",
        )
        .await;
    assert_eq!(apart, 0);
}
