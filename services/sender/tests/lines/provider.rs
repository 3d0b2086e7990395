//! The other side of the Cloud API, as far as a sender calls it: keeps what it was called for, and may hold its answers.

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

/// How long a number is to be left alone whose messages say so.
pub const RETRY_AFTER_S: i64 = 3_600;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub struct Provider {
    pub url: String,
    calls: Arc<watch::Sender<Vec<Uuid>>>,
    held: Arc<watch::Sender<bool>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v23.0", listener.local_addr().expect("an address"));
        let provider = Self { url, calls: Arc::default(), held: Arc::default() };
        let router = Router::new().route("/v23.0/{number}/messages", post(take)).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        provider
    }

    /// Of each call the message's id, in the order in which they came.
    pub fn calls(&self) -> Vec<Uuid> {
        self.calls.borrow().clone()
    }

    pub async fn until_called(&self, times: usize) {
        let mut calls = self.calls.subscribe();
        let reached = tokio::time::timeout(PATIENCE, calls.wait_for(|calls| calls.len() >= times)).await;
        assert!(reached.is_ok(), "called {} times, not {times}", self.calls.borrow().len());
    }

    /// From here on messages of campaigns, and others whose text asks for it, are not answered.
    pub fn hold_campaigns(&self) {
        self.held.send_replace(true);
    }

    pub fn let_go(&self) {
        self.held.send_replace(false);
    }
}

async fn take(State(provider): State<Provider>, Json(body): Json<Value>) -> Response {
    let id = body["biz_opaque_callback_data"].as_str().and_then(|id| id.parse().ok()).expect("the message's id");
    provider.calls.send_modify(|calls| calls.push(id));
    let text = body["text"]["body"].as_str().unwrap_or_default();
    if text.contains("campaign") || text.contains("held") {
        let mut held = provider.held.subscribe();
        held.wait_for(|held| !held).await.expect("the provider lives");
    }
    if text.contains("throttled") {
        let error = json!({ "error": { "message": "Rate limit hit", "code": 130_429 } });
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", RETRY_AFTER_S.to_string())], Json(error))
            .into_response();
    }
    Json(json!({ "messaging_product": "whatsapp", "messages": [{ "id": format!("wamid.{id}") }] })).into_response()
}
