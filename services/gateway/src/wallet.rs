//! A tenant's points.

mod ask;
mod proof;
mod topup;

use crate::app::App;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use waybill_domain::wallet::{LOW_BALANCE, POINTS_PER_RECIPIENT};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask::wallet))
        .routes(routes!(ask::txns))
        .routes(routes!(topup::topup))
        .routes(routes!(proof::proof))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Wallet {
    /// What can be spent.
    pub balance: u64,
    /// Held for running campaigns.
    pub reserved: u64,
    /// Spent on messages that the provider took.
    pub captured_total: u64,
    pub topped_up_total: u64,
    pub low_balance: bool,
    /// What one recipient of a campaign costs.
    pub price_per_recipient: u64,
}

impl Wallet {
    fn new(balance: u64, reserved: u64, captured_total: u64, topped_up_total: u64) -> Self {
        Self {
            balance,
            reserved,
            captured_total,
            topped_up_total,
            low_balance: balance < LOW_BALANCE,
            price_per_recipient: POINTS_PER_RECIPIENT,
        }
    }
}
