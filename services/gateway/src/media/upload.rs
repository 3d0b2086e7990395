//! A file for the gallery: recognised by its content, scanned, stored, and then told to the log.

use super::ask::MediaFile;
use super::shelf;
use crate::app::App;
use crate::caller::needs::WriteMedia;
use crate::intent::{Asked, Decided};
use crate::problem::Problem;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use waybill_domain::id::MediaId;
use waybill_domain::media::{self, Command, Named, Uploaded};
use waybill_domain::personal::Personal;
use waybill_media_files::{NotRecognised, NotTakenIn};

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described here; it is read field by field")]
pub struct MediaForm {
    /// As what it is to be known; the name of the file when left out.
    name: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

struct Given {
    bytes: Bytes,
    name: String,
    said: Option<String>,
}

/// Adds a file to the gallery.
///
/// What it is is told by its content: a file that says it is something else is refused, as is what people should not be sent
/// (programs, pages, scripts). Its size is bounded by the installation, and by each provider when it is sent.
#[utoipa::path(post, path = "/media", tag = "media",
    request_body(content = MediaForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Stored", body = MediaFile)))]
pub async fn upload(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut asked = Asked::of::<WriteMedia>(&mut parts, &app).await?;
    let shelf = shelf(&app)?;
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let multipart = Multipart::from_request(Request::from_parts(parts, body), &()).await;
    let mut multipart = multipart.map_err(|_| {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "the body has to be multipart/form-data")
    })?;
    let given = read(&mut multipart, shelf.most_bytes).await?;
    if let Some(repeat) = &mut asked.repeat {
        let hash = Sha256::digest(&given.bytes);
        repeat.covers(method.as_str(), &path, &[hash.as_slice(), given.name.as_bytes()].concat());
    }
    if let Some(answer) = asked.answered_before(&app).await? {
        return Ok(answer);
    }
    let (tenant, id) = (asked.tenant(), MediaId(asked.new_id()));
    let taken = shelf.take_in(tenant, id, given.bytes, &given.name, given.said.as_deref()).await;
    let (about, file_name) = taken.map_err(|why| refused(&why))?;
    asked
        .carry_out(&app, || async {
            let uploaded = Uploaded {
                media_id: id,
                user_id: Some(asked.caller.user),
                about: about.clone(),
                at: asked.at,
                named: Personal::Known(Named { file_name: file_name.clone() }),
            };
            let events = media::decide(&media::State::default(), Command::Upload(uploaded))?;
            let view = MediaFile::uploaded(&app, tenant, id, &about, &file_name, &asked)?;
            Ok(Decided::created(view)?.write(id, 0, &events).at_version(1))
        })
        .await
}

async fn read(multipart: &mut Multipart, most: u64) -> Result<Given, Problem> {
    let mut name = None;
    let mut file: Option<Given> = None;
    while let Some(mut field) = multipart.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("file") if file.is_none() => {
                let own = field.file_name().unwrap_or_default().to_owned();
                let said = field.content_type().map(str::to_owned);
                let mut bytes = BytesMut::new();
                while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
                    if (bytes.len() + chunk.len()) as u64 > most {
                        return Err(refused(&NotTakenIn::TooLarge(most)));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                file = Some(Given { bytes: bytes.freeze(), name: own, said });
            }
            Some("name") => name = Some(field.text().await.map_err(unreadable)?),
            _ => {}
        }
    }
    let file = file.ok_or_else(|| Problem::invalid("file", "a file is missing"))?;
    let name = name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| file.name.clone());
    if name.contains('\0') {
        return Err(Problem::invalid("name", "texts have no NUL characters"));
    }
    Ok(Given { name, ..file })
}

fn unreadable(error: axum::extract::multipart::MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(error.status(), "too_large", "the form is too large"),
        _ => Problem::bad_request("malformed", "the form cannot be read"),
    }
}

fn refused(why: &NotTakenIn) -> Problem {
    let text = why.to_string();
    match why {
        NotTakenIn::TooLarge(_) => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &text).field("file", &text),
        NotTakenIn::NotRecognised(NotRecognised::Lies { .. }) => {
            Problem::refused("wrong_media_type", &text).field("file", &text)
        }
        NotTakenIn::NotRecognised(_) => Problem::refused("media_not_taken", &text).field("file", &text),
        NotTakenIn::Infected(_) => Problem::refused("infected", &text).field("file", &text),
        NotTakenIn::Scanner(error) => {
            tracing::warn!(%error, "the virus scanner cannot be asked");
            Problem::busy("the virus scanner does not answer; nothing was stored")
        }
        NotTakenIn::Store(error) => {
            tracing::warn!(%error, "the file store cannot be used");
            Problem::busy("the file store does not answer; nothing was stored")
        }
    }
}
