//! Campaign runner: resolves the audience of a started campaign and enrols it in chunks.
//!
//! Reacts to `campaign.started`. What is left to do is a row of `process.enrolment`, made in the transaction of the
//! checkpoint; how far a campaign has come is in its own stream, so a crash resumes at the next chunk. Several campaigns
//! take turns, a chunk each.

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::aggregate::Aggregate;
use waybill_domain::campaign::{self, Campaign, Command, Exclusion, MAX_CHUNK, Refusal, Status};
use waybill_domain::content::Pattern;
use waybill_domain::id::{CampaignId, ContactId, TenantId};
use waybill_domain::package::Package;
use waybill_domain::stream::StreamId;
use waybill_domain::template::{RenderError, Values};
use waybill_event_store::load::save_snapshot;
use waybill_event_store::{Append, Checkpoint, Expected, Loaded, Metadata, Outcome, StreamWrite};
use waybill_projections::contacts::{self, AudienceRow};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/campaign-runner";
/// How often the read model of contacts is looked at while it has to catch up.
const CATCHING_UP: Duration = Duration::from_millis(20);

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut work = Work::load(&context).await?;
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(1_000) => {
                let events = events?;
                let mut started = Vec::new();
                for event in events.iter().filter(|event| event.is("campaign.started")) {
                    started.push(Enrolment {
                        campaign_id: CampaignId(event.stream_id),
                        tenant_id: event.tenant_id,
                        started_position: event.position,
                        correlation_id: event.correlation_id,
                        causation_id: event.event_id,
                        traceparent: event.traceparent.clone(),
                    });
                }
                if started.is_empty() {
                    subscription.idle().await?;
                } else {
                    let mut transaction = context.store.database.system.begin().await?;
                    for one in &started {
                        one.insert(&mut transaction).await?;
                    }
                    let moved = subscription.commit(&mut transaction).await?;
                    transaction.commit().await?;
                    subscription.committed(moved);
                    work.enrolments.extend(started);
                }
            }
            () = std::future::ready(()), if !work.enrolments.is_empty() => work.turn(&context).await?,
        }
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct Enrolment {
    #[sqlx(try_from = "Uuid")]
    campaign_id: CampaignId,
    #[sqlx(try_from = "Uuid")]
    tenant_id: TenantId,
    started_position: i64,
    correlation_id: Uuid,
    causation_id: Uuid,
    traceparent: Option<String>,
}

impl Enrolment {
    async fn insert(&self, connection: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "insert into process.enrolment
                (campaign_id, tenant_id, started_position, correlation_id, causation_id, traceparent)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        )
        .bind(self.campaign_id.0)
        .bind(self.tenant_id.0)
        .bind(self.started_position)
        .bind(self.correlation_id)
        .bind(self.causation_id)
        .bind(&self.traceparent)
        .execute(connection)
        .await?;
        Ok(())
    }

    fn metadata(&self, at: DateTime<Utc>) -> Metadata {
        Metadata {
            tenant_id: self.tenant_id,
            actor: Actor::process("campaign_runner"),
            at,
            correlation_id: self.correlation_id,
            causation_id: Some(self.causation_id),
            traceparent: self.traceparent.clone(),
        }
    }
}

/// The campaigns that are being enrolled, with their state between chunks.
struct Work {
    enrolments: Vec<Enrolment>,
    states: HashMap<CampaignId, Resolving>,
    next: usize,
}

struct Resolving {
    campaign: Loaded<campaign::State>,
    pattern: Pattern,
    cap: Option<u32>,
}

impl Work {
    async fn load(context: &Context) -> anyhow::Result<Self> {
        let enrolments = sqlx::query_as(
            "select campaign_id, tenant_id, started_position, correlation_id, causation_id, traceparent
             from process.enrolment order by started_position",
        )
        .fetch_all(&context.store.database.system)
        .await?;
        Ok(Self { enrolments, states: HashMap::new(), next: 0 })
    }

    /// One chunk of one campaign.
    async fn turn(&mut self, context: &Context) -> anyhow::Result<()> {
        self.next %= self.enrolments.len();
        let enrolment = self.enrolments[self.next].clone();
        let resolving = match self.states.remove(&enrolment.campaign_id) {
            Some(resolving) => resolving,
            None => resolve(context, &enrolment).await?,
        };
        match chunk(context, &enrolment, resolving).await? {
            Some(resolving) => {
                self.states.insert(enrolment.campaign_id, resolving);
                self.next += 1;
            }
            None => {
                sqlx::query("delete from process.enrolment where campaign_id = $1")
                    .bind(enrolment.campaign_id.0)
                    .execute(&context.store.database.system)
                    .await?;
                self.enrolments.remove(self.next);
            }
        }
        Ok(())
    }
}

async fn resolve(context: &Context, enrolment: &Enrolment) -> anyhow::Result<Resolving> {
    let store = &context.store;
    wait_for_contacts(context, enrolment.started_position).await?;
    let campaign = store.load_long::<Campaign>(enrolment.tenant_id, enrolment.campaign_id.0).await?;
    let plan = campaign.state.plan.as_ref().context("a started campaign has a plan")?;
    let pattern = Pattern::parse(&plan.template_text, plan.attachment.as_ref());
    let pattern = pattern.context("the message was checked when drafted")?;
    let package = store.load::<Package>(enrolment.tenant_id, plan.package_id.0).await?;
    Ok(Resolving { pattern, cap: package.state.settings.cap_per_campaign, campaign })
}

/// The audience is resolved on contacts as of the start or later, never earlier.
async fn wait_for_contacts(context: &Context, position: i64) -> anyhow::Result<()> {
    let pool: &PgPool = &context.store.database.system;
    while Checkpoint::position(pool, "projection/contacts").await?.unwrap_or(0) < position {
        tokio::select! {
            () = context.stop.cancelled() => bail!("stopped"),
            () = tokio::time::sleep(CATCHING_UP) => {}
        }
    }
    Ok(())
}

/// Enrols the next chunk; `None` when the audience is resolved.
async fn chunk(
    context: &Context,
    enrolment: &Enrolment,
    mut resolving: Resolving,
) -> anyhow::Result<Option<Resolving>> {
    let state = &resolving.campaign.state;
    if state.enrolment.finished {
        return Ok(None);
    }
    let plan = state.plan.as_ref().context("a started campaign has a plan")?;
    let running = matches!(state.status, Status::Running | Status::Paused);
    let page = if running {
        let mut connection = context.store.database.system.acquire().await?;
        let after = state.enrolment.cursor;
        contacts::audience_page(&mut connection, enrolment.tenant_id, &plan.audience, after, MAX_CHUNK as i64).await?
    } else {
        Vec::new()
    };
    let last = page.len() < MAX_CHUNK;
    let mut commands = Vec::new();
    if let Some(cursor) = page.last().map(|row| row.contact_id) {
        let (enrolled, excluded) = sort_out(&page, &resolving);
        commands.push(Command::EnrolChunk { chunk: state.enrolment.next_chunk, enrolled, excluded, cursor });
    }
    if last {
        commands.push(Command::FinishEnrolment);
    }

    let mut events = Vec::new();
    let mut next = state.clone();
    for command in commands {
        match Campaign::decide(&next, command) {
            Ok(decided) => {
                next = Campaign::fold(next, &decided);
                events.extend(decided);
            }
            Err(Refusal::WrongState(_)) => break,
            Err(refusal) => return Err(refusal).context("enrolling a chunk"),
        }
    }
    let metadata = enrolment.metadata(context.clock.now());
    let expected = Expected::Exactly(resolving.campaign.version);
    let write = StreamWrite::new(StreamId::from(enrolment.campaign_id), expected, &events);
    let ready = context.store.make_ready(vec![Append::new(metadata, vec![write])]).await?;
    let mut transaction = context.store.database.system.begin().await?;
    match context.store.append_in(&mut transaction, &ready).await?.pop() {
        Some(Outcome::Appended { position, versions }) => {
            resolving.campaign = Loaded { state: next, version: versions[0] };
            let finished = resolving.campaign.state.enrolment.finished;
            // A long stream of large events: whoever decides on it next starts here.
            if finished || resolving.campaign.state.enrolment.next_chunk.is_multiple_of(16) {
                save_snapshot(&mut transaction, enrolment.tenant_id, enrolment.campaign_id.0, &resolving.campaign)
                    .await?;
            }
            transaction.commit().await?;
            context.store.announce(position);
            metrics::counter!("recipients_enrolled_total").increment(enrolled_in(&events));
            Ok((!finished).then_some(resolving))
        }
        // Paused, resumed or cancelled meanwhile: decide anew on the new state.
        _ => {
            transaction.rollback().await?;
            Ok(Some(resolve(context, enrolment).await?))
        }
    }
}

fn enrolled_in(events: &[campaign::Event]) -> u64 {
    events
        .iter()
        .map(|event| match event {
            campaign::Event::RecipientsEnrolled(it) => it.contact_ids.len() as u64,
            _ => 0,
        })
        .sum()
}

/// Who of a page is written to, and why the others are not.
fn sort_out(page: &[AudienceRow], resolving: &Resolving) -> (Vec<ContactId>, BTreeMap<Exclusion, Vec<ContactId>>) {
    let planned = resolving.campaign.state.planned_recipients;
    let mut room = planned - resolving.campaign.state.enrolment.enrolled;
    let over = if resolving.cap.is_some_and(|cap| u64::from(cap) == planned) {
        Exclusion::OverCap
    } else {
        Exclusion::NoPointsReserved
    };
    let mut enrolled = Vec::with_capacity(page.len());
    let mut excluded: BTreeMap<Exclusion, Vec<ContactId>> = BTreeMap::new();
    for row in page {
        match exclusion(row, &resolving.pattern).or((room == 0).then_some(over)) {
            Some(reason) => excluded.entry(reason).or_default().push(row.contact_id),
            None => {
                room -= 1;
                enrolled.push(row.contact_id);
            }
        }
    }
    (enrolled, excluded)
}

/// Why a contact cannot be sent this message, if so. Also asked when a message is dispatched.
pub fn exclusion(row: &AudienceRow, pattern: &Pattern) -> Option<Exclusion> {
    if !row.has_consent() {
        return Some(Exclusion::NoConsent);
    }
    if row.blocked {
        return Some(Exclusion::Blocked);
    }
    let Some(phone) = row.phone.as_deref() else { return Some(Exclusion::Erased) };
    match pattern.render(Values { name: row.name.as_deref(), phone, fields: &row.fields }) {
        Ok(_) => None,
        Err(RenderError::Missing(_)) => Some(Exclusion::MissingVariable),
        Err(RenderError::TooLong(_)) => Some(Exclusion::TextTooLong),
    }
}
