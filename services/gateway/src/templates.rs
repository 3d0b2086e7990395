//! Templates as providers have them: shown, and asked for again. They are made and approved at the provider.

mod ask;
mod sync;

pub use ask::require_usable;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::list))
        .routes(routes!(ask::list_as_whatsapp))
        .routes(routes!(ask::one))
        .routes(routes!(sync::sync))
}
