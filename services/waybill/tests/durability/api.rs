//! The HTTP API as a careful client uses it: each command under a key, asked again until there is an answer.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

const AGAIN: Duration = Duration::from_millis(20);

#[derive(Clone)]
pub struct Api {
    client: Client,
    bases: Arc<Vec<String>>,
    email: String,
    token: Arc<RwLock<String>>,
    /// The highest place in the log that an answer named: what is read has to be as new.
    position: Arc<AtomicI64>,
}

/// An answer that settles the matter: neither a broken connection nor a 5xx.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    position: i64,
}

impl Answer {
    pub fn expect(self, status: u16, what: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{what}: {}", self.body);
        self.body
    }
}

const PASSWORD: &str = "a-long-password";

impl Api {
    pub fn new(bases: Vec<String>, email: &str) -> Self {
        let client = Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        Self {
            client,
            bases: Arc::new(bases),
            email: email.to_owned(),
            token: Arc::default(),
            position: Arc::default(),
        }
    }

    /// A new tenant, and its first person signed in.
    pub async fn register(&self) {
        let body = json!({
            "email": self.email, "password": PASSWORD, "full_name": "Rita Rig", "business_name": "Durable Ltd"
        });
        let answer = self.client.post(format!("{}/api/v1/auth/register", self.bases[0])).json(&body).send().await;
        let answer = read(answer).await.expect("an answer to the registration").expect(201, "registering");
        self.keep_token(&answer);
        let terms = self.get("/terms").await;
        self.post("/terms/accept", "terms", json!({ "version": terms["version"] })).await.expect(200, "accepting");
    }

    /// The password and the token of the rig's own person.
    pub fn own_secrets(&self) -> Vec<String> {
        vec![PASSWORD.to_owned(), self.token.read().expect("nobody panics holding it").clone()]
    }

    /// A new API key, and the values of the cookies of a sign-in.
    pub async fn secrets(&self, key: Value) -> (String, Vec<String>) {
        let made = self.request(0, Method::POST, "/api-keys").json(&key).send().await.expect("an answer");
        let key = made.headers()["waybill-api-key"].to_str().expect("a key").to_owned();
        let body = json!({ "email": self.email, "password": PASSWORD });
        let login = self.client.post(format!("{}/api/v1/auth/login", self.bases[0])).json(&body).send().await;
        let login = login.expect("an answer");
        let cookies = login.headers().get_all("set-cookie").iter().map(|cookie| {
            let cookie = cookie.to_str().expect("text").split(';').next().expect("a value");
            cookie.split_once('=').expect("a value").1.to_owned()
        });
        (key, cookies.collect())
    }

    /// Tries another password.
    pub async fn log_in_with(&self, password: &str) {
        let body = json!({ "email": self.email, "password": password });
        let answer = self.client.post(format!("{}/api/v1/auth/login", self.bases[0])).json(&body).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    }

    async fn log_in(&self) -> Option<()> {
        let body = json!({ "email": self.email, "password": PASSWORD });
        let answer = self.client.post(format!("{}/api/v1/auth/login", self.bases[0])).json(&body).send().await;
        self.keep_token(&read(answer).await?.expect(200, "logging in"));
        Some(())
    }

    fn keep_token(&self, answer: &Value) {
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        *self.token.write().expect("nobody panics holding it") = token;
    }

    fn request(&self, door: usize, method: Method, path: &str) -> RequestBuilder {
        let base = &self.bases[door % self.bases.len()];
        let token = self.token.read().expect("nobody panics holding it").clone();
        self.client.request(method, format!("{base}/api/v1{path}")).bearer_auth(token)
    }

    /// One try. `None` when the gateway, or what is behind it, is away.
    pub async fn try_get(&self, path: &str) -> Option<Value> {
        let position = self.position.load(Ordering::Relaxed);
        let request = self.request(0, Method::GET, path).header("Waybill-Min-Position", position);
        let answer = read(request.send().await).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.log_in().await?;
            return None;
        }
        Some(answer.expect(200, path))
    }

    pub async fn get(&self, path: &str) -> Value {
        loop {
            if let Some(answer) = self.try_get(path).await {
                return answer;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// All pages of a list.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{join}limit=200{cursor}")).await;
            items.extend(page["items"].as_array().expect("a page").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// A command, asked again under its key until it is answered.
    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.post_at(0, path, key, body).await
    }

    /// The same through another gateway.
    pub async fn post_at(&self, door: usize, path: &str, key: &str, body: Value) -> Answer {
        loop {
            let request = self.request(door, Method::POST, path).header("Idempotency-Key", key).json(&body);
            match read(request.send().await).await {
                Some(answer) if answer.status == StatusCode::UNAUTHORIZED => drop(self.log_in().await),
                Some(answer) => {
                    self.position.fetch_max(answer.position, Ordering::Relaxed);
                    return answer;
                }
                None => {}
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Imports a contact file; answers the import's id.
    pub async fn upload(&self, file: String) -> String {
        use reqwest::multipart::{Form, Part};
        let part = Part::text(file).file_name("contacts.csv").mime_str("text/csv").expect("a type");
        let form = Form::new().text("commit", "true").text("default_country", "ID").part("file", part);
        let answer = self.request(0, Method::POST, "/contacts/upload").multipart(form).send().await;
        let answer = read(answer).await.expect("an answer to the upload");
        self.position.fetch_max(answer.position, Ordering::Relaxed);
        let body = answer.expect(202, "uploading");
        body["import_id"].as_str().expect("an import").to_owned()
    }

    pub async fn is_ready(&self, door: usize) -> bool {
        let answer = self.client.get(format!("{}/readyz", self.bases[door])).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

async fn read(answer: Result<reqwest::Response, reqwest::Error>) -> Option<Answer> {
    let answer = answer.ok()?;
    let status = answer.status();
    if status.is_server_error() {
        return None;
    }
    let position = answer.headers().get("waybill-position").and_then(|it| it.to_str().ok()?.parse().ok()).unwrap_or(0);
    let text = answer.text().await.ok()?;
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).ok()? };
    Some(Answer { status, body, position })
}
