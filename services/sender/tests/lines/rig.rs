//! A log with a tenant and one number, senders that can be killed, and the provider they call.

use crate::provider::Provider;
use std::collections::HashSet;
use std::time::Duration;
use tokio::runtime::{self, Runtime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::{CampaignId, ContactId, MessageId, PackageId, ProfileId, TenantId};
use waybill_domain::message::{self, Command, Content, Dispatched, Status};
use waybill_domain::personal::Personal;
use waybill_domain::profile;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_event_store::{Append, Database, Expected, MasterKey, Outcome, StreamWrite};
use waybill_launcher::TestDatabase;
use waybill_runtime::{Clock, Config, Context};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PATIENCE: Duration = Duration::from_secs(60);
/// Calls at once of each sender.
pub const CALLS: u32 = 8;

/// A number that messages go over, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    pub tenant: TenantId,
    pub profile: ProfileId,
}

pub struct Rig {
    pub context: Context,
    pub provider: Provider,
    pub number: Number,
    config: Config,
    stop: CancellationToken,
    _database: TestDatabase,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Rig {
    pub async fn start() -> Self {
        Self::start_with(CALLS).await
    }

    pub async fn start_with(calls_at_once: u32) -> Self {
        let _ = tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).try_init();
        let servers = waybill_launcher::shared_test_servers();
        let database = servers.fresh_database();
        let master = MasterKey::from_hex(KEY).expect("a key");
        Database::migrate(&database.url, &master).await.expect("migrates");
        let stop = CancellationToken::new();
        let mut config = Config::on(&database.url, &servers.nats_url, KEY);
        // Nobody relays: the log is followed in Postgres.
        config.stream = format!("T{}", Uuid::now_v7().simple());
        config.calls_at_once = calls_at_once;
        // Longer than any test waits: a call that is held stays held.
        config.provider_timeout_s = 600;
        config.private_providers = "127.0.0.1".into();
        let context = Context::connect(config.clone(), Clock::system(), stop.clone()).await.expect("connects");
        let provider = Provider::start().await;
        let number = Number { tenant: TenantId(Uuid::now_v7()), profile: ProfileId(Uuid::now_v7()) };
        let rig = Self { context, provider, number, config, stop, _database: database };
        rig.context.store.keys.create_tenant(number.tenant).await.expect("keys");
        rig.keep_credential(number).await;
        rig
    }

    async fn keep_credential(&self, number: Number) {
        let access = ProfileAccess {
            profile_id: number.profile,
            tenant_id: number.tenant,
            provider: ProviderKind::Sandbox,
            phone_number_id: "100000000000001".into(),
            credential: Credential {
                base_url: self.provider.url.clone(),
                access_token: "token".into(),
                app_secret: "secret".into(),
                verify_token: "verify".into(),
                settings: Default::default(),
            },
        };
        self.context.store.put_credential(&access).await.expect("kept");
    }

    /// Another number of a tenant, in the log too.
    pub async fn add_number(&self, tenant: TenantId, provider: ProviderKind) -> Number {
        let number = Number { tenant, profile: ProfileId(Uuid::now_v7()) };
        self.keep_credential(number).await;
        let added = profile::Added {
            package_id: PackageId(Uuid::now_v7()),
            name: "Another".into(),
            provider,
            phone: "+4930123456".into(),
            phone_number_id: "100000000000001".into(),
            overrides: Default::default(),
            rank: Default::default(),
        };
        self.tell(number, profile::Command::Add(added)).await;
        number
    }

    pub async fn add_tenant(&self) -> Number {
        let tenant = TenantId(Uuid::now_v7());
        self.context.store.keys.create_tenant(tenant).await.expect("keys");
        self.add_number(tenant, ProviderKind::Sandbox).await
    }

    /// Something that happens to a number.
    pub async fn tell(&self, number: Number, command: profile::Command) {
        let metadata = self.context.unprompted(number.tenant, Actor::SYSTEM);
        let store = &self.context.store;
        store.execute::<profile::Profile>(metadata, number.profile.0, command).await.expect("carried out");
    }

    pub async fn dispatch_campaign(&self, messages: usize) -> Vec<Uuid> {
        self.dispatch_over(self.number, "campaign", messages).await
    }

    /// Messages of a campaign with this text.
    pub async fn dispatch_over(&self, number: Number, text: &str, messages: usize) -> Vec<Uuid> {
        self.dispatch(number, Some(CampaignId(Uuid::now_v7())), text, messages).await
    }

    pub async fn dispatch_reply(&self, text: &str) -> Uuid {
        self.dispatch(self.number, None, text, 1).await[0]
    }

    /// Appended at once.
    async fn dispatch(
        &self,
        number: Number,
        campaign_id: Option<CampaignId>,
        text: &str,
        messages: usize,
    ) -> Vec<Uuid> {
        let store = &self.context.store;
        let (mut ids, mut appends) = (Vec::new(), Vec::new());
        for _ in 0..messages {
            let id = MessageId(Uuid::now_v7());
            let dispatch = Command::Dispatch(Dispatched {
                campaign_id,
                conversation_id: None,
                contact_id: ContactId(Uuid::now_v7()),
                profile_id: number.profile,
                provider: ProviderKind::Sandbox,
                attempt: 1,
                from: Status::Queued,
                choice: None,
                content: Personal::Known(Content { to: "+6281234567890".into(), text: text.into(), attachment: None }),
            });
            let events = message::decide(&message::State::default(), dispatch).expect("dispatched");
            let metadata = self.context.unprompted(number.tenant, Actor::SYSTEM);
            appends.push(Append::new(metadata, vec![StreamWrite::new(id, Expected::Exactly(0), &events)]));
            ids.push(id.0);
        }
        let ready = store.make_ready(appends).await.expect("ready");
        let mut transaction = store.database.system.begin().await.expect("a transaction");
        let outcomes = store.append_in(&mut transaction, &ready).await.expect("appends");
        assert!(outcomes.iter().all(|it| matches!(it, Outcome::Appended { .. })));
        transaction.commit().await.expect("committed");
        ids
    }

    pub async fn head(&self) -> i64 {
        self.context.store.head().await.expect("a head")
    }

    pub async fn checkpoint(&self, name: &str, position: i64) {
        sqlx::query("insert into es.checkpoint (name, position, epoch) values ($1, $2, 1)")
            .bind(name)
            .bind(position)
            .execute(&self.context.store.database.system)
            .await
            .expect("kept");
    }

    /// The messages to which something happened, each once; twice is a fault of the log.
    pub async fn ids(&self, kind: &str) -> HashSet<Uuid> {
        let ids: Vec<Uuid> = sqlx::query_scalar("select stream_id from es.event where type = $1")
            .bind(kind)
            .fetch_all(&self.context.store.database.system)
            .await
            .expect("events");
        let distinct: HashSet<Uuid> = ids.iter().copied().collect();
        assert_eq!(distinct.len(), ids.len(), "{kind} happened twice to a message");
        distinct
    }

    /// What events of a kind say, in their order.
    pub async fn said<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let texts: Vec<String> = sqlx::query_scalar("select data::text from es.event where type = $1 order by pos")
            .bind(kind)
            .fetch_all(&self.context.store.database.system)
            .await
            .expect("events");
        texts.iter().map(|text| serde_json::from_str(text).expect("it says that")).collect()
    }

    /// Ends the sessions that hold a task, as when a process was stopped so long that Postgres gave it up. Its task goes on.
    pub async fn take_its_lock(&self) {
        let ended: Vec<bool> = sqlx::query_scalar(
            "select pg_terminate_backend(pid) from pg_locks join pg_database d on d.oid = database
             where locktype = 'advisory' and granted and d.datname = current_database()",
        )
        .fetch_all(&mut self.superuser().await)
        .await
        .expect("ended");
        assert_eq!(ended, [true]);
    }

    async fn superuser(&self) -> sqlx::PgConnection {
        use sqlx::Connection;
        sqlx::PgConnection::connect(&self._database.url).await.expect("connects")
    }

    /// Looks again whenever the log has grown.
    pub async fn until(&self, kind: &str, messages: usize) {
        let mut head = self.context.feed.head_changes();
        let reached = async {
            while self.ids(kind).await.len() < messages {
                head.changed().await.expect("the log goes on");
            }
        };
        if tokio::time::timeout(PATIENCE, reached).await.is_err() {
            panic!("{kind} happened to {} messages, not to {messages}", self.ids(kind).await.len());
        }
    }
}

/// A sender with threads and connections of its own, as another process has.
pub struct Sender(Option<Runtime>);

impl Sender {
    pub fn start(rig: &Rig) -> Self {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (config, stop) = (rig.config.clone(), rig.stop.child_token());
        runtime.spawn(async move {
            let context = Context::connect(config, Clock::system(), stop).await.expect("connects");
            if let Err(error) = waybill_sender::run(context).await {
                panic!("the sender failed: {error:#}");
            }
        });
        Self(Some(runtime))
    }

    /// Between two of its steps, wherever it is; afterwards nothing of it runs.
    pub fn kill(mut self) {
        let runtime = self.0.take().expect("it is killed once");
        tokio::task::block_in_place(|| runtime.shutdown_timeout(PATIENCE));
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
