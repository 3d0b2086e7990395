//! One gateway of its own for each test, and people who talk to it.

use crate::projector;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;
use waybill_event_store::{Database, MasterKey};
use waybill_launcher::{TestDatabase, shared_test_servers};
use waybill_runtime::config::Config;
use waybill_runtime::{Clock, Context};

pub const PASSWORD: &str = "a long password";

pub struct House {
    pub context: Context,
    pub router: Router,
    stop: CancellationToken,
    projector: CancellationToken,
    _database: TestDatabase,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Somebody with a session. Remembers the place of the last command, so that what is read next shows it.
#[derive(Clone)]
pub struct Person {
    router: Router,
    pub token: String,
    pub email: String,
    position: Arc<AtomicI64>,
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(settle: impl FnOnce(&mut Config)) -> Self {
        Self::open_at(Clock::system(), settle).await
    }

    pub async fn open_at(clock: Clock, settle: impl FnOnce(&mut Config)) -> Self {
        let servers = shared_test_servers();
        let database = servers.fresh_database();
        let key = "5a".repeat(32);
        let mut config = config(&database.url, &servers.nats_url, &key);
        // Where the numbers of tests are; nobody is called there.
        config.private_providers = "127.0.0.1".into();
        // One folder for all tests: every file has an id of its own.
        config.media_store = Some(format!("file://{}/waybill-test-media", std::env::temp_dir().display()));
        settle(&mut config);
        Database::migrate(&database.url, &MasterKey::from_hex(&key).unwrap()).await.unwrap();
        let stop = CancellationToken::new();
        let context = Context::connect(config, clock, stop.clone()).await.unwrap();
        projector::install(&context).await;
        let following = projector::follow(context.clone());
        let projecting = stop.child_token();
        let stopped = projecting.clone();
        tokio::spawn(async move { stopped.run_until_cancelled(following).await });
        let router = waybill_gateway::router(context.clone()).unwrap();
        Self { context, router, stop, projector: projecting, _database: database }
    }

    /// From here on the read models stay as they are.
    pub fn stop_projecting(&self) {
        self.projector.cancel();
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        Reply::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A request without a session.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        self.send(json_request(method, path, body)).await
    }

    /// A new organisation and its admin.
    pub async fn person(&self) -> Person {
        let email = format!("{}@example.org", Uuid::now_v7().simple());
        let reply = self.ask(Method::POST, "/api/v1/auth/register", Some(registration(&email))).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let person = Person {
            router: self.router.clone(),
            token: reply.json()["access_token"].as_str().unwrap().to_owned(),
            email,
            position: Arc::new(AtomicI64::new(reply.position().unwrap())),
        };
        person.accept_terms().await;
        person
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.context.store.database.system).await.unwrap()
    }
}

/// Today's time, which stands still and moves on as a test needs.
#[derive(Clone)]
pub struct Time {
    begun: chrono::DateTime<chrono::Utc>,
    later: Arc<AtomicI64>,
}

impl Default for Time {
    fn default() -> Self {
        Self { begun: chrono::Utc::now(), later: Arc::default() }
    }
}

impl Time {
    pub fn pass(&self, seconds: i64) {
        self.later.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn clock(&self) -> Clock {
        let (begun, later) = (self.begun, self.later.clone());
        Clock::from_fn(move || begun + chrono::TimeDelta::seconds(later.load(Ordering::Relaxed)))
    }
}

pub fn registration(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "full_name": "Ana", "business_name": "Kopi"})
}

pub fn json_request(method: Method, path: &str, body: Option<Value>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}

impl Person {
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        if request.method() == Method::GET || request.uri().path().ends_with("/forecast") {
            let position = self.position.load(Ordering::Relaxed).to_string();
            request.headers_mut().insert("waybill-min-position", position.parse().unwrap());
        }
        let reply = Reply::of(self.router.clone().oneshot(request).await.unwrap()).await;
        if let Some(position) = reply.position() {
            self.position.fetch_max(position, Ordering::Relaxed);
        }
        reply
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(json_request(Method::GET, &format!("/api/v1{path}"), None)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> Reply {
        self.send(json_request(method, &format!("/api/v1{path}"), Some(body))).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, body).await
    }

    /// With an idempotency key.
    pub async fn post_once(&self, key: &str, path: &str, body: Value) -> Reply {
        let mut request = json_request(Method::POST, &format!("/api/v1{path}"), Some(body));
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        self.send(request).await
    }

    /// Signs in anew, for instance when time has passed.
    pub async fn sign_in_again(&mut self, house: &House) {
        let login = json!({"email": self.email, "password": PASSWORD});
        let login = house.ask(Method::POST, "/api/v1/auth/login", Some(login)).await.expect(200).json();
        self.token = login["access_token"].as_str().unwrap().to_owned();
    }

    pub async fn accept_terms(&self) {
        let terms = self.get("/terms").await.expect(200).json();
        self.post("/terms/accept", json!({"version": terms["version"]})).await.expect(200);
    }

    /// A contact who agreed to be written to.
    pub async fn contact(&self, phone: &str) -> String {
        let body = json!({"phone": phone, "name": "Budi", "consent": true});
        self.post("/contacts", body).await.expect(201).id()
    }

    /// A package with one number, and the number.
    pub async fn package(&self) -> (String, String) {
        let settings = json!({"jitter_min_ms": 0, "jitter_max_ms": 0, "daily_limit": null, "rate_per_minute": null,
            "cap_per_campaign": null});
        let package = self.post("/packages", json!({"name": "Main", "settings": settings})).await.expect(201).id();
        let profile = self.post(&format!("/packages/{package}/profiles"), profile("4242")).await.expect(201).id();
        (package, profile)
    }

    pub async fn draft(&self, package: &str) -> String {
        let draft = json!({"name": "Spring", "audience": {"all": true}, "template_text": "Hi {{name}}",
            "package_id": package});
        self.post("/campaigns", draft).await.expect(201).id()
    }

    /// Another session, from the answer that began it.
    pub fn as_somebody_else(&self, signed_in: &Value, email: &str) -> Person {
        let token = signed_in["access_token"].as_str().expect("a token").to_owned();
        let position = Arc::new(AtomicI64::new(self.position.load(Ordering::Relaxed)));
        Person { router: self.router.clone(), token, email: email.to_owned(), position }
    }

    /// Until a read model shows what was appended directly.
    pub fn saw(&self, position: i64) {
        self.position.fetch_max(position, Ordering::Relaxed);
    }
}

pub fn profile(phone_number_id: &str) -> Value {
    json!({"name": "Berlin", "provider": "sandbox", "phone": "+4915112345678", "phone_number_id": phone_number_id,
        "access_token": "the-token", "app_secret": "the-app-secret", "verify_token": "the-verify-token",
        "base_url": "http://127.0.0.1:9"})
}

impl Reply {
    pub async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        // A stream of events never ends.
        if parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            return Self { status: parts.status, headers: parts.headers, body: Vec::new() };
        }
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} is not JSON: {}", self.status, self.text()))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// A problem document with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let body = self.json();
        assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(status.into()), Some(code)), "{body}");
        assert!(body["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{body}");
        body
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"].as_str().expect("an id").to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn position(&self) -> Option<i64> {
        self.header("waybill-position")?.parse().ok()
    }
}

/// The document without what differs from one request to the next.
pub fn without_trace(mut problem: Value) -> Value {
    problem.as_object_mut().unwrap().remove("trace_id");
    problem
}

/// The defaults, but for what a test needs. Through the command line, so that a new setting does not end every test.
fn config(database_url: &str, nats_url: &str, key: &str) -> Config {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }
    // Nobody relays to the stream: the log is followed in Postgres.
    let stream = format!("GATEWAY-{}", Uuid::now_v7().simple());
    let line = ["gateway", "--database-url", database_url, "--nats-url", nats_url, "--master-key", key, "--stream"];
    let line = line.into_iter().chain([stream.as_str(), "--starting-points", "1000", "--database-connections", "8"]);
    <Line as clap::Parser>::parse_from(line).config
}
