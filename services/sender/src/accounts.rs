//! The accounts of numbers, from the vault, kept for a few seconds so that a changed token is soon used.

use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use waybill_domain::id::ProfileId;
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
        let account = Arc::new(Account {
            profile_id: profile.0,
            base_url: access.credential.base_url,
            phone_number_id: access.phone_number_id,
            access_token: SecretString::from(access.credential.access_token),
            app_secret: SecretString::from(access.credential.app_secret),
            verify_token: SecretString::from(access.credential.verify_token),
        });
        let mut known = self.known.lock().expect("nobody panics holding it");
        known.insert(profile, (Instant::now(), account.clone()));
        Ok(Some(account))
    }
}
