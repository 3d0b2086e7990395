//! Outcome: what a refusal means for more than its own message.
//!
//! Reacts to `message.failed`. The class decides: a throttled number cools down, a refused account stops until a person
//! activates it again, a problem of its template or its file pauses the campaign that would meet it at every other recipient. The message's
//! own next attempt is decided with its outcome, in the domain.

use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Campaign};
use waybill_domain::envelope::Recorded;
use waybill_domain::message::{self, Failed};
use waybill_domain::profile::{self, Profile};
use waybill_domain::retry;
use waybill_event_store::{Decision, EventStore};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/outcome";

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(2_000) => react(&context, &mut subscription, events?).await?,
        }
    }
}

async fn react(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let mut profiles: HashMap<Uuid, Decision<Profile>> = HashMap::new();
    let mut campaigns: HashMap<Uuid, Decision<Campaign>> = HashMap::new();
    for recorded in events.iter().filter(|event| event.is("message.failed")) {
        let Some(message::Event::Failed(failed)) = recorded.decode()? else { continue };
        if failed.refusal.is_not_called() {
            continue;
        }
        let metadata = context.because_of(recorded, Actor::process("outcome"));
        if let Some(command) = for_profile(&failed) {
            let id = failed.profile_id.0;
            let decision = Decision { id, metadata: metadata.clone(), commands: Vec::new() };
            profiles.entry(id).or_insert(decision).commands.push(command);
        }
        if let (Some(campaign_id), true) = (failed.campaign_id, retry::pauses_campaign(failed.refusal.class)) {
            let reason =
                format!("{}: {} ({})", failed.refusal.class.as_str(), failed.refusal.detail, failed.refusal.code);
            let commands = vec![campaign::Command::Pause { reason }];
            campaigns.entry(campaign_id.0).or_insert(Decision { id: campaign_id.0, metadata, commands });
        }
    }
    if profiles.is_empty() && campaigns.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    let ids: Vec<Uuid> = profiles.keys().copied().collect();
    let states = EventStore::load_many::<Profile>(&mut transaction, &ids).await?;
    let decided = context.store.decide_many_in(&mut transaction, states, profiles.into_values().collect()).await?;
    let mut position = decided.position;
    for decision in campaigns.into_values() {
        // A campaign's stream is long: it is loaded from its snapshot. A refusal means that it is not running any more.
        let loaded = context.store.load_long::<Campaign>(decision.metadata.tenant_id, decision.id).await?;
        let known = HashMap::from([(decision.id, loaded)]);
        position = position.max(context.store.decide_many_in(&mut transaction, known, vec![decision]).await?.position);
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    context.store.announce(position);
    Ok(())
}

fn for_profile(failed: &Failed) -> Option<profile::Command> {
    let refusal = &failed.refusal;
    if retry::stops_profile(refusal.class) {
        return Some(profile::Command::Block(profile::Blocked {
            class: refusal.class.as_str().to_owned(),
            code: refusal.code.clone(),
            detail: refusal.detail.clone(),
        }));
    }
    let until = failed.at + retry::profile_pause(refusal)?;
    let (code, detail) = (refusal.code.clone(), refusal.detail.clone());
    Some(profile::Command::CoolDown(profile::CooledDown { until, code, detail }))
}
