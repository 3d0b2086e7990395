//! Records what came of calls, many in one transaction.

use crate::begin::Call;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::message::{Command, Message};
use waybill_event_store::{Decision, Loaded, Metadata};
use waybill_providers::Outcome;
use waybill_runtime::Context;
use waybill_runtime::leader::is_passing;

/// Outcomes recorded in one transaction, at most.
const BATCH: usize = 500;

pub struct Answer {
    pub call: Call,
    pub result: Outcome,
}

/// Runs until every caller is gone and all is recorded.
pub async fn record(context: Context, mut answers: mpsc::Receiver<Answer>) -> anyhow::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    while answers.recv_many(&mut batch, BATCH).await > 0 {
        let mut pause = Duration::from_millis(50);
        while let Err(error) = append(&context, &batch).await {
            // The calls were made: nothing is more important than to write down what came of them.
            if !is_passing(&error) {
                return Err(error);
            }
            tracing::warn!(error = format!("{error:#}"), "outcomes cannot be recorded yet");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
        batch.clear();
    }
    Ok(())
}

async fn append(context: &Context, answers: &[Answer]) -> anyhow::Result<()> {
    let now = context.clock.now();
    let deadline = now + TimeDelta::seconds(i64::from(context.config.uncertain_deadline_s));
    let mut known = HashMap::with_capacity(answers.len());
    let mut decisions = Vec::with_capacity(answers.len());
    for answer in answers {
        let call = &answer.call;
        known.insert(call.message_id.0, Loaded { state: call.state.clone(), version: call.version });
        let commands = vec![command(answer, now, deadline)];
        decisions.push(Decision { id: call.message_id.0, metadata: metadata(call, now), commands });
    }
    let mut transaction = context.store.database.system.begin().await?;
    // Before the append: from there on the lane is held.
    let ids: Vec<Uuid> = answers.iter().map(|answer| answer.call.message_id.0).collect();
    let attempts: Vec<i32> = answers.iter().map(|answer| answer.call.attempt as i32).collect();
    sqlx::query(
        "delete from process.in_flight f using unnest($1::uuid[], $2::int[]) as u (message_id, attempt)
         where f.message_id = u.message_id and f.attempt = u.attempt",
    )
    .bind(&ids)
    .bind(&attempts)
    .execute(&mut *transaction)
    .await?;
    let decided = context.store.decide_many_in::<Message>(&mut transaction, known, decisions).await?;
    transaction.commit().await?;
    context.store.announce(decided.position);
    count(answers);
    Ok(())
}

fn command(answer: &Answer, at: DateTime<Utc>, deadline: DateTime<Utc>) -> Command {
    let attempt = answer.call.attempt;
    match &answer.result {
        Outcome::Accepted { provider_message_id } => {
            Command::RecordSent { attempt, provider_message_id: provider_message_id.clone(), at }
        }
        Outcome::Refused(refusal) => Command::RecordRefused { attempt, refusal: refusal.clone(), at },
        Outcome::Unknown { reason } => Command::RecordUncertain { attempt, reason: reason.clone(), deadline },
    }
}

fn metadata(call: &Call, at: DateTime<Utc>) -> Metadata {
    Metadata {
        tenant_id: call.tenant_id,
        actor: Actor::process("sender"),
        at,
        correlation_id: call.correlation_id,
        causation_id: Some(call.causation_id),
        traceparent: call.traceparent.clone(),
    }
}

fn count(answers: &[Answer]) {
    let (mut sent, mut failed, mut uncertain) = (0, 0, 0);
    for answer in answers {
        match answer.result {
            Outcome::Accepted { .. } => sent += 1,
            Outcome::Refused(_) => failed += 1,
            Outcome::Unknown { .. } => uncertain += 1,
        }
    }
    metrics::counter!("messages_sent_total").increment(sent);
    metrics::counter!("messages_failed_total").increment(failed);
    metrics::counter!("messages_uncertain_total").increment(uncertain);
}
