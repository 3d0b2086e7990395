//! What the screens ask of campaigns.

use super::row::{Row, States};
use crate::page::{self, Page, QueryError};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use std::collections::BTreeMap;
use uuid::Uuid;
use waybill_domain::campaign::{Audience, Spread, Status};
use waybill_domain::content::Attachment;
use waybill_domain::id::{CampaignId, TenantId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Campaign {
    pub campaign_id: Uuid,
    pub name: String,
    pub status: String,
    pub audience: Audience,
    pub template_text: String,
    pub attachment: Option<Attachment>,
    pub package_id: Uuid,
    pub package_name: Option<String>,
    pub spread: Spread,
    /// Recipients reckoned with at the start.
    pub planned: i64,
    pub totals: Totals,
    pub points: Points,
    pub excluded_by: BTreeMap<String, i64>,
    /// The audience is resolved: `totals.enrolled` will not grow.
    pub enrolment_done: bool,
    pub paused_reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    /// Taken by the provider, while it runs.
    pub rate_per_second: Option<f64>,
    pub eta: Option<DateTime<Utc>>,
    pub binding_limit: Option<BindingLimit>,
    /// Of the stream, for `If-Match`.
    pub version: i64,
    /// The last event in it, its messages' and the wallet's included.
    pub position: i64,
}

/// Each recipient counted once, in the present state. `enrolled` is the sum of the last eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    pub enrolled: i64,
    pub excluded: i64,
    pub queued: i64,
    /// With a number, or on the way to the provider.
    pub sending: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Points {
    /// Of those planned, neither captured nor released yet.
    pub reserved: i64,
    pub captured: i64,
    /// Refunds included.
    pub released: i64,
}

/// The limit that its queued recipients wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BindingLimit {
    pub limit: String,
    pub until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct FailureRow {
    pub class: String,
    pub code: String,
    /// What the provider last said with this code.
    pub detail: String,
    pub count: i64,
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct StatusCount {
    pub status: String,
    pub count: i64,
}

/// A short window follows a fast campaign, a long one does not call a slow campaign still.
const SHORT: i32 = 10;
const LONG: i32 = 60;
const ENOUGH_FOR_SHORT: i64 = 20;

#[derive(FromRow)]
struct Found {
    #[sqlx(flatten)]
    row: Row,
    package_name: Option<String>,
    sent_short: i64,
    settled_short: i64,
    sent_long: i64,
    settled_long: i64,
}

fn select(now: DateTime<Utc>) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(
        "select g.*, p.name as package_name, r.sent_short, r.settled_short, r.sent_long, r.settled_long \
         from read.campaign g \
         left join read.package p on p.tenant_id = g.tenant_id and p.package_id = g.package_id \
         left join lateral (select coalesce(sum(r.sent) filter (where r.second >= ",
    );
    let short = now - TimeDelta::seconds(SHORT.into());
    sql.push_bind(short).push("), 0)::int8 as sent_short, coalesce(sum(r.settled) filter (where r.second >= ");
    sql.push_bind(short).push("), 0)::int8 as settled_short, coalesce(sum(r.sent), 0)::int8 as sent_long, ");
    sql.push("coalesce(sum(r.settled), 0)::int8 as settled_long from read.campaign_rate r ");
    sql.push("where g.status = 'running' and r.tenant_id = g.tenant_id and r.campaign_id = g.campaign_id");
    sql.push(" and r.second >= ").push_bind(now - TimeDelta::seconds(LONG.into()));
    sql.push(" and r.second < ").push_bind(now).push(") r on true");
    sql
}

/// One page, the newest first; discarded drafts only when asked for. `now` is for rate and time left.
pub async fn page(
    connection: &mut PgConnection,
    tenant: TenantId,
    status: Option<Status>,
    cursor: Option<&str>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Page<Campaign>, QueryError> {
    let before: Option<(DateTime<Utc>, Uuid)> = page::decode(cursor)?;
    let mut sql = select(now);
    sql.push(" where g.tenant_id = ").push_bind(tenant.0);
    match status {
        Some(status) => sql.push(" and g.status = ").push_bind(status.as_str()),
        None => sql.push(" and g.status <> 'discarded'"),
    };
    if let Some((at, id)) = before {
        sql.push(" and (g.created_at, g.campaign_id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    sql.push(" order by g.created_at desc, g.campaign_id desc limit ").push_bind(limit + 1);
    let rows: Vec<Found> = sql.build_query_as().fetch_all(connection).await?;
    let page = Page::cut(rows, limit, |found| (found.row.created_at, found.row.campaign_id));
    Ok(page.map(|found| found.at(now)))
}

pub async fn one(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
    now: DateTime<Utc>,
) -> Result<Option<Campaign>, QueryError> {
    let mut sql = select(now);
    sql.push(" where g.tenant_id = ").push_bind(tenant.0);
    sql.push(" and g.campaign_id = ").push_bind(campaign.0);
    let found: Option<Found> = sql.build_query_as().fetch_optional(connection).await?;
    Ok(found.map(|found| found.at(now)))
}

/// Why its messages failed for good, the most frequent cause first.
pub async fn failures(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
) -> Result<Vec<FailureRow>, QueryError> {
    let sql = "select class, code, detail, count from read.campaign_failure \
               where tenant_id = $1 and campaign_id = $2 order by count desc, class, code";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(campaign.0).fetch_all(connection).await?)
}

/// How many campaigns the tenant has in each status.
pub async fn status_counts(connection: &mut PgConnection, tenant: TenantId) -> Result<Vec<StatusCount>, QueryError> {
    let sql = "select status, count from read.campaign_count where tenant_id = $1 and count > 0 order by status";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_all(connection).await?)
}

impl Found {
    fn at(self, now: DateTime<Utc>) -> Campaign {
        let (rate_per_second, eta) = self.pace(now);
        let row = self.row;
        let waiting = row.states.queued > 0 && row.status == Status::Running.as_str();
        let binding_limit = row
            .deferred_limit
            .filter(|_| waiting && row.deferred_until.is_none_or(|until| until > now))
            .map(|limit| BindingLimit { limit, until: row.deferred_until });
        Campaign {
            campaign_id: row.campaign_id,
            name: row.name,
            status: row.status,
            audience: row.audience,
            template_text: row.template_text,
            attachment: row.attachment.map(|it| it.0),
            package_id: row.package_id,
            package_name: self.package_name,
            spread: row.spread,
            planned: row.planned,
            totals: Totals::of(row.enrolled, row.excluded_by.values().sum(), &row.states),
            points: Points {
                reserved: row.points_reserved,
                captured: row.points_captured,
                released: row.points_released,
            },
            excluded_by: row.excluded_by,
            enrolment_done: row.enrolment_done,
            paused_reason: row.paused_reason,
            created_at: row.created_at,
            started_at: row.started_at,
            cancelled_at: row.cancelled_at,
            completed_at: row.completed_at,
            rate_per_second,
            eta,
            binding_limit,
            version: row.version,
            position: row.position,
        }
    }

    /// Messages a second and when the last will be settled at that pace; nothing while it does not move.
    fn pace(&self, now: DateTime<Utc>) -> (Option<f64>, Option<DateTime<Utc>>) {
        let (sent, settled, window) = if self.settled_short >= ENOUGH_FOR_SHORT {
            (self.sent_short, self.settled_short, SHORT)
        } else {
            (self.sent_long, self.settled_long, LONG)
        };
        let Some(started) = self.row.started_at.filter(|_| settled > 0) else { return (None, None) };
        let seconds = ((now - started).num_milliseconds() as f64 / 1_000.0).clamp(1.0, f64::from(window));
        let states = &self.row.states;
        let left = (states.queued + states.dispatched + states.sending).max(0);
        // What is planned and not enrolled yet may still be excluded: the end is known when enrolment is.
        let eta = (left > 0 && self.row.enrolment_done)
            .then(|| TimeDelta::try_milliseconds((left as f64 * seconds / settled as f64 * 1_000.0) as i64))
            .flatten()
            .and_then(|time| now.checked_add_signed(time));
        (Some(sent as f64 / seconds), eta)
    }
}

impl Totals {
    fn of(enrolled: i64, excluded: i64, states: &States) -> Self {
        Self {
            enrolled,
            excluded,
            queued: states.queued,
            sending: states.dispatched + states.sending,
            sent: states.sent,
            delivered: states.delivered,
            read: states.read,
            failed: states.failed,
            cancelled: states.cancelled,
            uncertain: states.uncertain,
        }
    }
}
