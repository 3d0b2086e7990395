//! Campaigns: drafts, the start with its reservation, and what becomes of them.

mod ask;
mod audience;
pub mod draft;
pub mod events;
mod forecast;
pub mod reckoning;
mod start;
mod steer;
pub mod view;

pub use ask::find;
pub use audience::MOST_CONTACTS;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::page, draft::draft))
        .routes(routes!(forecast::forecast))
        .routes(routes!(ask::one, draft::edit, draft::discard))
        .routes(routes!(start::start))
        .routes(routes!(start::send))
        .routes(routes!(steer::pause))
        .routes(routes!(steer::resume))
        .routes(routes!(steer::cancel))
        .routes(routes!(ask::messages))
        .routes(routes!(ask::failures))
        .routes(routes!(ask::timeline))
        .routes(routes!(events::events))
}
