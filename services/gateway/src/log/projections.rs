//! How far the read models are, and asking for one to be made anew.

use crate::app::App;
use crate::caller::needs::{ReadOperation, WriteOperation};
use crate::extract::At;
use crate::intent::Intent;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use waybill_projections::registry;

#[derive(Debug, Serialize, ToSchema)]
pub struct Projections {
    /// The last position of the log.
    pub head: i64,
    pub items: Vec<Projection>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Projection {
    pub name: String,
    pub version: i32,
    pub position: i64,
    /// Events that it has not seen yet.
    pub lag: i64,
    /// While it is made anew.
    pub events_per_second: Option<f64>,
    /// `live`, `rebuilding` or `failed`.
    pub state: String,
    /// Why it stands still.
    pub error: Option<String>,
    pub rebuild: Option<Rebuild>,
    /// An estimate.
    pub rows: Option<i64>,
    /// Events of a type or version that was not known.
    pub skipped_unknown: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Rebuild {
    pub position: i64,
    pub target: i64,
    pub percent: f64,
    pub eta_seconds: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    version: i32,
    position: i64,
    state: String,
    error: Option<String>,
    skipped_unknown: i64,
    rebuild_position: Option<i64>,
    rebuild_target: Option<i64>,
    rebuild_events_per_second: Option<f64>,
    rows: Option<i64>,
}

const STANDINGS: &str = "select p.name, p.version, coalesce(c.position, 0) as position, p.state, p.error,
        p.skipped_unknown, p.rebuild_position, p.rebuild_target, p.rebuild_events_per_second,
        (select sum(greatest(t.reltuples, 0))::int8 from pg_catalog.pg_class t
         where t.relnamespace = 'read'::regnamespace and t.relkind = 'r' and t.relname = any(p.tables)) as rows
    from process.projection p left join es.checkpoint c on c.name = 'projection/' || p.name order by p.name";

/// Lists the read models with their position and lag.
#[utoipa::path(get, path = "/projections", tag = "log", responses((status = 200, body = Projections)))]
pub async fn projections(
    State(app): State<App>,
    reading: Reading<ReadOperation>,
) -> Result<Json<Projections>, Problem> {
    // Nothing in it belongs to a tenant; the caller only has to be somebody.
    let Reading { caller: _, .. } = reading;
    let head = app.store.head().await?;
    let rows: Vec<Row> = sqlx::query_as(STANDINGS).fetch_all(&app.store.database.system).await?;
    Ok(Json(Projections { head, items: rows.into_iter().map(|row| row.at(head)).collect() }))
}

/// Asks for a read model to be made anew beside the present one, which serves meanwhile.
#[utoipa::path(post, path = "/projections/{name}/rebuild", tag = "log", params(("name" = String, Path)),
    responses((status = 202, description = "Asked for")))]
pub async fn rebuild(
    State(app): State<App>,
    At(name): At<String>,
    intent: Intent<WriteOperation>,
) -> Result<Response, Problem> {
    if !registry::all().iter().any(|model| model.name() == name) {
        return Err(Problem::not_found());
    }
    if let Some(answer) = intent.asked.answered_before(&app).await? {
        return Ok(answer);
    }
    // No event: a read model is no fact, and who makes it anew changes nothing that the log tells.
    sqlx::query("insert into process.rebuild_request (name) values ($1) on conflict do nothing")
        .bind(&name)
        .execute(&app.store.database.system)
        .await?;
    let asked = &intent.asked;
    asked.carry_out(&app, || async { crate::intent::Decided::new(StatusCode::ACCEPTED, json!({ "name": name })) }).await
}

impl Row {
    fn at(self, head: i64) -> Projection {
        let rebuild = self.rebuild_position.zip(self.rebuild_target).filter(|_| self.state == "rebuilding");
        let speed = self.rebuild_events_per_second.filter(|speed| *speed > 0.0);
        let rebuild = rebuild.map(|(position, target)| Rebuild {
            position,
            target,
            percent: if target > 0 { (position as f64 * 100.0 / target as f64).min(100.0) } else { 100.0 },
            eta_seconds: speed.map(|speed| ((target - position).max(0) as f64 / speed).ceil() as i64),
        });
        Projection {
            lag: (head - self.position).max(0),
            events_per_second: speed.filter(|_| rebuild.is_some()),
            name: self.name,
            version: self.version,
            position: self.position,
            state: self.state,
            error: self.error,
            rebuild,
            rows: self.rows,
            skipped_unknown: self.skipped_unknown,
        }
    }
}
