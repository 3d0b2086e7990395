//! Connections that end in ways no well-behaved server shows.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;
use waybill_domain::provider::ErrorClass;
use waybill_providers::{Account, ClientConfig, CloudApi, Content, Outcome, Outgoing, Provider, Recipient};

fn account(base_url: String) -> Account {
    Account {
        profile_id: Uuid::nil(),
        base_url,
        number_id: "7001".into(),
        access_token: "the-token".into(),
        webhook_secret: "app-secret".into(),
        verify_token: "verify".into(),
        settings: Default::default(),
    }
}

async fn send(account: &Account) -> Outcome {
    let config = ClientConfig { timeout: Duration::from_secs(5), ..ClientConfig::default() };
    let content = Content::Text { body: "hi".into(), preview_url: false };
    let outgoing =
        Outgoing { message_id: Uuid::nil(), to: Recipient::Phone("+4915112345678".into()), content, reply_to: None };
    CloudApi::new(&config).expect("builds").send(account, &outgoing).await
}

/// A server that reads one request, or the start of a TLS handshake, writes these bytes, and closes.
async fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        let whole = |request: &[u8]| request.ends_with(b"}") || request.starts_with(&[22]);
        while !whole(&request) && stream.read_buf(&mut request).await.expect("readable") > 0 {}
        stream.write_all(answer.as_bytes()).await.expect("writable");
    });
    format!("http://{address}")
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_unknown() {
    let cut_body = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"messages\":[{\"id\":";
    for answer in [
        "",
        "HTTP/1.1 200",
        cut_body,
        "not http at all\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
    ] {
        let outcome = send(&account(server(answer).await)).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{answer:?} led to {outcome:?}");
    }
}

#[tokio::test]
async fn throttling_is_known_even_when_its_body_breaks_off() {
    let url = server("HTTP/1.1 429 Too Many Requests\r\nretry-after: 4\r\ncontent-length: 500\r\n\r\n{").await;
    let outcome = send(&account(url)).await;
    let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
    assert_eq!((refusal.class, refusal.retry_after_ms), (ErrorClass::Throttle, Some(4_000)));
}

#[tokio::test]
async fn a_tls_handshake_that_fails_sent_nothing() {
    let plain = server("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let outcome = send(&account(plain.replace("http://", "https://"))).await;
    let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
    assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Retry, "connect_refused"));
}

#[tokio::test]
async fn an_account_that_cannot_be_called_stops_the_account() {
    let broken_id = Account { number_id: "7001/../x".into(), ..account("http://127.0.0.1:1".into()) };
    let broken_token = Account { access_token: "a\nb".into(), ..account("http://127.0.0.1:1".into()) };
    for account in [account("no address".into()), broken_id, broken_token] {
        let outcome = send(&account).await;
        let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Auth, "invalid_account"));
    }
}
