//! Looking at a file of contacts, and handing one over to be imported.

use super::form::Form;
use super::spool::{Spool, unreadable};
use crate::app::App;
use crate::caller::needs::WriteContacts;
use crate::intent::{Asked, answer};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sqlx::types::Json as Column;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_contact_files::{FileError, UploadOptions, preview};
use waybill_domain::audit::Target;
use waybill_domain::id::ListId;
use waybill_domain::import::{self, Started};
use waybill_domain::list;
use waybill_domain::stream::Category;
use waybill_domain::tenant::Tenant;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

/// A form. The fields come before the file, so that the file can be taken as a stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described here; it is read field by field")]
pub struct UploadForm {
    /// `false` only looks at the file, `true` imports it.
    commit: bool,
    /// ISO 3166-1 alpha-2, for numbers without a prefix; the tenant's own when left out.
    default_country: Option<String>,
    /// JSON: `{"phone":"Header","name":"Header","consent":"Header","fields":{"city":"City"}}`. Automatic when left out.
    #[schema(pattern = "^(null|\\{.*\\})$")]
    mapping: Option<String>,
    /// The contacts of the file become a new list of this name.
    list_name: Option<String>,
    /// Separated by commas.
    tags: Option<String>,
    /// Said of consent that a row grants.
    consent_source: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportAccepted {
    pub import_id: Uuid,
}

/// The first rows of a file as they would be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportPreview {
    pub headers: Vec<String>,
    pub mapping: ImportMapping,
    pub delimiter: String,
    pub encoding: String,
    pub rows: Vec<PreviewRow>,
}

/// Columns by their headers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportMapping {
    pub phone: String,
    pub name: Option<String>,
    pub consent: Option<String>,
    pub fields: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewRow {
    pub line: u64,
    pub cells: Vec<String>,
    /// E.164 where it could be read.
    pub phone: String,
    pub name: Option<String>,
    pub consent: bool,
    pub fields: BTreeMap<String, String>,
    /// `ok`, `rejected` or `duplicate`.
    #[schema(value_type = String)]
    pub outcome: preview::PreviewOutcome,
    /// A stable word.
    pub reason: Option<&'static str>,
}

/// Looks at a file of contacts, or imports it.
#[utoipa::path(post, path = "/contacts/upload", tag = "imports",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "A look at the first rows", body = ImportPreview),
        (status = 202, description = "The file is stored and will be imported", body = ImportAccepted)))]
pub async fn upload(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    receive(&app, request).await
}

/// The same as `upload`.
#[utoipa::path(post, path = "/contacts/bulk-import", tag = "imports",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "A look at the first rows", body = ImportPreview),
        (status = 202, description = "The file is stored and will be imported", body = ImportAccepted)))]
pub async fn bulk_import(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    receive(&app, request).await
}

async fn receive(app: &App, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut asked = Asked::of::<WriteContacts>(&mut parts, app).await?;
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let multipart = Multipart::from_request(Request::from_parts(parts, body), &()).await;
    let mut multipart = multipart.map_err(|_| {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "the body has to be multipart/form-data")
    })?;
    let (form, spool) = fields(app, &asked, &mut multipart).await?;
    let spool = spool.ok_or_else(|| Problem::invalid("file", "a file is missing"))?;
    let tenant = asked.tenant();
    let country = app.store.load::<Tenant>(tenant, tenant.0).await?.state.registered.and_then(|it| it.default_country);
    let commit = form.commit.unwrap_or(false);
    let options = form.by(asked.caller.user, country);
    // What could not be imported is refused now, while somebody is looking.
    let seen = preview(spool.head(), &options).map_err(refused);
    let done = match seen {
        Err(problem) => Err(problem),
        Ok(seen) if !commit => Ok(Json(ImportPreview::from(seen)).into_response()),
        Ok(_) => {
            if let Some(repeat) = &mut asked.repeat {
                let said = serde_json::to_vec(&options)?;
                repeat.covers(method.as_str(), &path, &[spool.hash(), said].concat());
            }
            accept(app, &asked, &spool, &options).await
        }
    };
    spool.discard(app).await?;
    done
}

async fn fields(app: &App, asked: &Asked, multipart: &mut Multipart) -> Result<(Form, Option<Spool>), Problem> {
    let mut form = Form::default();
    let mut spool: Option<Spool> = None;
    let failed = loop {
        let field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok((form, spool)),
            Err(error) => break unreadable(error),
        };
        let name = field.name().unwrap_or_default().to_owned();
        let taken = if name == "file" && spool.is_none() {
            let keep = form.commit.unwrap_or(true);
            let read = Spool::read(app, asked.tenant(), Uuid::now_v7(), field, keep).await;
            read.map(|read| spool = Some(read))
        } else {
            match field.text().await {
                Ok(text) => form.take(&name, &text),
                Err(error) => Err(unreadable(error)),
            }
        };
        if let Err(problem) = taken {
            break problem;
        }
    };
    if let Some(spool) = spool {
        spool.discard(app).await?;
    }
    Err(failed)
}

/// Begins the import: its first event and the mark that its file is whole happen together.
async fn accept(app: &App, asked: &Asked, spool: &Spool, options: &UploadOptions) -> Result<Response, Problem> {
    if let Some(answer) = asked.answered_before(app).await? {
        return Ok(answer);
    }
    let body = serde_json::to_value(ImportAccepted { import_id: spool.import_id.0 })?;
    let command = match &asked.repeat {
        Some(repeat) => Some(repeat.command(app, asked.tenant(), StatusCode::ACCEPTED, Some(&body)).await?),
        None => None,
    };
    let mut writes = begin(spool, options)?;
    let target = Target { kind: Category::Import.as_str().to_owned(), id: spool.import_id.0 };
    writes.insert(0, asked.entry(StatusCode::ACCEPTED, Some(target)));
    let append = Append { metadata: asked.metadata(), command, writes };
    let ready = app.store.make_ready(vec![append]).await?;
    let mut transaction = app.store.database.system.begin().await?;
    let outcome = app.store.append_in(&mut transaction, &ready).await?.pop();
    match (outcome, &asked.repeat) {
        (Some(Outcome::Appended { position, .. }), _) => {
            sqlx::query("update process.upload set complete = true, bytes = $2, options = $3 where import_id = $1")
                .bind(spool.import_id.0)
                .bind(i64::try_from(spool.bytes).map_err(Problem::internal)?)
                .bind(Column(options))
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            app.store.announce(position);
            app.acknowledged.note(asked.tenant(), position);
            asked.scope.is_audited();
            Ok(answer(StatusCode::ACCEPTED, Some(body), None, position))
        }
        (Some(Outcome::Duplicate { position, fingerprint, answer }), Some(repeat)) => {
            transaction.rollback().await?;
            repeat.replay(app, asked.tenant(), position, &fingerprint, answer.as_deref()).await
        }
        (outcome, _) => Err(Problem::internal(format_args!("a new import was not appended: {outcome:?}"))),
    }
}

fn begin(spool: &Spool, options: &UploadOptions) -> Result<Vec<StreamWrite>, Problem> {
    let mut writes = Vec::new();
    let mut list_id = None;
    if let Some(name) = &options.list_name {
        let id = ListId(Uuid::new_v5(&spool.import_id.0, b"list"));
        let made = list::decide(&list::State::default(), list::Command::Create { name: name.clone() })?;
        writes.push(StreamWrite::new(id, Expected::Exactly(0), &made));
        list_id = Some(id);
    }
    let started = Started {
        import_id: spool.import_id,
        file_name: spool.file_name.clone(),
        bytes: spool.bytes,
        list_id,
        tags: options.tags.clone(),
    };
    let started = import::decide(&import::State::New, import::Command::Start(started))?;
    writes.push(StreamWrite::new(spool.import_id, Expected::Exactly(0), &started));
    Ok(writes)
}

fn refused(error: FileError) -> Problem {
    let mut problem = Problem::refused(error.code(), &error).field("file", &error);
    if let Some(line) = error.line() {
        problem = problem.with("line", line);
    }
    // So that a person can choose the column where no header was recognised.
    if let FileError::NoPhoneColumn { headers } | FileError::NoSuchColumn { headers, .. } = error {
        problem = problem.with("headers", headers);
    }
    problem
}

impl From<preview::Preview> for ImportPreview {
    fn from(seen: preview::Preview) -> Self {
        let row = |row: preview::PreviewRow| PreviewRow {
            line: row.line,
            cells: row.cells,
            phone: row.phone,
            name: row.name,
            consent: row.consent,
            fields: row.fields,
            outcome: row.outcome,
            reason: row.reason,
        };
        let encoding = serde_json::to_value(seen.encoding).ok();
        Self {
            headers: seen.headers,
            mapping: ImportMapping {
                phone: seen.mapping.phone,
                name: seen.mapping.name,
                consent: seen.mapping.consent,
                fields: seen.mapping.fields,
            },
            delimiter: seen.delimiter.to_string(),
            encoding: encoding.and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default(),
            rows: seen.rows.into_iter().map(row).collect(),
        }
    }
}
