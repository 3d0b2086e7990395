//! Packages and their sending numbers: settings, state, and what is used of the limits.
//!
//! Windows are clock hours and days in UTC, counted when a number was chosen (`message.dispatched`), as the limits
//! of the domain count them. A number's flight begins there and ends with whatever ends the sending.

pub mod query;

mod fold;
mod row;
mod write;

pub use query::{Package, Profile, UsedOf, linkable, package, packages, profile, profiles};
pub use row::Standing;

use crate::batch;
use crate::projection::{Applied, Projection, ProjectionError};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::sync::Arc;
use waybill_domain::envelope::Recorded;

#[derive(Debug, Clone, Copy)]
pub struct Numbers;

impl Projection for Numbers {
    fn name(&self) -> &'static str {
        "numbers"
    }

    fn version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["package", "profile", "profile_usage", "profile_in_flight"]
    }

    fn ddl(&self) -> &'static str {
        include_str!("numbers/ddl.sql")
    }

    fn wants(&self, kind: &str) -> bool {
        kind.starts_with("package.")
            || kind.starts_with("profile.")
            || matches!(
                kind,
                "message.dispatched" | "message.sent" | "message.failed" | "message.uncertain" | "message.cancelled"
            )
    }

    fn apply<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        events: &'a [Arc<Recorded>],
    ) -> BoxFuture<'a, Result<Applied, ProjectionError>> {
        Box::pin(async move {
            let mut applied = Applied::default();
            let stretch = fold::Stretch::decode(events, &mut applied)?;
            batch::find_by_index(connection).await?;
            let landed = write::take_landed(connection, &stretch.landing()).await?;
            let packages = write::load_packages(connection, &stretch.packages()).await?;
            let profiles = write::load_profiles(connection, &stretch.profiles(&landed)).await?;
            let changes = stretch.fold(packages, profiles, landed);
            write::packages(connection, &changes.packages).await?;
            write::profiles(connection, &changes.profiles).await?;
            write::usage(connection, &changes.usage).await?;
            write::in_flight(connection, &changes.in_flight).await?;
            Ok(applied)
        })
    }
}
