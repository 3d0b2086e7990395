//! The progress of a campaign as it happens.

use super::ask::find;
use super::view::{BindingLimit, Campaign, Points, Totals};
use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::extract::At;
use crate::live;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::extract::State;
use axum::response::Response;
use axum::response::sse::Event;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_projections::campaigns;

#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Progress {
    #[schema(value_type = super::ask::CampaignStatus)]
    pub status: String,
    pub totals: Totals,
    pub points: Points,
    pub rate_per_second: Option<f64>,
    pub eta: Option<DateTime<Utc>>,
    pub binding_limit: Option<BindingLimit>,
    /// The last event in it.
    pub position: i64,
}

/// One event of a stream.
#[derive(Serialize, ToSchema)]
pub struct StreamEvent {
    event: String,
    /// A place in the log.
    id: String,
    /// JSON: a `Progress`.
    data: String,
    /// Milliseconds after which to connect again.
    retry: Option<u32>,
}

/// Server-sent events: `progress` on connecting and on every change, at most four a second.
#[utoipa::path(get, path = "/campaigns/{id}/events", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "`event: progress`, `id:` the position, `data:` a `Progress`",
        body = StreamEvent, content_type = "text/event-stream")))]
pub async fn events(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Response, Problem> {
    // A campaign that is not there is a problem, not an empty stream.
    find(&app, &reading, id).await?;
    let subject = app.bus.live_subject(reading.caller.tenant, "campaigns");
    let reading = Arc::new(reading);
    let look = {
        let app = app.clone();
        move || {
            let (app, reading) = (app.clone(), reading.clone());
            async move { Ok(Progress::of(find(&app, &reading, id).await?)) }
        }
    };
    let event = |progress: &Progress| {
        let event = Event::default().event("progress").id(progress.position.to_string());
        event.json_data(progress).map_err(Problem::internal)
    };
    live::changes(&app, subject, look, event).await
}

impl Progress {
    fn of(row: campaigns::Campaign) -> Self {
        let position = row.position;
        let Campaign { status, totals, points, rate_per_second, eta, binding_limit, .. } = row.into();
        Self { status, totals, points, rate_per_second, eta, binding_limit, position }
    }
}
