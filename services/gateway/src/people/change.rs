//! Changing the role of a member, taking membership away and giving it back.

use super::members::{self, Member};
use crate::app::App;
use crate::caller::needs::WriteTeam;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{self, Command, Role};
use waybill_domain::stream::StreamId;

/// What is left out stays as it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct MemberChange {
    pub role: Option<RoleName>,
    pub status: Option<MemberStatus>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    Agent,
    Manager,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Agent => Role::Agent,
            RoleName::Manager => Role::Manager,
            RoleName::Admin => Role::Admin,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    Active,
    Deactivated,
}

/// Changes a member's role, deactivates or reactivates them. Nobody changes their own membership.
#[utoipa::path(patch, path = "/members/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = MemberChange,
    responses((status = 200, description = "Changed", body = Member)))]
pub async fn change(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteTeam, MemberChange>,
) -> Result<Response, Problem> {
    let (Intent { asked, body: change, .. }, user) = (&intent, UserId(id));
    let tenant = asked.tenant();
    let response = asked
        .carry_out(&app, || async {
            let stream = StreamId::member(tenant, user);
            let loaded = app.store.load::<member::Member>(tenant, stream.id).await?;
            let row = members::member(&app, tenant, user).await?.ok_or_else(Problem::not_found)?;
            if user == asked.caller.user {
                return Err(Problem::refused("own_membership", "nobody changes their own membership"));
            }
            let mut commands = Vec::new();
            commands.extend((change.status == Some(MemberStatus::Active)).then_some(Command::Reactivate));
            commands.extend(change.role.map(|role| Command::ChangeRole { role: role.into() }));
            commands.extend((change.status == Some(MemberStatus::Deactivated)).then_some(Command::Deactivate));
            let (mut state, mut events) = (loaded.state, Vec::new());
            for command in commands {
                let decided = member::decide(&state, command)?;
                state = member::Member::fold(state, &decided);
                events.extend(decided);
            }
            let mut view = row.seen_by(asked.caller.user);
            let role = state.joined.as_ref().map_or(Role::Agent, |joined| joined.role);
            view.role = role.as_str().to_owned();
            view.status = if state.deactivated { "deactivated" } else { "active" }.to_owned();
            let status = view.status.clone();
            let decided = Decided::ok(view)?.write(stream, loaded.version, &events);
            Ok(decided.with_effect(move |connection| Box::pin(keep(connection, tenant, user, role, status.clone()))))
        })
        .await;
    app.memberships.forget(tenant, user);
    response
}

/// The vault's side, in the transaction of the append. The rows of a tenant are locked, so that two admins cannot take the
/// role from each other at the same moment.
async fn keep(
    connection: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    role: Role,
    status: String,
) -> Result<(), Problem> {
    let admins: Vec<Uuid> = sqlx::query_scalar(
        "select user_id from vault.membership
         where tenant_id = $1 and role = 'admin' and status = 'active' order by user_id for update",
    )
    .bind(tenant.0)
    .fetch_all(&mut *connection)
    .await?;
    let stays = role == Role::Admin && status == "active";
    if !stays && admins == [user.0] {
        return Err(Problem::conflict("last_admin", "an organisation keeps at least one active admin"));
    }
    sqlx::query("update vault.membership set role = $3, status = $4 where tenant_id = $1 and user_id = $2")
        .bind(tenant.0)
        .bind(user.0)
        .bind(role.as_str())
        .bind(&status)
        .execute(&mut *connection)
        .await?;
    if status == "deactivated" {
        sqlx::query("delete from vault.refresh_token where tenant_id = $1 and user_id = $2")
            .bind(tenant.0)
            .bind(user.0)
            .execute(connection)
            .await?;
    }
    Ok(())
}
