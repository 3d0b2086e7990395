//! The shared test servers: one start for all, a database each.

use sqlx::{Connection, PgConnection};
use waybill_launcher::shared_test_servers;

#[tokio::test]
async fn each_test_gets_an_empty_database_of_its_own() {
    let servers = shared_test_servers();
    let one = servers.fresh_database();
    let other = servers.fresh_database();
    assert_ne!(one.url, other.url);
    let mut session = PgConnection::connect(&one.url).await.expect("connecting");
    sqlx::raw_sql("create table mine (id int)").execute(&mut session).await.expect("writing");
    let mut session = PgConnection::connect(&other.url).await.expect("connecting");
    let seen: Option<String> =
        sqlx::query_scalar("select to_regclass('mine')::text").fetch_one(&mut session).await.expect("reading");
    assert_eq!(seen, None);
}

#[test]
fn asking_twice_gives_the_same_servers() {
    let first = shared_test_servers();
    let second = shared_test_servers();
    assert!(std::ptr::eq(first, second));
    assert!(first.nats_url.starts_with("nats://"));
}
