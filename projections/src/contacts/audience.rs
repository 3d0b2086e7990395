//! What the campaign runner and the forecast ask: whole audiences, in the order of contact ids.
//!
//! The runner walks an audience by keyset and so never holds it; a page costs the same at the end as at the start.

use crate::page::QueryError;
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row};
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::Audience;
use waybill_domain::id::{ContactId, TenantId};

/// What enrolling and writing to a contact needs.
#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct AudienceRow {
    #[sqlx(try_from = "uuid::Uuid")]
    pub contact_id: ContactId,
    /// Unknown when the personal data is erased.
    pub phone: Option<String>,
    pub name: Option<String>,
    #[sqlx(json)]
    pub fields: BTreeMap<String, String>,
    /// `granted`, `none` or `withdrawn`.
    pub consent: String,
    pub blocked: bool,
}

impl AudienceRow {
    pub fn has_consent(&self) -> bool {
        self.consent == "granted"
    }
}

/// An audience, each contact counted under the first reason that keeps it out, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AudienceCounts {
    pub total: u64,
    pub no_consent: u64,
    pub blocked: u64,
    pub erased: u64,
    pub missing_variable: u64,
    /// The rest.
    pub eligible: u64,
    /// For each required variable, who would be written to but lacks it; a contact may lack several.
    pub missing: BTreeMap<String, u64>,
}

/// Contacts of `audience` after `after`, by id. Fewer than `limit` means that it ends there.
pub async fn audience_page(
    connection: &mut PgConnection,
    tenant: TenantId,
    audience: &Audience,
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<AudienceRow>, QueryError> {
    let mut sql = QueryBuilder::new("select c.contact_id, c.phone, c.name, c.fields, c.consent, c.blocked");
    push_audience(&mut sql, tenant, audience);
    if let Some(after) = after {
        sql.push(" and c.contact_id > ").push_bind(after.0);
        // Said twice: a join does not carry it over, and would begin with the first contact on every page.
        if matches!(audience, Audience::List(_)) {
            sql.push(" and m.contact_id > ").push_bind(after.0);
        }
    }
    sql.push(" order by c.contact_id limit ").push_bind(limit);
    Ok(sql.build_query_as().fetch_all(connection).await?)
}

/// The named contacts that are there, by id.
pub async fn audience_by_ids(
    connection: &mut PgConnection,
    tenant: TenantId,
    contacts: &[ContactId],
) -> Result<Vec<AudienceRow>, QueryError> {
    let ids: Vec<uuid::Uuid> = contacts.iter().map(|id| id.0).collect();
    // Each by its key. Asked for all at once, the planner reads the whole tenant while it does not yet know how many
    // contacts came in by the last import.
    let sql = "select c.* from (select distinct unnest($2::uuid[]) as contact_id) k cross join lateral ( \
                   select c.contact_id, c.phone, c.name, c.fields, c.consent, c.blocked from read.contact c \
                   where c.tenant_id = $1 and c.contact_id = k.contact_id and not c.removed offset 0 \
               ) c order by c.contact_id";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(ids).fetch_all(connection).await?)
}

/// Counts an audience in one pass, for texts with these required `variables`.
pub async fn audience_counts(
    connection: &mut PgConnection,
    tenant: TenantId,
    audience: &Audience,
    variables: &[&str],
) -> Result<AudienceCounts, QueryError> {
    // Blank values are never stored, so that presence is enough; nobody who is writable lacks a number.
    let asked: Vec<&str> = variables.iter().copied().filter(|name| *name != "phone").collect();
    let mut sql = QueryBuilder::<Postgres>::new(
        "select count(*), count(*) filter (where no_consent), count(*) filter (where not no_consent and blocked), \
         count(*) filter (where not no_consent and not blocked and erased), \
         count(*) filter (where writable and (false",
    );
    for at in 0..asked.len() {
        sql.push(format_args!(" or lacks_{at}"));
    }
    sql.push("))");
    for at in 0..asked.len() {
        sql.push(format_args!(", count(*) filter (where writable and lacks_{at})"));
    }
    sql.push(
        " from (select c.consent <> 'granted' as no_consent, c.blocked, c.phone is null as erased, \
         c.consent = 'granted' and not c.blocked and c.phone is not null as writable",
    );
    for (at, name) in asked.iter().enumerate() {
        match *name {
            "name" => sql.push(", c.name is null"),
            field => sql.push(", not jsonb_exists(c.fields, ").push_bind(field).push(")"),
        };
        sql.push(format_args!(" as lacks_{at}"));
    }
    push_audience(&mut sql, tenant, audience);
    sql.push(") contacts");
    let row = sql.build().fetch_one(connection).await?;
    let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
    let [total, no_consent, blocked, erased, missing_variable] =
        [count(0)?, count(1)?, count(2)?, count(3)?, count(4)?];
    let mut missing: BTreeMap<String, u64> = variables.iter().map(|name| ((*name).to_owned(), 0)).collect();
    for (at, name) in asked.iter().enumerate() {
        missing.insert((*name).to_owned(), count(5 + at)?);
    }
    let eligible = total - no_consent - blocked - erased - missing_variable;
    Ok(AudienceCounts { total, no_consent, blocked, erased, missing_variable, eligible, missing })
}

fn push_audience(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, audience: &Audience) {
    match audience {
        Audience::List(list) => {
            sql.push(" from read.contact_list_member m join read.contact c using (tenant_id, contact_id)");
            sql.push(" where m.list_id = ").push_bind(list.0);
            sql.push(" and m.tenant_id = ").push_bind(tenant.0);
        }
        Audience::All => {
            sql.push(" from read.contact c where c.tenant_id = ").push_bind(tenant.0);
        }
        Audience::Tags(tags) => {
            sql.push(" from read.contact c where c.tenant_id = ").push_bind(tenant.0);
            sql.push(" and c.tags && ").push_bind(tags.clone());
        }
        Audience::Contacts(ids) => {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
            sql.push(" from read.contact c where c.tenant_id = ").push_bind(tenant.0);
            sql.push(" and c.contact_id = any(").push_bind(ids).push(")");
        }
    }
    sql.push(" and not c.removed");
}
