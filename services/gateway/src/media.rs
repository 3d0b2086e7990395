//! Files: uploaded, listed, handed out by links that soon end, and removed.

mod ask;
mod file;
mod remove;
mod upload;

pub use file::Links;

use crate::app::App;
use crate::large_body::hear_out;
use crate::problem::Problem;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use waybill_media_files::Shelf;

/// More than any file may have; how much one may is a setting.
const LARGEST_BODY: usize = 128 << 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload).layer(DefaultBodyLimit::max(LARGEST_BODY)).layer(from_fn(hear_out)))
        .routes(routes!(ask::list))
        .routes(routes!(ask::one, remove::remove))
        .routes(routes!(file::content))
        .routes(routes!(file::linked))
}

fn shelf(app: &App) -> Result<&Shelf, Problem> {
    app.shelf.as_deref().ok_or_else(|| {
        let text = "this installation has no store for files; its operator sets WAYBILL_MEDIA_STORE";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_media_store", text)
    })
}
