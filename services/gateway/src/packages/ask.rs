//! Questions about packages and numbers.

use super::view::{Health, Package, Profile};
use crate::app::App;
use crate::caller::needs::ReadNumbers;
use crate::extract::{At, Params};
use crate::page::{Items, Page, Versioned, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::{PackageId, ProfileId};
use waybill_projections::numbers;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PackageQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

/// How a package stands, all its numbers together.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PackageStats {
    pub profiles: i64,
    pub active: i64,
    pub used_in_hour: i64,
    pub used_in_day: i64,
    pub in_flight: i64,
    /// The counters of all numbers; the score is that of the worst.
    pub health: Health,
    pub items: Vec<Profile>,
}

/// Lists the packages with their numbers and what these have used, the oldest first.
#[utoipa::path(get, path = "/packages", tag = "packages", params(PackageQuery),
    responses((status = 200, body = Page<Package>)))]
pub async fn packages(
    State(app): State<App>,
    reading: Reading<ReadNumbers>,
    Params(query): Params<PackageQuery>,
) -> Result<Json<Page<Package>>, Problem> {
    let limit = limit(query.limit)?;
    let mut transaction = reading.open(&app, &["numbers"]).await?;
    let packages = numbers::packages(&mut transaction, reading.caller.tenant, app.clock.now()).await?;
    // A tenant has few packages: all are read, and a page is a stretch of them after the one that the cursor names.
    let after = match &query.cursor {
        None => None,
        Some(cursor) => {
            let known = cursor.parse().ok().and_then(|id: Uuid| packages.iter().position(|it| it.package_id == id));
            Some(known.ok_or(waybill_projections::QueryError::BadCursor)?)
        }
    };
    let start = after.map_or(0, |at| at + 1);
    let more = packages.len() > start + limit as usize;
    let items: Vec<Package> = packages.into_iter().skip(start).take(limit as usize).map(Package::from).collect();
    let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(Page { items, next_cursor }))
}

/// Shows one package.
#[utoipa::path(get, path = "/packages/{id}", tag = "packages", params(("id" = Uuid, Path)),
    responses((status = 200, body = Package)))]
pub async fn package(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadNumbers>,
) -> Result<Versioned<Package>, Problem> {
    let package = find(&app, &reading, id).await?;
    Ok(Versioned(package.version, package.into()))
}

/// Sums up one package.
#[utoipa::path(get, path = "/packages/{id}/stats", tag = "packages", params(("id" = Uuid, Path)),
    responses((status = 200, body = PackageStats)))]
pub async fn stats(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<PackageStats>, Problem> {
    let package = Package::from(find(&app, &reading, id).await?);
    let mut stats = PackageStats { profiles: package.profiles.len() as i64, ..PackageStats::default() };
    stats.health.score = package.profiles.iter().map(|it| it.health.score).min().unwrap_or(100);
    for profile in &package.profiles {
        stats.active += i64::from(profile.state == "active");
        stats.used_in_hour += profile.usage.hour.used;
        stats.used_in_day += profile.usage.day.used;
        stats.in_flight += profile.usage.in_flight;
        stats.health.sent += profile.health.sent;
        stats.health.failed += profile.health.failed;
        stats.health.uncertain += profile.health.uncertain;
    }
    Ok(Json(PackageStats { items: package.profiles, ..stats }))
}

/// Lists the numbers of one package.
#[utoipa::path(get, path = "/packages/{id}/profiles", tag = "packages", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<Profile>)))]
pub async fn profiles(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<Items<Profile>>, Problem> {
    Ok(Json(Items { items: Package::from(find(&app, &reading, id).await?).profiles }))
}

/// A number with how it is connected; its secrets are never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileDetail {
    #[serde(flatten)]
    pub profile: Profile,
    pub connection: Connection,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Connection {
    /// Where the provider is asked.
    pub base_url: String,
    /// The provider's settings that were changed from the usual.
    pub settings: BTreeMap<String, String>,
}

/// Shows one number.
#[utoipa::path(get, path = "/packages/{id}/profiles/{pid}", tag = "packages",
    params(("id" = Uuid, Path), ("pid" = Uuid, Path)), responses((status = 200, body = ProfileDetail)))]
pub async fn profile(
    State(app): State<App>,
    At((id, pid)): At<(Uuid, Uuid)>,
    reading: Reading<ReadNumbers>,
) -> Result<Json<ProfileDetail>, Problem> {
    let (tenant, now) = (reading.caller.tenant, app.clock.now());
    let mut transaction = reading.open(&app, &["numbers"]).await?;
    let profile = numbers::profile(&mut transaction, tenant, ProfileId(pid), now).await?;
    drop(transaction);
    let profile = profile.filter(|it| it.package_id == id).ok_or_else(Problem::not_found)?;
    let access = app.store.credential(ProfileId(pid)).await?.filter(|it| it.tenant_id == tenant);
    let credential = access.ok_or_else(Problem::not_found)?.credential;
    let connection = Connection { base_url: credential.base_url, settings: credential.settings };
    Ok(Json(ProfileDetail { profile: profile.into(), connection }))
}

async fn find(app: &App, reading: &Reading<ReadNumbers>, id: Uuid) -> Result<numbers::Package, Problem> {
    let mut transaction = reading.open(app, &["numbers"]).await?;
    let now = app.clock.now();
    let package = numbers::package(&mut transaction, reading.caller.tenant, PackageId(id), now).await?;
    package.ok_or_else(Problem::not_found)
}
