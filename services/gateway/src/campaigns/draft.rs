//! Drafts: made, edited and discarded as long as nothing was sent.

use super::audience::Audience;
use super::view::{self, Campaign};
use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::content::Attachment;
use crate::extract::{self, At};
use crate::intent::{Decided, Intent};
use crate::packages::spread::WaitingStrategy;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Command, Plan, Spread};
use waybill_domain::id::{CampaignId, PackageId, TenantId};
use waybill_domain::package;

#[derive(Debug, Deserialize, ToSchema)]
pub struct CampaignDraft {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    pub audience: Audience,
    /// With placeholders such as `{{name}}` and `{{city|our town}}`. May be left out beside an attachment.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub template_text: String,
    pub attachment: Option<Attachment>,
    pub package_id: Uuid,
    /// In place of the package's.
    pub waiting_strategy: Option<WaitingStrategy>,
    /// With `drip`: minutes between two recipients.
    #[schema(minimum = 1, maximum = 1440)]
    pub drip_interval_minutes: Option<u32>,
    /// Nothing goes sooner, however soon it is started.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub schedule_at: Option<String>,
}

/// What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CampaignChange {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    pub audience: Option<Audience>,
    #[schema(max_length = 4096)]
    pub template_text: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "extract::given")]
    #[schema(value_type = Option<Attachment>)]
    pub attachment: Option<Option<Attachment>>,
    pub package_id: Option<Uuid>,
    /// In place of the package's.
    pub waiting_strategy: Option<WaitingStrategy>,
    /// With `drip`: minutes between two recipients.
    #[schema(minimum = 1, maximum = 1440)]
    pub drip_interval_minutes: Option<u32>,
    /// Nothing goes sooner, however soon it is started. `null` takes it away.
    #[serde(default, deserialize_with = "extract::given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub schedule_at: Option<Option<String>>,
}

/// Drafts a campaign. Nothing is sent and nothing is reserved.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", request_body = CampaignDraft,
    responses((status = 201, description = "Drafted", body = Campaign)))]
pub async fn draft(State(app): State<App>, intent: Intent<WriteCampaigns, CampaignDraft>) -> Result<Response, Problem> {
    let Intent { asked, body: draft, .. } = &intent;
    let id = CampaignId(asked.new_id());
    let attachment = match &draft.attachment {
        Some(attachment) => Some(attachment.read(&app, asked.tenant()).await?),
        None => None,
    };
    let plan = Plan {
        name: draft.name.clone(),
        audience: draft.audience.read()?,
        template_text: draft.template_text.clone(),
        attachment,
        package_id: PackageId(draft.package_id),
        spread: spread(draft.waiting_strategy, draft.drip_interval_minutes, draft.schedule_at.as_deref())?,
    };
    asked
        .carry_out(&app, || async {
            require_package(&app, asked.tenant(), plan.package_id).await?;
            let events = campaign::decide(&campaign::State::default(), Command::Draft(plan.clone()))?;
            let state = campaign::Campaign::fold(campaign::State::default(), &events);
            let view = view::decided(&app, asked.tenant(), id, &state, 1, asked.at).await?;
            Ok(Decided::created(view)?.write(id, 0, &events).at_version(1))
        })
        .await
}

/// Changes a draft.
#[utoipa::path(put, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)),
    request_body = CampaignChange, responses((status = 200, description = "Changed", body = Campaign)))]
pub async fn edit(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns, CampaignChange>,
) -> Result<Response, Problem> {
    let (Intent { asked, body: change, .. }, id) = (&intent, CampaignId(id));
    let audience = change.audience.as_ref().map(Audience::read).transpose()?;
    let schedule_at = match &change.schedule_at {
        None => None,
        Some(text) => Some(extract::time("schedule_at", text.as_deref())?),
    };
    let attachment = match &change.attachment {
        None => None,
        Some(None) => Some(None),
        Some(Some(attachment)) => Some(Some(attachment.read(&app, asked.tenant()).await?)),
    };
    let strategy = match (change.waiting_strategy, change.drip_interval_minutes) {
        (None, None) => None,
        _ => spread(change.waiting_strategy, change.drip_interval_minutes, None)?.strategy,
    };
    super::steer::command(&app, asked, id, StatusCode::OK, |plan| {
        let old = plan.ok_or_else(Problem::not_found)?;
        Ok(Command::Edit(Plan {
            name: change.name.clone().unwrap_or_else(|| old.name.clone()),
            audience: audience.clone().unwrap_or_else(|| old.audience.clone()),
            template_text: change.template_text.clone().unwrap_or_else(|| old.template_text.clone()),
            attachment: attachment.clone().unwrap_or_else(|| old.attachment.clone()),
            package_id: change.package_id.map_or(old.package_id, PackageId),
            spread: Spread {
                strategy: strategy.or(old.spread.strategy),
                not_before: schedule_at.unwrap_or(old.spread.not_before),
            },
        }))
    })
    .await
}

/// Discards a draft.
#[utoipa::path(delete, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Discarded")))]
pub async fn discard(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns>,
) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, CampaignId(id));
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<campaign::Campaign>(asked.tenant(), id.0).await?;
            if loaded.state.status == campaign::Status::Discarded {
                return Err(Problem::not_found());
            }
            let events = campaign::decide(&loaded.state, Command::Discard)?;
            asked.expect_version(loaded.version)?;
            Ok(Decided::no_content().write(id, loaded.version, &events))
        })
        .await
}

pub fn spread(
    strategy: Option<WaitingStrategy>,
    minutes: Option<u32>,
    schedule_at: Option<&str>,
) -> Result<Spread, Problem> {
    let strategy = match (strategy, minutes) {
        (None, None) => None,
        // An interval alone is a drip.
        (None, Some(_)) => Some(WaitingStrategy::Drip.read(minutes, "drip_interval_minutes")?),
        (Some(strategy), minutes) => Some(strategy.read(minutes, "drip_interval_minutes")?),
    };
    Ok(Spread { strategy, not_before: extract::time("schedule_at", schedule_at)? })
}

pub async fn require_package(app: &App, tenant: TenantId, id: PackageId) -> Result<package::State, Problem> {
    let package = app.store.load::<package::Package>(tenant, id.0).await?.state;
    if package.name.is_none() || package.deleted {
        let text = "there is no such package";
        return Err(Problem::refused("missing_package", text).field("package_id", text));
    }
    Ok(package)
}
