//! What webhooks tell of templates: approved, rejected, paused.

use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TemplateId;
use waybill_domain::provider::ProviderKind;
use waybill_domain::provider_template::{Command, ProviderTemplate, Standing};
use waybill_event_store::{Decision, EventStore};
use waybill_runtime::Context;

/// News of one template.
pub struct Told {
    pub source: Arc<Recorded>,
    pub provider: ProviderKind,
    pub account_id: String,
    pub name: String,
    pub language: String,
    pub standing: Standing,
}

/// Runs under the lane's lock: states that are loaded here cannot move.
pub async fn append(context: &Context, connection: &mut PgConnection, told: Vec<Told>) -> anyhow::Result<i64> {
    if told.is_empty() {
        return Ok(0);
    }
    let mut decisions: HashMap<Uuid, Decision<ProviderTemplate>> = HashMap::new();
    for one in told {
        let id = TemplateId::at(one.source.tenant_id, &one.account_id, &one.name, &one.language).0;
        let metadata = context.because_of(&one.source, Actor::provider(one.provider));
        let at = metadata.at;
        let fresh = || Decision { id, metadata, commands: Vec::new() };
        let command = Command::RecordStanding { standing: one.standing, at };
        decisions.entry(id).or_insert_with(fresh).commands.push(command);
    }
    let ids: Vec<Uuid> = decisions.keys().copied().collect();
    let states = EventStore::load_many::<ProviderTemplate>(connection, &ids).await?;
    Ok(context.store.decide_many_in(connection, states, decisions.into_values().collect()).await?.position)
}
