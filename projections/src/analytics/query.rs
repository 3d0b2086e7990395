//! What the dashboard asks. It reads the counters of contacts and campaigns as well, and counts no rows itself.

use crate::page::QueryError;
use chrono::NaiveDate;
use serde::Serialize;
use sqlx::{FromRow, PgConnection};
use waybill_domain::id::{CampaignId, TenantId};

/// What happened in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, FromRow, Serialize)]
pub struct Counts {
    pub enrolled: i64,
    pub dispatched: i64,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    /// For good.
    pub failed: i64,
    pub cancelled: i64,
    pub uncertain: i64,
    pub inbound: i64,
    pub replies: i64,
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct Day {
    pub date: NaiveDate,
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub counts: Counts,
}

/// As [`Day`], without what belongs to no campaign.
pub type CampaignDay = Day;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    pub today: Counts,
    pub contacts: i64,
    /// Discarded drafts left out.
    pub campaigns: i64,
    pub running_campaigns: i64,
    /// Of campaigns and replies.
    pub messages: i64,
    /// Right now.
    pub uncertain: i64,
    pub rates: Rates,
}

/// Between 0 and 1; nothing where nobody was written to yet.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rates {
    /// Delivered, of those that the provider has.
    pub delivery: Option<f64>,
    /// Read, of those that the provider has.
    pub read: Option<f64>,
    /// Failed for good, of those with an outcome.
    pub failure: Option<f64>,
}

#[derive(FromRow)]
struct Standing {
    contacts: i64,
    campaigns: i64,
    running_campaigns: i64,
    messages: i64,
    sent: i64,
    delivered: i64,
    read: i64,
    failed: i64,
    uncertain: i64,
}

/// The dashboard's figures; `today` is the UTC date to call so.
pub async fn overview(
    connection: &mut PgConnection,
    tenant: TenantId,
    today: NaiveDate,
) -> Result<Overview, QueryError> {
    let counts = daily(&mut *connection, tenant, today, today).await?.first().map(|day| day.counts);
    let standing: Standing = sqlx::query_as(
        "select coalesce(c.total, 0) as contacts, coalesce(g.campaigns, 0)::int8 as campaigns, \
             coalesce(g.running, 0)::int8 as running_campaigns, \
             coalesce(m.queued + m.dispatched + m.sending + m.sent + m.delivered + m.read + m.failed + m.cancelled \
                 + m.uncertain, 0) as messages, \
             coalesce(m.sent, 0) as sent, coalesce(m.delivered, 0) as delivered, coalesce(m.read, 0) as read, \
             coalesce(m.failed, 0) as failed, coalesce(m.uncertain, 0) as uncertain \
         from (values ($1::uuid)) t (tenant_id) \
         left join read.contact_total c on c.tenant_id = t.tenant_id \
         left join read.message_count m on m.tenant_id = t.tenant_id \
         left join lateral ( \
             select sum(n.count) filter (where n.status <> 'discarded') as campaigns, \
                 sum(n.count) filter (where n.status = 'running') as running \
             from read.campaign_count n where n.tenant_id = t.tenant_id) g on true",
    )
    .bind(tenant.0)
    .fetch_one(connection)
    .await?;
    let taken = standing.sent + standing.delivered + standing.read;
    Ok(Overview {
        today: counts.unwrap_or_default(),
        contacts: standing.contacts,
        campaigns: standing.campaigns,
        running_campaigns: standing.running_campaigns,
        messages: standing.messages,
        uncertain: standing.uncertain,
        rates: Rates {
            delivery: share(standing.delivered + standing.read, taken),
            read: share(standing.read, taken),
            failure: share(standing.failed, taken + standing.failed),
        },
    })
}

fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// One row a day from `from` to `to`, both included, days without anything as zeros. The caller bounds the span.
pub async fn daily(
    connection: &mut PgConnection,
    tenant: TenantId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Day>, QueryError> {
    let sql = "select s.date::date as date, coalesce(d.enrolled, 0) as enrolled, \
                   coalesce(d.dispatched, 0) as dispatched, coalesce(d.sent, 0) as sent, \
                   coalesce(d.delivered, 0) as delivered, coalesce(d.read, 0) as read, \
                   coalesce(d.failed, 0) as failed, coalesce(d.cancelled, 0) as cancelled, \
                   coalesce(d.uncertain, 0) as uncertain, coalesce(d.inbound, 0) as inbound, \
                   coalesce(d.replies, 0) as replies \
               from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') s (date) \
               left join read.daily_count d on d.tenant_id = $1 and d.date = s.date::date order by s.date";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(from).bind(to).fetch_all(connection).await?)
}

/// The days on which something happened to one campaign.
pub async fn campaign_days(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
) -> Result<Vec<CampaignDay>, QueryError> {
    let sql = "select date, enrolled, dispatched, sent, delivered, read, failed, cancelled, uncertain, \
                   0::int8 as inbound, 0::int8 as replies \
               from read.daily_campaign_count where tenant_id = $1 and campaign_id = $2 order by date";
    Ok(sqlx::query_as(sql).bind(tenant.0).bind(campaign.0).fetch_all(connection).await?)
}
