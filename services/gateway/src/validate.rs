//! Whether numbers can be written to: by their form, and by asking a provider whether they are on WhatsApp.
//!
//! What a provider said is kept for a while, by the id that a number has as a contact: the number itself is not.

use crate::app::App;
use crate::caller::needs::ReadContacts;
use crate::extract;
use crate::page::Items;
use crate::problem::Problem;
use crate::reading::Reading;
use crate::sends::recipient;
use axum::Json;
use axum::extract::{Request, State};
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::HashMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use waybill_domain::id::{ContactId, PackageId, TenantId};
use waybill_domain::provider::{ErrorClass, ProviderKind};
use waybill_domain::tenant::Tenant;
use waybill_projections::numbers;
use waybill_providers::Account;

/// Numbers in one request, and of these so many that a provider is asked about.
const MOST: usize = 1_000;
const MOST_ASKED: usize = 100;
/// Providers allow ten a second.
const AT_ONCE: usize = 5;
/// How long a provider's word is taken, unless the caller wants it fresher.
const KEPT: TimeDelta = TimeDelta::days(7);
const OLDEST_HOURS: u32 = 8_760;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(validate))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NumbersToValidate {
    #[schema(min_items = 1, max_items = 1000)]
    pub numbers: Vec<String>,
    /// ISO 3166-1 alpha-2, for numbers without a prefix; the tenant's own when left out.
    pub default_country: Option<String>,
    /// Asks whether they are on WhatsApp, over a number of this package whose provider can tell; 100 numbers at most.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    pub package_id: Option<Uuid>,
    /// A provider's word that is older is asked for again; seven days, when left out.
    #[schema(minimum = 0, maximum = 8760)]
    pub max_age_hours: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ValidatedNumber {
    /// As it was given.
    pub input: String,
    /// Its form is that of a number that can exist.
    pub valid: bool,
    pub e164: Option<String>,
    /// Why it is not valid.
    pub error: Option<String>,
    /// Whether it is on WhatsApp; none when nobody was asked, or nobody could tell.
    pub on_whatsapp: Option<bool>,
    /// Who said so.
    pub provider: Option<String>,
    /// When.
    pub checked_at: Option<DateTime<Utc>>,
    /// So many seconds ago; 0 when it was asked just now.
    pub age_seconds: Option<i64>,
    /// Why nobody could tell.
    pub not_checked: Option<String>,
}

/// Whether a number is on WhatsApp, as far as it was asked, or found out by writing to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NumberChecked {
    pub on_whatsapp: bool,
    /// Who said so.
    pub provider: String,
    pub checked_at: DateTime<Utc>,
}

/// What is known of a contact's number, however old it is.
pub async fn last_check(app: &App, tenant: TenantId, contact: ContactId) -> Result<Option<NumberChecked>, Problem> {
    let row: Option<(bool, String, DateTime<Utc>)> = sqlx::query_as(
        "select exists_on_whatsapp, provider, checked_at from process.number_check
         where tenant_id = $1 and contact_id = $2",
    )
    .bind(tenant.0)
    .bind(contact.0)
    .fetch_optional(&app.store.database.system)
    .await?;
    Ok(row.map(|(on_whatsapp, provider, checked_at)| NumberChecked { on_whatsapp, provider, checked_at }))
}

/// Checks numbers by their form and, with a package, whether they are on WhatsApp. Sends nothing.
#[utoipa::path(post, path = "/validate-numbers", tag = "contacts", request_body = NumbersToValidate,
    responses((status = 200, body = Items<ValidatedNumber>)))]
pub async fn validate(
    State(app): State<App>,
    reading: Reading<ReadContacts>,
    request: Request,
) -> Result<Json<Items<ValidatedNumber>>, Problem> {
    let asked: NumbersToValidate = extract::read(&extract::body(request).await?)?;
    let tenant = reading.caller.tenant;
    let most = if asked.package_id.is_some() { MOST_ASKED } else { MOST };
    if asked.numbers.is_empty() || asked.numbers.len() > most {
        return Err(Problem::invalid("numbers", format_args!("1 to {most} numbers are checked at once")));
    }
    if asked.max_age_hours.is_some_and(|hours| hours > OLDEST_HOURS) {
        return Err(Problem::invalid("max_age_hours", "is at most a year"));
    }
    let own = app.store.load::<Tenant>(tenant, tenant.0).await?.state.registered.and_then(|it| it.default_country);
    let country = asked.default_country.as_deref().or(own.as_deref());
    let mut items: Vec<ValidatedNumber> = asked.numbers.iter().map(|number| by_form(number, country)).collect();
    if let Some(package) = asked.package_id {
        let max_age = asked.max_age_hours.map_or(KEPT, |hours| TimeDelta::hours(hours.into()));
        ask(&app, &reading, PackageId(package), max_age, &mut items).await?;
    }
    Ok(Json(Items { items }))
}

fn by_form(input: &str, country: Option<&str>) -> ValidatedNumber {
    let parsed = recipient(input, country);
    ValidatedNumber {
        input: input.to_owned(),
        valid: parsed.is_ok(),
        error: parsed.as_ref().err().map(ToString::to_string),
        e164: parsed.ok().map(|phone| phone.as_str().to_owned()),
        on_whatsapp: None,
        provider: None,
        checked_at: None,
        age_seconds: None,
        not_checked: None,
    }
}

impl ValidatedNumber {
    fn told(&mut self, exists: bool, provider: &str, at: DateTime<Utc>, now: DateTime<Utc>) {
        self.on_whatsapp = Some(exists);
        self.provider = Some(provider.to_owned());
        self.checked_at = Some(at);
        self.age_seconds = Some((now - at).num_seconds().max(0));
    }
}

/// Fills in what is known and asks for the rest.
async fn ask(
    app: &App,
    reading: &Reading<ReadContacts>,
    package: PackageId,
    max_age: TimeDelta,
    items: &mut [ValidatedNumber],
) -> Result<(), Problem> {
    let (tenant, now) = (reading.caller.tenant, app.clock.now());
    let mut contacts: HashMap<String, ContactId> = HashMap::new();
    for phone in items.iter().filter_map(|it| it.e164.clone()) {
        let id = app.store.keys.contact_id(tenant, &phone).await?;
        contacts.insert(phone, id);
    }
    let known = known(app, tenant, &contacts, now - max_age).await?;
    let mut open: Vec<String> = Vec::new();
    for item in items.iter_mut() {
        let Some(phone) = &item.e164 else { continue };
        match contacts.get(phone).and_then(|id| known.get(&id.0)) {
            Some((exists, provider, at)) => item.told(*exists, provider, *at, now),
            None if !open.contains(phone) => open.push(phone.clone()),
            None => {}
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let (kind, account) = teller(app, reading, package).await?;
    let provider = app.providers.provider_for(kind);
    let check = provider.number_check().ok_or_else(nobody_can_tell)?;
    let answers: HashMap<String, Result<bool, String>> = futures::stream::iter(open)
        .map(|phone| {
            let account = &account;
            async move {
                let told = check.is_on_whatsapp(account, &phone).await;
                let told = told.map_err(|refusal| match refusal.class {
                    ErrorClass::Throttle => "the provider is asked too often; try again later".to_owned(),
                    _ => format!("{} ({})", refusal.detail, refusal.code),
                });
                (phone, told)
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let told = answers.iter().filter_map(|(phone, told)| Some((contacts.get(phone)?, *told.as_ref().ok()?)));
    keep(app, tenant, kind, told.collect(), now).await?;
    for item in items.iter_mut() {
        match item.e164.as_ref().and_then(|phone| answers.get(phone)) {
            Some(Ok(exists)) => item.told(*exists, kind.as_str(), now, now),
            Some(Err(reason)) => item.not_checked = Some(reason.clone()),
            None => {}
        }
    }
    Ok(())
}

/// The first number of the package that can be asked.
async fn teller(
    app: &App,
    reading: &Reading<ReadContacts>,
    package: PackageId,
) -> Result<(ProviderKind, Account), Problem> {
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(app, &["numbers"]).await?;
    let package = numbers::package(&mut transaction, tenant, package, app.clock.now()).await?;
    drop(transaction);
    let package = package.ok_or_else(|| Problem::invalid("package_id", "there is no such package"))?;
    let able = package.profiles.iter().find(|profile| {
        let tells = ProviderKind::parse(&profile.provider).is_some_and(|kind| kind.abilities().checks_numbers);
        tells && profile.state == "active" && matches!(profile.standing.link.as_str(), "not_needed" | "linked")
    });
    let able = able.ok_or_else(nobody_can_tell)?;
    let access = app.store.credential(waybill_domain::id::ProfileId(able.profile_id)).await?;
    let access = access.filter(|it| it.tenant_id == tenant).ok_or_else(nobody_can_tell)?;
    Ok((access.provider, waybill_runtime::accounts::account(access)))
}

fn nobody_can_tell() -> Problem {
    let text = "no active number of the package is of a provider that can tell who is on WhatsApp";
    Problem::refused("no_number_check", text).field("package_id", text)
}

type Known = HashMap<Uuid, (bool, String, DateTime<Utc>)>;

async fn known(
    app: &App,
    tenant: TenantId,
    contacts: &HashMap<String, ContactId>,
    since: DateTime<Utc>,
) -> Result<Known, Problem> {
    let rows: Vec<(Uuid, bool, String, DateTime<Utc>)> = sqlx::query_as(
        "select contact_id, exists_on_whatsapp, provider, checked_at from process.number_check
         where tenant_id = $1 and contact_id = any($2) and checked_at > $3",
    )
    .bind(tenant.0)
    .bind(contacts.values().map(|id| id.0).collect::<Vec<_>>())
    .bind(since)
    .fetch_all(&app.store.database.system)
    .await?;
    Ok(rows.into_iter().map(|(id, exists, provider, at)| (id, (exists, provider, at))).collect())
}

/// Whoever is erased has no entry here either.
pub async fn forget(connection: &mut PgConnection, tenant: TenantId, contacts: &[Uuid]) -> Result<(), Problem> {
    sqlx::query("delete from process.number_check where tenant_id = $1 and contact_id = any($2)")
        .bind(tenant.0)
        .bind(contacts)
        .execute(connection)
        .await?;
    Ok(())
}

async fn keep(
    app: &App,
    tenant: TenantId,
    kind: ProviderKind,
    told: Vec<(&ContactId, bool)>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    sqlx::query(
        "insert into process.number_check (tenant_id, contact_id, exists_on_whatsapp, provider, checked_at)
         select $1, u.contact_id, u.found, $4, $5 from unnest($2::uuid[], $3::boolean[]) as u (contact_id, found)
         on conflict (tenant_id, contact_id) do update set exists_on_whatsapp = excluded.exists_on_whatsapp,
            provider = excluded.provider, checked_at = excluded.checked_at",
    )
    .bind(tenant.0)
    .bind(told.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(told.iter().map(|(_, exists)| *exists).collect::<Vec<_>>())
    .bind(kind.as_str())
    .bind(now)
    .execute(&app.store.database.system)
    .await?;
    Ok(())
}
