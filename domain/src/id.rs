//! Identifiers as newtypes, so that a contact can never be passed where a campaign is meant.
//!
//! Ids that must be the same on every repeat are derived, never drawn: see the `for_*` constructors.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    TenantId,
    UserId,
    ContactId,
    ImportId,
    ListId,
    PackageId,
    ProfileId,
    CampaignId,
    MessageId,
    ConversationId,
    MediaId,
    TemplateId,
}

impl ContactId {
    /// The contact of a phone number: a keyed hash, so that the same number always names the same stream
    /// (which is how duplicates are found) while the id tells nobody the number.
    ///
    /// `key` is the tenant's index key; `phone` is E.164. The result is a version 8 UUID.
    pub fn for_phone(key: &[u8; 32], phone: &str) -> Self {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("hmac takes a key of any length");
        mac.update(phone.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl MessageId {
    /// A campaign sends a contact one message: repeating the enrolment names the same stream.
    pub fn for_campaign(campaign: CampaignId, contact: ContactId) -> Self {
        Self(Uuid::new_v5(&campaign.0, contact.0.as_bytes()))
    }
}

impl ConversationId {
    /// One conversation a contact.
    pub fn for_contact(contact: ContactId) -> Self {
        Self(Uuid::new_v5(&contact.0, b"conversation"))
    }
}

impl MediaId {
    /// A message of a person brings one file: repeating its delivery names the same stream.
    pub fn for_inbound(profile: ProfileId, provider_message_id: &str) -> Self {
        Self(Uuid::new_v5(&profile.0, format!("media {provider_message_id}").as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_always_names_the_same_contact_and_only_under_its_own_key() {
        let one = ContactId::for_phone(&[1; 32], "+4915112345678");
        assert_eq!(one, ContactId::for_phone(&[1; 32], "+4915112345678"));
        assert_ne!(one, ContactId::for_phone(&[2; 32], "+4915112345678"));
        assert_ne!(one, ContactId::for_phone(&[1; 32], "+4915112345679"));
        assert_eq!(one.0.get_version_num(), 8);
    }
}
