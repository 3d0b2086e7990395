//! What separates the cells: the candidate under which the first rows agree best on their number of columns.

use csv_core::{ReadRecordResult, ReaderBuilder};

/// In order of preference when nothing speaks for any of them.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
const ROWS: usize = 20;

/// From the head of the file, as text that agrees with ASCII. Excel's `sep=;` in the first line is believed.
pub(crate) fn detect(head: &[u8]) -> u8 {
    if let Some(&delimiter) = said(head)
        && CANDIDATES.contains(&delimiter)
    {
        return delimiter;
    }
    let mut best = (CANDIDATES[0], (0, 0));
    for delimiter in CANDIDATES {
        let score = score(head, delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

fn said(head: &[u8]) -> Option<&u8> {
    let rest = head.strip_prefix(b"sep=")?;
    matches!(rest.get(1), Some(b'\r' | b'\n')).then(|| &rest[0])
}

/// How many of the first rows have as many cells as the header, and how many cells that is.
fn score(head: &[u8], delimiter: u8) -> (usize, usize) {
    let widths = widths(head, delimiter);
    match widths.first() {
        Some(&header) if header > 1 => (widths.iter().filter(|width| **width == header).count(), header),
        _ => (0, 0),
    }
}

fn widths(mut input: &[u8], delimiter: u8) -> Vec<usize> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut output, mut ends) = (vec![0; 4_096], vec![0; 512]);
    let mut widths = Vec::new();
    let mut width = 0;
    while widths.len() < ROWS {
        let (result, read, _, ended) = reader.read_record(input, &mut output, &mut ends);
        input = &input[read..];
        width += ended;
        match result {
            ReadRecordResult::Record => widths.push(std::mem::take(&mut width)),
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            // The last row may be cut by the end of the head; it only counts when it is the header itself.
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {
                if widths.is_empty() {
                    widths.push(width + 1);
                }
                break;
            }
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_rows_agree_on() {
        for (head, expected) in [
            (&b"phone,name\n1,a\n2,b\n"[..], b','),
            (b"phone;name\n1;a, b\n2;c, d\n", b';'),
            (b"phone\tname, full\n1\ta\n", b'\t'),
            (b"phone|name\n1|a\n", b'|'),
            (b"\"phone; mobile\",name\n1,a\n", b','),
            (b"phone\n1\n", b','),
            (b"phone;name", b';'),
            (b"sep=;\r\nphone;name\n", b';'),
        ] {
            assert_eq!(detect(head) as char, expected as char, "{}", String::from_utf8_lossy(head));
        }
    }
}
