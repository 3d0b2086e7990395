//! The log itself: the events of one thing, and how far the read models are.

pub mod history;
mod projections;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(projections::projections))
        .routes(routes!(projections::rebuild))
        .routes(routes!(history::history))
}
