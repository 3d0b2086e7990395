//! A tenant's points: the balance, and the ledger with the balance after each entry.
//!
//! The ledger is folded from the wallet's events alone, so `GET /wallet/proof` can set it against a fold of the log.

pub mod query;

mod fold;
mod write;

pub use query::{BalanceRow, EntryRow, balance, entries, ledger_sums};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Wallet;

impl Projection for Wallet {
    fn name(&self) -> &'static str {
        "wallet"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["wallet", "wallet_entry"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("wallet/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("wallet.")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            batch::find_by_index(connection).await?;
            let balances = write::load(connection, events).await?;
            let folded = fold::fold(balances, events, &mut applied)?;
            if !folded.entries.is_empty() {
                write::balances(connection, &folded.balances).await?;
                write::entries(connection, &folded.entries).await?;
            }
            Ok(applied)
        })
    }
}
