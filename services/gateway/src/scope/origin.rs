//! The address of who asks. Behind a proxy it is what the proxy says; what anybody else says of themselves is not believed.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// From addresses and networks, separated by commas.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let nets = parts.map(|part| match part.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => part.parse::<IpNet>().map_err(|_| anyhow::anyhow!("`{part}` is no address and no network")),
        });
        Ok(Self(nets.collect::<anyhow::Result<_>>()?))
    }

    fn believes(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// From the right: each proxy adds whom it heard, and the first that is not believed is the client.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let mut told: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
        while self.believes(client) {
            match told.pop().and_then(address) {
                Some(before) => client = before.to_canonical(),
                None => break,
            }
        }
        client
    }
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').split(']').next().unwrap_or_default();
    text.parse()
        .ok()
        .or_else(|| bare.parse().ok())
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let proxies = Proxies::parse(proxies).expect("networks");
        proxies.client(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn only_a_known_proxy_is_believed() {
        assert_eq!(client("", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.0/8", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            client("10.0.0.0/8, 192.0.2.1", "10.1.2.3", &["1.1.1.1, 198.51.100.1", "192.0.2.1"]),
            "198.51.100.1"
        );
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["198.51.100.1:443"]), "198.51.100.1");
        assert_eq!(client("::1", "::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["nonsense"]), "10.1.2.3");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert!(Proxies::parse("10.0.0.0/8, here").is_err());
    }
}
