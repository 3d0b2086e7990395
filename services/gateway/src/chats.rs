//! The inbox: conversations with contacts who wrote, and replies to them.

mod ask;
mod campaigns;
mod events;
mod mark;
pub mod reply;
mod view;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::chats))
        .routes(routes!(events::events))
        .routes(routes!(ask::chat))
        .routes(routes!(ask::thread, reply::reply))
        .routes(routes!(mark::read))
}
