//! The people of an organisation, invitations, and the organisation itself.
//!
//! Who belongs to it and as what is asked on every request, so it stands in the vault beside the log and changes in the
//! transaction of the append. Addresses are in the vault alone.

mod change;
mod invite;
mod join;
pub mod mail;
mod members;
pub mod memberships;
pub mod organisation;
pub mod outbox;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(members::members))
        .routes(routes!(change::change))
        .routes(routes!(invite::invite))
        .routes(routes!(invite::resend))
        .routes(routes!(invite::withdraw))
        .routes(routes!(organisation::found))
        .routes(routes!(organisation::organisation, organisation::describe))
}

/// Under `/auth`: for those who are not signed in yet.
pub fn joining() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(join::look)).routes(routes!(join::accept)).routes(routes!(join::switch))
}
