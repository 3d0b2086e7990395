//! Meta's WhatsApp Business Cloud API, and whatever else speaks its wire.
//!
//! `wire` is the shape of requests and answers, `send` makes the call and decides what its answer
//! means, `errors` knows Meta's codes, `webhook` reads what Meta tells us.

use std::time::Duration;

use reqwest::header::HeaderMap;
use secrecy::ExposeSecret;

use crate::secret::{is_hmac_sha256, is_secret};
use crate::{Account, Notice, Outgoing, ParseError, Provider, Sending, SignatureError, SubscribeQuery};

pub mod errors;
mod escapes;
mod send;
mod webhook;
mod wire;

/// The header that carries the signature of a webhook.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// How the client connects and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientConfig {
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

/// The client. One is enough for all accounts.
#[derive(Debug, Clone)]
pub struct CloudApi {
    client: reqwest::Client,
}

impl CloudApi {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        let client = reqwest::Client::builder()
            // One call a connection: a connection that breaks leaves one message unknown, not many.
            .http1_only()
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .pool_max_idle_per_host(config.idle_connections)
            .pool_idle_timeout(config.idle_timeout)
            // A redirected POST would be sent twice.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }
}

impl Provider for CloudApi {
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Sending<'a> {
        Box::pin(send::send(&self.client, account, outgoing))
    }

    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
        let header = headers.get(SIGNATURE_HEADER).ok_or(SignatureError::Missing)?;
        let hex = header.as_bytes().strip_prefix(b"sha256=").ok_or(SignatureError::Malformed)?;
        let signature = hex::decode(hex).map_err(|_| SignatureError::Malformed)?;
        if is_hmac_sha256(&account.app_secret, body, &signature) { Ok(()) } else { Err(SignatureError::Mismatch) }
    }

    fn parse_webhook(&self, body: &[u8]) -> Result<Vec<Notice>, ParseError> {
        webhook::parse(body)
    }

    fn answer_challenge(&self, account: &Account, query: &SubscribeQuery) -> Option<String> {
        let subscribes = query.mode.as_deref() == Some("subscribe");
        // An account without a verify token must not be opened by an empty one.
        let has_token = !account.verify_token.expose_secret().is_empty();
        let knows = query.verify_token.as_deref().is_some_and(|given| is_secret(&account.verify_token, given));
        query.challenge.clone().filter(|_| subscribes && has_token && knows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn account() -> Account {
        Account {
            profile_id: Uuid::nil(),
            base_url: "http://127.0.0.1".into(),
            phone_number_id: "1".into(),
            access_token: "the-token".into(),
            app_secret: "Jefe".into(),
            verify_token: "open sesame".into(),
        }
    }

    fn provider() -> CloudApi {
        CloudApi::new(&ClientConfig::default()).expect("the usual settings build")
    }

    fn signed(signature: &str) -> HeaderMap {
        HeaderMap::from_iter([(
            SIGNATURE_HEADER.parse().expect("a header name"),
            signature.parse().expect("a header value"),
        )])
    }

    /// RFC 4231, test case 2.
    const BODY: &[u8] = b"what do ya want for nothing?";
    const HMAC: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_published_vector_verifies() {
        assert_eq!(provider().verify_signature(&account(), &signed(&format!("sha256={HMAC}")), BODY), Ok(()));
    }

    #[test]
    fn whatever_else_does_not() {
        let check = |headers: &HeaderMap, body: &[u8]| provider().verify_signature(&account(), headers, body);
        assert_eq!(check(&HeaderMap::new(), BODY), Err(SignatureError::Missing));
        assert_eq!(check(&signed(HMAC), BODY), Err(SignatureError::Malformed));
        assert_eq!(check(&signed("sha256=xyz"), BODY), Err(SignatureError::Malformed));
        assert_eq!(check(&signed("sha256="), BODY), Err(SignatureError::Mismatch));
        assert_eq!(check(&signed(&format!("sha256={}", &HMAC[..62])), BODY), Err(SignatureError::Mismatch));
        assert_eq!(
            check(&signed(&format!("sha256={HMAC}")), b"what do ya want for nothing!"),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_challenge_is_answered_only_to_who_knows_the_token() {
        let query = |mode: &str, token: &str| SubscribeQuery {
            mode: Some(mode.into()),
            verify_token: Some(token.into()),
            challenge: Some("1158201444".into()),
        };
        let answer = |query: &SubscribeQuery| provider().answer_challenge(&account(), query);
        assert_eq!(answer(&query("subscribe", "open sesame")).as_deref(), Some("1158201444"));
        assert_eq!(answer(&query("unsubscribe", "open sesame")), None);
        assert_eq!(answer(&query("subscribe", "open")), None);
        assert_eq!(answer(&SubscribeQuery::default()), None);
        let open = Account { verify_token: "".into(), ..account() };
        assert_eq!(provider().answer_challenge(&open, &query("subscribe", "")), None);
    }

    #[test]
    fn an_account_does_not_print_its_secrets() {
        let printed = format!("{:?}", account());
        for secret in ["the-token", "Jefe", "open sesame"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
