//! Who is signed in.

use super::{Tenant, User};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use waybill_domain::tenant;

#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub user: User,
    pub tenant: Tenant,
    /// `admin`, `manager` or `agent`.
    pub role: &'static str,
    /// Whether the sandbox provider is there.
    pub sandbox: bool,
}

/// The person, the organisation, and what the person may do there.
#[utoipa::path(get, path = "/me", tag = "auth", responses((status = 200, body = Me)))]
pub async fn me(State(app): State<App>, caller: Caller) -> Result<Json<Me>, Problem> {
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
        sandbox: app.config.sandbox_url.is_some(),
    }))
}
