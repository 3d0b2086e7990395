//! What a number needs to send and to believe its webhooks, on its way to the vault.
//!
//! Each provider has a shape: what its numbers are called, which secrets there are, where it is. What does not fit the
//! shape is refused by field, with what the provider expects.

use crate::problem::Problem;
use rand::Rng;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::provider::ProviderKind;
use waybill_event_store::vault::{Credential, ProfileAccess};
use waybill_providers::Reach;

const LONGEST: usize = 4_096;
const LONGEST_SETTING: usize = 512;

/// The setting that is an address.
const MEDIA_URL: &str = "media_url";
const INSIDE: &str = "an address inside the network; the installation's operator can allow it";

/// Whether a caller has to give something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    /// Made here when left out.
    Optional,
    /// The provider has no such thing.
    Unused,
}

/// What a number of one provider is made of.
pub struct Shape {
    /// What the provider calls its id of a number.
    pub number_id: &'static str,
    is_number_id: fn(&str) -> bool,
    number_id_rule: &'static str,
    pub access_token: &'static str,
    pub app_secret: Need,
    pub verify_token: Need,
    /// The provider's own address; none where everybody has their own.
    pub base_url: Option<&'static str>,
    /// Of the sandbox's wire of this provider, after the sandbox's address.
    sandbox_path: &'static str,
    pub settings: &'static [&'static str],
}

fn is_word(id: &str) -> bool {
    id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
}

pub fn shape(provider: ProviderKind) -> Shape {
    match provider {
        ProviderKind::CloudApi | ProviderKind::Sandbox => Shape {
            number_id: "phone number id",
            is_number_id: is_word,
            number_id_rule: "has letters, digits, - and _ only",
            access_token: "access token",
            app_secret: Need::Required,
            verify_token: Need::Required,
            base_url: (provider == ProviderKind::CloudApi).then_some("https://graph.facebook.com/v23.0"),
            sandbox_path: "/v23.0",
            settings: &["business_account_id"],
        },
        ProviderKind::GreenApi => Shape {
            number_id: "instance id",
            is_number_id: is_number,
            number_id_rule: "is the number of an instance: digits only",
            access_token: "instance token",
            app_secret: Need::Optional,
            verify_token: Need::Unused,
            base_url: Some("https://api.green-api.com"),
            sandbox_path: "/green",
            settings: &[MEDIA_URL, "delay_ms"],
        },
        ProviderKind::Waha => Shape {
            number_id: "session",
            is_number_id: is_word,
            number_id_rule: "is the name of a session: letters, digits, - and _ only",
            access_token: "API key",
            app_secret: Need::Optional,
            verify_token: Need::Unused,
            base_url: None,
            sandbox_path: "/waha",
            settings: &["engine"],
        },
        ProviderKind::Zentra => Shape {
            number_id: "device uuid",
            is_number_id: is_word,
            number_id_rule: "is the uuid of a device",
            access_token: "API token",
            app_secret: Need::Unused,
            verify_token: Need::Unused,
            base_url: Some("https://api.zentramsg.com/v1"),
            sandbox_path: "/zentra/v1",
            settings: &[
                "path",
                "check_path",
                "device_field",
                "type_field",
                "text_field",
                "contact_type_field",
                "ids_field",
                "media_field",
                "media_url_field",
                "success_pointer",
                "success_value",
                "id_pointers",
                "document_type",
            ],
        },
    }
}

impl Shape {
    pub fn sandbox_base_url(&self, sandbox_url: &str) -> String {
        format!("{}{}", sandbox_url.trim_end_matches('/'), self.sandbox_path)
    }
}

/// The parts of a credential as a caller gives them.
pub struct Given<'a> {
    pub provider: ProviderKind,
    pub phone_number_id: &'a str,
    pub access_token: &'a str,
    pub app_secret: Option<&'a str>,
    pub verify_token: Option<&'a str>,
    pub base_url: Option<&'a str>,
    /// At the sandbox instead of at the provider.
    pub sandbox: bool,
    pub settings: &'a BTreeMap<String, String>,
}

impl Given<'_> {
    /// Refuses what could not work, by field.
    pub fn access(
        &self,
        tenant_id: TenantId,
        profile_id: ProfileId,
        sandbox_url: Option<&str>,
        reach: &Reach,
    ) -> Result<ProfileAccess, Problem> {
        let shape = shape(self.provider);
        let mut problem = Problem::refused("invalid", "some fields cannot be used as they are");
        let mut refuse = |field: &str, text: &str| {
            let taken = std::mem::replace(&mut problem, Problem::refused("invalid", ""));
            problem = taken.field(field, text);
        };
        let id = self.phone_number_id;
        if id.is_empty() || id.len() > 128 || !(shape.is_number_id)(id) {
            refuse("phone_number_id", shape.number_id_rule);
        }
        if !is_secret(self.access_token) {
            refuse("access_token", "has 1 to 4,096 printable characters");
        }
        let mut secret = |field: &str, given: Option<&str>, need: Need| match (given, need) {
            (Some(text), Need::Required | Need::Optional) if !is_secret(text) => {
                refuse(field, "has 1 to 4,096 printable characters");
                String::new()
            }
            (Some(text), Need::Required | Need::Optional) => text.to_owned(),
            (None, Need::Required) => {
                refuse(field, "is needed by this provider");
                String::new()
            }
            (None, Need::Optional) => hex::encode(rand::rng().random::<[u8; 24]>()),
            // Whoever fills in every field of a form is not refused for it.
            (_, Need::Unused) => String::new(),
        };
        let app_secret = secret("app_secret", self.app_secret, shape.app_secret);
        let verify_token = secret("verify_token", self.verify_token, shape.verify_token);
        let at_sandbox = self.sandbox || self.provider == ProviderKind::Sandbox;
        let own = match (at_sandbox, sandbox_url) {
            (true, Some(url)) => Some(shape.sandbox_base_url(url)),
            (true, None) => None,
            (false, _) => shape.base_url.map(str::to_owned),
        };
        let base_url = self.base_url.map(|url| url.trim().trim_end_matches('/').to_owned()).or(own);
        let base_url = base_url.unwrap_or_default();
        if !is_address(&base_url) {
            refuse("base_url", "an http or https address is needed, without a name and a password in it");
        } else if !reach.allows(&base_url) {
            refuse("base_url", INSIDE);
        }
        for (name, value) in self.settings {
            let field = format!("settings.{name}");
            if !shape.settings.contains(&name.as_str()) {
                refuse(&field, &format!("is not a setting of this provider; it has {}", shape.settings.join(", ")));
            } else if value.len() > LONGEST_SETTING || value.contains(char::is_control) {
                refuse(&field, "has at most 512 printable characters");
            } else if name == MEDIA_URL && !value.trim().is_empty() {
                if !is_address(value) {
                    refuse(&field, "an http or https address is needed, without a name and a password in it");
                } else if !reach.allows(value) {
                    refuse(&field, INSIDE);
                }
            }
        }
        if !problem.errors.is_empty() {
            return Err(problem);
        }
        Ok(ProfileAccess {
            profile_id,
            tenant_id,
            provider: self.provider,
            phone_number_id: id.to_owned(),
            credential: Credential {
                base_url,
                access_token: self.access_token.to_owned(),
                app_secret,
                verify_token,
                settings: self.settings.clone(),
            },
        })
    }
}

fn is_address(text: &str) -> bool {
    let is_http = text.starts_with("https://") || text.starts_with("http://");
    // Addresses are shown; what is secret has its own fields.
    let is_open = |url: reqwest::Url| url.username().is_empty() && url.password().is_none();
    is_http && text.len() <= 2_048 && reqwest::Url::parse(text).is_ok_and(is_open)
}

fn is_secret(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST && !text.contains(char::is_control)
}
