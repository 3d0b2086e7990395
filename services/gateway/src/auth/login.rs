//! Signing in. An unknown address and a wrong password are answered alike, after the same work.

use super::account::{self, Account};
use super::attempts::Attempt;
use super::enter::{Entering, enter};
use super::second_factor;
use super::session::{self, SignedIn};
use crate::app::App;
use crate::audit::{self, Ending};
use crate::extract;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::audit::Target;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{Command, Member};
use waybill_domain::stream::StreamId;
use waybill_event_store::{Append, Expected, StreamWrite};

/// Between the password and the code.
const CHALLENGE: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    pub email: String,
    pub password: String,
}

/// The password was right; a code is needed too.
#[derive(Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// To be sent with the code.
    pub challenge: String,
    /// Seconds.
    pub expires_in: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ChallengeAnswer {
    pub challenge: String,
    /// Six digits of the app, or a recovery code.
    pub code: String,
}

/// Signs in with e-mail and password.
#[utoipa::path(post, path = "/login", tag = "auth", security(()), request_body = Login,
    responses((status = 200, description = "Signed in", body = SignedIn),
        (status = 202, description = "A second factor is needed", body = Challenge),
        (status = 401, description = "E-mail or password is wrong"),
        (status = 429, description = "Too many wrong tries")))]
pub async fn login(State(app): State<App>, scope: Scope, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let Login { email, password } = extract::read(&extract::body(request).await?)?;
    let account = Account::by_email(&app, &email).await?;
    let attempt = Attempt::password(&app, &scope, &headers, &email, account.as_ref().map(Account::user));
    attempt.begin(&app).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let matches = app.passwords.matches(password.clone(), hash).await?;
    let refused = || Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "e-mail or password is wrong");
    let Some(account) = account else { return Err(refused()) };
    let Some((tenant, role)) = account::last_used(&app, account.user()).await? else { return Err(refused()) };
    if !matches {
        // Not waited for: how long the refusal takes must not tell that there is such an account.
        tokio::spawn(async move { refuse(&app, &scope, tenant, account.user()).await });
        return Err(refused());
    }
    attempt.succeeded(&app).await?;
    rehash(&app, &account, password).await?;
    if account.has_second_factor() {
        let challenge = begin_challenge(&app, account.user(), tenant).await?;
        let challenge = Challenge { challenge, expires_in: CHALLENGE.num_seconds() };
        return Ok((StatusCode::ACCEPTED, Json(challenge)).into_response());
    }
    let session = session::Session::begin(&app, &scope);
    enter(&app, &scope, Entering { account, tenant, role, session }).await?.answer(&app, &headers).await
}

/// Completes a sign-in with a code.
#[utoipa::path(post, path = "/login/second-factor", tag = "auth", security(()), request_body = ChallengeAnswer,
    responses((status = 200, description = "Signed in", body = SignedIn),
        (status = 401, description = "The code is wrong, or the password is too long ago"),
        (status = 429, description = "Too many wrong tries")))]
pub async fn answer(State(app): State<App>, scope: Scope, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let ChallengeAnswer { challenge, code } = extract::read(&extract::body(request).await?)?;
    let expired = || {
        let text = "the password was entered too long ago; begin again";
        Problem::new(StatusCode::UNAUTHORIZED, "challenge_expired", text)
    };
    let pool = &app.store.database.system;
    let found: Option<(Uuid, Uuid)> = sqlx::query_as(
        "select user_id, tenant_id from vault.login_challenge where challenge_hash = $1 and expires_at > $2",
    )
    .bind(session::hash(&challenge))
    .bind(app.clock.now())
    .fetch_optional(pool)
    .await?;
    let (user, tenant) = found.map(|(user, tenant)| (UserId(user), TenantId(tenant))).ok_or_else(expired)?;
    let attempt = Attempt::person(&app, "code", user);
    attempt.begin(&app).await?;
    let account = Account::by_id(&app, user).await?.ok_or_else(expired)?;
    let role = app.memberships.role(&app, tenant, user, None).await?.ok_or_else(expired)?;
    if !second_factor::accepts(&app, &account, &code).await? {
        refuse_code(&app, &scope, tenant, user).await;
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_code", "this code is not the present one"));
    }
    attempt.succeeded(&app).await?;
    // One challenge lets in once.
    let taken = sqlx::query("delete from vault.login_challenge where challenge_hash = $1")
        .bind(session::hash(&challenge))
        .execute(pool)
        .await?;
    if taken.rows_affected() == 0 {
        return Err(expired());
    }
    let session = session::Session::begin(&app, &scope);
    enter(&app, &scope, Entering { account, tenant, role, session }).await?.answer(&app, &headers).await
}

async fn begin_challenge(app: &App, user: UserId, tenant: TenantId) -> Result<String, Problem> {
    let (challenge, now) = (session::random_token(), app.clock.now());
    sqlx::query(
        "with old as (delete from vault.login_challenge where expires_at < $5)
         insert into vault.login_challenge (challenge_hash, user_id, tenant_id, expires_at) values ($1, $2, $3, $4)",
    )
    .bind(session::hash(&challenge))
    .bind(user.0)
    .bind(tenant.0)
    .bind(now + CHALLENGE)
    .bind(now)
    .execute(&app.store.database.system)
    .await?;
    Ok(challenge)
}

/// Hashes again what was hashed with other parameters than today's.
async fn rehash(app: &App, account: &Account, password: String) -> Result<(), Problem> {
    let Some(old) = account.password_hash.as_deref().filter(|hash| !app.passwords.is_present(hash)) else {
        return Ok(());
    };
    let new = app.passwords.hash(password).await?;
    // Only what was just checked: it may have been changed meanwhile.
    sqlx::query("update vault.account set password_hash = $3 where user_id = $1 and password_hash = $2")
        .bind(account.user_id)
        .bind(old)
        .bind(new)
        .execute(&app.store.database.system)
        .await?;
    Ok(())
}

async fn refuse(app: &App, scope: &Scope, tenant: TenantId, user: UserId) {
    enter_refusal(app, scope, tenant, user, "wrong_password", "wrong_credentials").await;
}

async fn refuse_code(app: &App, scope: &Scope, tenant: TenantId, user: UserId) {
    enter_refusal(app, scope, tenant, user, "wrong_code", "wrong_code").await;
}

/// Whom it was tried to be.
fn person(user: UserId) -> Target {
    Target { kind: "member".to_owned(), id: user.0 }
}

async fn enter_refusal(app: &App, scope: &Scope, tenant: TenantId, user: UserId, reason: &str, code: &str) {
    let member = StreamId::member(tenant, user);
    let who = Who::claiming(tenant, user);
    let appended = async {
        let state = app.store.load::<Member>(tenant, member.id).await?.state;
        let events = waybill_domain::member::decide(&state, Command::RefuseLogin { reason: reason.into() })?;
        let ending = Ending { status: 401, code: Some(code), target: Some(person(user)) };
        let writes = vec![audit::entry(scope, &who, ending), StreamWrite::new(member, Expected::Any, &events)];
        app.store.append(Append::new(audit::metadata(app, scope, &who), writes)).await?;
        Ok::<_, Problem>(())
    };
    match appended.await {
        Ok(()) => scope.is_audited(),
        Err(problem) => tracing::warn!(problem = problem.detail, "a refused sign-in was not recorded"),
    }
}
