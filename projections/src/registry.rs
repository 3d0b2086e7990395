//! Every read model of this build.

use crate::projection::Projection;
use crate::{
    analytics, audit, campaigns, contacts, directory, imports, inbox, media, messages, numbers, templates, wallet,
};
use std::sync::Arc;

/// All read models. Their order means nothing: none reads another's tables while it applies.
pub fn all() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(directory::Directory),
        Arc::new(contacts::Contacts),
        Arc::new(imports::Imports),
        Arc::new(numbers::Numbers),
        Arc::new(campaigns::Campaigns),
        Arc::new(messages::Messages),
        Arc::new(inbox::Inbox),
        Arc::new(media::MediaFiles),
        Arc::new(templates::Templates),
        Arc::new(wallet::Wallet),
        Arc::new(analytics::Analytics),
        Arc::new(audit::Audit),
    ]
}
