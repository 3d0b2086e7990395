//! `waybill up`: the whole product on one machine, and `waybill down`, its end.
//!
//! Composes the launcher's parts: data folder, private servers, sandbox as a child, and the roles
//! inside this process. It knows nothing of what the roles do; they are handed in. What must stay
//! true: the line that says "ready" is the last one and is true, and whatever the reason for the end,
//! nothing that was started lives on and the folder can be started again.

mod detach;
mod sandbox;
mod servers;

use std::{
    future::Future,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::{JoinHandle, spawn_blocking},
};
use tokio_util::sync::CancellationToken;
use waybill_launcher::{DataFolder, Supervisor, process::signal_process};

/// All children end within this time after Ctrl-C, SIGTERM or `waybill down`.
const END_WITHIN: Duration = Duration::from_secs(9);

/// What the roles may take of it, so that the servers get the rest.
const ROLES_END_WITHIN: Duration = Duration::from_secs(5);

/// The line that scripts wait for.
pub const READY: &str = "Waybill is ready:";

/// Start everything on this machine: private Postgres and NATS, all roles, the sandbox, the web page
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// Port of the web page and the API, on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    pub port: u16,

    /// Port of the sandbox, on 127.0.0.1 [default: ten above --port]
    #[arg(long)]
    pub sandbox_port: Option<u16>,

    /// The folder that holds all data; made when missing, continued when there
    #[arg(long, value_name = "DIR", default_value = ".waybill")]
    pub data: PathBuf,

    /// Make no demo tenant
    #[arg(long)]
    pub no_demo: bool,

    /// Return once it is ready, and leave it running
    #[arg(long)]
    pub detach: bool,

    /// A Postgres to use instead of a private one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// A NATS server to use instead of a private one
    #[arg(long, env = "NATS_URL", hide_env_values = true)]
    pub nats_url: Option<String>,

    /// The key that protects all others, 64 hexadecimal digits; made at the first start when not given
    #[arg(long, env = "WAYBILL_MASTER_KEY", hide_env_values = true)]
    pub master_key: Option<String>,
}

/// Stop what `waybill up` runs on a data folder
#[derive(Debug, Clone, clap::Args)]
pub struct DownArgs {
    /// The data folder it was started with
    #[arg(long, value_name = "DIR", default_value = ".waybill")]
    pub data: PathBuf,
}

/// What the roles need to know of the place they run in. It holds secrets, so it has no `Debug`.
#[derive(Clone)]
pub struct Servers {
    /// A superuser's connection when the server is private.
    pub database_url: String,
    pub nats_url: String,
    /// 32 bytes in hexadecimal.
    pub master_key: String,
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// Base URL of the sandbox.
    pub sandbox_url: String,
    /// For files the roles keep themselves.
    pub data: PathBuf,
    /// Whether the demo tenant is wanted.
    pub demo: bool,
}

/// Roles that are migrated, listening and, if wanted, filled with the demo.
pub struct Started {
    /// Ends when the roles have ended: on cancellation with `Ok`, by failure with the reason.
    pub roles: JoinHandle<anyhow::Result<()>>,
    /// The demo account as one line, for example `demo@waybill.example / password`.
    pub demo_account: Option<String>,
}

/// Starts everything, says so, and runs until it is told to end.
///
/// `start_roles` returns when the product can be used, and stops the roles when the token says so.
pub async fn up<F, Fut>(args: UpArgs, start_roles: F) -> anyhow::Result<()>
where
    F: FnOnce(Servers, CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<Started>>,
{
    if args.detach {
        return spawn_blocking(move || detach::start_and_wait(&args.data))
            .await
            .context("waiting for the detached start")?;
    }
    let mut end = EndSignal::listen()?;
    let mut supervisor = Supervisor::new(|report| eprintln!("waybill: {report}"));
    let give_up = supervisor.give_up();
    let token = CancellationToken::new();

    // The children's first start is on a thread of its own: a signal must be heard meanwhile.
    let mut servers = spawn_blocking({
        let args = args.clone();
        move || {
            let opened = servers::start(&args, &mut supervisor);
            (supervisor, opened)
        }
    });
    let (supervisor, opened) = tokio::select! {
        done = &mut servers => done.context("starting the servers")?,
        () = end.wait() => {
            give_up.store(true, Ordering::Relaxed);
            servers.await.context("breaking off the start")?
        }
    };
    let (folder, place) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            stop_children(supervisor, END_WITHIN).await?;
            // A start that was broken off on request is no failure.
            return if give_up.load(Ordering::Relaxed) { Ok(()) } else { Err(error) };
        }
    };
    let outcome =
        if give_up.load(Ordering::Relaxed) { Ok(()) } else { run_roles(start_roles, place, &token, &mut end).await };

    // A second signal means: at once. The kernel then ends the children with us.
    let children = tokio::select! {
        stopped = stop_children(supervisor, END_WITHIN.saturating_sub(end.since())) => stopped,
        () = end.wait() => process::exit(130),
    };
    drop(folder);
    outcome.and(children)
}

/// Ends the `up` that has the folder open, and waits until the folder is free.
pub fn down(args: &DownArgs) -> anyhow::Result<()> {
    let data = &args.data;
    let Some(pid) = DataFolder::holder(data) else {
        println!("nothing runs on {}", data.display());
        return Ok(());
    };
    for (signal, patience) in [
        (waybill_launcher::Signal::TERM, Duration::from_secs(15)),
        (waybill_launcher::Signal::KILL, Duration::from_secs(15)),
    ] {
        signal_process(pid, signal).with_context(|| format!("stopping process {pid}"))?;
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if DataFolder::holder(data) != Some(pid) {
                println!("stopped process {pid} on {}", data.display());
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    bail!("process {pid} on {} does not end", data.display())
}

async fn run_roles<F, Fut>(
    start_roles: F,
    place: Servers,
    token: &CancellationToken,
    end: &mut EndSignal,
) -> anyhow::Result<()>
where
    F: FnOnce(Servers, CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<Started>>,
{
    servers::check_versions(&place).await?;
    let url = format!("http://{}", place.listen);
    let started = tokio::select! {
        started = start_roles(place, token.clone()) => started?,
        () = end.wait() => {
            token.cancel();
            return Ok(());
        }
    };
    match started.demo_account {
        Some(account) => println!("{READY} {url}  (demo account: {account})"),
        None => println!("{READY} {url}"),
    }
    let mut roles = started.roles;
    tokio::select! {
        ended = &mut roles => {
            ended.context("a role panicked")??;
            bail!("the roles ended unasked");
        }
        () = end.wait() => {}
    }
    token.cancel();
    match tokio::time::timeout(ROLES_END_WITHIN, roles).await {
        Ok(ended) => ended.context("a role panicked while it was ending")?,
        Err(_) => {
            eprintln!("waybill: the roles did not end in time and were left to the end of the process");
            Ok(())
        }
    }
}

async fn stop_children(supervisor: Supervisor, within: Duration) -> anyhow::Result<()> {
    spawn_blocking(move || supervisor.stop(within)).await.context("stopping the servers")
}

/// Ctrl-C, SIGTERM or SIGHUP, and when it came.
struct EndSignal {
    sources: [Signal; 3],
    heard: Option<Instant>,
}

impl EndSignal {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            sources: [
                listen(SignalKind::interrupt())?,
                listen(SignalKind::terminate())?,
                listen(SignalKind::hangup())?,
            ],
            heard: None,
        })
    }

    async fn wait(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.sources;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        self.heard.get_or_insert_with(Instant::now);
    }

    /// How much of the time to end is used up.
    fn since(&self) -> Duration {
        self.heard.map_or(Duration::ZERO, |heard| heard.elapsed())
    }
}

fn require_free(port: u16, option: &str) -> anyhow::Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("port {port} is taken by another program: choose another one with {option}")
        }
        Err(error) => Err(error).with_context(|| format!("trying port {port}")),
    }
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("resolving {}", path.display()))
}
