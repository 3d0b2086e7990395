//! Contacts, tags and lists.

use crate::rig::{House, json_request};
use axum::http::Method;
use serde_json::{Value, json};

/// What a command answers of a contact: the check of its number comes with the contact that is asked for.
fn without_check(mut contact: Value) -> Value {
    contact.as_object_mut().expect("a contact").remove("whatsapp");
    contact
}

#[tokio::test]
async fn a_contact_is_added_once_and_found() {
    let house = House::open().await;
    let person = house.person().await;
    let body = json!({"phone": "0151 1234 5678", "default_country": "DE", "name": "Ana", "fields": {"city": "Bonn"},
        "tags": ["vip"], "consent": true});
    let added = person.post("/contacts", body.clone()).await.expect(201);
    let contact = added.json();
    assert_eq!((contact["phone"].as_str(), contact["consent"].as_str()), (Some("+4915112345678"), Some("granted")));
    assert_eq!((added.header("etag"), contact["version"].as_i64()), (Some("\"1\""), Some(1)));

    let problem = person.post("/contacts", body).await.problem(409, "contact_exists");
    assert_eq!(problem["id"], contact["id"]);
    let page = person.get("/contacts").await.expect(200).json();
    assert_eq!((page["total"].as_i64(), &page["items"][0]["id"]), (Some(1), &contact["id"]));
    // What the command answered is what the read model shows.
    let shown = person.get(&format!("/contacts/{}", added.id())).await.expect(200).json();
    assert_eq!(shown["whatsapp"], json!(null), "nobody asked");
    assert_eq!(without_check(shown), contact);
    for (query, found) in
        [("?q=an", 1), ("?tag=vip", 1), ("?tag=other", 0), ("?consent=none", 0), ("?blocked=false", 1)]
    {
        let page = person.get(&format!("/contacts{query}")).await.expect(200).json();
        assert_eq!((page["items"].as_array().unwrap().len(), page["total"].is_null()), (found, true), "{query}");
    }
    person.post("/contacts", json!({"phone": "12"})).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_contact_changes_at_the_version_that_was_seen() {
    let house = House::open().await;
    let person = house.person().await;
    let id = person.contact("+4915112345678").await;
    let path = format!("/contacts/{id}");
    let change = json!({"name": "Ana", "fields": {"city": "Bonn"}, "tags": ["vip", "new"]});
    let changed = person.call(Method::PUT, &path, change).await.expect(200).json();
    assert_eq!((changed["name"].as_str(), changed["tags"].clone()), (Some("Ana"), json!(["new", "vip"])));
    assert_eq!(changed["version"], 4);

    let mut stale = json_request(Method::PUT, &format!("/api/v1{path}"), Some(json!({"name": "Bea"})));
    stale.headers_mut().insert("if-match", "\"1\"".parse().unwrap());
    let problem = person.send(stale).await.problem(409, "version_conflict");
    assert_eq!(problem["current_version"], 4);

    let blocked = person.post(&format!("{path}/block"), json!({})).await.expect(200).json();
    assert_eq!(blocked["blocked"], true);
    let unblocked = person.post(&format!("{path}/unblock"), json!({})).await.expect(200).json();
    assert_eq!(unblocked["blocked"], false);
    let withdrawn = person.post(&format!("{path}/consent"), json!({"granted": false})).await.expect(200).json();
    assert_eq!(withdrawn["consent"], "withdrawn");
    assert_eq!(without_check(person.get(&path).await.expect(200).json()), withdrawn);

    let story = person.get(&format!("{path}/timeline")).await.expect(200).json();
    assert_eq!(story["items"][0]["summary"], "Consent withdrawn (manual)");
    assert_eq!(story["items"][0]["actor"], "Ana");

    person.call(Method::DELETE, &path, json!({})).await.expect(204);
    person.get(&path).await.problem(404, "not_found");
    person.call(Method::DELETE, &path, json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn many_contacts_are_tagged_in_one_step() {
    let house = House::open().await;
    let person = house.person().await;
    let one = person.contact("+4915112345678").await;
    let other = person.contact("+4915112345679").await;
    let tag = json!({"contact_ids": [one, other, uuid::Uuid::nil()], "tag": "spring"});
    let reply = person.post("/contacts/tag", tag.clone()).await.expect(200);
    assert_eq!(reply.json()["changed"], 2);
    assert_eq!(person.post("/contacts/tag", tag).await.expect(200).json()["changed"], 0);
    assert_eq!(person.get("/contacts/tags").await.expect(200).json()["items"], json!([{"tag": "spring", "count": 2}]));
    let untag = json!({"contact_ids": [one], "tag": "spring", "remove": true});
    assert_eq!(person.post("/contacts/tag", untag).await.expect(200).json()["changed"], 1);
    assert_eq!(person.get("/contacts?tag=spring").await.expect(200).json()["items"][0]["id"], other);
}

#[tokio::test]
async fn a_list_holds_the_contacts_that_are_there() {
    let house = House::open().await;
    let person = house.person().await;
    let id = person.contact("+4915112345678").await;
    let list = json!({"name": "Spring", "contact_ids": [id, uuid::Uuid::nil()]});
    let made = person.post("/contacts/lists", list).await.expect(201).json();
    assert_eq!((made["name"].as_str(), made["size"].as_i64()), (Some("Spring"), Some(1)));
    assert_eq!(person.get("/contacts/lists").await.expect(200).json()["items"][0]["id"], made["id"]);
    let list = made["id"].as_str().unwrap();
    let page = person.get(&format!("/contacts?list_id={list}")).await.expect(200).json();
    assert_eq!(page["items"][0]["lists"], json!([list]));
}

#[tokio::test]
async fn pages_are_cut_and_go_on() {
    let house = House::open().await;
    let person = house.person().await;
    for nth in 0..3 {
        person.contact(&format!("+491511234567{nth}")).await;
    }
    let first = person.get("/contacts?limit=2&sort=created_at").await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = person.get(&format!("/contacts?limit=2&sort=created_at&cursor={cursor}")).await.expect(200).json();
    assert_eq!((first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()), (2, 1));
    assert!(second["next_cursor"].is_null());
    person.get("/contacts?cursor=nonsense").await.problem(400, "bad_cursor");
    let problem = person.get("/contacts?limit=201").await.problem(400, "invalid");
    assert_eq!(problem["errors"][0]["field"], "limit");
}

/// Nobody has to know of positions to see what they just did.
#[tokio::test]
async fn what_was_just_added_is_seen_by_who_names_no_position() {
    let house = House::open().await;
    let person = house.person().await;
    for nth in 0..20 {
        let id = person.contact(&format!("+49151123456{nth:02}")).await;
        let mut request = json_request(Method::GET, &format!("/api/v1/contacts/{id}"), None);
        request.headers_mut().insert("authorization", format!("Bearer {}", person.token).parse().unwrap());
        house.send(request).await.expect(200);
    }
}
