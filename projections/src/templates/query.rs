//! What the screens ask of templates.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;
use waybill_domain::content::TemplateUse;
use waybill_domain::id::{TemplateId, TenantId};
use waybill_domain::provider_template::places_of_text;

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct TemplateRow {
    pub template_id: Uuid,
    pub provider: String,
    pub account_id: String,
    pub provider_id: String,
    pub name: String,
    pub language: String,
    pub category: String,
    pub status: String,
    pub quality: Option<String>,
    pub reason: Option<String>,
    pub components: Value,
    pub drifted_at: Option<DateTime<Utc>>,
    pub gone: bool,
    pub found_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

/// Every part is optional; those that are set all hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Found anywhere in the name or in the text.
    pub q: Option<String>,
    pub status: Option<String>,
    pub account_id: Option<String>,
    /// Also those that the provider does not have any more.
    pub gone: bool,
}

const TEMPLATES: &str = "select template_id, provider, account_id, provider_id, name, language, category, status, quality, \
    reason, components, drifted_at, gone, found_at, updated_at, version from read.template";

/// One page, by name and language.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    filter: &Filter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<TemplateRow>, QueryError> {
    let after: Option<(String, String, Uuid)> = page::decode(cursor)?;
    let mut sql = QueryBuilder::<Postgres>::new(TEMPLATES);
    sql.push(" where tenant_id = ").push_bind(tenant.0);
    if !filter.gone {
        sql.push(" and not gone");
    }
    if let Some(status) = &filter.status {
        sql.push(" and status = ").push_bind(status.to_lowercase());
    }
    if let Some(account) = &filter.account_id {
        sql.push(" and account_id = ").push_bind(account.clone());
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let pattern = page::containing(q);
        sql.push(" and (name ilike ").push_bind(pattern.clone());
        sql.push(" or components::text ilike ").push_bind(pattern).push(")");
    }
    if let Some((name, language, id)) = after {
        sql.push(" and (name, language, template_id) > (").push_bind(name).push(", ").push_bind(language);
        sql.push(", ").push_bind(id).push(")");
    }
    sql.push(" order by name, language, template_id limit ").push_bind(limit + 1);
    let rows: Vec<TemplateRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(Page::cut(rows, limit, |row| (row.name.clone(), row.language.clone(), row.template_id)))
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    template: TemplateId,
) -> Result<Option<TemplateRow>, QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(TEMPLATES);
    sql.push(" where tenant_id = ").push_bind(tenant.0).push(" and template_id = ").push_bind(template.0);
    Ok(sql.build_query_as().fetch_optional(connection).await?)
}

impl TemplateRow {
    pub fn is_usable(&self) -> bool {
        !self.gone && matches!(self.status.as_str(), "approved" | "active")
    }
}

/// Those of this name and language of one account, or of whichever has them; and whether any template is known there at all.
pub async fn named(
    connection: &mut PgConnection,
    tenant: TenantId,
    account: Option<&str>,
    name: &str,
    language: &str,
) -> Result<(Vec<TemplateRow>, bool), QueryError> {
    let mut sql = QueryBuilder::<Postgres>::new(TEMPLATES);
    sql.push(" where tenant_id = ").push_bind(tenant.0).push(" and name = ").push_bind(name.to_owned());
    sql.push(" and language = ").push_bind(language.to_owned());
    if let Some(account) = account {
        sql.push(" and account_id = ").push_bind(account.to_owned());
    }
    let rows: Vec<TemplateRow> = sql.build_query_as().fetch_all(&mut *connection).await?;
    let any = sqlx::query_scalar(
        "select exists (select from read.template where tenant_id = $1 and ($2::text is null or account_id = $2))",
    );
    Ok((rows, any.bind(tenant.0).bind(account).fetch_one(connection).await?))
}

/// What a send asks of an account: a template of this name and language, with so many places in its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub name: String,
    pub language: String,
    pub places: usize,
}

impl Wanted {
    pub fn by(template: &TemplateUse) -> Self {
        Self { name: template.name.clone(), language: template.language.clone(), places: template.body.len() }
    }
}

/// Of each account whose templates are known: whether it may send this one.
pub async fn accounts_with(
    connection: &mut PgConnection,
    tenant: TenantId,
    wanted: &Wanted,
) -> Result<HashMap<String, bool>, sqlx::Error> {
    let mut accounts: HashMap<String, bool> =
        sqlx::query_scalar("select distinct account_id from read.template where tenant_id = $1")
            .bind(tenant.0)
            .fetch_all(&mut *connection)
            .await?
            .into_iter()
            .map(|account| (account, false))
            .collect();
    let usable: Vec<(String, Value)> = sqlx::query_as(
        "select account_id, components from read.template
         where tenant_id = $1 and name = $2 and language = $3 and not gone and status in ('approved', 'active')",
    )
    .bind(tenant.0)
    .bind(&wanted.name)
    .bind(&wanted.language)
    .fetch_all(connection)
    .await?;
    let fitting = usable.into_iter().filter(|(_, components)| places_of_text(components) == wanted.places);
    accounts.extend(fitting.map(|(account, _)| (account, true)));
    Ok(accounts)
}
