//! Rows, one at a time, from pieces of a file.

mod row;

pub use row::Row;

use crate::columns::Columns;
use crate::encoding::{Encoding, decode, file_bytes};
use crate::error::FileError;
use crate::mapping::Mapping;
use crate::{MAX_ROW_BYTES, delimiter};
use bytes::Bytes;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::Decoder;
use std::collections::VecDeque;

/// How much of the file decides on encoding and delimiter.
pub(crate) const HEAD: usize = 64 << 10;

/// Reads the rows of a file that comes as consecutive pieces, of which one is held at a time.
pub struct RowReader<S> {
    source: S,
    /// Read for the head, not yet given to the parser.
    waiting: VecDeque<Bytes>,
    encoding: Encoding,
    decoder: Option<Decoder>,
    delimiter: u8,
    csv: Reader,
    columns: Columns,
    /// Text of the present piece, and how far it is read.
    text: Bytes,
    at: usize,
    ended: bool,
    /// Place in the file of `at`.
    offset: u64,
    line: u64,
    after_return: bool,
}

impl<S, E> RowReader<S>
where
    S: Iterator<Item = Result<Bytes, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Reads the head and the header. `resume` is the end of the last row that is done with, as [`Row::end`] told it;
    /// 0 begins with the first.
    pub fn open(mut source: S, mapping: Option<&Mapping>, resume: u64) -> Result<Self, FileError> {
        let mut waiting = VecDeque::new();
        let mut head = Vec::new();
        while head.len() < HEAD {
            let Some(piece) = source.next() else { break };
            let piece = piece.map_err(|error| FileError::Source(error.into()))?;
            head.extend_from_slice(&piece[..piece.len().min(HEAD - head.len())]);
            waiting.push_back(piece);
        }
        let (encoding, mark) = Encoding::detect(&head)?;
        let delimiter = match encoding.decoder() {
            Some(mut decoder) => delimiter::detect(decode(&mut decoder, &head[mark..], false).as_bytes()),
            None => delimiter::detect(&head[mark..]),
        };
        drop(head);
        drop_front(&mut waiting, mark);
        let mut reader = Self {
            source,
            waiting,
            encoding,
            decoder: encoding.decoder(),
            delimiter,
            csv: ReaderBuilder::new().delimiter(delimiter).build(),
            columns: Columns { headers: vec![], phone: 0, name: vec![], consent: None, fields: vec![], needed: 0 },
            text: Bytes::new(),
            at: 0,
            ended: false,
            offset: mark as u64,
            line: 1,
            after_return: false,
        };
        let headers = reader.header()?;
        reader.columns = Columns::resolve(headers, mapping)?;
        reader.skip_to(resume)?;
        Ok(reader)
    }

    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The next row into `row`; `false` at the end of the file. Blank lines are no rows.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, FileError> {
        loop {
            self.skip_line_ends()?;
            row.begin(self.encoding, self.line);
            let found = self.record(row)?;
            row.end = self.offset;
            if !found || !row.is_blank() {
                return Ok(found);
            }
        }
    }

    fn header(&mut self) -> Result<Vec<String>, FileError> {
        let mut row = Row::default();
        while self.read(&mut row)? {
            let headers: Vec<String> = row.cells().map(|cell| cell.trim().to_owned()).collect();
            // Excel's word on the delimiter is a line before the header.
            if !headers.first().is_some_and(|first| first.starts_with("sep=")) {
                return Ok(headers);
            }
        }
        Err(FileError::Empty)
    }

    /// One record; `false` when there is none left. Begins on its first byte.
    fn record(&mut self, row: &mut Row) -> Result<bool, FileError> {
        if self.at == self.text.len() {
            return Ok(false);
        }
        let mut after_last = false;
        loop {
            // A line end after the last byte ends the last row, unless a quote is open.
            let input = if after_last { b"\n" } else { &self.text[self.at..] };
            let (result, read, written, ended) =
                self.csv.read_record(input, &mut row.text[row.used..], &mut row.ends[row.count..]);
            self.consume(if after_last { 0 } else { read });
            row.used += written;
            row.count += ended;
            match result {
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
                ReadRecordResult::OutputFull if row.text.len() < MAX_ROW_BYTES => row.more_text(),
                ReadRecordResult::OutputEndsFull if row.more_ends() => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => return Err(self.too_long(row)),
                ReadRecordResult::InputEmpty if after_last => return Err(unclosed(row)),
                ReadRecordResult::InputEmpty => after_last = !self.fill()?,
            }
        }
    }

    /// Reading ends here: the parser may be asked whether a line end would be part of a cell.
    fn too_long(&mut self, row: &Row) -> FileError {
        match self.csv.read_record(b"\n", &mut [0; 8], &mut [0; 8]).0 {
            ReadRecordResult::InputEmpty => unclosed(row),
            _ => FileError::RowTooLong { line: row.line },
        }
    }

    fn skip_line_ends(&mut self) -> Result<(), FileError> {
        while self.at < self.text.len() || self.fill()? {
            if !matches!(self.text[self.at], b'\r' | b'\n') {
                break;
            }
            self.consume(1);
        }
        Ok(())
    }

    /// Goes to a row that a former reader told the place of, counting lines on the way.
    fn skip_to(&mut self, offset: u64) -> Result<(), FileError> {
        while self.offset < offset {
            if self.at == self.text.len() && !self.fill()? {
                return Ok(());
            }
            let left = usize::try_from(offset - self.offset).unwrap_or(usize::MAX);
            let rest = &self.text[self.at..];
            let step = match self.encoding {
                Encoding::Utf8 | Encoding::Windows1252 => rest.len().min(left),
                // A character at a time: how many bytes of the file it took depends on it.
                Encoding::Utf16Le | Encoding::Utf16Be => {
                    1 + rest[1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count()
                }
            };
            self.consume(step);
        }
        Ok(())
    }

    /// The next piece of text; `false` at the end of the file.
    fn fill(&mut self) -> Result<bool, FileError> {
        while self.at == self.text.len() && !self.ended {
            let piece = match self.waiting.pop_front() {
                Some(piece) => Some(piece),
                None => self.source.next().transpose().map_err(|error| FileError::Source(error.into()))?,
            };
            self.ended = piece.is_none();
            let piece = piece.unwrap_or_default();
            self.text = match &mut self.decoder {
                Some(decoder) => Bytes::from(decode(decoder, &piece, self.ended)),
                None => piece,
            };
            self.at = 0;
        }
        Ok(self.at < self.text.len())
    }

    fn consume(&mut self, count: usize) {
        let read = &self.text[self.at..self.at + count];
        for byte in read {
            match byte {
                b'\r' => self.line += 1,
                b'\n' if !self.after_return => self.line += 1,
                _ => {}
            }
            self.after_return = *byte == b'\r';
        }
        self.offset += file_bytes(self.encoding, read);
        self.at += count;
    }
}

fn unclosed(row: &Row) -> FileError {
    FileError::UnclosedQuote { line: row.line_of_last_cell() }
}

fn drop_front(pieces: &mut VecDeque<Bytes>, mut count: usize) {
    while let Some(first) = pieces.front_mut().filter(|_| count > 0) {
        let step = first.len().min(count);
        *first = first.slice(step..);
        count -= step;
        if first.is_empty() {
            pieces.pop_front();
        }
    }
}
