//! Read models: one file each, with its rows, how events change them, and how they are asked.
//!
//! Everything here lives in schema `read` and is disposable: it is a fold of the log and can be rebuilt beside the live
//! tables and swapped in. For that, `apply` writes to *unqualified* table names and the caller sets `search_path`;
//! queries always name `read`.

pub mod projection;

pub use projection::{Applied, Projection, ProjectionError};
