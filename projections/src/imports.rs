//! Imports of contacts: how far each is, and why rows did not become contacts.

pub mod query;

mod fold;
mod write;

pub use query::{ImportRow, NotedOutcome, NotedRow, one, page, rows};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Imports;

impl Projection for Imports {
    fn name(&self) -> &'static str {
        "imports"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["import", "import_row"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("imports/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("import.")
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            batch::find_by_index(connection).await?;
            let known = write::load(connection, events).await?;
            let folded = fold::fold(known, events, &mut applied)?;
            if !folded.imports.is_empty() {
                write::imports(connection, &folded.imports).await?;
            }
            if !folded.noted.is_empty() {
                write::noted(connection, &folded.noted).await?;
            }
            Ok(applied)
        })
    }
}
