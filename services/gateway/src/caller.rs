//! Who asks: from an access token in the header, or in the cookie that the browser sends by itself.
//!
//! A cookie proves only which browser asks, not which page made it ask; so what changes something needs a header too
//! that no form of another site can set.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use waybill_domain::access::Permission;
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::member::Role;

/// Carries an access token, for `EventSource` and downloads, which send no headers.
pub const SESSION_COOKIE: &str = "waybill_session";
const CSRF_HEADER: &str = "x-waybill-csrf";

#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub tenant: TenantId,
    pub user: UserId,
    pub role: Role,
}

/// What an endpoint asks of its caller, as a type.
pub trait Needs: Send + Sync + 'static {
    const PERMISSION: Permission;
}

/// One type for each permission that an endpoint asks for.
pub mod needs {
    use super::{Needs, Permission};

    macro_rules! needs {
        ($($name:ident),* $(,)?) => {$(
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Needs for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*};
    }
    needs!(
        ReadContacts,
        WriteContacts,
        ReadCampaigns,
        WriteCampaigns,
        ReadChats,
        WriteChats,
        ReadNumbers,
        WriteNumbers,
        ReadWallet,
        WriteWallet,
        ReadHistory,
        ReadOperation,
        WriteOperation,
        ReadTeam,
        WriteTeam,
        ReadSettings,
        WriteSettings,
    );
}

impl Caller {
    pub fn require<N: Needs>(&self) -> Result<(), Problem> {
        let (needed, role) = (N::PERMISSION, N::PERMISSION.least_role().as_str());
        if self.role.may(needed) {
            return Ok(());
        }
        let text = format!("this needs `{}`, which the role {role} has", needed.as_str());
        Err(Problem::forbidden("role", text).with("permission", needed.as_str()))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let claimed = claimed(parts, app)?;
        // The token tells who asks; what they are today is told by the membership.
        let role = app.memberships.role(app, claimed.tenant, claimed.user).await?;
        Ok(Self { role: role.ok_or_else(Problem::unauthorized)?, ..claimed })
    }
}

fn claimed(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let now = app.clock.now();
    if let Some(header) = parts.headers.get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| text.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        return token.and_then(|token| app.tokens.read(token, now)).ok_or_else(Problem::unauthorized);
    }
    let jar = CookieJar::from_headers(&parts.headers);
    let caller = jar.get(SESSION_COOKIE).and_then(|cookie| app.tokens.read(cookie.value(), now));
    let caller = caller.ok_or_else(Problem::unauthorized)?;
    if !parts.method.is_safe() && !parts.headers.contains_key(CSRF_HEADER) {
        return Err(Problem::forbidden("csrf", "a change asked with the cookie needs the header X-Waybill-Csrf"));
    }
    Ok(caller)
}
