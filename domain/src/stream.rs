//! Streams: a category and an id. The category is part of the name, and of every subject on the bus.

use crate::id::*;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! categories {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// What kind of thing a stream is about. The names are wire names and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Category { $(#[serde(rename = $name)] $variant),* }

        impl Category {
            pub const ALL: &'static [Category] = &[$(Category::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Category::$variant => $name),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($name => Some(Category::$variant),)* _ => None }
            }
        }
    };
}

categories! {
    Tenant = "tenant",
    Member = "member",
    Invite = "invite",
    ApiKey = "api_key",
    Contact = "contact",
    Import = "import",
    List = "list",
    Package = "package",
    Profile = "profile",
    Campaign = "campaign",
    Message = "message",
    Conversation = "conversation",
    Media = "media",
    Template = "template",
    Wallet = "wallet",
    WebhookInbox = "webhook_inbox",
    Audit = "audit",
}

/// How long what an event says of a person can be read, if nobody erases the person before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keeping {
    /// As long as the person is known here.
    Person,
    /// What was written: as many days as the tenant chose.
    Message,
    /// What a provider posted, about whomever: until it is read, and two days.
    Delivery,
}

impl Keeping {
    pub const ALL: [Self; 3] = [Self::Person, Self::Message, Self::Delivery];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Message => "message",
            Self::Delivery => "delivery",
        }
    }
}

impl Category {
    pub fn keeping(self) -> Keeping {
        match self {
            Self::Message | Self::Conversation | Self::Campaign => Keeping::Message,
            Self::WebhookInbox => Keeping::Delivery,
            Self::Tenant
            | Self::Member
            | Self::Invite
            | Self::ApiKey
            | Self::Contact
            | Self::Import
            | Self::List
            | Self::Package
            | Self::Profile
            | Self::Media
            | Self::Template
            | Self::Wallet
            | Self::Audit => Keeping::Person,
        }
    }
}

/// The name of a stream, written `category-uuid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    pub category: Category,
    pub id: Uuid,
}

impl StreamId {
    pub const fn new(category: Category, id: Uuid) -> Self {
        Self { category, id }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (category, id) = text.split_once('-')?;
        Some(Self { category: Category::parse(category)?, id: id.parse().ok()? })
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.category.as_str(), self.id)
    }
}

macro_rules! streams_of {
    ($($id:ident => $category:ident),* $(,)?) => {$(
        impl From<$id> for StreamId {
            fn from(id: $id) -> Self {
                Self::new(Category::$category, id.0)
            }
        }
    )*};
}

streams_of! {
    TenantId => Tenant,
    ContactId => Contact,
    ImportId => Import,
    ListId => List,
    PackageId => Package,
    ProfileId => Profile,
    CampaignId => Campaign,
    MessageId => Message,
    ConversationId => Conversation,
    MediaId => Media,
    TemplateId => Template,
}

impl StreamId {
    /// A tenant has one wallet. A stream's id is unique over all categories, so it is not the tenant's own.
    pub fn wallet(tenant: TenantId) -> Self {
        Self::new(Category::Wallet, Uuid::new_v5(&tenant.0, b"wallet"))
    }

    /// A user's membership of one tenant.
    pub fn member(tenant: TenantId, user: UserId) -> Self {
        Self::new(Category::Member, Uuid::new_v5(&tenant.0, user.0.as_bytes()))
    }

    pub fn api_key(id: Uuid) -> Self {
        Self::new(Category::ApiKey, id)
    }

    /// One entry of the audit log. Each is a stream of its own, so that requests never wait for each other.
    pub fn audit(id: Uuid) -> Self {
        Self::new(Category::Audit, id)
    }

    pub fn invite(id: Uuid) -> Self {
        Self::new(Category::Invite, id)
    }

    /// One delivery of a provider's webhook. Each is a stream of its own, so that deliveries never wait for each other.
    pub fn webhook_delivery(id: Uuid) -> Self {
        Self::new(Category::WebhookInbox, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_name_is_read_back() {
        for category in Category::ALL {
            let stream = StreamId::new(*category, Uuid::from_u128(7));
            assert_eq!(StreamId::parse(&stream.to_string()), Some(stream));
        }
        assert_eq!(StreamId::parse("nothing-1"), None);
    }
}
