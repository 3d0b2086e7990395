//! Who is meant, as the API writes it.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::campaign;
use waybill_domain::id::{ContactId, ListId};

/// Contacts that an audience names one by one, at most.
pub const MOST_CONTACTS: usize = 1_000;

/// Everybody, a list, whoever has one of these tags, or contacts by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Audience {
    List { list_id: Uuid },
    Tags { tags: Vec<String> },
    Contacts { contact_ids: Vec<Uuid> },
    All { all: bool },
}

impl Audience {
    pub fn read(&self) -> Result<campaign::Audience, Problem> {
        match self {
            Audience::List { list_id } => Ok(campaign::Audience::List(ListId(*list_id))),
            Audience::Tags { tags } if tags.is_empty() || tags.len() > 100 => {
                Err(Problem::invalid("audience.tags", "an audience of tags names 1 to 100"))
            }
            Audience::Tags { tags } => Ok(campaign::Audience::Tags(tags.clone())),
            Audience::Contacts { contact_ids } if contact_ids.is_empty() || contact_ids.len() > MOST_CONTACTS => {
                Err(Problem::invalid("audience.contact_ids", "an audience of contacts names 1 to 1,000"))
            }
            Audience::Contacts { contact_ids } => {
                Ok(campaign::Audience::Contacts(contact_ids.iter().copied().map(ContactId).collect()))
            }
            Audience::All { all: true } => Ok(campaign::Audience::All),
            Audience::All { all: false } => Err(Problem::invalid("audience.all", "is true, or left out")),
        }
    }
}

impl From<campaign::Audience> for Audience {
    fn from(audience: campaign::Audience) -> Self {
        match audience {
            campaign::Audience::All => Audience::All { all: true },
            campaign::Audience::List(list) => Audience::List { list_id: list.0 },
            campaign::Audience::Tags(tags) => Audience::Tags { tags },
            campaign::Audience::Contacts(ids) => {
                Audience::Contacts { contact_ids: ids.into_iter().map(|id| id.0).collect() }
            }
        }
    }
}
