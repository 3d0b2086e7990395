//! A callback for the wires of linked devices: it keeps whatever it is sent, and asks nothing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// A webhook as it arrived.
pub struct Post {
    pub path: String,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub body: Value,
}

impl Post {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Where the webhooks go.
pub struct Postbox {
    pub base: String,
    posts: mpsc::UnboundedReceiver<Post>,
    /// Those somebody looked past.
    passed: VecDeque<Post>,
    answer: Arc<AtomicU16>,
    refused: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Slot {
    sender: mpsc::UnboundedSender<Post>,
    answer: Arc<AtomicU16>,
    refused: Arc<AtomicU64>,
}

impl Postbox {
    pub async fn start() -> Self {
        let (sender, posts) = mpsc::unbounded_channel();
        let answer = Arc::new(AtomicU16::new(200));
        let refused = Arc::new(AtomicU64::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let slot = Slot { sender, answer: answer.clone(), refused: refused.clone() };
        let app = axum::Router::new().fallback(receive).with_state(slot);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, posts, passed: VecDeque::new(), answer, refused }
    }

    /// Every webhook from now on is answered with this status; only with 200 it is kept.
    pub fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub async fn until_refused(&self, times: u64) {
        let waiting = async {
            while self.refused.load(Ordering::SeqCst) < times {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("webhooks come and are refused");
    }

    /// The next webhook that fits; the others stay for later.
    pub async fn next(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Post {
        if let Some(place) = self.passed.iter().position(|post| fits(&post.body)) {
            return self.passed.remove(place).expect("it is there");
        }
        let waiting = async {
            loop {
                let post = self.posts.recv().await.expect("the callback runs");
                if fits(&post.body) {
                    return post;
                }
                self.passed.push_back(post);
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(post) => post,
            Err(_) => panic!("never {what}: {:?}", self.passed.iter().map(|post| &post.body).collect::<Vec<_>>()),
        }
    }

    /// All that arrived so far, in the order of arrival, as far as nobody took it.
    pub fn all(&mut self) -> Vec<Post> {
        while let Ok(post) = self.posts.try_recv() {
            self.passed.push_back(post);
        }
        self.passed.drain(..).collect()
    }
}

async fn receive(State(slot): State<Slot>, uri: OriginalUri, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    let status = StatusCode::from_u16(slot.answer.load(Ordering::SeqCst)).expect("a status");
    if status != StatusCode::OK {
        slot.refused.fetch_add(1, Ordering::SeqCst);
        return status;
    }
    let body = serde_json::from_slice(&bytes).expect("json");
    let _ = slot.sender.send(Post { path: uri.path().to_owned(), headers, bytes, body });
    status
}
