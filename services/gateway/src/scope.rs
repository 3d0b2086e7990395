//! What is known of one request while it is answered: where it comes from, who asks, what its limits are, and whether it
//! stands in the audit log already.
//!
//! It is made once, before anything else looks at the request, and travels in its extensions. Handlers tell it things; what
//! wraps them reads it when the answer goes out.

mod origin;

pub use origin::Proxies;

use crate::caller::Caller;
use crate::limits::Standing;
use crate::trace::Trace;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::audit::{Origin, Target};
use waybill_domain::id::{TenantId, UserId};
use waybill_domain::stream::StreamId;

/// Of what a browser says of itself.
const LONGEST_AGENT: usize = 300;

/// Cheap to clone; all clones are of the same request.
#[derive(Clone)]
pub struct Scope(Arc<Inner>);

struct Inner {
    ip: IpAddr,
    user_agent: String,
    method: Method,
    /// The route's template, such as `/api/v1/contacts/{id}`.
    route: String,
    path: String,
    trace: Trace,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    who: Option<Who>,
    standing: Option<Standing>,
    audited: bool,
}

/// Who a request is by, for the audit log.
#[derive(Debug, Clone)]
pub struct Who {
    pub tenant: TenantId,
    pub actor: Actor,
    /// Whose address the request's is.
    pub subject: Uuid,
}

impl Who {
    pub fn person(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, actor: Actor::user(user), subject: StreamId::member(tenant, user).id }
    }

    /// Somebody who says that they are this person, and has not shown it.
    pub fn claiming(tenant: TenantId, user: UserId) -> Self {
        Self { actor: Actor::ANONYMOUS, ..Self::person(tenant, user) }
    }

    pub fn of(caller: &Caller) -> Self {
        match caller.key {
            None => Self::person(caller.tenant, caller.user),
            Some(key) => Self { tenant: caller.tenant, actor: caller.actor(), subject: key.id },
        }
    }
}

impl Scope {
    pub fn new(
        method: Method,
        path: &str,
        headers: &HeaderMap,
        extensions: &Extensions,
        proxies: &Proxies,
        trace: Trace,
    ) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // Without a connection, in process, it is this machine.
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let told = headers.get("user-agent").map(|value| String::from_utf8_lossy(value.as_bytes()));
        let user_agent = told.unwrap_or_default().chars().filter(|sign| *sign != '\0').take(LONGEST_AGENT).collect();
        Self(Arc::new(Inner {
            ip: proxies.client(peer, headers),
            user_agent,
            method,
            route: extensions.get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned(),
            path: path.to_owned(),
            trace,
            noted: Mutex::default(),
        }))
    }

    pub fn ip(&self) -> IpAddr {
        self.0.ip
    }

    pub fn user_agent(&self) -> &str {
        &self.0.user_agent
    }

    pub fn origin(&self) -> Origin {
        Origin { ip: self.0.ip.to_string(), user_agent: self.0.user_agent.clone() }
    }

    pub fn method(&self) -> &Method {
        &self.0.method
    }

    pub fn route(&self) -> &str {
        &self.0.route
    }

    pub fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// What the path names: the last id in it.
    pub fn target(&self) -> Option<Target> {
        let parts: Vec<&str> = self.0.path.split('/').collect();
        let at = parts.iter().rposition(|part| Uuid::try_parse(part).is_ok())?;
        let kind = match *parts.get(at.checked_sub(1)?)? {
            "chats" => "conversation",
            "api-keys" => "api_key",
            "identities" => "identity",
            many => many.strip_suffix('s').unwrap_or(many),
        };
        Some(Target { kind: kind.to_owned(), id: Uuid::try_parse(parts[at]).ok()? })
    }

    pub fn is_by(&self, who: Who) {
        self.noted().who = Some(who);
    }

    pub fn who(&self) -> Option<Who> {
        self.noted().who.clone()
    }

    pub fn stands(&self, standing: Standing) {
        self.noted().standing = Some(standing);
    }

    pub fn standing(&self) -> Option<Standing> {
        self.noted().standing
    }

    /// It stands in the audit log, or need not.
    pub fn is_audited(&self) {
        self.noted().audited = true;
    }

    pub fn was_audited(&self) -> bool {
        self.noted().audited
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.noted.lock().expect("nobody panics holding the notes of a request")
    }
}

impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("route", &self.0.route).finish_non_exhaustive()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Scope {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::in_parts(parts))
    }
}

impl Scope {
    /// Of a request that `trace::request` has seen, as all have.
    pub fn in_parts(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_else(|| {
            let trace = Trace { id: Uuid::new_v4(), traceparent: None };
            let (method, path) = (parts.method.clone(), parts.uri.path());
            Self::new(method, path, &parts.headers, &parts.extensions, &Proxies::default(), trace)
        })
    }
}
