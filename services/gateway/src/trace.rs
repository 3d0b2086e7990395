//! One span and one line of metrics a request, and the trace id that problems and appended events share.
//!
//! Never bodies, numbers, tokens, or paths with ids: the route's template names the request.

use crate::app::App;
use crate::audit::{self, operations};
use crate::problem::Problem;
use crate::problem::render::render;
use crate::scope::Scope;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;
use tracing::{Instrument, field};
use uuid::Uuid;
use waybill_runtime::telemetry;

/// Of one request. The id is the trace id; as a UUID it is the correlation id of what the request appends.
#[derive(Debug, Clone)]
pub struct Trace {
    pub id: Uuid,
    pub traceparent: Option<String>,
}

impl Trace {
    /// From what the exporter knows, or the caller sent, or fresh.
    fn of(incoming: Option<&str>) -> Self {
        let traceparent = telemetry::traceparent().or_else(|| incoming.map(str::to_owned));
        let id = traceparent.as_deref().and_then(trace_id).unwrap_or_else(Uuid::new_v4);
        Self { id, traceparent }
    }
}

/// The trace id of a well-formed `traceparent`.
fn trace_id(traceparent: &str) -> Option<Uuid> {
    let mut parts = traceparent.split('-');
    let (version, id, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    let good = hex(version, 2) && hex(id, 32) && hex(span, 16) && hex(flags, 2) && parts.next().is_none();
    let id = Uuid::try_parse(id).ok().filter(|_| good)?;
    (!id.is_nil()).then_some(id)
}

pub async fn request(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let path = request.uri().path();
    let is_api = path.starts_with("/api/");
    let documented = path.starts_with("/api") || path.starts_with("/hooks") || path.starts_with("/whatsapp");
    let incoming = request.headers().get("traceparent").and_then(|it| it.to_str().ok());
    let incoming = incoming.filter(|it| trace_id(it).is_some()).map(str::to_owned);
    let span =
        tracing::info_span!("http.request", http.method = %method, http.route = route, http.status = field::Empty);
    let response = async {
        telemetry::continue_trace(incoming.as_deref());
        let trace = Trace::of(incoming.as_deref());
        let path = request.uri().path().to_owned();
        let scope = Scope::new(
            request.method().clone(),
            &path,
            request.headers(),
            request.extensions(),
            &app.proxies,
            trace.clone(),
        );
        request.extensions_mut().insert(trace.clone());
        request.extensions_mut().insert(scope.clone());
        // Whoever asks for what needs no credentials is a stranger.
        let admitted = match is_api && operations::is_public(scope.method(), scope.route()) {
            true => app.limits.stranger(&scope),
            false => Ok(()),
        };
        let response = match admitted {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
        let code = response.extensions().get::<Problem>().map(|problem| problem.code);
        audit::after(&app, &scope, response.status().as_u16(), code).await;
        let id = trace.id.simple().to_string();
        let mut response = render(response, &id, documented);
        if let Some(standing) = scope.standing() {
            standing.write(response.headers_mut());
        }
        guard(&app, is_api, response.headers_mut());
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-trace-id", id);
        }
        response
    }
    .instrument(span.clone())
    .await;
    let status = response.status().as_u16();
    span.record("http.status", status);
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(started.elapsed().as_secs_f64());
    response
}

/// What every answer says to browsers: not to guess its type, not to keep what is of the API, and to come by TLS only where
/// there is TLS.
fn guard(app: &App, is_api: bool, headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if app.config.public_url.starts_with("https://") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_names_a_trace() {
        let id = trace_id("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assert_eq!(id, Some(Uuid::from_u128(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c)));
        for bad in ["", "00-1-2-3", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "x"] {
            assert_eq!(trace_id(bad), None, "{bad}");
        }
    }
}
