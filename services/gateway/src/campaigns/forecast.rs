//! What a campaign would cost, who would be left out, and when it would be through.

use super::audience::Audience;
use super::draft::{self, require_package};
use super::reckoning;
use super::view::BindingLimit;
use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::content::Attachment;
use crate::extract;
use crate::packages::spread::WaitingStrategy;
use crate::problem::Problem;
use crate::reading::{Reading, reach};
use axum::Json;
use axum::extract::{Request, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::campaign;
use waybill_domain::content::{self, Pattern};
use waybill_domain::id::{ContactId, PackageId, ProfileId, TenantId};
use waybill_domain::package::forecast::{Forecast as Reckoned, forecast as reckon};
use waybill_domain::phone;
use waybill_domain::stream::StreamId;
use waybill_domain::template::Values;
use waybill_domain::wallet::{self, POINTS_PER_RECIPIENT};
use waybill_projections::{contacts, numbers};

const SAMPLES: usize = 3;
/// Contacts that are looked at for samples.
const LOOKED_AT: i64 = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
pub struct ForecastRequest {
    pub audience: Audience,
    /// May be left out beside an attachment.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub template_text: String,
    pub attachment: Option<Attachment>,
    /// Without one there is no finish.
    pub package_id: Option<Uuid>,
    /// In place of the package's.
    pub waiting_strategy: Option<WaitingStrategy>,
    /// With `drip`: minutes between two recipients.
    #[schema(minimum = 1, maximum = 1440)]
    pub drip_interval_minutes: Option<u32>,
    /// Nothing goes sooner.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub schedule_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Forecast {
    pub recipients: u64,
    /// Contacts of the audience that would not be written to, by reason.
    pub excluded: BTreeMap<&'static str, u64>,
    pub points_needed: u64,
    pub points_available: u64,
    pub sufficient: bool,
    pub finish_at: Option<DateTime<Utc>>,
    pub duration_seconds: Option<i64>,
    /// What would have to be raised for it to be sooner.
    pub binding_limit: Option<BindingLimit>,
    pub per_profile: Vec<Share>,
    pub variables: Vec<Variable>,
    pub samples: Vec<Sample>,
}

/// How much of it one number would send.
#[derive(Debug, Serialize, ToSchema)]
pub struct Share {
    pub profile_id: Uuid,
    pub name: String,
    /// Messages.
    pub share: u64,
}

/// A variable without a fallback.
#[derive(Debug, Serialize, ToSchema)]
pub struct Variable {
    pub name: String,
    /// Contacts that could be written to but lack it.
    pub missing: u64,
}

/// The text as one contact would get it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sample {
    pub contact_id: Uuid,
    pub name: Option<String>,
    pub phone_masked: String,
    pub text: String,
}

/// Reckons what starting such a campaign now would do. Changes nothing.
#[utoipa::path(post, path = "/campaigns/forecast", tag = "campaigns", request_body = ForecastRequest,
    responses((status = 200, body = Forecast)))]
pub async fn forecast(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    request: Request,
) -> Result<Json<Forecast>, Problem> {
    let asked: ForecastRequest = extract::read(&extract::body(request).await?)?;
    let tenant = reading.caller.tenant;
    let audience = asked.audience.read()?;
    let attachment = match &asked.attachment {
        Some(attachment) => Some(attachment.read(&app, tenant).await?),
        None => None,
    };
    let pattern = Pattern::parse(&asked.template_text, attachment.as_ref())?;
    let spread = draft::spread(asked.waiting_strategy, asked.drip_interval_minutes, asked.schedule_at.as_deref())?;
    let package = match asked.package_id {
        Some(id) => Some((PackageId(id), require_package(&app, tenant, PackageId(id)).await?)),
        None => None,
    };
    let wallet = app.store.load_long::<wallet::Wallet>(tenant, StreamId::wallet(tenant).id).await?.state;
    let now = app.clock.now();
    // Who was imported a moment ago counts, unless the read models are far behind: then it is of what they show.
    drop(reach(&app, tenant, &["contacts", "numbers"], app.store.head().await?).await);
    let mut transaction = reading.open(&app, &["contacts", "numbers"]).await?;
    let settings = package.as_ref().map(|(_, package)| &package.settings);
    let counted = reckoning::reckon(&mut transaction, tenant, &audience, &pattern, settings).await?;
    let profiles = match &package {
        Some((id, _)) => {
            let profiles = numbers::profiles(&mut transaction, tenant, *id, now).await?;
            reckoning::that_send(profiles, content::kind(pattern.attachment()))
        }
        None => Vec::new(),
    };
    let samples = samples(&mut transaction, tenant, &audience, &pattern).await?;
    drop(transaction);
    let package = package.map(|(_, package)| package).unwrap_or_default();
    let (ask, pool) = reckoning::ask(&package, spread, &profiles, counted.recipients, now);
    let Reckoned { finish_at, binding, shares } = reckon(&ask, &pool, now);
    let points_needed = counted.recipients * POINTS_PER_RECIPIENT;
    let name = |id: ProfileId| profiles.iter().find(|profile| profile.profile_id == id.0).map(|it| it.name.clone());
    let share = |(id, share): (ProfileId, u64)| Share { profile_id: id.0, name: name(id).unwrap_or_default(), share };
    Ok(Json(Forecast {
        recipients: counted.recipients,
        excluded: counted.excluded,
        points_needed,
        points_available: wallet.available,
        sufficient: points_needed <= wallet.available,
        finish_at,
        duration_seconds: finish_at.map(|at| (at - now).num_seconds()),
        binding_limit: binding.map(|limit| BindingLimit::new(limit.as_str(), None)),
        per_profile: shares.into_iter().map(share).collect(),
        variables: counted.missing.into_iter().map(|(name, missing)| Variable { name, missing }).collect(),
        samples,
    }))
}

/// The first contacts of the audience that would be written to, with their text.
async fn samples(
    connection: &mut PgConnection,
    tenant: TenantId,
    audience: &campaign::Audience,
    pattern: &Pattern,
) -> Result<Vec<Sample>, Problem> {
    let mut samples = Vec::new();
    let mut after: Option<ContactId> = None;
    let mut looked_at = 0;
    while samples.len() < SAMPLES && looked_at < LOOKED_AT {
        let rows = contacts::audience_page(connection, tenant, audience, after, LOOKED_AT / 10).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.contact_id);
        looked_at += rows.len() as i64;
        let written = rows.iter().filter(|row| row.has_consent() && !row.blocked).filter_map(|row| {
            let to = row.phone.as_deref()?;
            let (text, _) =
                pattern.render(Values { name: row.name.as_deref(), phone: to, fields: &row.fields }).ok()?;
            let (contact_id, name) = (row.contact_id.0, row.name.clone());
            Some(Sample { contact_id, name, phone_masked: phone::mask(to), text })
        });
        let room = SAMPLES - samples.len();
        samples.extend(written.take(room));
    }
    Ok(samples)
}
