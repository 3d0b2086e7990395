//! Questions about contacts.

use super::Contact;
use super::view::ContactDetail;
use crate::app::App;
use crate::caller::needs::ReadContacts;
use crate::extract::{At, Params};
use crate::page::{Items, Versioned, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use crate::timeline::{self, TimelineItem};
use crate::validate;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_domain::id::{ContactId, ListId};
use waybill_domain::stream::Category;
use waybill_projections::contacts::{self, ContactFilter, ContactSort};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Found anywhere in the name or the number.
    q: Option<String>,
    tag: Option<String>,
    list_id: Option<Uuid>,
    #[param(inline)]
    consent: Option<ConsentWord>,
    blocked: Option<bool>,
    #[serde(default)]
    #[param(inline)]
    sort: SortWord,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Consent)]
pub enum ConsentWord {
    Granted,
    None,
    Withdrawn,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub enum SortWord {
    #[serde(rename = "created_at")]
    Oldest,
    #[default]
    #[serde(rename = "-created_at")]
    Newest,
    #[serde(rename = "name")]
    Name,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContactPage {
    pub items: Vec<Contact>,
    pub next_cursor: Option<String>,
    /// All contacts of the tenant, when nothing narrows the list.
    pub total: Option<i64>,
}

/// Lists contacts.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ContactQuery),
    responses((status = 200, body = ContactPage)))]
pub async fn page(
    State(app): State<App>,
    reading: Reading<ReadContacts>,
    Params(query): Params<ContactQuery>,
) -> Result<Json<ContactPage>, Problem> {
    let limit = limit(query.limit)?;
    let filter = query.filter();
    let tenant = reading.caller.tenant;
    let mut transaction = reading.open(&app, &["contacts"]).await?;
    let page = contacts::page(&mut transaction, tenant, &filter, query.cursor.as_deref(), limit).await?;
    let total = if filter.is_open() { Some(contacts::total(&mut transaction, tenant).await?) } else { None };
    let items = page.items.into_iter().map(Contact::from).collect();
    Ok(Json(ContactPage { items, next_cursor: page.next_cursor, total }))
}

/// Shows one contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, body = ContactDetail)))]
pub async fn one(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadContacts>,
) -> Result<Versioned<ContactDetail>, Problem> {
    let (tenant, id) = (reading.caller.tenant, ContactId(id));
    let mut transaction = reading.open(&app, &["contacts"]).await?;
    let row = contacts::one(&mut transaction, tenant, id).await?.ok_or_else(Problem::not_found)?;
    drop(transaction);
    let whatsapp = validate::last_check(&app, tenant, id).await?;
    Ok(Versioned(row.version, ContactDetail { contact: row.into(), whatsapp }))
}

/// What happened with one contact, the newest first.
#[utoipa::path(get, path = "/contacts/{id}/timeline", tag = "contacts", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<TimelineItem>)))]
pub async fn timeline(
    State(app): State<App>,
    At(id): At<Uuid>,
    reading: Reading<ReadContacts>,
) -> Result<Json<Items<TimelineItem>>, Problem> {
    Ok(Json(timeline::of(&app, reading.caller.tenant, Category::Contact, id).await?))
}

impl ContactQuery {
    fn filter(&self) -> ContactFilter {
        let consent = self.consent.map(|word| match word {
            ConsentWord::Granted => "granted",
            ConsentWord::None => "none",
            ConsentWord::Withdrawn => "withdrawn",
        });
        ContactFilter {
            q: self.q.clone(),
            tag: self.tag.clone(),
            list: self.list_id.map(ListId),
            consent: consent.map(str::to_owned),
            blocked: self.blocked,
            sort: match self.sort {
                SortWord::Oldest => ContactSort::CreatedAt,
                SortWord::Newest => ContactSort::CreatedAtDescending,
                SortWord::Name => ContactSort::Name,
            },
        }
    }
}
