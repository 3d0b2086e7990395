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

/// The least role that an endpoint is for.
pub trait Rank: Send + Sync + 'static {
    const ROLE: Role;
}

macro_rules! ranks {
    ($($name:ident),*) => {$(
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Rank for $name {
            const ROLE: Role = Role::$name;
        }
    )*};
}
ranks!(Agent, Manager, Admin);

impl Caller {
    pub fn require<R: Rank>(&self) -> Result<(), Problem> {
        if self.role >= R::ROLE {
            return Ok(());
        }
        Err(Problem::forbidden("role", format_args!("this needs the role {}", R::ROLE.as_str())))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        if let Some(header) = parts.headers.get(AUTHORIZATION) {
            let token = header.to_str().ok().and_then(|text| text.split_once(' '));
            let token =
                token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
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
}
