//! A new number in a package.

use super::credentials::Given;
use super::view::{self, Health, Overrides, Profile, Usage, Used};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::{self, At};
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{PackageId, ProfileId};
use waybill_domain::package::limits::Settings;
use waybill_domain::phone::Phone;
use waybill_domain::profile::{self, Added, Command};
use waybill_domain::{package, provider::ProviderKind};

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    CloudApi,
    Sandbox,
}

/// Secrets are write-only: nothing returns them.
#[derive(Deserialize, ToSchema)]
pub struct NewProfile {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    pub provider: ProviderName,
    /// The business's own number, with its prefix.
    pub phone: String,
    pub phone_number_id: String,
    #[schema(write_only)]
    pub access_token: String,
    /// Signs the provider's webhooks.
    #[schema(write_only)]
    pub app_secret: String,
    /// What the provider shows when it checks the address of our webhook.
    #[schema(write_only)]
    pub verify_token: String,
    /// Up to and including the version; the provider's own when left out.
    pub base_url: Option<String>,
    #[serde(default, deserialize_with = "extract::object")]
    pub overrides: Overrides,
}

impl From<ProviderName> for ProviderKind {
    fn from(name: ProviderName) -> Self {
        match name {
            ProviderName::CloudApi => ProviderKind::CloudApi,
            ProviderName::Sandbox => ProviderKind::Sandbox,
        }
    }
}

/// Adds a number to a package. It sends as soon as it is there.
#[utoipa::path(post, path = "/packages/{id}/profiles", tag = "packages", params(("id" = Uuid, Path)),
    request_body = NewProfile, responses((status = 201, description = "Added", body = Profile)))]
pub async fn add_profile(
    State(app): State<App>,
    At(package_id): At<Uuid>,
    intent: Intent<WriteNumbers, NewProfile>,
) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    let (id, package_id) = (ProfileId(asked.new_id()), PackageId(package_id));
    let access = new.given().access(asked.tenant(), id, app.config.sandbox_url.as_deref())?;
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
            };
            let settings = added.overrides.over(&package.settings);
            settings.check().map_err(|text| Problem::invalid("overrides", text))?;
            let view = view(id, &added, &settings);
            let events = profile::decide(&profile::State::default(), Command::Add(added))?;
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
            app_secret: &self.app_secret,
            verify_token: &self.verify_token,
            base_url: self.base_url.as_deref(),
        }
    }
}

fn view(id: ProfileId, added: &Added, settings: &Settings) -> Profile {
    let unused = |limit| Used { used: 0, limit };
    Profile {
        id: id.0,
        package_id: added.package_id.0,
        name: added.name.clone(),
        provider_notice: view::notice(added.provider.as_str()),
        provider: added.provider.as_str().to_owned(),
        phone: added.phone.clone(),
        phone_number_id: added.phone_number_id.clone(),
        state: "active".to_owned(),
        state_reason: None,
        cooling_until: None,
        overrides: added.overrides.clone().into(),
        usage: Usage { hour: unused(settings.hourly_limit), day: unused(settings.daily_limit), in_flight: 0 },
        failures_in_row: 0,
        last_sent_at: None,
        health: Health::default(),
    }
}
