//! More points.

use super::Wallet;
use crate::app::App;
use crate::caller::needs::WriteWallet;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::stream::StreamId;
use waybill_domain::wallet::{self, Command};

#[derive(Debug, Deserialize, ToSchema)]
pub struct TopUp {
    #[schema(minimum = 1, maximum = 1000000000)]
    pub points: u64,
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// Adds points.
#[utoipa::path(post, path = "/wallet/topup", tag = "wallet", request_body = TopUp,
    responses((status = 201, description = "Added", body = Wallet)))]
pub async fn topup(State(app): State<App>, intent: Intent<WriteWallet, TopUp>) -> Result<Response, Problem> {
    let Intent { asked, body: TopUp { points, note }, .. } = &intent;
    let note = note.clone().unwrap_or_default();
    if note.chars().count() > 500 {
        return Err(Problem::invalid("note", "has 500 characters at most"));
    }
    let _turn = app.turns.wait(asked.tenant()).await;
    let stream = StreamId::wallet(asked.tenant());
    asked
        .carry_out(&app, || async {
            let loaded = app.store.load_long::<wallet::Wallet>(asked.tenant(), stream.id).await?;
            let events = wallet::decide(&loaded.state, Command::TopUp { points: *points, note: note.clone() })?;
            let state = wallet::Wallet::fold(loaded.state, &events);
            let view = Wallet::new(state.available, state.reserved, state.captured, state.topped_up);
            Ok(Decided::created(view)?.write(stream, loaded.version, &events))
        })
        .await
}
