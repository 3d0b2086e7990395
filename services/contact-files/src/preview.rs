//! The first rows of a file as an import would take them.

use crate::contact::{Outcome, grants, reason};
use crate::encoding::Encoding;
use crate::error::FileError;
use crate::mapping::Mapping;
use crate::options::UploadOptions;
use crate::reader::{Row, RowReader};
use bytes::Bytes;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;

/// Rows shown.
pub const ROWS: usize = 50;

/// The first bytes of a file: some hundred kilobytes are plenty.
#[derive(Debug, Clone, Copy)]
pub enum Head<'a> {
    /// The file goes on: its last row here is cut and not shown.
    Cut(&'a [u8]),
    Whole(&'a [u8]),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    pub headers: Vec<String>,
    pub mapping: Mapping,
    pub delimiter: char,
    pub encoding: Encoding,
    pub rows: Vec<PreviewRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewOutcome {
    Ok,
    Rejected,
    Duplicate,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreviewRow {
    pub line: u64,
    pub cells: Vec<String>,
    /// E.164 where the cell could be read, else as it is written.
    pub phone: String,
    pub name: Option<String>,
    pub consent: bool,
    pub fields: BTreeMap<String, String>,
    pub outcome: PreviewOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// Reads the head with the uploader's options. Fails where the import would fail before its first row.
pub fn preview(head: Head<'_>, options: &UploadOptions) -> Result<Preview, FileError> {
    let (bytes, whole) = match head {
        Head::Cut(bytes) => (bytes, false),
        Head::Whole(bytes) => (bytes, true),
    };
    let size = bytes.len() as u64;
    let source = [Ok::<_, Infallible>(Bytes::copy_from_slice(bytes))];
    let mut reader = RowReader::open(source.into_iter(), options.mapping.as_ref(), 0)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    let mut row = Row::default();
    while rows.len() < ROWS {
        match reader.read(&mut row) {
            Ok(true) if whole || row.end < size => rows.push(shown(&reader, &row, options, &mut seen)),
            Ok(_) => break,
            // The quote may be closed after the cut.
            Err(FileError::UnclosedQuote { .. }) if !whole => break,
            // What can be read is shown; the import will name the line where it ends.
            Err(error) if rows.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    let columns = reader.columns();
    Ok(Preview {
        headers: columns.headers.clone(),
        mapping: columns.mapping(),
        delimiter: reader.delimiter(),
        encoding: reader.encoding(),
        rows,
    })
}

fn shown<S, E>(
    reader: &RowReader<S>,
    row: &Row,
    options: &UploadOptions,
    seen: &mut HashSet<waybill_domain::phone::Phone>,
) -> PreviewRow
where
    S: Iterator<Item = Result<Bytes, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let columns = reader.columns();
    let (phone, outcome, reason) = match columns.read(row, options.default_country.as_deref()) {
        Outcome::Ok(contact) if seen.contains(&contact.phone) => {
            (contact.phone.to_string(), PreviewOutcome::Duplicate, Some(reason::SAME_NUMBER))
        }
        Outcome::Ok(contact) => {
            let phone = contact.phone.to_string();
            seen.insert(contact.phone);
            (phone, PreviewOutcome::Ok, None)
        }
        Outcome::Rejected(reason) => {
            (row.cell(columns.phone).trim().to_owned(), PreviewOutcome::Rejected, Some(reason))
        }
    };
    PreviewRow {
        line: row.line,
        cells: row.cells().map(|cell| cell.into_owned()).collect(),
        phone,
        name: columns.name(row),
        consent: columns.consent.is_some_and(|at| grants(&row.cell(at))),
        fields: columns.fields(row),
        outcome,
        reason,
    }
}
