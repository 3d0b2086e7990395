//! Files that Green API keeps, and files that people sent.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::CONTENT_TYPE;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::green_api::errors::judge;
use crate::green_api::wire::{media_address, media_base};
use crate::http::{self, Asker, Client, TRANSFER, refusal};
use crate::values::text;
use crate::{Account, InboundMedia, Received};

/// A file that cannot be told by its type is named by this.
const NAME_HEADER: &str = "GA-Filename";

/// The answer is an address, to be sent by it. It lives 15 days.
pub async fn upload(
    client: &Client,
    account: &Account,
    mime_type: &str,
    file_name: &str,
    bytes: Bytes,
) -> Result<Option<(String, DateTime<Utc>)>, Refusal> {
    let url = media_address(account, "uploadFile")?;
    let request = client.post(url)?.timeout(TRANSFER).header(CONTENT_TYPE, mime_type);
    // A header holds no letters but the usual ones; the ending is what counts.
    let ending = file_name.rsplit('.').next().filter(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let request = match ending {
        Some(_) if file_name.bytes().all(|byte| byte.is_ascii_graphic()) => request.header(NAME_HEADER, file_name),
        Some(ending) => request.header(NAME_HEADER, format!("file.{ending}")),
        None => request,
    };
    let answer = http::ask(account, request.body(bytes), judge).await?;
    let url = text(&answer, "urlFile").ok_or_else(|| http::unreadable("the uploaded file got no address"))?;
    // A day less than documented, so that nothing is sent by an address that ends on the way.
    Ok(Some((url.to_owned(), Utc::now() + TimeDelta::days(14))))
}

/// Files lie open under addresses that nobody guesses: no token goes with the call.
pub async fn fetch(client: &Client, account: &Account, media: &InboundMedia, most: u64) -> Result<Received, Refusal> {
    let Some(url) = &media.url else {
        return Err(refusal(ErrorClass::Media, "invalid_media", "the media has no address"));
    };
    let is_own = http::same_origin(&account.base_url, url) || http::same_origin(&media_base(account), url);
    if !is_own && !http::is_public_address(url) {
        return Err(refusal(ErrorClass::Media, "foreign_address", "the address of the media is not a public one"));
    }
    let received = http::download(account, Asker::Anybody, client.get(url)?, most).await?;
    Ok(Received { mime_type: media.mime_type.clone().or(received.mime_type), ..received })
}
