//! What became of a package's messages.

use crate::app::App;
use crate::audit;
use crate::caller::needs::ReadCampaigns;
use crate::campaigns::view::Campaign;
use crate::extract::{At, Params};
use crate::messages::{Message, StatusWord};
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use crate::scope::Scope;
use crate::table;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::{CampaignId, MessageId, PackageId};
use waybill_domain::provider::ErrorClass;
use waybill_projections::messages::{self, MessageFilter};
use waybill_projections::{campaigns, numbers};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PackageMessageQuery {
    #[param(inline)]
    status: Option<StatusWord>,
    /// Of one number.
    profile_id: Option<Uuid>,
    /// Of the last error, such as `throttle` or `number`.
    #[param(inline)]
    error_class: Option<ClassWord>,
    /// Queued at this time or later.
    from: Option<DateTime<Utc>>,
    /// Queued before this time.
    to: Option<DateTime<Utc>>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    #[param(inline)]
    status: Option<StatusWord>,
    /// Of one number.
    profile_id: Option<Uuid>,
    /// Of the last error, such as `throttle` or `number`.
    #[param(inline)]
    error_class: Option<ClassWord>,
    /// Queued at this time or later.
    from: Option<DateTime<Utc>>,
    /// Queued before this time.
    to: Option<DateTime<Utc>>,
}

impl PackageMessageQuery {
    fn found(&self) -> DeliveryQuery {
        let Self { status, profile_id, error_class, from, to, .. } = *self;
        DeliveryQuery { status, profile_id, error_class, from, to }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErrorClass)]
enum ClassWord {
    Retry,
    Throttle,
    ThrottlePair,
    Cooldown,
    Number,
    Window,
    Template,
    Param,
    Media,
    Auth,
    Ban,
    Session,
}

impl From<ClassWord> for ErrorClass {
    fn from(word: ClassWord) -> Self {
        match word {
            ClassWord::Retry => ErrorClass::Retry,
            ClassWord::Throttle => ErrorClass::Throttle,
            ClassWord::ThrottlePair => ErrorClass::ThrottlePair,
            ClassWord::Cooldown => ErrorClass::Cooldown,
            ClassWord::Number => ErrorClass::Number,
            ClassWord::Window => ErrorClass::Window,
            ClassWord::Template => ErrorClass::Template,
            ClassWord::Param => ErrorClass::Param,
            ClassWord::Media => ErrorClass::Media,
            ClassWord::Auth => ErrorClass::Auth,
            ClassWord::Ban => ErrorClass::Ban,
            ClassWord::Session => ErrorClass::Session,
        }
    }
}

/// One message, or one that went to several people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackageMessage {
    pub message_id: Uuid,
    /// `open` or `reply`.
    pub mode: &'static str,
    pub status: String,
    pub total_recipients: i64,
    /// Of which so many have an outcome.
    pub processed: i64,
    pub failed: i64,
    pub estimated_completion: Option<DateTime<Utc>>,
    /// Of a message to several people.
    pub campaign: Option<Campaign>,
    /// Of a message to one.
    pub message: Option<Message>,
}

/// Lists the messages that the numbers of a package sent or have been given.
#[utoipa::path(get, path = "/packages/{id}/messages", tag = "messages", params(("id" = Uuid, Path), PackageMessageQuery),
    responses((status = 200, body = Page<Message>)))]
pub async fn of_package(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<PackageMessageQuery>,
) -> Result<Json<Page<Message>>, Problem> {
    let limit = limit(query.limit)?;
    let mut transaction = reading.open(&app, &["messages", "numbers"]).await?;
    let filter = filter(&app, &reading, &mut transaction, id, &query.found()).await?;
    let tenant = reading.caller.tenant;
    let page = messages::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Message::from)))
}

const COLUMNS: [&str; 18] = [
    "id",
    "campaign_id",
    "contact_id",
    "phone",
    "profile_id",
    "profile",
    "status",
    "attempts",
    "provider_message_id",
    "error_class",
    "error_code",
    "error",
    "queued_at",
    "dispatched_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "failed_at",
];

/// The delivery log of a package as a file: all messages that the filters find. Cells that a spreadsheet would calculate
/// are escaped.
#[utoipa::path(get, path = "/packages/{id}/messages/export", tag = "messages", params(("id" = Uuid, Path), DeliveryQuery),
    responses((status = 200, description = "All messages found", body = String, content_type = "text/csv")))]
pub async fn export(
    State(app): State<App>,
    At(id): At<Uuid>,
    scope: Scope,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<DeliveryQuery>,
) -> Result<Response, Problem> {
    let mut transaction = reading.open(&app, &["messages", "numbers"]).await?;
    let filter = filter(&app, &reading, &mut transaction, id, &query).await?;
    drop(transaction);
    audit::read(&app, &scope, None).await?;
    let tenant = reading.caller.tenant;
    Ok(table::csv("deliveries.csv", &COLUMNS, move |cursor| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let mut transaction = app.store.tenant_transaction(tenant).await?;
            let page = messages::page(&mut transaction, tenant, &filter, cursor.as_deref(), EXPORTED).await?;
            Ok((page.items.into_iter().map(cells).collect(), page.next_cursor))
        }
    }))
}

/// Rows of a page of the file.
const EXPORTED: i64 = 1_000;

fn cells(row: messages::MessageRow) -> Vec<String> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let at = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let text = Option::unwrap_or_default;
    vec![
        row.message_id.to_string(),
        id(row.campaign_id),
        id(row.contact_id),
        text(row.phone),
        id(row.profile_id),
        text(row.profile_name),
        row.status,
        row.attempt.to_string(),
        text(row.provider_message_id),
        text(row.error_class),
        text(row.error_code),
        text(row.error_detail),
        row.queued_at.to_rfc3339(),
        at(row.dispatched_at),
        at(row.sent_at),
        at(row.delivered_at),
        at(row.read_at),
        at(row.failed_at),
    ]
}

/// The messages of the package's numbers, or of one of them.
async fn filter(
    app: &App,
    reading: &Reading<ReadCampaigns>,
    connection: &mut PgConnection,
    id: Uuid,
    asked: &DeliveryQuery,
) -> Result<MessageFilter, Problem> {
    let package = numbers::package(connection, reading.caller.tenant, PackageId(id), app.clock.now()).await?;
    let package = package.ok_or_else(Problem::not_found)?;
    let own = package.profiles.iter().map(|it| it.profile_id);
    // A number that is not in the package has sent nothing for it.
    let profiles = own.filter(|own| asked.profile_id.is_none_or(|one| one == *own)).collect();
    Ok(MessageFilter {
        profiles: Some(profiles),
        status: asked.status.map(Into::into),
        class: asked.error_class.map(Into::into),
        from: asked.from,
        to: asked.to,
        ..MessageFilter::default()
    })
}

/// Shows how a message goes: one that was sent to several people, or one.
#[utoipa::path(get, path = "/packages/{id}/messages/{mid}", tag = "messages",
    params(("id" = Uuid, Path), ("mid" = Uuid, Path)), responses((status = 200, body = PackageMessage)))]
pub async fn one_of_package(
    State(app): State<App>,
    At((id, mid)): At<(Uuid, Uuid)>,
    reading: Reading<ReadCampaigns>,
) -> Result<Json<PackageMessage>, Problem> {
    let (tenant, now) = (reading.caller.tenant, app.clock.now());
    let mut transaction = reading.open(&app, &["campaigns", "messages", "numbers"]).await?;
    let campaign = campaigns::one(&mut transaction, tenant, CampaignId(mid), now).await?;
    if let Some(campaign) = campaign.filter(|it| it.package_id == id).map(Campaign::from) {
        let totals = campaign.totals;
        return Ok(Json(PackageMessage {
            message_id: mid,
            mode: "open",
            status: campaign.status.clone(),
            total_recipients: totals.enrolled,
            processed: totals.enrolled - totals.queued - totals.sending,
            failed: totals.failed,
            estimated_completion: campaign.eta,
            campaign: Some(campaign),
            message: None,
        }));
    }
    let message = messages::one(&mut transaction, tenant, MessageId(mid)).await?.ok_or_else(Problem::not_found)?;
    let profile = message.profile_id.ok_or_else(Problem::not_found)?;
    let number = numbers::profile(&mut transaction, tenant, waybill_domain::id::ProfileId(profile), now).await?;
    if number.is_none_or(|number| number.package_id != id) {
        return Err(Problem::not_found());
    }
    let message = Message::from(message);
    let is_open = matches!(message.status.as_str(), "queued" | "sending");
    Ok(Json(PackageMessage {
        message_id: mid,
        mode: if message.campaign_id.is_some() { "open" } else { "reply" },
        status: message.status.clone(),
        total_recipients: 1,
        processed: i64::from(!is_open),
        failed: i64::from(message.status == "failed"),
        estimated_completion: None,
        campaign: None,
        message: Some(message),
    }))
}
