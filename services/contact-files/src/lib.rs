//! Contact files as people export them, read as a stream.
//!
//! [`RowReader`] finds out the encoding, the delimiter and the columns from the head of the file and gives one row at a
//! time; [`Columns::read`] turns a row into a contact or the reason why it is none; [`preview()`] does both for the first
//! rows. Nothing here knows of the log or of a database.
//!
//! What must stay true: memory does not grow with the file, whatever is in it; no input panics; a row that ended at
//! byte `n` can be followed by a new reader that resumes at `n`, with the same lines and the same outcomes.

mod columns;
mod contact;
mod delimiter;
mod encoding;
mod error;
mod mapping;
mod options;
pub mod preview;
mod reader;

pub use columns::Columns;
pub use contact::{NewContact, Outcome, reason};
pub use encoding::Encoding;
pub use error::FileError;
pub use mapping::Mapping;
pub use options::UploadOptions;
pub use preview::{Head, Preview, preview};
pub use reader::{Row, RowReader};

/// A row longer than this is not read: what looks like one is a file without line ends, or a quote left open.
pub const MAX_ROW_BYTES: usize = 1 << 20;
