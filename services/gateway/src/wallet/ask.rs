//! The balance and the ledger.

use super::Wallet;
use crate::app::App;
use crate::caller::needs::ReadWallet;
use crate::extract::Params;
use crate::page::{Page, limit};
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use waybill_projections::wallet::{self, EntryRow};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TxnQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A move of points.
#[derive(Debug, Serialize, ToSchema)]
pub struct Txn {
    pub position: i64,
    pub at: DateTime<Utc>,
    /// `topped_up`, `reserved`, `captured` or `released`.
    pub kind: String,
    /// The effect on what can be spent; 0 for a capture, which spends what was reserved.
    pub points: i64,
    pub campaign_id: Option<Uuid>,
    pub campaign_name: Option<String>,
    /// Messages it was for.
    pub count: Option<i64>,
    pub note: Option<String>,
    pub balance_after: i64,
}

impl From<EntryRow> for Txn {
    fn from(row: EntryRow) -> Self {
        Self {
            position: row.position,
            at: row.at,
            kind: row.kind,
            points: row.points,
            campaign_id: row.campaign_id,
            campaign_name: row.campaign_name,
            count: row.count,
            note: row.note,
            balance_after: row.balance_after,
        }
    }
}

/// The balance.
#[utoipa::path(get, path = "/wallet", tag = "wallet", responses((status = 200, body = Wallet)))]
pub async fn wallet(State(app): State<App>, reading: Reading<ReadWallet>) -> Result<Json<Wallet>, Problem> {
    let mut transaction = reading.open(&app, &["wallet"]).await?;
    let row = wallet::balance(&mut transaction, reading.caller.tenant).await?;
    let [available, reserved, captured, topped_up] =
        [row.available, row.reserved, row.captured, row.topped_up].map(i64::unsigned_abs);
    Ok(Json(Wallet::new(available, reserved, captured, topped_up)))
}

/// The ledger, the newest entry first.
#[utoipa::path(get, path = "/wallet/txns", tag = "wallet", params(TxnQuery),
    responses((status = 200, body = Page<Txn>)))]
pub async fn txns(
    State(app): State<App>,
    reading: Reading<ReadWallet>,
    Params(query): Params<TxnQuery>,
) -> Result<Json<Page<Txn>>, Problem> {
    let limit = limit(query.limit)?;
    let mut transaction = reading.open(&app, &["wallet"]).await?;
    let page = wallet::entries(&mut transaction, reading.caller.tenant, query.cursor.as_deref(), limit).await?;
    Ok(Json(Page::of(page, Txn::from)))
}
