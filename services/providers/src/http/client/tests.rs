//! What reaches a server on this machine, which counts who connects to it.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolving};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::http::{Asker, Verdict, download, exchange};
use crate::samples::account;

/// Hangs up on whoever connects, at any address of this machine.
struct Canary {
    port: u16,
    hits: Arc<AtomicUsize>,
}

impl Canary {
    async fn start() -> Self {
        let listener = match TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.expect("a port"),
        };
        let port = listener.local_addr().expect("bound").port();
        let hits = Arc::new(AtomicUsize::new(0));
        let counted = hits.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                drop(connection);
            }
        });
        Self { port, hits }
    }

    /// How many connected since this was asked last. Connections are taken in their order, so that all before one's own
    /// are counted when one's own has ended.
    async fn hits(&self) -> usize {
        let mut own = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.expect("connects");
        let _ = own.read(&mut [0]).await;
        self.hits.swap(0, Ordering::SeqCst) - 1
    }
}

/// Every name leads here.
struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        let found = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

fn config(reach: Reach) -> ClientConfig {
    ClientConfig { reach, ..ClientConfig::default() }
}

async fn call(client: &Client, method: Method, url: &str) -> Result<u16, Verdict> {
    let account = account();
    let request = client.request(method, url).map_err(Verdict::Refused)?;
    exchange(&account, request).await.map(|reply| reply.status.as_u16())
}

fn is_not_allowed(verdict: &Result<u16, Verdict>) -> bool {
    let Err(Verdict::Refused(refusal)) = verdict else { return false };
    let tells = ["127", "::", "localhost", "10.", "example"].iter().any(|word| refusal.detail.contains(word));
    (refusal.class, refusal.code.as_str(), refusal.retry_after_ms, tells)
        == (ErrorClass::Auth, "address_not_allowed", None, false)
}

fn forms(port: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.9.9.9",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７。０。０。１",
        "0",
        "0.0.0.0",
        "good@127.0.0.1",
        "good.example:80@127.0.0.1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LocalHost",
        "localhost.",
        "good@localhost",
    ];
    hosts.iter().map(|host| format!("http://{host}:{port}/x")).collect()
}

#[tokio::test]
async fn no_spelling_of_this_machine_is_connected_to() {
    let canary = Canary::start().await;
    let guarded = client(&config(Reach::public())).expect("builds");
    // A list of others changes nothing.
    let listed =
        client(&config(Reach::parse("10.0.0.0/8, 127.0.0.1:9, waha, localhost:9").expect("a list"))).expect("builds");
    for url in forms(canary.port) {
        for (client, method) in [(&guarded, Method::GET), (&guarded, Method::POST), (&listed, Method::GET)] {
            let outcome = call(client, method, &url).await;
            assert!(is_not_allowed(&outcome), "{url}: {outcome:?}");
        }
    }
    assert_eq!(canary.hits().await, 0);
    // It would have been noticed.
    let free = client(&config(Reach::anywhere())).expect("builds");
    for host in ["127.0.0.1", "2130706433", "0", "127.0.0.1.", "good@127.0.0.1", "localhost"] {
        let outcome = call(&free, Method::GET, &format!("http://{host}:{}/x", canary.port)).await;
        assert!(outcome.is_err() && !is_not_allowed(&outcome), "{host}: {outcome:?}");
        assert!(canary.hits().await > 0, "{host}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let canary = Canary::start().await;
    let url = format!("http://shop.example:{}/x", canary.port);
    let named = |list: &str| client_with(&config(Reach::parse(list).expect("a list")), Arc::new(Here)).expect("builds");
    for list in ["", "10.0.0.0/8", "127.0.0.1:9", "other.example", "shop.example:9"] {
        for method in [Method::GET, Method::POST] {
            let outcome = call(&named(list), method, &url).await;
            assert!(is_not_allowed(&outcome), "{list}: {outcome:?}");
        }
        let request = named(list).get(&url);
        let refusal = match request {
            Ok(request) => download(&account(), Asker::Anybody, request, 10).await.expect_err("refused"),
            Err(refusal) => refusal,
        };
        assert_eq!((refusal.class, refusal.code.as_str()), (ErrorClass::Auth, "address_not_allowed"), "{list}");
    }
    assert_eq!(canary.hits().await, 0);
    for list in ["127.0.0.0/8", "127.0.0.1", "shop.example", "Shop.Example."] {
        let outcome = call(&named(list), Method::GET, &url).await;
        assert!(!is_not_allowed(&outcome), "{list}: {outcome:?}");
        assert!(canary.hits().await > 0, "{list}");
    }
    call(&named(&format!("shop.example:{}", canary.port)), Method::GET, &url).await.expect_err("hung up on");
    assert!(canary.hits().await > 0);
}

#[tokio::test]
async fn what_is_allowed_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(|| async { "here" })).await });
    let lists = [here.to_string(), "127.0.0.0/8".into(), format!("localhost:{}, 127.0.0.1", here.port())];
    for list in lists {
        let client = client(&config(Reach::parse(&list).expect("a list"))).expect("builds");
        assert_eq!(call(&client, Method::GET, &format!("http://{here}/")).await, Ok(200), "{list}");
    }
}

#[tokio::test]
async fn nobody_is_followed_to_another_address() {
    let canary = Canary::start().await;
    let place = format!("http://127.0.0.1:{}/x", canary.port);
    for status in [301, 302, 303, 307, 308] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("bound");
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = (status, [(header::LOCATION, place.clone())]);
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(|| async { answer })).await });
        let url = format!("http://{here}/");
        for reach in [Reach::anywhere(), Reach::parse(&here.to_string()).expect("a list")] {
            let client = client(&config(reach)).expect("builds");
            for method in [Method::GET, Method::POST] {
                assert_eq!(call(&client, method, &url).await, Ok(status.as_u16()));
            }
            let request = client.get(&url).expect("allowed");
            let refusal = download(&account(), Asker::Account, request, 10).await.expect_err("refused");
            assert_eq!(refusal.code, "media_moved");
        }
    }
    assert_eq!(canary.hits().await, 0);
}
