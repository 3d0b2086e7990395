//! Accounts: keeps an eye on what providers say of accounts: their templates, and how their numbers stand.
//!
//! Reacts to numbers that are added, switched on and removed, and to time: webhooks tell changes, and may get lost. What is
//! watched is a row of `process.account_check`; whoever wants to know at once brings its time forward. Of several numbers
//! of a business account, one asks for its templates.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ProfileId, TemplateId, TenantId};
use waybill_domain::profile::{self, AccountKnown, Profile, QualityChanged};
use waybill_domain::provider::ProviderKind;
use waybill_domain::provider_template::{self as template, Found, Listed, ProviderTemplate, Standing};
use waybill_event_store::{Decision, EventStore};
use waybill_providers::{Account, Registry, TemplateListed};
use waybill_runtime::accounts::account;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/accounts";
const BATCH: usize = 2_000;
const TICK: Duration = Duration::from_secs(1);
/// Asked at once.
const AT_ONCE: i64 = 8;
const USUAL: TimeDelta = TimeDelta::hours(1);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let registry = Registry::new(&context.client_config(Duration::from_secs(30))?)?;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => fold(&context, &mut subscription, events?).await?,
            _ = tick.tick() => look(&context, &registry).await?,
        }
    }
}

async fn fold(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let wanted = |event: &&Arc<Recorded>| {
        matches!(event.kind.as_ref(), "profile.added" | "profile.updated" | "profile.activated" | "profile.removed")
    };
    if !events.iter().any(|event| wanted(&event)) {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    for recorded in events.iter().filter(wanted) {
        let query = match recorded.decode::<profile::Event>()? {
            Some(profile::Event::Added(it)) if it.provider.abilities().has_templates => sqlx::query(
                "insert into process.account_check (profile_id, tenant_id, provider, ask_at) values ($1, $2, $3, $4)
                 on conflict do nothing",
            )
            .bind(recorded.stream_id)
            .bind(recorded.tenant_id.0)
            .bind(it.provider.as_str())
            .bind(recorded.recorded_at),
            Some(profile::Event::Removed(_)) => {
                sqlx::query("delete from process.account_check where profile_id = $1").bind(recorded.stream_id)
            }
            Some(profile::Event::Updated(_) | profile::Event::Activated(_)) => {
                sqlx::query("update process.account_check set ask_at = $2, failures = 0 where profile_id = $1")
                    .bind(recorded.stream_id)
                    .bind(recorded.recorded_at)
            }
            _ => continue,
        };
        query.execute(&mut *transaction).await?;
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    profile_id: Uuid,
    tenant_id: Uuid,
    provider: String,
    failures: i32,
}

/// What a provider said of an account.
#[derive(Default)]
struct Said {
    quality: Option<QualityChanged>,
    account: Option<AccountKnown>,
    /// Of which business account, and all it has.
    templates: Option<(String, Vec<TemplateListed>)>,
    trouble: Option<String>,
}

/// Asks for those that are due.
async fn look(context: &Context, registry: &Registry) -> anyhow::Result<()> {
    let now = context.clock.now();
    let due: Vec<Row> = sqlx::query_as(
        "select profile_id, tenant_id, provider, failures from process.account_check where ask_at <= $1
         order by ask_at limit $2",
    )
    .bind(now)
    .bind(AT_ONCE)
    .fetch_all(&context.store.database.system)
    .await?;
    if due.is_empty() {
        return Ok(());
    }
    let mut accounts: Vec<Option<Account>> = Vec::with_capacity(due.len());
    for row in &due {
        accounts.push(context.store.credential(ProfileId(row.profile_id)).await?.map(account));
    }
    // Of several numbers of one business account, the first.
    let mut seen = BTreeSet::new();
    let asks = due.iter().zip(&accounts).map(|(row, account)| {
        let business = account.as_ref().and_then(|account| account.setting(BUSINESS_ACCOUNT)).map(str::to_owned);
        let first = business.filter(|business| seen.insert((row.tenant_id, business.clone())));
        ask(registry, row, account.as_ref(), first)
    });
    let asks: Vec<_> = asks.collect();
    for (row, said) in due.iter().zip(futures::future::join_all(asks).await) {
        record(context, row, said, now).await?;
    }
    Ok(())
}

/// The setting of an account that names its business account.
const BUSINESS_ACCOUNT: &str = "business_account_id";

async fn ask(registry: &Registry, row: &Row, account: Option<&Account>, business: Option<String>) -> Said {
    let mut said = Said::default();
    let (Some(account), Some(kind)) = (account, ProviderKind::parse(&row.provider)) else { return said };
    let provider = registry.provider_for(kind);
    said.account = account
        .setting(BUSINESS_ACCOUNT)
        .map(|business| AccountKnown { business_account: business.to_owned(), portfolio: None });
    if let Some(health) = provider.number_health() {
        match health.standing(account).await {
            Ok(standing) => {
                let quality = standing.quality;
                if let Some(account) = &mut said.account {
                    account.portfolio = standing.portfolio;
                }
                said.quality =
                    Some(QualityChanged { rating: quality.rating, messaging_limit: quality.messaging_limit });
            }
            Err(refusal) => said.trouble = Some(format!("{}: {}", refusal.code, refusal.detail)),
        }
    }
    if let (Some(list), Some(business)) = (provider.templates(), business) {
        match list.templates(account).await {
            Ok(templates) => said.templates = Some((business, templates)),
            Err(refusal) => said.trouble = Some(format!("{}: {}", refusal.code, refusal.detail)),
        }
    }
    said
}

async fn record(context: &Context, row: &Row, said: Said, now: DateTime<Utc>) -> anyhow::Result<()> {
    let tenant = TenantId(row.tenant_id);
    let mut transaction = context.store.database.system.begin().await?;
    let failures = if said.trouble.is_some() { row.failures + 1 } else { 0 };
    // Whoever brought the time forward meanwhile is not put off.
    sqlx::query(
        "update process.account_check set ask_at = $2, failures = $3, trouble = $4, asked_at = $5
         where profile_id = $1 and ask_at <= $5",
    )
    .bind(row.profile_id)
    .bind(now + pause(failures))
    .bind(failures)
    .bind(&said.trouble)
    .bind(now)
    .execute(&mut *transaction)
    .await?;
    let metadata = context.unprompted(tenant, Actor::process("accounts"));
    let mut position = 0;
    let quality = said.quality.filter(|it| it.rating.is_some() || it.messaging_limit.is_some());
    let quality = quality.map(profile::Command::RecordQuality);
    let commands: Vec<_> = said.account.map(profile::Command::RecordAccount).into_iter().chain(quality).collect();
    if !commands.is_empty() {
        let decision = Decision::<Profile> { id: row.profile_id, metadata: metadata.clone(), commands };
        let states = EventStore::load_many::<Profile>(&mut transaction, &[row.profile_id]).await?;
        position = context.store.decide_many_in(&mut transaction, states, vec![decision]).await?.position;
    }
    if let Some((business, listed)) = said.templates {
        let known: Vec<Uuid> = sqlx::query_scalar(
            "delete from process.account_template where tenant_id = $1 and account_id = $2 returning template_id",
        )
        .bind(tenant.0)
        .bind(&business)
        .fetch_all(&mut *transaction)
        .await?;
        let mut decisions: HashMap<Uuid, Decision<ProviderTemplate>> = HashMap::new();
        for one in listed {
            let found = found(row, &business, one, now);
            let id = TemplateId::at(tenant, &business, &found.name, &found.language).0;
            let commands = vec![template::Command::Record(found)];
            decisions.insert(id, Decision { id, metadata: metadata.clone(), commands });
        }
        let listed: Vec<Uuid> = decisions.keys().copied().collect();
        sqlx::query(
            "insert into process.account_template (template_id, tenant_id, account_id)
             select id, $2, $3 from unnest($1::uuid[]) as u (id)",
        )
        .bind(&listed)
        .bind(tenant.0)
        .bind(&business)
        .execute(&mut *transaction)
        .await?;
        for id in known {
            let commands = vec![template::Command::Miss { at: now }];
            decisions.entry(id).or_insert(Decision { id, metadata: metadata.clone(), commands });
        }
        let ids: Vec<Uuid> = decisions.keys().copied().collect();
        let states = EventStore::load_many::<ProviderTemplate>(&mut transaction, &ids).await?;
        let decisions = decisions.into_values().collect();
        position = position.max(context.store.decide_many_in(&mut transaction, states, decisions).await?.position);
    }
    transaction.commit().await?;
    context.store.announce(position);
    Ok(())
}

fn found(row: &Row, business: &str, one: TemplateListed, at: DateTime<Utc>) -> Found {
    Found {
        provider: ProviderKind::parse(&row.provider).unwrap_or(ProviderKind::CloudApi),
        account_id: business.to_owned(),
        profile_id: ProfileId(row.profile_id),
        name: one.name,
        language: one.language,
        listed: Listed { provider_id: one.id, category: one.category, components: one.components },
        standing: Standing { status: one.status, quality: one.quality, reason: one.rejected_reason },
        at,
    }
}

fn pause(failures: i32) -> TimeDelta {
    if failures == 0 { USUAL } else { TimeDelta::seconds(15 << failures.clamp(1, 8)).min(USUAL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_answer_is_asked_more_and_more_seldom() {
        assert_eq!(pause(0), USUAL);
        assert_eq!(pause(1), TimeDelta::seconds(30));
        assert_eq!(pause(100), USUAL);
    }
}
