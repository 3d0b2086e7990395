//! A campaign as the API shows it: from the read model, or from its stream where that has not caught up yet.

use super::audience::Audience;
use crate::app::App;
use crate::content::Attachment;
use crate::packages::spread::WaitingStrategy;
use crate::problem::Problem;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::campaign::State;
use waybill_domain::id::{CampaignId, TenantId};
use waybill_event_store::read::read_stream;
use waybill_projections::campaigns;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Campaign {
    pub id: Uuid,
    pub name: String,
    /// `draft`, `running`, `paused`, `cancelled` or `completed`.
    #[schema(value_type = super::ask::CampaignStatus)]
    pub status: String,
    pub audience: Audience,
    pub template_text: String,
    pub attachment: Option<Attachment>,
    pub package_id: Uuid,
    pub package_name: Option<String>,
    /// In place of the package's, where it has its own.
    pub waiting_strategy: Option<WaitingStrategy>,
    pub drip_interval_minutes: Option<u32>,
    /// Nothing goes sooner.
    pub schedule_at: Option<DateTime<Utc>>,
    pub totals: Totals,
    pub points: Points,
    /// Contacts of the audience that are not written to, by reason.
    pub excluded_by: BTreeMap<String, i64>,
    pub paused_reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub rate_per_second: Option<f64>,
    /// When the last message will be out, at the present pace.
    pub eta: Option<DateTime<Utc>>,
    /// The limit that its recipients wait for.
    pub binding_limit: Option<BindingLimit>,
    /// For `If-Match`.
    pub version: i64,
}

/// Each recipient counted once, in the present state: `enrolled` is the sum of the last eight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Totals {
    pub enrolled: i64,
    pub excluded: i64,
    pub queued: i64,
    pub sending: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Points {
    pub reserved: i64,
    pub captured: i64,
    pub released: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BindingLimit {
    pub name: String,
    pub detail: String,
}

impl BindingLimit {
    pub fn new(name: &str, until: Option<DateTime<Utc>>) -> Self {
        let what = match name {
            "hourly" => "the hourly limit of the numbers is used up",
            "daily" => "the daily limit of the numbers is used up",
            "pause" => "the pause of the numbers between two messages",
            "in_flight" => "the provider has not answered the messages it was given",
            "provider_throttle" => "the provider asked the numbers to slow down, or refused several messages in a row",
            "messaging_limit" => "as many people were written to as the provider allows in a day",
            "active_hours" => "the package is outside its active hours",
            "drip" => "the time between two recipients",
            "scheduled" => "it is to begin later",
            "no_template" => "no account of the package's numbers has the template, or it is not approved there",
            "not_linked" => "no device of the package's numbers is linked",
            "no_active_profile" => "no number of the package is active",
            other => other,
        };
        let detail = match until {
            Some(until) => format!("{what}, until {}", until.format("%Y-%m-%d %H:%M:%S UTC")),
            None => what.to_owned(),
        };
        Self { name: name.to_owned(), detail }
    }
}

impl From<campaigns::Totals> for Totals {
    fn from(it: campaigns::Totals) -> Self {
        Self {
            enrolled: it.enrolled,
            excluded: it.excluded,
            queued: it.queued,
            sending: it.sending,
            sent: it.sent,
            delivered: it.delivered,
            read: it.read,
            failed: it.failed,
            cancelled: it.cancelled,
            uncertain: it.uncertain,
        }
    }
}

impl From<campaigns::Points> for Points {
    fn from(it: campaigns::Points) -> Self {
        Self { reserved: it.reserved, captured: it.captured, released: it.released }
    }
}

impl From<campaigns::Campaign> for Campaign {
    fn from(it: campaigns::Campaign) -> Self {
        Self {
            id: it.campaign_id,
            name: it.name,
            status: it.status,
            audience: it.audience.into(),
            template_text: it.template_text,
            attachment: it.attachment.as_ref().and_then(|it| Attachment::shown(it).ok()),
            package_id: it.package_id,
            package_name: it.package_name,
            waiting_strategy: it.spread.strategy.map(|strategy| WaitingStrategy::of(strategy).0),
            drip_interval_minutes: it.spread.strategy.and_then(|strategy| WaitingStrategy::of(strategy).1),
            schedule_at: it.spread.not_before,
            totals: it.totals.into(),
            points: it.points.into(),
            excluded_by: it.excluded_by,
            paused_reason: it.paused_reason,
            created_at: it.created_at,
            started_at: it.started_at,
            completed_at: it.completed_at,
            rate_per_second: it.rate_per_second,
            eta: it.eta,
            binding_limit: it.binding_limit.map(|limit| BindingLimit::new(&limit.limit, limit.until)),
            version: it.version,
        }
    }
}

/// The campaign as it stands after a decision: what its stream says, with the counters of the read model.
pub async fn decided(
    app: &App,
    tenant: TenantId,
    id: CampaignId,
    state: &State,
    version: i64,
    now: DateTime<Utc>,
) -> Result<Campaign, Problem> {
    let plan = state.plan.clone().ok_or_else(Problem::not_found)?;
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let row = campaigns::one(&mut transaction, tenant, id, now).await?.map(Campaign::from);
    let created_at = match &row {
        Some(row) => row.created_at,
        None => read_stream(&mut transaction, tenant, id.0, 0, 1).await?.first().map_or(now, |it| it.recorded_at),
    };
    let package_name: Option<String> =
        sqlx::query_scalar("select name from read.package where tenant_id = $1 and package_id = $2")
            .bind(tenant.0)
            .bind(plan.package_id.0)
            .fetch_optional(&mut *transaction)
            .await?;
    let fresh = Campaign {
        id: id.0,
        name: String::new(),
        status: String::new(),
        audience: Audience::All { all: true },
        template_text: String::new(),
        attachment: None,
        package_id: plan.package_id.0,
        package_name: None,
        waiting_strategy: None,
        drip_interval_minutes: None,
        schedule_at: None,
        totals: Totals::default(),
        points: Points::default(),
        excluded_by: BTreeMap::new(),
        paused_reason: None,
        created_at,
        started_at: None,
        completed_at: None,
        rate_per_second: None,
        eta: None,
        binding_limit: None,
        version,
    };
    Ok(Campaign {
        name: plan.name,
        status: state.status.as_str().to_owned(),
        audience: plan.audience.into(),
        attachment: plan.attachment.as_ref().map(Attachment::shown).transpose()?,
        template_text: plan.template_text,
        package_id: plan.package_id.0,
        package_name,
        waiting_strategy: plan.spread.strategy.map(|strategy| WaitingStrategy::of(strategy).0),
        drip_interval_minutes: plan.spread.strategy.and_then(|strategy| WaitingStrategy::of(strategy).1),
        schedule_at: plan.spread.not_before,
        version,
        ..row.unwrap_or(fresh)
    })
}
