//! Who asks: from an access token or an API key in the header, or from the cookie that the browser sends by itself.
//!
//! A cookie proves only which browser asks, not which page made it ask; so what changes something needs a header too
//! that no form of another site can set.

use crate::app::App;
use crate::keys;
use crate::problem::Problem;
use crate::scope::{Scope, Who};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use uuid::Uuid;
use waybill_domain::access::{Permission, Scopes};
use waybill_domain::actor::Actor;
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
    /// Of a person who is signed in.
    pub session: Option<Uuid>,
    /// Of a program; `user` is then who made the key.
    pub key: Option<KeyUse>,
}

/// The key by which a program asks.
#[derive(Debug, Clone, Copy)]
pub struct KeyUse {
    pub id: Uuid,
    pub scopes: Scopes,
}

/// What an endpoint asks of its caller, as a type.
pub trait Needs: Send + Sync + 'static {
    /// `None`: a person who is signed in, for what is their own.
    const PERMISSION: Option<Permission>;
}

/// One type for each permission that an endpoint asks for.
pub mod needs {
    use super::{Needs, Permission};

    macro_rules! needs {
        ($($name:ident),* $(,)?) => {$(
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Needs for $name {
                const PERMISSION: Option<Permission> = Some(Permission::$name);
            }
        )*};
    }
    /// Nothing but to be a person who is signed in.
    #[derive(Debug, Clone, Copy)]
    pub struct Oneself;

    impl Needs for Oneself {
        const PERMISSION: Option<Permission> = None;
    }

    needs!(
        ReadContacts,
        ReadMedia,
        WriteMedia,
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
        ReadKeys,
        WriteKeys,
        ReadSettings,
        WriteSettings,
        ReadAudit,
        WritePrivacy,
    );
}

impl Caller {
    pub fn require<N: Needs>(&self) -> Result<(), Problem> {
        let Some(needed) = N::PERMISSION else { return self.person().map(drop) };
        let role = needed.least_role().as_str();
        if self.may(needed) {
            return Ok(());
        }
        let (code, text) = match self.key {
            None => ("role", format!("this needs `{}`, which the role {role} has", needed.as_str())),
            Some(_) => ("scope", format!("this needs `{}`, which is no scope of this key", needed.as_str())),
        };
        Err(Problem::forbidden(code, text).with("permission", needed.as_str()))
    }

    pub fn may(&self, permission: Permission) -> bool {
        match self.key {
            None => self.role.may(permission),
            Some(key) => key.scopes.contains(permission),
        }
    }

    /// Asked again while an answer goes on and on: whoever was sent away meanwhile gets no more of it.
    pub async fn still_may<N: Needs>(&self, app: &App) -> Result<(), Problem> {
        if self.key.is_some() {
            return self.require::<N>();
        }
        let role = app.memberships.role(app, self.tenant, self.user, self.session).await?;
        Self { role: role.ok_or_else(Problem::unauthorized)?, ..*self }.require::<N>()
    }

    /// In the log.
    pub fn actor(&self) -> Actor {
        match self.key {
            None => Actor::user(self.user),
            Some(key) => Actor::api_key(key.id),
        }
    }

    /// For what only a person can do.
    pub fn person(self) -> Result<Self, Problem> {
        match self.key {
            None => Ok(self),
            Some(_) => Err(Problem::forbidden("person_only", "a key cannot do this, only a person who is signed in")),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let scope = Scope::in_parts(parts);
        match found(parts, app, &scope).await {
            Ok(caller) => {
                scope.is_by(Who::of(&caller));
                app.limits.known(app, &scope, caller.tenant, caller.key.map(|key| key.id)).await?;
                Ok(caller)
            }
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => {
                app.limits.stranger(&scope)?;
                Err(problem)
            }
            Err(problem) => Err(problem),
        }
    }
}

async fn found(parts: &Parts, app: &App, scope: &Scope) -> Result<Caller, Problem> {
    if let Some(key) = bearer_token(parts).filter(|token| token.starts_with(keys::PREFIX)) {
        // A guess costs a look-up; an address that guesses gets no more of them.
        app.limits.admits(scope)?;
        return keys::bearer(app, key).await?.ok_or_else(Problem::unauthorized);
    }
    let claimed = claimed(parts, app)?;
    // The token tells who asks; what they are today is told by the membership.
    let role = app.memberships.role(app, claimed.tenant, claimed.user, claimed.session).await?;
    Ok(Caller { role: role.ok_or_else(Problem::unauthorized)?, ..claimed })
}

fn bearer_token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn claimed(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let now = app.clock.now();
    if parts.headers.contains_key(AUTHORIZATION) {
        return bearer_token(parts).and_then(|token| app.tokens.read(token, now)).ok_or_else(Problem::unauthorized);
    }
    let jar = CookieJar::from_headers(&parts.headers);
    let caller = jar.get(SESSION_COOKIE).and_then(|cookie| app.tokens.read(cookie.value(), now));
    let caller = caller.ok_or_else(Problem::unauthorized)?;
    if !parts.method.is_safe() && !parts.headers.contains_key(CSRF_HEADER) {
        return Err(Problem::forbidden("csrf", "a change asked with the cookie needs the header X-Waybill-Csrf"));
    }
    Ok(caller)
}
