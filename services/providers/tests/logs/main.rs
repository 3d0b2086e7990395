//! What is logged of calls, at the finest level there is. It is a program of its own because a process has one log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;
use waybill_domain::provider::ProviderKind;
use waybill_providers::{Account, ClientConfig, Content, Outcome, Outgoing, Reach, Recipient, Registry};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_and_nobodys_number_is_logged() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .init();

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = format!("http://{}", listener.local_addr().expect("bound"));
    let refuse = || async { (StatusCode::BAD_REQUEST, r#"{"message":"no","error":{"code":100}}"#) };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(refuse)).await });

    let config = ClientConfig { reach: Reach::anywhere(), ..ClientConfig::default() };
    let registry = Registry::new(&config).expect("builds");
    for kind in ProviderKind::ALL {
        for base_url in [here.as_str(), "http://127.0.0.1:1", "https://127.0.0.1:1"] {
            let account = Account {
                profile_id: Uuid::nil(),
                base_url: base_url.into(),
                number_id: "1101000001".into(),
                access_token: "token1234secret".into(),
                webhook_secret: "hook-secret".into(),
                verify_token: "verify-secret".into(),
                settings: Default::default(),
            };
            let outgoing = Outgoing {
                message_id: Uuid::nil(),
                to: Recipient::Phone("+4915112345678".into()),
                content: Content::Text { body: "private words".into(), preview_url: false },
                reply_to: None,
            };
            let provider = registry.provider_for(kind);
            let outcome = provider.send(&account, &outgoing).await;
            assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
            if let Some(linking) = provider.linking() {
                assert!(linking.start(&account, "https://hooks.example/1").await.is_err());
            }
            if let Some(check) = provider.number_check() {
                assert!(check.is_on_whatsapp(&account, "+4915112345678").await.is_err());
            }
        }
    }
    let logged = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    assert!(logged.contains("the provider answered"), "{logged}");
    for private in ["token1234secret", "hook-secret", "verify-secret", "4915112345678", "private words"] {
        assert!(!logged.contains(private), "{private} is logged:\n{logged}");
    }
}
