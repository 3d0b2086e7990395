//! Going to a provider and coming back.
//!
//! What was begun is remembered under the hash of its state and is good once, for ten minutes, and in the browser that
//! began it: a link with somebody else's code signs nobody in.

use super::arrive::{self, Arrival};
use crate::app::App;
use crate::auth::session;
use crate::caller::Caller;
use crate::extract::{At, Params};
use crate::problem::Problem;
use crate::scope::Scope;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use waybill_domain::id::UserId;

const BROWSER_COOKIE: &str = "waybill_oidc";
const PATH: &str = "/api/v1/auth/oidc";
const GOOD_FOR: TimeDelta = TimeDelta::minutes(10);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Returned {
    code: Option<String>,
    state: Option<String>,
    /// Instead of a code.
    error: Option<String>,
}

/// Sends the browser to the provider.
#[utoipa::path(get, path = "/oidc/{provider}/start", tag = "auth", security(()), params(("provider" = String, Path)),
    responses((status = 303, description = "To the provider"), (status = 502, description = "The provider does not answer")))]
pub async fn start(State(app): State<App>, At(provider): At<String>) -> Result<Response, Problem> {
    go(&app, &provider, None).await
}

/// The same, to connect the provider to the account that is signed in.
#[utoipa::path(get, path = "/oidc/{provider}/connect", tag = "auth", params(("provider" = String, Path)),
    responses((status = 303, description = "To the provider"), (status = 502, description = "The provider does not answer")))]
pub async fn connect(State(app): State<App>, At(provider): At<String>, caller: Caller) -> Result<Response, Problem> {
    let caller = caller.person()?;
    go(&app, &provider, Some(caller.user)).await
}

async fn go(app: &App, provider: &str, connects: Option<UserId>) -> Result<Response, Problem> {
    let provider = app.sso.find(provider).ok_or_else(Problem::not_found)?;
    let begun = provider.begin().await.map_err(|error| {
        tracing::warn!(provider = provider.id(), error = format!("{error:#}"), "single sign-on cannot begin");
        let text = "the sign-in provider does not answer; try again later";
        Problem::new(StatusCode::BAD_GATEWAY, "provider_unreachable", text)
    })?;
    let (browser, now) = (session::random_token(), app.clock.now());
    sqlx::query(
        "with old as (delete from vault.oidc_attempt where expires_at < $8)
         insert into vault.oidc_attempt (state_hash, provider, nonce, verifier, browser_hash, connects, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(session::hash(&begun.state))
    .bind(provider.id())
    .bind(&begun.nonce)
    .bind(&begun.verifier)
    .bind(session::hash(&browser))
    .bind(connects.map(|user| user.0))
    .bind(now + GOOD_FOR)
    .bind(now)
    .execute(&app.store.database.system)
    .await?;
    // Lax: the provider sends the browser back from its own site.
    let cookie = browser_cookie(app, &browser, GOOD_FOR.num_seconds());
    Ok(see(&begun.url, [(SET_COOKIE, cookie)]))
}

#[derive(sqlx::FromRow)]
struct Attempt {
    nonce: String,
    verifier: String,
    connects: Option<Uuid>,
}

/// Where the provider sends the browser back to.
#[utoipa::path(get, path = "/oidc/{provider}/callback", tag = "auth", security(()),
    params(("provider" = String, Path), Returned),
    responses((status = 303, description = "Signed in, or to the page that says why not")))]
pub async fn callback(
    State(app): State<App>,
    scope: Scope,
    At(id): At<String>,
    Params(returned): Params<Returned>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = app.sso.find(&id).ok_or_else(Problem::not_found)?;
    let browser = CookieJar::from_headers(&headers).get(BROWSER_COOKIE).map(|cookie| cookie.value().to_owned());
    let forget = browser_cookie(&app, "", 0);
    let attempt: Option<Attempt> = match (&returned.state, browser) {
        (Some(state), Some(browser)) => {
            sqlx::query_as(
                "delete from vault.oidc_attempt
                 where state_hash = $1 and provider = $2 and browser_hash = $3 and expires_at > $4
                 returning nonce, verifier, connects",
            )
            .bind(session::hash(state))
            .bind(&id)
            .bind(session::hash(&browser))
            .bind(app.clock.now())
            .fetch_optional(&app.store.database.system)
            .await?
        }
        _ => None,
    };
    let Some(Attempt { nonce, verifier, connects }) = attempt else {
        return Ok(see("/sign-in?sso=expired", [(SET_COOKIE, forget)]));
    };
    let page = if connects.is_some() { "/settings/security" } else { "/sign-in" };
    let told = |code: &str| see(&format!("{page}?sso={code}"), [(SET_COOKIE, forget.clone())]);
    let Some(code) = returned.code else {
        let cancelled = returned.error.as_deref() == Some("access_denied");
        let why = if cancelled { "cancelled" } else { "failed" };
        return Ok(told(why));
    };
    let claims = match provider.complete(code, nonce, verifier).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(provider = provider.id(), error = format!("{error:#}"), "single sign-on failed");
            return Ok(told("failed"));
        }
    };
    let arrival = match connects {
        Some(user) => arrive::connect(&app, &scope, provider, &claims, UserId(user)).await?,
        None => arrive::sign_in(&app, &scope, provider, claims).await?,
    };
    Ok(match arrival {
        Arrival::In(entered) => (entered.cookies(&app, &headers), see("/", [(SET_COOKIE, forget)])).into_response(),
        Arrival::Connected => told("connected"),
        Arrival::Refused(code) => told(code),
    })
}

fn browser_cookie(app: &App, value: &str, age_s: i64) -> String {
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{BROWSER_COOKIE}={value}; Path={PATH}; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}")
}

fn see<const N: usize>(url: &str, headers: [(axum::http::HeaderName, String); N]) -> Response {
    let place = [(LOCATION, url.to_owned()), (CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, AppendHeaders(headers), place).into_response()
}
