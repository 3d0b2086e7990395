//! The web page, out of the binary: its files, and for every other address of the page its index.

use crate::problem::Problem;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Files;

/// Scripts and styles of our own only, and no text is ever taken for a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// For every page, whichever its policy is.
pub const GUARDS: [(HeaderName, HeaderValue); 5] = [
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];

/// What no other route answers. Under `/api` and `/hooks` that is a problem, never the page.
pub async fn page(request: Request) -> Result<Response, Problem> {
    let path = request.uri().path();
    let ours = |root: &str| path == root || path.starts_with(&format!("{root}/"));
    if ours("/api") || ours("/hooks") || ours("/whatsapp") {
        return Err(Problem::not_found());
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "a page is only read");
        return Ok(([(ALLOW, "GET, HEAD")], problem).into_response());
    }
    let name = path.trim_start_matches('/');
    match Files::get(name).filter(|_| !name.is_empty()) {
        Some(file) => Ok(serve(name, file, request.headers())),
        // A file that is gone with an older build must not come back as a page.
        None if name.starts_with("assets/") => Err(Problem::not_found()),
        None => match Files::get("index.html") {
            Some(file) => Ok(serve("index.html", file, request.headers())),
            None => Err(Problem::not_found()),
        },
    }
}

fn serve(name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    // Vite puts a hash of the content into the names of what it builds.
    let cached = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if asked.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = file.metadata.mimetype().to_owned();
        ([(CONTENT_TYPE, kind)], Body::from(file.data)).into_response()
    };
    let headers = response.headers_mut();
    headers.extend(GUARDS);
    headers.insert("content-security-policy", HeaderValue::from_static(POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cached));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}
