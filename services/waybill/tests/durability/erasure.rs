//! Somebody is erased from the whole product, and secrets that were used in it: searched for where they could be, in
//! every table of the database, the files of JetStream, and what every role logged.

use crate::rig::{Options, Rig};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::Path;

const NAME: &str = "Zephyrina Quill";
const PHONE: &str = "+6281299900017";
const WROTE: &str = "is the walnut table still there";
const SIGNED: &str = "signed by her brother Otto";
const ANSWERED: &str = "the walnut table is yours";

/// Where a text stands, as it is and as hexadecimal digits, in files.
fn in_files(folder: &Path, texts: &[&str], found: &mut Vec<String>) -> usize {
    let mut read = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read += in_files(&path, texts, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            read += 1;
            let bytes = String::from_utf8_lossy(&bytes);
            for text in texts {
                if bytes.contains(text) {
                    found.push(format!("{}: {text}", path.display()));
                }
            }
        }
    }
    read
}

async fn in_tables(connection: &mut PgConnection, texts: &[&str]) -> Vec<String> {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') order by 1, 2",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("the catalogue");
    let mut found = Vec::new();
    for (schema, table) in tables {
        for text in texts {
            let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            let sql = format!("select count(*) from {schema}.\"{table}\" t where t::text like $1 or t::text like $2");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(format!("%{text}%"))
                .bind(format!("%{hex}%"))
                .fetch_one(&mut *connection)
                .await
                .expect("a count");
            if rows > 0 {
                found.push(format!("{schema}.{table}: {text}"));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_in_no_table_no_file_of_jetstream_and_no_log() {
    let rig = Rig::start(Options { log: "debug,sqlx=trace", ..Options::default() }).await;
    rig.import(20).await;
    let person = json!({ "phone": PHONE, "name": NAME, "consent": true });
    let contact = rig.api.post("/contacts", "zephyrina", person).await.expect(201, "adding");
    let contact = contact["id"].as_str().expect("an id").to_owned();
    let consent = json!({ "granted": true, "source": "in the shop", "proof": SIGNED });
    rig.api
        .post(&format!("/contacts/{contact}/consent"), "consent", json!({ "granted": false, "source": "by mail" }))
        .await;
    rig.api.post(&format!("/contacts/{contact}/consent"), "again", consent).await.expect(200, "consenting");
    let campaign = rig.campaign("erasure").await;
    rig.settle(&campaign, 21).await;
    let sends: Vec<serde_json::Value> = reqwest::get(format!("{}/_sandbox/sends?to={}", rig.sandbox, &PHONE[1..]))
        .await
        .expect("the sandbox is there")
        .json()
        .await
        .expect("sends");
    let profile = sends[0]["phone_number_id"].as_str().expect("who wrote").to_owned();
    let order = json!({ "profile": profile, "from": &PHONE[1..], "name": NAME, "text": WROTE });
    let answer = reqwest::Client::new().post(format!("{}/_sandbox/inbound", rig.sandbox)).json(&order).send().await;
    assert!(answer.expect("the sandbox is there").status().is_success());
    rig.until("what was written", async || !rig.api.list("/chats").await.is_empty()).await;
    let chat = rig.api.list("/chats").await.remove(0);
    let path = format!("/chats/{}/messages", chat["id"].as_str().expect("an id"));
    rig.api.post(&path, "answer", json!({ "text": ANSWERED })).await.expect(202, "answering");
    rig.until("the answer", async || rig.counted().await.accepted >= 22).await;

    let texts = [NAME, &PHONE[1..], WROTE, ANSWERED, SIGNED];
    let mut database = PgConnection::connect(&rig.database_url()).await.expect("postgres is there");
    assert!(!in_tables(&mut database, &texts).await.is_empty(), "the read models show people");

    let erased = rig.api.post(&format!("/contacts/{contact}/erase"), "erase", json!({ "confirm": PHONE })).await;
    erased.expect(200, "erasing");
    rig.until("the read models", async || {
        in_tables(&mut PgConnection::connect(&rig.database_url()).await.expect("postgres"), &texts).await.is_empty()
    })
    .await;
    let mut found = Vec::new();
    let files = in_files(&rig.folder().join("nats"), &texts, &mut found);
    assert!(files > 0, "JetStream keeps files");
    let logs = in_files(&rig.folder().join("logs"), &texts, &mut found);
    assert!(logs >= 5, "each role has a log");
    assert_eq!(found, Vec::<String>::new());
    // A projection that is made anew from the log knows as little.
    rig.api.post("/projections/inbox/rebuild", "inbox", json!({})).await.expect(202, "rebuilding");
    rig.api.post("/projections/contacts/rebuild", "contacts", json!({})).await.expect(202, "rebuilding");
    rig.until("the rebuilds", async || {
        let projections = rig.api.get("/projections").await;
        let live = |it: &serde_json::Value| it["state"] == "live" && it["lag"] == 0;
        projections["items"].as_array().expect("projections").iter().all(live)
    })
    .await;
    assert_eq!(in_tables(&mut database, &texts).await, Vec::<String>::new());
    assert_eq!(rig.ended_by_themselves(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_that_was_used_stands_in_a_log_an_event_or_a_table() {
    let rig = Rig::start(Options { log: "debug,sqlx=trace", ..Options::default() }).await;
    let key = json!({ "name": "Shop", "scopes": ["contacts.read"] });
    let (key, cookies) = rig.api.secrets(key).await;
    let wrong = "a guess that is wrong 8147";
    rig.api.log_in_with(wrong).await;
    let own = rig.api.own_secrets();
    let mut secrets = vec![wrong, key.as_str()];
    secrets.extend(own.iter().map(String::as_str));
    secrets.extend(cookies.iter().map(String::as_str));
    let profile_secrets = ["the-provider-token-5512", "the-app-secret-9931", "the-verify-token-7730"];
    // In a package of its own: the sandbox does not know it.
    let package =
        rig.api.post("/packages", "package", json!({ "name": "Other" })).await.expect(201, "making a package");
    let package = package["id"].as_str().expect("an id").to_owned();
    let number = json!({ "name": "Extra", "provider": "sandbox", "phone": "+12025550199", "phone_number_id": "998877",
        "access_token": profile_secrets[0], "app_secret": profile_secrets[1], "verify_token": profile_secrets[2] });
    rig.api.post(&format!("/packages/{package}/profiles"), "number", number).await.expect(201, "adding a number");
    secrets.extend(profile_secrets);
    rig.import(5).await;
    let campaign = rig.campaign("secrets").await;
    rig.settle(&campaign, 5).await;

    let mut found = Vec::new();
    in_files(&rig.folder().join("logs"), &secrets, &mut found);
    in_files(&rig.folder().join("nats"), &secrets, &mut found);
    let mut database = PgConnection::connect(&rig.database_url()).await.expect("postgres is there");
    assert!(!in_tables(&mut database, &["rita@example.com"]).await.is_empty(), "what is there is found");
    found.extend(in_tables(&mut database, &secrets).await);
    assert_eq!(found, Vec::<String>::new());
}
