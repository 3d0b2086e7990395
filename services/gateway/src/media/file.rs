//! The content of a file, by a link that is signed and soon ends: for pictures in a page, players and downloads, which send
//! no headers.

use super::shelf;
use crate::app::App;
use crate::caller::needs::ReadMedia;
use crate::extract::At;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use uuid::Uuid;
use waybill_domain::id::{MediaId, TenantId};
use waybill_domain::media;
use waybill_event_store::MasterKey;

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Makes links and reads them.
pub struct Links {
    signs: EncodingKey,
    reads: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    tenant: TenantId,
    media: MediaId,
    exp: i64,
}

impl Links {
    pub fn new(master: &MasterKey) -> Self {
        let key = master.derive("file-link");
        let mut validation = Validation::new(Algorithm::HS256);
        // Against the clock that was handed in, below.
        validation.validate_exp = false;
        Self {
            signs: EncodingKey::from_secret(key.as_bytes()),
            reads: DecodingKey::from_secret(key.as_bytes()),
            validation,
        }
    }

    fn make(&self, claims: &Claims) -> Result<String, Problem> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signs).map_err(Problem::internal)
    }

    fn read(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reads, &self.validation).ok()?.claims;
        (claims.exp > now.timestamp()).then_some(claims)
    }
}

/// A link to the content, and until when it is good.
pub fn link(app: &App, tenant: TenantId, media: MediaId) -> Result<(String, DateTime<Utc>), Problem> {
    let until = app.clock.now() + LIFETIME;
    let token = app.links.make(&Claims { tenant, media, exp: until.timestamp() })?;
    Ok((format!("/api/v1/files/{token}"), until))
}

/// Leads to the content of a file, by a link that is good for five minutes.
#[utoipa::path(get, path = "/media/{id}/content", tag = "media", params(("id" = Uuid, Path)),
    responses((status = 302, description = "To the link")))]
pub async fn content(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadMedia>,
) -> Result<Response, Problem> {
    let tenant = reading.caller.tenant;
    let state = app.store.load::<media::Media>(tenant, id).await?.state;
    if state.stored().is_none() {
        return Err(Problem::not_found());
    }
    let (url, _) = link(&app, tenant, MediaId(id))?;
    let headers = [(header::LOCATION, url), (header::CACHE_CONTROL, "private, max-age=240".to_owned())];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// The content of a file, whole or in part. The link is all that is needed, and it soon ends.
#[utoipa::path(get, path = "/files/{token}", tag = "media", params(("token" = String, Path)), security(()),
    responses((status = 200, description = "The whole", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The asked part", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 403, description = "The link is not good, or not any more"),
        (status = 416, description = "There is no such part")))]
pub async fn linked(State(app): State<App>, At(token): At<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let claims = app.links.read(&token, app.clock.now());
    let ended = || Problem::forbidden("link_ended", "the link is not good, or not any more; ask for a new one");
    let claims = claims.ok_or_else(ended)?;
    // Also what was removed after the link was made.
    let state = app.store.load::<media::Media>(claims.tenant, claims.media.0).await?.state;
    let about = state.stored().ok_or_else(Problem::not_found)?;
    let range = match range(&headers, about.bytes) {
        Ok(range) => range,
        Err(()) => {
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "no_such_range", "the file has no such part");
            return Ok(([(header::CONTENT_RANGE, format!("bytes */{}", about.bytes))], problem).into_response());
        }
    };
    let part = shelf(&app)?.files.read(claims.tenant, claims.media, range.clone()).await.map_err(|error| {
        tracing::warn!(%error, "the file store cannot be read");
        Problem::busy("the file store does not answer")
    })?;
    let part = part.ok_or_else(Problem::not_found)?;
    let length = part.range.end - part.range.start;
    let mut response = Body::from_stream(part.bytes).into_response();
    let headers = response.headers_mut();
    let name = state.file_name.as_deref().unwrap_or("file");
    for (header, value) in [
        (header::CONTENT_TYPE, about.mime_type.clone()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&about.mime_type, name)),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
        // Whatever it is, it is shown and never run.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ] {
        headers.insert(header, HeaderValue::from_str(&value).map_err(Problem::internal)?);
    }
    if range.is_some() {
        let (from, to) = (part.range.start, part.range.end - 1);
        let shown = format!("bytes {from}-{to}/{}", part.size);
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&shown).map_err(Problem::internal)?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Shown where a browser shows it by itself; everything else is a download.
fn disposition(mime_type: &str, name: &str) -> String {
    let shown = ["image/", "video/", "audio/"].iter().any(|start| mime_type.starts_with(start));
    let how = if shown || mime_type == "application/pdf" { "inline" } else { "attachment" };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The first part that is asked for, as `Range` writes it. What cannot be read is the whole, as the standard wants it.
fn range(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some(text) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let Some(first) = text.strip_prefix("bytes=").and_then(|list| list.split(',').next()) else { return Ok(None) };
    let Some((from, to)) = first.trim().split_once('-') else { return Ok(None) };
    let range = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..size.min(to.saturating_add(1)),
        (Ok(from), Err(_)) if to.is_empty() => from..size,
        (Err(_), Ok(last)) if from.is_empty() => size.saturating_sub(last)..size,
        _ => return Ok(None),
    };
    if range.is_empty() { Err(()) } else { Ok(Some(range)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Result<Option<Range<u64>>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(text).expect("a header"));
        range(&headers, 10)
    }

    #[test]
    fn a_part_is_read_as_players_ask_for_it() {
        assert_eq!(asked("bytes=0-"), Ok(Some(0..10)));
        assert_eq!(asked("bytes=2-4"), Ok(Some(2..5)));
        assert_eq!(asked("bytes=8-99"), Ok(Some(8..10)));
        assert_eq!(asked("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(asked("bytes=10-"), Err(()));
        assert_eq!(asked("bytes=-0"), Err(()));
        assert_eq!(asked("lines=1-2"), Ok(None));
        assert_eq!(asked("bytes=5-2"), Ok(None));
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("text/plain", "a\"b\r\nx: é.txt"),
            "attachment; filename=\"a_b__x___.txt\"; filename*=UTF-8''a%22b%0D%0Ax%3A%20%C3%A9%2Etxt"
        );
        assert!(disposition("image/png", "a.png").starts_with("inline;"));
    }
}
