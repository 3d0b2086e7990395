//! `waybill files orphans` finds what the log knows nothing of, and deletes it when it is told to.

use std::path::Path;
use std::process::Command;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::stream::{Category, StreamId};
use waybill_domain::wallet::{Event, ToppedUp};
use waybill_event_store::{Append, Database, EventStore, Expected, MasterKey, Metadata, StreamWrite};
use waybill_launcher::shared_test_servers;

const KEY: &str = "0909090909090909090909090909090909090909090909090909090909090909";

/// Streams are there that the log names; what events they have does not matter here.
async fn a_log_that_knows(url: &str, tenant: Uuid, media: Uuid) {
    let key = || MasterKey::from_hex(KEY).expect("a key");
    Database::migrate(url, &key()).await.expect("migrates");
    let store = EventStore::new(Database::connect(url, &key(), 2).await.expect("connects"), key());
    let metadata = Metadata {
        tenant_id: TenantId(tenant),
        actor: Actor::SYSTEM,
        at: chrono::Utc::now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    };
    let any = |category, id| {
        let event: Event = ToppedUp { points: 1, note: String::new() }.into();
        StreamWrite::new(StreamId::new(category, id), Expected::Any, &[event])
    };
    let writes = vec![any(Category::Tenant, tenant), any(Category::Media, media)];
    store.append(Append::new(metadata, writes)).await.expect("appended");
}

fn orphans(url: &str, folder: &Path, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_waybill"))
        .args(["files", "orphans"])
        .args(more)
        .env("DATABASE_URL", url)
        .env("WAYBILL_MASTER_KEY", KEY)
        .env("WAYBILL_MEDIA_STORE", format!("file://{}", folder.display()))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("readable")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_log_does_not_know_is_found_and_deleted_when_told_to() {
    let database = tokio::task::spawn_blocking(|| shared_test_servers().fresh_database()).await.expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let (tenant, known, orphan, stranger) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    a_log_that_knows(&database.url, tenant, known).await;
    let file = |tenant: Uuid, media: Uuid| folder.path().join(tenant.to_string()).join(media.to_string());
    for path in [file(tenant, known), file(tenant, orphan), file(stranger, orphan)] {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, b"four").expect("written");
    }
    std::fs::write(folder.path().join("readme"), b"no file of a tenant").expect("written");

    let young = orphans(&database.url, folder.path(), &[]);
    assert!(young.starts_with("3 files, 0 of them unknown"), "{young}");
    let found = orphans(&database.url, folder.path(), &["--older-than-hours", "0"]);
    assert!(found.starts_with("3 files, 1 of them unknown") && found.ends_with("found, 4 bytes\n"), "{found}");
    assert!(file(tenant, orphan).exists());
    orphans(&database.url, folder.path(), &["--older-than-hours", "0", "--delete"]);
    let left = [file(tenant, known), file(tenant, orphan), file(stranger, orphan)].map(|path| path.exists());
    assert_eq!(left, [true, false, true]);
}
