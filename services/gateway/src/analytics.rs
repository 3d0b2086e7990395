//! Figures: of the tenant, of its days, of one campaign.

use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::campaigns::find as find_campaign;
use crate::extract::{At, Params};
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use waybill_domain::id::CampaignId;
use waybill_projections::analytics;

/// The longest span of days that is answered at once.
const MOST_DAYS: i64 = 366;
const USUAL_DAYS: i64 = 30;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(overview)).routes(routes!(daily)).routes(routes!(campaign))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    pub today: Today,
    pub totals: Standing,
    pub running_campaigns: i64,
    /// Messages of which nobody knows whether they were sent.
    pub uncertain: i64,
    pub rates: Rates,
}

/// Since midnight, UTC.
#[derive(Debug, Serialize, ToSchema)]
pub struct Today {
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub inbound: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    pub contacts: i64,
    pub campaigns: i64,
    pub messages: i64,
}

/// Between 0 and 1; nothing where nobody was written to yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rates {
    pub delivery: Option<f64>,
    pub read: Option<f64>,
    pub failure: Option<f64>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Counters {
    pub enrolled: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub uncertain: i64,
    pub inbound: i64,
    pub replies: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Day {
    pub date: NaiveDate,
    #[serde(flatten)]
    pub counters: Counters,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignFigures {
    /// What happened to it in all.
    #[serde(flatten)]
    pub counters: Counters,
    pub days: Vec<Day>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Span {
    /// The last thirty days when left out.
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// The dashboard.
#[utoipa::path(get, path = "/analytics/overview", tag = "analytics", responses((status = 200, body = Overview)))]
pub async fn overview(State(app): State<App>, reading: Reading<ReadCampaigns>) -> Result<Json<Overview>, Problem> {
    let mut transaction = reading.open(&app, &["analytics", "contacts", "campaigns"]).await?;
    let today = app.clock.now().date_naive();
    let it = analytics::overview(&mut transaction, reading.caller.tenant, today).await?;
    let analytics::Counts { sent, delivered, read, failed, inbound, .. } = it.today;
    Ok(Json(Overview {
        today: Today { sent, delivered, read, failed, inbound },
        totals: Standing { contacts: it.contacts, campaigns: it.campaigns, messages: it.messages },
        running_campaigns: it.running_campaigns,
        uncertain: it.uncertain,
        rates: Rates { delivery: it.rates.delivery, read: it.rates.read, failure: it.rates.failure },
    }))
}

/// Day by day.
#[utoipa::path(get, path = "/analytics/daily", tag = "analytics", params(Span),
    responses((status = 200, body = Items<Day>), (status = 422, description = "The span is too long, or ends before it begins")))]
pub async fn daily(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    Params(span): Params<Span>,
) -> Result<Json<Items<Day>>, Problem> {
    let to = span.to.unwrap_or_else(|| app.clock.now().date_naive());
    let from = span.from.or_else(|| to.checked_sub_signed(TimeDelta::days(USUAL_DAYS - 1))).unwrap_or(to);
    // Postgres knows no years before its calendar's first.
    if from > to || (to - from).num_days() >= MOST_DAYS || from.year() < 1 || to.year() > 9_999 {
        return Err(Problem::refused("invalid", "a span has 1 to 366 days").field("from", "1 to 366 days before `to`"));
    }
    let mut transaction = reading.open(&app, &["analytics"]).await?;
    let days = analytics::daily(&mut transaction, reading.caller.tenant, from, to).await?;
    Ok(Json(Items { items: days.into_iter().map(Day::from).collect() }))
}

/// One campaign.
#[utoipa::path(get, path = "/analytics/campaigns/{id}", tag = "analytics", params(("id" = Uuid, Path)),
    responses((status = 200, body = CampaignFigures)))]
pub async fn campaign(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<CampaignFigures>, Problem> {
    find_campaign(&app, &reading, id).await?;
    let mut transaction = reading.open(&app, &["analytics"]).await?;
    let days = analytics::campaign_days(&mut transaction, reading.caller.tenant, CampaignId(id)).await?;
    let days: Vec<Day> = days.into_iter().map(Day::from).collect();
    let counters = days.iter().fold(Counters::default(), |sum, day| sum.plus(&day.counters));
    Ok(Json(CampaignFigures { counters, days }))
}

impl Counters {
    fn plus(self, other: &Self) -> Self {
        Self {
            enrolled: self.enrolled + other.enrolled,
            sent: self.sent + other.sent,
            delivered: self.delivered + other.delivered,
            read: self.read + other.read,
            failed: self.failed + other.failed,
            uncertain: self.uncertain + other.uncertain,
            inbound: self.inbound + other.inbound,
            replies: self.replies + other.replies,
        }
    }
}

impl From<analytics::Day> for Day {
    fn from(day: analytics::Day) -> Self {
        let analytics::Counts { enrolled, sent, delivered, read, failed, uncertain, inbound, replies, .. } = day.counts;
        let counters = Counters { enrolled, sent, delivered, read, failed, uncertain, inbound, replies };
        Self { date: day.date, counters }
    }
}
