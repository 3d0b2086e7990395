//! People who sign in, as the vault knows them.

use crate::app::App;
use crate::problem::Problem;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;

#[derive(Clone, FromRow)]
pub struct Account {
    pub user_id: Uuid,
    pub email: String,
    pub full_name: String,
    /// Of a person who signs in with a password.
    pub password_hash: Option<String>,
    /// Encrypted; begun but not yet confirmed while `totp_since` is missing.
    pub totp_sealed: Option<Vec<u8>>,
    pub totp_since: Option<chrono::DateTime<chrono::Utc>>,
}

macro_rules! account {
    () => {
        "select user_id, email, full_name, password_hash, totp_sealed, totp_since from vault.account where "
    };
}

impl Account {
    pub async fn by_email(app: &App, email: &str) -> Result<Option<Self>, Problem> {
        Ok(sqlx::query_as(concat!(account!(), "lower(email) = lower($1)"))
            .bind(email.trim())
            .fetch_optional(&app.store.database.system)
            .await?)
    }

    pub async fn by_id(app: &App, user: UserId) -> Result<Option<Self>, Problem> {
        Ok(sqlx::query_as(concat!(account!(), "user_id = $1"))
            .bind(user.0)
            .fetch_optional(&app.store.database.system)
            .await?)
    }

    /// Of who is signed in; nobody once the account is gone.
    pub async fn own(app: &App, user: UserId) -> Result<Self, Problem> {
        Self::by_id(app, user).await?.ok_or_else(Problem::unauthorized)
    }

    pub fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub fn has_second_factor(&self) -> bool {
        self.totp_since.is_some()
    }
}

/// The organisation in which a person goes on: the one that was used last.
pub async fn last_used(app: &App, user: UserId) -> Result<Option<(TenantId, Role)>, Problem> {
    let found: Option<(Uuid, String)> = sqlx::query_as(
        "select tenant_id, role from vault.membership where user_id = $1 and status = 'active'
         order by last_login_at desc nulls last, tenant_id limit 1",
    )
    .bind(user.0)
    .fetch_optional(&app.store.database.system)
    .await?;
    found.map(|(tenant, role)| Ok((TenantId(tenant), known(&role)?))).transpose()
}

/// All organisations to which a person belongs.
pub async fn organisations(connection: &mut PgConnection, user: UserId) -> Result<Vec<TenantId>, Problem> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select tenant_id from vault.membership where user_id = $1 and status = 'active' order by tenant_id",
    )
    .bind(user.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

pub fn known(role: &str) -> Result<Role, Problem> {
    Role::parse(role).ok_or_else(|| Problem::internal("a membership with an unknown role"))
}
