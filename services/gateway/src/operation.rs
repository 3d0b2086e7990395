//! Whether the process lives, whether it can work, and what it counts.

use crate::app::App;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::time::Duration;
use waybill_runtime::telemetry;

/// How long the database may take before the process is called not ready.
const PATIENCE: Duration = Duration::from_secs(2);

pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

async fn ready(State(app): State<App>) -> impl IntoResponse {
    let asked = tokio::time::timeout(PATIENCE, app.store.head()).await;
    let database = matches!(asked, Ok(Ok(_)));
    let nats = app.bus.client.connection_state() == async_nats::connection::State::Connected;
    let status = if database && nats { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": database && nats, "database": database, "nats": nats })))
}

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
