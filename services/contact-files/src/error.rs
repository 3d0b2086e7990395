//! Why a file cannot be read, or cannot be read on.

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("this is an Excel workbook, not CSV: save it as CSV and upload that")]
    Workbook,
    #[error("this is not a text file")]
    NotText,
    #[error("no column for the phone number; the headers are {}", listed(headers))]
    NoPhoneColumn { headers: Vec<String> },
    #[error("no column `{wanted}`; the headers are {}", listed(headers))]
    NoSuchColumn { wanted: String, headers: Vec<String> },
    #[error("the quote opened in line {line} is not closed")]
    UnclosedQuote { line: u64 },
    #[error("the row that begins in line {line} is longer than 1 MiB or has more than 4,096 columns")]
    RowTooLong { line: u64 },
    #[error("reading the file: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl FileError {
    /// A stable word for problem documents and `import.failed`.
    pub fn code(&self) -> &'static str {
        match self {
            FileError::Empty => "file_empty",
            FileError::Workbook => "file_is_workbook",
            FileError::NotText => "file_not_text",
            FileError::NoPhoneColumn { .. } => "no_phone_column",
            FileError::NoSuchColumn { .. } => "no_such_column",
            FileError::UnclosedQuote { .. } => "unclosed_quote",
            FileError::RowTooLong { .. } => "row_too_long",
            FileError::Source(_) => "unreadable",
        }
    }

    /// The line where the trouble began, from 1.
    pub fn line(&self) -> Option<u64> {
        match self {
            FileError::UnclosedQuote { line } | FileError::RowTooLong { line } => Some(*line),
            FileError::NoPhoneColumn { .. } | FileError::NoSuchColumn { .. } => Some(1),
            _ => None,
        }
    }
}

fn listed(headers: &[String]) -> String {
    const SHOWN: usize = 30;
    let mut text = String::new();
    for (nth, header) in headers.iter().take(SHOWN).enumerate() {
        let short: String = header.chars().take(60).collect();
        text.push_str(if nth == 0 { "`" } else { ", `" });
        text.push_str(&short);
        text.push('`');
    }
    if headers.len() > SHOWN {
        text.push_str(&format!(" and {} more", headers.len() - SHOWN));
    }
    text
}
