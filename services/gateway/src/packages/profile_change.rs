//! Changing a number, switching it on and off, and removing it.

use super::credentials::Given;
use super::view::{self, Overrides, Profile};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::{self, At};
use crate::intent::{Asked, Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::{PackageId, ProfileId};
use waybill_domain::package;
use waybill_domain::phone::Phone;
use waybill_domain::profile::{self, Command, Rank, Status, Updated};
use waybill_projections::numbers;

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct ProfileChange {
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    pub phone: Option<String>,
    #[serde(default, deserialize_with = "extract::some_object")]
    pub overrides: Option<Overrides>,
    #[schema(write_only)]
    pub access_token: Option<String>,
    #[schema(write_only)]
    pub app_secret: Option<String>,
    #[schema(write_only)]
    pub verify_token: Option<String>,
    pub base_url: Option<String>,
    pub settings: Option<BTreeMap<String, String>>,
    #[schema(minimum = 1, maximum = 1000)]
    pub weight: Option<u32>,
    #[schema(minimum = 1, maximum = 1000)]
    pub priority: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct StatusChange {
    pub active: bool,
}

/// Changes a number, or its credentials.
#[utoipa::path(put, path = "/packages/{id}/profiles/{pid}", tag = "packages",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), request_body = ProfileChange,
    responses((status = 200, description = "Changed", body = Profile)))]
pub async fn update_profile(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers, ProfileChange>,
) -> Result<Response, Problem> {
    let change = &intent.body;
    let phone = change.phone.as_deref().map(|text| Phone::parse(text, None)).transpose();
    let phone = phone.map_err(|error| Problem::invalid("phone", error))?;
    decide(&app, &intent.asked, path, Some(change), |state, credentials_changed| {
        let Some(added) = &state.added else { return Err(Problem::not_found()) };
        let updated = Updated {
            name: change.name.clone().unwrap_or(added.name.clone()).trim().to_owned(),
            phone: phone.as_ref().map_or(added.phone.clone(), |phone| phone.as_str().to_owned()),
            overrides: change.overrides.clone().map_or(added.overrides.clone(), Into::into),
            rank: Rank {
                weight: change.weight.unwrap_or(added.rank.weight),
                priority: change.priority.unwrap_or(added.rank.priority),
            },
            credentials_changed,
        };
        let same = updated.name == added.name
            && updated.phone == added.phone
            && updated.overrides == added.overrides
            && updated.rank == added.rank;
        Ok(if same && !credentials_changed { vec![] } else { profile::decide(state, Command::Update(updated))? })
    })
    .await
}

/// Switches a number on or off. Switching on also lifts a block and ends a cooldown.
#[utoipa::path(patch, path = "/packages/{id}/profiles/{pid}/status", tag = "packages",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), request_body = StatusChange,
    responses((status = 200, description = "Switched", body = Profile)))]
pub async fn switch_profile(
    State(app): State<App>,
    At(path): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers, StatusChange>,
) -> Result<Response, Problem> {
    let active = intent.body.active;
    decide(&app, &intent.asked, path, None, |state, _| {
        Ok(profile::decide(state, if active { Command::Activate } else { Command::Deactivate })?)
    })
    .await
}

/// Removes a number and its credentials.
#[utoipa::path(delete, path = "/packages/{id}/profiles/{pid}", tag = "packages",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), responses((status = 204, description = "Removed")))]
pub async fn remove_profile(
    State(app): State<App>,
    At((package, id)): At<(Uuid, Uuid)>,
    intent: Intent<WriteNumbers>,
) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, ProfileId(id));
    let answer = asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<profile::Profile>(asked.tenant(), id.0).await?;
            there(&loaded.state, package)?;
            let events = profile::decide(&loaded.state, Command::Remove)?;
            Ok(Decided::no_content().write(id, loaded.version, &events))
        })
        .await?;
    // After the append: a number that is still known still needs them.
    sqlx::query("delete from vault.profile_credential where profile_id = $1 and tenant_id = $2")
        .bind(id.0)
        .bind(asked.tenant().0)
        .execute(&app.store.database.system)
        .await?;
    app.accesses.forget(id);
    Ok(answer)
}

pub fn there(state: &profile::State, package: Uuid) -> Result<(), Problem> {
    let in_package = state.added.as_ref().is_some_and(|added| added.package_id == PackageId(package));
    if in_package && state.status != Status::Removed { Ok(()) } else { Err(Problem::not_found()) }
}

async fn decide(
    app: &App,
    asked: &Asked,
    (package_id, id): (Uuid, Uuid),
    credentials: Option<&ProfileChange>,
    events: impl Fn(&profile::State, bool) -> Result<Vec<profile::Event>, Problem>,
) -> Result<Response, Problem> {
    let id = ProfileId(id);
    asked
        .carry_out(app, || async {
            let loaded = app.store.load::<profile::Profile>(asked.tenant(), id.0).await?;
            there(&loaded.state, package_id)?;
            asked.expect_version(loaded.version)?;
            let credentials_changed = match credentials {
                Some(change) => change.put_credentials(app, id).await?,
                None => false,
            };
            let events = events(&loaded.state, credentials_changed)?;
            let state = profile::Profile::fold(loaded.state, &events);
            let version = loaded.version + events.len() as i64;
            let view = view(app, asked, id, &state).await?;
            Ok(Decided::ok(view)?.write(id, loaded.version, &events).at_version(version))
        })
        .await
}

/// The number after the change, with the counters that the read model has.
pub async fn view(app: &App, asked: &Asked, id: ProfileId, state: &profile::State) -> Result<Profile, Problem> {
    let now = app.clock.now();
    let added = state.added.as_ref().ok_or_else(Problem::not_found)?;
    let mut transaction = app.store.tenant_transaction(asked.tenant()).await?;
    let row = numbers::profile(&mut transaction, asked.tenant(), id, now).await?.map(Profile::from);
    drop(transaction);
    let package = app.store.load::<package::Package>(asked.tenant(), added.package_id.0).await?.state;
    let settings = added.overrides.over(&package.settings);
    settings.check().map_err(|text| Problem::invalid("overrides", text))?;
    view::decided(id, state, &settings, row, now).ok_or_else(Problem::not_found)
}

impl ProfileChange {
    /// Puts changed credentials into the vault; whether there were any.
    async fn put_credentials(&self, app: &App, id: ProfileId) -> Result<bool, Problem> {
        let given = [&self.access_token, &self.app_secret, &self.verify_token, &self.base_url];
        if given.iter().all(|part| part.is_none()) && self.settings.is_none() {
            return Ok(false);
        }
        let old = app.store.credential(id).await?.ok_or_else(Problem::not_found)?;
        let pick = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
        let (access_token, app_secret, verify_token, base_url) = (
            pick(&self.access_token, &old.credential.access_token),
            pick(&self.app_secret, &old.credential.app_secret),
            pick(&self.verify_token, &old.credential.verify_token),
            pick(&self.base_url, &old.credential.base_url),
        );
        let given = Given {
            provider: old.provider,
            phone_number_id: &old.phone_number_id,
            access_token: &access_token,
            app_secret: Some(app_secret.as_str()).filter(|text| !text.is_empty()),
            verify_token: Some(verify_token.as_str()).filter(|text| !text.is_empty()),
            base_url: Some(&base_url),
            sandbox: false,
            settings: self.settings.as_ref().unwrap_or(&old.credential.settings),
        };
        app.store.put_credential(&given.access(old.tenant_id, id, None, &app.reach)?).await?;
        app.accesses.forget(id);
        Ok(true)
    }
}
