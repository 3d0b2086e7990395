//! What providers post. The body is believed by its signature, stored as it came, and answered; reading it is a
//! process's work, so a parser's bug loses nothing.
//!
//! Nothing is stored before the signature was checked, over the bytes as they arrived.

pub mod access;
mod receive;

use crate::app::App;
use axum::Router;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/hooks/cloud-api/{profile_id}", get(receive::challenge).post(receive::to_profile))
        .route(
            "/hooks/cloud-api/by-number/{phone_number_id}",
            get(receive::challenge_by_number).post(receive::to_number),
        )
        .route("/whatsapp/webhook", get(receive::challenge_in_query).post(receive::to_number_in_body))
}
