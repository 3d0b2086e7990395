//! Every read model of this build.

use crate::projection::Projection;
use crate::{campaigns, contacts, messages, wallet};
use std::sync::Arc;

/// All read models. Their order means nothing: none reads another's tables while it applies.
pub fn all() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(contacts::Contacts),
        Arc::new(campaigns::Campaigns),
        Arc::new(messages::Messages),
        Arc::new(wallet::Wallet),
    ]
}
