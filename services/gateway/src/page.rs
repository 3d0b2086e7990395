//! Lists: pages by opaque cursor, and one resource with its version.

use crate::intent::etag;
use crate::problem::Problem;
use axum::Json;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use waybill_projections as projections;

const MOST: i64 = 200;
const USUAL: i64 = 50;

/// One stretch of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next stretch begins; none at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub fn of<U>(page: projections::Page<U>, convert: impl FnMut(U) -> T) -> Self {
        let projections::Page { items, next_cursor } = page.map(convert);
        Self { items, next_cursor }
    }
}

/// A list that is short by nature.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
}

/// The asked length of a page, within bounds.
pub fn limit(asked: Option<i64>) -> Result<i64, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => {
            let text = "a page has 1 to 200 items";
            Err(Problem::bad_request("invalid", text).field("limit", text))
        }
    }
}

/// One resource, with the version of its stream as `ETag`.
pub struct Versioned<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.1).into_response();
        if let Some(tag) = etag(self.0) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}
