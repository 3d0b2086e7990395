//! The client of all calls.

use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::{Method, RequestBuilder, Url};
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::http::{UNUSABLE, invalid_account, refusal};
use crate::reach::{NotAllowed, Reach, Resolver, System};

/// How the client connects and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientConfig {
    /// Where it may call: public addresses, when nothing else is said.
    pub reach: Reach,
    /// Shorter than `timeout`: a call that ends while it still connects was certainly not made, and
    /// only this limit can tell.
    pub connect_timeout: Duration,
    /// From the start of a call to the end of its answer. Longer waits end as unknown.
    pub timeout: Duration,
    /// Connections that are kept although nothing is sent on them, per host.
    pub idle_connections: usize,
    /// Shorter than the servers keep theirs, so that a call seldom meets a connection that closes.
    pub idle_timeout: Duration,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            reach: Reach::public(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            idle_connections: 512,
            idle_timeout: Duration::from_secs(20),
        }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("the http client cannot be built: {0}")]
pub struct ClientError(#[from] reqwest::Error);

/// Makes requests to addresses within its reach; there is no way to a request but through it.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    reach: Reach,
}

impl Client {
    pub fn get(&self, url: impl AsRef<str>) -> Result<RequestBuilder, Refusal> {
        self.request(Method::GET, url)
    }

    pub fn post(&self, url: impl AsRef<str>) -> Result<RequestBuilder, Refusal> {
        self.request(Method::POST, url)
    }

    pub fn request(&self, method: Method, url: impl AsRef<str>) -> Result<RequestBuilder, Refusal> {
        let url = Url::parse(url.as_ref()).map_err(|_| invalid_account(UNUSABLE))?;
        // No resolver is asked for addresses that are written as numbers.
        self.reach.check(&url).map_err(not_allowed)?;
        Ok(self.http.request(method, url))
    }
}

/// One is enough for all providers and accounts.
pub fn client(config: &ClientConfig) -> Result<Client, ClientError> {
    client_with(config, Arc::new(System))
}

/// One that learns from `names` where hosts are.
pub(crate) fn client_with(config: &ClientConfig, names: Arc<dyn Resolve>) -> Result<Client, ClientError> {
    let reach = config.reach.clone();
    let http = reqwest::Client::builder()
        // One call a connection: a connection that breaks leaves one message unknown, not many.
        .http1_only()
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .connect_timeout(config.connect_timeout)
        .timeout(config.timeout)
        .pool_max_idle_per_host(config.idle_connections)
        .pool_idle_timeout(config.idle_timeout)
        // A redirected POST would be sent twice, and a redirected GET would carry its token elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
        // A proxy of the environment would look names up by itself, and connect to whatever they mean.
        .no_proxy()
        .dns_resolver(Arc::new(Resolver::new(reach.clone(), names)))
        .build()?;
    Ok(Client { http, reach })
}

/// What it means that a call may not be made: nothing left this machine, and trying again would end alike.
pub(super) fn not_allowed(error: NotAllowed) -> Refusal {
    refusal(ErrorClass::Auth, "address_not_allowed", &error.to_string())
}

/// Whether a call ended because its name leads where nothing may be called.
pub(super) fn is_not_allowed(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<NotAllowed>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
