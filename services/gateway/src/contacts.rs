//! Contacts, their tags and lists.

mod add;
mod ask;
mod block;
mod change;
mod consent;
mod lists;
mod portrait;
mod tags;
mod view;

pub use view::Contact;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::page, add::add))
        .routes(routes!(tags::tag))
        .routes(routes!(tags::tags))
        .routes(routes!(lists::lists, lists::create))
        .routes(routes!(ask::one, change::update, change::remove))
        .routes(routes!(consent::consent))
        .routes(routes!(block::block))
        .routes(routes!(block::unblock))
        .routes(routes!(ask::timeline))
}
