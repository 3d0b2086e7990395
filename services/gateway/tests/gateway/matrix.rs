//! Who may do what, asked of every operation in the OpenAPI document: a new one is covered on the day it is written.

use crate::document::{Operation, operations};
use crate::rig::{House, Person, Reply, Time, json_request, without_trace};
use crate::world::World;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::access::Permission;
use waybill_domain::member::Role;
use waybill_runtime::config::Config;

async fn ask(house: &House, token: Option<&str>, operation: &Operation, path: &str) -> Reply {
    let path = format!("/api/v1{path}");
    let mut request = json_request(operation.method.clone(), &path, operation.body.clone());
    if let Some(token) = token {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    house.send(request).await
}

fn guarded() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|it| !it.is_public && it.id != "auth_refresh")
}

/// So many questions of one tenant, from one address.
fn patient(config: &mut Config) {
    config.requests_per_minute = Some(1_000_000);
    config.requests_per_minute_per_address = 1_000_000;
}

/// A door that opens without credentials is in this list, or it is a mistake.
#[test]
fn the_operations_that_answer_strangers_are_known() {
    let mut public: Vec<String> = operations().into_iter().filter(|it| it.is_public).map(|it| it.id).collect();
    public.sort();
    assert_eq!(
        public,
        [
            "auth_accept",
            "auth_answer",
            "auth_callback",
            "auth_forgot",
            "auth_login",
            "auth_logout",
            "auth_look",
            "auth_providers",
            "auth_register",
            "auth_reset",
            "auth_start",
            "media_linked"
        ]
    );
}

#[tokio::test]
async fn nobody_gets_in_without_credentials_that_hold() {
    let time = Time::default();
    let house = House::open_at(time.clock(), patient).await;
    let mut world = World::make(&house).await;
    world.owner.call(Method::DELETE, &format!("/api-keys/{}", world.key), json!({})).await.expect(204);
    let expired = world.owner.token.clone();
    time.pass(16 * 60);
    world.owner.sign_in_again(&house).await;
    world.owner.get("/contacts").await.expect(200);
    let tampered = format!("{}x", world.owner.token);
    let tokens = [
        ("nobody", None),
        ("a revoked key", Some(world.key_secret.as_str())),
        ("an expired token", Some(expired.as_str())),
        ("a changed token", Some(tampered.as_str())),
        ("no key at all", Some("wb_live_nothing")),
        ("nonsense", Some("nonsense")),
    ];
    for operation in guarded() {
        for (who, token) in tokens {
            let reply = ask(&house, token, &operation, &world.path(&operation.path)).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{} as {who}: {}", operation.id, reply.text());
            assert!(!world.ids().iter().any(|id| reply.text().contains(id)), "{} as {who}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_is_anothers_is_answered_as_what_is_not_there() {
    let house = House::open_with(patient).await;
    let world = World::make(&house).await;
    let stranger = house.person().await;
    let mut compared = 0;
    // The audit log before it has entries of what the stranger asked for here.
    let mut all: Vec<Operation> = guarded().collect();
    all.sort_by_key(|operation| !operation.path.starts_with("/audit"));
    for operation in all {
        let (foreign, nothing) = (world.path(&operation.path), world.path_of_nothing(&operation.path));
        let reply = ask(&house, Some(&stranger.token), &operation, &foreign).await;
        assert!(!reply.status.is_server_error(), "{}: {}", operation.id, reply.text());
        // What a list of the stranger's shows is the stranger's.
        assert!(!world.ids().iter().any(|id| reply.text().contains(id)), "{}: {}", operation.id, reply.text());
        if foreign == nothing {
            continue;
        }
        compared += 1;
        let unknown = ask(&house, Some(&stranger.token), &operation, &nothing).await;
        let told = |reply: Reply| (reply.status, without_trace(reply.json()));
        assert!(reply.status.is_client_error(), "{} was answered {}", operation.id, reply.status);
        assert_eq!(told(reply), told(unknown), "{}", operation.id);
    }
    assert!(compared > 50, "{compared} operations have an id");
    // And nothing happened.
    let campaign = world.owner.get(&format!("/campaigns/{}", world.campaign)).await.expect(200).json();
    assert_eq!((campaign["name"].as_str(), campaign["status"].as_str()), (Some("Spring"), Some("draft")));
    let contact = world.owner.get(&format!("/contacts/{}", world.contact)).await.expect(200).json();
    assert_eq!((contact["name"].as_str(), contact["blocked"].as_bool()), (Some("Budi"), Some(false)));
    assert_eq!(world.owner.get("/members").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_does_nothing_that_is_no_scope_of_it_and_a_role_nothing_above_it() {
    let house = House::open_with(patient).await;
    let world = World::make(&house).await;
    // One key that may look at read models, and one that may look at contacts: each operation is foreign to one of them.
    let contacts = json!({"name": "Contacts", "scopes": ["contacts.read"]});
    let made = world.owner.post("/api-keys", contacts).await.expect(201);
    let keys = [made.header("waybill-api-key").unwrap().to_owned(), world.key_secret.clone()];
    let mut needs: BTreeMap<String, Option<Permission>> = BTreeMap::new();
    for operation in guarded() {
        let path = world.path(&operation.path);
        for key in &keys {
            let reply = ask(&house, Some(key), &operation, &path).await;
            if reply.status != StatusCode::FORBIDDEN {
                continue;
            }
            let told = reply.json();
            let permission = told["permission"].as_str().map(|name| Permission::parse(name).unwrap());
            assert!(matches!(told["code"].as_str(), Some("scope" | "person_only")), "{}: {told}", operation.id);
            needs.insert(operation.id.clone(), permission);
        }
        assert!(needs.contains_key(&operation.id), "{} is open to every key", operation.id);
    }
    for role in [Role::Agent, Role::Manager] {
        let person = join(&house, &world, role).await;
        for operation in guarded() {
            let Some(needed) = needs[&operation.id] else { continue };
            let reply = ask(&house, Some(&person.token), &operation, &world.path(&operation.path)).await;
            let refused = reply.status == StatusCode::FORBIDDEN && reply.json()["code"] == "role";
            assert_eq!(refused, !role.may(needed), "{} as {}: {}", operation.id, role.as_str(), reply.text());
            assert!(!reply.status.is_server_error(), "{} as {}: {}", operation.id, role.as_str(), reply.text());
        }
    }
}

/// Somebody else in the same organisation.
async fn join(house: &House, world: &World, role: Role) -> Person {
    let person = house.person().await;
    let (tenant, pool) = (Uuid::parse_str(&world.tenant).unwrap(), &house.context.store.database.system);
    sqlx::query(
        "insert into vault.membership (tenant_id, user_id, role)
         select $1, user_id, $2 from vault.account where email = $3",
    )
    .bind(tenant)
    .bind(role.as_str())
    .bind(&person.email)
    .execute(pool)
    .await
    .unwrap();
    let user: Uuid = sqlx::query_scalar("select user_id from vault.account where email = $1")
        .bind(&person.email)
        .fetch_one(pool)
        .await
        .unwrap();
    let joined = waybill_domain::member::Joined { user_id: waybill_domain::id::UserId(user), role };
    let tenant_id = waybill_domain::id::TenantId(tenant);
    let stream = waybill_domain::stream::StreamId::member(tenant_id, joined.user_id);
    let metadata = house.context.unprompted(tenant_id, waybill_domain::actor::Actor::SYSTEM);
    let command = waybill_domain::member::Command::Join(joined);
    house.context.store.execute::<waybill_domain::member::Member>(metadata, stream.id, command).await.unwrap();
    let there: Value = person.post("/auth/switch", json!({"tenant_id": tenant})).await.expect(200).json();
    person.as_somebody_else(&there, &person.email)
}
