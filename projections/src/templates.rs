//! Templates as providers have them.

pub mod query;

mod fold;
mod write;

pub use query::{Filter, TemplateRow, Wanted, accounts_with, named, one, page};

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Templates;

impl Projection for Templates {
    fn name(&self) -> &'static str {
        "templates"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["template"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("templates/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("template.")
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
            let rows = fold::fold(known, events, &mut applied)?;
            if !rows.is_empty() {
                write::templates(connection, &rows).await?;
            }
            Ok(applied)
        })
    }
}
