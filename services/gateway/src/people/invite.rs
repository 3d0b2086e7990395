//! Inviting a person by a link in a mail.
//!
//! The link is a random token, kept hashed; the log tells that someone was invited as what, never who or by which link.

use super::change::RoleName;
use super::members::Invite;
use super::outbox::{self, Mail};
use crate::app::App;
use crate::auth::register::is_email;
use crate::auth::session;
use crate::caller::needs::WriteTeam;
use crate::extract::At;
use crate::intent::{Asked, Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::invite::{self, Command};
use waybill_domain::member::Role;
use waybill_domain::stream::StreamId;
use waybill_domain::tenant;

const GOOD_FOR: TimeDelta = TimeDelta::days(7);

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Invitation {
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    pub role: RoleName,
}

/// Invites a person into the organisation. They get a mail with a link that is good for seven days.
#[utoipa::path(post, path = "/tenants/{id}/invite", tag = "people", params(("id" = Uuid, Path)),
    request_body = Invitation, responses((status = 201, description = "Invited", body = Invite)))]
pub async fn invite(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteTeam, Invitation>,
) -> Result<Response, Problem> {
    let Intent { asked, body: Invitation { email, role }, .. } = &intent;
    if id != asked.tenant().0 {
        return Err(Problem::not_found());
    }
    let (email, role) = (email.trim().to_owned(), Role::from(*role));
    if !is_email(&email) {
        return Err(Problem::invalid("email", "not an e-mail address"));
    }
    let (link, inviter) = (Link::new(&app, asked.at), Inviter::of(&app, asked).await?);
    let id = asked.new_id();
    asked
        .carry_out(&app, || async {
            let events = invite::decide(&invite::State::Unknown, Command::Send { role })?;
            let view = Invite {
                id,
                email: email.clone(),
                role: role.as_str().to_owned(),
                status: "open".to_owned(),
                invited_at: asked.at,
                expires_at: link.expires_at,
                invited_by: inviter.name.clone(),
            };
            let (asked, mail, link, email) =
                (asked.clone(), inviter.mail(&email, role, &link), link.clone(), email.clone());
            let decided = Decided::created(view)?.write(StreamId::invite(id), 0, &events);
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move { keep(connection, &asked, id, &email, role, &link, &mail).await })
            }))
        })
        .await
}

/// Sends a new link; the one before no longer works.
#[utoipa::path(post, path = "/invites/{id}/resend", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Sent again", body = Invite)))]
pub async fn resend(State(app): State<App>, At(id): At<Uuid>, intent: Intent<WriteTeam>) -> Result<Response, Problem> {
    let asked = &intent.asked;
    let (link, inviter) = (Link::new(&app, asked.at), Inviter::of(&app, asked).await?);
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<invite::Invite>(asked.tenant(), id).await?;
            let events = invite::decide(&loaded.state, Command::Resend)?;
            let invite::State::Open { role } = loaded.state else { return Err(Problem::not_found()) };
            let found: Option<(String, DateTime<Utc>)> =
                sqlx::query_as("select email, invited_at from vault.invite where invite_id = $1 and tenant_id = $2")
                    .bind(id)
                    .bind(asked.tenant().0)
                    .fetch_optional(&app.store.database.system)
                    .await?;
            let (email, invited_at) = found.ok_or_else(Problem::not_found)?;
            let mail = inviter.mail(&email, role, &link);
            let view = Invite {
                id,
                email,
                role: role.as_str().to_owned(),
                status: "open".to_owned(),
                invited_at,
                expires_at: link.expires_at,
                invited_by: inviter.name.clone(),
            };
            let (link, now) = (link.clone(), asked.at);
            let decided = Decided::ok(view)?.write(StreamId::invite(id), loaded.version, &events);
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query("update vault.invite set token_hash = $2, expires_at = $3 where invite_id = $1")
                        .bind(id)
                        .bind(session::hash(&link.token))
                        .bind(link.expires_at)
                        .execute(&mut *connection)
                        .await?;
                    outbox::put(connection, &mail, now).await
                })
            }))
        })
        .await
}

/// Takes an invitation back; its link no longer works.
#[utoipa::path(delete, path = "/invites/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Withdrawn")))]
pub async fn withdraw(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteTeam>,
) -> Result<Response, Problem> {
    let asked = &intent.asked;
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<invite::Invite>(asked.tenant(), id).await?;
            asked.expect_version(loaded.version)?;
            let events = invite::decide(&loaded.state, Command::Withdraw)?;
            let decided = Decided::no_content().write(StreamId::invite(id), loaded.version, &events);
            Ok(decided.with_effect(move |connection| {
                Box::pin(async move {
                    sqlx::query("delete from vault.invite where invite_id = $1").bind(id).execute(connection).await?;
                    Ok(())
                })
            }))
        })
        .await
}

#[derive(Clone)]
struct Link {
    token: String,
    url: String,
    expires_at: DateTime<Utc>,
}

impl Link {
    fn new(app: &App, now: DateTime<Utc>) -> Self {
        let token = session::random_token();
        let url = format!("{}/invite/{token}", app.config.public_url.trim_end_matches('/'));
        Self { token, url, expires_at: now + GOOD_FOR }
    }
}

/// Who invites, and into what.
struct Inviter {
    asked: Asked,
    name: String,
    business: String,
}

impl Inviter {
    async fn of(app: &App, asked: &Asked) -> Result<Self, Problem> {
        let name: Option<String> = sqlx::query_scalar("select full_name from vault.account where user_id = $1")
            .bind(asked.caller.user.0)
            .fetch_optional(&app.store.database.system)
            .await?;
        let state = app.store.load::<tenant::Tenant>(asked.tenant(), asked.tenant().0).await?.state;
        let business = state.registered.map(|it| it.name).ok_or_else(Problem::unauthorized)?;
        Ok(Self { asked: asked.clone(), name: name.ok_or_else(Problem::unauthorized)?, business })
    }

    fn mail(&self, email: &str, role: Role, link: &Link) -> Mail {
        let Self { name, business, .. } = self;
        let role = match role {
            Role::Agent => "an agent",
            Role::Manager => "a manager",
            Role::Admin => "an admin",
        };
        Mail {
            tenant: self.asked.tenant(),
            recipient: email.to_owned(),
            subject: format!("{name} invites you to {business} on Waybill"),
            body: format!(
                "{name} invites you to join {business} on Waybill as {role}.\n\nOpen this link to accept:\n\n{}\n\nIt is \
                 good for seven days. If you did not expect it, you need not do anything.\n",
                link.url
            ),
        }
    }
}

async fn keep(
    connection: &mut PgConnection,
    asked: &Asked,
    id: Uuid,
    email: &str,
    role: Role,
    link: &Link,
    mail: &Mail,
) -> Result<(), Problem> {
    let member: bool = sqlx::query_scalar(
        "select exists (select from vault.membership m join vault.account a using (user_id)
             where m.tenant_id = $1 and lower(a.email) = lower($2))",
    )
    .bind(asked.tenant().0)
    .bind(email)
    .fetch_one(&mut *connection)
    .await?;
    if member {
        let text = "this person belongs to the organisation already";
        return Err(Problem::conflict("already_member", text).field("email", text));
    }
    let put = sqlx::query(
        "insert into vault.invite (invite_id, tenant_id, email, role, token_hash, invited_by, invited_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(id)
    .bind(asked.tenant().0)
    .bind(email)
    .bind(role.as_str())
    .bind(session::hash(&link.token))
    .bind(asked.caller.user.0)
    .bind(asked.at)
    .bind(link.expires_at)
    .execute(&mut *connection)
    .await?;
    if put.rows_affected() == 0 {
        let text = "this person is invited already; the link can be sent again";
        return Err(Problem::conflict("already_invited", text).field("email", text));
    }
    outbox::put(connection, mail, asked.at).await
}
