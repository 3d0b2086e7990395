//! The product as `waybill up` runs it, on the servers of a [`Place`]: one process of roles, one of the sandbox.

use crate::bench::place::{MASTER_KEY, Place, free_port};
use anyhow::Context as _;
use std::ffi::OsString;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use waybill_launcher::process::Lifetime;
use waybill_launcher::{Process, ProcessSpec, Signal};

const PATIENCE: Duration = Duration::from_secs(60);

pub struct House {
    // Dropped in this order: whoever calls goes before whom it calls.
    pub roles: Process,
    pub sandbox: Process,
    pub url: String,
    pub sandbox_url: String,
}

impl House {
    pub async fn start(place: &Place, database_url: &str) -> anyhow::Result<Self> {
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let (sandbox, sandbox_url) = sandbox(place, &format!("http://{listen}"))?;
        let env = [
            ("DATABASE_URL", database_url.to_owned()),
            ("NATS_URL", place.nats_url()),
            ("WAYBILL_MASTER_KEY", MASTER_KEY.to_owned()),
            ("WAYBILL_LISTEN", listen.to_string()),
            ("WAYBILL_REQUESTS_PER_MINUTE", "1000000".to_owned()),
            ("WAYBILL_REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000".to_owned()),
            ("WAYBILL_PUBLIC_URL", format!("http://{listen}")),
            ("WAYBILL_SANDBOX_URL", sandbox_url.clone()),
        ];
        let roles = start(place, "roles", "gateway,relay,projector,processes,sender", &env, listen)?;
        wait_until_ready(listen).await?;
        Ok(Self { roles, sandbox, url: format!("http://{listen}"), sandbox_url })
    }
}

/// The sandbox alone, its webhooks going to `public_url`.
pub fn sandbox(place: &Place, public_url: &str) -> anyhow::Result<(Process, String)> {
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let env = [
        ("WAYBILL_SANDBOX_LISTEN", listen.to_string()),
        ("WAYBILL_PUBLIC_URL", public_url.to_owned()),
        // Not used by it, but every role's settings are read as one.
        ("DATABASE_URL", String::new()),
        ("NATS_URL", String::new()),
        ("WAYBILL_MASTER_KEY", MASTER_KEY.to_owned()),
    ];
    let process = start(place, "sandbox", "sandbox", &env, listen)?;
    Ok((process, format!("http://{listen}")))
}

fn start(
    place: &Place,
    name: &str,
    roles: &str,
    env: &[(&str, String)],
    listen: SocketAddr,
) -> anyhow::Result<Process> {
    let mut env: Vec<(OsString, OsString)> = env.iter().map(|(name, value)| (name.into(), value.into())).collect();
    env.push(("WAYBILL_LOG".into(), "warn".into()));
    let log = place.home().join(format!("logs/bench-{name}.log"));
    let spec = ProcessSpec {
        name: name.to_owned(),
        program: std::env::current_exe().context("finding this program")?,
        args: vec!["run".into(), roles.into()],
        env,
        account: None,
        log: log.clone(),
        stop_signal: Signal::TERM,
        lifetime: Lifetime::WithParent,
    };
    let process = Process::spawn(&spec)?;
    let answers = || TcpStream::connect_timeout(&listen, Duration::from_millis(200)).is_ok();
    process.wait_until_ready(&log, PATIENCE, &|| false, answers)?;
    Ok(process)
}

async fn wait_until_ready(listen: SocketAddr) -> anyhow::Result<()> {
    let ready = async {
        while !reqwest::get(format!("http://{listen}/readyz")).await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.context("the roles did not become ready")
}
