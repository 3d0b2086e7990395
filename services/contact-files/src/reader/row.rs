//! One row, in buffers that are used again for the next.

use crate::MAX_ROW_BYTES;
use crate::encoding::Encoding;
use std::borrow::Cow;

const MAX_COLUMNS: usize = 4_096;

#[derive(Debug, Clone)]
pub struct Row {
    /// Line in the file where the row begins, from 1.
    pub line: u64,
    /// Byte of the file after the row: a reader may resume there.
    pub end: u64,
    pub(super) text: Vec<u8>,
    pub(super) used: usize,
    /// Where the cells end in `text`.
    pub(super) ends: Vec<usize>,
    pub(super) count: usize,
    encoding: Encoding,
}

impl Default for Row {
    fn default() -> Self {
        let encoding = Encoding::default();
        Self { line: 0, end: 0, text: vec![0; 1_024], used: 0, ends: vec![0; 32], count: 0, encoding }
    }
}

impl Row {
    pub(super) fn begin(&mut self, encoding: Encoding, line: u64) {
        (self.encoding, self.line, self.used, self.count) = (encoding, line, 0, 0);
    }

    pub(super) fn more_text(&mut self) {
        self.text.resize((self.text.len() * 2).min(MAX_ROW_BYTES), 0);
    }

    pub(super) fn more_ends(&mut self) -> bool {
        let room = self.ends.len() < MAX_COLUMNS;
        if room {
            self.ends.resize(self.ends.len() * 2, 0);
        }
        room
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All cells, without delimiters, still encoded.
    pub fn bytes(&self) -> &[u8] {
        &self.text[..self.used]
    }

    /// Blank when there is no such cell.
    pub fn cell(&self, at: usize) -> Cow<'_, str> {
        if at >= self.count {
            return Cow::Borrowed("");
        }
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.encoding.cell(&self.text[start..self.ends[at]])
    }

    pub fn cells(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.count).map(|at| self.cell(at))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.count <= 1 && self.bytes().iter().all(u8::is_ascii_whitespace)
    }

    /// Line ends in finished cells lie before the one that is being read.
    pub(super) fn line_of_last_cell(&self) -> u64 {
        let finished = if self.count == 0 { 0 } else { self.ends[self.count - 1] };
        self.line + self.text[..finished].iter().filter(|byte| **byte == b'\n').count() as u64
    }
}
