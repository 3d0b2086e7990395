//! Answers in Meta's shapes.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::ledger::Wamid;

/// Meta's error object and the HTTP status it comes with.
#[derive(Debug, PartialEq, Eq)]
pub struct GraphError {
    http: StatusCode,
    code: u32,
    kind: &'static str,
    message: String,
    details: Option<String>,
    transient: bool,
}

impl GraphError {
    /// Something in the request is wrong or missing.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self {
            http: StatusCode::BAD_REQUEST,
            code: 100,
            kind: "OAuthException",
            message: format!("(#100) {}", message.into()),
            details: None,
            transient: false,
        }
    }

    /// A part of the message is missing.
    pub fn missing(details: impl Into<String>) -> Self {
        Self { code: 131_008, details: Some(details.into()), ..Self::parameter("") }
            .named("Required parameter is missing")
    }

    /// A part of the message has a value that cannot be.
    pub fn value(details: impl Into<String>) -> Self {
        Self { code: 131_009, details: Some(details.into()), ..Self::parameter("") }
            .named("Parameter value is not valid")
    }

    /// One of Meta's codes with its name.
    pub fn of(code: u32, name: &str, details: impl Into<String>) -> Self {
        Self { details: Some(details.into()), ..Self::rejected(code) }.named(name)
    }

    pub fn token() -> Self {
        Self { http: StatusCode::UNAUTHORIZED, code: 190, ..Self::parameter("") }.named("Invalid OAuth access token")
    }

    pub fn unknown_object(path: &str) -> Self {
        let message = format!("Unsupported request: '{path}' does not exist or does not support this operation.");
        Self { http: StatusCode::NOT_FOUND, kind: "GraphMethodException", ..Self::parameter(message) }
    }

    pub fn internal() -> Self {
        let kind = "GraphMethodException";
        Self { http: StatusCode::INTERNAL_SERVER_ERROR, code: 131_000, kind, transient: true, ..Self::parameter("") }
            .named("Something went wrong")
    }

    pub fn throttled() -> Self {
        let details = Some("Message failed to send because there were too many messages sent from this phone number in a short period of time".to_owned());
        Self { http: StatusCode::TOO_MANY_REQUESTS, code: 130_429, details, ..Self::parameter("") }
            .named("Rate limit hit")
    }

    /// A refusal that somebody asked the sandbox for.
    pub fn rejected(code: u32) -> Self {
        let http = match code {
            0 | 190 => StatusCode::UNAUTHORIZED,
            10 | 200..=299 | 368 | 131_005 | 131_031 | 130_497 => StatusCode::FORBIDDEN,
            132_001 => StatusCode::NOT_FOUND,
            3 | 131_000 | 131_016 | 131_045 | 131_057 => StatusCode::INTERNAL_SERVER_ERROR,
            2 => StatusCode::SERVICE_UNAVAILABLE,
            4 | 17 | 80_007 | 130_429 | 131_056 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::BAD_REQUEST,
        };
        Self {
            http,
            code,
            details: Some("The sandbox was asked to refuse this message.".into()),
            ..Self::parameter("")
        }
        .named("Refused")
    }

    fn named(self, name: &str) -> Self {
        Self { message: format!("(#{}) {name}", self.code), ..self }
    }

    pub fn into_response_after(self, seconds: u32) -> Response {
        let mut response = self.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let mut error =
            json!({ "message": self.message, "type": self.kind, "code": self.code, "fbtrace_id": "AWaybillSandbox" });
        if let Some(details) = self.details {
            error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        }
        if self.transient {
            error["is_transient"] = json!(true);
        }
        json_response(self.http, &json!({ "error": error }))
    }
}

/// The answer to a message that was taken.
pub fn accepted(input: &str, digits: u64, wamid: &Wamid) -> Response {
    #[derive(Serialize)]
    struct Accepted<'a> {
        messaging_product: &'static str,
        contacts: [Contact<'a>; 1],
        messages: [Message; 1],
    }
    #[derive(Serialize)]
    struct Contact<'a> {
        input: &'a str,
        wa_id: String,
    }
    #[derive(Serialize)]
    struct Message {
        id: String,
        message_status: &'static str,
    }
    let answer = Accepted {
        messaging_product: "whatsapp",
        contacts: [Contact { input, wa_id: digits.to_string() }],
        messages: [Message { id: wamid.to_string(), message_status: "accepted" }],
    };
    json_response(StatusCode::OK, &answer)
}

pub fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_vec(body).expect("writing plain data to memory cannot fail");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}
