//! The audit log: an entry for everything that is asked to change something, for sign-ins, refusals and exports.
//!
//! A command's entry is appended with its events, in front of them (`intent`). What handlers change in the vault alone, and
//! what was refused, is entered by `trace::request` when the answer is known (`after`).

mod ask;
mod changes;
mod export;
pub mod names;
pub mod operations;

use crate::app::App;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use waybill_domain::audit::{self, Event, Noted, Subject, Target};
use waybill_domain::personal::Personal;
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, Metadata, Outcome, StreamWrite};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::audit))
        .routes(routes!(ask::actions))
        .routes(routes!(export::export))
        .routes(routes!(ask::entry))
}

/// How a request ended.
pub struct Ending<'a> {
    pub status: u16,
    pub code: Option<&'a str>,
    pub target: Option<Target>,
}

impl Ending<'_> {
    pub fn done(status: u16, target: Option<Target>) -> Self {
        Self { status, code: None, target }
    }
}

/// The entry of a request, to be appended with what it tells of.
pub fn entry(scope: &Scope, who: &Who, ending: Ending<'_>) -> StreamWrite {
    let Ending { status, code, target } = ending;
    let noted = Noted {
        operation: operations::name(scope.method(), scope.route()).to_owned(),
        outcome: audit::Outcome::of_status(status),
        status,
        code: code.map(str::to_owned),
        target: target.or_else(|| scope.target()),
        subject: Subject(who.subject),
        origin: Personal::Known(scope.origin()),
    };
    StreamWrite::new(StreamId::audit(Uuid::now_v7()), Expected::Exactly(0), &[Event::from(noted)])
}

/// The envelope of what a request does outside of a command.
pub fn metadata(app: &App, scope: &Scope, who: &Who) -> Metadata {
    Metadata {
        tenant_id: who.tenant,
        actor: who.actor.clone(),
        at: app.clock.now(),
        correlation_id: scope.trace().id,
        causation_id: None,
        traceparent: scope.trace().traceparent.clone(),
    }
}

/// Enters a read that takes personal data out, before it is answered.
pub async fn read(app: &App, scope: &Scope, target: Option<Target>) -> Result<(), Problem> {
    let who = scope.who().ok_or_else(Problem::unauthorized)?;
    let write = entry(scope, &who, Ending::done(200, target));
    app.store.append(Append::new(metadata(app, scope, &who), vec![write])).await?;
    scope.is_audited();
    Ok(())
}

/// Enters a request that was not entered while it was answered: everything that somebody who is known here asked to change,
/// and what they may not see.
pub async fn after(app: &App, scope: &Scope, status: u16, code: Option<&str>) {
    let changes = scope.route().starts_with("/api/") && !operations::is_query(scope.method(), scope.route());
    // What came too often is counted, not entered: a flood must not fill the log.
    if !(changes || status == 403) || status == 429 || scope.was_audited() {
        return;
    }
    let Some(who) = scope.who() else { return };
    let write = entry(scope, &who, Ending { status, code, target: None });
    let appended = app.store.append(Append::new(metadata(app, scope, &who), vec![write])).await;
    if let Ok(Outcome::Appended { position, .. }) = appended {
        app.acknowledged.note(who.tenant, position);
    }
    if let Err(error) = appended {
        tracing::warn!(%error, route = scope.route(), "a request could not be entered into the audit log");
        metrics::counter!("audit_entries_lost_total").increment(1);
    }
}
