//! Meta's WhatsApp Business Cloud API, and whatever else speaks its wire.
//!
//! `body` is the shape of requests and `wire` that of answers, `limits` finds what would be refused anyway, `send` makes
//! the call and decides what its answer means, `errors` knows Meta's codes, `webhook` reads what Meta tells us; `media`,
//! `templates` and `health` ask the rest.
//!
//! Settings: `business_account_id`, the account under which templates are registered.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use secrecy::ExposeSecret;

use crate::http::{self, Client, ClientConfig, ClientError};
use crate::secret::{is_hmac_sha256, is_secret};
use crate::{
    Account, Answer, Asked, InboundMedia, MediaKind, MediaStore, Notice, NumberHealth, Outcome, Outgoing, ParseError,
    Provider, Received, SignatureError, Standing, SubscribeQuery, TemplateList, TemplateListed,
};

mod body;
pub mod errors;
mod health;
mod limits;
mod media;
mod send;
mod templates;
mod webhook;
mod wire;

/// The header that carries the signature of a webhook.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// The client. One is enough for all accounts.
#[derive(Debug, Clone)]
pub struct CloudApi {
    client: Client,
}

impl CloudApi {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        Ok(Self::with(http::client(config)?))
    }

    /// One that shares its connections.
    pub(crate) fn with(client: Client) -> Self {
        Self { client }
    }
}

impl Provider for CloudApi {
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Answer<'a, Outcome> {
        Box::pin(send::send(&self.client, account, outgoing))
    }

    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
        let header = headers.get(SIGNATURE_HEADER).ok_or(SignatureError::Missing)?;
        let hex = header.as_bytes().strip_prefix(b"sha256=").ok_or(SignatureError::Malformed)?;
        let signature = hex::decode(hex).map_err(|_| SignatureError::Malformed)?;
        if is_hmac_sha256(&account.webhook_secret, body, &signature) { Ok(()) } else { Err(SignatureError::Mismatch) }
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

    fn number_health(&self) -> Option<&dyn NumberHealth> {
        Some(self)
    }

    fn media(&self) -> Option<&dyn MediaStore> {
        Some(self)
    }

    fn templates(&self) -> Option<&dyn TemplateList> {
        Some(self)
    }
}

impl MediaStore for CloudApi {
    fn upload<'a>(
        &'a self,
        account: &'a Account,
        kind: MediaKind,
        mime_type: &'a str,
        file_name: &'a str,
        bytes: Bytes,
    ) -> Asked<'a, Option<(String, DateTime<Utc>)>> {
        Box::pin(media::upload(&self.client, account, kind, mime_type, file_name, bytes))
    }

    fn fetch<'a>(&'a self, account: &'a Account, media: &'a InboundMedia, most: u64) -> Asked<'a, Received> {
        Box::pin(media::fetch(&self.client, account, media, most))
    }
}

impl NumberHealth for CloudApi {
    fn standing<'a>(&'a self, account: &'a Account) -> Asked<'a, Standing> {
        Box::pin(health::standing(&self.client, account))
    }
}

impl TemplateList for CloudApi {
    fn templates<'a>(&'a self, account: &'a Account) -> Asked<'a, Vec<TemplateListed>> {
        Box::pin(templates::list(&self.client, account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account {
            access_token: "the-token".into(),
            webhook_secret: "Jefe".into(),
            verify_token: "open sesame".into(),
            ..crate::samples::account()
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
