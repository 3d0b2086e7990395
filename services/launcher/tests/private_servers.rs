//! The servers themselves: started, killed, continued, refused. On real Postgres and NATS.

use std::{
    fs,
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};
use waybill_launcher::{LaunchError, PrivateNats, PrivatePostgres};

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("connecting")
}

#[tokio::test]
async fn a_row_survives_kill_9_of_the_postmaster_and_a_second_start() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut postgres = PrivatePostgres::start(home.path()).expect("the first start");
    let url = postgres.url("waybill");
    let mut session = connect(&url).await;
    sqlx::raw_sql("create table kept (id int); insert into kept values (7)")
        .execute(&mut session)
        .await
        .expect("writing");
    postgres.kill();
    postgres.restart().expect("the start after the kill");
    let rows: i64 =
        sqlx::query_scalar("select count(*) from kept").fetch_one(&mut connect(&url).await).await.expect("reading");
    assert_eq!(rows, 1);
    postgres.stop();
    drop(postgres);
    let postgres = PrivatePostgres::start(home.path()).expect("the second start");
    assert_eq!(postgres.url("waybill"), url);
    let rows: i64 =
        sqlx::query_scalar("select count(*) from kept").fetch_one(&mut connect(&url).await).await.expect("reading");
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn the_log_is_durable_and_checked() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let postgres = PrivatePostgres::start(home.path()).expect("a start");
    let mut session = connect(&postgres.url("waybill")).await;
    for (setting, wanted) in [
        ("synchronous_commit", "on"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
    ] {
        let value: String = sqlx::query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&mut session)
            .await
            .expect("reading a setting");
        assert_eq!(value, wanted, "{setting}");
    }
}

#[test]
fn a_postmaster_left_by_a_killed_predecessor_is_ended_first() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let first = PrivatePostgres::start(home.path()).expect("the first start");
    // The folder's lock is not taken here, so this is what a successor of a killed `up` sees.
    let second = PrivatePostgres::start(home.path()).expect("the second start");
    assert_ne!(first.pid(), second.pid());
    assert!(!is_alive(first.pid()));
    assert!(is_alive(second.pid()));
}

#[test]
fn a_cluster_of_another_version_is_named_and_left_alone() {
    let home = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(home.path().join("postgres")).expect("a cluster");
    fs::write(home.path().join("postgres/PG_VERSION"), "9\n").expect("a version");
    let refusal = PrivatePostgres::start(home.path()).expect_err("another version");
    assert!(matches!(&refusal, LaunchError::PostgresOtherVersion { wanted, .. } if wanted == "9"), "{refusal}");
}

#[test]
fn a_folder_of_strange_files_is_no_cluster() {
    let home = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(home.path().join("postgres")).expect("a folder");
    fs::write(home.path().join("postgres/notes.txt"), "mine").expect("a file");
    let refusal = PrivatePostgres::start(home.path()).expect_err("no cluster");
    assert!(matches!(refusal, LaunchError::Damaged { .. }), "{refusal}");
    assert!(home.path().join("postgres/notes.txt").exists());
}

#[tokio::test]
async fn a_damaged_cluster_ends_early_with_its_log() {
    let home = tempfile::tempdir().expect("a temporary folder");
    drop(PrivatePostgres::start(home.path()).expect("the first start"));
    fs::remove_file(home.path().join("postgres/global/pg_control")).expect("damaging it");
    let begun = Instant::now();
    let refusal = PrivatePostgres::start(home.path()).expect_err("damaged");
    assert!(refusal.to_string().contains("pg_control"), "{refusal}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_path_too_long_for_a_socket_still_works() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let deep = home.path().join("a-rather-long-name".repeat(6));
    let postgres = PrivatePostgres::start(&deep).expect("a start");
    let url = postgres.url("waybill");
    let (_, sockets) = url.split_once("host=").expect("a socket's folder");
    assert!(sockets.starts_with("/tmp/waybill-"));
    drop(postgres);
    fs::remove_dir_all(sockets).expect("tidying up");
}

#[test]
fn nats_keeps_its_address_over_kill_and_second_start() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut nats = PrivateNats::start(home.path()).expect("the first start");
    let url = nats.url();
    let pid = nats.pid();
    nats.kill();
    assert!(!is_alive(pid));
    nats.restart().expect("the start after the kill");
    assert_eq!(nats.url(), url);
    drop(nats);
    let nats = PrivateNats::start(home.path()).expect("the second start");
    assert_eq!(nats.url(), url);
}

#[test]
fn nats_takes_another_port_when_a_stranger_has_its_own() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let nats = PrivateNats::start(home.path()).expect("the first start");
    let url = nats.url();
    drop(nats);
    let port: u16 = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let _stranger = std::net::TcpListener::bind(("127.0.0.1", port)).expect("taking the port");
    let nats = PrivateNats::start(home.path()).expect("the second start");
    assert_ne!(nats.url(), url);
}

#[test]
fn a_wiped_jetstream_comes_back_empty() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut nats = PrivateNats::start(home.path()).expect("a start");
    let trace = nats.store().join("trace");
    fs::write(&trace, "x").expect("leaving a trace");
    nats.wipe().expect("wiping");
    assert!(!trace.exists());
    assert!(is_alive(nats.pid()));
}

fn is_alive(pid: u32) -> bool {
    fs::metadata(format!("/proc/{pid}")).is_ok()
}
