//! Forgetting somebody who signs in, at their own wish.
//!
//! What they did stays in the log under an id that names nobody; from where they did it can no longer be read.

use super::answers;
use crate::app::App;
use crate::audit::{self, Ending};
use crate::auth::{own, session};
use crate::caller::Caller;
use crate::extract;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{self, Command, Erased, Member};
use waybill_domain::stream::StreamId;
use waybill_domain::tenant::Tenant;
use waybill_event_store::{Append, Expected, KeyRing, Outcome, StreamWrite};

#[derive(Debug, Deserialize, ToSchema)]
pub struct ErasePerson {
    /// Empty for a person who has none.
    pub password: String,
}

/// Erases one's own account, for good. Who is the only admin of an organisation hands it over first.
#[utoipa::path(post, path = "/erase", tag = "auth", request_body = ErasePerson,
    responses((status = 204, description = "Erased and signed out")))]
pub async fn erase(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let caller = caller.person()?;
    let ErasePerson { password } = extract::read(&extract::body(request).await?)?;
    let account = own::proven(&app, caller.user, password).await?;
    let (user, at) = (caller.user, app.clock.now());
    let mut transaction = app.store.database.system.begin().await?;
    let alone = only_admin_of(&mut transaction, user).await?;
    if !alone.is_empty() {
        drop(transaction);
        return Err(last_admin(&app, alone).await?);
    }
    let tenants: Vec<Uuid> =
        sqlx::query_scalar("select tenant_id from vault.membership where user_id = $1 order by tenant_id")
            .bind(user.0)
            .fetch_all(&mut *transaction)
            .await?;
    // Encrypted before the secrets end: where it came from can be read by nobody from then on.
    let mut ready = Vec::with_capacity(tenants.len());
    for tenant in &tenants {
        let tenant = TenantId(*tenant);
        let stream = StreamId::member(tenant, user);
        let loaded = app.store.load::<Member>(tenant, stream.id).await?;
        let erased = Erased { streams: 1, events: loaded.version.unsigned_abs() };
        let events = member::decide(&loaded.state, Command::Erase(erased))?;
        let who = Who::person(tenant, user);
        let entry = audit::entry(&scope, &who, Ending::done(204, None));
        let writes = vec![entry, StreamWrite::new(stream, Expected::Any, &events)];
        let append = Append::new(audit::metadata(&app, &scope, &who), writes);
        ready.extend(app.store.make_ready(vec![append]).await?);
    }
    for tenant in &tenants {
        let tenant = TenantId(*tenant);
        let texts = [account.email.clone(), account.full_name.clone(), user.to_string()];
        answers::forget(&app, &mut transaction, tenant, &texts).await?;
        KeyRing::destroy_subject(&mut transaction, tenant, StreamId::member(tenant, user).id, at).await?;
    }
    for statement in [
        "delete from vault.refresh_token where user_id = $1",
        "delete from vault.login_challenge where user_id = $1",
        "delete from vault.password_reset where user_id = $1",
        "delete from vault.recovery_code where user_id = $1",
        "delete from vault.identity where user_id = $1",
        "delete from vault.oidc_attempt where connects = $1",
        "delete from vault.membership where user_id = $1",
        "delete from vault.account where user_id = $1",
    ] {
        sqlx::query(statement).bind(user.0).execute(&mut *transaction).await?;
    }
    for statement in [
        "delete from vault.mail where lower(recipient) = lower($1)",
        "delete from vault.invite where lower(email) = lower($1)",
    ] {
        sqlx::query(statement).bind(&account.email).execute(&mut *transaction).await?;
    }
    let mut position = 0;
    for outcome in app.store.append_in(&mut transaction, &ready).await? {
        let Outcome::Appended { position: reached, .. } = outcome else {
            return Err(Problem::internal("an erasure was not appended"));
        };
        position = position.max(reached);
    }
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    app.memberships.forget_person(user);
    for tenant in tenants {
        app.store.keys.forget_subject(StreamId::member(TenantId(tenant), user).id);
    }
    Ok((StatusCode::NO_CONTENT, session::forget(&app)).into_response())
}

/// Organisations that would have no admin any more. Their memberships are locked until the transaction ends.
async fn only_admin_of(connection: &mut PgConnection, user: UserId) -> Result<Vec<Uuid>, Problem> {
    let admins: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select tenant_id, user_id from vault.membership
         where role = 'admin' and status = 'active' and tenant_id in
             (select tenant_id from vault.membership where user_id = $1 and role = 'admin' and status = 'active')
         order by tenant_id, user_id for update",
    )
    .bind(user.0)
    .fetch_all(connection)
    .await?;
    let own = admins.iter().filter(|(_, admin)| *admin == user.0).map(|(tenant, _)| *tenant);
    Ok(own.filter(|tenant| !admins.iter().any(|(of, admin)| of == tenant && *admin != user.0)).collect())
}

async fn last_admin(app: &App, tenants: Vec<Uuid>) -> Result<Problem, Problem> {
    let mut named = Vec::with_capacity(tenants.len());
    for id in tenants {
        let name = app.store.load::<Tenant>(TenantId(id), id).await?.state.registered.map(|it| it.name);
        named.push(json!({"id": id, "name": name}));
    }
    let text = "you are the only admin of an organisation; make somebody else an admin first";
    Ok(Problem::conflict("last_admin", text).with("tenants", json!(named)))
}
