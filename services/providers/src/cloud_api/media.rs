//! Media that Meta keeps: what we upload lives 30 days, what people sent 7.
//!
//! An address of a medium lives five minutes, so it is asked for anew at each fetch.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::multipart::{Form, Part};
use secrecy::ExposeSecret;
use waybill_domain::media::takes;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};

use crate::cloud_api::send::{address, judge_question};
use crate::http::{self, Asker, Client, TRANSFER, Verdict, refusal};
use crate::values::{text, text_or_number};
use crate::{Account, InboundMedia, MediaKind, Received};

/// Hosts to which Meta's tokens may be shown, with whatever stands before them.
const HOSTS: [&str; 4] = ["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net"];

pub async fn upload(
    client: &Client,
    account: &Account,
    kind: MediaKind,
    mime_type: &str,
    file_name: &str,
    bytes: Bytes,
) -> Result<Option<(String, DateTime<Utc>)>, Refusal> {
    let url = address(account, &account.number_id, "/media")?;
    let name = kind.content().as_str();
    let refused = |detail: String| Err(refusal(ErrorClass::Media, "invalid_media", &detail));
    let length = bytes.len() as u64;
    if let Err(why) = takes(ProviderKind::CloudApi, kind, mime_type, length) {
        return refused(why.to_string());
    }
    if bytes.is_empty() {
        return refused(format!("the {name} is empty"));
    }
    let part = Part::stream_with_length(bytes, length)
        .file_name(file_name.to_owned())
        .mime_str(mime_type)
        .map_err(|_| refusal(ErrorClass::Media, "invalid_media", "the type of the media cannot be read"))?;
    let form = Form::new().text("messaging_product", "whatsapp").text("type", mime_type.to_owned()).part("file", part);
    let request = client.post(url)?.timeout(TRANSFER).bearer_auth(account.access_token.expose_secret()).multipart(form);
    let answer = http::ask(account, request, |reply| judge_question(account, reply)).await?;
    let id =
        text_or_number(answer.get("id")).ok_or_else(|| http::unreadable(&format!("the uploaded {name} got no id")))?;
    // A day less than documented, so that nothing is sent by an id that ends on the way.
    Ok(Some((id, Utc::now() + TimeDelta::days(29))))
}

pub async fn fetch(client: &Client, account: &Account, media: &InboundMedia, most: u64) -> Result<Received, Refusal> {
    let (url, mime_type) = match &media.media_id {
        Some(id) => find(client, account, id, most).await?,
        None => match &media.url {
            Some(url) => (url.clone(), media.mime_type.clone()),
            None => return Err(refusal(ErrorClass::Media, "invalid_media", "the media has neither id nor address")),
        },
    };
    if !may_see_token(account, &url) {
        return Err(refusal(ErrorClass::Media, "foreign_address", "the address of the media is not one of Meta's"));
    }
    let request = client.get(url)?.bearer_auth(account.access_token.expose_secret());
    let received = http::download(account, Asker::Account, request, most).await?;
    Ok(Received { mime_type: mime_type.or(received.mime_type), ..received })
}

/// Where a medium is at the moment, and what it is.
async fn find(client: &Client, account: &Account, id: &str, most: u64) -> Result<(String, Option<String>), Refusal> {
    let url = address(account, id, "")
        .map_err(|_| refusal(ErrorClass::Media, "invalid_media", "the id of the media cannot be part of an address"))?;
    let request = client.get(url)?.bearer_auth(account.access_token.expose_secret());
    let answer = http::ask(account, request, |reply| match reply.status.as_u16() {
        404 | 410 => Verdict::Refused(http::media_gone()),
        _ => judge_question(account, reply),
    })
    .await?;
    let size = crate::values::integer(answer.get("file_size")).and_then(|size| u64::try_from(size).ok());
    if size.is_some_and(|size| size > most) {
        return Err(http::media_too_long());
    }
    let url = text(&answer, "url").ok_or_else(|| http::unreadable("the media has no address"))?;
    Ok((url.to_owned(), text(&answer, "mime_type").map(str::to_owned)))
}

fn may_see_token(account: &Account, url: &str) -> bool {
    if http::same_origin(&account.base_url, url) {
        return true;
    }
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default();
    let is_metas = |name: &&str| host == *name || host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    url.scheme() == "https" && HOSTS.iter().any(is_metas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::account;

    #[test]
    fn the_token_is_shown_to_meta_only() {
        let account = account();
        for url in [
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
            "https://mmg.whatsapp.net/x",
            "http://127.0.0.1:9/media/1",
        ] {
            assert!(may_see_token(&account, url), "{url}");
        }
        for url in [
            "http://lookaside.fbsbx.com/x",
            "https://fbsbx.com.example/x",
            "https://evilfbsbx.com/x",
            "https://example.com/?fbsbx.com",
            "http://127.0.0.1:10/media/1",
            "no address",
        ] {
            assert!(!may_see_token(&account, url), "{url}");
        }
    }
}
