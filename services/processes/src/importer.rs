//! Importer: contact files become contacts.
//!
//! Reacts to `import.started`. Reads the upload piece by piece, and records the rows in chunks: the contacts of a chunk
//! and its `import.rows_imported` are one transaction, appended at the exact version of the import's stream. So every
//! row has its effect once, whenever a copy dies and whoever takes over; the chunk says at which byte to go on.
//!
//! The uploads that are left are the list of work: they go when their import has ended. The checkpoint is only there to
//! notice new ones.

mod contacts;
mod import;
mod pieces;
mod plan;
mod prepare;
mod record;
mod tally;
mod upload;

use std::collections::{HashSet, VecDeque};
use tokio::task::JoinSet;
use waybill_domain::id::{ImportId, TenantId};
use waybill_runtime::{Context, Subscription};

const NAME: &str = "process/importer";
/// Events looked at in one go.
const STRETCH: usize = 1_000;
/// Imports that run at the same time; the others wait for their turn.
const AT_ONCE: usize = 2;

pub async fn run(context: Context) -> anyhow::Result<()> {
    // The checkpoint first: what is not among the uploads now comes as an event after it.
    let mut subscription = Subscription::start(&context, NAME).await?;
    let mut queue = Queue::default();
    upload::forget_abandoned(&context).await?;
    for (tenant_id, import_id) in upload::complete(&context).await? {
        queue.push(tenant_id, import_id);
    }
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((tenant_id, import_id)) = queue.waiting.pop_front()
        {
            let context = context.clone();
            running.spawn(async move { ((tenant_id, import_id), import::run(&context, tenant_id, import_id).await) });
        }
        metrics::gauge!("imports_running").set(running.len() as f64);
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            Some(ended) = running.join_next() => {
                let (import, ended) = ended?;
                queue.known.remove(&import);
                ended?;
            }
            events = subscription.next(STRETCH) => {
                for event in events?.iter().filter(|event| event.is("import.started")) {
                    queue.push(event.tenant_id, ImportId(event.stream_id));
                }
                subscription.idle().await?;
            }
        }
    }
}

/// Imports in the order in which they came, each once.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<(TenantId, ImportId)>,
    /// An upload and an import of the same id may be of different tenants: then they are not the same.
    known: HashSet<(TenantId, ImportId)>,
}

impl Queue {
    fn push(&mut self, tenant_id: TenantId, import_id: ImportId) {
        if self.known.insert((tenant_id, import_id)) {
            self.waiting.push_back((tenant_id, import_id));
        }
    }
}
