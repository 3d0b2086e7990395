//! What the tests of this crate start from.

use uuid::Uuid;

use crate::Account;

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
