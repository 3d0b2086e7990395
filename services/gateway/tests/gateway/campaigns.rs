//! Campaigns up to the moment at which they are handed over to the processes.

use crate::rig::{House, Reply};
use axum::http::Method;
use futures::StreamExt;
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;
use tower::ServiceExt;

#[tokio::test]
async fn a_draft_is_edited_and_discarded() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let id = person.draft(&package).await;
    let path = format!("/campaigns/{id}");
    let edited = person.call(Method::PUT, &path, json!({"audience": {"tags": ["vip"]}})).await.expect(200).json();
    assert_eq!((edited["name"].as_str(), edited["audience"].clone()), (Some("Spring"), json!({"tags": ["vip"]})));
    let shown = person.get(&path).await.expect(200).json();
    assert_eq!((&shown["audience"], &shown["version"]), (&edited["audience"], &json!(2)));
    let unclosed = person.call(Method::PUT, &path, json!({"template_text": "Hi {{name"})).await;
    assert_eq!(unclosed.problem(422, "invalid_template")["errors"][0]["field"], "template_text");
    let nowhere = json!({"name": "A", "audience": {"all": true}, "template_text": "Hi", "package_id": id});
    person.post("/campaigns", nowhere).await.problem(422, "missing_package");
    let nobody = json!({"name": "A", "audience": {"all": false}, "template_text": "Hi", "package_id": package});
    person.post("/campaigns", nobody).await.problem(422, "invalid");
    person.call(Method::DELETE, &path, json!({})).await.expect(204);
    person.get(&path).await.problem(404, "not_found");
    assert_eq!(person.get("/campaigns").await.expect(200).json()["items"], json!([]));
}

#[tokio::test]
async fn without_anybody_to_write_to_nothing_starts() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let id = person.draft(&package).await;
    person.post(&format!("/campaigns/{id}/start"), json!({})).await.problem(422, "no_recipients");
    person.post("/contacts", json!({"phone": "+4915112345678"})).await.expect(201);
    let problem = person.post(&format!("/campaigns/{id}/start"), json!({})).await.problem(422, "no_recipients");
    assert_eq!(problem["excluded"], json!({"no_consent": 1}));
    let empty = person.post("/packages", json!({"name": "Empty"})).await.expect(201).id();
    let id = person.draft(&empty).await;
    person.post(&format!("/campaigns/{id}/start"), json!({})).await.problem(422, "package_without_profiles");
    person.call(Method::DELETE, &format!("/packages/{empty}"), json!({})).await.expect(204);
    person.post(&format!("/campaigns/{id}/start"), json!({})).await.problem(422, "missing_package");
}

#[tokio::test]
async fn a_campaign_starts_once_and_reserves_its_points_in_the_same_step() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    person.contact("+4915112345678").await;
    person.contact("+4915112345679").await;
    let id = person.draft(&package).await;
    let start = format!("/campaigns/{id}/start");
    let started = person.post_once("start", &start, json!({})).await.expect(202);
    let campaign = started.json();
    assert_eq!((campaign["status"].as_str(), campaign["points"]["reserved"].as_i64()), (Some("running"), Some(4)));
    assert!(campaign["started_at"].is_string());
    let wallet = person.get("/wallet").await.expect(200).json();
    assert_eq!((wallet["balance"].as_i64(), wallet["reserved"].as_i64()), (Some(996), Some(4)));
    // The repeat is the first answer, another request is a conflict.
    assert_eq!(person.post_once("start", &start, json!({})).await.expect(202).json(), campaign);
    let again = person.post(&start, json!({})).await.problem(409, "wrong_state");
    assert_eq!(again["state"], "running");
    assert_eq!(house.count("select count(*) from es.event where type = 'wallet.reserved'").await, 1);

    let paused = person.post(&format!("/campaigns/{id}/pause"), json!({})).await.expect(202).json();
    assert_eq!(paused["status"], "paused");
    assert_eq!(
        person.post(&format!("/campaigns/{id}/resume"), json!({})).await.expect(202).json()["status"],
        "running"
    );
    assert_eq!(
        person.post(&format!("/campaigns/{id}/cancel"), json!({})).await.expect(202).json()["status"],
        "cancelled"
    );
    for step in ["start", "pause", "resume"] {
        let problem = person.post(&format!("/campaigns/{id}/{step}"), json!({})).await.problem(409, "wrong_state");
        assert_eq!(problem["state"], "cancelled", "{step}");
    }
    person.call(Method::PUT, &format!("/campaigns/{id}"), json!({"name": "B"})).await.problem(409, "wrong_state");
    let story = person.get(&format!("/campaigns/{id}/timeline")).await.expect(200).json();
    let told: Vec<_> = story["items"].as_array().unwrap().iter().map(|it| it["summary"].as_str().unwrap()).collect();
    assert_eq!(told, ["Cancelled", "Resumed", "Paused", "Started for 2 recipients, 4 points reserved", "Drafted"]);
}

#[tokio::test]
async fn a_cap_leaves_the_rest_out_and_unpaid() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let settings = json!({"cap_per_campaign": 1, "jitter_min_ms": 0, "jitter_max_ms": 0});
    person.call(Method::PUT, &format!("/packages/{package}"), json!({"settings": settings})).await.expect(200);
    person.contact("+4915112345678").await;
    person.contact("+4915112345679").await;
    let ask = json!({"audience": {"all": true}, "template_text": "Hi {{name}}", "package_id": package});
    let forecast = person.post("/campaigns/forecast", ask).await.expect(200).json();
    assert_eq!((forecast["recipients"].as_i64(), &forecast["excluded"]), (Some(1), &json!({"over_cap": 1})));
    let id = person.draft(&package).await;
    let started = person.post(&format!("/campaigns/{id}/start"), json!({})).await.expect(202).json();
    assert_eq!(started["points"]["reserved"], 2);
}

#[tokio::test]
async fn a_forecast_says_who_when_and_for_how_much() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, profile) = person.package().await;
    person.contact("+4915112345678").await;
    person.post("/contacts", json!({"phone": "+4915112345679", "consent": true})).await.expect(201);
    person.post("/contacts", json!({"phone": "+4915112345670"})).await.expect(201);
    let ask =
        json!({"audience": {"all": true}, "template_text": "Hi {{name}}, {{city|friend}}", "package_id": package});
    let position = person.get("/contacts").await.expect(200);
    assert_eq!(position.json()["total"], 3);
    let forecast = person.post("/campaigns/forecast", ask).await.expect(200).json();
    assert_eq!(forecast["excluded"], json!({"no_consent": 1, "missing_variable": 1}));
    assert_eq!((forecast["recipients"].as_i64(), forecast["points_needed"].as_i64()), (Some(1), Some(2)));
    assert_eq!((forecast["points_available"].as_i64(), forecast["sufficient"].as_bool()), (Some(1_000), Some(true)));
    assert_eq!(forecast["variables"], json!([{"name": "name", "missing": 1}]));
    assert_eq!(forecast["per_profile"], json!([{"profile_id": profile, "name": "Berlin", "share": 1}]));
    assert_eq!(forecast["samples"][0]["text"], "Hi Budi, friend");
    assert!(forecast["samples"][0]["phone_masked"].as_str().unwrap().contains('•'));
    assert!(forecast["finish_at"].is_string() && forecast["binding_limit"].is_null());
    assert_eq!(house.count("select count(*) from es.event where category = 'campaign'").await, 0);
}

#[tokio::test]
async fn two_hundred_starts_on_one_balance_never_overdraw_it() {
    let house = House::open_with(|config| config.starting_points = 100).await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    person.contact("+4915112345678").await;
    let mut drafts = Vec::new();
    for _ in 0..200 {
        drafts.push(person.draft(&package).await);
    }
    person.get("/campaigns").await.expect(200);
    let starts = drafts.iter().map(|id| {
        let (person, path) = (person.clone(), format!("/campaigns/{id}/start"));
        tokio::spawn(async move { person.post(&path, json!({})).await })
    });
    let mut outcomes: BTreeMap<(u16, String), usize> = BTreeMap::new();
    for reply in join_all(starts).await {
        let reply: Reply = reply.unwrap();
        let code = reply.json()["code"].as_str().unwrap_or("started").to_owned();
        *outcomes.entry((reply.status.as_u16(), code)).or_default() += 1;
    }
    // 2 points each: fifty can be paid.
    let expected = [((202, "started".to_owned()), 50), ((422, "insufficient_points".to_owned()), 150)];
    assert_eq!(outcomes, BTreeMap::from(expected));
    let proof = person.get("/wallet/proof").await.expect(200).json();
    assert_eq!(proof["balances"], true, "{proof}");
    assert_eq!((proof["folded"]["available"].as_i64(), proof["folded"]["reserved"].as_i64()), (Some(0), Some(100)));
    assert_eq!(house.count("select count(*) from es.event where type = 'campaign.started'").await, 50);
}

#[tokio::test]
async fn progress_is_told_at_once_and_when_it_changes() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    person.contact("+4915112345678").await;
    let id = person.draft(&package).await;
    person.post(&format!("/campaigns/{id}/start"), json!({})).await.expect(202);
    person.get(&format!("/campaigns/{id}")).await.expect(200);
    let mut request = crate::rig::json_request(Method::GET, &format!("/api/v1/campaigns/{id}/events"), None);
    request.headers_mut().insert("cookie", format!("waybill_session={}", person.token).parse().unwrap());
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    let first = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("event: progress") && first.contains("retry: 1000"), "{first}");
    assert!(first.contains("\"status\":\"running\""), "{first}");
    person.post(&format!("/campaigns/{id}/pause"), json!({})).await.expect(202);
    let mut told = String::new();
    while !told.contains("\"status\":\"paused\"") {
        told.push_str(std::str::from_utf8(&body.next().await.unwrap().unwrap()).unwrap());
    }
}
