//! Whether the process lives, whether it can work, and what it counts.

use crate::app::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use waybill_runtime::telemetry;

/// How long the database may take before the process is called not ready.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready)).routes(routes!(metrics))
}

/// Whether it can work, and what it needs for that.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    pub ready: bool,
    pub database: bool,
    pub nats: bool,
}

/// Answers as long as the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain")))]
async fn alive() -> &'static str {
    "ok"
}

/// Answers 200 when Postgres and NATS do.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Not ready", body = Readiness)))]
async fn ready(State(app): State<App>) -> impl IntoResponse {
    let asked = tokio::time::timeout(PATIENCE, app.store.head()).await;
    let database = matches!(asked, Ok(Ok(_)));
    let nats = app.bus.client.connection_state() == async_nats::connection::State::Connected;
    let status = if database && nats { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: database && nats, database, nats }))
}

/// What it counts, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, description = "Prometheus' text format", body = String, content_type = "text/plain")))]
async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let handle = telemetry::metrics();
    // The database may be what is wrong: then the metrics are told without it.
    if let Err(error) = measure(&app).await {
        tracing::warn!(%error, "gauges from the database could not be read");
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()))
}

/// Gauges that are read where they are asked for.
async fn measure(app: &App) -> Result<(), sqlx::Error> {
    let pool = &app.store.database.system;
    let head = app.store.head().await?;
    metrics::gauge!("log_head").set(head as f64);
    metrics::gauge!("feed_position").set(app.feed.head() as f64);
    let checkpoints: Vec<(String, i64)> =
        sqlx::query_as("select name, position from es.checkpoint order by name").fetch_all(pool).await?;
    for (name, position) in checkpoints {
        metrics::gauge!("checkpoint_position", "name" => name.clone()).set(position as f64);
        metrics::gauge!("checkpoint_lag", "name" => name).set((head - position).max(0) as f64);
    }
    let (waiting, retries, in_flight, uncertain): (i64, i64, i64, i64) = sqlx::query_as(
        "select (select coalesce(sum(cardinality(contact_ids) - next_index), 0)::int8 from process.chunk),
            (select count(*) from process.retry), (select count(*) from process.in_flight),
            (select count(*) from process.uncertain)",
    )
    .fetch_one(pool)
    .await?;
    metrics::gauge!("queue_depth", "queue" => "recipients").set(waiting as f64);
    metrics::gauge!("queue_depth", "queue" => "retries").set(retries as f64);
    metrics::gauge!("queue_depth", "queue" => "in_flight").set(in_flight as f64);
    metrics::gauge!("queue_depth", "queue" => "uncertain").set(uncertain as f64);
    let pools = [("app", &app.store.database.app), ("system", &app.store.database.system)];
    for (name, pool) in pools {
        metrics::gauge!("database_connections", "pool" => name).set(f64::from(pool.size()));
        metrics::gauge!("database_connections_idle", "pool" => name).set(pool.num_idle() as f64);
    }
    Ok(())
}
