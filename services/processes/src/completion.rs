//! Completion: completes a campaign when nothing of it is open.
//!
//! Keeps a row a campaign in `process.progress`, moved by sums of a stretch of the log. Uncertain messages keep a campaign
//! open until their deadline; those that were put before a person no longer do.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::campaign::{self, Campaign, Command, Completed};
use waybill_domain::envelope::Recorded;
use waybill_domain::id::TenantId;
use waybill_domain::message::{self, Status};
use waybill_event_store::Decision;
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/completion";

pub async fn run(context: Context) -> anyhow::Result<()> {
    let mut subscription = Subscription::start(&context, NAME).await?;
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            events = subscription.next(5_000) => react(&context, &mut subscription, events?).await?,
        }
    }
}

/// How a stretch of the log moves one campaign.
#[derive(Default)]
struct Progress {
    begun_at: Option<DateTime<Utc>>,
    last: Option<Arc<Recorded>>,
    enrolled: i64,
    sent: i64,
    failed: i64,
    cancelled: i64,
    uncertain: i64,
    held: i64,
    enrolment_finished: bool,
    running: Option<bool>,
}

impl Progress {
    fn see(&mut self, recorded: &Arc<Recorded>) {
        self.begun_at.get_or_insert(recorded.recorded_at);
        self.last = Some(recorded.clone());
    }

    fn count(&mut self, status: Status, by: i64) {
        match status {
            Status::Queued | Status::Dispatched | Status::Sending => {}
            Status::Sent | Status::Delivered | Status::Read => self.sent += by,
            Status::Failed => self.failed += by,
            Status::Cancelled => self.cancelled += by,
            Status::Uncertain => self.uncertain += by,
        }
    }
}

async fn react(context: &Context, subscription: &mut Subscription, events: Vec<Arc<Recorded>>) -> anyhow::Result<()> {
    let mut moved: BTreeMap<Uuid, Progress> = BTreeMap::new();
    for recorded in &events {
        match recorded.category.as_ref() {
            "campaign" => of_campaign(&mut moved, recorded)?,
            "message" => of_message(&mut moved, recorded)?,
            _ => {}
        }
    }
    moved.retain(|_, progress| progress.last.is_some());
    if moved.is_empty() {
        return Ok(subscription.idle().await?);
    }
    let mut transaction = context.store.database.system.begin().await?;
    let done = save(&mut transaction, &moved).await?;
    let mut position = 0;
    for (id, totals) in done {
        let Some(last) = moved.get(&id).and_then(|progress| progress.last.clone()) else { continue };
        let metadata = context.because_of(&last, Actor::process("completion"));
        let loaded = context.store.load_long::<Campaign>(last.tenant_id, id).await?;
        let decision = Decision { id, metadata, commands: vec![Command::Complete(totals)] };
        let known = [(id, loaded)].into();
        // Refused when it was cancelled in the same breath: then there is nothing to complete.
        let decided = context.store.decide_many_in::<Campaign>(&mut transaction, known, vec![decision]).await?;
        position = position.max(decided.position);
    }
    let checkpoint = subscription.commit(&mut transaction).await?;
    transaction.commit().await?;
    subscription.committed(checkpoint);
    context.store.announce(position);
    Ok(())
}

fn of_campaign(moved: &mut BTreeMap<Uuid, Progress>, recorded: &Arc<Recorded>) -> anyhow::Result<()> {
    let progress = moved.entry(recorded.stream_id).or_default();
    match recorded.decode()? {
        Some(campaign::Event::Started(_)) => progress.running = Some(true),
        Some(campaign::Event::RecipientsEnrolled(it)) => progress.enrolled += it.contact_ids.len() as i64,
        Some(campaign::Event::EnrolmentFinished(_)) => progress.enrolment_finished = true,
        Some(campaign::Event::RecipientsCancelled(it)) => progress.cancelled += it.contact_ids.len() as i64,
        Some(campaign::Event::Cancelled(_) | campaign::Event::Completed(_)) => progress.running = Some(false),
        _ => return Ok(()),
    }
    progress.see(recorded);
    Ok(())
}

fn of_message(moved: &mut BTreeMap<Uuid, Progress>, recorded: &Arc<Recorded>) -> anyhow::Result<()> {
    if matches!(recorded.kind.as_ref(), "message.dispatched" | "message.sending") {
        return Ok(());
    }
    let Some(event) = recorded.decode::<message::Event>()? else { return Ok(()) };
    let (campaign, held) = match &event {
        message::Event::Held(it) => (it.campaign_id, 1),
        message::Event::Reconciled(it) => (it.campaign_id, -i64::from(it.was_held)),
        // A refusal that will be tried again and the retry that follows it leave the message open all along.
        message::Event::Failed(it) if !it.is_final => return Ok(()),
        message::Event::RetryScheduled(it) if it.from == Status::Failed => return Ok(()),
        other => (other.transition().and_then(|step| step.campaign_id), 0),
    };
    let Some(campaign) = campaign else { return Ok(()) };
    let progress = moved.entry(campaign.0).or_default();
    progress.held += held;
    if let Some(step) = event.transition() {
        progress.count(step.from, -1);
        progress.count(step.to, 1);
    }
    progress.see(recorded);
    Ok(())
}

type Row = (Uuid, i64, i64, i64, i64);

/// Moves the rows, and answers the campaigns of which nothing is open any more.
async fn save(
    connection: &mut sqlx::PgConnection,
    moved: &BTreeMap<Uuid, Progress>,
) -> Result<Vec<(Uuid, Completed)>, sqlx::Error> {
    let column = |of: fn(&Progress) -> i64| moved.values().map(of).collect::<Vec<i64>>();
    let tenant = |progress: &Progress| progress.last.as_ref().map_or(TenantId(Uuid::nil()), |last| last.tenant_id).0;
    let rows: Vec<Row> = sqlx::query_as(
        "insert into process.progress as p (campaign_id, tenant_id, enrolled, sent, failed, cancelled, uncertain, held,
            enrolment_finished, running, begun_at, moved_at)
         select c, t, e, s, f, x, u, h, fin, coalesce(run, true), b, a
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::boolean[], $10::boolean[], $11::timestamptz[], $12::timestamptz[])
            as m (c, t, e, s, f, x, u, h, fin, run, b, a)
         on conflict (campaign_id) do update set enrolled = p.enrolled + excluded.enrolled,
            sent = p.sent + excluded.sent, failed = p.failed + excluded.failed,
            cancelled = p.cancelled + excluded.cancelled, uncertain = p.uncertain + excluded.uncertain,
            held = p.held + excluded.held, enrolment_finished = p.enrolment_finished or excluded.enrolment_finished,
            running = p.running and excluded.running, moved_at = greatest(p.moved_at, excluded.moved_at)
         returning p.campaign_id, p.sent, p.failed, p.cancelled,
            case when p.running and p.enrolment_finished
                and p.enrolled - p.sent - p.failed - p.cancelled - p.held <= 0 then p.uncertain end",
    )
    .bind(moved.keys().copied().collect::<Vec<_>>())
    .bind(moved.values().map(tenant).collect::<Vec<_>>())
    .bind(column(|it| it.enrolled))
    .bind(column(|it| it.sent))
    .bind(column(|it| it.failed))
    .bind(column(|it| it.cancelled))
    .bind(column(|it| it.uncertain))
    .bind(column(|it| it.held))
    .bind(moved.values().map(|it| it.enrolment_finished).collect::<Vec<_>>())
    .bind(moved.values().map(|it| it.running).collect::<Vec<_>>())
    .bind(moved.values().map(|it| it.begun_at).collect::<Vec<_>>())
    .bind(moved.values().map(|it| it.last.as_ref().map(|last| last.recorded_at)).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
    .map(|rows: Vec<(Uuid, i64, i64, i64, Option<i64>)>| {
        rows.into_iter()
            .filter_map(|(id, sent, failed, cancelled, open)| Some((id, sent, failed, cancelled, open?)))
            .collect()
    })?;
    let totals = |(id, sent, failed, cancelled, uncertain): Row| {
        let count = |n: i64| n.max(0) as u64;
        let totals = Completed {
            sent: count(sent),
            failed: count(failed),
            cancelled: count(cancelled),
            uncertain: count(uncertain),
        };
        (id, totals)
    };
    Ok(rows.into_iter().map(totals).collect())
}
