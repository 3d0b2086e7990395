//! Letting a person in: the session, the event, and the entry of the audit log, together or not at all.

use super::account::Account;
use super::attempts;
use super::session::{self, Session, SignedIn};
use super::token::LIFETIME_S;
use super::{Tenant, User};
use crate::app::App;
use crate::audit::{self, Ending};
use crate::caller::Caller;
use crate::intent::POSITION;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Response};
use sqlx::PgConnection;
use waybill_domain::id::TenantId;
use waybill_domain::member::{self, Command, Member, Role};
use waybill_domain::stream::StreamId;
use waybill_domain::tenant;
use waybill_event_store::{Append, Expected, Outcome, StreamWrite};

/// Somebody who proved who they are.
pub struct Entering {
    pub account: Account,
    pub tenant: TenantId,
    pub role: Role,
    pub session: Session,
}

/// Who is in now: cookies and position to be answered.
pub struct Entered {
    issued: session::Issued,
    position: i64,
    account: Account,
    tenant: TenantId,
}

pub async fn enter(app: &App, scope: &Scope, entering: Entering) -> Result<Entered, Problem> {
    let Entering { account, tenant, role, session } = entering;
    let user = account.user();
    let stream = StreamId::member(tenant, user);
    let loaded = app.store.load::<Member>(tenant, stream.id).await?;
    let events = member::decide(&loaded.state, Command::LogIn)?;
    // Two sign-ins at once do not contradict each other.
    let write = StreamWrite::new(stream, Expected::Any, &events);
    let mut transaction = app.store.database.system.begin().await?;
    let caller = Caller { tenant, user, role, session: None, key: None };
    let issued = session::issue(app, &mut transaction, caller, session).await?;
    session::note_use(app, &mut transaction, caller).await?;
    let who = Who::person(tenant, user);
    let position = note(app, scope, &mut transaction, &who, Ending::done(200, None), vec![write]).await?;
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    app.memberships.forget(tenant, user);
    Ok(Entered { issued, position, account, tenant })
}

/// Appends an entry of the audit log, and events with it, in a transaction that changes the vault. Last before the commit:
/// the lane is held from here.
pub async fn note(
    app: &App,
    scope: &Scope,
    connection: &mut PgConnection,
    who: &Who,
    ending: Ending<'_>,
    mut writes: Vec<StreamWrite>,
) -> Result<i64, Problem> {
    writes.insert(0, audit::entry(scope, who, ending));
    let ready = app.store.make_ready(vec![Append::new(audit::metadata(app, scope, who), writes)]).await?;
    match app.store.append_in(connection, &ready).await?.pop() {
        Some(Outcome::Appended { position, .. }) => Ok(position),
        _ => Err(Problem::busy("it kept changing; try again")),
    }
}

impl Entered {
    pub async fn answer(self, app: &App, headers: &HeaderMap) -> Result<Response, Problem> {
        let (position, cookies) = (self.position, self.cookies(app, headers));
        let Self { issued, account, tenant, .. } = self;
        let state = app.store.load::<tenant::Tenant>(tenant, tenant.0).await?.state;
        let signed_in = SignedIn {
            access_token: issued.access_token,
            expires_in: LIFETIME_S,
            user: User { id: account.user_id, email: account.email, full_name: account.full_name },
            tenant: Tenant::of(tenant, state).ok_or_else(|| Problem::internal("a member of no tenant"))?,
        };
        Ok(([(POSITION, HeaderValue::from(position))], cookies, Json(signed_in)).into_response())
    }

    /// The session's cookies, and the one that makes the browser the person's own.
    pub fn cookies(
        &self,
        app: &App,
        headers: &HeaderMap,
    ) -> (session::Cookies, AppendHeaders<Vec<(HeaderName, String)>>) {
        let device = attempts::device_cookie(app, headers, self.account.user());
        (self.issued.cookies(app), AppendHeaders(device.into_iter().collect::<Vec<_>>()))
    }
}
