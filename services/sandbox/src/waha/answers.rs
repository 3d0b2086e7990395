//! Refusals in WAHA's shapes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::devices::{Card, Engine};
use crate::faults::Before;
use crate::graph::answers::json_response;
use crate::waha::shapes::{TIER, VERSION};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Unauthorized,
    NotFound(String),
    /// The body does not say what it must.
    Bad(String),
    /// The session is not in the state this needs.
    State {
        session: String,
        status: String,
        expected: &'static [&'static str],
    },
    /// The engine cannot do this.
    NotImplemented(String),
    /// What the engine threw.
    Thrown {
        details: String,
        engine: Engine,
    },
    TooMany {
        retry_after_s: u32,
    },
}

impl Problem {
    pub fn missing(name: &str) -> Self {
        Self::Bad(format!("{name} should not be empty"))
    }

    pub fn no_session(name: &str) -> Self {
        Self::NotFound(format!("Session \"{name}\" does not exist"))
    }

    pub fn not_working(card: &Card) -> Self {
        Self::State { session: card.number_id.clone(), status: card.state.clone(), expected: &["WORKING"] }
    }

    pub fn thrown(card: &Card, details: impl Into<String>) -> Self {
        Self::Thrown { details: details.into(), engine: card.engine }
    }

    fn answer(&self) -> (u16, Value) {
        match self {
            Self::Unauthorized => (401, json!({ "message": "Unauthorized", "statusCode": 401 })),
            Self::NotFound(message) => (404, json!({ "message": message, "error": "Not Found", "statusCode": 404 })),
            Self::Bad(message) => {
                (422, json!({ "message": [message], "error": "Unprocessable Entity", "statusCode": 422 }))
            }
            Self::State { session, status, expected } => (
                422,
                json!({
                    "error": "Session status is not as expected. Try again later or restart the session",
                    "session": session, "status": status, "expected": expected,
                }),
            ),
            Self::NotImplemented(message) => {
                (422, json!({ "message": message, "error": "Unprocessable Entity", "statusCode": 422 }))
            }
            Self::Thrown { details, engine } => (
                500,
                json!({
                    "statusCode": 500,
                    "timestamp": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
                    "exception": {
                        "message": format!("2 UNKNOWN: {details}"), "code": 2, "details": details, "metadata": {},
                        "name": "Error", "stack": "",
                    },
                    "request": { "path": "/api", "method": "POST", "body": {}, "query": {} },
                    "version": { "version": VERSION, "engine": engine.as_str(), "tier": TIER, "browser": null },
                }),
            ),
            Self::TooMany { .. } => (429, json!({ "message": "rate-overlimit", "statusCode": 429 })),
        }
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let (status, body) = problem.answer();
        let mut response = json_response(StatusCode::from_u16(status).expect("each of these is a status"), &body);
        if let Problem::TooMany { retry_after_s } = problem {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response
    }
}

/// A fault as WAHA would show it. Without an answer the message is taken and fails later.
pub fn fault(card: &Card, before: &Before) -> Option<Response> {
    let thrown = |details: &str| Problem::thrown(card, details);
    let problem = match before {
        Before::Reset | Before::Error => thrown("server returned error 500"),
        Before::Ban => thrown("server returned error 463"),
        Before::LoggedOut => {
            Problem::State { session: card.number_id.clone(), status: "SCAN_QR_CODE".into(), expected: &["WORKING"] }
        }
        Before::Throttle { retry_after_s } => Problem::TooMany { retry_after_s: *retry_after_s },
        Before::Reject { code } => match code {
            401 | 190 => Problem::Unauthorized,
            404 => Problem::no_session(&card.number_id),
            422 => Problem::Bad("the sandbox was asked to refuse this message".into()),
            429 | 130_429 => Problem::TooMany { retry_after_s: 1 },
            368 | 463 | 131_031 => thrown("server returned error 463"),
            131_026 if card.engine == Engine::Gows => thrown("no LID found for the recipient from server"),
            131_026 => return None,
            131_053 => thrown("failed to download media"),
            code if *code < 1_000 => thrown(&format!("server returned error {code}")),
            code => Problem::Bad(format!("the sandbox was asked to refuse this message ({code})")),
        },
    };
    Some(problem.into())
}
