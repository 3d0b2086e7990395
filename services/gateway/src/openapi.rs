//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

mod complete;

pub use complete::{complete, is_query};

use crate::app::App;
use crate::campaigns::events::Progress;
use crate::problem::Document;
use crate::web::GUARDS;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

const DOCUMENT: &str = "/api/v1/openapi.json";

/// The reference page styles and starts itself with inline code that we do not write.
const POLICY: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const ABOUT: &str = "Commands answer with `Waybill-Position`, the place of their last event in the log; queries take it \
    as `Waybill-Min-Position` and then show at least that. Errors are problem documents (RFC 9457) with a stable `code`.";

/// Title, security, and the problem document.
pub fn front() -> OpenApi {
    let either = ["bearer", "session_cookie"].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
    let info = InfoBuilder::new().title("Waybill").version("1").description(Some(ABOUT)).build();
    let mut document = OpenApiBuilder::new().info(info).security(Some(either)).build();
    let components = document.components.get_or_insert_default();
    // Of errors, and of what streams of events carry: no operation has them as its body.
    let mut nested = Vec::new();
    Document::schemas(&mut nested);
    Progress::schemas(&mut nested);
    components.schemas.extend(nested);
    components.schemas.insert(Document::name().into_owned(), Document::schema());
    components.schemas.insert(Progress::name().into_owned(), Progress::schema());
    let cookie =
        |name: &str, text: &str| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, text)));
    for (name, scheme) in [
        ("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("session_cookie", cookie("waybill_session", "An access token; changes need the header X-Waybill-Csrf too.")),
        ("refresh_cookie", cookie("waybill_refresh", "Good once, and only under /api/v1/auth.")),
    ] {
        components.security_schemes.insert(name.to_owned(), scheme.into());
    }
    document
}

/// Serves the document, and a page to browse it.
pub fn reference(document: Value) -> Router<App> {
    let page: Router<App> = SwaggerUi::new("/docs").config(Config::from(DOCUMENT)).into();
    page.layer(middleware::from_fn(guard)).route(DOCUMENT, get(|| async { Json(document) }))
}

async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(GUARDS);
    response.headers_mut().insert("content-security-policy", HeaderValue::from_static(POLICY));
    response
}
