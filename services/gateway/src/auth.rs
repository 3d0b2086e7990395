//! Signing up, in and out. Credentials live in the vault, what happened with them in the log.
//!
//! None of these takes an idempotency key: their answers hold tokens, which are never kept. An e-mail address signs up
//! once, and signing in twice does no harm.

pub mod account;
pub mod attempts;
pub mod enter;
mod login;
mod logout;
mod me;
pub mod oidc;
pub mod own;
pub mod password;
mod refresh;
pub mod register;
mod reset;
mod sandbox;
pub mod second_factor;
pub mod session;
mod sessions;
pub mod token;

use crate::app::App;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(login::login))
        .routes(routes!(login::answer))
        .routes(routes!(refresh::refresh))
        .routes(routes!(reset::forgot))
        .routes(routes!(reset::reset))
        .routes(routes!(own::security))
        .routes(routes!(own::change_password))
        .routes(routes!(second_factor::begin, second_factor::turn_off))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::recovery_codes))
        .routes(routes!(oidc::providers))
        .routes(routes!(oidc::flow::start))
        .routes(routes!(oidc::flow::connect))
        .routes(routes!(oidc::flow::callback))
        .routes(routes!(oidc::disconnect))
        .routes(routes!(logout::logout))
        .routes(routes!(me::me))
        .routes(routes!(sessions::sessions, sessions::end_others))
        .routes(routes!(sessions::end))
}

/// A person who signs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub full_name: String,
}

/// An organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Tenant {
    pub id: Uuid,
    pub name: String,
    /// ISO 3166-1 alpha-2, for numbers written without a prefix; empty when none was chosen.
    pub default_country: String,
    /// IANA name.
    pub time_zone: String,
}

impl Tenant {
    pub fn of(id: waybill_domain::id::TenantId, state: waybill_domain::tenant::State) -> Option<Self> {
        let registered = state.registered?;
        Some(Self {
            id: id.0,
            name: registered.name,
            default_country: registered.default_country.unwrap_or_default(),
            time_zone: registered.time_zone,
        })
    }
}
