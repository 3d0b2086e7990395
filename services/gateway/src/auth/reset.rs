//! A new password by a link in a mail.
//!
//! Whether an address signs in here is not told, neither by the answer nor by how long it takes. The link's token stands
//! behind the `#`, which browsers send to nobody.

use super::account::{self, Account};
use super::attempts::{self, Attempt};
use super::enter::note;
use super::{password, session};
use crate::app::App;
use crate::audit::Ending;
use crate::extract;
use crate::people::outbox::{self, Mail};
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::audit::Target;
use waybill_domain::id::UserId;

const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Deserialize, ToSchema)]
pub struct Forgotten {
    pub email: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Reset {
    /// Of the link.
    pub token: String,
    pub password: String,
}

/// Sends a link for a new password, if the address signs in here. The answer is the same if it does not.
#[utoipa::path(post, path = "/password/forgot", tag = "auth", security(()), request_body = Forgotten,
    responses((status = 202, description = "A mail is sent if the address signs in here")))]
pub async fn forgot(State(app): State<App>, scope: Scope, request: Request) -> Result<StatusCode, Problem> {
    let Forgotten { email } = extract::read(&extract::body(request).await?)?;
    // Not waited for: how long it takes must not tell.
    tokio::spawn(async move {
        if let Err(problem) = send(&app, &scope, &email).await {
            tracing::debug!(code = problem.code, "no mail for a forgotten password");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn send(app: &App, scope: &Scope, email: &str) -> Result<(), Problem> {
    let Some(account) = Account::by_email(app, email).await? else { return Ok(()) };
    let Some((tenant, _)) = account::last_used(app, account.user()).await? else { return Ok(()) };
    Attempt::mail(app, email).begin(app).await?;
    let (token, now) = (session::random_token(), app.clock.now());
    let url = format!("{}/reset#{token}", app.config.public_url.trim_end_matches('/'));
    let mail = Mail {
        tenant,
        recipient: account.email.clone(),
        subject: "A new password for Waybill".to_owned(),
        body: format!(
            "Somebody, you we hope, asked for a new password for Waybill.\n\nOpen this link to choose one:\n\n{url}\n\nIt \
             is good for an hour and only once. If you did not ask for it, you need not do anything: your password stays.\n"
        ),
    };
    let mut transaction = app.store.database.system.begin().await?;
    // The latest link is the one that is good.
    sqlx::query("delete from vault.password_reset where user_id = $1 or expires_at < $2")
        .bind(account.user_id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("insert into vault.password_reset (token_hash, user_id, expires_at) values ($1, $2, $3)")
        .bind(session::hash(&token))
        .bind(account.user_id)
        .bind(now + GOOD_FOR)
        .execute(&mut *transaction)
        .await?;
    outbox::put(&mut transaction, &mail, now).await?;
    let who = Who::claiming(tenant, account.user());
    let target = Target { kind: "member".to_owned(), id: account.user_id };
    let ending = Ending::done(202, Some(target));
    let position = note(app, scope, &mut transaction, &who, ending, Vec::new()).await?;
    transaction.commit().await?;
    app.store.announce(position);
    Ok(())
}

/// Sets a new password by the token of a link. All sessions of the person end.
#[utoipa::path(post, path = "/password/reset", tag = "auth", security(()), request_body = Reset,
    responses((status = 204, description = "Changed; sign in with it"),
        (status = 410, description = "The link was used, is too old, or never was")))]
pub async fn reset(State(app): State<App>, scope: Scope, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let Reset { token, password } = extract::read(&extract::body(request).await?)?;
    let gone = || {
        let text = "this link was used, is too old, or never was; ask for a new one";
        Problem::new(StatusCode::GONE, "reset_expired", text)
    };
    let (token, now) = (session::hash(&token), app.clock.now());
    let pool = &app.store.database.system;
    let user: Option<Uuid> =
        sqlx::query_scalar("select user_id from vault.password_reset where token_hash = $1 and expires_at > $2")
            .bind(&token)
            .bind(now)
            .fetch_optional(pool)
            .await?;
    let user = UserId(user.ok_or_else(gone)?);
    if !password::is_allowed(&password) {
        return Err(Problem::invalid("password", password::RULE));
    }
    let hash = app.passwords.hash(password).await?;
    let mut transaction = pool.begin().await?;
    let taken = sqlx::query("delete from vault.password_reset where token_hash = $1")
        .bind(&token)
        .execute(&mut *transaction)
        .await?;
    if taken.rows_affected() == 0 {
        return Err(gone());
    }
    sqlx::query("update vault.account set password_hash = $2 where user_id = $1")
        .bind(user.0)
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
    for statement in [
        "delete from vault.refresh_token where user_id = $1",
        "delete from vault.login_challenge where user_id = $1",
        "delete from vault.password_reset where user_id = $1",
    ] {
        sqlx::query(statement).bind(user.0).execute(&mut *transaction).await?;
    }
    // In every organisation of the person: each may want to know.
    let mut position = 0;
    for tenant in account::organisations(&mut transaction, user).await? {
        let who = Who::person(tenant, user);
        position = note(&app, &scope, &mut transaction, &who, Ending::done(204, None), Vec::new()).await?;
    }
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    app.memberships.forget_person(user);
    // Whoever has the mail is the person: strangers' tries no longer keep this browser waiting.
    let device = attempts::device_cookie(&app, &headers, user);
    Ok((StatusCode::NO_CONTENT, AppendHeaders(device.into_iter().collect::<Vec<_>>())).into_response())
}
