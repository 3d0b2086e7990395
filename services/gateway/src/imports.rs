//! Imports of contacts: the upload, and what became of its rows. Reading the file is a process's work.

mod ask;
mod form;
mod rejected;
mod spool;
mod upload;

use crate::app::App;
use crate::large_body::hear_out;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// The largest file, and a little for the form around it.
const LARGEST_BODY: usize = spool::LARGEST_FILE as usize + (1 << 20);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload).layer(DefaultBodyLimit::max(LARGEST_BODY)).layer(from_fn(hear_out)))
        .routes(routes!(upload::bulk_import).layer(DefaultBodyLimit::max(LARGEST_BODY)).layer(from_fn(hear_out)))
        .routes(routes!(ask::page))
        .routes(routes!(ask::one))
        .routes(routes!(ask::rows))
        .routes(routes!(rejected::rejected))
}
