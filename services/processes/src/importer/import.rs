//! One import, from where its stream stands to its end.

use super::plan::Grounds;
use super::prepare::{self, Preparation, Unreadable};
use super::record::{Recorded, record};
use super::upload::{self, Upload};
use anyhow::Context as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::instrument;
use uuid::Uuid;
use waybill_domain::actor::Actor;
use waybill_domain::envelope;
use waybill_domain::id::{ImportId, ListId, TenantId};
use waybill_domain::import::{Command, Event, Started, State, decide, evolve};
use waybill_domain::list::{self, List};
use waybill_event_store::read::read_stream;
use waybill_event_store::{Append, ExecuteError, Expected, Metadata, Outcome, StreamWrite};
use waybill_runtime::Context;
use waybill_runtime::leader::is_passing;

/// What does not change while an import runs.
#[derive(Debug, Clone)]
pub struct Import {
    pub tenant_id: TenantId,
    pub import_id: ImportId,
    pub list_id: Option<ListId>,
    pub upload: Upload,
    /// The `import.started` that everything follows from.
    pub cause: Uuid,
    pub correlation_id: Uuid,
    pub traceparent: Option<String>,
    /// Where to go on in the file.
    pub bytes_read: u64,
}

/// An import as its stream has it.
struct Stands {
    started: Started,
    first: envelope::Recorded,
    at: Recorded,
    bytes_read: u64,
}

/// How a run came out.
enum Run {
    Ended,
    /// Another hand has moved the import: look again.
    Moved,
}

/// Runs an import to its end. A failure that passes by itself is returned; any other ends the import, because it would
/// only come again.
#[instrument(name = "import.run", skip_all, fields(tenant.id = %tenant_id, import.id = %import_id))]
pub async fn run(context: &Context, tenant_id: TenantId, import_id: ImportId) -> anyhow::Result<()> {
    loop {
        match from_where_it_stands(context, tenant_id, import_id).await {
            Ok(Run::Ended) => return upload::forget(context, tenant_id, import_id).await,
            Ok(Run::Moved) => {}
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the import cannot go on");
                let Some(stands) = stands(context, tenant_id, import_id).await? else { return Ok(()) };
                end(context, &stands, Command::Fail { reason: "internal_error".to_owned(), line: None }).await?;
            }
        }
    }
}

async fn from_where_it_stands(context: &Context, tenant_id: TenantId, import_id: ImportId) -> anyhow::Result<Run> {
    let Some(stands) = stands(context, tenant_id, import_id).await? else { return Ok(Run::Ended) };
    if stands.at.state == State::Ended {
        return Ok(Run::Ended);
    }
    let fail = |reason: &str, line| Command::Fail { reason: reason.to_owned(), line };
    let Some(upload) = upload::find(context, tenant_id, import_id).await? else {
        return end(context, &stands, fail("upload_missing", None)).await;
    };
    if let Some(reason) = list_trouble(context, &stands, &upload).await? {
        return end(context, &stands, fail(reason, None)).await;
    }
    let preparation = preparation(context, &stands, upload);
    let (batches, mut prepared) = mpsc::channel(1);
    let stop = CancellationToken::new();
    // Whatever ends this future also ends the thread that reads ahead.
    let _ends_reading = stop.clone().drop_guard();
    let ahead = {
        let (context, preparation) = (context.clone(), preparation.clone());
        tokio::task::spawn_blocking(move || prepare::run(&context, &preparation, &batches, &stop))
    };
    let mut at = stands.at.clone();
    while let Some(batch) = prepared.recv().await {
        match record(&preparation, &at, batch).await? {
            Some(after) => at = after,
            None => return Ok(Run::Moved),
        }
    }
    let command = match ahead.await.context("reading ahead")?? {
        Ok(()) => Command::Finish,
        Err(Unreadable::Incomplete) => fail("upload_incomplete", None),
        Err(Unreadable::File(error)) => {
            tracing::info!(%import_id, reason = error.code(), line = error.line(), "the file cannot be read on");
            fail(error.code(), error.line())
        }
    };
    end(context, &Stands { at, ..stands }, command).await
}

/// `None` when there is no such import.
async fn stands(context: &Context, tenant_id: TenantId, import_id: ImportId) -> anyhow::Result<Option<Stands>> {
    let pool = &context.store.database.system;
    let version: Option<i64> =
        sqlx::query_scalar("select version from es.stream where stream_id = $1 and tenant_id = $2")
            .bind(import_id.0)
            .bind(tenant_id.0)
            .fetch_optional(pool)
            .await?;
    let Some(version) = version else { return Ok(None) };
    let mut connection = pool.acquire().await?;
    let first = read_stream(&mut connection, tenant_id, import_id.0, 0, 1).await?.pop();
    // Each event says all there is to know of the state after it, so that the last one is enough.
    let last = read_stream(&mut connection, tenant_id, import_id.0, version - 1, 1).await?.pop();
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let Some(Event::Started(started)) = first.decode::<Event>()? else { return Ok(None) };
    let Some(event) = last.decode::<Event>()? else { return Ok(None) };
    let state = evolve(State::New, &event);
    let bytes_read = if let Event::RowsImported(rows) = &event { rows.bytes_read } else { 0 };
    Ok(Some(Stands { started, first, at: Recorded { state, version }, bytes_read }))
}

fn preparation(context: &Context, stands: &Stands, upload: Upload) -> Preparation {
    let Stands { started, first, bytes_read, .. } = stands;
    let source = upload.options.consent_source.as_deref();
    let tags = if started.tags.is_empty() { &upload.options.tags } else { &started.tags };
    Preparation {
        store: context.store.clone(),
        clock: context.clock.clone(),
        grounds: Grounds::new(started.import_id, &started.file_name, source, tags),
        import: Import {
            tenant_id: first.tenant_id,
            import_id: started.import_id,
            list_id: started.list_id,
            cause: first.event_id,
            correlation_id: first.correlation_id,
            traceparent: first.traceparent.clone(),
            bytes_read: *bytes_read,
            upload,
        },
    }
}

/// Makes the list that the contacts are to form. Answers why it cannot be.
async fn list_trouble(context: &Context, stands: &Stands, upload: &Upload) -> anyhow::Result<Option<&'static str>> {
    let Some(list_id) = stands.started.list_id else { return Ok(None) };
    let tenant_id = stands.first.tenant_id;
    let Some(name) = &upload.options.list_name else {
        let there = context.store.load::<List>(tenant_id, list_id.0).await?.state.name.is_some();
        return Ok(if there { None } else { Some("no_such_list") });
    };
    let create = list::Command::Create { name: name.clone() };
    match context.store.execute::<List>(metadata(context, &stands.first), list_id.0, create).await {
        Ok(_) | Err(ExecuteError::Refused(list::Refusal::Exists)) => Ok(None),
        Err(ExecuteError::Refused(_)) => Ok(Some("bad_list_name")),
        // Not hidden in the other: what passes by itself is told by its own kind.
        Err(ExecuteError::Append(error)) => Err(error).context("creating the list of an import"),
        Err(error) => Err(error).context("creating the list of an import"),
    }
}

/// The last event, at the version that was seen.
async fn end(context: &Context, stands: &Stands, command: Command) -> anyhow::Result<Run> {
    let events = decide(&stands.at.state, command).context("ending an import")?;
    let write = StreamWrite::new(stands.started.import_id, Expected::Exactly(stands.at.version), &events);
    let append = Append::new(metadata(context, &stands.first), vec![write]);
    let Outcome::Appended { .. } = context.store.append(append).await? else { return Ok(Run::Moved) };
    let failed = events.iter().any(|event| matches!(event, Event::Failed(_)));
    let outcome = if failed { "failed" } else { "finished" };
    metrics::counter!("imports_ended_total", "outcome" => outcome).increment(1);
    Ok(Run::Ended)
}

fn metadata(context: &Context, cause: &envelope::Recorded) -> Metadata {
    context.because_of(cause, Actor::process("importer"))
}
