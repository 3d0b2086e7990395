//! A log with a tenant and one number, senders that can be killed, and the provider they call.

use crate::provider::Provider;
use std::collections::HashSet;
use std::time::Duration;
use tokio::runtime::{self, Runtime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::{CampaignId, ContactId, MessageId, ProfileId, TenantId};
use waybill_domain::message::{self, Command, Content, Dispatched, Status};
use waybill_domain::personal::Personal;
use waybill_domain::provider::ProviderKind;
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_event_store::{Append, Database, Expected, MasterKey, Outcome, StreamWrite};
use waybill_launcher::TestDatabase;
use waybill_runtime::{Clock, Config, Context};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PATIENCE: Duration = Duration::from_secs(60);
/// Calls at once of each sender.
pub const CALLS: u32 = 8;

pub struct Rig {
    pub context: Context,
    pub provider: Provider,
    tenant: TenantId,
    profile: ProfileId,
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
        let _ = tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).try_init();
        let servers = waybill_launcher::shared_test_servers();
        let database = servers.fresh_database();
        let master = MasterKey::from_hex(KEY).expect("a key");
        Database::migrate(&database.url, &master).await.expect("migrates");
        let stop = CancellationToken::new();
        let mut config = Config::on(&database.url, &servers.nats_url, KEY);
        // Nobody relays: the log is followed in Postgres.
        config.stream = format!("T{}", Uuid::now_v7().simple());
        config.calls_at_once = CALLS;
        // Longer than any test waits: a call that is held stays held.
        config.provider_timeout_s = 600;
        config.private_providers = "127.0.0.1".into();
        let context = Context::connect(config.clone(), Clock::system(), stop.clone()).await.expect("connects");
        let provider = Provider::start().await;
        let (tenant, profile) = (TenantId(Uuid::now_v7()), ProfileId(Uuid::now_v7()));
        context.store.keys.create_tenant(tenant).await.expect("keys");
        let access = ProfileAccess {
            profile_id: profile,
            tenant_id: tenant,
            provider: ProviderKind::Sandbox,
            phone_number_id: "100000000000001".into(),
            credential: Credential {
                base_url: provider.url.clone(),
                access_token: "token".into(),
                app_secret: "secret".into(),
                verify_token: "verify".into(),
                settings: Default::default(),
            },
        };
        context.store.put_credential(&access).await.expect("kept");
        Self { context, provider, tenant, profile, config, stop, _database: database }
    }

    pub async fn dispatch_campaign(&self, messages: usize) -> Vec<Uuid> {
        self.dispatch(Some(CampaignId(Uuid::now_v7())), "campaign", messages).await
    }

    pub async fn dispatch_reply(&self, text: &str) -> Uuid {
        self.dispatch(None, text, 1).await[0]
    }

    /// Appended at once.
    async fn dispatch(&self, campaign_id: Option<CampaignId>, text: &str, messages: usize) -> Vec<Uuid> {
        let store = &self.context.store;
        let (mut ids, mut appends) = (Vec::new(), Vec::new());
        for _ in 0..messages {
            let id = MessageId(Uuid::now_v7());
            let dispatch = Command::Dispatch(Dispatched {
                campaign_id,
                conversation_id: None,
                contact_id: ContactId(Uuid::now_v7()),
                profile_id: self.profile,
                provider: ProviderKind::Sandbox,
                attempt: 1,
                from: Status::Queued,
                choice: None,
                content: Personal::Known(Content { to: "+6281234567890".into(), text: text.into(), attachment: None }),
            });
            let events = message::decide(&message::State::default(), dispatch).expect("dispatched");
            let metadata = self.context.unprompted(self.tenant, Actor::SYSTEM);
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
