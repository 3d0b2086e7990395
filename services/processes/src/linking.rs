//! Linking: keeps an eye on devices that are linked by QR.
//!
//! Reacts to what happens to numbers whose provider links devices, and to time. Providers tell changes by webhook; this
//! process asks as well, because a webhook may never come: often while a code waits to be scanned, seldom while all is
//! well. A device that lost its connection is started again, with growing pauses; one that was idle for seven days is
//! unlinked. What is watched is a row of `process.device`.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::profile::{self, Blocked, Command, LinkState, Profile};
use waybill_domain::provider::ProviderKind;
use waybill_domain::{conversation, message};
use waybill_event_store::{Decision, EventStore};
use waybill_providers::{Registry, SessionState};
use waybill_runtime::accounts::Accounts;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/linking";
const BATCH: usize = 2_000;
const TICK: Duration = Duration::from_secs(1);
/// Asked about at once.
const AT_ONCE: i64 = 16;
/// Idle for so long, a device is unlinked.
const IDLE: TimeDelta = TimeDelta::days(7);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut watch = Watch::new(&context)?;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => fold(&context, &mut subscription, events?).await?,
            _ = tick.tick() => watch.look(&context).await?,
        }
    }
}

/// What the log says of a device.
enum Word {
    State { tenant: TenantId, provider: Option<ProviderKind>, state: &'static str },
    Active,
    Gone,
}

async fn fold(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let mut words: BTreeMap<Uuid, Vec<(DateTime<Utc>, Word)>> = BTreeMap::new();
    for recorded in &events {
        let mut say = |id: Uuid, word| words.entry(id).or_default().push((recorded.recorded_at, word));
        let tenant = recorded.tenant_id;
        let state = |state| Word::State { tenant, provider: None, state };
        match recorded.kind.as_ref() {
            "message.sent" => {
                if let Some(message::Event::Sent(it)) = recorded.decode()? {
                    say(it.profile_id.0, Word::Active);
                }
            }
            "conversation.inbound_received" => {
                if let Some(conversation::Event::InboundReceived(it)) = recorded.decode()? {
                    say(it.profile_id.0, Word::Active);
                }
            }
            "profile.added" => {
                if let Some(profile::Event::Added(it)) = recorded.decode()?
                    && it.provider.abilities().links_by_qr
                {
                    let word = Word::State { tenant, provider: Some(it.provider), state: "unlinked" };
                    say(recorded.stream_id, word);
                }
            }
            "profile.linking_started" => say(recorded.stream_id, state("linking")),
            "profile.linked" => say(recorded.stream_id, state("linked")),
            "profile.disconnected" => say(recorded.stream_id, state("disconnected")),
            "profile.link_expired" => say(recorded.stream_id, state("unlinked")),
            "profile.removed" => say(recorded.stream_id, Word::Gone),
            _ => {}
        }
    }
    if words.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    for (id, words) in words {
        for (at, word) in collapse(words) {
            keep(&mut transaction, id, at, word).await?;
        }
    }
    let moved = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(moved);
    Ok(())
}

/// The last sign of activity is enough.
fn collapse(words: Vec<(DateTime<Utc>, Word)>) -> Vec<(DateTime<Utc>, Word)> {
    let last = words.iter().rposition(|(_, word)| matches!(word, Word::Active));
    let nth = |index: usize, word: &Word| !matches!(word, Word::Active) || Some(index) == last;
    words.into_iter().enumerate().filter(|(index, (_, word))| nth(*index, word)).map(|(_, it)| it).collect()
}

async fn keep(connection: &mut PgConnection, id: Uuid, at: DateTime<Utc>, word: Word) -> Result<(), sqlx::Error> {
    match word {
        Word::State { tenant, provider: Some(provider), state } => {
            sqlx::query(
                "insert into process.device (profile_id, tenant_id, provider, state, since, ask_at, active_at)
                 values ($1, $2, $3, $4, $5, $5, $5) on conflict do nothing",
            )
            .bind(id)
            .bind(tenant.0)
            .bind(provider.as_str())
            .bind(state)
            .bind(at)
            .execute(connection)
            .await?;
        }
        Word::State { state, .. } => {
            sqlx::query(
                "update process.device set state = $2, since = $3, ask_at = $3, failures = 0,
                    active_at = case when $2 = 'linked' then greatest(active_at, $3) else active_at end
                 where profile_id = $1",
            )
            .bind(id)
            .bind(state)
            .bind(at)
            .execute(connection)
            .await?;
        }
        Word::Active => {
            sqlx::query("update process.device set active_at = greatest(active_at, $2) where profile_id = $1")
                .bind(id)
                .bind(at)
                .execute(connection)
                .await?;
        }
        Word::Gone => {
            sqlx::query("delete from process.device where profile_id = $1").bind(id).execute(connection).await?;
        }
    }
    Ok(())
}

struct Watch {
    accounts: Accounts,
    registry: Registry,
}

#[derive(sqlx::FromRow)]
struct Device {
    profile_id: Uuid,
    tenant_id: Uuid,
    provider: String,
    state: String,
    since: DateTime<Utc>,
    active_at: DateTime<Utc>,
    failures: i32,
}

/// What came of asking.
struct Answer {
    command: Option<Command>,
    /// It has to be asked sooner or later for it.
    failed: bool,
}

impl Watch {
    fn new(context: &Context) -> anyhow::Result<Self> {
        let config = context.client_config(Duration::from_secs(10))?;
        Ok(Self { accounts: Accounts::new(context.store.clone()), registry: Registry::new(&config)? })
    }

    /// Asks about the devices that are due.
    async fn look(&mut self, context: &Context) -> anyhow::Result<()> {
        let now = context.clock.now();
        let due: Vec<Device> = sqlx::query_as(
            "select profile_id, tenant_id, provider, state, since, active_at, failures from process.device
             where ask_at <= $1 and state <> 'unlinked' order by ask_at limit $2",
        )
        .bind(now)
        .bind(AT_ONCE)
        .fetch_all(&context.store.database.system)
        .await?;
        if due.is_empty() {
            return Ok(());
        }
        let answers = futures::future::join_all(due.iter().map(|device| self.ask(device, now))).await;
        let mut decisions: HashMap<Uuid, Decision<Profile>> = HashMap::new();
        let mut transaction = context.store.database.system.begin().await?;
        for (device, answer) in due.iter().zip(answers) {
            let failures = if answer.failed { device.failures + 1 } else { 0 };
            sqlx::query("update process.device set ask_at = $2, failures = $3 where profile_id = $1 and state = $4")
                .bind(device.profile_id)
                .bind(now + pause(&device.state, failures))
                .bind(failures)
                .bind(&device.state)
                .execute(&mut *transaction)
                .await?;
            if let Some(command) = answer.command {
                let metadata = context.unprompted(TenantId(device.tenant_id), Actor::process("linking"));
                let id = device.profile_id;
                decisions.insert(id, Decision { id, metadata, commands: vec![command] });
            }
        }
        let mut position = 0;
        if !decisions.is_empty() {
            let ids: Vec<Uuid> = decisions.keys().copied().collect();
            let states = EventStore::load_many::<Profile>(&mut transaction, &ids).await?;
            let decisions = decisions.into_values().collect();
            position = context.store.decide_many_in(&mut transaction, states, decisions).await?.position;
        }
        transaction.commit().await?;
        context.store.announce(position);
        Ok(())
    }

    async fn ask(&self, device: &Device, now: DateTime<Utc>) -> Answer {
        let nothing = |failed| Answer { command: None, failed };
        let Some(kind) = ProviderKind::parse(&device.provider) else { return nothing(true) };
        let provider = self.registry.provider_for(kind);
        let (Some(linking), Ok(Some(account))) =
            (provider.linking(), self.accounts.get(ProfileId(device.profile_id)).await)
        else {
            return nothing(true);
        };
        let offline = device.state == "disconnected" && now - device.since >= IDLE;
        if offline || (device.state == "linked" && now - device.active_at >= IDLE) {
            // If it cannot be told, it is asked again; what cannot be reached any more is given up all the same.
            let told = linking.log_out(&account).await;
            if told.is_ok() || offline {
                let detail = "idle for seven days".to_owned();
                return Answer { command: Some(Command::RecordLink(LinkState::Unlinked { detail })), failed: false };
            }
            return nothing(true);
        }
        let session = match linking.state(&account).await {
            Ok(session) => session,
            Err(refusal) => {
                tracing::debug!(profile.id = %device.profile_id, code = refusal.code, "a device's state is not known");
                return nothing(true);
            }
        };
        let broken =
            matches!(session.state, SessionState::Failed { .. } | SessionState::Stopped | SessionState::Offline);
        // A code that nobody scanned is not started again by itself; a link that was there is.
        if broken && device.state == "disconnected" {
            let restarted = linking.restart(&account).await;
            tracing::info!(profile.id = %device.profile_id, ok = restarted.is_ok(), "a device is started again");
            return nothing(true);
        }
        Answer { command: command(&session.state, &device.state), failed: false }
    }
}

/// What a state means for its number.
pub fn command(state: &SessionState, known: &str) -> Option<Command> {
    if let SessionState::Restricted { detail } = state {
        let (class, code) = ("ban".to_owned(), "restricted".to_owned());
        return Some(Command::Block(Blocked { class, code, detail: detail.clone() }));
    }
    // While a code waits, a device that broke has no link to lose: the code has ended.
    if known == "linking" {
        if let SessionState::Failed { detail } = state {
            return Some(Command::RecordLink(LinkState::Unlinked { detail: detail.clone() }));
        }
        if *state == SessionState::Stopped {
            let detail = "the code was not scanned in time".to_owned();
            return Some(Command::RecordLink(LinkState::Unlinked { detail }));
        }
    }
    state.link().map(Command::RecordLink)
}

fn pause(state: &str, failures: i32) -> TimeDelta {
    let growing = TimeDelta::seconds(5 << failures.clamp(0, 7));
    match state {
        "linking" => TimeDelta::seconds(3),
        "linked" if failures == 0 => TimeDelta::seconds(60),
        _ => growing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_ended_is_no_link_and_a_lost_connection_is_waited_for() {
        let failed = SessionState::Failed { detail: "no scan".into() };
        let unlinked = Command::RecordLink(LinkState::Unlinked { detail: "no scan".into() });
        assert_eq!(command(&failed, "linking"), Some(unlinked));
        let offline = Command::RecordLink(LinkState::Disconnected { detail: "no scan".into() });
        assert_eq!(command(&failed, "linked"), Some(offline));
        assert_eq!(command(&SessionState::Starting, "linked"), None);
        let ban = command(&SessionState::Restricted { detail: "spam".into() }, "linked");
        assert!(matches!(ban, Some(Command::Block(it)) if it.class == "ban"));
    }

    #[test]
    fn who_does_not_answer_is_asked_more_and_more_seldom() {
        assert_eq!(pause("linking", 4), TimeDelta::seconds(3));
        assert_eq!(pause("linked", 0), TimeDelta::seconds(60));
        assert!(pause("disconnected", 3) > pause("disconnected", 2));
        assert_eq!(pause("disconnected", 100), TimeDelta::seconds(640));
    }
}
