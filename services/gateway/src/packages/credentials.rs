//! What a number needs to send and to believe its webhooks, on its way to the vault.

use crate::problem::Problem;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::provider::ProviderKind;
use waybill_event_store::vault::{Credential, ProfileAccess};

/// Meta's own, with the version that the client was written against.
const CLOUD_API_URL: &str = "https://graph.facebook.com/v23.0";
const LONGEST: usize = 4_096;

/// The parts of a credential as a caller gives them.
pub struct Given<'a> {
    pub provider: ProviderKind,
    pub phone_number_id: &'a str,
    pub access_token: &'a str,
    pub app_secret: &'a str,
    pub verify_token: &'a str,
    pub base_url: Option<&'a str>,
}

impl Given<'_> {
    /// Refuses what could not work, by field.
    pub fn access(
        &self,
        tenant_id: TenantId,
        profile_id: ProfileId,
        sandbox_url: Option<&str>,
    ) -> Result<ProfileAccess, Problem> {
        let mut problem = Problem::refused("invalid", "some fields cannot be used as they are");
        let texts = [
            ("access_token", self.access_token),
            ("app_secret", self.app_secret),
            ("verify_token", self.verify_token),
            ("phone_number_id", self.phone_number_id),
        ];
        for (field, text) in texts {
            if text.trim().is_empty() || text.len() > LONGEST || text.contains(char::is_control) {
                problem = problem.field(field, "has 1 to 4,096 printable characters");
            }
        }
        // It becomes a part of the provider's paths.
        if !self.phone_number_id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            problem = problem.field("phone_number_id", "has letters, digits, - and _ only");
        }
        let own = match self.provider {
            ProviderKind::CloudApi => Some(CLOUD_API_URL.to_owned()),
            ProviderKind::Sandbox => sandbox_url.map(|url| format!("{}/v23.0", url.trim_end_matches('/'))),
        };
        let base_url = self.base_url.map(|url| url.trim().trim_end_matches('/').to_owned()).or(own);
        let base_url = base_url.unwrap_or_default();
        if !(base_url.starts_with("https://") || base_url.starts_with("http://")) || base_url.len() > 2_048 {
            problem = problem.field("base_url", "an http or https address is needed");
        }
        if !problem.errors.is_empty() {
            return Err(problem);
        }
        Ok(ProfileAccess {
            profile_id,
            tenant_id,
            provider: self.provider,
            phone_number_id: self.phone_number_id.to_owned(),
            credential: Credential {
                base_url,
                access_token: self.access_token.to_owned(),
                app_secret: self.app_secret.to_owned(),
                verify_token: self.verify_token.to_owned(),
            },
        })
    }
}
