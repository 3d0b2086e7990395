//! The HTTP door of Waybill: API, provider webhooks, live progress, and the web page.
//!
//! A command is loaded, decided and appended here; nothing else is done in the request. A query reads the read models
//! under row-level security. What must stay true:
//! - Every mutation is an append, under an idempotency key when the caller gave one (`intent`).
//! - Every query runs in a transaction bound to the caller's tenant (`reading`).
//! - Every refusal is a problem document with a stable code; what went wrong inside stays inside (`problem`).

mod acknowledged;
mod analytics;
mod app;
mod audit;
mod auth;
mod caller;
mod campaigns;
mod chats;
mod contacts;
mod content;
mod devices;
mod extract;
mod hooks;
mod imports;
mod intent;
mod keys;
mod large_body;
mod limits;
mod live;
mod log;
mod media;
mod messages;
mod openapi;
mod operation;
mod packages;
mod page;
mod people;
mod privacy;
mod problem;
mod reading;
mod scope;
mod sends;
mod table;
mod templates;
mod terms;
mod timeline;
mod trace;
mod validate;
mod wallet;
mod web;

use anyhow::Context as _;
use app::App;
use axum::extract::DefaultBodyLimit;
use axum::serve::ListenerExt;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;
use waybill_runtime::Context;

/// The whole of a JSON body.
const JSON_BODY: usize = 1 << 20;

/// Serves until the context is stopped; open requests are finished first.
pub async fn run(context: Context) -> anyhow::Result<()> {
    let listen = context.config.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    // A reply or a receipt must not wait for more to send.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    let stop = context.stop.clone();
    tracing::info!(%listen, "gateway is listening");
    let service = router(context)?.into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await.context("serving http")
}

/// Everything that is answered, for `run` and for tests in process.
pub fn router(context: Context) -> anyhow::Result<Router> {
    let app = App::new(context)?;
    let (api, _) = api().split_for_parts();
    let (hooks, _) = hooks::routes().split_for_parts();
    let router = Router::new()
        .merge(openapi::reference(document()))
        .merge(people::mail::routes(&app))
        .merge(api.layer(DefaultBodyLimit::max(JSON_BODY)))
        .fallback(web::page)
        .layer(CompressionLayer::new())
        // Apart from the rest: thousands a second, and nothing to compress.
        .merge(hooks)
        .layer(CatchPanicLayer::custom(problem::render::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), trace::request))
        .with_state(app);
    Ok(router)
}

/// The OpenAPI document, as it is served and as it is checked in.
pub fn openapi_json() -> String {
    let mut text = serde_json::to_string_pretty(&document()).expect("the document is plain data and serialises");
    text.push('\n');
    text
}

fn document() -> serde_json::Value {
    openapi::complete(api().merge(hooks::routes()).into_openapi())
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::front())
        .nest("/api/v1/auth", auth::routes())
        .nest("/api/v1/auth", people::joining())
        .nest("/api/v1/auth", privacy::own())
        .nest("/api/v1", people::routes())
        .nest("/api/v1", keys::routes())
        .nest("/api/v1", contacts::routes())
        .nest("/api/v1", imports::routes())
        .nest("/api/v1", packages::routes())
        .nest("/api/v1", devices::routes())
        .nest("/api/v1", campaigns::routes())
        .nest("/api/v1", messages::routes())
        .nest("/api/v1", sends::routes())
        .nest("/api/v1", media::routes())
        .nest("/api/v1", templates::routes())
        .nest("/api/v1", validate::routes())
        .nest("/api/v1", wallet::routes())
        .nest("/api/v1", chats::routes())
        .nest("/api/v1", analytics::routes())
        .nest("/api/v1", audit::routes())
        .nest("/api/v1", privacy::routes())
        .nest("/api/v1", terms::routes())
        .nest("/api/v1", log::routes())
        .merge(operation::routes())
}
