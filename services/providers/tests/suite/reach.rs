//! No provider calls an address inside the network that nobody allowed, whatever is asked of it.

use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;
use waybill_domain::provider::{ErrorClass, ProviderKind, Refusal};
use waybill_providers::{
    Account, ClientConfig, Content, InboundMedia, MediaKind, Outcome, Outgoing, Recipient, Registry,
};

fn account(kind: ProviderKind, base_url: &str) -> Account {
    Account {
        profile_id: Uuid::nil(),
        base_url: base_url.to_owned(),
        number_id: if kind == ProviderKind::GreenApi { "1101" } else { "main" }.into(),
        access_token: "token1234".into(),
        webhook_secret: "hook-secret".into(),
        verify_token: "verify".into(),
        settings: [("business_account_id".to_owned(), "9001".to_owned())].into(),
    }
}

fn text() -> Outgoing {
    Outgoing {
        message_id: Uuid::nil(),
        to: Recipient::Phone("+4915112345678".into()),
        content: Content::Text { body: "hello".into(), preview_url: false },
        reply_to: None,
    }
}

fn media(id: Option<&str>, url: Option<String>) -> InboundMedia {
    let media_id = id.map(str::to_owned);
    InboundMedia { media_id, url, mime_type: None, file_name: None, sha256: None, voice: false }
}

fn is_not_allowed(refusal: &Refusal) -> bool {
    let tells = refusal.detail.contains("127.") || refusal.detail.contains("localhost");
    (refusal.class, refusal.code.as_str(), tells) == (ErrorClass::Auth, "address_not_allowed", false)
}

#[tokio::test]
async fn nothing_that_a_provider_does_leads_inside() {
    let canary = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = canary.local_addr().expect("bound").port();
    let registry = Registry::new(&ClientConfig::default()).expect("builds");
    let mut refusals: Vec<(String, Refusal)> = Vec::new();
    for kind in ProviderKind::ALL {
        for host in ["127.0.0.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "good@127.0.0.1"] {
            let base = format!("http://{host}:{port}");
            let (provider, account) = (registry.provider_for(kind), account(kind, &base));
            let mut refused = |asked: &str, refusal| refusals.push((format!("{kind:?} {host} {asked}"), refusal));
            match provider.send(&account, &text()).await {
                Outcome::Refused(refusal) => refused("send", refusal),
                outcome => panic!("{kind:?} {host}: {outcome:?}"),
            }
            if let Some(linking) = provider.linking() {
                refused("start", linking.start(&account, "https://hooks.example/").await.expect_err("refused"));
                refused("state", linking.state(&account).await.expect_err("refused"));
                refused("code", linking.code(&account).await.expect_err("refused"));
                refused("restart", linking.restart(&account).await.expect_err("refused"));
            }
            if let Some(check) = provider.number_check() {
                refused("check", check.is_on_whatsapp(&account, "+4915112345678").await.expect_err("refused"));
            }
            if let Some(health) = provider.number_health() {
                refused("health", health.standing(&account).await.expect_err("refused"));
            }
            if let Some(groups) = provider.groups() {
                refused("groups", groups.groups(&account).await.expect_err("refused"));
            }
            if let Some(templates) = provider.templates() {
                refused("templates", templates.templates(&account).await.expect_err("refused"));
            }
            if let Some(store) = provider.media() {
                let own = match kind {
                    ProviderKind::CloudApi | ProviderKind::Sandbox => media(Some("7001"), None),
                    _ => media(None, Some(format!("{base}/api/files/main/a.jpg"))),
                };
                refused("media", store.fetch(&account, &own, 10).await.expect_err("refused"));
                if kind.abilities().keeps_media {
                    let file = store.upload(&account, MediaKind::Image, "image/png", "a.png", "png".into()).await;
                    if let Err(refusal) = file {
                        refused("upload", refusal);
                    }
                }
            }
        }
        // A number in public, and media that is said to be inside.
        if let Some(store) = registry.provider_for(kind).media() {
            let account = account(kind, "https://provider.example");
            for host in ["127.0.0.1", "2130706433", "localhost", "[::1]", "good.example@127.0.0.1"] {
                let inside = media(None, Some(format!("https://{host}:{port}/a.jpg")));
                let refusal = store.fetch(&account, &inside, 10).await.expect_err("refused");
                assert_eq!(refusal.code, "foreign_address", "{kind:?} {host}");
            }
        }
    }
    assert!(refusals.len() > 100);
    for (asked, refusal) in &refusals {
        assert!(is_not_allowed(refusal), "{asked}: {refusal:?}");
    }
    // The first who connects is the one of this line.
    let own = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("connects");
    let (_, first) = canary.accept().await.expect("taken");
    assert_eq!(first, own.local_addr().expect("connected"));
}
