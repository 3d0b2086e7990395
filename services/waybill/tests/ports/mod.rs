//! Ports for what a test starts: below those that outgoing connections take, so that none is taken before it is bound.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Of each test process a stretch of its own.
const STRETCH: u16 = 20;

/// Never the same twice, also when what had it is started again.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 450).expect("a small number") * STRETCH;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
