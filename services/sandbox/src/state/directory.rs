//! All numbers the sandbox has seen, by id and in the order in which they came.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Config;
use crate::profile::{Profile, Registration};

/// The numbers. They are added, never removed.
#[derive(Default)]
pub struct Directory {
    pub by_id: HashMap<String, Arc<Profile>>,
    pub list: Vec<Arc<Profile>>,
}

impl Directory {
    /// The number of this id, and whether it is new.
    pub fn profile(&mut self, registration: impl FnOnce() -> Registration, id: &str) -> (Arc<Profile>, bool) {
        if let Some(profile) = self.by_id.get(id) {
            return (profile.clone(), false);
        }
        let index = u32::try_from(self.list.len()).expect("four thousand million numbers do not fit in memory");
        let profile = Arc::new(Profile::new(index, registration()));
        self.list.push(profile.clone());
        self.by_id.insert(id.to_owned(), profile.clone());
        (profile, true)
    }
}

/// Where the webhooks of a number go that nobody registered.
pub fn default_registration(config: &Config, phone_number_id: &str) -> Registration {
    Registration {
        phone_number_id: phone_number_id.to_owned(),
        callback_url: config.default_callback.replace("{phone_number_id}", phone_number_id),
        app_secret: config.default_app_secret.clone(),
        access_token: None,
    }
}
