//! A new access token for a refresh token, which is spent by it.

use super::session::{self, Presented, REFRESH_COOKIE};
use super::token::LIFETIME_S;
use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
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
pub async fn refresh(State(app): State<App>, jar: CookieJar) -> Result<Response, Problem> {
    let ended = || {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "session_ended", "the session has ended; sign in again");
        (session::forget(&app), problem).into_response()
    };
    let Some(token) = jar.get(REFRESH_COOKIE) else { return Ok(ended()) };
    let mut transaction = app.store.database.system.begin().await?;
    let Presented::Good { session, tenant, user } = session::take(&app, &mut transaction, token.value()).await? else {
        transaction.commit().await?;
        return Ok(ended());
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
    transaction.commit().await?;
    let cookies = issued.cookies(&app);
    Ok((cookies, Json(Refreshed { access_token: issued.access_token, expires_in: LIFETIME_S })).into_response())
}
