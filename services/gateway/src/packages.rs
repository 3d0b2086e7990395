//! Packages of sending numbers, and the numbers. Credentials go to the vault and never come back.

mod ask;
mod change;
mod credentials;
mod profile_add;
pub mod profile_change;
mod providers;
pub mod spread;
pub mod view;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::packages, change::create))
        .routes(routes!(ask::package, change::update, change::delete))
        .routes(routes!(ask::stats))
        .routes(routes!(providers::providers))
        .routes(routes!(ask::profiles, profile_add::add_profile))
        .routes(routes!(ask::profile, profile_change::update_profile, profile_change::remove_profile))
        .routes(routes!(profile_change::switch_profile))
}
