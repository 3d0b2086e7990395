//! The sandbox as a child process: it stands for the providers, so it must not fall with the roles.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::Context;
use waybill_launcher::{DataFolder, ProcessSpec, Signal, Unit, process::Lifetime, supervisor::Command};

use super::Servers;

const START_PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn unit(folder: &DataFolder, port: u16, servers: &Servers) -> anyhow::Result<impl Unit> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let program = std::env::current_exe().context("finding this program")?;
    let settings = [
        ("WAYBILL_SANDBOX_LISTEN", listen.to_string()),
        // Where its webhooks go.
        ("WAYBILL_PUBLIC_URL", format!("http://{}", servers.listen)),
        // Not used by the sandbox, but every role's settings are read as one.
        ("DATABASE_URL", servers.database_url.clone()),
        ("NATS_URL", servers.nats_url.clone()),
        ("WAYBILL_MASTER_KEY", servers.master_key.clone()),
    ];
    let mut env: Vec<(OsString, OsString)> =
        settings.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    env.push(("WAYBILL_SANDBOX_JOURNAL".into(), folder.sandbox().join("journal").into()));
    let spec = ProcessSpec {
        name: "sandbox".to_owned(),
        program,
        args: vec!["run".into(), "sandbox".into()],
        env,
        account: None,
        log: folder.logs().join("sandbox.log"),
        stop_signal: Signal::TERM,
        lifetime: Lifetime::WithParent,
    };
    Ok(Command {
        spec,
        patience: START_PATIENCE,
        ready: move || TcpStream::connect_timeout(&listen, Duration::from_millis(200)).is_ok(),
    })
}
