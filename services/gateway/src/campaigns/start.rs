//! The start of a campaign: who is meant is counted as of now, the points are reserved, and both happen or neither.

use super::draft::require_package;
use super::reckoning::{self, Reckoning};
use super::view::{self, Campaign};
use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use crate::reading::reach;
use crate::terms;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Command, Plan, Status};
use waybill_domain::content::Pattern;
use waybill_domain::id::{CampaignId, TenantId};
use waybill_domain::stream::StreamId;
use waybill_domain::tenant::Tenant;
use waybill_domain::wallet::{self, POINTS_PER_RECIPIENT};
use waybill_projections::numbers;

/// Starts a campaign: counts its audience as of now, reserves its points and begins to send.
#[utoipa::path(post, path = "/campaigns/{id}/start", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Running", body = Campaign)))]
pub async fn start(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    begin(&app, CampaignId(id), intent).await
}

/// The same as `start`.
#[utoipa::path(post, path = "/campaigns/{id}/send", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, description = "Running", body = Campaign)))]
pub async fn send(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    begin(&app, CampaignId(id), intent).await
}

async fn begin(app: &App, id: CampaignId, intent: Intent<WriteCampaigns>) -> Result<Response, Problem> {
    let asked = &intent.asked;
    let tenant = asked.tenant();
    if let Some(answer) = asked.answered_before(app).await? {
        return Ok(answer);
    }
    terms::require(&app.store.load::<Tenant>(tenant, tenant.0).await?.state)?;
    // Counted before the turn is waited for: a large audience must not hold up other starts.
    let counted = match app.store.load::<campaign::Campaign>(tenant, id.0).await?.state {
        campaign::State { status: Status::Draft, plan: Some(plan), .. } => {
            Some((count(app, tenant, &plan).await?, plan))
        }
        _ => None,
    };
    let _turn = app.turns.wait(tenant).await;
    asked
        .carry_out(app, || async {
            let loaded = app.store.load::<campaign::Campaign>(tenant, id.0).await?;
            let counted = counted.as_ref().filter(|(_, plan)| loaded.state.plan.as_ref() == Some(plan));
            let planned = counted.map_or(0, |(reckoning, _)| reckoning.recipients);
            let points = planned * POINTS_PER_RECIPIENT;
            let at = asked.at;
            let start = Command::Start { planned_recipients: planned, points_reserved: points, at };
            let started = campaign::decide(&loaded.state, start).map_err(|refusal| match refusal {
                campaign::Refusal::NoRecipients => nobody(refusal, counted.map(|(reckoning, _)| reckoning)),
                other => other.into(),
            })?;
            asked.expect_version(loaded.version)?;
            let wallet = app.store.load_long::<wallet::Wallet>(tenant, StreamId::wallet(tenant).id).await?;
            let reserved = wallet::decide(&wallet.state, wallet::Command::Reserve { campaign_id: id, points })?;
            let state = campaign::Campaign::fold(loaded.state, &started);
            let version = loaded.version + started.len() as i64;
            let mut view = view::decided(app, tenant, id, &state, version, at).await?;
            view.started_at = Some(at);
            view.points.reserved = i64::try_from(points).map_err(Problem::internal)?;
            Ok(Decided::accepted(view)?
                .write(id, loaded.version, &started)
                .write(StreamId::wallet(tenant), wallet.version, &reserved)
                .at_version(version))
        })
        .await
}

/// Counts the audience as of this moment, after checking that there is something to send with.
async fn count(app: &App, tenant: TenantId, plan: &Plan) -> Result<Reckoning, Problem> {
    let package = require_package(app, tenant, plan.package_id).await?;
    // What was recorded before this moment counts; a start that cannot see it is tried again, not answered wrongly.
    let reached = reach(app, tenant, &["contacts", "numbers"], app.store.head().await?).await;
    reached.map_err(|problem| match problem.status {
        StatusCode::GATEWAY_TIMEOUT => Problem::busy("the contacts are still being caught up with"),
        _ => problem,
    })?;
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let numbers = numbers::profiles(&mut transaction, tenant, plan.package_id, app.clock.now()).await?;
    let pattern = Pattern::parse(&plan.template_text, plan.attachment.as_ref())?;
    reckoning::able(app, tenant, numbers, &pattern).await?;
    reckoning::reckon(&mut transaction, tenant, &plan.audience, &pattern, Some(&package.settings)).await
}

fn nobody(refusal: campaign::Refusal, reckoning: Option<&Reckoning>) -> Problem {
    match reckoning {
        Some(reckoning) => Problem::from(refusal).with("excluded", json!(reckoning.excluded)),
        // The draft was edited while its audience was counted.
        None => Problem::conflict("version_conflict", "the draft was changed meanwhile; look at it and start again"),
    }
}
