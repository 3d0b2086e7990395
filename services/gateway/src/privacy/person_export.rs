//! Everything that is known of somebody who signs in, for themselves.

use super::archive::Archive;
use crate::app::App;
use crate::audit;
use crate::auth::account::Account;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::reading::reach;
use crate::scope::Scope;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::TenantId;
use waybill_domain::tenant::Tenant;
use waybill_projections::audit::{AuditFilter, page};

const PAGE: i64 = 1_000;

const READ_ME: &str = "\
Everything that is kept about you.

account.json        your name, address, and how you sign in
organisations.json  the organisations that you belong or belonged to
sessions.json       where you are signed in
activity.csv        what you did, when and from where, in all of your organisations

Passwords and codes are kept in a form that nobody can read, and are not among these files. Times are in UTC.
";

/// Everything that is known of oneself, as a ZIP of JSON and CSV.
#[utoipa::path(get, path = "/export", tag = "auth",
    responses((status = 200, description = "A ZIP", body = Vec<u8>, content_type = "application/zip")))]
pub async fn export(State(app): State<App>, scope: Scope, caller: Caller) -> Result<Response, Problem> {
    let caller = caller.person()?;
    let user = caller.user;
    let account = Account::own(&app, user).await?;
    let pool = &app.store.database.system;
    type Membership = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>);
    let memberships: Vec<Membership> = sqlx::query_as(
        "select tenant_id, role, status, joined_at, last_login_at from vault.membership where user_id = $1
         order by joined_at, tenant_id",
    )
    .bind(user.0)
    .fetch_all(pool)
    .await?;
    let sessions: Vec<(Uuid, DateTime<Utc>, DateTime<Utc>, String)> = sqlx::query_as(
        "select family, began_at, issued_at, user_agent from vault.refresh_token
         where user_id = $1 and rotated_at is null order by began_at",
    )
    .bind(user.0)
    .fetch_all(pool)
    .await?;
    let identities: Vec<(String, String, DateTime<Utc>)> = sqlx::query_as(
        "select issuer, subject, connected_at from vault.identity where user_id = $1 order by connected_at",
    )
    .bind(user.0)
    .fetch_all(pool)
    .await?;
    audit::read(&app, &scope, None).await?;

    let mut archive = Archive::new();
    archive.text("README.txt", READ_ME)?;
    let identities: Vec<_> = identities
        .into_iter()
        .map(|(issuer, subject, at)| json!({"issuer": issuer, "subject": subject, "connected_at": at}))
        .collect();
    archive.json(
        "account.json",
        &json!({
            "id": user.0,
            "email": account.email,
            "full_name": account.full_name,
            "has_password": account.password_hash.is_some(),
            "second_factor_since": account.totp_since,
            "identities": identities,
        }),
    )?;
    let (mut organisations, mut activity) = (Vec::new(), Vec::new());
    let head = app.store.head().await?;
    for (tenant, role, status, joined_at, last_login_at) in memberships {
        let tenant = TenantId(tenant);
        let name = app.store.load::<Tenant>(tenant, tenant.0).await?.state.registered.map(|it| it.name);
        activity.extend(done(&app, tenant, Actor::user(user), head, name.as_deref().unwrap_or_default()).await?);
        organisations.push(json!({
            "id": tenant, "name": name, "role": role, "status": status, "joined_at": joined_at,
            "last_login_at": last_login_at,
        }));
    }
    archive.json("organisations.json", &organisations)?;
    let sessions: Vec<_> = sessions
        .into_iter()
        .map(|(id, began_at, used_at, user_agent)| {
            json!({"id": id, "began_at": began_at, "last_used_at": used_at, "user_agent": user_agent})
        })
        .collect();
    archive.json("sessions.json", &sessions)?;
    let columns = ["at", "organisation", "action", "outcome", "code", "target", "ip", "user_agent"];
    archive.csv("activity.csv", &columns, activity)?;
    archive.answer("my-data.zip")
}

async fn done(
    app: &App,
    tenant: TenantId,
    actor: Actor,
    head: i64,
    organisation: &str,
) -> Result<Vec<Vec<String>>, Problem> {
    reach(app, tenant, &["audit"], head).await?;
    let filter = AuditFilter { actor: Some(actor.to_string()), ..AuditFilter::default() };
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let mut transaction = app.store.tenant_transaction(tenant).await?;
        let found = page(&mut transaction, tenant, &filter, cursor.as_deref(), PAGE).await?;
        drop(transaction);
        rows.extend(found.items.into_iter().map(|row| {
            let target = row.target_kind.zip(row.target_id).map(|(kind, id)| format!("{kind} {id}"));
            vec![
                row.at.to_rfc3339(),
                organisation.to_owned(),
                row.operation,
                row.outcome,
                row.code.unwrap_or_default(),
                target.unwrap_or_default(),
                row.ip.unwrap_or_default(),
                row.user_agent.unwrap_or_default(),
            ]
        }));
        cursor = found.next_cursor;
        if cursor.is_none() {
            return Ok(rows);
        }
    }
}
