//! The organisation: what it says of itself, and what its other settings follow.

use crate::app::App;
use crate::audit::{self, Ending};
use crate::auth::register::{found_tenant, is_good_name};
use crate::caller::needs::{ReadSettings, WriteSettings};
use crate::extract::At;
use crate::intent::{self, Decided, Intent};
use crate::problem::Problem;
use crate::reading::Reading;
use crate::scope::Who;
use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::TenantId;
use waybill_domain::message::UncertainPolicy;
use waybill_domain::phone::is_country;
use waybill_domain::tenant::{self, Command, PrivacyChanged, ProfileChanged, SendingChanged, SettingsChanged};
use waybill_event_store::Metadata;
use waybill_projections::directory;

/// Texts are empty where nothing is said.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    pub id: Uuid,
    #[serde(flatten)]
    pub about: About,
    /// `free`, `basic`, `pro` or `enterprise`.
    pub plan: String,
    /// Of the API, by all people and keys together.
    pub requests_per_minute: u32,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

/// What can be said of an organisation; all of it at once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct About {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[serde(default)]
    #[schema(max_length = 120)]
    pub industry: String,
    /// An http or https address.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub website: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub description: String,
    /// `sole_trader`, `company`, `non_profit`, `public_body`, `other`, or empty.
    #[serde(default)]
    pub business_type: String,
    /// ISO 3166-1 alpha-2, for numbers written without a prefix.
    #[serde(default)]
    pub default_country: String,
    /// IANA name.
    pub time_zone: String,
    /// How many days what was written can be read; as before when it is left out.
    #[schema(minimum = 1, maximum = 365)]
    pub retention_days: Option<u16>,
    /// On what grounds people are written to, for whoever records consent; as before when it is left out.
    #[schema(max_length = 4000)]
    pub consent_policy: Option<String>,
    /// What becomes of messages of which nobody knows by their deadline whether they were sent; as before when it is left
    /// out.
    pub uncertain_policy: Option<UncertainChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UncertainChoice {
    /// A person decides.
    Hold,
    /// Sent again: it may reach the person twice.
    Resend,
    /// Counts as sent: it may not have reached the person.
    AssumeSent,
}

impl From<UncertainChoice> for UncertainPolicy {
    fn from(choice: UncertainChoice) -> Self {
        match choice {
            UncertainChoice::Hold => UncertainPolicy::Hold,
            UncertainChoice::Resend => UncertainPolicy::Resend,
            UncertainChoice::AssumeSent => UncertainPolicy::AssumeSent,
        }
    }
}

impl From<UncertainPolicy> for UncertainChoice {
    fn from(policy: UncertainPolicy) -> Self {
        match policy {
            UncertainPolicy::Hold => UncertainChoice::Hold,
            UncertainPolicy::Resend => UncertainChoice::Resend,
            UncertainPolicy::AssumeSent => UncertainChoice::AssumeSent,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewOrganisation {
    #[schema(min_length = 1, max_length = 120)]
    pub business_name: String,
}

/// An organisation of a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Belonging {
    pub id: Uuid,
    pub name: String,
    /// `admin`, `manager` or `agent`.
    pub role: String,
}

/// Founds a further organisation, whose admin the caller becomes.
#[utoipa::path(post, path = "/tenants", tag = "people", request_body = NewOrganisation,
    responses((status = 201, description = "Founded", body = Belonging)))]
pub async fn found(State(app): State<App>, intent: Intent<ReadSettings, NewOrganisation>) -> Result<Response, Problem> {
    let Intent { asked, body, .. } = &intent;
    asked.caller.person()?;
    let name = body.business_name.trim();
    if !is_good_name(name) {
        return Err(Problem::invalid("business_name", "has 1 to 120 characters"));
    }
    if let Some(answer) = asked.answered_before(&app).await? {
        return Ok(answer);
    }
    let (tenant, user) = (TenantId(asked.new_id()), asked.caller.user);
    let belonging = Belonging { id: tenant.0, name: name.to_owned(), role: "admin".to_owned() };
    if app.store.load::<tenant::Tenant>(tenant, tenant.0).await?.version == 0 {
        let metadata = Metadata { tenant_id: tenant, ..asked.metadata() };
        let entry = audit::entry(&asked.scope, &Who::person(tenant, user), Ending::done(201, None));
        let (ready, mut transaction) = found_tenant(&app, metadata, tenant, user, name, entry).await?;
        let position = ready.append(&app, &mut transaction).await?;
        transaction.commit().await?;
        app.store.announce(position);
    }
    // The key belongs to the organisation in which it was asked.
    asked.carry_out(&app, || async { Decided::created(&belonging) }).await
}

/// The present organisation.
#[utoipa::path(get, path = "/tenants/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = Organisation)))]
pub async fn organisation(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadSettings>,
) -> Result<Response, Problem> {
    let tenant = reading.caller.tenant;
    if id != tenant.0 {
        return Err(Problem::not_found());
    }
    let created_at = created_at(&app, tenant).await?;
    let loaded = app.store.load::<tenant::Tenant>(tenant, tenant.0).await?;
    let view = view(&app, tenant, loaded.state, loaded.version, created_at)?;
    let tag = intent::etag(view.version);
    let mut response = Json(view).into_response();
    response.headers_mut().extend(tag.map(|tag| (ETAG, tag)));
    Ok(response)
}

/// Changes what the organisation says of itself, and its settings.
#[utoipa::path(put, path = "/tenants/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = About,
    responses((status = 200, description = "Changed", body = Organisation)))]
pub async fn describe(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteSettings, About>,
) -> Result<Response, Problem> {
    let Intent { asked, body, .. } = &intent;
    let tenant = asked.tenant();
    if id != tenant.0 {
        return Err(Problem::not_found());
    }
    let about = body.clone().checked()?;
    let created_at = created_at(&app, tenant).await?;
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load::<tenant::Tenant>(tenant, tenant.0).await?;
            asked.expect_version(loaded.version)?;
            let sending = about.uncertain_policy.map(UncertainPolicy::from);
            let sending = SendingChanged { uncertain: sending.unwrap_or(loaded.state.sending.uncertain) };
            let (settings, profile, privacy) = about.clone().parts(&loaded.state);
            let mut events = tenant::decide(&loaded.state, Command::ChangeSettings(settings))?;
            events.extend(tenant::decide(&loaded.state, Command::ChangeProfile(profile))?);
            events.extend(tenant::decide(&loaded.state, Command::ChangePrivacy(privacy))?);
            events.extend(tenant::decide(&loaded.state, Command::ChangeSending(sending))?);
            let state = tenant::Tenant::fold(loaded.state, &events);
            let version = loaded.version + events.len() as i64;
            let view = view(&app, tenant, state, version, created_at)?;
            Ok(Decided::ok(view)?.write(tenant, loaded.version, &events).at_version(version))
        })
        .await
}

async fn created_at(app: &App, tenant: TenantId) -> Result<DateTime<Utc>, Problem> {
    let mut transaction = app.store.tenant_transaction(tenant).await?;
    let row = directory::one(&mut transaction, tenant).await?;
    // The read model may be a moment behind a tenant that was just founded.
    Ok(row.map_or(app.clock.now(), |row| row.registered_at))
}

fn view(
    app: &App,
    tenant: TenantId,
    state: tenant::State,
    version: i64,
    created_at: DateTime<Utc>,
) -> Result<Organisation, Problem> {
    let registered = state.registered.ok_or_else(Problem::not_found)?;
    let ProfileChanged { industry, website, description, business_type } = state.profile;
    let about = About {
        name: registered.name,
        industry,
        website,
        description,
        business_type,
        default_country: registered.default_country.unwrap_or_default(),
        time_zone: registered.time_zone,
        retention_days: Some(state.privacy.retention_days),
        consent_policy: Some(state.privacy.consent_policy),
        uncertain_policy: Some(state.sending.uncertain.into()),
    };
    let (plan, requests_per_minute) = (state.plan.as_str().to_owned(), app.limits.per_minute(state.plan));
    Ok(Organisation { id: tenant.0, about, plan, requests_per_minute, version, created_at })
}

impl About {
    fn checked(mut self) -> Result<Self, Problem> {
        self.consent_policy = self.consent_policy.map(|text| text.trim().to_owned());
        for text in [&mut self.name, &mut self.industry, &mut self.website, &mut self.description] {
            *text = text.trim().to_owned();
        }
        let mut problem = Problem::refused("invalid", "some fields cannot be used as they are");
        if !is_good_name(&self.name) {
            problem = problem.field("name", "has 1 to 120 characters");
        }
        for (field, text, most) in [
            ("industry", &self.industry, 120),
            ("website", &self.website, 200),
            ("description", &self.description, 1_000),
        ] {
            if text.chars().count() > most {
                problem = problem.field(field, format_args!("has {most} characters at most"));
            }
        }
        if !self.website.is_empty() && !is_web_address(&self.website) {
            problem = problem.field("website", "not an http or https address");
        }
        if !self.default_country.is_empty() && !is_country(&self.default_country) {
            problem = problem.field("default_country", "not a country of ISO 3166-1, such as ID");
        }
        if chrono_tz::Tz::from_str(&self.time_zone).is_err() {
            problem = problem.field("time_zone", "not a time zone of IANA, such as Asia/Jakarta");
        }
        if problem.errors.is_empty() { Ok(self) } else { Err(problem) }
    }

    fn parts(self, now: &tenant::State) -> (SettingsChanged, ProfileChanged, PrivacyChanged) {
        let Self { name, industry, website, description, business_type, default_country, time_zone, .. } = self;
        let default_country = Some(default_country).filter(|country| !country.is_empty());
        (
            SettingsChanged { name, default_country, time_zone },
            ProfileChanged { industry, website, description, business_type },
            PrivacyChanged {
                retention_days: self.retention_days.unwrap_or(now.privacy.retention_days),
                consent_policy: self.consent_policy.unwrap_or_else(|| now.privacy.consent_policy.clone()),
            },
        )
    }
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}
