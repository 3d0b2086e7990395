//! What the screens and the forecast ask of packages and numbers.

use super::row::{PackageRow, ProfileRow, Standing};
use crate::page::QueryError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;
use waybill_domain::id::{PackageId, ProfileId, TenantId};
use waybill_domain::package::distribution::Candidate;
use waybill_domain::package::limits::{Overrides, Settings, Usage, day_of, hour_of};
use waybill_domain::package::recent::Recent;
use waybill_domain::provider::ProviderKind;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Package {
    pub package_id: Uuid,
    pub name: String,
    pub distribution: String,
    pub settings: Settings,
    pub profiles: Vec<Profile>,
    pub created_at: DateTime<Utc>,
    /// Of the stream, for `If-Match`.
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    pub profile_id: Uuid,
    pub package_id: Uuid,
    pub name: String,
    pub provider: String,
    pub phone: String,
    pub phone_number_id: String,
    /// `active`, `inactive`, `cooling_down` or `blocked`.
    pub state: String,
    /// Why it is blocked or cooling down, in the provider's words.
    pub state_reason: Option<String>,
    /// While it is cooling down.
    pub cooling_until: Option<DateTime<Utc>>,
    pub overrides: Overrides,
    pub standing: Standing,
    /// The package's settings with the overrides over them.
    pub settings: Settings,
    pub hour: UsedOf,
    pub day: UsedOf,
    /// What it sent in the last 24 hours, and what other numbers of its account did: they share a limit.
    pub recent: Recent,
    pub recent_of_others: Recent,
    pub used_of_account: u32,
    /// Chosen for a message that has no outcome yet.
    pub in_flight: i64,
    pub failures_in_row: i64,
    pub last_sent_at: Option<DateTime<Utc>>,
    pub sent: i64,
    /// Attempts that were refused, final or not.
    pub failed: i64,
    /// Attempts that ended without an answer, settled since or not.
    pub uncertain: i64,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UsedOf {
    pub used: i64,
    pub limit: Option<u32>,
}

#[derive(FromRow)]
struct Found {
    #[sqlx(flatten)]
    row: ProfileRow,
    #[sqlx(json)]
    settings: Settings,
    used_in_hour: i64,
    used_in_day: i64,
    own_hours: Vec<DateTime<Utc>>,
    own_used: Vec<i64>,
    others_hours: Vec<DateTime<Utc>>,
    others_used: Vec<i64>,
}

/// The tenant's packages with their numbers, the oldest first. `now` decides which hour and day are shown.
pub async fn packages(
    connection: &mut PgConnection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<Vec<Package>, QueryError> {
    let sql = "select * from read.package where tenant_id = $1 and not deleted order by created_at, package_id";
    let rows: Vec<PackageRow> = sqlx::query_as(sql).bind(tenant.0).fetch_all(&mut *connection).await?;
    let mut numbers = found(connection, tenant, now, |_| {}).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = numbers.extract_if(.., |profile| profile.package_id == row.package_id).collect();
            Package::of(row, own)
        })
        .collect())
}

pub async fn package(
    connection: &mut PgConnection,
    tenant: TenantId,
    package: PackageId,
    now: DateTime<Utc>,
) -> Result<Option<Package>, QueryError> {
    let sql = "select * from read.package where tenant_id = $1 and package_id = $2 and not deleted";
    let row: Option<PackageRow> =
        sqlx::query_as(sql).bind(tenant.0).bind(package.0).fetch_optional(&mut *connection).await?;
    match row {
        Some(row) => Ok(Some(Package::of(row, profiles(connection, tenant, package, now).await?))),
        None => Ok(None),
    }
}

/// The numbers of one package, the oldest first.
pub async fn profiles(
    connection: &mut PgConnection,
    tenant: TenantId,
    package: PackageId,
    now: DateTime<Utc>,
) -> Result<Vec<Profile>, QueryError> {
    let narrow = |sql: &mut QueryBuilder<Postgres>| {
        sql.push(" and p.package_id = ").push_bind(package.0);
    };
    found(connection, tenant, now, narrow).await
}

/// Package and number of those whose device is linked by a code.
pub async fn linkable(connection: &mut PgConnection, tenant: TenantId) -> Result<Vec<(Uuid, Uuid)>, QueryError> {
    let kinds = ProviderKind::ALL.into_iter().filter(|kind| kind.abilities().links_by_qr);
    let kinds: Vec<&str> = kinds.map(ProviderKind::as_str).collect();
    let sql = "select package_id, profile_id from read.profile \
               where tenant_id = $1 and provider = any($2) and state <> 'removed' order by profile_id";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(kinds).fetch_all(connection).await?)
}

pub async fn profile(
    connection: &mut PgConnection,
    tenant: TenantId,
    profile: ProfileId,
    now: DateTime<Utc>,
) -> Result<Option<Profile>, QueryError> {
    let narrow = |sql: &mut QueryBuilder<Postgres>| {
        sql.push(" and p.profile_id = ").push_bind(profile.0);
    };
    Ok(found(connection, tenant, now, narrow).await?.pop())
}

async fn found(
    connection: &mut PgConnection,
    tenant: TenantId,
    now: DateTime<Utc>,
    narrow: impl FnOnce(&mut QueryBuilder<Postgres>),
) -> Result<Vec<Profile>, QueryError> {
    let mut sql = QueryBuilder::new(
        "select p.*, g.settings, coalesce(h.used, 0) as used_in_hour, coalesce(d.used, 0) as used_in_day, \
             r.own_hours, r.own_used, r.others_hours, r.others_used \
         from read.profile p \
         join read.package g on g.tenant_id = p.tenant_id and g.package_id = p.package_id \
         left join read.profile_usage h on h.tenant_id = p.tenant_id and h.profile_id = p.profile_id \
             and h.span = 'hour' and h.starts_at = ",
    );
    sql.push_bind(hour_of(now));
    sql.push(" left join read.profile_usage d on d.tenant_id = p.tenant_id and d.profile_id = p.profile_id");
    sql.push(" and d.span = 'day' and d.starts_at = ").push_bind(day_of(now));
    sql.push(
        " cross join lateral (select \
              coalesce(array_agg(u.starts_at) filter (where q.profile_id = p.profile_id), '{}') as own_hours, \
              coalesce(array_agg(u.used) filter (where q.profile_id = p.profile_id), '{}') as own_used, \
              coalesce(array_agg(u.starts_at) filter (where q.profile_id <> p.profile_id), '{}') as others_hours, \
              coalesce(array_agg(u.used) filter (where q.profile_id <> p.profile_id), '{}') as others_used \
          from read.profile q \
          join read.profile_usage u on u.tenant_id = q.tenant_id and u.profile_id = q.profile_id \
          where q.tenant_id = p.tenant_id and (q.profile_id = p.profile_id or q.account = p.account) \
              and u.span = 'hour' and u.starts_at > ",
    );
    sql.push_bind(now - Recent::COUNTS_FOR).push(") r");
    sql.push(" where p.state <> 'removed' and p.tenant_id = ").push_bind(tenant.0);
    narrow(&mut sql);
    sql.push(" order by p.created_at, p.profile_id");
    let rows: Vec<Found> = sql.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|found| found.at(now)).collect())
}

impl Profile {
    /// As the picker and the forecast see it.
    pub fn candidate(&self, now: DateTime<Utc>) -> Candidate {
        let used = |of: UsedOf| u32::try_from(of.used).unwrap_or(u32::MAX);
        Candidate {
            active: matches!(self.state.as_str(), "active" | "cooling_down"),
            linked: matches!(self.standing.link.as_str(), "not_needed" | "linked"),
            usage: Usage {
                hour: Some(hour_of(now)),
                in_hour: used(self.hour),
                day: Some(day_of(now)),
                in_day: used(self.day),
                free_at: self.last_sent_at.map(|at| at + self.settings.mean_pause()),
                recent: self.recent.clone(),
            },
            throttled_until: self.cooling_until,
            messaging_limit: self.standing.messaging_limit.and_then(|limit| u32::try_from(limit).ok()),
            account: self.standing.account.as_ref().map(|account| account.limits_of().to_owned()),
            others: self.recent_of_others.clone(),
            in_flight: u32::try_from(self.in_flight).unwrap_or(0),
            health: self.standing.health.score,
            weight: self.standing.rank.weight,
            priority: self.standing.rank.priority,
            ..Candidate::new(ProfileId(self.profile_id), self.settings.clone())
        }
    }
}

impl Package {
    fn of(row: PackageRow, profiles: Vec<Profile>) -> Self {
        Self {
            package_id: row.package_id,
            name: row.name,
            distribution: row.distribution,
            settings: row.settings,
            profiles,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

fn recent(hours: &[DateTime<Utc>], used: &[i64]) -> Recent {
    Recent::of(hours.iter().copied().zip(used.iter().map(|used| u32::try_from(*used).unwrap_or(u32::MAX))))
}

impl Found {
    fn at(self, now: DateTime<Utc>) -> Profile {
        let row = self.row;
        let settings = row.overrides.over(&self.settings);
        let cooling_until = row.cooling_until.filter(|until| *until > now && row.state == "active");
        let (state, state_reason) = match cooling_until {
            Some(_) => ("cooling_down".to_owned(), row.state_reason),
            None if row.state == "active" => (row.state, None),
            None => (row.state, row.state_reason),
        };
        let own = recent(&self.own_hours, &self.own_used);
        let others = recent(&self.others_hours, &self.others_used);
        Profile {
            used_of_account: own.and(&others).used(now),
            recent: own,
            recent_of_others: others,
            profile_id: row.profile_id,
            package_id: row.package_id,
            name: row.name,
            provider: row.provider,
            phone: row.phone,
            phone_number_id: row.phone_number_id,
            state,
            state_reason,
            cooling_until,
            overrides: row.overrides,
            standing: row.standing,
            hour: UsedOf { used: self.used_in_hour, limit: settings.hourly_limit },
            day: UsedOf { used: self.used_in_day, limit: settings.daily_limit },
            settings,
            in_flight: row.in_flight,
            failures_in_row: row.failures_in_row,
            last_sent_at: row.last_sent_at,
            sent: row.sent,
            failed: row.failed,
            uncertain: row.uncertain,
            version: row.version,
        }
    }
}
