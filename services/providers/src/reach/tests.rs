use std::sync::Mutex;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;

fn reach(list: &str) -> Reach {
    Reach::parse(list).expect("a list")
}

#[test]
fn public_addresses_and_names_are_allowed_and_nothing_inside() {
    let reach = Reach::public();
    for url in
        ["https://graph.facebook.com/v23.0", "http://8.8.8.8/", "https://[2606:4700::1111]/", "https://waha:3000/"]
    {
        assert!(reach.allows(url), "{url}");
    }
    let inside = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://017700000001/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://１２７。０。０。１/",
        "http:\\\\127.0.0.1\\",
        "http://good@127.0.0.1/",
        "http://good.example:80@127.0.0.1/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/",
        "http://10.0.0.1:3000/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2001::7f00:1]/",
        "http://[2001:db8::1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "data:text/plain,x",
        "no address",
    ];
    for url in inside {
        assert!(!reach.allows(url), "{url}");
        // Nobody means these by a list of other places.
        assert!(!self::reach("waha, db:5432, 172.20.0.0/14, 127.0.0.1:9, ::1:9, fd01::/16").allows(url), "{url}");
    }
    assert!(inside[..35].iter().all(|url| Reach::anywhere().allows(url)));
}

#[test]
fn what_is_listed_is_allowed_and_its_neighbours_are_not() {
    let list = "10.1.0.0/16, 192.168.7.7 ,127.0.0.1:3000,[fd00::7]:3000,fd01::/64,[::1], WAHA.internal:3000,gate";
    let reach = reach(list);
    let listed = [
        "http://10.1.255.255:1/",
        "http://[::ffff:10.1.2.3]/",
        "http://192.168.7.7/",
        "http://127.0.0.1:3000/",
        "http://0x7f.1:3000/",
        "http://[::ffff:127.0.0.1]:3000/",
        "http://[fd00::7]:3000/",
        "http://[fd01::9]/",
        "http://localhost:5432/",
        "http://waha.internal:3000/",
        "http://Waha.Internal.:3000/",
        "http://gate:1/",
    ];
    for url in listed {
        assert!(reach.allows(url), "{url}");
    }
    let others = [
        "http://10.2.0.0/",
        "http://192.168.7.8/",
        "http://127.0.0.1:3001/",
        "http://127.0.0.1/",
        "http://[fd00::7]/",
        "http://[fd01:0:0:1::]/",
        "http://waha.internal:5432/",
        "http://waha.internal/",
    ];
    for url in others {
        assert!(!reach.allows(url), "{url}");
    }
}

#[test]
fn what_is_no_place_is_refused_by_name() {
    let wrong = [
        "http://waha:3000",
        "waha:",
        "waha:x",
        "waha:99999",
        "10.0.0.0/33",
        "10.0.0.0/",
        "a b",
        "waha/x",
        "x@waha",
        ":80",
        "127.1",
        "0x7f.0.0.1",
        "2130706433:80",
        "[::1",
        "*",
    ];
    for entry in wrong {
        let error = Reach::parse(&format!("gate, {entry}")).expect_err(entry).to_string();
        assert!(error.starts_with(&format!("`{entry}` ")), "{error}");
    }
    assert_eq!(Reach::parse(" , "), Ok(Reach::public()));
}

#[test]
fn an_origin_is_allowed_with_its_port() {
    let at = |url: &str| Reach::public().and_origin(url).expect("an address");
    assert!(at("http://127.0.0.1:8090/x").allows("http://127.0.0.1:8090/green"));
    assert!(!at("http://127.0.0.1:8090").allows("http://127.0.0.1:8091/"));
    assert!(
        at("http://localhost").allows("http://localhost:80/") && !at("http://localhost").allows("http://localhost:81/")
    );
    assert!(Reach::public().and_origin("sandbox").is_err() && Reach::public().and_origin("data:x").is_err());
}

/// Answers each question with the next of these, whatever the name.
struct Answers(Mutex<Vec<Vec<SocketAddr>>>);

impl Resolve for Answers {
    fn resolve(&self, _: Name) -> Resolving {
        let next = self.0.lock().expect("unpoisoned").remove(0);
        Box::pin(async move { Ok(Box::new(next.into_iter()) as Addrs) })
    }
}

async fn handed_on(list: &str, name: &str, answers: &[&[&str]]) -> Vec<Option<Vec<String>>> {
    let addresses =
        |answer: &&[&str]| answer.iter().map(|it| SocketAddr::new(it.parse().expect("an address"), 0)).collect();
    let resolver = Resolver::new(reach(list), Arc::new(Answers(Mutex::new(answers.iter().map(addresses).collect()))));
    let mut told = Vec::new();
    for _ in answers {
        told.push(match resolver.resolve(name.parse().expect("a name")).await {
            Ok(found) => Some(found.map(|address| address.ip().to_string()).collect()),
            Err(error) => {
                assert!(error.is::<NotAllowed>(), "{error}");
                None
            }
        });
    }
    told
}

fn some(addresses: &[&str]) -> Option<Vec<String>> {
    Some(addresses.iter().map(|it| (*it).to_owned()).collect())
}

#[tokio::test]
async fn only_what_is_within_reach_is_handed_on_of_an_answer() {
    let mixed: &[&str] = &["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111", "::ffff:127.0.0.1", "100.64.0.1"];
    let public = some(&["8.8.8.8", "2606:4700::1111"]);
    assert_eq!(handed_on("", "shop.example", &[mixed]).await, std::slice::from_ref(&public));
    assert_eq!(
        handed_on("10.0.0.0/8", "shop.example", &[mixed]).await,
        [some(&["10.0.0.1", "8.8.8.8", "2606:4700::1111"])]
    );
    // A port says nothing about a name that nobody listed.
    assert_eq!(handed_on("10.0.0.1:3000, waha", "shop.example", &[mixed]).await, [public]);
    assert_eq!(handed_on("waha:3000", "WAHA.", &[&["10.0.0.1"]]).await, [some(&["10.0.0.1"])]);
}

#[tokio::test]
async fn a_name_is_judged_anew_each_time() {
    let told =
        handed_on("", "shop.example", &[&["8.8.8.8"], &["127.0.0.1"], &["169.254.169.254", "fd00:ec2::254"], &[]])
            .await;
    assert_eq!(told, [some(&["8.8.8.8"]), None, None, some(&[])]);
}
