//! A sandbox on a port of its own, and a callback that keeps what it is sent.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use waybill_sandbox::{Behaviour, Config, SIGNATURE_HEADER, Span, serve, signature};

/// Receipts without the waits of the world.
pub fn quick() -> Config {
    let instant = Span { min: 0, max: 3 };
    let receipts = Behaviour { sent_ms: instant, delivered_ms: instant, read_ms: instant, ..Behaviour::default() };
    Config {
        receipts,
        batch_linger: Duration::from_millis(2),
        retry_cap: Duration::from_millis(100),
        seed: Some(11),
        ..Config::default()
    }
}

/// Every send gets `sent`, `delivered` and `read`.
pub fn complete() -> Config {
    let config = quick();
    let receipts = Behaviour { read_share: 1.0, delivered_omitted: 0.0, ..config.receipts };
    Config { receipts, ..config }
}

/// A running sandbox.
pub struct Rig {
    pub base: String,
    pub client: reqwest::Client,
    shutdown: CancellationToken,
    served: JoinHandle<anyhow::Result<()>>,
}

impl Rig {
    pub async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let shutdown = CancellationToken::new();
        let served = tokio::spawn(serve(listener, config, shutdown.clone()));
        Self { base, client: reqwest::Client::new(), shutdown, served }
    }

    /// With a callback to which all webhooks go, whatever the number.
    pub async fn with_callback(config: Config) -> (Self, Callback) {
        let callback = Callback::start().await;
        let default_callback = format!("{}/hooks/{{phone_number_id}}", callback.base);
        (Self::start(Config { default_callback, ..config }).await, callback)
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.served.await.expect("no panic").expect("a clean end");
    }

    /// Why the sandbox ended by itself.
    pub async fn ended(self) -> String {
        format!("{:#}", self.served.await.expect("no panic").expect_err("an error"))
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth("any");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("the sandbox answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Posts to the control API.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, &format!("/_sandbox/{path}"), Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn send(&self, phone_number_id: &str, message_id: &str) -> (u16, Value) {
        self.call(Method::POST, &format!("/v23.0/{phone_number_id}/messages"), Some(message(message_id))).await
    }

    /// Asks for the statistics until they fit.
    pub async fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let asking = async {
            loop {
                last = self.get("/_sandbox/stats").await;
                if fits(&last) {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), asking).await.is_ok();
        assert!(in_time, "never {what}: {last}");
        last
    }

    pub async fn until_settled(&self) -> Value {
        self.until("settled", |stats| stats["receipts_pending"] == 0).await
    }
}

pub fn message(message_id: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "to": "+4915112345678",
        "type": "text",
        "text": { "body": "hi" },
        "biz_opaque_callback_data": message_id,
    })
}

/// A webhook that arrived with the right signature.
pub struct Webhook {
    pub path: String,
    pub value: Value,
}

impl Webhook {
    pub fn statuses(&self) -> &[Value] {
        self.value["statuses"].as_array().map_or(&[], Vec::as_slice)
    }
}

/// Where the webhooks go.
pub struct Callback {
    pub base: String,
    received: mpsc::UnboundedReceiver<Webhook>,
    answer: Arc<AtomicU16>,
    refused: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Webhook>,
    answer: Arc<AtomicU16>,
    refused: Arc<AtomicU64>,
}

impl Callback {
    pub async fn start() -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let answer = Arc::new(AtomicU16::new(200));
        let refused = Arc::new(AtomicU64::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let inbox = Inbox { sender, answer: answer.clone(), refused: refused.clone() };
        tokio::spawn(
            async move { axum::serve(listener, axum::Router::new().fallback(receive).with_state(inbox)).await },
        );
        Self { base, received, answer, refused }
    }

    /// Every webhook from now on is answered with this status; only with 200 it is kept.
    pub fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }

    pub async fn next(&mut self) -> Webhook {
        let next = tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await;
        next.expect("a webhook arrives").expect("the callback runs")
    }

    /// What has arrived so far, as the statuses of each message in the order of arrival.
    pub fn by_message(&mut self) -> HashMap<String, Vec<String>> {
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        while let Ok(webhook) = self.received.try_recv() {
            for status in webhook.statuses() {
                let text = |name: &str| status[name].as_str().expect("text").to_owned();
                found.entry(text("biz_opaque_callback_data")).or_default().push(text("status"));
            }
        }
        found
    }

    pub fn webhooks(&mut self) -> Vec<Webhook> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }
}

async fn receive(State(inbox): State<Inbox>, uri: OriginalUri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let status = StatusCode::from_u16(inbox.answer.load(Ordering::SeqCst)).expect("a status");
    if status != StatusCode::OK {
        inbox.refused.fetch_add(1, Ordering::SeqCst);
        return status;
    }
    let given = headers.get(SIGNATURE_HEADER).and_then(|header| header.to_str().ok()).map(str::to_owned);
    let root: Value = serde_json::from_slice(&body).expect("json");
    let value = root["entry"][0]["changes"][0]["value"].clone();
    if given != Some(signature("sandbox-secret", &body)) {
        return StatusCode::UNAUTHORIZED;
    }
    let _ = inbox.sender.send(Webhook { path: uri.path().to_owned(), value });
    status
}
