//! A person decides about a message of which nobody knows whether it was sent.

use super::Message;
use crate::app::App;
use crate::caller::needs::WriteCampaigns;
use crate::extract::At;
use crate::intent::{Decided, Intent};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::id::MessageId;
use waybill_domain::message::{self, Command, Decision};
use waybill_projections::messages;

#[derive(Debug, Deserialize, ToSchema)]
pub struct Settlement {
    pub decision: Verdict,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Sent,
    NotSent,
    /// May reach the person twice.
    Resend,
}

/// Settles an uncertain message.
#[utoipa::path(post, path = "/messages/{id}/settle", tag = "messages", params(("id" = Uuid, Path)),
    request_body = Settlement, responses((status = 202, description = "Settled", body = Message)))]
pub async fn settle(
    State(app): State<App>,
    At(id): At<Uuid>,
    intent: Intent<WriteCampaigns, Settlement>,
) -> Result<Response, Problem> {
    let (asked, id) = (&intent.asked, MessageId(id));
    let decision = match intent.body.decision {
        Verdict::Sent => Decision::Sent,
        Verdict::NotSent => Decision::NotSent,
        Verdict::Resend => Decision::Resend,
    };
    asked
        .carry_out(&app, || async {
            let mut transaction = app.store.tenant_transaction(asked.tenant()).await?;
            let row = messages::one(&mut transaction, asked.tenant(), id).await?;
            drop(transaction);
            let loaded = app.store.load::<message::Message>(asked.tenant(), id.0).await?;
            if loaded.version == 0 {
                return Err(Problem::not_found());
            }
            let at = asked.at;
            let settle = Command::Settle { decision, user_id: asked.caller.user, at };
            let events = message::decide(&loaded.state, settle)?;
            let state = message::Message::fold(loaded.state, &events);
            let view = Message::after(row.map(Message::from), id, &state, at);
            Ok(Decided::accepted(view)?.write(id, loaded.version, &events))
        })
        .await
}
