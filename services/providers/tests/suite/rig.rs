//! A sandbox, a number on one of its wires, and a place where its webhooks arrive.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;
use waybill_domain::provider::{Abilities, ProviderKind};
use waybill_providers::{Account, ClientConfig, Notice, Outgoing, Provider, Reach, Registry};
use waybill_providers::{Content, Recipient};
use waybill_sandbox::{Behaviour, Config, Faults, Linking, Sandbox, Span, serve_opened};

/// Whom the suite writes to, and who writes back.
pub const PERSON: &str = "+4915112345678";

pub type Webhook = (HeaderMap, Bytes);

pub struct Rig {
    pub kind: ProviderKind,
    pub provider: Arc<dyn Provider>,
    pub account: Account,
    pub callback: String,
    base: String,
    sandbox: Arc<Sandbox>,
    webhooks: mpsc::UnboundedReceiver<Webhook>,
    client: reqwest::Client,
    _stops: DropGuard,
}

impl Rig {
    /// A number of this kind, linked if it has to be. WAHA's behaves by its engine.
    pub async fn start(kind: ProviderKind, engine: &str) -> Self {
        let mut rig = Self::unlinked(kind, engine).await;
        if rig.abilities().links_by_qr {
            crate::linking::link(&mut rig).await;
        }
        rig
    }

    pub async fn unlinked(kind: ProviderKind, engine: &str) -> Self {
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
        let linking = Linking { start_ms: 1, ..Linking::default() };
        let shutdown = CancellationToken::new();
        let config = Config { receipts, linking, batch_linger: Duration::from_millis(1), ..Config::default() };
        let sandbox = Sandbox::open(config, shutdown.clone()).expect("opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        tokio::spawn(serve_opened(listener, sandbox.clone()));

        let rig = Self {
            kind,
            provider: provider(kind, Duration::from_secs(20)),
            account: account(kind, engine, &base),
            callback: callback_url,
            base,
            sandbox,
            webhooks,
            client: reqwest::Client::new(),
            _stops: shutdown.drop_guard(),
        };
        rig.register(engine).await;
        rig
    }

    /// Tells the sandbox what it may let in, and for the Cloud API where webhooks go.
    async fn register(&self, engine: &str) {
        let id = &self.account.number_id;
        match self.kind {
            ProviderKind::CloudApi | ProviderKind::Sandbox => {
                let registration = json!({
                    "phone_number_id": id, "callback_url": self.callback, "app_secret": "hook-secret",
                    "access_token": "token1234",
                });
                self.order("/_sandbox/profiles", registration).await;
            }
            kind => {
                let registration = json!({ "provider": kind.as_str(), "number_id": id, "access_token": "token1234" });
                self.order("/_sandbox/profiles", registration).await;
            }
        }
        if self.kind == ProviderKind::Waha {
            self.put(&self.device("engine"), json!({ "engine": engine })).await;
        }
    }

    pub fn abilities(&self) -> &'static Abilities {
        self.kind.abilities()
    }

    /// An account that the sandbox does not let in.
    pub fn stranger(&self) -> Account {
        Account { access_token: "another1".into(), ..self.account.clone() }
    }

    /// An address at which nobody answers.
    pub fn nobody(&self) -> Account {
        let nobody =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
        Account { base_url: format!("http://{nobody}"), ..self.account.clone() }
    }

    pub fn faults(&self, faults: Faults) {
        self.sandbox.put_faults(faults);
    }

    /// An order to the sandbox itself.
    pub async fn order(&self, path: &str, body: Value) -> Value {
        self.call(reqwest::Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Value {
        self.call(reqwest::Method::PUT, path, body).await
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.base)).json(&body);
        let answer = request.send().await.expect("the sandbox answers");
        let status = answer.status();
        let body = answer.bytes().await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// The path of a linked device in the sandbox's own API.
    pub fn device(&self, order: &str) -> String {
        format!("/_sandbox/devices/{}/{}/{order}", self.kind.as_str(), self.account.number_id)
    }

    /// How many sends the sandbox took for this number.
    pub async fn taken(&self) -> u64 {
        let url = format!("{}/_sandbox/stats?profile={}", self.base, self.account.number_id);
        let answer = self.client.get(url).send().await.expect("answers").bytes().await.expect("a body");
        serde_json::from_slice::<Value>(&answer).expect("json")["accepted"].as_u64().expect("a count")
    }

    /// Somebody writes to the number.
    pub async fn write(&self, parts: Value) -> String {
        let provider = if self.kind == ProviderKind::Sandbox { "cloud_api" } else { self.kind.as_str() };
        let mut order = json!({ "provider": provider, "profile": self.account.number_id, "from": PERSON });
        order.as_object_mut().expect("an object").extend(parts.as_object().expect("an object").clone());
        let answer = self.order("/_sandbox/inbound", order).await;
        answer["ids"][0].as_str().expect("an id").to_owned()
    }

    pub async fn webhook(&mut self) -> Webhook {
        let next = tokio::time::timeout(Duration::from_secs(10), self.webhooks.recv()).await;
        next.expect("a webhook arrives").expect("the callback runs")
    }

    /// The notices of webhooks to come, each believed, until one is what is looked for.
    pub async fn notice<T>(&mut self, mut wanted: impl FnMut(Notice) -> Option<T>) -> T {
        loop {
            let (headers, body) = self.webhook().await;
            self.provider.verify_signature(&self.account, &headers, &body).expect("the sandbox signs");
            for notice in self.provider.parse_webhook(&body).expect("the sandbox speaks the protocol") {
                assert!(!matches!(notice, Notice::Unsupported { .. }), "{notice:?}");
                if let Some(found) = wanted(notice) {
                    return found;
                }
            }
        }
    }
}

/// A client that waits so long for an answer.
pub fn provider(kind: ProviderKind, timeout: Duration) -> Arc<dyn Provider> {
    let config = ClientConfig { reach: Reach::anywhere(), timeout, ..ClientConfig::default() };
    Registry::new(&config).expect("builds").provider_for(kind)
}

fn account(kind: ProviderKind, engine: &str, base: &str) -> Account {
    let (path, number_id) = match kind {
        ProviderKind::CloudApi | ProviderKind::Sandbox => ("/v23.0", "7001"),
        ProviderKind::GreenApi => ("/green", "1101000001"),
        ProviderKind::Waha => ("/waha", "main"),
        ProviderKind::Zentra => ("/zentra/v1", "0198c0de-0000-4000-8000-000000000001"),
    };
    let mut account = Account {
        profile_id: Uuid::nil(),
        base_url: format!("{base}{path}"),
        number_id: number_id.into(),
        access_token: "token1234".into(),
        webhook_secret: "hook-secret".into(),
        verify_token: "verify".into(),
        settings: Default::default(),
    };
    let settings: &[(&str, &str)] = match kind {
        ProviderKind::CloudApi | ProviderKind::Sandbox => &[("business_account_id", "9001")],
        ProviderKind::Waha => &[("engine", engine)],
        _ => &[],
    };
    account.settings.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    account
}

pub fn message(content: Content) -> Outgoing {
    let to = Recipient::Phone(PERSON.into());
    Outgoing { message_id: Uuid::new_v4(), to, content, reply_to: None }
}

/// A text that no other message has.
pub fn text() -> Outgoing {
    let body = format!("Grüße 🎉 {}", Uuid::new_v4());
    message(Content::Text { body, preview_url: false })
}
