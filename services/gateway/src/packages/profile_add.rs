//! A new number in a package.

use super::credentials::Given;
use super::view::{self, Overrides, Profile};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::{self, At};
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::{PackageId, ProfileId};
use waybill_domain::phone::Phone;
use waybill_domain::profile::{self, Added, Command, Rank};
use waybill_domain::{package, provider::ProviderKind};

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    CloudApi,
    GreenApi,
    Waha,
    Zentra,
    Sandbox,
}

/// Secrets are write-only: nothing returns them. `GET /providers` tells what each provider needs.
#[derive(Deserialize, ToSchema)]
pub struct NewProfile {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    pub provider: ProviderName,
    /// The business's own number, with its prefix.
    pub phone: String,
    /// The provider's id of the number: a phone number id, an instance, a session, a device.
    pub phone_number_id: String,
    /// The provider's token or API key.
    #[schema(write_only)]
    pub access_token: String,
    /// What makes the provider's webhooks believable; made here where the provider takes any, when left out.
    #[schema(write_only)]
    pub app_secret: Option<String>,
    /// What the provider shows when it checks the address of our webhook.
    #[schema(write_only)]
    pub verify_token: Option<String>,
    /// Up to and including the version; the provider's own when left out.
    pub base_url: Option<String>,
    /// At the sandbox instead of at the provider, on an installation that has one.
    #[serde(default)]
    pub sandbox: bool,
    /// What else the provider needs to know.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "extract::object")]
    pub overrides: Overrides,
    /// For the weighted distribution, 1 when left out.
    #[schema(minimum = 1, maximum = 1000)]
    pub weight: Option<u32>,
    /// For the priority distribution, where the smallest goes first; 1 when left out.
    #[schema(minimum = 1, maximum = 1000)]
    pub priority: Option<u32>,
}

impl From<ProviderName> for ProviderKind {
    fn from(name: ProviderName) -> Self {
        match name {
            ProviderName::CloudApi => ProviderKind::CloudApi,
            ProviderName::GreenApi => ProviderKind::GreenApi,
            ProviderName::Waha => ProviderKind::Waha,
            ProviderName::Zentra => ProviderKind::Zentra,
            ProviderName::Sandbox => ProviderKind::Sandbox,
        }
    }
}

/// Adds a number to a package. It sends as soon as it is there, or as soon as its device is linked.
#[utoipa::path(post, path = "/packages/{id}/profiles", tag = "packages", params(("id" = Uuid, Path)),
    request_body = NewProfile, responses((status = 201, description = "Added", body = Profile)))]
pub async fn add_profile(
    State(app): State<App>,
    At(package_id): At<Uuid>,
    intent: Intent<WriteNumbers, NewProfile>,
) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    let (id, package_id) = (ProfileId(asked.new_id()), PackageId(package_id));
    let access = new.given().access(asked.tenant(), id, app.config.sandbox_url.as_deref(), &app.reach)?;
    let phone = Phone::parse(&new.phone, None).map_err(|error| Problem::invalid("phone", error))?;
    asked
        .carry_out(&app, || async {
            let package = app.store.load::<package::Package>(asked.tenant(), package_id.0).await?.state;
            if package.name.is_none() || package.deleted {
                return Err(Problem::not_found());
            }
            let added = Added {
                package_id,
                name: new.name.trim().to_owned(),
                provider: new.provider.into(),
                phone: phone.as_str().to_owned(),
                phone_number_id: access.phone_number_id.clone(),
                overrides: new.overrides.clone().into(),
                rank: Rank { weight: new.weight.unwrap_or(1), priority: new.priority.unwrap_or(1) },
            };
            let settings = added.overrides.over(&package.settings);
            settings.check().map_err(|text| Problem::invalid("overrides", text))?;
            let events = profile::decide(&profile::State::default(), Command::Add(added))?;
            let state = profile::Profile::fold(profile::State::default(), &events);
            let view = view::decided(id, &state, &settings, None, asked.at).ok_or_else(Problem::not_found)?;
            // Before the append: a number that is known can send.
            app.store.put_credential(&access).await?;
            Ok(Decided::created(view)?.write(id, 0, &events).at_version(1))
        })
        .await
}

impl NewProfile {
    fn given(&self) -> Given<'_> {
        Given {
            provider: self.provider.into(),
            phone_number_id: self.phone_number_id.trim(),
            access_token: &self.access_token,
            app_secret: self.app_secret.as_deref(),
            verify_token: self.verify_token.as_deref(),
            base_url: self.base_url.as_deref(),
            sandbox: self.sandbox,
            settings: &self.settings,
        }
    }
}
