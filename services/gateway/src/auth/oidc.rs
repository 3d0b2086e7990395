//! Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce, against any provider that can be discovered.
//!
//! - `provider`: the configured providers, and the protocol.
//! - `flow`: going there and coming back.
//! - `arrive`: who it is that came back.
//!
//! A person is who the provider's subject says. An address alone signs nobody in to an account that exists: whoever made
//! that account may not own the address. Its owner signs in with the password once and connects the provider.

mod arrive;
pub mod flow;
mod provider;

pub use provider::Sso;

use super::second_factor::finish;
use crate::app::App;
use crate::caller::Caller;
use crate::extract::At;
use crate::page::Items;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A provider that people can sign in by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SsoProvider {
    pub id: String,
    pub name: String,
}

/// Lists the providers of single sign-on.
#[utoipa::path(get, path = "/providers", tag = "auth", security(()),
    responses((status = 200, body = Items<SsoProvider>)))]
pub async fn providers(State(app): State<App>) -> Json<Items<SsoProvider>> {
    Json(Items { items: app.sso.listed() })
}

/// Disconnects a provider from one's account.
#[utoipa::path(delete, path = "/identities/{id}", tag = "auth", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Disconnected")))]
pub async fn disconnect(
    State(app): State<App>,
    scope: Scope,
    At(id): At<Uuid>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let caller = caller.person()?;
    let mut transaction = app.store.database.system.begin().await?;
    // Locked, so that two cannot go at once and leave no way in.
    let has_password: bool =
        sqlx::query_scalar("select password_hash is not null from vault.account where user_id = $1 for update")
            .bind(caller.user.0)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or_else(Problem::unauthorized)?;
    let ids: Vec<Uuid> = sqlx::query_scalar("select identity_id from vault.identity where user_id = $1")
        .bind(caller.user.0)
        .fetch_all(&mut *transaction)
        .await?;
    if !ids.contains(&id) {
        return Err(Problem::not_found());
    }
    if !has_password && ids.len() == 1 {
        let text = "this is your only way to sign in; choose a password first";
        return Err(Problem::conflict("last_way_in", text));
    }
    sqlx::query("delete from vault.identity where identity_id = $1").bind(id).execute(&mut *transaction).await?;
    finish(&app, &scope, transaction, &caller, StatusCode::NO_CONTENT).await?;
    Ok(StatusCode::NO_CONTENT)
}
