//! Who belongs to the organisation, and who is invited.

use crate::app::App;
use crate::caller::needs::ReadTeam;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};

/// A person of the organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    pub id: Uuid,
    pub full_name: String,
    pub email: String,
    /// `admin`, `manager` or `agent`.
    pub role: String,
    /// `active` or `deactivated`.
    pub status: String,
    pub joined_at: DateTime<Utc>,
    pub last_login_at: Option<DateTime<Utc>>,
    /// Whether it is who asks.
    pub you: bool,
}

/// An invitation that was not accepted yet.
#[derive(Debug, Clone, FromRow, Serialize, ToSchema)]
pub struct Invite {
    #[sqlx(rename = "invite_id")]
    pub id: Uuid,
    pub email: String,
    pub role: String,
    /// `open` or `expired`.
    pub status: String,
    pub invited_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The name of who invited.
    pub invited_by: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    pub items: Vec<Member>,
    pub invites: Vec<Invite>,
}

#[derive(FromRow)]
pub(super) struct MemberRow {
    user_id: Uuid,
    full_name: String,
    email: String,
    role: String,
    status: String,
    joined_at: DateTime<Utc>,
    last_login_at: Option<DateTime<Utc>>,
}

impl MemberRow {
    pub fn seen_by(self, user: UserId) -> Member {
        Member {
            you: self.user_id == user.0,
            id: self.user_id,
            full_name: self.full_name,
            email: self.email,
            role: self.role,
            status: self.status,
            joined_at: self.joined_at,
            last_login_at: self.last_login_at,
        }
    }
}

/// The people of the organisation and its open invitations.
#[utoipa::path(get, path = "/members", tag = "people", responses((status = 200, body = Team)))]
pub async fn members(State(app): State<App>, reading: Reading<ReadTeam>) -> Result<Json<Team>, Problem> {
    let tenant = reading.caller.tenant;
    let rows: Vec<MemberRow> = sqlx::query_as(
        "select m.user_id, a.full_name, a.email, m.role, m.status, m.joined_at, m.last_login_at
         from vault.membership m join vault.account a using (user_id)
         where m.tenant_id = $1 order by a.full_name, m.user_id",
    )
    .bind(tenant.0)
    .fetch_all(&app.store.database.system)
    .await?;
    let invites: Vec<Invite> = sqlx::query_as(
        "select i.invite_id, i.email, i.role, i.invited_at, i.expires_at, coalesce(a.full_name, '') as invited_by,
             case when i.expires_at > $2 then 'open' else 'expired' end as status
         from vault.invite i left join vault.account a on a.user_id = i.invited_by
         where i.tenant_id = $1 order by i.invited_at, i.invite_id",
    )
    .bind(tenant.0)
    .bind(app.clock.now())
    .fetch_all(&app.store.database.system)
    .await?;
    let items = rows.into_iter().map(|row| row.seen_by(reading.caller.user)).collect();
    Ok(Json(Team { items, invites }))
}

pub(super) async fn member(app: &App, tenant: TenantId, user: UserId) -> Result<Option<MemberRow>, Problem> {
    let row = sqlx::query_as(
        "select m.user_id, a.full_name, a.email, m.role, m.status, m.joined_at, m.last_login_at
         from vault.membership m join vault.account a using (user_id) where m.tenant_id = $1 and m.user_id = $2",
    )
    .bind(tenant.0)
    .bind(user.0)
    .fetch_optional(&app.store.database.system)
    .await?;
    Ok(row)
}
