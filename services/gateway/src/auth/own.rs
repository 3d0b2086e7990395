//! One's own way of signing in: what it is made of, and changing the password.

use super::account::Account;
use super::attempts::Attempt;
use super::{password, second_factor};
use crate::app::App;
use crate::caller::Caller;
use crate::extract;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::UserId;

/// How one signs in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Security {
    /// Not so for a person who came by single sign-on and never chose one.
    pub has_password: bool,
    pub second_factor: SecondFactor,
    pub identities: Vec<Identity>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactor {
    pub enabled: bool,
    pub since: Option<DateTime<Utc>>,
    pub recovery_codes_left: i64,
}

/// Who one is at a provider of single sign-on.
#[derive(Debug, Serialize, FromRow, ToSchema)]
pub struct Identity {
    pub id: Uuid,
    pub provider: String,
    #[sqlx(default)]
    pub provider_name: String,
    pub connected_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PasswordChange {
    /// Empty for a person who has none.
    pub current: String,
    pub password: String,
}

/// How one signs in.
#[utoipa::path(get, path = "/security", tag = "auth", responses((status = 200, body = Security)))]
pub async fn security(State(app): State<App>, caller: Caller) -> Result<Json<Security>, Problem> {
    let caller = caller.person()?;
    let account = Account::own(&app, caller.user).await?;
    let pool = &app.store.database.system;
    let left: i64 = sqlx::query_scalar("select count(*) from vault.recovery_code where user_id = $1")
        .bind(caller.user.0)
        .fetch_one(pool)
        .await?;
    let mut identities: Vec<Identity> = sqlx::query_as(
        "select identity_id as id, provider, connected_at from vault.identity where user_id = $1 order by connected_at",
    )
    .bind(caller.user.0)
    .fetch_all(pool)
    .await?;
    for identity in &mut identities {
        identity.provider_name = app.sso.name(&identity.provider);
    }
    Ok(Json(Security {
        has_password: account.password_hash.is_some(),
        second_factor: SecondFactor {
            enabled: account.has_second_factor(),
            since: account.totp_since,
            recovery_codes_left: left,
        },
        identities,
    }))
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(post, path = "/password", tag = "auth", request_body = PasswordChange,
    responses((status = 204, description = "Changed")))]
pub async fn change_password(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Problem> {
    let caller = caller.person()?;
    let PasswordChange { current, password } = extract::read(&extract::body(request).await?)?;
    if !password::is_allowed(&password) {
        return Err(Problem::invalid("password", password::RULE));
    }
    let account = proven(&app, caller.user, current).await.map_err(|problem| match problem.code {
        "wrong_credentials" => {
            let detail = problem.detail.clone();
            problem.field("current", detail)
        }
        _ => problem,
    })?;
    let hash = app.passwords.hash(password).await?;
    let mut transaction = app.store.database.system.begin().await?;
    let changed = sqlx::query(
        "update vault.account set password_hash = $3 where user_id = $1 and password_hash is not distinct from $2",
    )
    .bind(account.user_id)
    .bind(&account.password_hash)
    .bind(hash)
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Problem::conflict("version_conflict", "the password was changed meanwhile"));
    }
    sqlx::query("delete from vault.refresh_token where user_id = $1 and family is distinct from $2")
        .bind(caller.user.0)
        .bind(caller.session)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("delete from vault.password_reset where user_id = $1")
        .bind(caller.user.0)
        .execute(&mut *transaction)
        .await?;
    second_factor::finish(&app, &scope, transaction, &caller, StatusCode::NO_CONTENT).await?;
    app.memberships.forget_person(caller.user);
    Ok(StatusCode::NO_CONTENT)
}

/// The account of who is signed in, after they showed their password once more: a browser that was left open is not the
/// person.
pub async fn proven(app: &App, user: UserId, password: String) -> Result<Account, Problem> {
    let account = Account::own(app, user).await?;
    let Some(hash) = account.password_hash.clone() else { return Ok(account) };
    let attempt = Attempt::person(app, "own password", user);
    attempt.begin(app).await?;
    if !app.passwords.matches(password, Some(hash)).await? {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "this is not your password"));
    }
    attempt.succeeded(app).await?;
    Ok(account)
}
