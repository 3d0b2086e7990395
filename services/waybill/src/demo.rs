//! What `waybill up` starts: every role in this process, and a demo tenant made through the public API, as a person
//! would make it.

use crate::roles;
use anyhow::{Context as _, bail};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use waybill::up::{Servers, Started};
use waybill_runtime::life::Tasks;
use waybill_runtime::{Clock, Config, Context, Role, telemetry};

const EMAIL: &str = "demo@waybill.local";
const PASSWORD: &str = "waybill-demo-1";
const CONTACTS: usize = 1_000;
const POSITION: &str = "waybill-position";
const MIN_POSITION: &str = "waybill-min-position";
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts all roles on `servers`; answers when the product can be used.
pub async fn start(servers: Servers, stop: CancellationToken) -> anyhow::Result<Started> {
    let config = config(&servers);
    let telemetry = telemetry::init(&config, "all")?;
    telemetry::metrics();
    crate::cli::migrate(&config).await?;
    let context = Context::connect(config, Clock::system(), stop.clone()).await?;
    let mut tasks = Tasks::default();
    roles::add(&mut tasks, &Role::WORKERS, &context);
    let roles = tokio::spawn(async move {
        let ended = tasks.run(stop).await;
        drop(telemetry);
        ended
    });
    let base = format!("http://{}", servers.listen);
    let ready = async {
        wait_until_ready(&base).await?;
        if servers.demo { seed(&base).await.map(Some).context("making the demo tenant") } else { Ok(None) }
    };
    let mut roles = roles;
    let demo_account = tokio::select! {
        ready = ready => match ready {
            Ok(account) => account,
            // A role that failed is the cause of what the demo met.
            Err(error) => match tokio::time::timeout(Duration::from_secs(1), &mut roles).await {
                Ok(ended) => return Err(ended.context("a role panicked")?.err().unwrap_or(error)),
                Err(_) => return Err(error),
            },
        },
        ended = &mut roles => {
            ended.context("a role panicked")??;
            bail!("the roles ended before they were ready");
        }
    };
    Ok(Started { roles, demo_account })
}

fn config(servers: &Servers) -> Config {
    let mut config = Config::on(&servers.database_url, &servers.nats_url, &servers.master_key);
    config.listen = servers.listen;
    config.public_url = format!("http://{}", servers.listen);
    config.sandbox_url = Some(servers.sandbox_url.clone());
    if config.smtp_url.is_none() {
        config.mail_folder.get_or_insert_with(|| servers.data.join("mail"));
    }
    config.media_store.get_or_insert_with(|| format!("file://{}", servers.data.join("media").display()));
    if std::env::var_os("WAYBILL_LOG").is_none() {
        // The terminal is for the person who started it: what is said there should matter.
        config.log = "error,waybill=warn".into();
    }
    config
}

async fn wait_until_ready(base: &str) -> anyhow::Result<()> {
    let client = reqwest::Client::new();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Ok(answer) = client.get(format!("{base}/readyz")).send().await
            && answer.status().is_success()
        {
            return Ok(());
        }
        if tokio::time::Instant::now() > deadline {
            bail!("the gateway at {base} did not become ready");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Makes the demo tenant unless it is there; answers its account as a line.
async fn seed(base: &str) -> anyhow::Result<String> {
    let account = format!("{EMAIL} / {PASSWORD}");
    let mut demo = Demo {
        client: reqwest::Client::new(),
        base: format!("{base}/api/v1"),
        token: String::new(),
        position: AtomicI64::new(0),
    };
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let login = demo.client.post(format!("{}/auth/login", demo.base)).json(&credentials).send().await?;
    if login.status().is_success() {
        demo.token = token(&login.json().await?)?;
    } else {
        let body = json!({
            "email": EMAIL, "password": PASSWORD, "full_name": "Demo Operator", "business_name": "Kopi Waybill"
        });
        demo.token = token(&demo.post("/auth/register", "demo-register", body).await?)?;
    }
    if demo.get("/campaigns?limit=1").await?["items"].as_array().is_some_and(|items| !items.is_empty()) {
        return Ok(account);
    }
    demo.import().await?;
    demo.campaign().await?;
    Ok(account)
}

fn token(answer: &Value) -> anyhow::Result<String> {
    Ok(answer["access_token"].as_str().context("an access token in the answer")?.to_owned())
}

struct Demo {
    client: reqwest::Client,
    base: String,
    token: String,
    position: AtomicI64,
}

impl Demo {
    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.base);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let request = self.client.get(&url).bearer_auth(&self.token);
            let answer = request.header(MIN_POSITION, self.position.load(Ordering::Relaxed)).send().await?;
            if !is_busy(&answer) || tokio::time::Instant::now() > deadline {
                return read(path, answer).await;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// `key` makes a repeat harmless: a start that was broken off goes on where it was.
    async fn post(&self, path: &str, key: &str, body: Value) -> anyhow::Result<Value> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token);
            let answer = request.header("Idempotency-Key", key).json(&body).send().await?;
            if !is_busy(&answer) || tokio::time::Instant::now() > deadline {
                self.note_position(&answer);
                return read(path, answer).await;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// What is read afterwards is at least as new as the last command.
    fn note_position(&self, answer: &reqwest::Response) {
        let position = answer.headers().get(POSITION).and_then(|value| value.to_str().ok()?.parse().ok());
        self.position.fetch_max(position.unwrap_or(0), Ordering::Relaxed);
    }

    async fn until(&self, path: &str, done: impl Fn(&Value) -> bool) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path).await?;
            if done(&answer) {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                bail!("{path} did not get there: {answer}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn import(&self) -> anyhow::Result<()> {
        let file = Part::text(contacts()).file_name("demo-contacts.csv").mime_str("text/csv")?;
        let form =
            Form::new().text("commit", "true").text("default_country", "ID").text("tags", "demo").part("file", file);
        let request = self.client.post(format!("{}/contacts/upload", self.base)).bearer_auth(&self.token);
        let answer = request.multipart(form).send().await?;
        self.note_position(&answer);
        let answer = read("/contacts/upload", answer).await?;
        let id = answer["import_id"].as_str().context("an import id in the answer")?;
        self.until(&format!("/imports/{id}"), |it| it["status"] == "finished").await
    }

    async fn campaign(&self) -> anyhow::Result<()> {
        let packages = self.get("/packages").await?;
        let package = packages["items"][0]["id"].as_str().context("the sandbox package of a new tenant")?;
        let draft = json!({
            "name": "Welcome to Kopi Waybill",
            "audience": { "all": true },
            "template_text": "Hi {{name}}, the new season's beans from {{city}} are here. Reply STOP to opt out.",
            "package_id": package,
        });
        let campaign = self.post("/campaigns", "demo-campaign", draft).await?;
        let id = campaign["id"].as_str().context("a campaign id in the answer")?;
        let terms = self.get("/terms").await?;
        self.post("/terms/accept", "demo-terms", json!({ "version": terms["version"] })).await?;
        self.post(&format!("/campaigns/{id}/start"), "demo-start", json!({})).await?;
        self.until(&format!("/campaigns/{id}"), |it| it["status"] == "completed").await
    }
}

/// At a first start the read models are being made, and on a slow machine they may be behind.
fn is_busy(answer: &reqwest::Response) -> bool {
    matches!(answer.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

async fn read(path: &str, answer: reqwest::Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let body = answer.text().await?;
    if !status.is_success() {
        bail!("{path} answered {status}: {body}");
    }
    if body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_str(&body).with_context(|| format!("reading {path}"))
    }
}

/// A made-up file: most have consented, a few have not, one row is wrong.
fn contacts() -> String {
    const NAMES: [&str; 10] = ["Ayu", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hana", "Indra", "Joko"];
    const CITIES: [&str; 5] = ["Bandung", "Denpasar", "Jakarta", "Medan", "Surabaya"];
    let mut file = String::from("name,phone,consent,city\n");
    for n in 0..CONTACTS {
        let consent = if n % 25 == 24 { "no" } else { "yes" };
        let (name, city) = (NAMES[n % NAMES.len()], CITIES[n % CITIES.len()]);
        file.push_str(&format!("{name} {:03},+62812{:07},{consent},{city}\n", n / NAMES.len(), 3_000_000 + n));
    }
    file
}
