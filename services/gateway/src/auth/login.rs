//! Signing in. An unknown address and a wrong password are answered alike, after the same work.

use super::session::{self, SignedIn};
use super::token::LIFETIME_S;
use super::{Tenant, User};
use crate::app::App;
use crate::caller::Caller;
use crate::extract;
use crate::intent::POSITION;
use crate::problem::Problem;
use crate::trace::Trace;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, RequestExt};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{Command, Member, Role};
use waybill_domain::stream::StreamId;
use waybill_domain::tenant;
use waybill_event_store::Metadata;

#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    pub email: String,
    pub password: String,
}

#[derive(sqlx::FromRow)]
struct Account {
    user_id: Uuid,
    email: String,
    full_name: String,
    password_hash: String,
    tenant_id: Uuid,
    role: String,
}

/// Signs in with e-mail and password.
#[utoipa::path(post, path = "/login", tag = "auth", security(()), request_body = Login,
    responses((status = 200, description = "Signed in", body = SignedIn)))]
pub async fn login(State(app): State<App>, mut request: Request) -> Result<Response, Problem> {
    let Extension(trace) = request.extract_parts::<Extension<Trace>>().await.map_err(Problem::internal)?;
    let session = session::Session::begin(&app, request.headers());
    let Login { email, password } = extract::read(&extract::body(request).await?)?;
    let account = find(&app, &email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let matches = app.passwords.matches(password, hash).await?;
    let refused = Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "e-mail or password is wrong");
    let Some(account) = account else { return Err(refused) };
    let caller = account.caller()?;
    let metadata = Metadata {
        tenant_id: caller.tenant,
        actor: Actor::user(caller.user),
        at: app.clock.now(),
        correlation_id: trace.id,
        causation_id: None,
        traceparent: trace.traceparent,
    };
    let member = StreamId::member(caller.tenant, caller.user).id;
    if !matches {
        // Not waited for: how long the refusal takes must not tell that there is such an account.
        tokio::spawn(async move {
            let refuse = Command::RefuseLogin { reason: "wrong_password".into() };
            if let Err(error) = app.store.execute::<Member>(metadata, member, refuse).await {
                tracing::warn!(%error, "a refused sign-in was not recorded");
            }
        });
        return Err(refused);
    }
    let logged_in = app.store.execute::<Member>(metadata, member, Command::LogIn).await;
    let position = logged_in.map_err(Problem::internal)?.position;
    let mut connection = app.store.database.system.acquire().await?;
    let issued = session::issue(&app, &mut connection, caller, session).await?;
    session::note_use(&app, &mut connection, caller).await?;
    app.memberships.forget(caller.tenant, caller.user);
    let state = app.store.load::<tenant::Tenant>(caller.tenant, caller.tenant.0).await?.state;
    let cookies = issued.cookies(&app);
    let signed_in = SignedIn {
        access_token: issued.access_token,
        expires_in: LIFETIME_S,
        user: User { id: account.user_id, email: account.email, full_name: account.full_name },
        tenant: Tenant::of(caller.tenant, state).ok_or_else(|| Problem::internal("a member of no tenant"))?,
    };
    Ok(([(POSITION, HeaderValue::from(position))], cookies, Json(signed_in)).into_response())
}

async fn find(app: &App, email: &str) -> Result<Option<Account>, Problem> {
    let account = sqlx::query_as(
        "select a.user_id, a.email, a.full_name, a.password_hash, m.tenant_id, m.role
         from vault.account a join vault.membership m using (user_id)
         where lower(a.email) = lower($1) and m.status = 'active'
         order by m.last_login_at desc nulls last, m.tenant_id limit 1",
    )
    .bind(email.trim())
    .fetch_optional(&app.store.database.system)
    .await?;
    Ok(account)
}

impl Account {
    fn caller(&self) -> Result<Caller, Problem> {
        let role = Role::parse(&self.role).ok_or_else(|| Problem::internal("a membership with an unknown role"))?;
        Ok(Caller { tenant: TenantId(self.tenant_id), user: UserId(self.user_id), role, session: None, key: None })
    }
}
