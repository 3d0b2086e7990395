//! The accounts of numbers, from the vault, kept for a few seconds so that a changed token is soon used.

use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use waybill_domain::id::ProfileId;
use waybill_event_store::vault::ProfileAccess;
use waybill_event_store::{EventStore, KeyError};
use waybill_providers::Account;

const FRESH: Duration = Duration::from_secs(5);

pub struct Accounts {
    store: EventStore,
    known: Mutex<HashMap<ProfileId, (Instant, Arc<Account>)>>,
}

impl Accounts {
    pub fn new(store: EventStore) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// `None` when the number has no credentials any more.
    pub async fn get(&self, profile: ProfileId) -> Result<Option<Arc<Account>>, KeyError> {
        if let Some((since, account)) = self.known.lock().expect("nobody panics holding it").get(&profile)
            && since.elapsed() < FRESH
        {
            return Ok(Some(account.clone()));
        }
        let Some(access) = self.store.credential(profile).await? else { return Ok(None) };
        let account = Arc::new(account(access));
        let mut known = self.known.lock().expect("nobody panics holding it");
        known.insert(profile, (Instant::now(), account.clone()));
        Ok(Some(account))
    }
}

/// What a provider's client needs to speak for a number.
pub fn account(access: ProfileAccess) -> Account {
    let ProfileAccess { profile_id, phone_number_id, credential, .. } = access;
    Account {
        profile_id: profile_id.0,
        base_url: credential.base_url,
        number_id: phone_number_id,
        access_token: SecretString::from(credential.access_token),
        webhook_secret: SecretString::from(credential.app_secret),
        verify_token: SecretString::from(credential.verify_token),
        settings: credential.settings,
    }
}
