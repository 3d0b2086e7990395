//! Where calls may go.
//!
//! Addresses of providers come from people, from webhooks and from providers' answers. None of them may lead into the
//! network that this process stands in, unless the installation's operator listed the place. [`Reach::check`] judges an
//! address as it is written, before the call; [`Resolver`] judges what a name turns out to mean, at each connection, so
//! that a name which meant something else a moment ago gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::Url;

mod ranges;
mod resolver;

pub use ranges::is_public;
pub use resolver::{Resolver, System};

/// Public addresses, and the places that were listed besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach(Extent);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Extent {
    Anywhere,
    Public { besides: Arc<[Place]> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Also for names that turn out to be in it.
    Network(IpNet),
    /// Only for addresses that are written so: whoever resolves a name is not told the port.
    Address(SocketAddr),
    /// Wherever it is. With a port, at this port only.
    Name(String, Option<u16>),
}

/// An address that may not be called. It does not say which: what a name means inside is nobody's business outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is inside the network, where the installation's operator has not allowed it")]
pub struct NotAllowed;

/// Why a list of places cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` {why}")]
pub struct PlaceError {
    entry: String,
    why: &'static str,
}

const NO_PLACE: &str = "is no host, no host:port and no network, such as `waha`, `waha:3000` or `10.1.0.0/16`";

impl Reach {
    /// Public addresses only.
    pub fn public() -> Self {
        Self(Extent::Public { besides: Arc::default() })
    }

    /// Every address there is, also on this machine: for tests, and for tools that call what they started themselves.
    pub fn anywhere() -> Self {
        Self(Extent::Anywhere)
    }

    /// Public addresses and what is listed: hosts, `host:port` and networks, separated by commas.
    pub fn parse(list: &str) -> Result<Self, PlaceError> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let besides = entries.map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self(Extent::Public { besides }))
    }

    /// And the host and port of this address.
    pub fn and_origin(self, url: &str) -> Result<Self, PlaceError> {
        let Extent::Public { besides } = self.0 else { return Ok(self) };
        let wrong = || PlaceError { entry: url.to_owned(), why: "is no address of a server" };
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let port = parsed.port_or_known_default().ok_or_else(wrong)?;
        let place = match host(&parsed).ok_or_else(wrong)? {
            Host::Address(address) => Place::Address(SocketAddr::new(address.to_canonical(), port)),
            Host::Name(name) => Place::Name(name, Some(port)),
        };
        Ok(Self(Extent::Public { besides: besides.iter().cloned().chain([place]).collect() }))
    }

    /// Whether an address may be called, as far as it shows; what is no address may not. Names are judged again when they
    /// are resolved.
    pub fn allows(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| self.check(&url).is_ok())
    }

    /// Judges an address as it is written. Names pass that the resolver has to judge.
    pub(crate) fn check(&self, url: &Url) -> Result<(), NotAllowed> {
        let Extent::Public { besides } = &self.0 else { return Ok(()) };
        let port = url.port_or_known_default();
        let allowed = match host(url).ok_or(NotAllowed)? {
            Host::Address(address) => {
                self.admits(address) || port.is_some_and(|port| is_listed(besides, address, port))
            }
            Host::Name(name) => match self.ports(&name) {
                Ports::Unlisted => !is_this_machine(&name) || LOOPBACK.into_iter().any(|it| self.admits(it)),
                Ports::Any => true,
                Ports::Some(ports) => port.is_some_and(|port| ports.contains(&port)),
            },
        };
        if allowed { Ok(()) } else { Err(NotAllowed) }
    }

    /// Which of the addresses of a name may be connected to. None at all is an error, unless there were none.
    pub fn admitted(&self, name: &str, mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotAllowed> {
        if found.is_empty() || !matches!(self.ports(&canonical(name)), Ports::Unlisted) {
            return Ok(found);
        }
        found.retain(|address| self.admits(address.ip()));
        if found.is_empty() { Err(NotAllowed) } else { Ok(found) }
    }

    /// Whether an address may be connected to, whatever the port.
    fn admits(&self, address: IpAddr) -> bool {
        let Extent::Public { besides } = &self.0 else { return true };
        let canonical = address.to_canonical();
        let is_in = |place: &Place| matches!(place, Place::Network(network) if network.contains(&canonical));
        is_public(address) || besides.iter().any(is_in)
    }

    fn ports(&self, sought: &str) -> Ports {
        let Extent::Public { besides } = &self.0 else { return Ports::Any };
        let mut listed = Vec::new();
        for place in besides.iter() {
            match place {
                Place::Name(name, None) if name == sought => return Ports::Any,
                Place::Name(name, Some(port)) if name == sought => listed.push(*port),
                _ => {}
            }
        }
        if listed.is_empty() { Ports::Unlisted } else { Ports::Some(listed) }
    }
}

/// At which ports a name is listed.
enum Ports {
    Unlisted,
    Some(Vec<u16>),
    Any,
}

fn is_listed(besides: &[Place], address: IpAddr, port: u16) -> bool {
    besides.contains(&Place::Address(SocketAddr::new(address.to_canonical(), port)))
}

enum Host {
    Address(IpAddr),
    Name(String),
}

/// The host of an address. Numbers in any spelling (decimal, octal, hexadecimal, with parts left out) are addresses by
/// the time an address is parsed.
fn host(url: &Url) -> Option<Host> {
    let host = url.host_str()?;
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    Some(match bare.parse() {
        Ok(address) => Host::Address(address),
        Err(_) => Host::Name(canonical(bare)),
    })
}

fn canonical(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

fn is_this_machine(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(entry: &str) -> Result<Self, PlaceError> {
        let wrong = |why| PlaceError { entry: entry.to_owned(), why };
        let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Place::Network(address.to_canonical().into()));
        }
        if let Ok(network) = entry.parse::<IpNet>() {
            return Ok(Place::Network(network));
        }
        if let Ok(address) = entry.parse::<SocketAddr>() {
            return Ok(Place::Address(SocketAddr::new(address.ip().to_canonical(), address.port())));
        }
        if entry.contains("://") {
            return Err(wrong("is a whole address; only its host is needed, or host:port"));
        }
        let (name, port) = match entry.split_once(':') {
            Some((name, port)) => (name, Some(port.parse().map_err(|_| wrong(NO_PLACE))?)),
            None => (entry, None),
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(wrong(NO_PLACE));
        }
        match Url::parse(&format!("http://{name}/")).ok().as_ref().and_then(host) {
            Some(Host::Name(name)) => Ok(Place::Name(name, port)),
            Some(Host::Address(_)) => {
                Err(wrong("is an address in a spelling that is not understood here; write it out"))
            }
            None => Err(wrong(NO_PLACE)),
        }
    }
}

#[cfg(test)]
mod tests;
