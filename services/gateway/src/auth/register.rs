//! A new organisation and its first person.

use super::password;
use super::session::{self, SignedIn};
use super::{Tenant, User, attempts, sandbox};
use crate::app::App;
use crate::audit::{self, Ending};
use crate::caller::Caller;
use crate::extract;
use crate::intent::POSITION;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use sqlx::{PgConnection, Postgres, Transaction};
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::{self, Role};
use waybill_domain::stream::StreamId;
use waybill_domain::{tenant, wallet};
use waybill_event_store::append::Ready;
use waybill_event_store::{Append, Expected, Metadata, Outcome, StreamWrite};

pub const EMAIL_TAKEN: &str = "this e-mail address is registered already";

#[derive(Debug, Deserialize, ToSchema)]
pub struct Registration {
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    #[schema(min_length = 10, max_length = 256)]
    pub password: String,
    #[schema(min_length = 1, max_length = 120)]
    pub full_name: String,
    #[schema(min_length = 1, max_length = 120)]
    pub business_name: String,
}

/// Registers a person and an organisation.
#[utoipa::path(post, path = "/register", tag = "auth", security(()), request_body = Registration,
    responses((status = 201, description = "Registered and signed in", body = SignedIn)))]
pub async fn register(State(app): State<App>, scope: Scope, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let session = session::Session::begin(&app, &scope);
    let registration: Registration = extract::read(&extract::body(request).await?)?;
    let Registration { email, password, full_name, business_name } = registration.checked()?;
    let hash = app.passwords.hash(password).await?;

    let (tenant, user) = (TenantId(Uuid::now_v7()), UserId(Uuid::now_v7()));
    let who = Who::person(tenant, user);
    let metadata = audit::metadata(&app, &scope, &who);
    let entry = audit::entry(&scope, &who, Ending::done(201, None));
    // One transaction: nobody has an account without a tenant, or a tenant without one.
    let (foundation, mut transaction) = found_tenant(&app, metadata, tenant, user, &business_name, entry).await?;
    add_account(&mut transaction, user, &email, &full_name, &hash).await?;
    let caller = Caller { tenant, user, role: Role::Admin, session: None, key: None };
    let issued = session::issue(&app, &mut transaction, caller, session).await?;
    let position = foundation.append(&app, &mut transaction).await?;
    transaction.commit().await?;
    app.store.announce(position);
    app.acknowledged.note(tenant, position);

    scope.is_audited();
    let device = attempts::device_cookie(&app, &headers, user);
    let cookies = (issued.cookies(&app), AppendHeaders(device.into_iter().collect::<Vec<_>>()));
    let signed_in = SignedIn {
        access_token: issued.access_token,
        expires_in: super::token::LIFETIME_S,
        user: User { id: user.0, email, full_name },
        tenant: Tenant { id: tenant.0, name: business_name, default_country: String::new(), time_zone: "UTC".into() },
    };
    let position = [(POSITION, HeaderValue::from(position))];
    Ok((StatusCode::CREATED, position, cookies, Json(signed_in)).into_response())
}

impl Registration {
    fn checked(mut self) -> Result<Self, Problem> {
        self.email = self.email.trim().to_owned();
        self.full_name = self.full_name.trim().to_owned();
        self.business_name = self.business_name.trim().to_owned();
        let mut problem = Problem::refused("invalid", "some fields cannot be used as they are");
        if !is_email(&self.email) {
            problem = problem.field("email", "not an e-mail address");
        }
        if !password::is_allowed(&self.password) {
            problem = problem.field("password", password::RULE);
        }
        for (field, text) in [("full_name", &self.full_name), ("business_name", &self.business_name)] {
            if !is_good_name(text) {
                problem = problem.field(field, "has 1 to 120 characters");
            }
        }
        if problem.errors.is_empty() { Ok(self) } else { Err(problem) }
    }
}

/// Good enough to write to: one `@`, a domain with a dot, no blanks. Whether it is theirs, only a mail can tell.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
    let dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    text.len() <= 254 && plain(local) && plain(domain) && dotted
}

fn founding(app: &App, tenant: TenantId, user: UserId, name: &str) -> Result<Vec<StreamWrite>, Problem> {
    let registered = tenant::Registered { name: name.to_owned(), default_country: None, time_zone: "UTC".into() };
    let founded = tenant::decide(&tenant::State::default(), tenant::Command::Register(registered))?;
    let joined = member::Joined { user_id: user, role: Role::Admin };
    let joined = member::decide(&member::State::default(), member::Command::Join(joined))?;
    let first = Expected::Exactly(0);
    let mut writes = vec![
        StreamWrite::new(tenant, first, &founded),
        StreamWrite::new(StreamId::member(tenant, user), first, &joined),
    ];
    if app.config.starting_points > 0 {
        let gift = wallet::Command::TopUp { points: app.config.starting_points, note: "starting points".into() };
        let gift = wallet::decide(&wallet::State::default(), gift)?;
        writes.push(StreamWrite::new(StreamId::wallet(tenant), first, &gift));
    }
    Ok(writes)
}

/// The events of a new tenant, ready for the transaction in which its first membership is.
pub struct Foundation(Vec<Ready>);

impl Foundation {
    /// Last in the transaction: the lane is held from here to the commit.
    pub async fn append(self, app: &App, connection: &mut PgConnection) -> Result<i64, Problem> {
        match app.store.append_in(connection, &self.0).await?.pop() {
            Some(Outcome::Appended { position, .. }) => Ok(position),
            _ => Err(Problem::internal("the streams of a new tenant were there already")),
        }
    }
}

/// Prepares a new tenant with its first admin.
pub async fn found_tenant(
    app: &App,
    metadata: Metadata,
    tenant: TenantId,
    user: UserId,
    name: &str,
    entry: StreamWrite,
) -> Result<(Foundation, Transaction<'static, Postgres>), Problem> {
    app.store.keys.create_tenant(tenant).await?;
    let mut writes = founding(app, tenant, user, name)?;
    writes.insert(0, entry);
    writes.extend(sandbox::package(app, tenant).await?);
    let now = metadata.at;
    let ready = app.store.make_ready(vec![Append::new(metadata, writes)]).await?;
    let mut transaction = app.store.database.system.begin().await?;
    sqlx::query(
        "insert into vault.membership (tenant_id, user_id, role, joined_at, last_login_at) values ($1, $2, $3, $4, $4)",
    )
    .bind(tenant.0)
    .bind(user.0)
    .bind(Role::Admin.as_str())
    .bind(now)
    .execute(&mut *transaction)
    .await?;
    Ok((Foundation(ready), transaction))
}

/// Whether it can be the name of a person or an organisation; trimmed before.
pub fn is_good_name(text: &str) -> bool {
    (1..=120).contains(&text.chars().count())
}

async fn add_account(
    connection: &mut PgConnection,
    user: UserId,
    email: &str,
    full_name: &str,
    hash: &str,
) -> Result<(), Problem> {
    let added = sqlx::query(
        "insert into vault.account (user_id, email, full_name, password_hash) values ($1, $2, $3, $4)
         on conflict do nothing",
    )
    .bind(user.0)
    .bind(email)
    .bind(full_name)
    .bind(hash)
    .execute(connection)
    .await?;
    if added.rows_affected() == 0 {
        return Err(Problem::conflict("email_taken", EMAIL_TAKEN).field("email", EMAIL_TAKEN));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["a@b.co", "ana+news@mail.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@b.co@c.co", "a b@c.co", "a@.co", "a@b.", "a@b\n.co"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
