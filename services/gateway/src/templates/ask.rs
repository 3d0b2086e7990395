//! Questions about templates.

use crate::app::App;
use crate::caller::needs::ReadCampaigns;
use crate::extract::{At, Params};
use crate::page::{Page, Versioned, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::content::TemplateUse;
use waybill_domain::id::{TemplateId, TenantId};
use waybill_domain::provider_template::{places, places_of_text, text_of};
use waybill_projections::templates::{self, Filter, TemplateRow};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// Found anywhere in the name or in the text.
    q: Option<String>,
    /// In the provider's words, such as `approved`.
    status: Option<String>,
    /// The provider's id of a business account.
    account_id: Option<String>,
    /// Also those that the provider does not have any more.
    gone: Option<bool>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderTemplate {
    pub id: Uuid,
    pub provider: String,
    /// The provider's id of the business account.
    pub account_id: String,
    /// The provider's id of the template.
    pub provider_id: String,
    pub name: String,
    pub language: String,
    /// `marketing`, `utility`, `authentication`, or another of the provider's words.
    pub category: String,
    /// `approved`, `pending`, `rejected`, `paused`, `disabled`, or another of the provider's words.
    pub status: String,
    pub quality: Option<String>,
    /// Why it was rejected or paused.
    pub reason: Option<String>,
    /// What a send fills.
    pub header: Option<TemplatePart>,
    pub body: Option<TemplatePart>,
    pub footer: Option<String>,
    pub buttons: Vec<TemplateButton>,
    /// As the provider has it.
    #[schema(value_type = Vec<Object>)]
    pub components: Value,
    /// When its text or category was found to be another than before.
    pub drifted_at: Option<DateTime<Utc>>,
    /// The provider does not have it any more.
    pub gone: bool,
    pub found_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TemplatePart {
    /// `text`, `image`, `video`, `document`, `location`.
    pub format: String,
    pub text: Option<String>,
    /// The places that a send fills, by number or name, in order.
    pub places: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateButton {
    /// `quick_reply`, `url`, `phone_number`, or another of the provider's words.
    pub kind: String,
    pub text: String,
    pub url: Option<String>,
    /// Whether a send fills the end of its address.
    pub takes_suffix: bool,
}

impl From<TemplateRow> for ProviderTemplate {
    fn from(row: TemplateRow) -> Self {
        let components = &row.components;
        let header = component(components, "HEADER").map(|it| {
            let format = it["format"].as_str().unwrap_or("text").to_lowercase();
            let text = it["text"].as_str().map(str::to_owned);
            let places = text.as_deref().map(places).unwrap_or_default();
            TemplatePart { format, text, places }
        });
        let body = text_of(components, "BODY").map(|text| TemplatePart {
            format: "text".to_owned(),
            text: Some(text.to_owned()),
            places: places(text),
        });
        Self {
            id: row.template_id,
            provider: row.provider,
            account_id: row.account_id,
            provider_id: row.provider_id,
            name: row.name,
            language: row.language,
            category: row.category,
            status: row.status,
            quality: row.quality,
            reason: row.reason,
            header,
            body,
            footer: text_of(components, "FOOTER").map(str::to_owned),
            buttons: buttons(components),
            drifted_at: row.drifted_at,
            gone: row.gone,
            found_at: row.found_at,
            updated_at: row.updated_at,
            version: row.version,
            components: row.components,
        }
    }
}

fn component<'a>(components: &'a Value, kind: &str) -> Option<&'a Value> {
    let of_kind = |it: &&Value| it["type"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(kind));
    components.as_array()?.iter().find(of_kind)
}

fn buttons(components: &Value) -> Vec<TemplateButton> {
    let listed = component(components, "BUTTONS").and_then(|it| it["buttons"].as_array());
    let button = |it: &Value| {
        let url = it["url"].as_str().map(str::to_owned);
        TemplateButton {
            kind: it["type"].as_str().unwrap_or("unknown").to_lowercase(),
            text: it["text"].as_str().unwrap_or_default().to_owned(),
            takes_suffix: url.as_deref().is_some_and(|url| !places(url).is_empty()),
            url,
        }
    };
    listed.map(|buttons| buttons.iter().map(button).collect()).unwrap_or_default()
}

/// Lists templates that are registered with providers, by name.
#[utoipa::path(get, path = "/templates", tag = "templates", params(TemplateQuery),
    responses((status = 200, body = Page<ProviderTemplate>)))]
pub async fn list(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<TemplateQuery>,
) -> Result<Json<Page<ProviderTemplate>>, Problem> {
    read(&app, &reading, query).await
}

/// The same as `GET /templates`.
#[utoipa::path(get, path = "/whatsapp/templates", tag = "templates", params(TemplateQuery),
    responses((status = 200, body = Page<ProviderTemplate>)))]
pub async fn list_as_whatsapp(
    State(app): State<App>,
    reading: Reading<ReadCampaigns>,
    Params(query): Params<TemplateQuery>,
) -> Result<Json<Page<ProviderTemplate>>, Problem> {
    read(&app, &reading, query).await
}

async fn read(
    app: &App,
    reading: &Reading<ReadCampaigns>,
    query: TemplateQuery,
) -> Result<Json<Page<ProviderTemplate>>, Problem> {
    let limit = limit(query.limit)?;
    let filter =
        Filter { q: query.q, status: query.status, account_id: query.account_id, gone: query.gone.unwrap_or(false) };
    let mut transaction = reading.open(app, &["templates"]).await?;
    let tenant = reading.caller.tenant;
    let page = templates::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, ProviderTemplate::from)))
}

/// Shows a template.
#[utoipa::path(get, path = "/templates/{id}", tag = "templates", params(("id" = Uuid, Path)),
    responses((status = 200, body = ProviderTemplate)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadCampaigns>,
) -> Result<Versioned<ProviderTemplate>, Problem> {
    let mut transaction = reading.open(&app, &["templates"]).await?;
    let row = templates::one(&mut transaction, reading.caller.tenant, TemplateId(id)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    Ok(Versioned(row.version, row.into()))
}

/// Refuses a template that the provider would refuse, as far as is known: one that is nowhere, that is not approved, or whose
/// places are not those that are filled.
pub async fn require_usable(
    app: &App,
    tenant: TenantId,
    account: Option<&str>,
    template: &TemplateUse,
) -> Result<(), Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let (rows, any) = templates::named(&mut transaction, tenant, account, &template.name, &template.language).await?;
    drop(transaction);
    let refused = |code, text: String| Err(Problem::refused(code, &text).field("attachment", text));
    let name = format!("{} in {}", template.name, template.language);
    if rows.is_empty() {
        // Where nothing was ever listed, nothing is known.
        return if any { refused("missing_template", format!("there is no template {name}")) } else { Ok(()) };
    }
    let Some(row) = rows.iter().find(|row| row.is_usable()) else {
        let row = &rows[0];
        let how = if row.gone { "gone from the provider" } else { &row.status };
        let why = row.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        return refused("template_not_approved", format!("the template {name} is {how}{why}"));
    };
    let wanted = places_of_text(&row.components);
    if wanted != template.body.len() {
        let text = format!("the text of the template {name} has {wanted} places, {} are filled", template.body.len());
        return refused("template_places", text);
    }
    Ok(())
}
