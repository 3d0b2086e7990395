//! A new access token for a refresh token, which is spent by it.

use super::enter::note;
use super::session::{self, Presented, REFRESH_COOKIE};
use super::token::LIFETIME_S;
use crate::app::App;
use crate::audit::Ending;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::Serialize;
use utoipa::ToSchema;
use waybill_domain::member::Role;

#[derive(Debug, Serialize, ToSchema)]
pub struct Refreshed {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
}

/// Exchanges the refresh cookie for a new access token and the next refresh cookie.
#[utoipa::path(post, path = "/refresh", tag = "auth", security(("refresh_cookie" = [])),
    responses((status = 200, description = "A new access token", body = Refreshed)))]
pub async fn refresh(State(app): State<App>, scope: Scope, jar: CookieJar) -> Result<Response, Problem> {
    let ended = || {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "session_ended", "the session has ended; sign in again");
        (session::forget(&app), problem).into_response()
    };
    let Some(token) = jar.get(REFRESH_COOKIE) else { return Ok(ended()) };
    let mut transaction = app.store.database.system.begin().await?;
    let (session, tenant, user) = match session::take(&app, &mut transaction, token.value()).await? {
        Presented::Good { session, tenant, user } => (session, tenant, user),
        Presented::Bad(None) => {
            transaction.commit().await?;
            return Ok(ended());
        }
        Presented::Bad(Some(who)) => {
            // Two hold the same session: that is worth an entry of its own.
            let ending = Ending { status: 401, code: Some("session_reused"), target: None };
            let position = note(&app, &scope, &mut transaction, &who, ending, Vec::new()).await?;
            transaction.commit().await?;
            app.store.announce(position);
            scope.is_audited();
            return Ok(ended());
        }
    };
    let role: Option<String> = sqlx::query_scalar(
        "select role from vault.membership where tenant_id = $1 and user_id = $2 and status = 'active'",
    )
    .bind(tenant.0)
    .bind(user.0)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(role) = role.as_deref().and_then(Role::parse) else { return Ok(ended()) };
    let issued =
        session::issue(&app, &mut transaction, Caller { tenant, user, role, session: None, key: None }, session)
            .await?;
    let ending = Ending::done(200, None);
    let position = note(&app, &scope, &mut transaction, &Who::person(tenant, user), ending, Vec::new()).await?;
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    let cookies = issued.cookies(&app);
    Ok((cookies, Json(Refreshed { access_token: issued.access_token, expires_in: LIFETIME_S })).into_response())
}
