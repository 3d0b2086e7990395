//! Pausing, resuming and cancelling a campaign.

use super::view::{self, Campaign};
use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::extract::At;
use crate::intent::{Asked, Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Command, Plan};
use waybill_domain::id::CampaignId;

/// Holds a campaign. What is with the provider goes on; what is not, waits.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Paused", body = Campaign)))]
pub async fn pause(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    steer(&app, &intent, id, Command::Pause { reason: "operator".into() }).await
}

/// Lets a paused campaign go on.
#[utoipa::path(post, path = "/campaigns/{id}/resume", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Running", body = Campaign)))]
pub async fn resume(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    steer(&app, &intent, id, Command::Resume).await
}

/// Ends a campaign. What is not with the provider yet is not sent, and its points are released.
#[utoipa::path(post, path = "/campaigns/{id}/cancel", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Cancelled", body = Campaign)))]
pub async fn cancel(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    steer(&app, &intent, id, Command::Cancel).await
}

async fn steer(app: &App, intent: &Intent<WriteCampaigns>, id: Uuid, step: Command) -> Result<Response, Problem> {
    command(app, &intent.asked, CampaignId(id), StatusCode::ACCEPTED, |_| Ok(step.clone())).await
}

/// Carries out one command on one campaign and answers with the campaign.
pub async fn command(
    app: &App,
    asked: &Asked,
    id: CampaignId,
    status: StatusCode,
    command: impl Fn(Option<&Plan>) -> Result<Command, Problem>,
) -> Result<Response, Problem> {
    asked
        .carry_out(app, || async {
            let loaded = app.store.load::<campaign::Campaign>(asked.tenant(), id.0).await?;
            let events = campaign::decide(&loaded.state, command(loaded.state.plan.as_ref())?)?;
            asked.expect_version(loaded.version)?;
            let state = campaign::Campaign::fold(loaded.state, &events);
            if let Some(plan) = state.plan.as_ref().filter(|_| state.status == campaign::Status::Draft) {
                super::draft::require_package(app, asked.tenant(), plan.package_id).await?;
            }
            let version = loaded.version + events.len() as i64;
            let view = view::decided(app, asked.tenant(), id, &state, version, asked.at).await?;
            Ok(Decided::new(status, view)?.write(id, loaded.version, &events).at_version(version))
        })
        .await
}
