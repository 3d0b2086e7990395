//! Who is signed in.

use super::{Tenant, User};
use crate::app::App;
use crate::caller::Caller;
use crate::people::organisation::Belonging;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use waybill_domain::access::Permission;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::tenant;

#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub user: User,
    pub tenant: Tenant,
    /// `admin`, `manager` or `agent`.
    pub role: &'static str,
    /// What the person may do in this organisation.
    pub permissions: Vec<&'static str>,
    /// All organisations of the person, by name.
    pub tenants: Vec<Belonging>,
    /// Whether the sandbox provider is there.
    pub sandbox: bool,
}

/// The person, the organisation, and what the person may do there.
#[utoipa::path(get, path = "/me", tag = "auth", responses((status = 200, body = Me)))]
pub async fn me(State(app): State<App>, caller: Caller) -> Result<Json<Me>, Problem> {
    let caller = caller.person()?;
    let user: Option<(String, String)> =
        sqlx::query_as("select email, full_name from vault.account where user_id = $1")
            .bind(caller.user.0)
            .fetch_optional(&app.store.database.system)
            .await?;
    let (email, full_name) = user.ok_or_else(Problem::unauthorized)?;
    let state = app.store.load::<tenant::Tenant>(caller.tenant, caller.tenant.0).await?.state;
    Ok(Json(Me {
        user: User { id: caller.user.0, email, full_name },
        tenant: Tenant::of(caller.tenant, state).ok_or_else(Problem::unauthorized)?,
        role: caller.role.as_str(),
        permissions: caller.role.permissions().map(Permission::as_str).collect(),
        tenants: belongings(&app, caller.user).await?,
        sandbox: app.config.sandbox_url.is_some(),
    }))
}

async fn belongings(app: &App, user: UserId) -> Result<Vec<Belonging>, Problem> {
    let rows: Vec<(uuid::Uuid, String)> =
        sqlx::query_as("select tenant_id, role from vault.membership where user_id = $1 and status = 'active'")
            .bind(user.0)
            .fetch_all(&app.store.database.system)
            .await?;
    let mut belongings = Vec::with_capacity(rows.len());
    for (id, role) in rows {
        let state = app.store.load::<tenant::Tenant>(TenantId(id), id).await?.state;
        let name = state.registered.map(|it| it.name).unwrap_or_default();
        belongings.push(Belonging { id, name, role });
    }
    belongings.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    Ok(belongings)
}
