//! Messages of a package to named recipients, and whether numbers can be written to.

use crate::rig::{House, profile};
use axum::http::Method;
use serde_json::{Value, json};

fn open(recipients: &[&str]) -> Value {
    json!({"type": "text", "text": "Your order is on its way.", "recipients": recipients, "consent": {"source": "order form", "proof": "order 4711"}})
}

#[tokio::test]
async fn an_open_message_tells_who_sends_to_whom_who_is_left_out_and_what_is_used() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, first) = person.package().await;
    let second = person.post(&format!("/packages/{package}/profiles"), profile("2")).await.expect(201).id();
    let path = format!("/packages/{package}/messages/open");
    let out = person.post("/contacts", json!({"phone": "+4915112345001", "consent": true})).await.expect(201).id();
    person.post(&format!("/contacts/{out}/consent"), json!({"granted": false})).await;
    let blocked = person.post("/contacts", json!({"phone": "+4915112345002", "consent": true})).await.expect(201).id();
    person.post(&format!("/contacts/{blocked}/block"), json!({})).await;
    let recipients =
        ["201066183456", "+20 150 051 5678", "201066183456", "no number", "+4915112345001", "+4915112345002"];
    let answer = person.post(&path, open(&recipients)).await.expect(202).json();
    assert_eq!((answer["mode"].as_str(), answer["status"].as_str()), (Some("open"), Some("queued")));
    assert_eq!(answer["total_recipients"], 2);
    let mut by: Vec<&str> = answer["distribution"].as_object().unwrap().keys().map(String::as_str).collect();
    by.sort_unstable();
    let mut numbers = [first.to_string(), second.to_string()];
    numbers.sort_unstable();
    assert_eq!(by, numbers);
    assert_eq!(answer["limits_status"][first.to_string()], json!({"hourly": "0", "daily": "0", "status": "active"}));
    assert!(answer["estimated_completion"].is_string());
    let mut reasons: Vec<(&str, &str)> = answer["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["recipient"].as_str().unwrap(), it["reason"].as_str().unwrap()))
        .collect();
    reasons.sort_unstable();
    let expected = [
        ("+4915112345001", "opted_out"),
        ("+4915112345002", "blocked"),
        ("201066183456", "duplicate"),
        ("no number", "invalid_number"),
    ];
    assert_eq!(reasons, expected);
    // It is a campaign like any other, paid for, and its people are contacts with a ground.
    let id = answer["message_id"].as_str().unwrap();
    let shown = person.get(&format!("/packages/{package}/messages/{id}")).await.expect(200).json();
    assert_eq!((shown["mode"].as_str(), shown["campaign"]["status"].as_str()), (Some("open"), Some("running")));
    assert_eq!(person.get("/wallet").await.expect(200).json()["reserved"], 4);
    let contacts = person.get("/contacts?q=201066183456").await.expect(200).json();
    assert_eq!(contacts["items"][0]["consent"], "granted", "{contacts}");
}

#[tokio::test]
async fn nobody_is_written_to_without_consent_and_a_wrong_message_costs_nothing() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let path = format!("/packages/{package}/messages/open");
    let mut without = open(&["201066183456"]);
    without["consent"] = Value::Null;
    let problem = person.post(&path, without).await.problem(422, "no_recipients");
    assert_eq!(problem["rejected"], json!([{"recipient": "201066183456", "reason": "no_consent"}]));
    person.post(&path, open(&[])).await.problem(422, "invalid");
    let mut drip = open(&["201066183456"]);
    drip["options"] = json!({"waiting_strategy": "drip"});
    person.post(&path, drip).await.problem(422, "invalid");
    let empty = person.post("/packages", json!({"name": "Empty"})).await.expect(201).id();
    let nobody = format!("/packages/{empty}/messages/open");
    person.post(&nobody, open(&["201066183456"])).await.problem(422, "package_without_profiles");
    let stranger = house.person().await;
    stranger.post(&path, open(&["201066183456"])).await.problem(404, "not_found");
    assert_eq!(
        house.count("select count(*) from es.event where type like 'campaign.%' or type = 'wallet.reserved'").await,
        0
    );
    assert_eq!(house.count("select count(*) from es.event where type = 'contact.added'").await, 0);
}

#[tokio::test]
async fn a_scheduled_drip_is_told_as_such() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let begin = house.context.clock.now() + chrono::TimeDelta::hours(3);
    let mut message = open(&["201066183456", "201500515678", "201555123456"]);
    message["options"] = json!({"waiting_strategy": "drip", "drip_interval_minutes": 2, "schedule_at": begin});
    let answer = person.post(&format!("/packages/{package}/messages/open"), message).await.expect(202).json();
    assert_eq!((answer["status"].as_str(), answer["binding_limit"].as_str()), (Some("scheduled"), Some("drip")));
    let finish: chrono::DateTime<chrono::Utc> = answer["estimated_completion"].as_str().unwrap().parse().unwrap();
    assert_eq!((finish - begin).num_minutes(), 4);
}

#[tokio::test]
async fn who_did_not_write_is_not_replied_to() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let path = format!("/packages/{package}/messages/reply");
    let reply = |to: Value| json!({"type": "text", "text": "Hello", "recipient": to});
    person.post(&path, reply(json!("201066183456"))).await.problem(404, "not_found");
    person.post(&path, reply(json!("nobody"))).await.problem(422, "invalid");
    person.post(&path, reply(Value::Null)).await.problem(422, "invalid");
}

#[tokio::test]
async fn numbers_are_checked_by_their_form_and_nobody_is_asked_who_cannot_tell() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, _) = person.package().await;
    let body = json!({"numbers": ["01511 2345678", "+201066183456", "12", "201066183456"], "default_country": "DE"});
    let items = person.post("/validate-numbers", body).await.expect(200).json()["items"].clone();
    assert_eq!((&items[0]["e164"], &items[1]["e164"]), (&json!("+4915112345678"), &json!("+201066183456")));
    assert!(items[3]["error"].as_str().is_some_and(|text| text.contains("write it with +")), "{}", items[3]);
    assert_eq!((items[2]["valid"].as_bool(), items[2]["error"].is_string()), (Some(false), true));
    assert!(items[0]["on_whatsapp"].is_null());
    let asked = json!({"numbers": ["201066183456"], "package_id": package});
    person.post("/validate-numbers", asked).await.problem(422, "no_number_check");
    person.call(Method::POST, "/validate-numbers", json!({"numbers": []})).await.problem(422, "invalid");
}

#[tokio::test]
async fn the_delivery_log_of_a_package_is_a_file_too() {
    let house = House::open().await;
    let person = house.person().await;
    let (package, profile) = person.package().await;
    let file = person.get(&format!("/packages/{package}/messages/export?profile_id={profile}")).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.text().starts_with("id,campaign_id,contact_id,phone,profile_id,"), "{}", file.text());
    let narrow = "status=failed&error_class=number&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z";
    let file = person.get(&format!("/packages/{package}/messages/export?{narrow}")).await.expect(200);
    assert_eq!(file.text().lines().count(), 1);
    person.get(&format!("/packages/{package}/messages?error_class=bad_luck")).await.problem(400, "invalid");
    let strange = uuid::Uuid::now_v7();
    let path = format!("/packages/{package}/messages/export?profile_id={strange}");
    assert_eq!(person.get(&path).await.expect(200).text().lines().count(), 1);
    assert_eq!(person.get(&format!("/packages/{package}/messages")).await.expect(200).json()["items"], json!([]));
}
