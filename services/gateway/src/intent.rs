//! A change that a caller asks for, carried out once however often it is asked.
//!
//! With an `Idempotency-Key` the command's id is derived from tenant and key, and the id, a hash of what was asked, and
//! the answer go into the log in the very append that has the effect. A repeat finds them and gets the first answer; the
//! same key with another request is refused. What was refused is not kept: it had no effect.

mod repeat;

pub use repeat::Repeat;

use crate::app::App;
use crate::audit::{self, Ending};
use crate::caller::{Caller, Needs};
use crate::extract;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use crate::trace::Trace;
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::future::Future;
use std::marker::PhantomData;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::audit::Target;
use waybill_domain::event::EventSet;
use waybill_domain::id::TenantId;
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, Metadata, Outcome, StreamWrite};

/// The place in the log of the last event that a command caused.
pub const POSITION: HeaderName = HeaderName::from_static("waybill-position");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How often a lost race is decided anew.
const RACES: usize = 32;

/// A request to change something by a caller who has the permission `R`, with the body `T`.
pub struct Intent<R, T = Nothing> {
    pub asked: Asked,
    pub body: T,
    needs: PhantomData<R>,
}

/// No body, or an empty object.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub struct Nothing {}

/// Everything of an intent but its body.
#[derive(Debug, Clone)]
pub struct Asked {
    pub caller: Caller,
    pub trace: Trace,
    pub scope: Scope,
    pub repeat: Option<Repeat>,
    /// When it was asked: the time of everything that comes of it, and of the answer.
    pub at: DateTime<Utc>,
    if_match: Option<i64>,
}

/// What has to change in the vault together with an append: in its transaction and before it, so that nobody waits with the
/// lane's lock in hand.
pub type Effect = Box<dyn for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<(), Problem>> + Send>;

/// What a handler decided: what is to be appended, and what is answered once it is.
pub struct Decided {
    writes: Vec<StreamWrite>,
    status: StatusCode,
    body: Option<serde_json::Value>,
    version: Option<i64>,
    effect: Option<Effect>,
}

impl<R: Needs, T: DeserializeOwned> FromRequest<App> for Intent<R, T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let mut asked = Asked::of::<R>(&mut parts, app).await?;
        let method_and_path = (parts.method.clone(), parts.uri.path().to_owned());
        let body = extract::body(Request::from_parts(parts, body)).await?;
        if let Some(repeat) = &mut asked.repeat {
            repeat.covers(method_and_path.0.as_str(), &method_and_path.1, &body);
        }
        Ok(Self { asked, body: extract::read(&body)?, needs: PhantomData })
    }
}

impl Asked {
    /// Who asks, under which key; the key does not cover the body yet.
    pub async fn of<R: Needs>(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require::<R>()?;
        let scope = Scope::in_parts(parts);
        let trace = scope.trace().clone();
        let repeat = Repeat::from_headers(&parts.headers, caller.tenant)?;
        Ok(Self { caller, trace, scope, repeat, at: app.clock.now(), if_match: if_match(&parts.headers)? })
    }

    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    pub fn metadata(&self) -> Metadata {
        Metadata {
            tenant_id: self.caller.tenant,
            actor: self.caller.actor(),
            at: self.at,
            correlation_id: self.trace.id,
            causation_id: None,
            traceparent: self.trace.traceparent.clone(),
        }
    }

    /// The entry of the audit log, for an append that tells of this command.
    pub fn entry(&self, status: StatusCode, target: Option<Target>) -> StreamWrite {
        audit::entry(&self.scope, &Who::of(&self.caller), Ending::done(status.as_u16(), target))
    }

    /// The id of something new. The same for a repeat under the same key, so that preparations made before the append
    /// are made for the same thing.
    pub fn new_id(&self) -> Uuid {
        match &self.repeat {
            Some(repeat) => Uuid::new_v5(&repeat.id, b"new"),
            None => Uuid::now_v7(),
        }
    }

    /// Refuses when the caller named a version with `If-Match` and the stream stands elsewhere.
    pub fn expect_version(&self, current: i64) -> Result<(), Problem> {
        match self.if_match {
            Some(wanted) if wanted != current => {
                let text = format!("it was changed meanwhile: version {current}, not {wanted}");
                Err(Problem::conflict("version_conflict", text).with("current_version", current))
            }
            _ => Ok(()),
        }
    }

    /// Decides, appends and answers; a lost race is decided anew.
    pub async fn carry_out<F, D>(&self, app: &App, decide: F) -> Result<Response, Problem>
    where
        F: Fn() -> D,
        D: Future<Output = Result<Decided, Problem>>,
    {
        if let Some(answer) = self.answered_before(app).await? {
            return Ok(answer);
        }
        for _ in 0..RACES {
            let decided = match decide().await {
                Ok(decided) => decided,
                // A repeat in parallel may have been faster: then its effect is what was refused here.
                Err(problem) => return self.answered_before(app).await?.ok_or(problem),
            };
            if let Some(answer) = self.append(app, decided).await? {
                return Ok(answer);
            }
            tokio::task::yield_now().await;
        }
        Err(Problem::busy("it kept changing; try again"))
    }

    /// `None` when another append came first.
    async fn append(&self, app: &App, decided: Decided) -> Result<Option<Response>, Problem> {
        let Decided { mut writes, status, body, version, effect } = decided;
        let command = match &self.repeat {
            Some(repeat) => Some(repeat.command(app, self.tenant(), status, body.as_ref()).await?),
            None => None,
        };
        // In front, so that the position of the command stays that of the last thing that it did.
        let target = writes.first().map(|write| target(write.stream));
        writes.insert(0, self.entry(status, self.scope.target().or(target)));
        let append = Append { metadata: self.metadata(), command, writes };
        let outcome = match effect {
            Some(effect) => append_with(app, append, effect).await?,
            None => app.store.append(append).await?,
        };
        if let Outcome::Appended { position, .. } = outcome {
            app.acknowledged.note(self.tenant(), position);
            self.scope.is_audited();
        }
        match (outcome, &self.repeat) {
            (Outcome::Appended { position, .. }, _) => Ok(Some(answer(status, body, version, position))),
            (Outcome::Conflict { .. }, _) => Ok(None),
            (Outcome::Duplicate { position, fingerprint, answer }, Some(repeat)) => {
                repeat.replay(app, self.tenant(), position, &fingerprint, answer.as_deref()).await.map(Some)
            }
            (Outcome::Duplicate { .. }, None) => Err(Problem::internal("a duplicate of a command without a key")),
        }
    }

    /// The first answer, when this command was carried out before.
    pub async fn answered_before(&self, app: &App) -> Result<Option<Response>, Problem> {
        match &self.repeat {
            Some(repeat) => {
                let answer = repeat.find(app, self.tenant()).await?;
                // A repeat has no effect; the first time stands in the audit log.
                if answer.is_some() {
                    self.scope.is_audited();
                }
                Ok(answer)
            }
            None => Ok(None),
        }
    }
}

impl Decided {
    pub fn new(status: StatusCode, body: impl Serialize) -> Result<Self, Problem> {
        Ok(Self { writes: Vec::new(), status, body: Some(serde_json::to_value(body)?), version: None, effect: None })
    }

    pub fn ok(body: impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::OK, body)
    }

    pub fn created(body: impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::CREATED, body)
    }

    pub fn accepted(body: impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::ACCEPTED, body)
    }

    pub fn no_content() -> Self {
        Self { writes: Vec::new(), status: StatusCode::NO_CONTENT, body: None, version: None, effect: None }
    }

    /// Appends `events` to a stream that stands at `version`; no events, no write.
    pub fn write<E: EventSet>(mut self, stream: impl Into<StreamId>, version: i64, events: &[E]) -> Self {
        if !events.is_empty() {
            self.writes.push(StreamWrite::new(stream, Expected::Exactly(version), events));
        }
        self
    }

    /// Does this in the transaction of the append. Only where something is appended.
    pub fn with_effect(
        mut self,
        effect: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<(), Problem>> + Send + 'static,
    ) -> Self {
        self.effect = Some(Box::new(effect));
        self
    }

    /// Tells the version that the answer shows, as its `ETag`.
    pub fn at_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

fn target(stream: StreamId) -> Target {
    Target { kind: stream.category.as_str().to_owned(), id: stream.id }
}

/// An append and its effect, both or neither.
async fn append_with(app: &App, append: Append, effect: Effect) -> Result<Outcome, Problem> {
    let ready = app.store.make_ready(vec![append]).await?;
    let mut transaction = app.store.database.system.begin().await?;
    effect(&mut transaction).await?;
    let outcome = app.store.append_promptly_in(&mut transaction, &ready).await?.pop();
    let outcome = outcome.ok_or_else(|| Problem::internal("an append without an outcome"))?;
    if let Outcome::Appended { position, .. } = outcome {
        transaction.commit().await?;
        app.store.announce(position);
    }
    Ok(outcome)
}

/// The answer to a command that was carried out.
pub fn answer(status: StatusCode, body: Option<serde_json::Value>, version: Option<i64>, position: i64) -> Response {
    let mut response = match body {
        Some(body) => (status, Json(body)).into_response(),
        None => status.into_response(),
    };
    response.headers_mut().insert(POSITION, HeaderValue::from(position));
    if let Some(tag) = version.and_then(etag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

pub fn etag(version: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.trim_start_matches("W/").trim_matches('"').parse().ok();
    number.map(Some).ok_or_else(|| Problem::bad_request("invalid", "If-Match is not a version").field("If-Match", text))
}
