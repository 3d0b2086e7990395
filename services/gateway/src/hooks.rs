//! What providers post. The body is believed by its signature, stored as it came, and answered; reading it is a
//! process's work, so a parser's bug loses nothing.
//!
//! Nothing is stored before the signature was checked, over the bytes as they arrived.

pub mod access;
mod receive;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(receive::challenge, receive::to_profile))
        .routes(routes!(receive::challenge_by_number, receive::to_number))
        .routes(routes!(receive::challenge_in_query, receive::to_number_in_body))
        .routes(routes!(receive::to_green_api))
        .routes(routes!(receive::to_waha))
}
