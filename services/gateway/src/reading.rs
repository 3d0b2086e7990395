//! A question by a caller: answered from read models, in a transaction bound to the caller's tenant.
//!
//! With `Waybill-Min-Position` the answer is not older than that place in the log.

use crate::app::App;
use crate::caller::{Caller, Needs};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use sqlx::{Postgres, Transaction};
use std::marker::PhantomData;
use std::time::Duration;
use tokio::time::Instant;
use waybill_domain::id::TenantId;
use waybill_projections::registry;

/// How long a query waits for its read models.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it waits for what this gateway acknowledged a moment ago, when nobody asked it to.
const COURTESY: Duration = Duration::from_millis(500);
/// Further behind than this, only the checkpoint itself is looked at.
const SCANNED: i64 = 20_000;

pub struct Reading<R> {
    pub caller: Caller,
    at_least: Option<i64>,
    needs: PhantomData<R>,
}

impl<R: Needs> FromRequestParts<App> for Reading<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require::<R>()?;
        let at_least = match parts.headers.get("waybill-min-position") {
            None => None,
            Some(value) => {
                let position = value.to_str().ok().and_then(|text| text.trim().parse().ok());
                let position = position.filter(|position: &i64| *position >= 0);
                Some(position.ok_or_else(|| not_a_position("a position is a number, 0 or more"))?)
            }
        };
        Ok(Self { caller, at_least, needs: PhantomData })
    }
}

impl<R> Reading<R> {
    /// Waits for the read models that the query needs, then opens the transaction.
    pub async fn open(&self, app: &App, models: &[&str]) -> Result<Transaction<'static, Postgres>, Problem> {
        let tenant = self.caller.tenant;
        match (self.at_least, app.acknowledged.recent(tenant)) {
            (Some(position), _) => {
                // Every position that was ever answered is in the log by then.
                if position > app.acknowledged.highest(tenant) && position > app.store.head().await? {
                    return Err(not_a_position("the log has not come so far"));
                }
                reach(app, tenant, models, position).await?;
            }
            // Who named no position gets what there is after a moment.
            (None, Some(position)) => drop(reach_within(app, tenant, models, position, COURTESY).await),
            (None, None) => {}
        }
        Ok(app.store.tenant_transaction(self.caller.tenant).await?)
    }
}

fn not_a_position(text: &str) -> Problem {
    Problem::bad_request("invalid", text).field("Waybill-Min-Position", text)
}

/// Waits until the read models show everything of a tenant up to `position`.
pub async fn reach(app: &App, tenant: TenantId, models: &[&str], position: i64) -> Result<(), Problem> {
    reach_within(app, tenant, models, position, PATIENCE).await
}

async fn reach_within(
    app: &App,
    tenant: TenantId,
    models: &[&str],
    position: i64,
    patience: Duration,
) -> Result<(), Problem> {
    let deadline = Instant::now() + patience;
    let mut pause = Duration::from_millis(5);
    let mut behind: Vec<&str> = models.to_vec();
    loop {
        let mut still = Vec::new();
        let mut lag = 0;
        for name in behind {
            let missing = missing(app, tenant, name, position).await?;
            if missing > 0 {
                still.push(name);
                lag = lag.max(missing);
            }
        }
        if still.is_empty() {
            return Ok(());
        }
        if Instant::now() + pause > deadline {
            let detail = format!("{} is {lag} events behind position {position}", still.join(", "));
            let problem = Problem::new(StatusCode::GATEWAY_TIMEOUT, "lagging", detail);
            return Err(problem.with("lag", lag).with("position", position));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(100));
        behind = still;
    }
}

/// How many events the read model still has to see; 0 when it shows all that matters to the tenant.
async fn missing(app: &App, tenant: TenantId, name: &str, position: i64) -> Result<i64, Problem> {
    let pool = &app.store.database.system;
    let at: Option<i64> = sqlx::query_scalar("select position from es.checkpoint where name = $1")
        .bind(format!("projection/{name}"))
        .fetch_optional(pool)
        .await?;
    let at = at.unwrap_or(0);
    let missing = position - at;
    if missing <= 0 || missing > SCANNED {
        return Ok(missing.max(0));
    }
    // A reader moves its checkpoint with its effects. What it passes over, and what other tenants do, need not wait.
    let kinds: Vec<String> =
        sqlx::query_scalar("select distinct type from es.event where pos > $1 and pos <= $2 and tenant_id = $3")
            .bind(at)
            .bind(position)
            .bind(tenant.0)
            .fetch_all(pool)
            .await?;
    let model = registry::all().into_iter().find(|model| model.name() == name);
    let wanted = model.is_some_and(|model| kinds.iter().any(|kind| model.wants(kind)));
    // A position past the head is one that no event has reached.
    if wanted || app.store.head().await? < position { Ok(missing) } else { Ok(0) }
}
