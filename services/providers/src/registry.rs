//! Which provider speaks for which kind of profile.

use std::sync::Arc;

use waybill_domain::provider::ProviderKind;

use crate::{ClientConfig, ClientError, CloudApi, Notice, ParseError, Provider, http};

/// The providers of this process. Cloning is cheap and shares the connections.
#[derive(Debug, Clone)]
pub struct Registry {
    cloud_api: Arc<CloudApi>,
}

impl Registry {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        let client = http::client(config)?;
        Ok(Self { cloud_api: Arc::new(CloudApi::with(client)) })
    }

    /// The sandbox speaks the Cloud API's wire, so it is sent to by the same client.
    pub fn provider_for(&self, kind: ProviderKind) -> Arc<dyn Provider> {
        match kind {
            ProviderKind::CloudApi | ProviderKind::Sandbox => self.cloud_api.clone(),
            // Clients of these follow.
            ProviderKind::GreenApi | ProviderKind::Waha | ProviderKind::Zentra => self.cloud_api.clone(),
        }
    }

    /// Reads a webhook of a kind of provider.
    pub fn parse_webhook(&self, kind: ProviderKind, body: &[u8]) -> Result<Vec<Notice>, ParseError> {
        self.provider_for(kind).parse_webhook(body)
    }
}

/// A provider with connections of its own and the usual settings. A process that sends to several
/// kinds keeps a [`Registry`] instead.
pub fn provider_for(kind: ProviderKind) -> Result<Arc<dyn Provider>, ClientError> {
    Ok(Registry::new(&ClientConfig::default())?.provider_for(kind))
}
