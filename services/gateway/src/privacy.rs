//! What people may ask for about themselves: to see everything that is known of them, and to be forgotten.
//!
//! - `subject`: all streams that speak of a contact.
//! - `contact_export`, `person_export`: everything as a ZIP of JSON and CSV.
//! - `contact_erase`, `person_erase`: the secret is destroyed in the append of the certificate; read models follow it.
//! - `answers`: kept answers of repeats that name somebody.
//! - `ask`: certificates, and how far retention has come.

mod answers;
mod archive;
mod ask;
mod contact_erase;
mod contact_export;
mod person_erase;
mod person_export;
mod subject;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(contact_export::export))
        .routes(routes!(contact_erase::erase))
        .routes(routes!(ask::erasures))
        .routes(routes!(ask::retention))
}

/// Under `/auth`: one's own.
pub fn own() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(person_export::export)).routes(routes!(person_erase::erase))
}
