//! Read models: one file each, with its rows, how events change them, and how they are asked.
//!
//! Everything here lives in schema `read` and is disposable: it is a fold of the log and can be rebuilt beside the live
//! tables and swapped in. For that, `apply` writes to *unqualified* table names and the caller sets `search_path`;
//! queries always name `read`.
//!
//! Two laws, each held by a test over every model: how the log is cut into batches never shows in the rows, and no
//! tenant sees a row of another.

pub mod analytics;
pub mod audit;
pub mod campaigns;
pub mod contacts;
pub mod directory;
pub mod imports;
pub mod inbox;
pub mod media;
pub mod messages;
pub mod numbers;
pub mod page;
pub mod projection;
pub mod registry;
pub mod templates;
pub mod wallet;

mod batch;

pub use page::{Page, QueryError};
pub use projection::{Applied, Projection, ProjectionError};
