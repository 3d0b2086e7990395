//! Messages: what became of each, and settling those of which nobody knows.

pub mod ask;
mod biography;
mod settle;
mod view;

pub use ask::StatusWord;
pub use view::{Message, SendError};

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::page))
        .routes(routes!(ask::one))
        .routes(routes!(ask::history))
        .routes(routes!(biography::biography))
        .routes(routes!(biography::recipient))
        .routes(routes!(settle::settle))
}
