//! What a browser holds while someone is signed in: an access token, and a refresh token that rotates.
//!
//! Refresh tokens are kept hashed. Each belongs to a family that began with a sign-in; one that comes a second time was
//! stolen, by whoever came first or second, so the whole family ends.

use super::token::LIFETIME_S;
use super::{Tenant, User};
use crate::app::App;
use crate::caller::{Caller, SESSION_COOKIE};
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::http::HeaderName;
use axum::http::header::SET_COOKIE;
use axum::response::AppendHeaders;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngCore;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};

pub const REFRESH_COOKIE: &str = "waybill_refresh";
const REFRESH_PATH: &str = "/api/v1/auth";
const REFRESH_DAYS: i64 = 30;

/// A new session, and who it is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub user: User,
    pub tenant: Tenant,
}

/// Tokens, not yet as cookies.
pub struct Issued {
    pub access_token: String,
    refresh_token: String,
}

/// What was found of a refresh token.
pub enum Presented {
    Good {
        session: Session,
        tenant: TenantId,
        user: UserId,
    },
    /// With whose session it ended, if it was ever good.
    Bad(Option<Who>),
}

/// A sign-in and all that follows from it, in one browser: a family of refresh tokens.
#[derive(Debug, Clone)]
pub struct Session {
    pub family: Uuid,
    began_at: DateTime<Utc>,
    user_agent: String,
}

impl Session {
    pub fn begin(app: &App, scope: &Scope) -> Self {
        Self { family: Uuid::now_v7(), began_at: app.clock.now(), user_agent: scope.user_agent().to_owned() }
    }
}

/// Issues an access token and the next refresh token of a family.
pub async fn issue(
    app: &App,
    connection: &mut PgConnection,
    caller: Caller,
    session: Session,
) -> Result<Issued, Problem> {
    let now = app.clock.now();
    let Session { family, began_at, user_agent } = session;
    let access_token = app.tokens.issue(caller, family, now).map_err(Problem::internal)?;
    let refresh_token = random_token();
    sqlx::query(
        "insert into vault.refresh_token
             (token_hash, family, tenant_id, user_id, expires_at, began_at, issued_at, user_agent)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(hash(&refresh_token))
    .bind(family)
    .bind(caller.tenant.0)
    .bind(caller.user.0)
    .bind(now + TimeDelta::days(REFRESH_DAYS))
    .bind(began_at)
    .bind(now)
    .bind(user_agent)
    .execute(connection)
    .await?;
    Ok(Issued { access_token, refresh_token })
}

/// Remembers when a member came last: the next sign-in goes to the organisation that was used last.
pub async fn note_use(app: &App, connection: &mut PgConnection, caller: Caller) -> Result<(), Problem> {
    sqlx::query("update vault.membership set last_login_at = $3 where tenant_id = $1 and user_id = $2")
        .bind(caller.tenant.0)
        .bind(caller.user.0)
        .bind(app.clock.now())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a refresh token once. One that was taken before ends its family.
pub async fn take(app: &App, connection: &mut PgConnection, token: &str) -> Result<Presented, Problem> {
    let taken: Option<Taken> = sqlx::query_as(
        "update vault.refresh_token set rotated_at = $2
         where token_hash = $1 and rotated_at is null and expires_at > $2
         returning family, tenant_id, user_id, began_at, user_agent",
    )
    .bind(hash(token))
    .bind(app.clock.now())
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(Taken { family, tenant_id, user_id, began_at, user_agent }) = taken {
        let session = Session { family, began_at, user_agent };
        return Ok(Presented::Good { session, tenant: TenantId(tenant_id), user: UserId(user_id) });
    }
    let spent: Option<bool> =
        sqlx::query_scalar("select rotated_at is not null from vault.refresh_token where token_hash = $1")
            .bind(hash(token))
            .fetch_optional(&mut *connection)
            .await?;
    let ended = end_family(app, connection, token).await?;
    // One that is only too old was held by nobody else.
    Ok(Presented::Bad(ended.filter(|_| spent == Some(true))))
}

#[derive(sqlx::FromRow)]
struct Taken {
    family: Uuid,
    tenant_id: Uuid,
    user_id: Uuid,
    began_at: DateTime<Utc>,
    user_agent: String,
}

/// Ends the session that a refresh token belongs to, and tells whose it was.
pub async fn end_family(app: &App, connection: &mut PgConnection, token: &str) -> Result<Option<Who>, Problem> {
    let ended: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "delete from vault.refresh_token where family =
         (select family from vault.refresh_token where token_hash = $1) returning tenant_id, user_id",
    )
    .bind(hash(token))
    .fetch_all(connection)
    .await?;
    let Some((tenant, user)) = ended.first() else { return Ok(None) };
    app.memberships.forget_person(UserId(*user));
    Ok(Some(Who::person(TenantId(*tenant), UserId(*user))))
}

/// A secret of 256 bits, of letters, digits, `-` and `_`.
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// How a token is kept.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// `Set-Cookie` headers.
pub type Cookies = AppendHeaders<[(HeaderName, String); 2]>;

impl Issued {
    pub fn cookies(&self, app: &App) -> Cookies {
        AppendHeaders([
            cookie(app, SESSION_COOKIE, &self.access_token, "/", LIFETIME_S),
            cookie(app, REFRESH_COOKIE, &self.refresh_token, REFRESH_PATH, REFRESH_DAYS * 86_400),
        ])
    }
}

/// Makes the browser forget.
pub fn forget(app: &App) -> Cookies {
    AppendHeaders([cookie(app, SESSION_COOKIE, "", "/", 0), cookie(app, REFRESH_COOKIE, "", REFRESH_PATH, 0)])
}

/// Both tokens are made of letters, digits, `-`, `_` and `.` only, so nothing needs to be quoted.
fn cookie(app: &App, name: &str, value: &str, path: &str, age_s: i64) -> (HeaderName, String) {
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    (SET_COOKIE, format!("{name}={value}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}"))
}
