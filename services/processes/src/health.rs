//! Health: a score for every number, told when it changes, and a pause after failures in a row.
//!
//! Reacts to what became of messages and to what providers say of numbers, and to time, because what happened more than a
//! day ago counts no more. What a score is made of is a row of `process.health`, kept with the checkpoint; the score itself
//! is decided in the domain (`profile/health.rs`).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope::Recorded;
use waybill_domain::id::{PackageId, ProfileId, TenantId};
use waybill_domain::package::limits::Settings;
use waybill_domain::profile::health::{Health, Link, Outcome, Record};
use waybill_domain::profile::{self, Command, CooledDown, IN_A_ROW, Profile};
use waybill_domain::{message, package};
use waybill_event_store::{Decision, EventStore};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/health";
const BATCH: usize = 2_000;
/// How often scores that may have risen by themselves are looked at.
const TICK: Duration = Duration::from_secs(60);
/// Less is not worth an event, unless the causes are others or nothing is wrong any more.
const WORTH_TELLING: u8 = 5;

#[derive(Debug, Clone)]
struct Number {
    tenant_id: TenantId,
    package_id: Option<PackageId>,
    record: Record,
    /// As the log has it.
    told: Health,
}

#[derive(Default)]
struct Model {
    numbers: HashMap<ProfileId, Number>,
    /// After how many failures in a row the numbers of a package pause.
    packages: HashMap<PackageId, Option<u32>>,
}

/// What a stretch of the log asks for.
#[derive(Default)]
struct News {
    touched: BTreeSet<ProfileId>,
    gone: Vec<Uuid>,
    pauses: HashMap<ProfileId, (Arc<Recorded>, CooledDown)>,
    /// The last event about each number: what follows is because of it.
    cause: HashMap<ProfileId, Arc<Recorded>>,
}

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut model = Model::load(&context, subscription.position()).await?;
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(BATCH) => {
                let now = context.clock.now();
                let mut news = News::default();
                for recorded in events? {
                    model.fold(&recorded, &mut news)?;
                }
                if news.touched.is_empty() && news.gone.is_empty() {
                    subscription.idle().await?;
                    continue;
                }
                tell(&context, Some(&mut subscription), &mut model, news, now).await?;
            }
            _ = tick.tick() => {
                let now = context.clock.now();
                let touched = model.numbers.iter().filter(|(_, it)| it.told.score < 100).map(|(id, _)| *id).collect();
                tell(&context, None, &mut model, News { touched, ..News::default() }, now).await?;
            }
        }
    }
}

impl Model {
    async fn load(context: &Context, position: i64) -> anyhow::Result<Self> {
        let pool = &context.store.database.system;
        let mut model = Model::default();
        type Row = (Uuid, Uuid, Option<Uuid>, Json<Record>, Json<Option<Health>>);
        let rows: Vec<Row> =
            sqlx::query_as("select profile_id, tenant_id, package_id, record, told from process.health")
                .fetch_all(pool)
                .await?;
        for (id, tenant, package, record, told) in rows {
            let number = Number {
                tenant_id: TenantId(tenant),
                package_id: package.map(PackageId),
                record: record.0,
                told: told.0.unwrap_or_default(),
            };
            model.numbers.insert(ProfileId(id), number);
        }
        // Packages are few and their settings are in the log: folded anew, up to where this process stands.
        let events: Vec<(Uuid, String)> = sqlx::query_as(
            "select stream_id, data::text from es.event where category = 'package' and pos <= $1
                and type in ('package.created', 'package.settings_changed') order by pos",
        )
        .bind(position)
        .fetch_all(pool)
        .await?;
        for (id, data) in events {
            #[derive(serde::Deserialize)]
            struct Changed {
                settings: Settings,
            }
            let changed: Changed = serde_json::from_str(&data)?;
            model.packages.insert(PackageId(id), changed.settings.pause_after_failures);
        }
        Ok(model)
    }

    fn fold(&mut self, recorded: &Arc<Recorded>, news: &mut News) -> anyhow::Result<()> {
        match recorded.category.as_ref() {
            "package" => {
                let id = PackageId(recorded.stream_id);
                match recorded.decode::<package::Event>()? {
                    Some(package::Event::Created(it)) => {
                        self.packages.insert(id, it.settings.pause_after_failures);
                    }
                    Some(package::Event::SettingsChanged(it)) => {
                        self.packages.insert(id, it.settings.pause_after_failures);
                    }
                    _ => {}
                }
            }
            "profile" => self.fold_profile(recorded, news)?,
            "message"
                if recorded.is("message.sent") || recorded.is("message.failed") || recorded.is("message.uncertain") =>
            {
                match recorded.decode::<message::Event>()? {
                    Some(message::Event::Sent(it)) => self.count(recorded, it.profile_id, Outcome::Sent, "", news),
                    // It was not called.
                    Some(message::Event::Failed(it)) if it.refusal.is_not_called() => {}
                    Some(message::Event::Failed(it)) => {
                        let outcome = Outcome::Failed(it.refusal.class);
                        self.count(recorded, it.profile_id, outcome, &it.refusal.code, news);
                    }
                    Some(message::Event::Uncertain(it)) => {
                        self.count(recorded, it.profile_id, Outcome::Uncertain, &it.reason, news);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, recorded: &Arc<Recorded>, id: ProfileId, outcome: Outcome, code: &str, news: &mut News) {
        let Some(number) = self.numbers.get_mut(&id) else { return };
        let too_many = number.package_id.and_then(|package| self.packages.get(&package).copied().flatten());
        if let Some(pause) = number.record.count(outcome, recorded.recorded_at, too_many) {
            let cooled = CooledDown {
                until: recorded.recorded_at + pause,
                code: IN_A_ROW.to_owned(),
                detail: format!("{} failures in a row, the last: {code}", number.record.failures_in_a_row),
            };
            news.pauses.insert(id, (recorded.clone(), cooled));
        }
        news.touch(id, recorded);
    }

    fn fold_profile(&mut self, recorded: &Arc<Recorded>, news: &mut News) -> anyhow::Result<()> {
        let id = ProfileId(recorded.stream_id);
        let Some(event) = recorded.decode::<profile::Event>()? else { return Ok(()) };
        if let profile::Event::Added(it) = &event {
            let link = if it.provider.abilities().links_by_qr { Link::Unlinked } else { Link::Fine };
            let number = Number {
                tenant_id: recorded.tenant_id,
                package_id: Some(it.package_id),
                record: Record::with_link(link),
                told: Health::default(),
            };
            self.numbers.insert(id, number);
            news.touch(id, recorded);
            return Ok(());
        }
        let Some(number) = self.numbers.get_mut(&id) else { return Ok(()) };
        match event {
            profile::Event::Activated(_) => {
                number.record.blocked = false;
                number.record.throttled_until = None;
                number.record.failures_in_a_row = 0;
                number.record.pauses = 0;
            }
            profile::Event::Blocked(_) => number.record.blocked = true,
            // The failures themselves are counted.
            profile::Event::CooledDown(it) if it.code == IN_A_ROW => return Ok(()),
            profile::Event::CooledDown(it) => number.record.throttled_until = Some(it.until),
            profile::Event::Linked(_) => number.record.link = Link::Fine,
            profile::Event::Disconnected(_) => number.record.link = Link::Offline,
            profile::Event::LinkingStarted(_) | profile::Event::LinkExpired(_) => number.record.link = Link::Unlinked,
            profile::Event::QualityChanged(it) => number.record.rating = it.rating.or(number.record.rating.take()),
            profile::Event::HealthChanged(it) => {
                number.told = Health { score: it.score, deductions: it.deductions };
                return Ok(());
            }
            profile::Event::Removed(_) => {
                self.numbers.remove(&id);
                news.touched.remove(&id);
                news.pauses.remove(&id);
                news.gone.push(id.0);
                return Ok(());
            }
            _ => return Ok(()),
        }
        news.touch(id, recorded);
        Ok(())
    }
}

impl News {
    fn touch(&mut self, id: ProfileId, recorded: &Arc<Recorded>) {
        self.touched.insert(id);
        self.cause.insert(id, recorded.clone());
    }
}

/// Whether the log should say so.
fn is_worth_telling(told: &Health, now: &Health) -> bool {
    let causes = |health: &Health| health.deductions.iter().map(|it| it.cause).collect::<BTreeSet<_>>();
    let far = told.score.abs_diff(now.score) >= WORTH_TELLING;
    let well_again = now.score == 100 && told.score != 100;
    far || well_again || (causes(told) != causes(now) && now.score < 95)
}

/// Keeps what was folded, and appends pauses and scores that changed.
async fn tell(
    context: &Context,
    subscription: Option<&mut Subscription>,
    model: &mut Model,
    news: News,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut decisions: HashMap<Uuid, Decision<Profile>> = HashMap::new();
    for id in &news.touched {
        let Some(number) = model.numbers.get(id) else { continue };
        let metadata = match news.cause.get(id) {
            Some(recorded) => context.because_of(recorded, Actor::process("health")),
            None => context.unprompted(number.tenant_id, Actor::process("health")),
        };
        let mut commands = Vec::new();
        if let Some((_, cooled)) = news.pauses.get(id).filter(|(_, cooled)| cooled.until > now) {
            commands.push(Command::CoolDown(cooled.clone()));
        }
        let health = number.record.health(now);
        if is_worth_telling(&number.told, &health) {
            commands.push(Command::RecordHealth(health));
        }
        if !commands.is_empty() {
            decisions.insert(id.0, Decision { id: id.0, metadata, commands });
        }
    }
    if decisions.is_empty() && subscription.is_none() {
        return Ok(());
    }
    let mut transaction = context.store.database.system.begin().await?;
    save(&mut transaction, model, &news).await?;
    let mut position = 0;
    let moved = match subscription {
        Some(subscription) => Some((subscription.commit(&mut transaction).await?, subscription)),
        None => None,
    };
    if !decisions.is_empty() {
        let ids: Vec<Uuid> = decisions.keys().copied().collect();
        let states = EventStore::load_many::<Profile>(&mut transaction, &ids).await?;
        position =
            context.store.decide_many_in(&mut transaction, states, decisions.into_values().collect()).await?.position;
    }
    transaction.commit().await?;
    if let Some((moved, subscription)) = moved {
        subscription.committed(moved);
    }
    context.store.announce(position);
    Ok(())
}

async fn save(connection: &mut PgConnection, model: &Model, news: &News) -> Result<(), sqlx::Error> {
    let rows: Vec<(&ProfileId, &Number)> =
        news.touched.iter().filter_map(|id| Some((id, model.numbers.get(id)?))).collect();
    sqlx::query(
        "insert into process.health (profile_id, tenant_id, package_id, record, told)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::jsonb[])
         on conflict (profile_id) do update set record = excluded.record, told = excluded.told",
    )
    .bind(rows.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.tenant_id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| it.package_id.map(|id| id.0)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| Json(&it.record)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, it)| Json(&it.told)).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    if !news.gone.is_empty() {
        sqlx::query("delete from process.health where profile_id = any($1)")
            .bind(&news.gone)
            .execute(connection)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::profile::health::{Cause, Deduction};

    fn health(score: u8, causes: &[Cause]) -> Health {
        Health { score, deductions: causes.iter().map(|cause| Deduction { cause: *cause, points: 1 }).collect() }
    }

    #[test]
    fn small_moves_are_not_told_and_being_well_again_is() {
        let throttled = [Cause::Throttled];
        assert!(!is_worth_telling(&health(90, &throttled), &health(88, &throttled)));
        assert!(is_worth_telling(&health(90, &throttled), &health(80, &throttled)));
        assert!(is_worth_telling(&health(97, &throttled), &health(100, &[])));
        assert!(!is_worth_telling(&health(100, &[]), &health(98, &throttled)));
    }
}
