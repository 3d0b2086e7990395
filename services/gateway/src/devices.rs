//! Devices that are linked by QR: starting, the code to scan, what became of it, unlinking; and the groups they are in.
//!
//! The state is the number's, from the log. The code goes from the provider to the caller and is kept nowhere: whoever has
//! it can take the number.

mod ask;
mod code;
mod groups;
mod link;
mod session;

use crate::app::App;
use crate::problem::Problem;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use waybill_domain::id::{PackageId, ProfileId, TenantId};
use waybill_domain::profile::{self, Status};
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_event_store::Loaded;
use waybill_providers::Account;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::link, link::start, link::unlink))
        .routes(routes!(link::restart))
        .routes(routes!(code::code))
        .routes(routes!(code::events))
        .routes(routes!(groups::groups))
        .routes(routes!(groups::members))
        .routes(routes!(ask::health))
        .routes(routes!(session::session_start))
        .routes(routes!(session::session_state))
        .routes(routes!(session::session_qr))
        .routes(routes!(session::session_groups))
        .routes(routes!(session::session_members))
        .routes(routes!(session::whatsapp_status))
        .routes(routes!(session::whatsapp_qr))
        .routes(routes!(session::whatsapp_connect))
        .routes(routes!(session::whatsapp_disconnect))
}

/// A number of the caller's, and how to speak for it.
struct Device {
    loaded: Loaded<profile::State>,
    provider: ProviderKind,
    account: Account,
}

impl Device {
    async fn find(app: &App, tenant: TenantId, (package, id): (Uuid, Uuid)) -> Result<Self, Problem> {
        let loaded = app.store.load::<profile::Profile>(tenant, id).await?;
        let added = loaded.state.added.as_ref().filter(|it| it.package_id == PackageId(package));
        if added.is_none() || loaded.state.status == Status::Removed {
            return Err(Problem::not_found());
        }
        let access = app.store.credential(ProfileId(id)).await?.filter(|it| it.tenant_id == tenant);
        let access = access.ok_or_else(Problem::not_found)?;
        let provider = access.provider;
        Ok(Self { loaded, provider, account: waybill_runtime::accounts::account(access) })
    }
}

/// What the provider refused, as a problem of the caller's.
fn refused(refusal: &Refusal) -> Problem {
    let (status, code) = match refusal.class {
        ErrorClass::Auth => (StatusCode::UNPROCESSABLE_ENTITY, "provider_credentials"),
        ErrorClass::Throttle => (StatusCode::SERVICE_UNAVAILABLE, "provider_busy"),
        ErrorClass::Session => (StatusCode::CONFLICT, "device_not_ready"),
        ErrorClass::Ban => (StatusCode::UNPROCESSABLE_ENTITY, "number_restricted"),
        ErrorClass::Retry => (StatusCode::BAD_GATEWAY, "provider_unreachable"),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "provider_refused"),
    };
    let detail = format!("the provider refused: {} ({})", refusal.detail, refusal.code);
    Problem::new(status, code, detail)
}

fn not_linkable() -> Problem {
    Problem::from(profile::Refusal::NotLinkable)
}
