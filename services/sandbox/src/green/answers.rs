//! Refusals in Green API's shapes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::mail::About;
use crate::faults::Before;
use crate::graph::answers::json_response;
use crate::green::{Call, webhooks};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Validation(String),
    /// Nobody is logged in.
    NotAuthorized,
    Starting,
    Expired,
    Unauthorized,
    WrongInstance,
    Suspended,
    /// A method that was switched off.
    NoLonger,
    NotFound,
    TooMany {
        retry_after_s: u32,
    },
    /// The tariff's quota of a method.
    Quota,
    /// The tariff's quota of chats.
    Correspondents,
    ClosedByClient,
    Internal,
    FileTooBig,
    FileUnreachable,
    BadGateway,
}

impl Problem {
    pub fn validation(details: impl std::fmt::Display) -> Self {
        Self::Validation(format!("Validation failed. Details: {details}"))
    }

    fn status(&self) -> StatusCode {
        let code = match self {
            Self::Validation(_) | Self::NotAuthorized | Self::Starting | Self::Expired => 400,
            Self::Unauthorized => 401,
            Self::WrongInstance | Self::Suspended | Self::NoLonger => 403,
            Self::NotFound => 404,
            Self::TooMany { .. } => 429,
            Self::Quota | Self::Correspondents => 466,
            Self::ClosedByClient => 499,
            Self::Internal | Self::FileTooBig | Self::FileUnreachable => 500,
            Self::BadGateway => 502,
        };
        StatusCode::from_u16(code).expect("each of these is a status")
    }

    fn message(&self) -> &str {
        match self {
            Self::Validation(message) => message,
            Self::NotAuthorized => "instance account not authorized",
            Self::Starting => "instance in starting process try later",
            Self::Expired => "Instance is expired or deleted",
            Self::Unauthorized => "Unauthorized",
            Self::WrongInstance => "Forbidden: wrong idInstance",
            Self::Suspended => "Your account is suspended",
            Self::NoLonger => "Forbidden: this method is no longer supported",
            Self::NotFound => "Not Found",
            Self::TooMany { .. } => "Too Many Requests",
            Self::Quota | Self::Correspondents => "Quota exceeded",
            Self::ClosedByClient => "Client Closed Request",
            Self::Internal => "Internal Server Error",
            Self::FileTooBig => "file too big",
            Self::FileUnreachable => "Failed to get the file by urlFile",
            Self::BadGateway => "Bad Gateway",
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::Quota => json!({
                "invokeStatus": {
                    "method": "sendMessage", "used": 30_000, "total": 30_000, "status": "QUOTE_EXCEEDED",
                    "description": "Monthly quota has been exceeded",
                },
                "quotaData": { "status": "QUOTE_ALLOWED" },
            }),
            Self::Correspondents => json!({
                "invokeStatus": { "status": "QUOTE_ALLOWED" },
                "correspondentsStatus": { "status": "CORRESPONDENTS_QUOTA_EXCEEDED" },
            }),
            _ => json!({ "statusCode": self.status().as_u16(), "message": self.message() }),
        }
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        if problem == Problem::BadGateway {
            // What a proxy in front says.
            let mut response = Self::new("<html><body><h1>502 Bad Gateway</h1></body></html>".into());
            *response.status_mut() = problem.status();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            return response;
        }
        let mut response = json_response(problem.status(), &problem.body());
        if let Problem::TooMany { retry_after_s } = problem {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response
    }
}

/// A fault as Green API would show it. Without an answer the message is taken and fails later.
pub fn fault(call: &Call<'_>, before: &Before) -> Option<Response> {
    let problem = match before {
        Before::Reset | Before::Error => Problem::Internal,
        Before::Ban => Problem::Suspended,
        Before::LoggedOut => Problem::NotAuthorized,
        Before::Throttle { retry_after_s } => Problem::TooMany { retry_after_s: *retry_after_s },
        Before::Reject { code } => match code {
            401 | 190 => Problem::Unauthorized,
            403 | 368 | 131_031 => Problem::Suspended,
            404 => Problem::NotFound,
            429 | 130_429 => Problem::TooMany { retry_after_s: 1 },
            466 => {
                quota_exceeded(call);
                Problem::Correspondents
            }
            467 => Problem::Quota,
            499 => Problem::ClosedByClient,
            500 | 131_000 => Problem::Internal,
            502 => Problem::BadGateway,
            131_053 => Problem::FileUnreachable,
            131_026 => return None,
            _ => Problem::validation(format!("the sandbox was asked to refuse this message ({code})")),
        },
    };
    Some(problem.into())
}

/// The webhook that tells of a used up quota.
fn quota_exceeded(call: &Call<'_>) {
    let now_ms = call.sandbox.clock.now_ms();
    let mut inner = call.device.lock();
    let body = webhooks::quota_exceeded(&inner.card);
    inner.post(now_ms, "quotaExceeded", Some(body), About::Device);
    drop(inner);
    call.device.changed.notify_one();
}
