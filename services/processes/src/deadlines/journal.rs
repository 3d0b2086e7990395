//! Asks providers what became of uncertain messages: some keep a journal of what they sent.
//!
//! A message that stands there, to the same person with the same text and after the call began, was sent. One that does not
//! stand there proves nothing: it may still come. So only the first is ever concluded.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::id::{ProfileId, TenantId};
use waybill_domain::message::{self, Command, Message};
use waybill_event_store::read::read_streams;
use waybill_event_store::{Decision, EventStore, Metadata};
use waybill_providers::{JournalEntry, Registry};
use waybill_runtime::Context;
use waybill_runtime::accounts::Accounts;

/// Asked at once, at most.
const AT_ONCE: i64 = 8;
/// Our clock and the provider's may differ so much.
const CLOCKS: TimeDelta = TimeDelta::seconds(30);
/// After each asking without a finding, so much later again.
const AGAIN: [i64; 5] = [5, 20, 60, 180, 600];

pub struct Journals {
    accounts: Accounts,
    registry: Registry,
    /// Entries that a message was found by, so that two alike are not found by one.
    taken: HashSet<(Uuid, String)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    message_id: Uuid,
    tenant_id: Uuid,
    profile_id: Uuid,
    correlation_id: Uuid,
    asked: i32,
}

/// What is looked for.
struct Sought {
    to: String,
    text: String,
    since: DateTime<Utc>,
}

impl Journals {
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        let config = context.client_config(Duration::from_secs(10))?;
        let accounts = Accounts::new(context.store.clone());
        Ok(Self { accounts, registry: Registry::new(&config)?, taken: HashSet::new() })
    }

    /// Asks about some messages that are due.
    pub async fn ask(&mut self, context: &Context) -> anyhow::Result<()> {
        let now = context.clock.now();
        let due: Vec<Row> = sqlx::query_as(
            "select message_id, tenant_id, profile_id, correlation_id, asked from process.uncertain
             where ask_at <= $1 and profile_id is not null order by ask_at limit $2",
        )
        .bind(now)
        .bind(AT_ONCE)
        .fetch_all(&context.store.database.system)
        .await?;
        if due.is_empty() {
            return Ok(());
        }
        let sought = sought(context, &due).await?;
        let mut decisions = Vec::new();
        let mut later: Vec<(Uuid, Option<DateTime<Utc>>)> = Vec::new();
        // At once: one provider that does not answer holds up no other.
        let looked = futures::future::join_all(due.iter().map(|row| async {
            match sought.get(&row.message_id) {
                Some(sought) => self.look(context, row, sought).await,
                None => Ok(Finding::Never),
            }
        }))
        .await;
        for (row, found) in due.iter().zip(looked) {
            let again = match found? {
                Finding::Never => None,
                Finding::NotYet => AGAIN.get(row.asked as usize).map(|seconds| now + TimeDelta::seconds(*seconds)),
                // Two alike that were looked for at the same time.
                Finding::Found(entry) if self.taken.contains(&(row.profile_id, entry.provider_message_id.clone())) => {
                    Some(now + TimeDelta::seconds(AGAIN[0]))
                }
                Finding::Found(entry) => {
                    self.taken.insert((row.profile_id, entry.provider_message_id.clone()));
                    let status = entry.status.and_then(crate::webhook_reader::receipt_status);
                    let command = Command::RecordFound {
                        provider_message_id: entry.provider_message_id,
                        status: status.unwrap_or(message::ReceiptStatus::Sent),
                        refusal: entry.error,
                        at: entry.at,
                    };
                    let metadata = Metadata {
                        correlation_id: row.correlation_id,
                        ..context.unprompted(TenantId(row.tenant_id), Actor::process("deadlines"))
                    };
                    decisions.push(Decision { id: row.message_id, metadata, commands: vec![command] });
                    None
                }
            };
            later.push((row.message_id, again));
        }
        keep(context, later, decisions).await
    }

    async fn look(&self, context: &Context, row: &Row, sought: &Sought) -> anyhow::Result<Finding> {
        let profile = ProfileId(row.profile_id);
        let Some(access) = context.store.credential(profile).await? else { return Ok(Finding::Never) };
        let provider = self.registry.provider_for(access.provider);
        let (Some(journal), Some(account)) = (provider.journal(), self.accounts.get(profile).await?) else {
            return Ok(Finding::Never);
        };
        let entries = match journal.sent_to(&account, &sought.to, sought.since).await {
            Ok(entries) => entries,
            Err(refusal) => {
                tracing::debug!(code = refusal.code, "a journal cannot be read now");
                return Ok(Finding::NotYet);
            }
        };
        let known: Vec<String> = sqlx::query_scalar(
            "select provider_message_id from process.provider_message
             where profile_id = $1 and provider_message_id = any($2)",
        )
        .bind(row.profile_id)
        .bind(entries.iter().map(|it| it.provider_message_id.clone()).collect::<Vec<_>>())
        .fetch_all(&context.store.database.system)
        .await?;
        let is_anothers = |entry: &JournalEntry| {
            known.contains(&entry.provider_message_id)
                || self.taken.contains(&(row.profile_id, entry.provider_message_id.clone()))
        };
        Ok(found(sought, entries, is_anothers))
    }
}

enum Finding {
    Found(JournalEntry),
    NotYet,
    /// Nobody can be asked.
    Never,
}

/// The one entry that can only be this message. Of several nobody can say which it is.
fn found(sought: &Sought, entries: Vec<JournalEntry>, is_anothers: impl Fn(&JournalEntry) -> bool) -> Finding {
    let same = |entry: &JournalEntry| {
        entry.to.as_ref().is_none_or(|to| *to == sought.to)
            && entry.text.as_deref() == Some(sought.text.as_str())
            && entry.at + CLOCKS >= sought.since
            && !is_anothers(entry)
    };
    let mut entries = entries.into_iter().filter(same);
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Finding::Found(entry),
        _ => Finding::NotYet,
    }
}

/// What these messages say and when their last call began; none for those that were erased.
async fn sought(context: &Context, due: &[Row]) -> anyhow::Result<HashMap<Uuid, Sought>> {
    let ids: Vec<Uuid> = due.iter().map(|row| row.message_id).collect();
    let mut connection = context.store.database.system.acquire().await?;
    let mut events = read_streams(&mut connection, &ids).await?;
    drop(connection);
    context.store.keys.open(&mut events).await?;
    let mut contents: HashMap<Uuid, message::Content> = HashMap::new();
    let mut sought = HashMap::new();
    for recorded in events {
        match recorded.decode::<message::Event>()? {
            Some(message::Event::Dispatched(it)) => {
                contents.extend(it.content.known().map(|content| (recorded.stream_id, content.clone())));
            }
            Some(message::Event::Sending(_)) => {
                // A file is not told from another by a journal; a text is.
                if let Some(message::Content { to, text, attachment: None }) =
                    contents.get(&recorded.stream_id).cloned()
                {
                    sought.insert(recorded.stream_id, Sought { to, text, since: recorded.recorded_at });
                }
            }
            _ => {}
        }
    }
    Ok(sought)
}

async fn keep(
    context: &Context,
    later: Vec<(Uuid, Option<DateTime<Utc>>)>,
    decisions: Vec<Decision<Message>>,
) -> anyhow::Result<()> {
    let mut transaction = context.store.database.system.begin().await?;
    let (ids, times): (Vec<Uuid>, Vec<Option<DateTime<Utc>>>) = later.into_iter().unzip();
    sqlx::query(
        "update process.uncertain p set ask_at = u.at, asked = p.asked + 1
         from unnest($1::uuid[], $2::timestamptz[]) as u (id, at) where p.message_id = u.id",
    )
    .bind(ids)
    .bind(times)
    .execute(&mut *transaction)
    .await?;
    let mut position = 0;
    if !decisions.is_empty() {
        let ids: Vec<Uuid> = decisions.iter().map(|it| it.id).collect();
        let states = EventStore::load_many::<Message>(&mut transaction, &ids).await?;
        position = context.store.decide_many_in::<Message>(&mut transaction, states, decisions).await?.position;
    }
    transaction.commit().await?;
    context.store.announce(position);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_providers::ReceiptStatus;

    fn entry(id: &str, text: &str, seconds: i64) -> JournalEntry {
        JournalEntry {
            provider_message_id: id.into(),
            to: Some("+4915112345678".into()),
            text: Some(text.into()),
            status: Some(ReceiptStatus::Sent),
            error: None,
            at: DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds),
        }
    }

    #[test]
    fn only_what_can_be_nothing_else_is_found() {
        let sought = Sought {
            to: "+4915112345678".into(),
            text: "hi".into(),
            since: DateTime::UNIX_EPOCH + TimeDelta::seconds(100),
        };
        let id = |entries: Vec<JournalEntry>| match found(&sought, entries, |it| it.provider_message_id == "known") {
            Finding::Found(entry) => Some(entry.provider_message_id),
            Finding::NotYet | Finding::Never => None,
        };
        assert_eq!(id(vec![entry("a", "hi", 101), entry("b", "other", 101)]).as_deref(), Some("a"));
        assert_eq!(id(vec![entry("a", "hi", 20)]), None);
        assert_eq!(id(vec![entry("a", "hi", 101), entry("b", "hi", 103)]), None);
        assert_eq!(id(vec![entry("known", "hi", 101), entry("b", "hi", 103)]).as_deref(), Some("b"));
        assert_eq!(id(vec![]), None);
    }
}
