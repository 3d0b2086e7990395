//! A rig for the main job: real Postgres and NATS, every role but the gateway in this process, the sandbox as provider,
//! and a receiver for its webhooks that does what the gateway's does.

#[path = "rig_campaigns.rs"]
mod campaigns;
#[path = "rig_conversations.rs"]
mod conversations;
#[path = "rig_disorder.rs"]
mod disorder;
#[path = "rig_media.rs"]
mod media;
#[path = "rig_numbers.rs"]
mod numbers;
#[path = "rig_templates.rs"]
mod templates;

pub use disorder::Dice;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use chrono::{NaiveTime, TimeDelta};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Audience, Campaign, Plan};
use waybill_domain::contact::{self, Consent, Contact, Person, Source};
use waybill_domain::id::*;
use waybill_domain::package::{self, Package, limits::Overrides, limits::Settings};
use waybill_domain::personal::Personal;
use waybill_domain::profile;
use waybill_domain::provider::ProviderKind;
use waybill_domain::stream::StreamId;
use waybill_domain::wallet::{self, Wallet};
use waybill_domain::webhook_inbox::{RawBody, Received};
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_event_store::{Append, Database, EventStore, Expected, Loaded, MasterKey, Metadata, Outcome, StreamWrite};
use waybill_launcher::TestDatabase;

use waybill_runtime::life::Tasks;
use waybill_runtime::{Clock, Config, Context};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether tests of durability run at the promised size.
pub fn is_full() -> bool {
    std::env::var("WAYBILL_DURABILITY").as_deref() == Ok("full")
}

/// For a wait that must end.
fn patience() -> Duration {
    if is_full() { PATIENCE * 20 } else { PATIENCE }
}

pub struct Rig {
    pub context: Context,
    pub tenant: TenantId,
    pub package: PackageId,
    pub profiles: Vec<ProfileId>,
    sandbox: String,
    hooks: String,
    withheld: Withheld,
    config: Config,
    ahead_ms: Arc<AtomicI64>,
    stop: CancellationToken,
    _database: TestDatabase,
}

#[derive(Debug, Deserialize)]
pub struct SandboxStats {
    pub distinct: u64,
    pub duplicates: u64,
    pub receipts_pending: u64,
}

/// What else a rig may begin with.
pub struct Options {
    pub settings: Settings,
    /// By the same clock as the provider, for what compares the two.
    pub in_step: bool,
    pub receipts: waybill_sandbox::Behaviour,
    /// Whether the sender runs with the other roles.
    pub sends: bool,
    /// Calls of a sender at once.
    pub calls_at_once: u32,
}

impl Default for Options {
    fn default() -> Self {
        let receipts = waybill_sandbox::Behaviour::default();
        Self { settings: Settings::unlimited(), in_step: false, receipts, sends: true, calls_at_once: 128 }
    }
}

/// Deliveries that are kept back: each so-manieth, once that is asked.
#[derive(Clone, Default)]
struct Withheld {
    each: Arc<AtomicI64>,
    count: Arc<AtomicI64>,
    bodies: Arc<std::sync::Mutex<Vec<(String, Bytes)>>>,
}

#[derive(Debug, PartialEq)]
pub struct Totals {
    pub sent: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Rig {
    pub async fn start() -> Self {
        Self::start_with(Settings::unlimited()).await
    }

    pub async fn start_with(settings: Settings) -> Self {
        Self::start_as(Options { settings, ..Options::default() }).await
    }

    pub async fn start_in_step() -> Self {
        Self::start_as(Options { in_step: true, ..Options::default() }).await
    }

    pub async fn start_as(options: Options) -> Self {
        // Five minutes into an hour of the middle of a day: no clock hour, and no day, ends while a test runs.
        let now = Clock::system().now();
        let begins = (now.date_naive() + TimeDelta::days(1)).and_time(NaiveTime::MIN).and_utc()
            + TimeDelta::minutes(12 * 60 + 5);
        let ahead = if options.in_step { TimeDelta::zero() } else { begins - now };
        let servers = waybill_launcher::shared_test_servers();
        let _ = tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).try_init();
        let database = servers.fresh_database();
        let master = MasterKey::from_hex(KEY).expect("a key");
        Database::migrate(&database.url, &master).await.expect("migrates");
        let stop = CancellationToken::new();
        let mut config = Config::on(&database.url, &servers.nats_url, KEY);
        config.stream = format!("T{}", Uuid::now_v7().simple());
        config.uncertain_deadline_s = 1;
        config.calls_at_once = options.calls_at_once;
        config.private_providers = "127.0.0.1".into();
        config.media_store = Some(format!("file://{}/waybill-test-media", std::env::temp_dir().display()));
        let ahead_ms = Arc::new(AtomicI64::new(ahead.num_milliseconds()));
        let own = ahead_ms.clone();
        let clock =
            Clock::from_fn(move || Clock::system().now() + TimeDelta::milliseconds(own.load(Ordering::Relaxed)));
        let context = Context::connect(config.clone(), clock, stop.clone()).await.expect("connects");

        let withheld = Withheld::default();
        let hooks = receive_webhooks(context.store.clone(), withheld.clone(), stop.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sandbox = format!("http://{}", listener.local_addr().expect("an address"));
        let settings_of_sandbox = waybill_sandbox::Config {
            default_callback: format!("{hooks}/{{phone_number_id}}"),
            receipts: options.receipts,
            ..Default::default()
        };
        tokio::spawn(waybill_sandbox::serve(listener, settings_of_sandbox, stop.clone()));

        let tenant = TenantId(Uuid::now_v7());
        context.store.keys.create_tenant(tenant).await.expect("keys");
        let mut rig = Self {
            context,
            tenant,
            package: PackageId(Uuid::now_v7()),
            profiles: Vec::new(),
            sandbox,
            hooks,
            withheld,
            config,
            ahead_ms,
            stop,
            _database: database,
        };
        rig.furnish(options.settings).await;
        rig.run_roles(options.sends);
        rig
    }

    fn run_roles(&self, sends: bool) {
        let mut tasks = Tasks::default();
        let own = || self.context.clone();
        tasks.spawn("relay", waybill_relay::run(own()));
        tasks.spawn("projector", waybill_projector::run(own()));
        tasks.spawn("processes", waybill_processes::run(own()));
        if sends {
            tasks.spawn("sender", waybill_sender::run(own()));
        }
        let stop = self.stop.clone();
        tokio::spawn(async move {
            if let Err(error) = tasks.run(stop).await {
                panic!("a role failed: {error:#}");
            }
        });
    }

    pub fn metadata(&self) -> Metadata {
        self.context.unprompted(self.tenant, Actor::SYSTEM)
    }

    async fn write(&self, writes: Vec<StreamWrite>) {
        match self.context.store.append(Append::new(self.metadata(), writes)).await.expect("appends") {
            Outcome::Appended { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    /// A wallet with points, a package and three sandbox numbers.
    async fn furnish(&mut self, settings: Settings) {
        let topped_up: wallet::Event = wallet::ToppedUp { points: 1_000_000, note: String::new() }.into();
        let created = package::decide(
            &package::State::default(),
            package::Command::Create { name: "Sandbox".into(), settings, distribution: Default::default() },
        )
        .expect("created");
        let mut writes = vec![
            StreamWrite::new(StreamId::wallet(self.tenant), Expected::Exactly(0), &[topped_up]),
            StreamWrite::new(self.package, Expected::Exactly(0), &created),
        ];
        for n in 0..3 {
            let profile_id = ProfileId(Uuid::now_v7());
            let phone_number_id = format!("1{:014}", profile_id.0.as_u128() % 100_000_000_000_000);
            let added: profile::Event = profile::Added {
                package_id: self.package,
                name: format!("Number {n}"),
                provider: ProviderKind::Sandbox,
                phone: format!("+4930{n}123456"),
                phone_number_id: phone_number_id.clone(),
                overrides: Overrides::default(),
                rank: Default::default(),
            }
            .into();
            writes.push(StreamWrite::new(profile_id, Expected::Exactly(0), &[added]));
            let credential = Credential {
                base_url: format!("{}/v23.0", self.sandbox),
                access_token: "token".into(),
                app_secret: "sandbox-secret".into(),
                verify_token: "verify".into(),
                settings: Default::default(),
            };
            let access = ProfileAccess {
                profile_id,
                tenant_id: self.tenant,
                provider: ProviderKind::Sandbox,
                phone_number_id,
                credential,
            };
            self.context.store.put_credential(&access).await.expect("kept");
            self.profiles.push(profile_id);
        }
        self.write(writes).await;
    }

    /// Adds contacts; answers how many have consented.
    pub async fn contacts(&self, count: u64, consents: impl Fn(u64) -> bool) -> u64 {
        let mut granted = 0;
        let mut appends = Vec::new();
        for n in 0..count {
            let phone = format!("+62812{:07}", 1_000_000 + n);
            let contact_id = self.context.store.keys.contact_id(self.tenant, &phone).await.expect("an id");
            let consent =
                consents(n).then(|| Consent { source: "test".into(), proof: None, at: self.context.clock.now() });
            granted += u64::from(consent.is_some());
            let person = Person { phone, name: Some(format!("Ana {n}")), fields: BTreeMap::new() };
            let added: contact::Event = contact::Added {
                contact_id,
                source: Source::Manual { user_id: None },
                tags: BTreeSet::new(),
                consent,
                person: Personal::Known(person),
            }
            .into();
            appends
                .push(Append::new(self.metadata(), vec![StreamWrite::new(contact_id, Expected::Exactly(0), &[added])]));
        }
        for chunk in appends.chunks(1_000) {
            let ready = self.context.store.make_ready(chunk.to_vec()).await.expect("ready");
            let mut connection = self.context.store.database.system.acquire().await.expect("a connection");
            self.context.store.append_in(&mut connection, &ready).await.expect("appends");
        }
        granted
    }

    /// Until every reserved point is captured or released, but for those of uncertain messages.
    pub async fn until_settled(&self) {
        let open = async || {
            let uncertain: Option<i64> = sqlx::query_scalar("select sum(uncertain)::bigint from process.progress")
                .fetch_one(&self.context.store.database.system)
                .await
                .expect("progress");
            self.wallet().await.reserved as i64 == uncertain.unwrap_or(0) * 2
        };
        self.until_true("settled points", open).await;
    }

    /// Looks again whenever the log has grown, and now and then: what is waited for may be written after the last event.
    pub async fn until_true(&self, what: &str, done: impl AsyncFn() -> bool) {
        let mut head = self.context.feed.head_changes();
        let reached = async {
            while !done().await {
                if let Ok(changed) = tokio::time::timeout(Duration::from_millis(200), head.changed()).await {
                    changed.expect("the log goes on");
                }
            }
        };
        if tokio::time::timeout(patience(), reached).await.is_err() {
            panic!("{what} was not reached, the wallet is {:?}", self.wallet().await);
        }
    }

    /// Moves the clock of every role; whoever sleeps is woken by an event.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead_ms.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
        let context = self.context.clone();
        let (tenant, package) = (self.tenant, self.package);
        tokio::spawn(async move {
            let settings: Loaded<package::State> =
                context.store.load::<Package>(tenant, package.0).await.expect("a package");
            let name = format!("Sandbox at {}", context.clock.now());
            let command = package::Command::ChangeSettings { name, settings: settings.state.settings };
            let metadata = context.unprompted(tenant, Actor::SYSTEM);
            context.store.execute::<Package>(metadata, package.0, command).await.expect("changed");
        });
    }

    /// A contact of the campaign to whom nothing was dispatched yet.
    pub async fn waiting_contact(&self, id: CampaignId) -> ContactId {
        let contacts: Vec<Uuid> = sqlx::query_scalar(
            "select u from process.chunk, unnest(contact_ids[next_index + 1:]) as u where campaign_id = $1",
        )
        .bind(id.0)
        .fetch_all(&self.context.store.database.system)
        .await
        .expect("chunks");
        ContactId(contacts[0])
    }

    /// A contact writes to one of the numbers.
    pub async fn says(&self, contact: ContactId, text: &str) {
        let state = self.context.store.load::<Contact>(self.tenant, contact.0).await.expect("a contact").state;
        let from = &state.person.known().expect("a person").phone;
        let access = self.context.store.credential(self.profiles[0]).await.expect("read").expect("there");
        let body = serde_json::json!({ "profile": access.phone_number_id, "from": from, "text": text });
        let client = reqwest::Client::new();
        let answer =
            client.post(format!("{}/_sandbox/inbound", self.sandbox)).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// Until the contact's opt-out is in the log.
    pub async fn until_withdrawn(&self, contact: ContactId) {
        let withdrawn = async || {
            let contact = self.context.store.load::<Contact>(self.tenant, contact.0).await.expect("a contact");
            contact.state.consent == contact::ConsentState::Withdrawn
        };
        self.until_true("the opt-out", withdrawn).await;
    }

    pub async fn wallet(&self) -> wallet::State {
        self.context.store.load::<Wallet>(self.tenant, StreamId::wallet(self.tenant).id).await.expect("a wallet").state
    }

    pub async fn totals(&self, id: CampaignId) -> Totals {
        self.progress(id).await.expect("progress")
    }

    async fn progress(&self, id: CampaignId) -> Option<Totals> {
        sqlx::query_as("select sent, failed, cancelled, uncertain from process.progress where campaign_id = $1")
            .bind(id.0)
            .fetch_optional(&self.context.store.database.system)
            .await
            .expect("progress")
            .map(|(sent, failed, cancelled, uncertain)| Totals { sent, failed, cancelled, uncertain })
    }

    pub async fn sandbox_stats(&self) -> SandboxStats {
        let answer = reqwest::get(format!("{}/_sandbox/stats", self.sandbox)).await.expect("an answer");
        answer.json().await.expect("stats")
    }

    pub async fn faults(&self, faults: serde_json::Value) {
        let client = reqwest::Client::new();
        let answer =
            client.post(format!("{}/_sandbox/faults", self.sandbox)).json(&faults).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }
}

async fn receive_webhooks(store: EventStore, withheld: Withheld, stop: CancellationToken) -> String {
    let router = Router::new().route("/{phone_number_id}", post(receive)).with_state((store, withheld));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    tokio::spawn(async move { server.await.expect("serves") });
    format!("http://{address}")
}

async fn receive(
    State((store, withheld)): State<(EventStore, Withheld)>,
    Path(number): Path<String>,
    body: Bytes,
) -> StatusCode {
    let each = withheld.each.load(Ordering::Relaxed);
    if each > 0 && withheld.count.fetch_add(1, Ordering::Relaxed) % each == 0 {
        withheld.bodies.lock().expect("nobody panics holding it").push((number, body));
        return StatusCode::OK;
    }
    let Ok(Some(access)) = store.credential_by_number(&number).await else { return StatusCode::NOT_FOUND };
    let received: waybill_domain::webhook_inbox::Event = Received {
        profile_id: access.profile_id,
        provider: access.provider,
        bytes: body.len() as u64,
        body: Personal::Known(RawBody(String::from_utf8_lossy(&body).into_owned())),
    }
    .into();
    let metadata = Metadata {
        tenant_id: access.tenant_id,
        actor: Actor::provider(access.provider),
        at: Clock::system().now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    };
    let stream = StreamId::webhook_delivery(Uuid::now_v7());
    let write = StreamWrite::new(stream, Expected::Exactly(0), &[received]);
    match store.append(Append::new(metadata, vec![write])).await {
        Ok(Outcome::Appended { .. }) => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
