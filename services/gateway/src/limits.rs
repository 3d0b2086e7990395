//! How many requests are taken: from one address before it is known who asks, from a tenant and from each of its keys
//! after.
//!
//! Each limit is a bucket that fills steadily (GCRA): a minute's worth may come at once. Buckets are those of this
//! process; several gateways take as many times as much. A key has at most half of its tenant's requests, so that one
//! program leaves room for the people. What is refused costs nothing: it is counted in memory, before any question to
//! the database.

use crate::app::App;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use uuid::Uuid;
use waybill_domain::id::TenantId;
use waybill_domain::plan::Plan;
use waybill_domain::tenant::Tenant;

/// Of the buckets' quotas.
const WINDOW_S: u64 = 60;
/// How long a plan that was changed elsewhere may still be believed.
const PLAN_FRESH: Duration = Duration::from_secs(30);
const KEPT: usize = 10_000;
/// Buckets that are full again are dropped once there are so many.
const SWEPT: usize = 50_000;

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

pub struct Limits {
    /// In place of every plan's.
    override_per_minute: Option<u32>,
    clock: DefaultClock,
    addresses: Buckets<IpAddr>,
    per_address: u32,
    tenants: [Buckets<TenantId>; Plan::ALL.len()],
    keys: [Buckets<Uuid>; Plan::ALL.len()],
    plans: Cache<TenantId, (Instant, Plan)>,
    /// Addresses whose bucket is empty, and until when.
    exhausted: Cache<IpAddr, Instant>,
}

/// Where the limit that binds first stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    policy: &'static str,
    quota: u32,
    remaining: u32,
    /// Seconds until the bucket is full again.
    reset_s: u64,
}

impl Limits {
    pub fn new(override_per_minute: Option<u32>, per_address: u32) -> Self {
        let of = |plan: Plan| override_per_minute.unwrap_or_else(|| plan.requests_per_minute());
        Self {
            override_per_minute,
            clock: DefaultClock::default(),
            addresses: buckets(per_address),
            per_address,
            tenants: Plan::ALL.map(|plan| buckets(of(plan))),
            keys: Plan::ALL.map(|plan| buckets(of(plan) / 2)),
            plans: Cache::new(KEPT),
            exhausted: Cache::new(KEPT),
        }
    }

    pub fn per_minute(&self, plan: Plan) -> u32 {
        self.override_per_minute.unwrap_or_else(|| plan.requests_per_minute())
    }

    /// For a request that shows no credentials that hold: takes one from the bucket of its address.
    pub fn stranger(&self, scope: &Scope) -> Result<(), Problem> {
        let ip = network(scope.ip());
        match take(&self.addresses, &ip, "address", self.per_address, &self.clock) {
            Ok(standing) => {
                scope.stands(standing);
                Ok(())
            }
            Err((standing, wait)) => {
                self.exhausted.insert(ip, Instant::now() + wait);
                scope.stands(standing);
                Err(refused("address", wait))
            }
        }
    }

    /// Before credentials are looked up: whether the address has used up what strangers may ask.
    pub fn admits(&self, scope: &Scope) -> Result<(), Problem> {
        let until = self.exhausted.get(&network(scope.ip()));
        match until.and_then(|until| until.checked_duration_since(Instant::now())) {
            Some(wait) => {
                let (quota, reset_s) = (self.per_address, wait.as_secs() + 1);
                scope.stands(Standing { policy: "address", quota, remaining: 0, reset_s });
                Err(refused("address", wait))
            }
            None => Ok(()),
        }
    }

    /// For a request whose credentials hold: takes one from the bucket of its tenant, and of its key.
    pub async fn known(&self, app: &App, scope: &Scope, tenant: TenantId, key: Option<Uuid>) -> Result<(), Problem> {
        if scope.standing().is_some() {
            return Ok(());
        }
        let plan = self.plan(app, tenant).await?;
        let (nth, quota) = (plan as usize, self.per_minute(plan));
        // The key first: a program that has used up its own share takes nothing of the others'.
        let mut standing = None;
        if let Some(key) = key {
            match take(&self.keys[nth], &key, "key", quota / 2, &self.clock) {
                Ok(now) => standing = Some(now),
                Err((now, wait)) => {
                    scope.stands(now);
                    return Err(refused("key", wait));
                }
            }
        }
        match take(&self.tenants[nth], &tenant, "tenant", quota, &self.clock) {
            Ok(now) => {
                let binding = standing.filter(|of_key: &Standing| of_key.remaining < now.remaining);
                scope.stands(binding.unwrap_or(now));
                Ok(())
            }
            Err((now, wait)) => {
                scope.stands(now);
                Err(refused("tenant", wait))
            }
        }
    }

    async fn plan(&self, app: &App, tenant: TenantId) -> Result<Plan, Problem> {
        if let Some((_, plan)) = self.plans.get(&tenant).filter(|(since, _)| since.elapsed() < PLAN_FRESH) {
            return Ok(plan);
        }
        let plan = app.store.load::<Tenant>(tenant, tenant.0).await?.state.plan;
        self.plans.insert(tenant, (Instant::now(), plan));
        Ok(plan)
    }
}

fn buckets<K: Hash + Eq + Clone>(per_minute: u32) -> Buckets<K> {
    let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
    RateLimiter::dashmap(Quota::per_minute(per_minute)).with_middleware()
}

fn take<K: Hash + Eq + Clone>(
    buckets: &Buckets<K>,
    key: &K,
    policy: &'static str,
    quota: u32,
    clock: &DefaultClock,
) -> Result<Standing, (Standing, Duration)> {
    if buckets.len() > SWEPT {
        buckets.retain_recent();
    }
    let standing = |remaining: u32| {
        let used = u64::from(quota.saturating_sub(remaining));
        Standing { policy, quota, remaining, reset_s: (used * WINDOW_S).div_ceil(u64::from(quota.max(1))) }
    };
    match buckets.check_key(key) {
        Ok(state) => Ok(standing(state.remaining_burst_capacity())),
        Err(not_until) => Err((standing(0), not_until.wait_time_from(clock.now()))),
    }
}

/// Whoever has one IPv6 address has the whole of its network.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
    }
}

fn refused(policy: &'static str, wait: Duration) -> Problem {
    metrics::counter!("requests_refused_total", "limit" => policy).increment(1);
    let wait = wait.as_secs_f64().ceil().max(1.0) as u32;
    let text = match policy {
        "address" => "too many requests from this address without valid credentials",
        "key" => "this key has used up its requests; see RateLimit",
        _ => "the organisation has used up its requests; see RateLimit",
    };
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", text).with("limit", policy);
    problem.retry_after_s = Some(wait);
    problem
}

impl Standing {
    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    pub fn write(&self, headers: &mut HeaderMap) {
        let Self { policy, quota, remaining, reset_s } = self;
        let policy_text = format!("\"{policy}\";q={quota};w={WINDOW_S}");
        let standing = format!("\"{policy}\";r={remaining};t={reset_s}");
        for (name, text) in [("ratelimit-policy", policy_text), ("ratelimit", standing)] {
            headers.extend(
                HeaderValue::from_str(&text).ok().map(|value| (axum::http::HeaderName::from_static(name), value)),
            );
        }
    }
}
