//! What the domain refuses and where the store fails, as problems.

use super::Problem;
use serde_json::json;
use waybill_domain::content::BadPattern;
use waybill_domain::{
    api_key, campaign, contact, conversation, import, invite, list, media, member, message, package, profile, tenant,
    wallet,
};
use waybill_event_store::load::LoadError;
use waybill_event_store::{AppendError, KeyError, ReadError};
use waybill_projections::QueryError;

impl From<campaign::Refusal> for Problem {
    fn from(refusal: campaign::Refusal) -> Self {
        use campaign::Refusal as R;
        let text = refusal.to_string();
        match refusal {
            R::WrongState(campaign::Status::Unknown | campaign::Status::Discarded) => Self::not_found(),
            R::WrongState(status) => Self::conflict("wrong_state", text).with("state", status.as_str()),
            R::BadName => Self::invalid("name", text),
            R::BadMessage(bad) => bad.into(),
            R::NoTags => Self::invalid("audience.tags", text),
            R::NoRecipients => Self::refused("no_recipients", text),
            R::OutOfTurn { .. } | R::ChunkTooLarge | R::MoreThanPlanned { .. } | R::StillEnrolling => {
                Self::conflict("wrong_state", text)
            }
        }
    }
}

impl From<BadPattern> for Problem {
    fn from(bad: BadPattern) -> Self {
        match bad {
            BadPattern::Text(error) => {
                let text = format!("template: {error}");
                Self::refused("invalid_template", &text).field("template_text", &text)
            }
            BadPattern::Parameter { place, error } => Self::refused("invalid_template", &error).field(&place, error),
            BadPattern::Content(bad) => bad.into(),
        }
    }
}

impl From<media::Refusal> for Problem {
    fn from(refusal: media::Refusal) -> Self {
        match refusal {
            media::Refusal::NotFound => Self::not_found(),
            media::Refusal::Exists => Self::conflict("media_exists", refusal),
        }
    }
}

impl From<contact::Refusal> for Problem {
    fn from(refusal: contact::Refusal) -> Self {
        use contact::Refusal as R;
        let text = refusal.to_string();
        match refusal {
            R::Exists => Self::conflict("contact_exists", text),
            R::Missing => Self::not_found(),
            R::Erased => Self::conflict("erased", text),
            R::BadTag => Self::invalid("tag", text),
            R::ConsentWithoutSource => Self::invalid("source", text),
        }
    }
}

impl From<list::Refusal> for Problem {
    fn from(refusal: list::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            list::Refusal::BadName => Self::invalid("name", text),
            list::Refusal::Exists => Self::conflict("list_exists", text),
            list::Refusal::Missing => Self::not_found(),
        }
    }
}

impl From<import::Refusal> for Problem {
    fn from(refusal: import::Refusal) -> Self {
        Self::conflict("wrong_state", refusal)
    }
}

impl From<package::Refusal> for Problem {
    fn from(refusal: package::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            package::Refusal::BadName => Self::invalid("name", text),
            package::Refusal::Exists => Self::conflict("package_exists", text),
            package::Refusal::Missing => Self::not_found(),
            package::Refusal::BadSettings(_) => Self::invalid("settings", text),
        }
    }
}

impl From<profile::Refusal> for Problem {
    fn from(refusal: profile::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            profile::Refusal::BadName => Self::invalid("name", text),
            profile::Refusal::Exists => Self::conflict("profile_exists", text),
            profile::Refusal::Missing => Self::not_found(),
            profile::Refusal::NoPhoneNumberId => Self::invalid("phone_number_id", text),
            profile::Refusal::BadRank => Self::invalid("weight", text),
            profile::Refusal::NotLinkable => Self::refused("not_linkable", text),
            profile::Refusal::LinkedAlready => Self::conflict("linked_already", text),
        }
    }
}

impl From<message::Refusal> for Problem {
    fn from(refusal: message::Refusal) -> Self {
        use message::Refusal as R;
        let text = refusal.to_string();
        let status = match refusal {
            R::NotQueued(status) | R::NotUncertain(status) | R::NotCancellable(status) => status,
            R::NotDispatched { status, .. } => status,
        };
        Self::conflict("wrong_state", text).with("state", status.as_str())
    }
}

impl From<conversation::Refusal> for Problem {
    fn from(refusal: conversation::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            conversation::Refusal::NobodyWrote => Self::refused("nobody_wrote", text),
            conversation::Refusal::BadContent(bad) => bad.into(),
        }
    }
}

impl From<wallet::Refusal> for Problem {
    fn from(refusal: wallet::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            wallet::Refusal::InsufficientPoints { needed, available } => Self::refused("insufficient_points", text)
                .with("needed", json!(needed))
                .with("available", json!(available)),
            wallet::Refusal::BadTopUp => Self::invalid("points", text),
            wallet::Refusal::MoreThanReserved { .. } => Self::conflict("wrong_state", text),
        }
    }
}

impl From<tenant::Refusal> for Problem {
    fn from(refusal: tenant::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            tenant::Refusal::NameMissing => Self::invalid("business_name", text),
            tenant::Refusal::AlreadyRegistered => Self::conflict("tenant_exists", text),
            tenant::Refusal::NotRegistered => Self::not_found(),
            tenant::Refusal::BadRetention => Self::invalid("retention_days", text),
            tenant::Refusal::LongPolicy => Self::invalid("consent_policy", text),
            tenant::Refusal::BadBusinessType(_) => Self::invalid("business_type", text),
        }
    }
}

impl From<api_key::Refusal> for Problem {
    fn from(refusal: api_key::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            api_key::Refusal::BadName => Self::invalid("name", text),
            api_key::Refusal::NoScopes | api_key::Refusal::ForPeopleOnly(_) => Self::invalid("scopes", text),
            api_key::Refusal::Exists => Self::conflict("key_exists", text),
            api_key::Refusal::Missing => Self::not_found(),
        }
    }
}

impl From<invite::Refusal> for Problem {
    fn from(refusal: invite::Refusal) -> Self {
        match refusal {
            invite::Refusal::Unknown => Self::not_found(),
            other => Self::conflict("wrong_state", other),
        }
    }
}

impl From<member::Refusal> for Problem {
    fn from(refusal: member::Refusal) -> Self {
        Self::conflict("wrong_state", refusal)
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) | LoadError::Read(ReadError::Database(error)) => error.into(),
            LoadError::Key(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        LoadError::from(error).into()
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Database(error) => error.into(),
            AppendError::Key(error) => error.into(),
            AppendError::Stopped => Self::busy("the gateway is stopping"),
            // The database refused the whole batch: whether it comes back is not ours to know.
            AppendError::Batch(error) => {
                tracing::warn!(error, "an append failed with its batch");
                Self::busy("the log does not take anything now")
            }
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::BadCursor => Self::bad_request("bad_cursor", "the cursor is not one of this list")
                .field("cursor", "not one of this list"),
            QueryError::Database(error) => error.into(),
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
