//! What people may ask for about themselves: to see everything, and to be forgotten.

use crate::rig::{House, PASSWORD, Reply};
use crate::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use uuid::Uuid;
use waybill_domain::envelope::PersonalPart;
use waybill_domain::id::TenantId;
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::webhook_inbox::{RawBody, Received};
use waybill_event_store::{Append, Expected, KeyRing, MasterKey, StreamWrite};

const PHONE: &str = "+4915112345678";

pub fn files(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(reply.header("content-type"), Some("application/zip"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(reply.body.clone())).expect("a zip");
    let mut files = BTreeMap::new();
    for nth in 0..archive.len() {
        let mut file = archive.by_index(nth).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().expect("a name").into_owned(), text);
    }
    files
}

#[tokio::test]
async fn a_contact_is_exported_with_everything_that_is_known() {
    let house = House::open().await;
    let world = World::make(&house).await;
    let export = world.owner.get(&format!("/contacts/{}/export", world.contact)).await.expect(200);
    let files = files(&export);
    let contact: Value = serde_json::from_str(&files["contact.json"]).expect("json");
    assert_eq!((contact["phone"].as_str(), contact["name"].as_str()), (Some(PHONE), Some("Budi")));
    assert!(files["messages.csv"].contains("Is my order ready?"), "{}", files["messages.csv"]);
    assert!(files["consent.csv"].contains("granted"), "{}", files["consent.csv"]);
    let history: Vec<Value> = serde_json::from_str(&files["history.json"]).expect("json");
    let kinds: Vec<_> = history.iter().map(|event| event["type"].as_str().expect("a type")).collect();
    assert_eq!(
        kinds,
        ["contact.added", "conversation.inbound_received", "conversation.reply_requested", "message.dispatched"]
    );

    let head = house.context.store.head().await.unwrap();
    world.owner.saw(head);
    let query = format!("/audit?action=privacy_export&target={}", world.contact);
    let entries = world.owner.get(&query).await.expect(200).json();
    assert_eq!(entries["items"].as_array().unwrap().len(), 1, "an export is entered: {entries}");
    house.person().await.get(&format!("/contacts/{}/export", world.contact)).await.problem(404, "not_found");
}

/// Everywhere that the text of somebody could be: every column of every table of every schema, as text.
async fn found_anywhere(house: &House, texts: &[&str]) -> Vec<String> {
    let pool = &house.context.store.database.system;
    let url = &house.context.config.database_url;
    let mut superuser = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') order by 1, 2",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut found = Vec::new();
    for (schema, table) in tables {
        let sql = format!("select t::text from {schema}.\"{table}\" t");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut superuser).await.unwrap();
        for row in rows {
            for text in texts {
                // Bytes are shown as hexadecimal digits.
                let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
                if row.contains(text) || row.contains(&hex) {
                    found.push(format!("{schema}.{table}: {text}"));
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn who_is_erased_is_found_nowhere_and_can_be_read_by_nobody() {
    let house = House::open().await;
    let world = World::make(&house).await;
    let owner = &world.owner;
    let texts = ["4915112345678", "Budi", "Is my order ready?", "Yes, come by", "Otto"];
    owner.post_once("again", "/contacts/tag", json!({"contact_ids": [world.contact], "tag": "vip"})).await.expect(200);
    let path = format!("/contacts/{}", world.contact);
    let mut change = crate::rig::json_request(Method::PUT, &format!("/api/v1{path}"), Some(json!({"name": "Budi B"})));
    change.headers_mut().insert("idempotency-key", "change".parse().unwrap());
    owner.send(change).await.expect(200);
    let signed = json!({"granted": true, "source": "in the shop", "proof": "signed by Otto"});
    owner.post(&format!("{path}/consent"), json!({"granted": false, "source": "Otto says so"})).await.expect(200);
    owner.post(&format!("{path}/consent"), signed).await.expect(200);
    posted(&house, &world, &format!("{{\"from\":\"{PHONE}\"}}")).await;
    assert!(!found_anywhere(&house, &texts).await.is_empty(), "the read models show people");

    let erase = format!("{path}/erase");
    owner.post(&erase, json!({"confirm": "+4915112345679"})).await.problem(422, "invalid");
    house.person().await.post(&erase, json!({"confirm": PHONE})).await.problem(404, "not_found");
    let certificate = owner.post(&erase, json!({"confirm": "+49 151 12345678"})).await.expect(200).json();
    assert_eq!(
        (certificate["kind"].as_str(), certificate["subject"].as_str()),
        (Some("contact"), Some(world.contact.as_str()))
    );
    assert!(certificate["streams"].as_i64() >= Some(2) && certificate["events"].as_i64() >= Some(4), "{certificate}");
    owner.post(&erase, json!({"confirm": PHONE})).await.problem(409, "erased");

    owner.get(&path).await.problem(404, "not_found");
    let chat = owner.get(&format!("/chats/{}", world.chat)).await.expect(200).json();
    let preview = &chat["last_message"]["preview"];
    assert!(chat["contact_name"].is_null() && chat["phone"] == "" && preview.is_null(), "{chat}");
    let thread = owner.get(&format!("/chats/{}/messages", world.chat)).await.expect(200).json();
    let lines = thread["items"].as_array().unwrap();
    assert!(lines.iter().all(|line| line["erased"] == true && line["text"].is_null()), "{thread}");
    owner.get(&format!("{path}/export")).await.problem(409, "erased");
    let certificates = owner.get("/privacy/erasures").await.expect(200).json();
    assert_eq!(
        (&certificates["items"][0]["subject"], certificates["items"][0]["by"].as_str()),
        (&json!(world.contact), Some("Ana"))
    );

    // The plain text is nowhere; what is left is ciphertext, and no secret opens it, also not for a process that begins now.
    // The sandbox number of the rig has the same digits as its name: it is the business's own.
    let found = found_anywhere(&house, &texts[1..]).await;
    assert!(found.is_empty(), "{found:?}");
    let phones = found_anywhere(&house, &["4915112345678"]).await;
    assert!(
        phones.iter().all(|place| place.starts_with("read.profile") || place.starts_with("es.event")),
        "{phones:?}"
    );
    let fresh =
        KeyRing::new(house.context.store.database.system.clone(), MasterKey::from_hex(&"5a".repeat(32)).unwrap());
    let mut events = house.context.store.read(0, 1_000).await.unwrap();
    fresh.open(&mut events).await.unwrap();
    let about = events.iter().filter(|event| matches!(event.personal, PersonalPart::Erased)).count();
    assert!(about >= 4, "{about} parts are erased");
    for event in &events {
        if let PersonalPart::Open(plain) = &event.personal {
            let plain = String::from_utf8_lossy(plain);
            let is_delivery = event.category == "webhook_inbox";
            assert!(is_delivery || !texts.iter().any(|text| plain.contains(text)), "{}: {plain}", event.kind);
        }
    }
    // A repeat has no second effect, and does not tell of the person.
    let mut change = crate::rig::json_request(Method::PUT, &format!("/api/v1{path}"), Some(json!({"name": "Budi B"})));
    change.headers_mut().insert("idempotency-key", "change".parse().unwrap());
    owner.send(change).await.problem(410, "answer_erased");
    owner.post_once("again", "/contacts/tag", json!({"contact_ids": [world.contact], "tag": "vip"})).await.expect(200);
}

/// What a provider posts.
async fn posted(house: &House, world: &World, body: &str) {
    let received = Received {
        profile_id: waybill_domain::id::ProfileId(world.profile.parse().unwrap()),
        provider: ProviderKind::Sandbox,
        bytes: body.len() as u64,
        body: Personal::Known(RawBody(body.to_owned())),
    };
    let metadata =
        house.context.unprompted(TenantId(world.tenant.parse().unwrap()), waybill_domain::actor::Actor::SYSTEM);
    let events = [waybill_domain::webhook_inbox::Event::from(received)];
    let write = StreamWrite::new(StreamId::webhook_delivery(Uuid::now_v7()), Expected::Any, &events);
    house.context.store.append(Append::new(metadata, vec![write])).await.unwrap();
}

#[tokio::test]
async fn who_was_erased_and_comes_back_is_known_from_there_only() {
    let house = House::open().await;
    let world = World::make(&house).await;
    let erase = format!("/contacts/{}/erase", world.contact);
    world.owner.post(&erase, json!({"confirm": PHONE})).await.expect(200);
    let again = world.owner.post("/contacts", json!({"phone": PHONE, "name": "Budi again"})).await.expect(201);
    assert_eq!(again.id(), world.contact, "the same number is the same contact");
    let path = format!("/contacts/{}", world.contact);
    assert_eq!(world.owner.get(&path).await.expect(200).json()["name"], "Budi again");
    let history = world.owner.get(&format!("/history/contact/{}", world.contact)).await.expect(200).json();
    let personal: Vec<_> = history["items"].as_array().unwrap().iter().map(|event| &event["personal"]).collect();
    assert_eq!(personal[0], "erased", "{history}");
    assert_eq!(personal.last().unwrap()["name"], "Budi again", "{history}");
    world.owner.post(&erase, json!({"confirm": PHONE})).await.expect(200);
}

#[tokio::test]
async fn a_person_takes_their_data_and_goes() {
    let house = House::open().await;
    let admin = house.person().await;
    let me = admin.get("/auth/me").await.expect(200).json();
    let email = "budi@example.org";
    let invitation = json!({"email": email, "role": "admin"});
    let tenant = me["tenant"]["id"].as_str().unwrap();
    admin.post(&format!("/tenants/{tenant}/invite"), invitation).await.expect(201);
    let link: String = sqlx::query_scalar("select body from vault.mail where recipient = $1")
        .bind(email)
        .fetch_one(&house.context.store.database.system)
        .await
        .unwrap();
    let token = link.split("/invite/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let accept = json!({"full_name": "Budi Santoso", "password": PASSWORD});
    let joined =
        house.ask(Method::POST, &format!("/api/v1/auth/invites/{token}/accept"), Some(accept)).await.expect(200);
    let budi = admin.as_somebody_else(&joined.json(), email);
    budi.post("/contacts", json!({"phone": PHONE})).await.expect(201);

    let files = files(&budi.get("/auth/export").await.expect(200));
    let account: Value = serde_json::from_str(&files["account.json"]).expect("json");
    assert_eq!(account["email"], email);
    assert!(files["activity.csv"].contains("contacts_add") && files["activity.csv"].contains("127.0.0.1"));
    assert!(!files.values().any(|text| text.contains("$argon2")), "no hashes");

    budi.post("/auth/erase", json!({"password": "not it at all"})).await.problem(401, "wrong_credentials");
    let alone =
        house.person().await.post("/auth/erase", json!({"password": PASSWORD})).await.problem(409, "last_admin");
    assert_eq!(alone["tenants"][0]["name"], "Kopi");
    let gone = budi.post("/auth/erase", json!({"password": PASSWORD})).await.expect(204);
    admin.saw(gone.position().unwrap_or(0).max(house.context.store.head().await.unwrap()));
    budi.get("/contacts").await.problem(401, "unauthorized");
    let login = json!({"email": email, "password": PASSWORD});
    house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.problem(401, "wrong_credentials");
    let found = found_anywhere(&house, &[email, "Budi Santoso"]).await;
    assert!(found.is_empty(), "{found:?}");
    // What they did stays, without a name and without from where.
    let done = admin.get("/audit?action=contacts_add").await.expect(200).json();
    let entry = &done["items"][0];
    assert!(entry["actor_name"].is_null() && entry["ip"].is_null() && entry["user_agent"].is_null(), "{entry}");
    let certificates = admin.get("/privacy/erasures").await.expect(200).json();
    assert_eq!(certificates["items"][0]["kind"], "person");
}

#[tokio::test]
async fn retention_and_the_consent_policy_are_set_with_the_organisation() {
    let house = House::open().await;
    let person = house.person().await;
    let tenant = person.get("/auth/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let path = format!("/tenants/{tenant}");
    let before = person.get(&path).await.expect(200).json();
    assert_eq!((before["retention_days"].as_i64(), before["consent_policy"].as_str()), (Some(14), Some("")));
    let mut about = before.clone();
    about["retention_days"] = json!(30);
    about["consent_policy"] = json!(" They asked for it in the shop. ");
    let after = person.call(Method::PUT, &path, about.clone()).await.expect(200).json();
    assert_eq!(after["consent_policy"], "They asked for it in the shop.");
    about["retention_days"] = json!(0);
    person.call(Method::PUT, &path, about.clone()).await.problem(422, "invalid");
    about.as_object_mut().unwrap().remove("retention_days");
    about.as_object_mut().unwrap().remove("consent_policy");
    let kept = person.call(Method::PUT, &path, about).await.expect(200).json();
    assert_eq!((kept["retention_days"].as_i64(), &kept["consent_policy"]), (Some(30), &after["consent_policy"]));
    let retention = person.get("/privacy/retention").await.expect(200).json();
    assert_eq!((retention["days"].as_i64(), retention["last_run"].is_null()), (Some(30), true));
}
