//! What the tests of this crate start from.

use uuid::Uuid;

use crate::http::{Client, ClientConfig, client as client_of};
use crate::{Account, Reach};

pub fn account() -> Account {
    Account {
        profile_id: Uuid::nil(),
        base_url: "http://127.0.0.1:9".into(),
        number_id: "7001".into(),
        access_token: "secret-token".into(),
        webhook_secret: "hook-secret".into(),
        verify_token: "open sesame".into(),
        settings: Default::default(),
    }
}

/// One that may call anything.
pub fn client() -> Client {
    client_of(&ClientConfig { reach: Reach::anywhere(), ..ClientConfig::default() }).expect("the usual settings build")
}
