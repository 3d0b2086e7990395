//! Every refusal as a problem document (RFC 9457). Status codes are chosen here and in `refusals`, nowhere else.
//!
//! A problem travels in the extensions of an empty response until `render` writes it, because only there the trace id
//! is known. What went wrong inside is logged here once and never told.

pub mod refusals;
pub mod render;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt::Display;
use utoipa::ToSchema;

/// Codes of Postgres for a table and for a column that is not there.
const BEING_MADE: [&str; 2] = ["42P01", "42703"];

#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// Further members of the document, such as the state that was in the way.
    pub extra: Map<String, Value>,
    pub retry_after_s: Option<u32>,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// The document, as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Document {
    /// `about:blank`: the code says which problem it is.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// A stable word for programs.
    pub code: String,
    pub errors: Vec<FieldError>,
    /// Finds the request in logs and traces; also the correlation id of what it appended.
    pub trace_id: String,
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Map<String, Value>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Display) -> Self {
        Self { status, code, detail: detail.to_string(), errors: Vec::new(), extra: Map::new(), retry_after_s: None }
    }

    pub fn bad_request(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "sign in first")
    }

    pub fn forbidden(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// The same for what is not there and for what belongs to another tenant.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here under this name")
    }

    pub fn conflict(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub fn refused(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A field that cannot be used as it is.
    pub fn invalid(field: &str, message: impl Display) -> Self {
        Self::refused("invalid", format_args!("{field}: {message}")).field(field, message)
    }

    /// The command can be tried again as it is.
    pub fn busy(detail: impl Display) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail);
        problem.retry_after_s = Some(1);
        problem
    }

    pub fn internal(error: impl Display) -> Self {
        tracing::error!(error = %error, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong on our side; it was logged")
    }

    pub fn field(mut self, field: &str, message: impl Display) -> Self {
        self.errors.push(FieldError { field: field.to_owned(), message: message.to_string() });
        self
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    fn document(&self, trace_id: &str) -> Value {
        json!(Document {
            r#type: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
            errors: self.errors.clone(),
            trace_id: trace_id.to_owned(),
            extra: self.extra.clone(),
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                tracing::warn!(%error, "the database is not reachable");
                Self::busy("the database does not answer")
            }
            // The projector makes the tables of the read models, and makes them anew for a new version; until it has, there
            // is nothing to ask, or not yet what this build asks.
            sqlx::Error::Database(error) if error.code().as_deref().is_some_and(|code| BEING_MADE.contains(&code)) => {
                tracing::warn!(%error, "a read model is not there yet");
                Self::busy("the read models are being prepared")
            }
            sqlx::Error::ColumnNotFound(column) => {
                tracing::warn!(%column, "a read model is of an earlier version");
                Self::busy("the read models are being prepared")
            }
            other => Self::internal(other),
        }
    }
}
