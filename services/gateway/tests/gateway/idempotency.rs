//! The same command, asked more than once.

use crate::rig::House;
use futures::future::join_all;
use serde_json::json;

#[tokio::test]
async fn fifty_at_once_have_one_effect_and_one_answer() {
    let house = House::open().await;
    let person = house.person().await;
    let body = json!({"phone": "+4915112345678", "name": "Ana"});
    let replies = join_all((0..50).map(|_| person.post_once("key-1", "/contacts", body.clone()))).await;
    let first = replies[0].json();
    for reply in &replies {
        assert_eq!((reply.status.as_u16(), reply.json()), (201, first.clone()));
        assert_eq!(reply.position(), replies[0].position());
    }
    let fresh = replies.iter().filter(|reply| reply.header("idempotency-replayed").is_none()).count();
    assert_eq!(fresh, 1);
    assert_eq!(house.count("select count(*) from es.event where type = 'contact.added'").await, 1);
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_tenant() {
    let house = House::open().await;
    let (person, other) = (house.person().await, house.person().await);
    person.post_once("key", "/contacts", json!({"phone": "+4915112345678"})).await.expect(201);
    let another = person.post_once("key", "/contacts", json!({"phone": "+4915112345679"})).await;
    another.problem(422, "idempotency_mismatch");
    person.post_once("key", "/packages", json!({"name": "Main"})).await.problem(422, "idempotency_mismatch");
    other.post_once("key", "/contacts", json!({"phone": "+4915112345679"})).await.expect(201);
}

#[tokio::test]
async fn a_command_without_effect_is_known_too_and_a_refusal_is_not_kept() {
    let house = House::open().await;
    let person = house.person().await;
    let id = person.contact("+4915112345678").await;
    let path = format!("/contacts/{id}/unblock");
    let before = house.count("select count(*) from es.event").await;
    let first = person.post_once("nothing", &path, json!({})).await.expect(200);
    let again = person.post_once("nothing", &path, json!({})).await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), again.json()), (Some("true"), first.json()));
    let entries = house.count("select count(*) from es.event where type = 'audit.noted'").await;
    assert_eq!(house.count("select count(*) from es.event").await, before + 1, "its entry, once, of {entries}");
    assert_eq!(house.count("select count(*) from es.stream where version = 0").await, 0);

    let (package, _) = person.package().await;
    let campaign = person.draft(&package).await;
    person.post(&format!("/contacts/{id}/block"), json!({})).await.expect(200);
    let start = format!("/campaigns/{campaign}/start");
    person.post_once("start", &start, json!({})).await.problem(422, "no_recipients");
    person.post(&format!("/contacts/{id}/unblock"), json!({})).await.expect(200);
    person.post_once("start", &start, json!({})).await.expect(202);
}

#[tokio::test]
async fn kept_answers_name_nobody_in_plain_text() {
    let house = House::open().await;
    let person = house.person().await;
    person.post_once("key", "/contacts", json!({"phone": "+4915112345678", "name": "Ana"})).await.expect(201);
    let leaks = house.count("select count(*) from es.command where answer like '%Ana%' or answer like '%4915%'").await;
    assert_eq!((house.count("select count(*) from es.command").await, leaks), (1, 0));
}
