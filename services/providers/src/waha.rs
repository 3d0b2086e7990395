//! WAHA: a gateway of one's own for linked devices, with one of several engines behind it.
//!
//! `wire` knows the addresses, `ids` how messages are named, `send` sends, `errors` knows what answers mean, `linking` is
//! the session, `numbers`, `journal` and `media` ask the rest, `webhook` reads what is told.
//!
//! Settings: `engine` (`WEBJS`, `NOWEB` or `GOWS`), as the session tells it. Only GOWS takes ids from us; without the
//! setting none is given.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;

use crate::http::{self, Client, ClientConfig, ClientError};
use crate::secret::is_hmac_sha512;
use crate::{
    Account, Answer, Asked, Code, Group, Groups, InboundMedia, Journal, JournalEntry, Linking, MediaKind, MediaStore,
    Member, Notice, NumberCheck, Outcome, Outgoing, ParseError, Provider, Received, Session, SignatureError,
};

mod errors;
mod ids;
mod journal;
mod linking;
mod media;
mod numbers;
mod send;
mod webhook;
mod wire;

pub use ids::stand_in;

/// The header that carries the key.
const KEY_HEADER: &str = "x-api-key";
/// The header that carries the signature of a webhook, and the one that names its algorithm.
pub const SIGNATURE_HEADER: &str = "x-webhook-hmac";
const ALGORITHM_HEADER: &str = "x-webhook-hmac-algorithm";

/// The client. One is enough for all accounts.
#[derive(Debug, Clone)]
pub struct Waha {
    client: Client,
}

impl Waha {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        Ok(Self::with(http::client(config)?))
    }

    /// One that shares its connections.
    pub(crate) fn with(client: Client) -> Self {
        Self { client }
    }
}

impl Provider for Waha {
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Answer<'a, Outcome> {
        Box::pin(send::send(&self.client, account, outgoing))
    }

    fn own_id(&self, account: &Account, outgoing: &Outgoing) -> Option<String> {
        ids::repeatable(account, outgoing)
    }

    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
        let header = headers.get(SIGNATURE_HEADER).ok_or(SignatureError::Missing)?;
        if headers.get(ALGORITHM_HEADER).is_some_and(|name| !name.as_bytes().eq_ignore_ascii_case(b"sha512")) {
            return Err(SignatureError::Malformed);
        }
        let signature = hex::decode(header.as_bytes()).map_err(|_| SignatureError::Malformed)?;
        if !is_hmac_sha512(&account.webhook_secret, body, &signature) {
            return Err(SignatureError::Mismatch);
        }
        // One key may be that of several sessions. Bodies that cannot be read are for `parse_webhook` to refuse.
        match webhook::session_of(body) {
            Some(session) if session != account.number_id => Err(SignatureError::Mismatch),
            _ => Ok(()),
        }
    }

    fn parse_webhook(&self, body: &[u8]) -> Result<Vec<Notice>, ParseError> {
        webhook::parse(body)
    }

    fn linking(&self) -> Option<&dyn Linking> {
        Some(self)
    }

    fn number_check(&self) -> Option<&dyn NumberCheck> {
        Some(self)
    }

    fn groups(&self) -> Option<&dyn Groups> {
        Some(self)
    }

    fn journal(&self) -> Option<&dyn Journal> {
        Some(self)
    }

    fn media(&self) -> Option<&dyn MediaStore> {
        Some(self)
    }
}

impl Linking for Waha {
    fn start<'a>(&'a self, account: &'a Account, callback: &'a str) -> Asked<'a, Session> {
        Box::pin(linking::start(&self.client, account, callback))
    }

    fn state<'a>(&'a self, account: &'a Account) -> Asked<'a, Session> {
        Box::pin(linking::state(&self.client, account))
    }

    fn code<'a>(&'a self, account: &'a Account) -> Asked<'a, Code> {
        Box::pin(linking::code(&self.client, account))
    }

    fn restart<'a>(&'a self, account: &'a Account) -> Asked<'a, ()> {
        Box::pin(linking::restart(&self.client, account))
    }

    fn log_out<'a>(&'a self, account: &'a Account) -> Asked<'a, ()> {
        Box::pin(linking::log_out(&self.client, account))
    }
}

impl NumberCheck for Waha {
    fn is_on_whatsapp<'a>(&'a self, account: &'a Account, phone: &'a str) -> Asked<'a, bool> {
        Box::pin(numbers::is_on_whatsapp(&self.client, account, phone))
    }
}

impl Groups for Waha {
    fn groups<'a>(&'a self, account: &'a Account) -> Asked<'a, Vec<Group>> {
        Box::pin(numbers::groups(&self.client, account))
    }

    fn members<'a>(&'a self, account: &'a Account, group_id: &'a str) -> Asked<'a, Vec<Member>> {
        Box::pin(numbers::members(&self.client, account, group_id))
    }
}

impl Journal for Waha {
    fn sent_to<'a>(
        &'a self,
        account: &'a Account,
        phone: &'a str,
        since: DateTime<Utc>,
    ) -> Asked<'a, Vec<JournalEntry>> {
        Box::pin(journal::sent_to(&self.client, account, phone, since))
    }
}

impl MediaStore for Waha {
    /// The gateway takes files with the message only.
    fn upload<'a>(
        &'a self,
        _account: &'a Account,
        _kind: MediaKind,
        _mime_type: &'a str,
        _file_name: &'a str,
        _bytes: Bytes,
    ) -> Asked<'a, Option<(String, DateTime<Utc>)>> {
        Box::pin(async { Ok(None) })
    }

    fn fetch<'a>(&'a self, account: &'a Account, media: &'a InboundMedia, most: u64) -> Asked<'a, Received> {
        Box::pin(media::fetch(&self.client, account, media, most))
    }
}

#[cfg(test)]
mod tests;
