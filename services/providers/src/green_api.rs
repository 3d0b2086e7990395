//! Green API: a linked device behind an instance that somebody else runs.
//!
//! `wire` knows the addresses, `send` queues messages, `errors` knows what answers mean, `linking` is the instance itself,
//! `numbers` and `media` ask the rest, `webhook` reads what is told.
//!
//! Settings: `media_url`, the host that takes files (by default named like the host of the methods); `delay_ms`, the pause
//! between two messages of the instance's queue (500 to 600000).

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use secrecy::ExposeSecret;

use crate::http::{self, Client, ClientConfig, ClientError};
use crate::secret::is_secret;
use crate::{
    Account, Answer, Asked, Code, Group, Groups, InboundMedia, Journal, JournalEntry, Linking, MediaKind, MediaStore,
    Member, Notice, NumberCheck, Outcome, Outgoing, ParseError, Provider, Received, Session, SignatureError, values,
};

mod errors;
mod linking;
mod media;
mod numbers;
mod send;
mod webhook;
mod wire;

/// The client. One is enough for all accounts.
#[derive(Debug, Clone)]
pub struct GreenApi {
    client: Client,
}

impl GreenApi {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        Ok(Self::with(http::client(config)?))
    }

    /// One that shares its connections.
    pub(crate) fn with(client: Client) -> Self {
        Self { client }
    }
}

impl Provider for GreenApi {
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Answer<'a, Outcome> {
        Box::pin(send::send(&self.client, account, outgoing))
    }

    /// There is no signature: a token that was set with the address comes back, and the body has to be of the instance
    /// that the token is for.
    fn verify_signature(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> Result<(), SignatureError> {
        let header = headers.get(AUTHORIZATION).ok_or(SignatureError::Missing)?;
        let header = header.to_str().map_err(|_| SignatureError::Malformed)?;
        let secret = account.webhook_secret.expose_secret();
        // A token that names its scheme itself comes as it was given.
        let named = |scheme: &str| secret.starts_with(scheme);
        let given = if named("Bearer ") || named("Basic ") {
            header
        } else {
            header.strip_prefix("Bearer ").ok_or(SignatureError::Malformed)?
        };
        if secret.is_empty() || !is_secret(&account.webhook_secret, given) {
            return Err(SignatureError::Mismatch);
        }
        // Bodies that cannot be read are for `parse_webhook` to refuse.
        match values::parse(body).ok().as_ref().and_then(webhook::instance_of) {
            Some(instance) if instance != account.number_id => Err(SignatureError::Mismatch),
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

impl Linking for GreenApi {
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

impl NumberCheck for GreenApi {
    fn is_on_whatsapp<'a>(&'a self, account: &'a Account, phone: &'a str) -> Asked<'a, bool> {
        Box::pin(numbers::is_on_whatsapp(&self.client, account, phone))
    }
}

impl Groups for GreenApi {
    fn groups<'a>(&'a self, account: &'a Account) -> Asked<'a, Vec<Group>> {
        Box::pin(numbers::groups(&self.client, account))
    }

    fn members<'a>(&'a self, account: &'a Account, group_id: &'a str) -> Asked<'a, Vec<Member>> {
        Box::pin(numbers::members(&self.client, account, group_id))
    }
}

impl Journal for GreenApi {
    fn sent_to<'a>(
        &'a self,
        account: &'a Account,
        phone: &'a str,
        since: DateTime<Utc>,
    ) -> Asked<'a, Vec<JournalEntry>> {
        Box::pin(numbers::sent_to(&self.client, account, phone, since))
    }
}

impl MediaStore for GreenApi {
    fn upload<'a>(
        &'a self,
        account: &'a Account,
        _kind: MediaKind,
        mime_type: &'a str,
        file_name: &'a str,
        bytes: Bytes,
    ) -> Asked<'a, Option<(String, DateTime<Utc>)>> {
        Box::pin(media::upload(&self.client, account, mime_type, file_name, bytes))
    }

    fn fetch<'a>(&'a self, account: &'a Account, media: &'a InboundMedia, most: u64) -> Asked<'a, Received> {
        Box::pin(media::fetch(&self.client, account, media, most))
    }
}

#[cfg(test)]
mod tests;
