//! What a role is started with.

use crate::bus::Bus;
use crate::clock::Clock;
use crate::config::Config;
use crate::feed::Feed;
use anyhow::Context as _;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_event_store::{Database, EventStore, MasterKey, Metadata};
use waybill_media_files::Shelf;
use waybill_providers::ClientConfig;

/// Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub store: EventStore,
    pub bus: Bus,
    pub feed: Feed,
    /// Where files lie; `None` in an installation without.
    pub shelf: Option<Arc<Shelf>>,
    /// Cancelled when the process is to stop: finish what is begun, begin nothing new.
    pub stop: CancellationToken,
}

impl Context {
    /// Connects to Postgres and NATS and begins to follow the log. The schema must be migrated.
    pub async fn connect(config: Config, clock: Clock, stop: CancellationToken) -> anyhow::Result<Self> {
        let config = config.with_master_key()?;
        let master = MasterKey::from_hex(config.master_key.expose_secret())?;
        let database = Database::connect(&config.database_url, &master, config.database_connections)
            .await
            .context("connecting to postgres")?;
        let store = EventStore::new(database, master);
        let bus = Bus::connect(&config, &store, stop.clone()).await.context("connecting to nats")?;
        let feed = Feed::start(&store, &bus, stop.clone()).await.context("following the log")?;
        let shelf = config.shelf()?.map(Arc::new);
        Ok(Self { config: Arc::new(config), clock, store, bus, feed, shelf, stop })
    }

    /// How providers are called: where they may be, and for no longer than this.
    pub fn client_config(&self, timeout: Duration) -> anyhow::Result<ClientConfig> {
        let usual = ClientConfig::default();
        let connect_timeout = usual.connect_timeout.min(timeout);
        Ok(ClientConfig { reach: self.config.reach()?, connect_timeout, timeout, ..usual })
    }

    /// The envelope of what a process does because of `cause`.
    pub fn because_of(&self, cause: &waybill_domain::envelope::Recorded, actor: Actor) -> Metadata {
        Metadata {
            tenant_id: cause.tenant_id,
            actor,
            at: self.clock.now(),
            correlation_id: cause.correlation_id,
            causation_id: Some(cause.event_id),
            traceparent: cause.traceparent.clone(),
        }
    }

    /// The envelope of what a process does of its own, for instance because time has passed.
    pub fn unprompted(&self, tenant_id: TenantId, actor: Actor) -> Metadata {
        Metadata {
            tenant_id,
            actor,
            at: self.clock.now(),
            correlation_id: uuid::Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        }
    }
}
