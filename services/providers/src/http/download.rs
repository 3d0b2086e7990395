//! Files, read up to a limit.

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::http::{Cut, Reply, TRANSFER, read, refusal, without_answer};
use crate::{Account, Received};

/// Who asks for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The account: not being let in is its trouble.
    Account,
    /// Anybody: not being let in is the end of the file.
    Anybody,
}

/// Reads a file from an address, up to a limit.
pub async fn download(
    account: &Account,
    asker: Asker,
    request: reqwest::RequestBuilder,
    most: u64,
) -> Result<Received, Refusal> {
    let mut answer = request.timeout(TRANSFER).send().await.map_err(|error| without_answer(&error).of_question())?;
    let status = answer.status();
    let headers = std::mem::take(answer.headers_mut());
    if !status.is_success() {
        return Err(match status.as_u16() {
            300..=399 => refusal(ErrorClass::Media, "media_moved", "the media is at another address now"),
            404 | 410 => media_gone(),
            401 | 403 if asker == Asker::Anybody => media_gone(),
            _ => Reply::new(account, status, headers, Vec::new()).by_status().of_question(),
        });
    }
    let mime_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match read(&mut answer, most).await {
        Ok(body) => Ok(Received { mime_type, bytes: Bytes::from(body) }),
        Err(Cut::TooLong) => Err(media_too_long()),
        Err(Cut::Broken) => Err(refusal(ErrorClass::Retry, "no_answer", "the media broke off")),
    }
}

pub fn media_gone() -> Refusal {
    refusal(ErrorClass::Media, "media_gone", "the media is not there any more")
}

pub fn media_too_long() -> Refusal {
    refusal(ErrorClass::Media, "media_too_long", "the media is longer than is read")
}
