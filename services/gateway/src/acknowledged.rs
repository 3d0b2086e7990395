//! The last place in the log that this gateway told a tenant of: what is read right afterwards should show it, also when
//! the reader names no position. Best effort; who must be sure sends `Waybill-Min-Position`.

use quick_cache::sync::Cache;
use std::time::{Duration, Instant};
use waybill_domain::id::TenantId;

/// After this long the read models have it, or are so far behind that waiting helps nobody.
const RECENT: Duration = Duration::from_secs(5);
const KEPT: usize = 10_000;

pub struct Acknowledged(Cache<TenantId, (Instant, i64)>);

impl Default for Acknowledged {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Acknowledged {
    pub fn note(&self, tenant: TenantId, position: i64) {
        let known = self.0.get(&tenant).map_or(0, |(_, position)| position);
        self.0.insert(tenant, (Instant::now(), position.max(known)));
    }

    /// The highest place that a tenant was told of here.
    pub fn highest(&self, tenant: TenantId) -> i64 {
        self.0.get(&tenant).map_or(0, |(_, position)| position)
    }

    pub fn recent(&self, tenant: TenantId) -> Option<i64> {
        self.0.get(&tenant).filter(|(since, _)| since.elapsed() < RECENT).map(|(_, position)| position)
    }
}
