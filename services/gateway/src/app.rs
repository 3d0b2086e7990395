//! What every handler is given.

use crate::acknowledged::Acknowledged;
use crate::auth::oidc::Sso;
use crate::auth::password::Passwords;
use crate::auth::token::Tokens;
use crate::hooks::access::AccessCache;
use crate::limits::Limits;
use crate::media::Links;
use crate::people::memberships::Memberships;
use crate::scope::Proxies;
use anyhow::Context as _;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use waybill_domain::id::TenantId;
use waybill_event_store::MasterKey;
use waybill_providers::{Reach, Registry};
use waybill_runtime::{Context, telemetry};

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub context: Context,
    pub tokens: Tokens,
    pub links: Links,
    pub passwords: Passwords,
    pub sso: Sso,
    /// Under which wrong tries are counted, and devices are known.
    pub attempts_key: String,
    pub providers: Registry,
    pub accesses: AccessCache,
    pub turns: Turns,
    pub acknowledged: Acknowledged,
    pub memberships: Memberships,
    pub limits: Limits,
    pub proxies: Proxies,
    /// Where providers may be.
    pub reach: Reach,
}

impl App {
    pub fn new(context: Context) -> anyhow::Result<Self> {
        // Before anything is counted: what is counted before there is a recorder is lost.
        telemetry::metrics();
        let master = MasterKey::from_hex(context.config.master_key.expose_secret())
            .expect("the context was connected with this key");
        let providers = Registry::new(&context.client_config(Duration::from_secs(30))?)?;
        let config = &context.config;
        let proxies = Proxies::parse(&config.trusted_proxies).context("WAYBILL_TRUSTED_PROXIES")?;
        let sso = match &config.oidc_providers {
            Some(path) => Sso::read(path, &config.public_url).context("WAYBILL_OIDC_PROVIDERS")?,
            None => Sso::default(),
        };
        let limits = Limits::new(config.requests_per_minute, config.requests_per_minute_per_address);
        let reach = config.reach()?;
        Ok(Self(Arc::new(Inner {
            reach,
            proxies,
            limits,
            tokens: Tokens::new(&master),
            links: Links::new(&master),
            attempts_key: master.derive("sign-in-attempts"),
            sso,
            passwords: Passwords::default(),
            providers,
            accesses: AccessCache::default(),
            turns: Turns::default(),
            acknowledged: Acknowledged::default(),
            memberships: Memberships::default(),
            context,
        })))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

/// Lets commands on one tenant's wallet take turns in this process. Only a courtesy: two hundred starts at once would
/// otherwise be decided some twenty thousand times. What keeps the balance right is the version in the append.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<TenantId, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    pub async fn wait(&self, tenant: TenantId) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().expect("nobody panics holding the turns");
            turns.retain(|_, turn| turn.strong_count() > 0);
            match turns.get(&tenant).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::new(tokio::sync::Mutex::new(()));
                    turns.insert(tenant, Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}
