//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when the app is lost.
//!
//! The app's secret is encrypted; recovery codes are kept hashed. A code is good once.

use super::account::Account;
use super::attempts::Attempt;
use super::enter::note;
use super::own;
use super::session::hash;
use crate::app::App;
use crate::audit::Ending;
use crate::caller::Caller;
use crate::extract;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use qrcode::QrCode;
use qrcode::render::svg;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;
use uuid::Uuid;

const SECRET_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
/// Without what looks alike.
const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567893";

#[derive(Debug, Deserialize, ToSchema)]
pub struct Begin {
    /// Empty for a person who has none.
    pub password: String,
}

/// What the app has to be given.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolment {
    /// Base32.
    pub secret: String,
    pub otpauth_url: String,
    /// The same as a picture.
    pub qr_svg: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Confirm {
    /// Six digits of the app.
    pub code: String,
}

/// Each is good once. They are shown only here.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct TurnOff {
    pub password: String,
    /// Six digits of the app, or a recovery code.
    pub code: String,
}

/// Begins a second factor, or begins again. It is asked for only once it was confirmed.
#[utoipa::path(post, path = "/second-factor", tag = "auth", request_body = Begin,
    responses((status = 200, description = "To be confirmed with a code", body = Enrolment)))]
pub async fn begin(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<Json<Enrolment>, Problem> {
    let caller = caller.person()?;
    let Begin { password } = extract::read(&extract::body(request).await?)?;
    let account = own::proven(&app, caller.user, password).await?;
    if account.has_second_factor() {
        return Err(Problem::conflict("second_factor_on", "it is on already; turn it off first"));
    }
    let mut secret = [0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut secret);
    let totp = totp(&secret, &account.email)?;
    let url = totp.to_url().map_err(Problem::internal)?;
    let qr = QrCode::new(&url).map_err(Problem::internal)?;
    let enrolment = Enrolment {
        secret: totp.secret().to_base32(),
        qr_svg: qr.render::<svg::Color<'_>>().min_dimensions(220, 220).build(),
        otpauth_url: url,
    };
    let mut transaction = app.store.database.system.begin().await?;
    sqlx::query(
        "update vault.account set totp_sealed = $2, totp_last_step = 0 where user_id = $1 and totp_since is null",
    )
    .bind(account.user_id)
    .bind(app.store.keys.seal_of_person(account.user_id, &secret))
    .execute(&mut *transaction)
    .await?;
    finish(&app, &scope, transaction, &caller, StatusCode::OK).await?;
    Ok(Json(enrolment))
}

/// Turns the second factor on, and gives recovery codes.
#[utoipa::path(post, path = "/second-factor/confirm", tag = "auth", request_body = Confirm,
    responses((status = 200, description = "On from now", body = RecoveryCodes)))]
pub async fn confirm(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<Json<RecoveryCodes>, Problem> {
    let caller = caller.person()?;
    let Confirm { code } = extract::read(&extract::body(request).await?)?;
    let account = Account::own(&app, caller.user).await?;
    if account.has_second_factor() || account.totp_sealed.is_none() {
        return Err(Problem::conflict("wrong_state", "there is no second factor to confirm"));
    }
    let attempt = Attempt::person(&app, "code", caller.user);
    attempt.begin(&app).await?;
    if !accepts_app(&app, &account, &code).await? {
        return Err(wrong_code());
    }
    attempt.succeeded(&app).await?;
    let mut transaction = app.store.database.system.begin().await?;
    sqlx::query("update vault.account set totp_since = $2 where user_id = $1")
        .bind(account.user_id)
        .bind(app.clock.now())
        .execute(&mut *transaction)
        .await?;
    let recovery_codes = renew(&mut transaction, account.user_id).await?;
    finish(&app, &scope, transaction, &caller, StatusCode::OK).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Gives new recovery codes; the ones before are no longer good.
#[utoipa::path(post, path = "/second-factor/recovery-codes", tag = "auth", request_body = Begin,
    responses((status = 200, description = "New codes", body = RecoveryCodes)))]
pub async fn recovery_codes(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<Json<RecoveryCodes>, Problem> {
    let caller = caller.person()?;
    let Begin { password } = extract::read(&extract::body(request).await?)?;
    let account = own::proven(&app, caller.user, password).await?;
    if !account.has_second_factor() {
        return Err(Problem::conflict("second_factor_off", "there is no second factor"));
    }
    let mut transaction = app.store.database.system.begin().await?;
    let recovery_codes = renew(&mut transaction, account.user_id).await?;
    finish(&app, &scope, transaction, &caller, StatusCode::OK).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Turns the second factor off.
#[utoipa::path(delete, path = "/second-factor", tag = "auth", request_body = TurnOff,
    responses((status = 204, description = "Off from now")))]
pub async fn turn_off(
    State(app): State<App>,
    scope: Scope,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Problem> {
    let caller = caller.person()?;
    let TurnOff { password, code } = extract::read(&extract::body(request).await?)?;
    let account = own::proven(&app, caller.user, password).await?;
    if !account.has_second_factor() {
        return Err(Problem::conflict("second_factor_off", "there is no second factor"));
    }
    let attempt = Attempt::person(&app, "code", caller.user);
    attempt.begin(&app).await?;
    if !accepts(&app, &account, &code).await? {
        return Err(wrong_code());
    }
    attempt.succeeded(&app).await?;
    let mut transaction = app.store.database.system.begin().await?;
    sqlx::query(
        "update vault.account set totp_sealed = null, totp_since = null, totp_last_step = 0 where user_id = $1",
    )
    .bind(account.user_id)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("delete from vault.recovery_code where user_id = $1")
        .bind(account.user_id)
        .execute(&mut *transaction)
        .await?;
    finish(&app, &scope, transaction, &caller, StatusCode::NO_CONTENT).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the code is the app's present one, or a recovery code. Whichever it is, it is good no more.
pub async fn accepts(app: &App, account: &Account, code: &str) -> Result<bool, Problem> {
    Ok(accepts_app(app, account, code).await? || accepts_recovery(app, account.user_id, code).await?)
}

async fn accepts_app(app: &App, account: &Account, code: &str) -> Result<bool, Problem> {
    let Some(sealed) = &account.totp_sealed else { return Ok(false) };
    let secret = app.store.keys.open_of_person(account.user_id, sealed)?;
    let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    let now = u64::try_from(app.clock.now().timestamp()).map_err(Problem::internal)?;
    let Some(step) = totp(&secret, &account.email)?.check(&code, now) else { return Ok(false) };
    let used = sqlx::query("update vault.account set totp_last_step = $2 where user_id = $1 and totp_last_step < $2")
        .bind(account.user_id)
        .bind(i64::try_from(step).map_err(Problem::internal)?)
        .execute(&app.store.database.system)
        .await?;
    Ok(used.rows_affected() == 1)
}

async fn accepts_recovery(app: &App, user: Uuid, code: &str) -> Result<bool, Problem> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let used = sqlx::query("delete from vault.recovery_code where user_id = $1 and code_hash = $2")
        .bind(user)
        .bind(hash(&code))
        .execute(&app.store.database.system)
        .await?;
    Ok(used.rows_affected() == 1)
}

async fn renew(connection: &mut PgConnection, user: Uuid) -> Result<Vec<String>, Problem> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_code()).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(&code.replace('-', ""))).collect();
    sqlx::query("delete from vault.recovery_code where user_id = $1").bind(user).execute(&mut *connection).await?;
    sqlx::query("insert into vault.recovery_code (user_id, code_hash) select $1, unnest($2::bytea[])")
        .bind(user)
        .bind(hashes)
        .execute(connection)
        .await?;
    Ok(codes)
}

/// Fifty bits.
fn random_code() -> String {
    let mut bytes = [0; 10];
    rand::rng().fill_bytes(&mut bytes);
    let signs: String = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    format!("{}-{}", &signs[..5], &signs[5..])
}

fn totp(secret: &[u8], email: &str) -> Result<Totp, Problem> {
    // Colons part the issuer from the account in the address that the app reads.
    let name = email.replace(':', "");
    Builder::new()
        .with_secret(Secret::from(secret))
        .with_account_name(name)
        .with_issuer(Some("Waybill"))
        .build()
        .map_err(Problem::internal)
}

fn wrong_code() -> Problem {
    let text = "this code is not the present one";
    Problem::refused("wrong_code", text).field("code", text)
}

/// Enters the change into the audit log and commits both.
pub async fn finish(
    app: &App,
    scope: &Scope,
    mut transaction: sqlx::Transaction<'static, sqlx::Postgres>,
    caller: &Caller,
    status: StatusCode,
) -> Result<(), Problem> {
    let ending = Ending::done(status.as_u16(), None);
    let position = note(app, scope, &mut transaction, &Who::of(caller), ending, Vec::new()).await?;
    transaction.commit().await?;
    app.store.announce(position);
    scope.is_audited();
    Ok(())
}
