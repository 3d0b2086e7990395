//! What providers post.

use crate::rig::{House, Reply};
use axum::body::Body;
use axum::http::{Method, Request};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use waybill_domain::webhook_inbox::Event;

const SECRET: &str = "the-app-secret";
const STORED: &str = "select count(*) from es.event where type = 'webhook_inbox.received'";

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

async fn deliver(house: &House, path: &str, body: impl Into<Vec<u8>>, signature: Option<String>) -> Reply {
    let mut request = Request::builder().method(Method::POST).uri(path);
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    house.send(request.body(Body::from(body.into())).unwrap()).await
}

#[tokio::test]
async fn a_signed_delivery_is_stored_as_it_came() {
    let house = House::open().await;
    let (_, profile) = house.person().await.package().await;
    let body = br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"value":{"metadata":{"phone_number_id":"4242"}}}]}]}"#;
    for path in
        [format!("/hooks/cloud-api/{profile}"), "/hooks/cloud-api/by-number/4242".into(), "/whatsapp/webhook".into()]
    {
        deliver(&house, &path, *body, Some(signature(SECRET, body))).await.expect(200);
    }
    assert_eq!(house.count(STORED).await, 3);
    let mut events = house.context.store.read(0, 1_000).await.unwrap();
    events.retain(|event| event.is("webhook_inbox.received"));
    assert_eq!(events[0].actor.as_str(), "provider:sandbox");
    assert!(!events[0].data.contains("4242"), "the body is personal: {}", events[0].data);
    house.context.store.keys.open(&mut events).await.unwrap();
    let Some(Event::Received(received)) = events[0].decode::<Event>().unwrap() else { panic!("{:?}", events[0]) };
    assert_eq!(received.body.known().unwrap().0.as_bytes(), body);
    assert_eq!(received.profile_id.to_string(), profile);
}

#[tokio::test]
async fn what_is_not_signed_right_is_refused_and_not_stored() {
    let house = House::open().await;
    let (_, profile) = house.person().await.package().await;
    let path = format!("/hooks/cloud-api/{profile}");
    let body = br#"{"object":"x"}"#;
    for wrong in [None, Some("sha256=00".to_owned()), Some("nonsense".into()), Some(signature("other", body))] {
        deliver(&house, &path, *body, wrong).await.problem(401, "signature");
    }
    let unknown = format!("/hooks/cloud-api/{}", uuid::Uuid::now_v7());
    deliver(&house, &unknown, *body, Some(signature(SECRET, body))).await.problem(404, "not_found");
    deliver(&house, "/hooks/cloud-api/by-number/1", *body, Some(signature(SECRET, body)))
        .await
        .problem(404, "not_found");
    deliver(&house, "/whatsapp/webhook", *body, Some(signature(SECRET, body))).await.problem(404, "not_found");
    let large = vec![b' '; 10 << 20];
    let signed = signature(SECRET, &large);
    deliver(&house, &path, large, Some(signed)).await.problem(413, "too_large");
    assert_eq!(house.count(STORED).await, 0);
}

#[tokio::test]
async fn two_tenants_may_name_one_number_and_each_gets_its_own() {
    let house = House::open().await;
    let (one, other) = (house.person().await, house.person().await);
    one.package().await;
    let (package, _) = other.package().await;
    let mut theirs = crate::rig::profile("4242");
    theirs["app_secret"] = "another-secret".into();
    let theirs = other.post(&format!("/packages/{package}/profiles"), theirs).await.expect(201).id();
    let body = br#"{}"#;
    deliver(&house, "/hooks/cloud-api/by-number/4242", *body, Some(signature("another-secret", body)))
        .await
        .expect(200);
    let stored: String =
        sqlx::query_scalar("select data->>'profile_id' from es.event where category = 'webhook_inbox'")
            .fetch_one(&house.context.store.database.system)
            .await
            .unwrap();
    assert_eq!(stored, theirs);
}

#[tokio::test]
async fn the_address_is_confirmed_to_who_knows_the_token() {
    let house = House::open().await;
    let (_, profile) = house.person().await.package().await;
    let ask = |path: String, token: &str| {
        format!("{path}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}")
    };
    let path = format!("/hooks/cloud-api/{profile}");
    let reply = house.ask(Method::GET, &ask(path.clone(), "the-verify-token"), None).await.expect(200);
    assert_eq!(
        (reply.text().as_str(), reply.header("content-type")),
        ("1158201444", Some("text/plain; charset=utf-8"))
    );
    house.ask(Method::GET, &ask(path, "guess"), None).await.problem(403, "verify_token");
    let shared = ask("/whatsapp/webhook".into(), "the-verify-token") + "&phone_number_id=4242";
    house.ask(Method::GET, &shared, None).await.expect(200);
}
