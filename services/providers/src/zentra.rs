//! Zentra: a gateway that takes messages as forms, and tells nothing of what becomes of them.
//!
//! Nobody documents it in public, so everything that could be otherwise is a setting: `path` (`/messages`), `check_path`
//! (`/check-whatsapp`), `device_field` (`device_uuid`), `type_field` (`type_message`), `text_field` (`text_message`),
//! `contact_type_field` (`type_contact`), `ids_field` (`ids`), `media_field` (`media`), `media_url_field` (`media_url`),
//! `document_type` (`document`); whether an answer is a success: `success_pointer` (`/success`), `success_value` (`true`);
//! where the message's id stands in it: `id_pointers` (`/data/id,/data/uuid`).

use reqwest::header::HeaderMap;

use crate::http::{self, Client, ClientConfig, ClientError};
use crate::{Account, Answer, Asked, Notice, NumberCheck, Outcome, Outgoing, ParseError, Provider, SignatureError};

mod check;
mod errors;
mod fields;
mod send;

/// The header that carries the token.
const TOKEN_HEADER: &str = "x-api-token";

/// The client. One is enough for all accounts.
#[derive(Debug, Clone)]
pub struct Zentra {
    client: Client,
}

impl Zentra {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        Ok(Self::with(http::client(config)?))
    }

    /// One that shares its connections.
    pub(crate) fn with(client: Client) -> Self {
        Self { client }
    }
}

impl Provider for Zentra {
    fn send<'a>(&'a self, account: &'a Account, outgoing: &'a Outgoing) -> Answer<'a, Outcome> {
        Box::pin(send::send(&self.client, account, outgoing))
    }

    /// It sends no webhooks: whatever comes is somebody else's.
    fn verify_signature(&self, _account: &Account, _headers: &HeaderMap, _body: &[u8]) -> Result<(), SignatureError> {
        Err(SignatureError::Mismatch)
    }

    fn parse_webhook(&self, _body: &[u8]) -> Result<Vec<Notice>, ParseError> {
        Err(ParseError::Envelope("this provider sends no webhooks"))
    }

    fn number_check(&self) -> Option<&dyn NumberCheck> {
        Some(self)
    }
}

impl NumberCheck for Zentra {
    fn is_on_whatsapp<'a>(&'a self, account: &'a Account, phone: &'a str) -> Asked<'a, bool> {
        Box::pin(check::is_on_whatsapp(&self.client, account, phone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn no_webhook_is_believed_or_read() {
        let provider = Zentra::new(&ClientConfig::default()).expect("the usual settings build");
        let account = samples::account();
        assert_eq!(provider.verify_signature(&account, &HeaderMap::new(), b"{}"), Err(SignatureError::Mismatch));
        for body in [&b"{}"[..], b"", b"[[[", crate::mutations::deep().as_bytes()] {
            assert!(matches!(provider.parse_webhook(body), Err(ParseError::Envelope(_))));
        }
    }
}
