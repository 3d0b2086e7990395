//! Connections that end in ways no well-behaved server shows.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_providers::{Account, ClientConfig, Outcome, Reach, Registry};

use crate::rig::text;

const KINDS: [ProviderKind; 4] =
    [ProviderKind::CloudApi, ProviderKind::GreenApi, ProviderKind::Waha, ProviderKind::Zentra];

const TOKEN: &str = "token1234secret";

fn account(base_url: String) -> Account {
    Account {
        profile_id: Uuid::nil(),
        base_url,
        number_id: "7001".into(),
        access_token: TOKEN.into(),
        webhook_secret: "hook-secret".into(),
        verify_token: "verify".into(),
        settings: Default::default(),
    }
}

/// One send; whatever comes of it, it tells no secret.
async fn send(kind: ProviderKind, account: &Account) -> Outcome {
    let timeout = Duration::from_secs(5);
    let config = ClientConfig { reach: Reach::anywhere(), timeout, ..ClientConfig::default() };
    let provider = Registry::new(&config).expect("builds").provider_for(kind);
    let outcome = provider.send(account, &text()).await;
    let printed = format!("{outcome:?}");
    assert!(!printed.contains(TOKEN) && !printed.contains("127.0.0.1"), "{printed}");
    outcome
}

fn refusal(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

/// A server that reads one request, or the start of a TLS handshake, writes these bytes, and closes.
async fn server(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        let whole =
            |request: &[u8]| request.ends_with(b"}") || request.ends_with(b"--\r\n") || request.starts_with(&[22]);
        while !whole(&request) && stream.read_buf(&mut request).await.expect("readable") > 0 {}
        // Whoever has read enough may be gone.
        let _ = stream.write_all(&answer).await;
    });
    format!("http://{address}")
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_says_nothing_is_unknown() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", " ".repeat(5 << 20));
    let answers = [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"messages\":[{\"id\":",
        "HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n{",
        "not http at all\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
        &endless,
    ];
    for kind in KINDS {
        for answer in answers {
            let outcome = send(kind, &account(server(answer).await)).await;
            let start = &answer[..answer.len().min(80)];
            assert!(matches!(outcome, Outcome::Unknown { .. }), "{}: {start:?} led to {outcome:?}", kind.as_str());
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for kind in KINDS {
        let elsewhere = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
        let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {elsewhere}/\r\ncontent-length: 0\r\n\r\n");
        let refusal = refusal(send(kind, &account(server(answer).await)).await);
        assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Auth, "http_307"), "{}", kind.as_str());
    }
}

#[tokio::test]
async fn throttling_is_known_even_when_its_body_breaks_off() {
    for kind in KINDS {
        let url = server("HTTP/1.1 429 Too Many Requests\r\nretry-after: 4\r\ncontent-length: 500\r\n\r\n{").await;
        let refusal = refusal(send(kind, &account(url)).await);
        assert_eq!((refusal.class, refusal.retry_after_ms), (ErrorClass::Throttle, Some(4_000)), "{}", kind.as_str());
    }
}

#[tokio::test]
async fn a_tls_handshake_that_fails_sent_nothing() {
    for kind in KINDS {
        let plain = server("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let refusal = refusal(send(kind, &account(plain.replace("http://", "https://"))).await);
        let expected = (ErrorClass::Retry, "connect_refused");
        assert_eq!((refusal.class, refusal.code.as_str()), expected, "{}", kind.as_str());
    }
}

#[tokio::test]
async fn an_explanation_that_quotes_the_token_does_not_pass_it_on() {
    for kind in KINDS {
        let body = format!(r#"{{"error":{{"code":190,"message":"bad {TOKEN}"}},"message":"bad {TOKEN}"}}"#);
        let answer = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let refusal = refusal(send(kind, &account(server(answer).await)).await);
        assert_eq!((refusal.class, refusal.detail.as_str()), (ErrorClass::Auth, "bad …"), "{}", kind.as_str());
    }
}

#[tokio::test]
async fn an_account_that_cannot_be_called_stops_the_account() {
    let here = || account("http://127.0.0.1:1".into());
    for kind in KINDS {
        let mut broken = vec![
            account("no address".into()),
            Account { access_token: "a\nb".into(), ..here() },
            Account { number_id: "".into(), ..here() },
        ];
        // Zentra's device stands in no address.
        if kind != ProviderKind::Zentra {
            broken.push(Account { number_id: "7001/../x".into(), ..here() });
        }
        for account in broken {
            let refusal = refusal(send(kind, &account).await);
            let expected = (ErrorClass::Auth, "invalid_account");
            assert_eq!((refusal.class, refusal.code.as_str()), expected, "{}", kind.as_str());
        }
    }
}
