//! Tables as CSV, page by page, so that a million rows need the memory of one page.

use crate::problem::Problem;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::future::Future;

/// Rows, and where the next page begins.
pub type Rows = (Vec<Vec<String>>, Option<String>);

/// Answers a file of all pages. What goes wrong after it has begun ends it early: the transfer is then incomplete, and
/// whoever downloads is told so by it.
pub fn csv<F, P>(name: &str, columns: &'static [&'static str], page: F) -> Response
where
    F: Fn(Option<String>) -> P + Send + 'static,
    P: Future<Output = Result<Rows, Problem>> + Send + 'static,
{
    enum Next {
        Head,
        Page(Option<String>),
        Done,
    }
    let pages = stream::try_unfold((Next::Head, page), move |(next, page)| async move {
        match next {
            Next::Done => Ok(None),
            Next::Head => {
                let head = write([columns.iter().map(|name| (*name).to_owned()).collect()]);
                Ok(Some((head, (Next::Page(None), page))))
            }
            Next::Page(cursor) => {
                let (rows, cursor) = page(cursor).await.map_err(|problem| std::io::Error::other(problem.detail))?;
                let next = if cursor.is_some() { Next::Page(cursor) } else { Next::Done };
                Ok(Some((write(rows), (next, page))))
            }
        }
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let body: stream::BoxStream<'static, Result<Vec<u8>, std::io::Error>> = Box::pin(pages);
    (headers, Body::from_stream(body)).into_response()
}

/// Rows in CSV.
pub fn write(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell).into_owned())).expect("a vector takes all");
    }
    writer.into_inner().expect("a vector takes all")
}

/// A cell that a spreadsheet does not calculate. A number in E.164 stays what it is.
fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    let is_phone = cell.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    match cell.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') if !is_phone => format!("'{cell}").into(),
        _ => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_calculated() {
        let cells = ["=1+1", "@SUM(A1)", "-2", "+cmd|' /C calc'!A0", "\t=1", "+4915112345678", "a=b", ""];
        let written = String::from_utf8(write([cells.iter().map(|cell| (*cell).to_owned()).collect()])).expect("text");
        assert_eq!(written, "'=1+1,'@SUM(A1),'-2,'+cmd|' /C calc'!A0,'\t=1,+4915112345678,a=b,\n");
    }
}
