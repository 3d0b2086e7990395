//! The sandbox as a child process: it stands for the providers, so it must not fall with the roles.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::Context;
use waybill_launcher::{DataFolder, ProcessSpec, Signal, Unit, process::Lifetime, supervisor::Command};

const START_PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn unit(folder: &DataFolder, port: u16, gateway_port: u16) -> anyhow::Result<impl Unit> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let program = std::env::current_exe().context("finding this program")?;
    let spec = ProcessSpec {
        name: "sandbox".to_owned(),
        program,
        args: vec!["run".into(), "sandbox".into()],
        env: vec![
            ("WAYBILL_SANDBOX_LISTEN".into(), listen.to_string().into()),
            ("WAYBILL_SANDBOX_DATA".into(), folder.sandbox().into()),
            ("WAYBILL_SANDBOX_CALLBACK".into(), format!("http://127.0.0.1:{gateway_port}").into()),
        ],
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
