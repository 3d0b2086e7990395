//! The Cloud API's client against the sandbox, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;
use waybill_domain::provider::ProviderKind;
use waybill_providers::{Account, ClientConfig, Registry};
use waybill_sandbox::{Behaviour, Config, Delay, Faults, Registration, Reject, Sandbox, Span, Throttle, serve_opened};

use crate::contract::{self, FarSide, Trouble};

type Webhook = (HeaderMap, Bytes);

struct SandboxSide {
    base_url: String,
    sandbox: Arc<Sandbox>,
    webhooks: mpsc::UnboundedReceiver<Webhook>,
    client: reqwest::Client,
    _stops: DropGuard,
}

impl SandboxSide {
    async fn start() -> Self {
        let (sender, webhooks) = mpsc::unbounded_channel();
        let callback = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let callback_url = format!("http://{}/hook", callback.local_addr().expect("bound"));
        let receive = |State(sender): State<mpsc::UnboundedSender<Webhook>>, headers: HeaderMap, body: Bytes| async move {
            // A test that has ended listens no more.
            let _ = sender.send((headers, body));
        };
        let app = axum::Router::new().route("/hook", post(receive)).with_state(sender);
        tokio::spawn(async move { axum::serve(callback, app).await });

        let instant = Span { min: 0, max: 2 };
        let receipts = Behaviour {
            sent_ms: instant,
            delivered_ms: instant,
            read_ms: instant,
            read_share: 1.0,
            ..Behaviour::default()
        };
        let shutdown = CancellationToken::new();
        let config = Config { receipts, batch_linger: Duration::from_millis(1), ..Config::default() };
        let sandbox = Sandbox::open(config, shutdown.clone()).expect("opens");
        let registration = Registration {
            phone_number_id: "7001".into(),
            callback_url,
            app_secret: "app-secret".into(),
            access_token: Some("the-token".into()),
        };
        sandbox.register(registration).expect("no journal");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}/v23.0", listener.local_addr().expect("bound"));
        tokio::spawn(serve_opened(listener, sandbox.clone()));
        Self { base_url, sandbox, webhooks, client: reqwest::Client::new(), _stops: shutdown.drop_guard() }
    }

    fn control(&self, path: &str) -> String {
        self.base_url.replace("/v23.0", path)
    }
}

impl FarSide for SandboxSide {
    fn account(&self) -> Account {
        Account {
            profile_id: Uuid::nil(),
            base_url: self.base_url.clone(),
            number_id: "7001".into(),
            access_token: "the-token".into(),
            webhook_secret: "app-secret".into(),
            verify_token: "verify".into(),
            settings: Default::default(),
        }
    }

    fn stranger(&self) -> Account {
        Account { access_token: "another".into(), ..self.account() }
    }

    async fn set(&mut self, trouble: Trouble) {
        let none = Faults::default();
        self.sandbox.put_faults(match trouble {
            Trouble::None => none,
            Trouble::Throttle { retry_after_s } => {
                Faults { throttle: Some(Throttle { probability: 1.0, retry_after_s }), ..none }
            }
            Trouble::RefuseNumber => Faults { reject: Some(Reject { probability: 1.0, code: 131_026 }), ..none },
            Trouble::ErrorBefore => Faults { error_before: 1.0, ..none },
            Trouble::ErrorAfter => Faults { error_after: 1.0, ..none },
            Trouble::Hang => Faults { hang: Some(Delay { probability: 1.0, ms: 60_000 }), ..none },
            Trouble::ResetBefore => Faults { reset_before: 1.0, ..none },
            Trouble::Reset => Faults { reset: 1.0, ..none },
        });
    }

    async fn taken(&self, message_id: Uuid) -> usize {
        let url = self.control(&format!("/_sandbox/sends?message_id={message_id}"));
        let answer = self.client.get(url).send().await.expect("answers").bytes().await.expect("a body");
        serde_json::from_slice::<Vec<serde_json::Value>>(&answer).expect("a list").len()
    }

    async fn write(&mut self, from: &str, text: &str) {
        let order = serde_json::json!({ "profile": "7001", "from": from, "text": text });
        let answer = self.client.post(self.control("/_sandbox/inbound")).json(&order).send().await.expect("answers");
        assert_eq!(answer.status(), 202);
    }

    async fn webhook(&mut self) -> Webhook {
        let next = tokio::time::timeout(Duration::from_secs(10), self.webhooks.recv()).await;
        next.expect("a webhook arrives").expect("the callback runs")
    }
}

#[tokio::test]
async fn the_cloud_api_keeps_the_contract() {
    let config = ClientConfig { timeout: Duration::from_millis(700), ..ClientConfig::default() };
    let registry = Registry::new(&config).expect("builds");
    for kind in [ProviderKind::CloudApi, ProviderKind::Sandbox] {
        let mut far = SandboxSide::start().await;
        contract::run(registry.provider_for(kind).as_ref(), &mut far).await;
    }
}
