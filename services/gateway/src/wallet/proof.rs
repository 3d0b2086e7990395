//! Whether the ledger is right: the wallet folded again from the log, set against what the read model shows.

use crate::app::App;
use crate::caller::needs::ReadWallet;
use crate::problem::Problem;
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sqlx::{Postgres, Transaction};
use utoipa::ToSchema;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::stream::StreamId;
use waybill_domain::wallet::{self, State as Folded};
use waybill_event_store::read::read_stream;
use waybill_projections::wallet::{BalanceRow, balance, ledger_sums};

#[derive(Debug, Serialize, ToSchema)]
pub struct Proof {
    /// Everything below is right.
    pub balances: bool,
    /// The last event of the wallet that was reckoned with, on both sides.
    pub position: i64,
    pub events: i64,
    /// From the log.
    pub folded: Accounts,
    /// From the read model's ledger, summed up again.
    pub ledger: Accounts,
    /// Of what can be spent, between the two.
    pub difference: i64,
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Accounts {
    pub available: i64,
    pub reserved: i64,
    pub captured: i64,
    pub released: i64,
    pub topped_up: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    pub detail: String,
}

/// Proves the balance.
#[utoipa::path(get, path = "/wallet/proof", tag = "wallet", responses((status = 200, body = Proof)))]
pub async fn proof(State(app): State<App>, reading: Reading<ReadWallet>) -> Result<Json<Proof>, Problem> {
    let tenant = reading.caller.tenant;
    // Waits for the read model, where that was asked.
    drop(reading.open(&app, &["wallet"]).await?);
    let mut transaction = snapshot(&app, tenant).await?;
    let shown = balance(&mut transaction, tenant).await?;
    let ledger = ledger_sums(&mut transaction, tenant).await?;
    let events = read_stream(&mut transaction, tenant, StreamId::wallet(tenant).id, 0, shown.version).await?;
    drop(transaction);
    Ok(Json(prove(&shown, &ledger, &events)?))
}

/// All statements see the same moment: between two of them the projector may move on.
async fn snapshot(app: &App, tenant: TenantId) -> Result<Transaction<'static, Postgres>, Problem> {
    let mut transaction = app.store.database.app.begin_with("begin isolation level repeatable read read only").await?;
    sqlx::query("select set_config('app.tenant', $1, true)")
        .bind(tenant.to_string())
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

fn prove(shown: &BalanceRow, ledger: &BalanceRow, events: &[Recorded]) -> Result<Proof, Problem> {
    let mut state = Folded::default();
    let mut never_negative = true;
    for recorded in events {
        if let Some(event) = recorded.decode::<wallet::Event>().map_err(Problem::internal)? {
            // The fold itself saturates, so that it is total; the proof does not.
            never_negative &= covered(&state, &event);
            state = wallet::Wallet::evolve(state, &event);
        }
    }
    let dense = events.iter().zip(1..).all(|(event, version)| event.version == version);
    let folded = Accounts::of_log(&state);
    let (summed, row) = (Accounts::of_row(ledger), Accounts::of_row(shown));
    let whole = folded.available + folded.reserved + folded.captured;
    let campaigns: u64 = state.campaigns.values().map(|account| account.reserved).sum();
    let check = |name, ok, detail| Check { name, ok, detail };
    let checks = vec![
        check("log_is_dense", dense, format!("versions 1 to {} of the wallet's stream", events.len())),
        check("ledger_equals_log", summed == folded, format!("{} entries, {} events", ledger.version, events.len())),
        check("balance_equals_log", row == folded, format!("{} shown, {} folded", row.available, folded.available)),
        check(
            "points_are_conserved",
            whole == folded.topped_up,
            format!(
                "{} available + {} reserved + {} captured = {} topped up",
                folded.available, folded.reserved, folded.captured, folded.topped_up
            ),
        ),
        check("never_negative", never_negative, "no event took more than there was".to_owned()),
        check(
            "reservations_belong_to_campaigns",
            i64::try_from(campaigns) == Ok(folded.reserved),
            format!("{campaigns} points over {} campaigns", state.campaigns.len()),
        ),
    ];
    Ok(Proof {
        balances: checks.iter().all(|check| check.ok),
        position: shown.position,
        events: events.len() as i64,
        folded,
        ledger: summed,
        difference: folded.available - summed.available,
        checks,
    })
}

/// Whether the points that an event moves were where it takes them from.
fn covered(state: &Folded, event: &wallet::Event) -> bool {
    let account = |id| state.campaigns.get(id).copied().unwrap_or_default();
    match event {
        wallet::Event::ToppedUp(_) => true,
        wallet::Event::Reserved(it) => it.points <= state.available,
        wallet::Event::Captured(it) => it.points <= account(&it.campaign_id).reserved,
        wallet::Event::Released(it) => it.points <= account(&it.campaign_id).reserved,
        wallet::Event::Refunded(it) => it.points <= account(&it.campaign_id).captured,
    }
}

impl Accounts {
    fn of_log(state: &Folded) -> Self {
        let signed = |points: u64| i64::try_from(points).unwrap_or(i64::MAX);
        Self {
            available: signed(state.available),
            reserved: signed(state.reserved),
            captured: signed(state.captured),
            released: signed(state.released),
            topped_up: signed(state.topped_up),
        }
    }

    fn of_row(row: &BalanceRow) -> Self {
        Self {
            available: row.available,
            reserved: row.reserved,
            captured: row.captured,
            released: row.released,
            topped_up: row.topped_up,
        }
    }
}
