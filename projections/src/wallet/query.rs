//! What the screens and the proof ask of the wallet.

use crate::page::{self, Page, QueryError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;
use waybill_domain::id::TenantId;

/// A tenant's points. `topped_up = available + reserved + captured`.
#[derive(Debug, Clone, PartialEq, Eq, Default, FromRow, Serialize)]
pub struct BalanceRow {
    pub topped_up: i64,
    pub available: i64,
    pub reserved: i64,
    /// Captured and not refunded.
    pub captured: i64,
    /// Ever released or refunded.
    pub released: i64,
    /// Of the wallet's stream.
    pub version: i64,
    /// The last event of the wallet in it.
    pub position: i64,
}

#[derive(Debug, Clone, PartialEq, FromRow, Serialize)]
pub struct EntryRow {
    pub position: i64,
    pub at: DateTime<Utc>,
    /// `topped_up`, `reserved`, `captured` or `released`; a refund is a release.
    pub kind: String,
    /// Released after it had been captured.
    pub refund: bool,
    /// What was moved, whichever way.
    pub moved: i64,
    /// Signed, on the available points.
    pub points: i64,
    pub campaign_id: Option<Uuid>,
    pub campaign_name: Option<String>,
    /// Messages it was for.
    pub count: Option<i64>,
    pub note: Option<String>,
    pub balance_after: i64,
}

/// The balance; zeros for a tenant without a wallet yet.
pub async fn balance(connection: &mut PgConnection, tenant: TenantId) -> Result<BalanceRow, QueryError> {
    let sql = "select topped_up, available, reserved, captured, released, version, position \
               from read.wallet where tenant_id = $1";
    let row: Option<BalanceRow> = sqlx::query_as(sql).bind(tenant.0).fetch_optional(connection).await?;
    Ok(row.unwrap_or_default())
}

/// One page of the ledger, the newest first.
pub async fn entries(
    connection: &mut PgConnection,
    tenant: TenantId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<EntryRow>, QueryError> {
    let before: Option<i64> = page::decode(cursor)?;
    let rows: Vec<EntryRow> = sqlx::query_as(
        "select e.position, e.at, case e.kind when 'refunded' then 'released' else e.kind end as kind, \
             e.kind = 'refunded' as refund, e.points as moved, e.effect as points, e.campaign_id, \
             g.name as campaign_name, e.messages as count, e.note, e.balance_after \
         from read.wallet_entry e \
         left join read.campaign g on g.tenant_id = e.tenant_id and g.campaign_id = e.campaign_id \
         where e.tenant_id = $1 and e.position < $2 order by e.position desc limit $3",
    )
    .bind(tenant.0)
    .bind(before.unwrap_or(i64::MAX))
    .bind(limit + 1)
    .fetch_all(connection)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.position))
}

/// The accounts summed up again from the ledger, for the proof: it must equal [`balance`] and the fold of the log.
pub async fn ledger_sums(connection: &mut PgConnection, tenant: TenantId) -> Result<BalanceRow, QueryError> {
    let sql = "select coalesce(sum(points) filter (where kind = 'topped_up'), 0)::int8 as topped_up, \
                   coalesce(sum(effect), 0)::int8 as available, \
                   coalesce(sum(case kind when 'reserved' then points when 'captured' then -points \
                       when 'released' then -points else 0 end), 0)::int8 as reserved, \
                   coalesce(sum(case kind when 'captured' then points when 'refunded' then -points else 0 end), \
                       0)::int8 as captured, \
                   coalesce(sum(points) filter (where kind in ('released', 'refunded')), 0)::int8 as released, \
                   count(*)::int8 as version, coalesce(max(position), 0)::int8 as position \
               from read.wallet_entry where tenant_id = $1";
    Ok(sqlx::query_as(sql).bind(tenant.0).fetch_one(connection).await?)
}
