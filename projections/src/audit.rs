//! The audit log as it is searched: who did what, when and from where. Certificates of erasure stand beside it.
//!
//! Addresses of someone who was erased are gone from here as they are from the log.

pub mod query;

mod write;

pub use query::{AuditFilter, AuditRow, ErasureRow, RetentionRow, entry, erasures, operations, page, retention};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;
use waybill_domain::{audit, contact, member, tenant};
use write::{Entry, Erasure, Retention};

#[derive(Debug, Clone, Copy)]
pub struct Audit;

impl Projection for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["audit_entry", "erasure", "retention"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("audit/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        matches!(kind, "audit.noted" | "contact.erased" | "member.erased" | "tenant.retention_applied")
    }

    fn reads_personal(&self) -> bool {
        true
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let (mut entries, mut erasures, mut retentions) = (Vec::new(), Vec::new(), Vec::new());
            for recorded in events {
                match &*recorded.kind {
                    "audit.noted" => {
                        let noted = batch::decode::<audit::Event>(recorded, &mut applied)?;
                        entries.extend(noted.map(|audit::Event::Noted(noted)| Entry { recorded, noted }));
                    }
                    "contact.erased" => {
                        if let Some(contact::Event::Erased(it)) = batch::decode(recorded, &mut applied)? {
                            let (streams, events) = (it.streams, it.events);
                            erasures.push(Erasure { recorded, kind: "contact", streams, events });
                        }
                    }
                    "member.erased" => {
                        if let Some(member::Event::Erased(it)) = batch::decode(recorded, &mut applied)? {
                            let (streams, events) = (it.streams, it.events);
                            erasures.push(Erasure { recorded, kind: "person", streams, events });
                        }
                    }
                    _ => {
                        if let Some(tenant::Event::RetentionApplied(it)) = batch::decode(recorded, &mut applied)? {
                            retentions.push(Retention { recorded, through: it.through });
                        }
                    }
                }
            }
            batch::find_by_index(connection).await?;
            write::entries(connection, &entries).await?;
            write::erasures(connection, &erasures).await?;
            write::retentions(connection, &retentions).await?;
            Ok(applied)
        })
    }
}
