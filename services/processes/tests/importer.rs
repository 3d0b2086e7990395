//! The importer on a real log: every row has one outcome and one effect, whatever happens on the way.

// A rig fails the test by panicking, wherever in it that happens.
#![allow(clippy::unwrap_used)]

#[path = "importer/rig.rs"]
mod rig;

use rig::{Rig, Totals};
use uuid::Uuid;
use waybill_contact_files::{Mapping, UploadOptions};
use waybill_domain::actor::Actor;
use waybill_domain::contact::{Command, ConsentState, Contact};
use waybill_domain::id::{ListId, TenantId};
use waybill_domain::list::{Event as ListEvent, List};
use waybill_event_store::read::read_stream;

const FILE: &str = "Phone,Name,Consent,City\n\
    +6281234567890,Ana,yes,Bogor\n\
    0812 3456 7891,Budi,no,\n\
    \n\
    hello,Citra,yes,\n\
    +6281234567890,Ana again,yes,\n\
    +6281234567892\n\
    +6281234567893,Dewi,ya,Solo,,\n";

fn indonesian() -> UploadOptions {
    UploadOptions { default_country: Some("ID".into()), ..UploadOptions::default() }
}

/// Numbers that are valid, each with a name and consent.
fn many(rows: u64) -> String {
    let mut file = "phone,name,consent,city,note\n".to_owned();
    for n in 0..rows {
        file.push_str(&format!("+62812{:08},Person {n},yes,Bogor,note {n}\n", 10_000_000 + n));
    }
    file
}

#[tokio::test]
async fn every_row_ends_in_exactly_one_outcome() {
    let rig = Rig::start().await;
    let (_, told) = rig.import(FILE.as_bytes(), &indonesian()).await;
    let expected = Totals { rows: 6, created: 3, updated: 0, duplicate: 1, rejected: 2, without_consent: 1 };
    assert_eq!(told.totals, expected);
    assert_eq!(told.rejected, [(5, "phone_unreadable".into()), (7, "too_few_columns".into())]);
    assert_eq!(told.duplicate, [(6, "same_number_in_file".into())]);
    assert_eq!(told.failed, None);
    let (_, ana) = rig.contact("+6281234567890").await;
    assert_eq!((ana.version, ana.state.consent), (1, ConsentState::Granted));
    let person = ana.state.person.known().expect("a person");
    assert_eq!((person.name.as_deref(), person.fields["city"].as_str()), (Some("Ana"), "Bogor"));
    assert_eq!(rig.counts().await, (3, 3, 0));
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let rig = Rig::start().await;
    rig.import(FILE.as_bytes(), &indonesian()).await;
    let (_, told) = rig.import(FILE.as_bytes(), &indonesian()).await;
    assert_eq!(told.totals.rows, 6);
    // The later row of Ana's says something else than the log, so this time it is news.
    assert_eq!((told.totals.created, told.totals.updated, told.totals.duplicate), (0, 1, 3));
    let (_, third) = rig.import(many(50).as_bytes(), &indonesian()).await;
    let (_, fourth) = rig.import(many(50).as_bytes(), &indonesian()).await;
    assert_eq!((third.totals.created, fourth.totals.duplicate), (50, 50));
    assert_eq!(fourth.reasons(), [("unchanged", 50)].into());
}

#[tokio::test]
async fn news_about_known_contacts_are_updates() {
    let rig = Rig::start().await;
    rig.import(b"phone,name,consent,city\n+6281234567890,Ana,,A\n+6281234567891,Budi,yes,A\n", &indonesian()).await;
    let tagged = UploadOptions { tags: vec!["vip".into()], consent_source: Some("fair".into()), ..indonesian() };
    let (_, told) =
        rig.import(b"phone,name,consent,city\n+6281234567890,Ana,yes,\n+6281234567891,Bodo,,\n", &tagged).await;
    assert_eq!((told.totals.updated, told.totals.without_consent), (2, 0));
    let (_, ana) = rig.contact("+6281234567890").await;
    assert_eq!(ana.state.consent, ConsentState::Granted);
    let (_, budi) = rig.contact("+6281234567891").await;
    let person = budi.state.person.known().expect("a person");
    assert_eq!((person.name.as_deref(), person.fields["city"].as_str()), (Some("Bodo"), "A"));
    assert!(budi.state.tags.contains("vip"));
}

#[tokio::test]
async fn who_opted_out_stays_out_even_when_removed_and_imported_anew() {
    let rig = Rig::start().await;
    let file = b"phone,name,consent\n+6281234567890,Ana,yes\n";
    rig.import(file, &indonesian()).await;
    let (id, _) = rig.contact("+6281234567890").await;
    let store = &rig.context.store;
    let metadata = rig.context.unprompted(rig.tenant, Actor::SYSTEM);
    let withdraw = Command::WithdrawConsent { reason: "stop".into(), at: metadata.at };
    store.execute::<Contact>(metadata.clone(), id.0, withdraw).await.unwrap();
    let (_, told) = rig.import(file, &indonesian()).await;
    assert_eq!(told.duplicate, [(2, "opted_out".into())]);
    assert_eq!(rig.contact("+6281234567890").await.1.state.consent, ConsentState::Withdrawn);

    store.execute::<Contact>(metadata, id.0, Command::Remove).await.unwrap();
    let (_, told) = rig.import(file, &indonesian()).await;
    assert_eq!((told.totals.created, told.totals.without_consent), (1, 1));
    let (_, ana) = rig.contact("+6281234567890").await;
    assert!(ana.state.exists());
    assert_eq!(ana.state.consent, ConsentState::Withdrawn);
}

#[tokio::test]
async fn nothing_is_written_about_who_was_erased() {
    let rig = Rig::start().await;
    rig.import(b"phone\n+6281234567890\n", &indonesian()).await;
    let (id, _) = rig.contact("+6281234567890").await;
    sqlx::query("update es.subject_secret set secret = null where subject_id = $1")
        .bind(id.0)
        .execute(&rig.context.store.database.system)
        .await
        .unwrap();
    // Another process, which has not seen the secret.
    let other = rig.another().await;
    let (_, told) = other.import(b"phone,name\n+6281234567890,Ana\n+6281234567891,Budi\n", &indonesian()).await;
    assert_eq!(told.rejected, [(2, "erased".into())]);
    assert_eq!(told.totals.created, 1);

    let metadata = rig.context.unprompted(rig.tenant, Actor::SYSTEM);
    let (third, _) = rig.contact("+6281234567891").await;
    let erase =
        Command::Erase { certificate: waybill_domain::contact::Erased { streams: 1, events: 1 }, readable: true };
    rig.context.store.execute::<Contact>(metadata, third.0, erase).await.unwrap();
    let (_, told) = other.import(b"phone,name\n+6281234567891,Budi\n", &indonesian()).await;
    assert_eq!(told.rejected, [(2, "erased".into())], "a file does not bring them back");
}

#[tokio::test]
async fn an_importer_that_dies_again_and_again_loses_no_row_and_counts_none_twice() {
    let rig = Rig::start().await;
    let rows = 20_000;
    // Every number comes twice, half the file apart.
    let file = [many(rows / 2), many(rows / 2).split_once('\n').expect("a header").1.to_owned()].concat();
    let list_id = ListId(Uuid::now_v7());
    let options = UploadOptions { list_name: Some("Spring".into()), ..indonesian() };
    let (import_id, mut position) = rig.upload(rig.tenant, file.as_bytes(), &options, Some(list_id)).await;
    let mut ended = false;
    let mut deaths = 0;
    while !ended {
        let importer = rig.importer();
        position = rig
            .until(position, |kind, stream| {
                ended |= stream == import_id.0 && kind == "import.finished";
                ended || kind == "import.rows_imported"
            })
            .await;
        importer.abort();
        deaths += 1;
    }
    assert!(deaths > 3, "died {deaths} times");
    let told = rig.told(import_id).await;
    let half = rows / 2;
    let expected = Totals { rows, created: half, updated: 0, duplicate: half, rejected: 0, without_consent: 0 };
    assert_eq!(told.totals, expected);
    assert_eq!(told.reasons(), [("same_number_in_file", half as usize)].into());
    let chunks: Vec<u64> = told.chunks.iter().map(|chunk| chunk.chunk).collect();
    assert_eq!(chunks, (0..told.chunks.len() as u64).collect::<Vec<_>>());
    assert_eq!(told.chunks.last().expect("chunks").bytes_read, file.len() as u64);
    let (streams, events, _) = rig.counts().await;
    assert_eq!((streams, events), (half as i64, half as i64));
    assert_eq!(members(&rig, list_id).await, half as usize);
    // The next importer finds nothing left to do, and tidies up when the last one had no time to.
    let (_, told) = rig.import(b"phone\nx\n", &indonesian()).await;
    assert_eq!(told.totals.rejected, 1);
}

#[tokio::test]
async fn two_importers_at_once_do_the_work_of_one() {
    let rig = Rig::start().await;
    let rows = 10_000;
    let (import_id, position) = rig.upload(rig.tenant, many(rows).as_bytes(), &indonesian(), None).await;
    let other = rig.another().await;
    let importers = [rig.importer(), other.importer()];
    rig.ended(import_id, position).await;
    importers.iter().for_each(|importer| importer.abort());
    let told = rig.told(import_id).await;
    assert_eq!((told.totals.rows, told.totals.created), (rows, rows));
    let (streams, events, _) = rig.counts().await;
    assert_eq!((streams, events), (rows as i64, rows as i64));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_keeps_what_was_imported() {
    let rig = Rig::start().await;
    for (file, reason, line, created) in [
        (&b"Ana,Ben\n1,2\n"[..], "no_phone_column", Some(1), 0),
        (b"PK\x03\x04", "file_is_workbook", None, 0),
        (b"", "file_empty", None, 0),
        (b"phone,name\n+6281234567890,Ana\n+6281234567891,\"Budi\n", "unclosed_quote", Some(3), 1),
    ] {
        let (_, told) = rig.import(file, &indonesian()).await;
        let failed = told.failed.expect("failed");
        assert_eq!((failed.reason.as_str(), failed.line, told.totals.created), (reason, line, created));
    }
    let mapping = Some(Mapping { phone: "Nummer".into(), name: None, consent: None, fields: None });
    let (_, told) = rig.import(b"phone\n1\n", &UploadOptions { mapping, ..indonesian() }).await;
    assert_eq!(told.failed.expect("failed").reason, "no_such_column");
    assert_eq!(rig.counts().await, (1, 1, 0));
}

#[tokio::test]
async fn an_import_without_its_upload_fails() {
    let rig = Rig::start().await;
    let import_id = waybill_domain::id::ImportId(Uuid::now_v7());
    let position = rig.say_started(rig.tenant, import_id, 10, None).await;
    let importer = rig.importer();
    rig.ended(import_id, position).await;
    importer.abort();
    assert_eq!(rig.told(import_id).await.failed.expect("failed").reason, "upload_missing");
}

#[tokio::test]
async fn another_tenants_upload_is_not_read_and_contacts_are_not_shared() {
    let rig = Rig::start().await;
    rig.import(b"phone,name\n+6281234567890,Ana\n", &indonesian()).await;
    let foreign = TenantId(Uuid::now_v7());
    rig.context.store.keys.create_tenant(foreign).await.unwrap();

    let stolen = waybill_domain::id::ImportId(Uuid::now_v7());
    rig.store_upload(rig.tenant, stolen, b"phone\n+6281234567891\n", &indonesian()).await;
    let position = rig.say_started(foreign, stolen, 20, None).await;
    let (own, own_position) = rig.upload(foreign, b"phone,name\n+6281234567890,Eva\n", &indonesian(), None).await;
    let importer = rig.importer();
    rig.ended(stolen, position).await;
    rig.ended(own, own_position).await;
    importer.abort();
    assert_eq!(rig.told(stolen).await.failed.expect("failed").reason, "upload_missing");
    assert_eq!(rig.told(own).await.totals.created, 1);
    let (_, ana) = rig.contact("+6281234567890").await;
    assert_eq!(ana.state.person.known().expect("a person").name.as_deref(), Some("Ana"));
    assert_eq!(rig.counts().await.0, 2);
}

#[tokio::test]
async fn twenty_thousand_rows_of_three_imports_are_all_there() {
    let rig = Rig::start().await;
    let file = many(20_000);
    let mut positions = Vec::new();
    for part in [&file, &many(100), &many(100)] {
        positions.push(rig.upload(rig.tenant, part.as_bytes(), &indonesian(), None).await);
    }
    let importer = rig.importer();
    let mut totals = Totals::default();
    for (import_id, position) in positions {
        rig.ended(import_id, position).await;
        let told = rig.told(import_id).await.totals;
        totals.rows += told.rows;
        totals.created += told.created;
        totals.duplicate += told.duplicate;
    }
    importer.abort();
    assert_eq!((totals.rows, totals.created, totals.duplicate), (20_200, 20_000, 200));
    let (streams, events, _) = rig.counts().await;
    assert_eq!((streams, events), (20_000, 20_000));
}

async fn members(rig: &Rig, list_id: ListId) -> usize {
    let store = &rig.context.store;
    assert_eq!(store.load::<List>(rig.tenant, list_id.0).await.unwrap().state.name.as_deref(), Some("Spring"));
    let mut connection = store.database.system.acquire().await.unwrap();
    let events = read_stream(&mut connection, rig.tenant, list_id.0, 0, i64::MAX).await.unwrap();
    let added = events.iter().filter_map(|event| match event.decode::<ListEvent>().unwrap() {
        Some(ListEvent::MembersAdded(it)) => Some(it.contact_ids),
        _ => None,
    });
    let all: Vec<_> = added.flatten().collect();
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "members were added twice");
    all.len()
}
