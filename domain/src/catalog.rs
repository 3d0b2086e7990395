//! Every event type of the log, in one place: for readers of the log, documents and the golden files.

use crate::event::{EventSet, Wire};
use crate::stream::Category;
use crate::*;
use std::borrow::Cow;

/// All event types, by category.
pub fn all() -> Vec<(Category, &'static [Wire])> {
    vec![
        (Category::Tenant, tenant::Event::WIRES),
        (Category::Member, member::Event::WIRES),
        (Category::Invite, invite::Event::WIRES),
        (Category::ApiKey, api_key::Event::WIRES),
        (Category::Audit, audit::Event::WIRES),
        (Category::Contact, contact::Event::WIRES),
        (Category::Import, import::Event::WIRES),
        (Category::List, list::Event::WIRES),
        (Category::Package, package::Event::WIRES),
        (Category::Profile, profile::Event::WIRES),
        (Category::Campaign, campaign::Event::WIRES),
        (Category::Message, message::Event::WIRES),
        (Category::Conversation, conversation::Event::WIRES),
        (Category::Media, media::Event::WIRES),
        (Category::Template, provider_template::Event::WIRES),
        (Category::Wallet, wallet::Event::WIRES),
        (Category::WebhookInbox, webhook_inbox::Event::WIRES),
    ]
}

/// The wire name as a constant where this build knows it, so that reading a million events allocates no names.
pub fn intern(kind: &str) -> Cow<'static, str> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static KINDS: LazyLock<HashMap<&'static str, &'static str>> =
        LazyLock::new(|| all().into_iter().flat_map(|(_, wires)| wires).map(|wire| (wire.kind, wire.kind)).collect());
    match KINDS.get(kind) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(kind.to_owned()),
    }
}

/// The same for a category.
pub fn intern_category(name: &str) -> Cow<'static, str> {
    match Category::parse(name) {
        Some(known) => Cow::Borrowed(known.as_str()),
        None => Cow::Owned(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_wire_name_begins_with_its_category_and_is_used_once() {
        let mut seen = HashSet::new();
        for (category, wires) in all() {
            for wire in wires {
                assert!(wire.kind.starts_with(&format!("{}.", category.as_str())), "{}", wire.kind);
                assert!(seen.insert(*wire), "{} v{} twice", wire.kind, wire.schema_version);
            }
        }
        assert_eq!(all().len(), Category::ALL.len());
    }
}
