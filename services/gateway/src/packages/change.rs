//! Making, changing and deleting a package.

use super::spread::DistributionName;
use super::view::{Package, Profile, Settings};
use crate::app::App;
use crate::caller::needs::WriteNumbers;
use crate::extract::{self, At};
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::{PackageId, TenantId};
use waybill_domain::package::{self, Command, Distribution};
use waybill_event_store::read::read_stream;
use waybill_projections::numbers;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPackage {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// In turn, when left out.
    pub distribution: Option<DistributionName>,
    /// The careful settings for real providers, when left out.
    #[serde(default, deserialize_with = "extract::object")]
    pub settings: Settings,
}

/// What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PackageChange {
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    pub distribution: Option<DistributionName>,
    #[serde(default, deserialize_with = "extract::some_object")]
    pub settings: Option<Settings>,
}

/// Makes a package without numbers.
#[utoipa::path(post, path = "/packages", tag = "packages", request_body = NewPackage,
    responses((status = 201, description = "Made", body = Package)))]
pub async fn create(State(app): State<App>, intent: Intent<WriteNumbers, NewPackage>) -> Result<Response, Problem> {
    let Intent { asked, body: new, .. } = &intent;
    let id = PackageId(asked.new_id());
    let settings = new.settings.read()?;
    let distribution = new.distribution.map(Distribution::from).unwrap_or_default();
    asked
        .carry_out(&app, || async {
            let create = Command::Create { name: new.name.clone(), distribution, settings: settings.clone() };
            let events = package::decide(&package::State::default(), create)?;
            let state = package::Package::fold(package::State::default(), &events);
            let view = view(id, &state, Vec::new(), asked.at, 1);
            Ok(Decided::created(view)?.write(id, 0, &events).at_version(1))
        })
        .await
}

/// Changes the name, the limits or the distribution of a package.
#[utoipa::path(put, path = "/packages/{id}", tag = "packages", params(("id" = Uuid, Path)),
    request_body = PackageChange, responses((status = 200, description = "Changed", body = Package)))]
pub async fn update(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteNumbers, PackageChange>,
) -> Result<Response, Problem> {
    let (Intent { asked, body: change, .. }, id) = (&intent, PackageId(id));
    let settings = change.settings.as_ref().map(Settings::read).transpose()?;
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<package::Package>(asked.tenant(), id.0).await?;
            if loaded.version > 0 {
                asked.expect_version(loaded.version)?;
            }
            let settings = settings.clone().unwrap_or_else(|| loaded.state.settings.clone());
            let name = change.name.clone().or(loaded.state.name.clone()).unwrap_or_default();
            let mut events = package::decide(&loaded.state, Command::ChangeSettings { name, settings })?;
            if let Some(distribution) = change.distribution {
                events.extend(package::decide(&loaded.state, Command::ChangeDistribution(distribution.into()))?);
            }
            let state = package::Package::fold(loaded.state, &events);
            let version = loaded.version + events.len() as i64;
            let (profiles, created_at) = present(&app, asked.tenant(), id).await?;
            let view = view(id, &state, profiles, created_at, version);
            Ok(Decided::ok(view)?.write(id, loaded.version, &events).at_version(version))
        })
        .await
}

/// Deletes a package. Campaigns that use it find no number any more.
#[utoipa::path(delete, path = "/packages/{id}", tag = "packages", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteNumbers>,
) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, PackageId(id));
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<package::Package>(asked.tenant(), id.0).await?;
            if loaded.version == 0 || loaded.state.deleted {
                return Err(Problem::not_found());
            }
            asked.expect_version(loaded.version)?;
            let events = package::decide(&loaded.state, Command::Delete)?;
            Ok(Decided::no_content().write(id, loaded.version, &events))
        })
        .await
}

/// The numbers of a package, as far as the read model knows them, and its age.
async fn present(app: &App, tenant: TenantId, id: PackageId) -> Result<(Vec<Profile>, DateTime<Utc>), Problem> {
    let now = app.clock.now();
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    if let Some(row) = numbers::package(&mut transaction, tenant, id, now).await?.map(Package::from) {
        return Ok((row.profiles, row.created_at));
    }
    let first = read_stream(&mut transaction, tenant, id.0, 0, 1).await?;
    Ok((Vec::new(), first.first().map_or(now, |event| event.recorded_at)))
}

fn view(
    id: PackageId,
    state: &package::State,
    profiles: Vec<Profile>,
    created_at: DateTime<Utc>,
    version: i64,
) -> Package {
    Package {
        id: id.0,
        name: state.name.clone().unwrap_or_default(),
        distribution: state.distribution.as_str().to_owned(),
        settings: state.settings.clone().into(),
        profiles,
        created_at,
        version,
    }
}
