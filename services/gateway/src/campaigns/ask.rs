//! Questions about campaigns.

use super::reckoning;
use super::view::{BindingLimit, Campaign};
use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::extract::{At, Params};
use crate::messages::Message;
use crate::messages::ask::StatusWord;
use crate::page::{Items, Page, Versioned, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use crate::timeline::{self, TimelineItem};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::campaign::Status;
use waybill_domain::content;
use waybill_domain::id::{CampaignId, PackageId};
use waybill_domain::package::Package;
use waybill_domain::package::forecast::{Forecast, forecast};
use waybill_domain::stream::Category;
use waybill_projections::messages::MessageFilter;
use waybill_projections::{campaigns, messages, numbers};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CampaignQuery {
    #[param(inline)]
    status: Option<CampaignStatus>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    Draft,
    Running,
    Paused,
    Cancelled,
    Completed,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecipientQuery {
    #[param(inline)]
    status: Option<StatusWord>,
    /// The code of the last error.
    reason: Option<String>,
    /// Found anywhere in the contact's name or number.
    q: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Messages that failed for one cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureGroup {
    pub code: String,
    pub class: String,
    pub title: String,
    pub count: i64,
}

/// Lists campaigns, the newest first.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", params(CampaignQuery),
    responses((status = 200, body = Page<Campaign>)))]
pub async fn page(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<CampaignQuery>,
) -> Result<Json<Page<Campaign>>, Problem> {
    let limit = limit(query.limit)?;
    let status = query.status.map(Status::from);
    let mut transaction = reading.open(&app, &["campaigns"]).await?;
    let (tenant, cursor, now) = (reading.caller.tenant, query.cursor.as_deref(), app.clock.now());
    let page = campaigns::page(&mut transaction, tenant, status, cursor, limit, now).await?;
    Ok(Json(Page::of(page, Campaign::from)))
}

/// Shows one campaign with its totals.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, body = Campaign)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Versioned<Campaign>, Problem> {
    let campaign = find(&app, &reading, id).await?;
    let ahead = ahead(&app, &reading, &campaign).await?;
    let mut shown = Campaign::from(campaign);
    if let Some(forecast) = ahead {
        // The present pace knows nothing of a limit that is still to come.
        shown.eta = forecast.finish_at.max(shown.eta);
        let limit = || forecast.binding.map(|limit| BindingLimit::new(limit.as_str(), None));
        shown.binding_limit = shown.binding_limit.or_else(limit);
    }
    Ok(Versioned(shown.version, shown))
}

/// What the forecast says of the messages that still wait, while they do.
async fn ahead(
    app: &App,
    reading: &Reading<ReadCampaigns>,
    campaign: &campaigns::Campaign,
) -> Result<Option<Forecast>, Problem> {
    let left = u64::try_from(campaign.totals.queued).unwrap_or(0);
    if campaign.status != Status::Running.as_str() || left == 0 {
        return Ok(None);
    }
    let (tenant, now) = (reading.caller.tenant, app.clock.now());
    let package = app.store.load::<Package>(tenant, campaign.package_id).await?.state;
    let mut transaction = reading.open(app, &["numbers"]).await?;
    let profiles = numbers::profiles(&mut transaction, tenant, PackageId(campaign.package_id), now).await?;
    let profiles = reckoning::that_send(profiles, content::kind(campaign.attachment.as_ref()));
    let (ask, pool) = reckoning::ask(&package, campaign.spread, &profiles, left, now);
    Ok(Some(forecast(&ask, &pool, now)))
}

/// Lists the recipients of a campaign with what became of their message.
#[utoipa::path(get, path = "/campaigns/{id}/messages", tag = "campaigns", params(("id" = Uuid, Path), RecipientQuery),
    responses((status = 200, body = Page<Message>)))]
pub async fn messages(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<RecipientQuery>,
) -> Result<Json<Page<Message>>, Problem> {
    let limit = limit(query.limit)?;
    find(&app, &reading, id).await?;
    let filter = MessageFilter {
        campaign: Some(CampaignId(id)),
        status: query.status.map(Into::into),
        reason: query.reason,
        q: query.q,
        ..MessageFilter::default()
    };
    let mut transaction = reading.open(&app, &["messages"]).await?;
    let tenant = reading.caller.tenant;
    let page = messages::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Message::from)))
}

/// Why messages of a campaign failed, the most frequent cause first.
#[utoipa::path(get, path = "/campaigns/{id}/failures", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<FailureGroup>)))]
pub async fn failures(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<Items<FailureGroup>>, Problem> {
    find(&app, &reading, id).await?;
    let mut transaction = reading.open(&app, &["campaigns"]).await?;
    let rows = campaigns::failures(&mut transaction, reading.caller.tenant, CampaignId(id)).await?;
    let group = |row: campaigns::FailureRow| FailureGroup {
        code: row.code,
        class: row.class,
        title: row.detail,
        count: row.count,
    };
    Ok(Json(Items { items: rows.into_iter().map(group).collect() }))
}

/// Who did what to a campaign, the newest first.
#[utoipa::path(get, path = "/campaigns/{id}/timeline", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<TimelineItem>)))]
pub async fn timeline(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<Items<TimelineItem>>, Problem> {
    Ok(Json(timeline::of(&app, reading.caller.tenant, Category::Campaign, id).await?))
}

/// The campaign, which is as if it were not there once it was discarded.
pub async fn find(app: &App, reading: &Reading<ReadCampaigns>, id: Uuid) -> Result<campaigns::Campaign, Problem> {
    let mut transaction = reading.open(app, &["campaigns"]).await?;
    let found = campaigns::one(&mut transaction, reading.caller.tenant, CampaignId(id), app.clock.now()).await?;
    found.filter(|campaign| campaign.status != Status::Discarded.as_str()).ok_or_else(Problem::not_found)
}

impl From<CampaignStatus> for Status {
    fn from(word: CampaignStatus) -> Self {
        match word {
            CampaignStatus::Draft => Status::Draft,
            CampaignStatus::Running => Status::Running,
            CampaignStatus::Paused => Status::Paused,
            CampaignStatus::Cancelled => Status::Cancelled,
            CampaignStatus::Completed => Status::Completed,
        }
    }
}
