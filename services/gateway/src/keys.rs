//! API keys: by which programs speak for an organisation.
//!
//! A key is shown once and kept as a hash. It is looked up on every request, so that a revoked one is refused by the next.

mod bearer;
mod make;
mod view;

pub use bearer::{PREFIX, bearer};

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(view::api_keys))
        .routes(routes!(make::make))
        .routes(routes!(make::rotate))
        .routes(routes!(make::revoke))
}
