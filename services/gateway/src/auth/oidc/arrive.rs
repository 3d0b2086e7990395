//! Who it is that a provider vouches for.

use super::provider::{Claims, Provider};
use crate::app::App;
use crate::audit::{self, Ending};
use crate::auth::account::{self, Account};
use crate::auth::enter::{self, Entered, Entering, note};
use crate::auth::register::{found_tenant, is_email, is_good_name};
use crate::auth::session::{self, Session};
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use sqlx::PgConnection;
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::invite;
use waybill_domain::member::{self, Joined, Role};
use waybill_domain::stream::StreamId;
use waybill_event_store::{Expected, StreamWrite};

/// Of an organisation, until somebody names it.
const FIRST_NAME: &str = "My organisation";

pub enum Arrival {
    In(Box<Entered>),
    Connected,
    /// With the word for the page.
    Refused(&'static str),
}

pub async fn sign_in(app: &App, scope: &Scope, provider: &Provider, claims: Claims) -> Result<Arrival, Problem> {
    if let Some(user) = known(app, &claims).await? {
        let Some(account) = Account::by_id(app, user).await? else { return Ok(Arrival::Refused("failed")) };
        return let_in(app, scope, account).await;
    }
    let email = claims.email.clone().map(|email| email.trim().to_owned()).filter(|email| is_email(email));
    let Some(email) = email.filter(|_| claims.email_verified) else { return Ok(Arrival::Refused("unverified")) };
    if !provider.is_of_a_domain(&email) {
        return Ok(Arrival::Refused("not_allowed"));
    }
    if Account::by_email(app, &email).await?.is_some() {
        return Ok(Arrival::Refused("link_first"));
    }
    // The provider verified the address, and the invitation was sent to it.
    let invites: Vec<(Uuid, Uuid, String)> = sqlx::query_as(
        "select invite_id, tenant_id, role from vault.invite where lower(email) = lower($1) and expires_at > $2
         order by invited_at",
    )
    .bind(&email)
    .bind(app.clock.now())
    .fetch_all(&app.store.database.system)
    .await?;
    if invites.is_empty() && !provider.admits(&email) {
        return Ok(Arrival::Refused("not_allowed"));
    }
    let user = UserId(Uuid::now_v7());
    let told = claims.name.clone().map(|name| name.trim().to_owned()).filter(|name| is_good_name(name));
    let local = email.split('@').next().unwrap_or_default();
    let full_name = told.unwrap_or_else(|| local.chars().take(120).collect());
    let newcomer = Newcomer { user, email, full_name, provider: provider.id(), claims: &claims };
    match invites.is_empty() {
        true => newcomer.found(app, scope).await?,
        false => newcomer.join(app, scope, invites).await?,
    }
    let account = Account::by_id(app, user).await?.ok_or_else(|| Problem::internal("a newcomer who is not there"))?;
    let_in(app, scope, account).await
}

/// Connects the provider to an account that was signed in when it began.
pub async fn connect(
    app: &App,
    scope: &Scope,
    provider: &Provider,
    claims: &Claims,
    user: UserId,
) -> Result<Arrival, Problem> {
    match known(app, claims).await? {
        Some(other) if other == user => return Ok(Arrival::Connected),
        Some(_) => return Ok(Arrival::Refused("taken")),
        None => {}
    }
    let Some((tenant, _)) = account::last_used(app, user).await? else { return Ok(Arrival::Refused("failed")) };
    let mut transaction = app.store.database.system.begin().await?;
    if !remember(app, &mut transaction, user, provider.id(), claims).await? {
        return Ok(Arrival::Refused("taken"));
    }
    let who = Who::person(tenant, user);
    let position = note(app, scope, &mut transaction, &who, Ending::done(303, None), Vec::new()).await?;
    transaction.commit().await?;
    app.store.announce(position);
    Ok(Arrival::Connected)
}

async fn known(app: &App, claims: &Claims) -> Result<Option<UserId>, Problem> {
    let user: Option<Uuid> =
        sqlx::query_scalar("select user_id from vault.identity where issuer = $1 and subject = $2")
            .bind(&claims.issuer)
            .bind(&claims.subject)
            .fetch_optional(&app.store.database.system)
            .await?;
    Ok(user.map(UserId))
}

/// The provider has seen to whatever factors it asks for.
async fn let_in(app: &App, scope: &Scope, account: Account) -> Result<Arrival, Problem> {
    let Some((tenant, role)) = account::last_used(app, account.user()).await? else {
        return Ok(Arrival::Refused("not_allowed"));
    };
    let session = Session::begin(app, scope);
    let entered = enter::enter(app, scope, Entering { account, tenant, role, session }).await?;
    Ok(Arrival::In(Box::new(entered)))
}

async fn remember(
    app: &App,
    connection: &mut PgConnection,
    user: UserId,
    provider: &str,
    claims: &Claims,
) -> Result<bool, Problem> {
    let put = sqlx::query(
        "insert into vault.identity (identity_id, user_id, provider, issuer, subject, connected_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(user.0)
    .bind(provider)
    .bind(&claims.issuer)
    .bind(&claims.subject)
    .bind(app.clock.now())
    .execute(connection)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// Somebody who was not known here.
struct Newcomer<'a> {
    user: UserId,
    email: String,
    full_name: String,
    provider: &'a str,
    claims: &'a Claims,
}

impl Newcomer<'_> {
    async fn keep(&self, app: &App, connection: &mut PgConnection) -> Result<(), Problem> {
        let added = sqlx::query(
            "insert into vault.account (user_id, email, full_name) values ($1, $2, $3) on conflict do nothing",
        )
        .bind(self.user.0)
        .bind(&self.email)
        .bind(&self.full_name)
        .execute(&mut *connection)
        .await?;
        if added.rows_affected() == 0 || !remember(app, connection, self.user, self.provider, self.claims).await? {
            return Err(Problem::busy("somebody signed up with this address at the same moment"));
        }
        Ok(())
    }

    /// A new organisation. It has a name that says nothing of its person, who may be erased one day.
    async fn found(&self, app: &App, scope: &Scope) -> Result<(), Problem> {
        let tenant = TenantId(Uuid::now_v7());
        let who = Who::person(tenant, self.user);
        let entry = audit::entry(scope, &who, Ending::done(303, None));
        let metadata = audit::metadata(app, scope, &who);
        let (foundation, mut transaction) = found_tenant(app, metadata, tenant, self.user, FIRST_NAME, entry).await?;
        self.keep(app, &mut transaction).await?;
        let position = foundation.append(app, &mut transaction).await?;
        transaction.commit().await?;
        app.store.announce(position);
        Ok(())
    }

    /// All organisations that invited the address.
    async fn join(&self, app: &App, scope: &Scope, invites: Vec<(Uuid, Uuid, String)>) -> Result<(), Problem> {
        let mut transaction = app.store.database.system.begin().await?;
        self.keep(app, &mut transaction).await?;
        let mut joining = Vec::with_capacity(invites.len());
        for (invite, tenant, role) in invites {
            let (tenant, role) = (TenantId(tenant), account::known(&role)?);
            let taken = sqlx::query("delete from vault.invite where invite_id = $1")
                .bind(invite)
                .execute(&mut *transaction)
                .await?;
            if taken.rows_affected() == 1 {
                add_member(app, &mut transaction, tenant, self.user, role).await?;
                joining.push((invite, tenant, role));
            }
        }
        let mut position = 0;
        for (invite, tenant, role) in joining {
            let standing = app.store.load::<invite::Invite>(tenant, invite).await?;
            let accepted = invite::decide(&standing.state, invite::Command::Accept { user_id: self.user })?;
            let joined = member::Command::Join(Joined { user_id: self.user, role });
            let joined = member::decide(&member::State::default(), joined)?;
            let writes = vec![
                StreamWrite::new(StreamId::invite(invite), Expected::Exactly(standing.version), &accepted),
                StreamWrite::new(StreamId::member(tenant, self.user), Expected::Exactly(0), &joined),
            ];
            let who = Who::person(tenant, self.user);
            position = note(app, scope, &mut transaction, &who, Ending::done(303, None), writes).await?;
        }
        transaction.commit().await?;
        app.store.announce(position);
        Ok(())
    }
}

async fn add_member(
    app: &App,
    connection: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    role: Role,
) -> Result<(), Problem> {
    let caller = crate::caller::Caller { tenant, user, role, session: None, key: None };
    sqlx::query("insert into vault.membership (tenant_id, user_id, role, joined_at) values ($1, $2, $3, $4)")
        .bind(tenant.0)
        .bind(user.0)
        .bind(role.as_str())
        .bind(app.clock.now())
        .execute(&mut *connection)
        .await?;
    session::note_use(app, connection, caller).await
}
