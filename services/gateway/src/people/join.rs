//! Coming in by an invitation, and going from one organisation of one's own to another.

use crate::app::App;
use crate::audit::Ending;
use crate::auth::account::Account;
use crate::auth::attempts::{self, Attempt};
use crate::auth::enter::{Entering, enter, note};
use crate::auth::register::{EMAIL_TAKEN, is_good_name};
use crate::auth::session::{self, Session, SignedIn};
use crate::auth::{Tenant, User, password, second_factor, token};
use crate::caller::Caller;
use crate::extract::{self, At};
use crate::intent::POSITION;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::audit::Target;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{self, Joined, Role};
use waybill_domain::stream::{Category, StreamId};
use waybill_domain::{invite, tenant};
use waybill_event_store::{Expected, StreamWrite};

/// What the person who has the link may see of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenInvite {
    pub business_name: String,
    pub email: String,
    pub role: String,
    pub expires_at: DateTime<Utc>,
    /// Whether the address signs in here already: then its password is asked for, otherwise a new one.
    pub has_account: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Acceptance {
    /// Of someone who is new here.
    #[schema(max_length = 120)]
    pub full_name: Option<String>,
    pub password: String,
    /// Of someone who signs in with a second factor: six digits of the app, or a recovery code.
    pub code: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Switch {
    pub tenant_id: Uuid,
}

#[derive(FromRow)]
struct Found {
    invite_id: Uuid,
    tenant_id: Uuid,
    email: String,
    role: String,
    expires_at: DateTime<Utc>,
    user_id: Option<Uuid>,
    full_name: Option<String>,
    password_hash: Option<String>,
}

/// Shows an invitation to who has its link.
#[utoipa::path(get, path = "/invites/{token}", tag = "auth", security(()), params(("token" = String, Path)),
    responses((status = 200, body = OpenInvite), (status = 410, description = "The link is too old")))]
pub async fn look(State(app): State<App>, At(token): At<String>) -> Result<Json<OpenInvite>, Problem> {
    let found = find(&app, &token).await?;
    let organisation = organisation(&app, TenantId(found.tenant_id)).await?;
    Ok(Json(OpenInvite {
        business_name: organisation.name,
        has_account: found.user_id.is_some(),
        email: found.email,
        role: found.role,
        expires_at: found.expires_at,
    }))
}

/// Accepts an invitation and signs in to the organisation.
#[utoipa::path(post, path = "/invites/{token}/accept", tag = "auth", security(()), params(("token" = String, Path)),
    request_body = Acceptance, responses((status = 200, description = "Joined and signed in", body = SignedIn),
    (status = 401, description = "Not the password of this address"), (status = 410, description = "The link is too old")))]
pub async fn accept(
    State(app): State<App>,
    scope: Scope,
    At(token): At<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let session = Session::begin(&app, &scope);
    let acceptance: Acceptance = extract::read(&extract::body(request).await?)?;
    let found = find(&app, &token).await?;
    let role = Role::parse(&found.role).ok_or_else(|| Problem::internal("an invitation for an unknown role"))?;
    let attempt = Attempt::password(&app, &scope, &headers, &found.email, found.user_id.map(UserId));
    attempt.begin(&app).await?;
    let person = Person::of(&app, &found, acceptance).await?;
    attempt.succeeded(&app).await?;

    let (tenant, user) = (TenantId(found.tenant_id), person.user);
    let who = Who::person(tenant, user);
    let standing = app.store.load::<invite::Invite>(tenant, found.invite_id).await?;
    let accepted = invite::decide(&standing.state, invite::Command::Accept { user_id: user })?;
    let joined = member::decide(&member::State::default(), member::Command::Join(Joined { user_id: user, role }))?;
    let writes = vec![
        StreamWrite::new(StreamId::invite(found.invite_id), Expected::Exactly(standing.version), &accepted),
        StreamWrite::new(StreamId::member(tenant, user), Expected::Exactly(0), &joined),
    ];
    let mut transaction = app.store.database.system.begin().await?;
    // Whoever comes second finds no row; what a link lets in, it lets in once.
    let taken = sqlx::query("delete from vault.invite where invite_id = $1 and token_hash = $2")
        .bind(found.invite_id)
        .bind(session::hash(&token))
        .execute(&mut *transaction)
        .await?;
    if taken.rows_affected() == 0 {
        return Err(unknown());
    }
    person.keep(&mut transaction, tenant, role, app.clock.now()).await?;
    let issued =
        session::issue(&app, &mut transaction, Caller { tenant, user, role, session: None, key: None }, session)
            .await?;
    let target = Some(Target { kind: Category::Invite.as_str().to_owned(), id: found.invite_id });
    let position = note(&app, &scope, &mut transaction, &who, Ending::done(200, target), writes).await?;
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    app.memberships.forget(tenant, user);
    let signed_in = SignedIn {
        access_token: issued.access_token.clone(),
        expires_in: token::LIFETIME_S,
        user: User { id: user.0, email: found.email, full_name: person.full_name },
        tenant: organisation(&app, tenant).await?,
    };
    let device = attempts::device_cookie(&app, &headers, user);
    let cookies = (issued.cookies(&app), AppendHeaders(device.into_iter().collect::<Vec<_>>()));
    Ok(([(POSITION, HeaderValue::from(position))], cookies, Json(signed_in)).into_response())
}

/// Goes on in another organisation of the same person.
#[utoipa::path(post, path = "/switch", tag = "auth", request_body = Switch,
    responses((status = 200, description = "Signed in there", body = SignedIn),
    (status = 404, description = "No organisation of this person")))]
pub async fn switch(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let caller = caller.person()?;
    let headers = request.headers().clone();
    let session = Session::begin(&app, &scope);
    let Switch { tenant_id } = extract::read(&extract::body(request).await?)?;
    let tenant = TenantId(tenant_id);
    let role = app.memberships.role(&app, tenant, caller.user, None).await?.ok_or_else(Problem::not_found)?;
    let account = Account::own(&app, caller.user).await?;
    enter(&app, &scope, Entering { account, tenant, role, session }).await?.answer(&app, &headers).await
}

async fn find(app: &App, token: &str) -> Result<Found, Problem> {
    let found: Option<Found> = sqlx::query_as(
        "select i.invite_id, i.tenant_id, i.email, i.role, i.expires_at, a.user_id, a.full_name, a.password_hash
         from vault.invite i left join vault.account a on lower(a.email) = lower(i.email) where i.token_hash = $1",
    )
    .bind(session::hash(token))
    .fetch_optional(&app.store.database.system)
    .await?;
    let found = found.ok_or_else(unknown)?;
    if found.expires_at <= app.clock.now() {
        let text = "this invitation is too old; ask for a new one";
        return Err(Problem::new(StatusCode::GONE, "invite_expired", text));
    }
    Ok(found)
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "invite_unknown", "this invitation was used, withdrawn, or never was")
}

async fn organisation(app: &App, tenant: TenantId) -> Result<Tenant, Problem> {
    let state = app.store.load::<tenant::Tenant>(tenant, tenant.0).await?.state;
    Tenant::of(tenant, state).ok_or_else(|| Problem::internal("an invitation into no organisation"))
}

/// Who accepts.
struct Person {
    user: UserId,
    email: String,
    full_name: String,
    /// Of someone who is new here.
    new_hash: Option<String>,
}

impl Person {
    async fn of(app: &App, found: &Found, acceptance: Acceptance) -> Result<Self, Problem> {
        let Acceptance { full_name, password, code } = acceptance;
        if let (Some(user), Some(name)) = (found.user_id, found.full_name.clone()) {
            if !app.passwords.matches(password, found.password_hash.clone()).await? {
                let text = "this is not the password of this address";
                return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", text));
            }
            let account = Account::own(app, UserId(user)).await?;
            if account.has_second_factor() && !second_factor::accepts(app, &account, &code.unwrap_or_default()).await? {
                let text = "this address signs in with a code too";
                return Err(Problem::new(StatusCode::UNAUTHORIZED, "second_factor", text).field("code", text));
            }
            return Ok(Self { user: UserId(user), email: found.email.clone(), full_name: name, new_hash: None });
        }
        let full_name = full_name.unwrap_or_default().trim().to_owned();
        let mut problem = Problem::refused("invalid", "some fields cannot be used as they are");
        if !is_good_name(&full_name) {
            problem = problem.field("full_name", "has 1 to 120 characters");
        }
        if !password::is_allowed(&password) {
            problem = problem.field("password", password::RULE);
        }
        if !problem.errors.is_empty() {
            return Err(problem);
        }
        let hash = app.passwords.hash(password).await?;
        let user = UserId(Uuid::now_v7());
        Ok(Self { user, email: found.email.clone(), full_name, new_hash: Some(hash) })
    }

    async fn keep(
        &self,
        connection: &mut sqlx::PgConnection,
        tenant: TenantId,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        if let Some(hash) = &self.new_hash {
            let added = sqlx::query(
                "insert into vault.account (user_id, email, full_name, password_hash) values ($1, $2, $3, $4)
                 on conflict do nothing",
            )
            .bind(self.user.0)
            .bind(&self.email)
            .bind(&self.full_name)
            .bind(hash)
            .execute(&mut *connection)
            .await?;
            if added.rows_affected() == 0 {
                return Err(Problem::conflict("email_taken", EMAIL_TAKEN));
            }
        }
        sqlx::query(
            "insert into vault.membership (tenant_id, user_id, role, joined_at, last_login_at)
             values ($1, $2, $3, $4, $4)",
        )
        .bind(tenant.0)
        .bind(self.user.0)
        .bind(role.as_str())
        .bind(now)
        .execute(connection)
        .await?;
        Ok(())
    }
}
