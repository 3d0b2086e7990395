//! Mail as a page, where it is put into a folder instead of being sent: for trying things out.

use crate::app::App;
use crate::problem::Problem;
use crate::web::GUARDS;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mail_parser::MessageParser;
use std::fmt::Write;
use std::path::Path;
use std::time::SystemTime;

const MOST: usize = 100;
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mail \u{b7} Waybill</title><style>\
    body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
    article{border:1px solid #8886;border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}h2{font-size:1.1rem;margin:0}\
    p{margin:.25rem 0}pre{white-space:pre-wrap;font:inherit;margin:.75rem 0 0;overflow-wrap:anywhere}</style></head>\
    <body><main><h1>Mail</h1>";

struct Mail {
    at: SystemTime,
    to: String,
    subject: String,
    text: String,
}

/// Nothing, unless mail goes to a folder.
pub fn routes(app: &App) -> Router<App> {
    match app.config.mail_folder {
        Some(_) => Router::new().route("/dev/mail", get(page)),
        None => Router::new(),
    }
}

async fn page(State(app): State<App>) -> Result<Response, Problem> {
    let folder = app.config.mail_folder.clone().ok_or_else(Problem::not_found)?;
    let mails = tokio::task::spawn_blocking(move || read(&folder)).await.map_err(Problem::internal)?;
    let mut html = HEAD.to_owned();
    if mails.is_empty() {
        html.push_str("<p>No mail yet.</p>");
    }
    for Mail { to, subject, text, .. } in mails {
        let (subject, to) = (escaped(&subject), escaped(&to));
        let _ = write!(html, "<article><h2>{subject}</h2><p>to {to}</p><pre>{}</pre></article>", linked(&text));
    }
    html.push_str("</main></body></html>");
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store"), (CONTENT_SECURITY_POLICY, POLICY)];
    let mut response = (headers, html).into_response();
    response.headers_mut().extend(GUARDS);
    Ok(response)
}

/// The newest first. A file that is being written is shown the next time.
fn read(folder: &Path) -> Vec<Mail> {
    let mut mails: Vec<Mail> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|it| it == "eml"))
        .filter_map(|entry| {
            let at = entry.metadata().ok()?.modified().ok()?;
            let bytes = std::fs::read(entry.path()).ok()?;
            let message = MessageParser::default().parse(&bytes)?;
            let to = message.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
            let subject = message.subject().unwrap_or_default().to_owned();
            Some(Mail { at, to, subject, text: message.body_text(0)?.into_owned() })
        })
        .collect();
    mails.sort_by_key(|mail| std::cmp::Reverse(mail.at));
    mails.truncate(MOST);
    mails
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Lines that are an address become links.
fn linked(text: &str) -> String {
    let line = |line: &str| {
        let shown = escaped(line.trim_end());
        match shown.starts_with("http://") || shown.starts_with("https://") {
            true => format!("<a href=\"{shown}\">{shown}</a>"),
            false => shown,
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn only_a_line_that_is_an_address_is_a_link_and_nothing_is_markup() {
        let html = linked("<b>Hi</b>\nhttps://example.org/invite/a?b=\"c\"\njavascript:alert(1)");
        assert_eq!(
            html,
            "&lt;b&gt;Hi&lt;/b&gt;\n<a href=\"https://example.org/invite/a?b=&quot;c&quot;\">https://example.org/invite/a?b=&quot;c&quot;</a>\njavascript:alert(1)"
        );
    }
}
