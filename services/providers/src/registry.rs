//! Which provider speaks for which kind of profile.

use std::sync::Arc;

use waybill_domain::provider::ProviderKind;

use crate::{ClientConfig, ClientError, CloudApi, GreenApi, Notice, ParseError, Provider, Waha, Zentra, http};

/// The providers of this process. Cloning is cheap and shares the connections.
#[derive(Debug, Clone)]
pub struct Registry {
    cloud_api: Arc<CloudApi>,
    green_api: Arc<GreenApi>,
    waha: Arc<Waha>,
    zentra: Arc<Zentra>,
}

impl Registry {
    pub fn new(config: &ClientConfig) -> Result<Self, ClientError> {
        let client = http::client(config)?;
        Ok(Self {
            cloud_api: Arc::new(CloudApi::with(client.clone())),
            green_api: Arc::new(GreenApi::with(client.clone())),
            waha: Arc::new(Waha::with(client.clone())),
            zentra: Arc::new(Zentra::with(client)),
        })
    }

    /// The sandbox speaks the Cloud API's wire under its own name, so it is sent to by the same client.
    pub fn provider_for(&self, kind: ProviderKind) -> Arc<dyn Provider> {
        match kind {
            ProviderKind::CloudApi | ProviderKind::Sandbox => self.cloud_api.clone(),
            ProviderKind::GreenApi => self.green_api.clone(),
            ProviderKind::Waha => self.waha.clone(),
            ProviderKind::Zentra => self.zentra.clone(),
        }
    }

    /// Reads a webhook of a kind of provider.
    pub fn parse_webhook(&self, kind: ProviderKind, body: &[u8]) -> Result<Vec<Notice>, ParseError> {
        self.provider_for(kind).parse_webhook(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_answers_for_agrees_with_its_abilities() {
        let registry = Registry::new(&ClientConfig::default()).expect("the usual settings build");
        for kind in ProviderKind::ALL {
            let provider = registry.provider_for(kind);
            let abilities = kind.abilities();
            let name = kind.as_str();
            assert_eq!(provider.linking().is_some(), abilities.links_by_qr, "{name}");
            assert_eq!(provider.number_check().is_some(), abilities.checks_numbers, "{name}");
            assert_eq!(provider.number_health().is_some(), abilities.tells_quality, "{name}");
            assert_eq!(provider.groups().is_some(), abilities.lists_groups, "{name}");
            assert_eq!(provider.journal().is_some(), abilities.has_journal, "{name}");
            assert_eq!(provider.templates().is_some(), abilities.has_templates, "{name}");
            // Who keeps no media of ours still has what people sent.
            assert_eq!(provider.media().is_some(), abilities.keeps_media || abilities.receives, "{name}");
        }
    }
}
