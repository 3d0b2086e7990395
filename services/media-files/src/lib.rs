//! Files of messages: where their bytes lie, what they are, and whether they are safe.
//!
//! This crate knows of no log and no database. [`MediaFiles`] is the object store, [`recognise`] tells by its content what a
//! file is, [`Scanner`] asks a virus scanner. What is refused here was never kept.

mod recognise;
mod scan;
mod shelf;
mod store;

pub use recognise::{NotRecognised, Recognised, describe, is_opus, recognise};
pub use scan::{ScanError, Scanner, Verdict};
pub use shelf::{NotTakenIn, Shelf};
pub use store::{Kept, MediaFiles, Part, StoreError};

use sha2::{Digest, Sha256};

/// Of the content, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
