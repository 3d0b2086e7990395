//! A sender's account with a provider.

use secrecy::SecretString;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a client needs to speak for one number. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Account {
    pub profile_id: Uuid,
    /// Without a slash at the end. The Cloud API's has the version in it, WAHA's is the gateway.
    pub base_url: String,
    /// The provider's id of the number: Meta's phone number id, Green API's instance, WAHA's session, Zentra's device.
    pub number_id: String,
    /// Meta's and Zentra's token, Green API's instance token, WAHA's API key.
    pub access_token: SecretString,
    /// What makes webhooks believable: Meta's app secret, Green API's webhook token, WAHA's HMAC key.
    pub webhook_secret: SecretString,
    /// What Meta shows when it checks the address of our webhook; empty where nobody asks.
    pub verify_token: SecretString,
    /// What else a provider needs to know, by the names that its module documents. Nothing secret.
    pub settings: BTreeMap<String, String>,
}

impl Account {
    /// A setting that is there and not empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }
}
