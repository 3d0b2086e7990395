//! What providers post.

use crate::rig::{House, Person, Reply};
use axum::body::Body;
use axum::http::{Method, Request};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
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

/// A provider that posts, and what its deliveries are proven with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wire {
    CloudApi,
    GreenApi,
    Waha,
}

impl Wire {
    const ALL: [Self; 3] = [Self::CloudApi, Self::GreenApi, Self::Waha];

    fn path(self, profile: &str) -> String {
        let name = ["cloud-api", "green-api", "waha"][self as usize];
        format!("/hooks/{name}/{profile}")
    }

    /// A number of it, whose secret is [`SECRET`].
    async fn number(self, person: &Person) -> String {
        let package = person.post("/packages", json!({"name": "Pool"})).await.expect(201).id();
        let (provider, id) = [("cloud_api", "4242"), ("green_api", "1101000001"), ("waha", "shop")][self as usize];
        let body = json!({"name": "Phone", "provider": provider, "phone": "+6281234567890", "phone_number_id": id,
            "access_token": "a-token", "app_secret": SECRET, "verify_token": "verify", "base_url": "http://127.0.0.1:9"});
        person.post(&format!("/packages/{package}/profiles"), body).await.expect(201).id()
    }

    fn header(self) -> &'static str {
        ["x-hub-signature-256", "authorization", "x-webhook-hmac"][self as usize]
    }

    fn proof(self, secret: &str, body: &[u8]) -> String {
        match self {
            Wire::CloudApi => signature(secret, body),
            Wire::GreenApi => format!("Bearer {secret}"),
            Wire::Waha => {
                let mut mac = <Hmac<Sha512> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
                mac.update(body);
                hex::encode(mac.finalize().into_bytes())
            }
        }
    }

    fn body(self) -> Value {
        match self {
            Wire::CloudApi => json!({"object": "whatsapp_business_account", "entry": []}),
            Wire::GreenApi => json!({"typeWebhook": "stateInstanceChanged",
                "instanceData": {"idInstance": 1_101_000_001_u64, "wid": "6281@c.us"}, "stateInstance": "authorized"}),
            Wire::Waha => json!({"event": "session.status", "session": "shop", "payload": {"status": "WORKING"}}),
        }
    }

    /// A body of another number of the same provider.
    fn body_of_another(self) -> Option<Value> {
        match self {
            Wire::CloudApi => None,
            Wire::GreenApi => Some(json!({"typeWebhook": "stateInstanceChanged", "instanceData": {"idInstance": 7}})),
            Wire::Waha => Some(json!({"event": "session.status", "session": "other", "payload": {}})),
        }
    }

    async fn post(self, house: &House, path: &str, body: &[u8], proof: Option<&[u8]>) -> Reply {
        let mut request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
        if let Some(proof) = proof {
            request = request.header(self.header(), proof);
        }
        house.send(request.body(Body::from(body.to_vec())).unwrap()).await
    }

    async fn post_proven(self, house: &House, path: &str, body: &[u8]) -> Reply {
        self.post(house, path, body, Some(self.proof(SECRET, body).as_bytes())).await
    }
}

const EVENTS: &str = "select count(*) from es.event";

#[tokio::test]
async fn what_does_not_prove_itself_to_any_provider_is_refused_and_leaves_nothing() {
    let house = House::open().await;
    let person = house.person().await;
    for wire in Wire::ALL {
        let path = wire.path(&wire.number(&person).await);
        let body = wire.body().to_string().into_bytes();
        let before = house.count(EVENTS).await;
        let right = wire.proof(SECRET, &body);
        let half = &right[..right.len() / 2];
        let wrong: [Vec<u8>; 8] = [
            b"".into(),
            b"nonsense".into(),
            b"\xff\xfe".into(),
            half.into(),
            format!("{right}00").into(),
            wire.proof("another-secret", &body).into(),
            wire.proof("", &body).into(),
            format!("Basic {right}").into(),
        ];
        wire.post(&house, &path, &body, None).await.problem(401, "signature");
        for proof in wrong {
            wire.post(&house, &path, &body, Some(&proof)).await.problem(401, "signature");
        }
        // That of another body, and a right one for another number.
        if wire != Wire::GreenApi {
            let changed = [&body[..], b" "].concat();
            wire.post(&house, &path, &changed, Some(right.as_bytes())).await.problem(401, "signature");
        }
        if let Some(other) = wire.body_of_another() {
            wire.post_proven(&house, &path, other.to_string().as_bytes()).await.problem(401, "signature");
        }
        let unknown = wire.path(&uuid::Uuid::now_v7().to_string());
        wire.post_proven(&house, &unknown, &body).await.problem(404, "not_found");
        assert_eq!(wire.post_proven(&house, &wire.path("no-id"), &body).await.status.as_u16() / 100, 4);
        assert_eq!(house.count(EVENTS).await, before, "{wire:?}");
        // Nothing of this keeps the right one out.
        wire.post_proven(&house, &path, &body).await.expect(200);
        assert_eq!(house.count(EVENTS).await, before + 1, "{wire:?}");
    }
}

#[tokio::test]
async fn a_delivery_at_the_address_of_another_provider_finds_no_number_there() {
    let house = House::open().await;
    let person = house.person().await;
    for own in Wire::ALL {
        let profile = own.number(&person).await;
        let before = house.count(EVENTS).await;
        for other in Wire::ALL.into_iter().filter(|wire| *wire != own) {
            // Proven in the way of the address, and in that of the number.
            for (proving, body) in [(other, other.body()), (own, own.body())] {
                let body = body.to_string().into_bytes();
                proving.post_proven(&house, &other.path(&profile), &body).await.problem(404, "not_found");
            }
        }
        assert_eq!(house.count(EVENTS).await, before, "{own:?}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_what_is_deep_or_no_json_ends_nothing() {
    let house = House::open().await;
    let person = house.person().await;
    let nested = |open: &str, close: &str| [open.repeat(100_000), close.repeat(100_000)].concat();
    for wire in Wire::ALL {
        let path = wire.path(&wire.number(&person).await);
        let before = house.count(EVENTS).await;
        let large = vec![b'['; 10 << 20];
        wire.post_proven(&house, &path, &large).await.problem(413, "too_large");
        let unannounced = Body::from_stream(futures::stream::iter(
            (0..160).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[b' '; 65_536]))),
        ));
        let request = Request::builder().method(Method::POST).uri(&path).header(wire.header(), "x");
        house.send(request.body(unannounced).unwrap()).await.problem(413, "too_large");
        assert_eq!(house.count(EVENTS).await, before, "{wire:?}");

        // Whoever has the secret may say what they like: it is kept, and read later by who puts it aside.
        let mut within = wire.body();
        within["deep"] = json!("DEEP");
        let within = within.to_string().replace("\"DEEP\"", &nested("[", "]"));
        let bodies = [nested("[", "]"), nested("{\"a\":", "}"), "[".repeat(100_000), within, "{".into(), String::new()];
        for (nth, body) in bodies.iter().enumerate() {
            let reply = wire.post_proven(&house, &path, body.as_bytes()).await;
            assert!([200, 401].contains(&reply.status.as_u16()), "{wire:?} {nth}: {}", reply.text());
            wire.post(&house, &path, body.as_bytes(), Some(b"nonsense")).await.problem(401, "signature");
        }
        wire.post_proven(&house, &path, wire.body().to_string().as_bytes()).await.expect(200);
    }
    let body = format!("{{\"entry\":{}}}", nested("[", "]"));
    deliver(&house, "/whatsapp/webhook", body.clone(), Some(signature(SECRET, body.as_bytes())))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_is_posted_again_is_kept_again_word_for_word() {
    let house = House::open().await;
    let person = house.person().await;
    for wire in Wire::ALL {
        let path = wire.path(&wire.number(&person).await);
        let body = wire.body().to_string().into_bytes();
        let before = house.count(EVENTS).await;
        for _ in 0..3 {
            wire.post_proven(&house, &path, &body).await.expect(200);
        }
        // Of each one event and no other: whether it says anything new is for who reads it.
        let stored = house.count(STORED).await;
        assert_eq!((house.count(EVENTS).await, stored % 3), (before + 3, 0), "{wire:?}");
    }
}
