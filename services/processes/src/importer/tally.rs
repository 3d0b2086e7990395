//! Rows of a batch as `import.rows_imported` events. Pure.

use super::plan::Verdict;
use waybill_domain::import::{NotedRow, RowsImported};

/// Rows that one event names, at most: events stay small whatever the file holds.
pub const MAX_NOTED: usize = 1_000;

/// One row of the file and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub line: u64,
    /// Byte of the file after the row.
    pub end: u64,
    pub verdict: Verdict,
}

/// Consecutive chunks from `next_chunk` that hold every row once.
pub fn chunks(next_chunk: u64, lines: &[Line]) -> Vec<RowsImported> {
    let mut chunks: Vec<RowsImported> = Vec::new();
    for row in lines {
        let full = chunks.last().is_none_or(|chunk| chunk.duplicate.len() + chunk.rejected.len() >= MAX_NOTED);
        if full {
            chunks.push(RowsImported {
                chunk: next_chunk + chunks.len() as u64,
                rows: 0,
                created: 0,
                updated: 0,
                without_consent: 0,
                duplicate: vec![],
                rejected: vec![],
                bytes_read: 0,
            });
        }
        let chunk = chunks.last_mut().expect("pushed when there was none");
        let noted = |reason: &str| NotedRow { line: row.line, reason: reason.to_owned() };
        chunk.rows += 1;
        chunk.bytes_read = row.end;
        match row.verdict {
            Verdict::Created { consent } => {
                chunk.created += 1;
                chunk.without_consent += u64::from(!consent);
            }
            Verdict::Updated { consent } => {
                chunk.updated += 1;
                chunk.without_consent += u64::from(!consent);
            }
            Verdict::Duplicate(reason) => chunk.duplicate.push(noted(reason)),
            Verdict::Rejected(reason) => chunk.rejected.push(noted(reason)),
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::import::{Command, State, decide, evolve};

    #[test]
    fn chunks_follow_each_other_and_add_up() {
        let verdicts = [
            Verdict::Created { consent: false },
            Verdict::Updated { consent: true },
            Verdict::Duplicate("unchanged"),
            Verdict::Rejected("phone_empty"),
        ];
        let lines: Vec<Line> =
            (0..5_000).map(|n| Line { line: n + 2, end: n * 10, verdict: verdicts[n as usize % 4] }).collect();
        let chunks = chunks(7, &lines);
        assert_eq!(chunks.iter().map(|chunk| chunk.rows).sum::<u64>(), 5_000);
        assert_eq!(chunks.iter().map(|chunk| chunk.without_consent).sum::<u64>(), 1_250);
        assert_eq!(chunks.last().unwrap().bytes_read, 49_990);
        assert!(chunks.iter().all(|chunk| chunk.duplicate.len() + chunk.rejected.len() <= MAX_NOTED));
        let mut state = State::Running { next_chunk: 7 };
        for chunk in chunks {
            let events = decide(&state, Command::RecordRows(chunk)).expect("in turn and adding up");
            state = events.iter().fold(state, evolve);
        }
        assert!(matches!(state, State::Running { next_chunk: 10 }));
    }
}
