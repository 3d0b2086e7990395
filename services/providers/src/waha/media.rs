//! Files that people sent, from the gateway that fetched them.
//!
//! The gateway names its files by its own address, which need not be the one by which we reach it. The key is shown to the
//! account's address only.

use reqwest::Method;
use serde_json::Value;
use waybill_domain::provider::{ErrorClass, Refusal};

use crate::http::{self, Asker, Client, refusal};
use crate::values::first_text;
use crate::waha::ids::parts;
use crate::waha::wire::{get, request, segment, session};
use crate::{Account, InboundMedia, Received};

pub async fn fetch(client: &Client, account: &Account, media: &InboundMedia, most: u64) -> Result<Received, Refusal> {
    let url = match (&media.url, &media.media_id) {
        (Some(url), _) => url.clone(),
        (None, Some(id)) => find(client, account, id).await?,
        (None, None) => {
            return Err(refusal(ErrorClass::Media, "invalid_media", "the media has neither id nor address"));
        }
    };
    let (asker, request) = match own_path(account, &url) {
        Some(path) => (Asker::Account, request(client, account, Method::GET, &path)?),
        None if http::is_public_address(&url) => (Asker::Anybody, client.get(&url)?),
        None => return Err(refusal(ErrorClass::Media, "foreign_address", "the media is neither here nor in public")),
    };
    let received = http::download(account, asker, request, most).await?;
    Ok(Received { mime_type: media.mime_type.clone().or(received.mime_type), ..received })
}

/// Media that was not fetched when the message came is fetched now.
async fn find(client: &Client, account: &Account, id: &str) -> Result<String, Refusal> {
    let (_, chat, _) = parts(id).ok_or_else(http::media_gone)?;
    let path = format!("/{}/chats/{}/messages/{}", session(account)?, segment(chat)?, segment(id)?);
    let message = get(client, account, &path, &[("downloadMedia", "true")]).await?;
    first_text(&message, &["/media/url", "/mediaUrl"]).ok_or_else(http::media_gone)
}

/// The part behind `/api` of an address of the gateway's own files.
fn own_path(account: &Account, url: &str) -> Option<String> {
    let parsed = reqwest::Url::parse(url).ok()?;
    let at = parsed.path().find("/api/files/")?;
    let path = &parsed.path()[at + "/api".len()..];
    let is_gateways = http::same_origin(&account.base_url, url) || !http::is_public_address(url);
    let climbs = path.split('/').any(|part| matches!(part, ".." | "."));
    (is_gateways && !climbs).then(|| path.to_owned())
}

/// How a webhook describes a file.
pub fn of_message(message: &Value, id: &str, voice: bool) -> Option<InboundMedia> {
    let url = first_text(message, &["/media/url", "/mediaUrl"]);
    let promised = message.get("hasMedia").and_then(Value::as_bool).unwrap_or(false);
    if url.is_none() && !promised {
        return None;
    }
    Some(InboundMedia {
        media_id: parts(id).map(|_| id.to_owned()),
        url,
        mime_type: first_text(message, &["/media/mimetype", "/_data/mimetype"]),
        file_name: first_text(message, &["/media/filename"]),
        sha256: None,
        voice,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn the_key_is_shown_to_the_gateway_only() {
        let account = Account { base_url: "https://waha.example:3000/gate".into(), ..samples::account() };
        let path = |url: &str| own_path(&account, url);
        // By our address, and by the one that the gateway believes it has.
        assert_eq!(path("https://waha.example:3000/gate/api/files/main/a.jpg").as_deref(), Some("/files/main/a.jpg"));
        assert_eq!(path("http://localhost:3000/api/files/a.jpg").as_deref(), Some("/files/a.jpg"));
        for url in [
            "https://files.example/api/files/a.jpg",
            "https://waha.example:3000/gate/api/sessions",
            "file:///api/files/a",
            "x",
        ] {
            let found = path(url);
            assert!(found.is_none() || url.starts_with("file:"), "{url}: {found:?}");
        }
        assert_eq!(path("http://localhost:3000/api/files/%2e%2e/sessions").as_deref(), None);
    }
}
