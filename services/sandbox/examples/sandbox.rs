//! A sandbox on its own, for trying a sender by hand: `cargo run --example sandbox -- [address]`.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use waybill_sandbox::{Config, DEFAULT_PORT, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| format!("127.0.0.1:{DEFAULT_PORT}"));
    let mut config = Config { journal: arguments.next().map(Into::into), ..Config::default() };
    if let Some(callback) = arguments.next() {
        config.default_callback = callback;
    }
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    serve(listener, config, CancellationToken::new()).await
}
