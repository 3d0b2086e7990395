//! API keys.

use crate::rig::{House, Person, Reply, without_trace};
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// A program that holds a key.
fn program(person: &Person, reply: &Reply) -> Person {
    let key = reply.header("waybill-api-key").expect("the key is shown").to_owned();
    person.as_somebody_else(&json!({"access_token": key}), &person.email)
}

fn shop() -> Value {
    json!({"name": "Shop", "scopes": ["contacts.read", "contacts.write"]})
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_the_log_names_it() {
    let house = House::open().await;
    let admin = house.person().await;
    let made = admin.post("/api-keys", shop()).await.expect(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let key = made.header("waybill-api-key").unwrap().to_owned();
    assert!(key.starts_with("wb_live_") && key.len() > 48 && !made.text().contains(&key), "{}", made.text());
    let shop = program(&admin, &made);
    let contact = shop.contact("+4915112345678").await;
    assert_eq!(shop.get("/contacts").await.expect(200).json()["total"], 1);
    let refused = shop.get("/campaigns").await.problem(403, "scope");
    assert_eq!(refused["permission"], "campaigns.read");
    shop.get("/auth/me").await.problem(403, "person_only");
    shop.post("/tenants", json!({"business_name": "Mine"})).await.problem(403, "scope");

    let actor: String = sqlx::query_scalar("select actor from es.event where type = 'contact.added'")
        .fetch_one(&house.context.store.database.system)
        .await
        .unwrap();
    assert_eq!(actor, format!("api_key:{}", made.json()["id"].as_str().unwrap()));
    let timeline = admin.get(&format!("/contacts/{contact}/timeline")).await.expect(200).json();
    assert_eq!(timeline["items"][0]["actor"], "API key Shop");
    let listed = admin.get("/api-keys").await.expect(200).json();
    assert!(listed["items"][0]["last_used_at"].is_string(), "{listed}");
    // The key is nowhere, in no table and in no event.
    for sql in [
        "select row_to_json(e)::text from es.event e",
        "select row_to_json(k)::text from vault.api_key k",
        "select row_to_json(c)::text from es.command c",
    ] {
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&house.context.store.database.system).await.unwrap();
        assert!(rows.iter().all(|row| !row.contains(&key)), "{sql}");
    }
}

#[tokio::test]
async fn a_key_is_never_more_than_who_made_it_and_never_manages_people_or_keys() {
    let house = House::open().await;
    let admin = house.person().await;
    for scopes in [json!([]), json!(["everything"]), json!(["team.write"]), json!(["contacts.read", "keys.write"])] {
        let body = json!({"name": "Shop", "scopes": scopes});
        let problem = admin.post("/api-keys", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "scopes");
    }
    admin.post("/api-keys", json!({"name": " ", "scopes": ["contacts.read"]})).await.problem(422, "invalid");
    let past = json!({"name": "Shop", "scopes": ["contacts.read"], "expires_at": "2020-01-01T00:00:00Z"});
    admin.post("/api-keys", past).await.problem(422, "invalid");
    let all: Vec<&str> = ["contacts.read", "settings.write", "keys.read"].to_vec();
    let made = admin.post("/api-keys", json!({"name": "Ops", "scopes": all})).await.expect(201);
    let ops = program(&admin, &made);
    ops.post("/api-keys", shop()).await.problem(403, "scope");
    assert_eq!(ops.get("/api-keys").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_unknown_a_revoked_and_an_old_key_are_refused_alike() {
    let house = House::open().await;
    let admin = house.person().await;
    let made = admin.post("/api-keys", shop()).await.expect(201);
    let (shop_program, id) = (program(&admin, &made), made.id());
    shop_program.get("/contacts").await.expect(200);
    let stranger = admin.as_somebody_else(&json!({"access_token": "wb_live_nonsense"}), "");
    let unknown = without_trace(stranger.get("/contacts").await.problem(401, "unauthorized"));

    admin.call(Method::DELETE, &format!("/api-keys/{id}"), json!({})).await.expect(204);
    assert_eq!(without_trace(shop_program.get("/contacts").await.problem(401, "unauthorized")), unknown);
    admin.post(&format!("/api-keys/{id}/rotate"), json!({})).await.problem(404, "not_found");

    let made = admin.post("/api-keys", shop()).await.expect(201);
    sqlx::query("update vault.api_key set expires_at = now() - interval '1 second'")
        .execute(&house.context.store.database.system)
        .await
        .unwrap();
    assert_eq!(without_trace(program(&admin, &made).get("/contacts").await.problem(401, "unauthorized")), unknown);
    // Another organisation's is not there.
    let other = house.person().await;
    other.call(Method::DELETE, &format!("/api-keys/{}", made.id()), json!({})).await.problem(404, "not_found");
    other.post(&format!("/api-keys/{}/rotate", made.id()), json!({})).await.problem(404, "not_found");
    other.post(&format!("/api-keys/{}/rotate", Uuid::now_v7()), json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_rotated_key_overlaps_for_as_long_as_was_said() {
    let house = House::open().await;
    let admin = house.person().await;
    let made = admin.post("/api-keys", shop()).await.expect(201);
    let path = format!("/api-keys/{}/rotate", made.id());
    let rotated = admin.post(&path, json!({"overlap_hours": 1})).await.expect(200);
    let (former, present) = (program(&admin, &made), program(&admin, &rotated));
    former.get("/contacts").await.expect(200);
    present.get("/contacts").await.expect(200);
    let at_once = admin.post(&path, json!({"overlap_hours": 0})).await.expect(200);
    former.get("/contacts").await.problem(401, "unauthorized");
    present.get("/contacts").await.problem(401, "unauthorized");
    program(&admin, &at_once).get("/contacts").await.expect(200);
    admin.post(&path, json!({"overlap_hours": 169})).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_repeat_makes_no_second_key_and_does_not_show_the_first_again() {
    let house = House::open().await;
    let admin = house.person().await;
    let first = admin.post_once("k1", "/api-keys", shop()).await.expect(201);
    let again = admin.post_once("k1", "/api-keys", shop()).await.expect(201);
    assert_eq!(first.json(), again.json());
    assert!(first.header("waybill-api-key").is_some() && again.header("waybill-api-key").is_none());
    assert_eq!(house.count("select count(*) from vault.api_key").await, 1);
}
