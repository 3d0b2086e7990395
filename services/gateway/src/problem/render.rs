//! Writes problems into responses, also where a refusal came from the framework and not from a handler.

use super::Problem;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// Fills in the problem document. Refusals of the framework under `documented` paths become problems too; their
/// headers (`Allow` above all) are kept.
pub fn render(mut response: Response, trace_id: &str, documented: bool) -> Response {
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if documented && (status.is_client_error() || status.is_server_error()) => of_framework(status),
        None => return response,
    };
    let body = problem.document(trace_id).to_string();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if problem.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    *response.body_mut() = Body::from(body);
    response
}

fn of_framework(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "method_not_allowed", "this method is not for this resource; see Allow")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too_large", "the body is larger than is taken here"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(status, "media_type", "this content type is not taken here"),
        StatusCode::BAD_REQUEST => Problem::new(status, "malformed", "the request cannot be read"),
        other if other.is_client_error() => Problem::new(other, "refused", "the request is refused"),
        other => Problem::new(other, "internal", "something went wrong on our side; it was logged"),
    }
}

/// A handler that panicked: logged by the panic hook, answered like any failure of ours.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal("a handler panicked").into_response()
}
