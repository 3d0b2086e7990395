//! A private NATS server with JetStream, on a loopback port of its own with a password of its own.
//!
//! Its store is a cache of the log and may be lost at any time. Port and password stay the same on
//! one folder, so that clients find a restarted server again.

mod binary;

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

pub use binary::{Binary, OLDEST_VERSION, Version};

use crate::{
    error::{LaunchError, at},
    process::{Lifetime, Process, ProcessSpec},
    supervisor::Unit,
};

/// Recovering a large store happens before the server listens.
const START_PATIENCE: Duration = Duration::from_secs(60);

const USER: &str = "waybill";

/// Who may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever knows the password: other users of the machine reach the loopback port too.
    Password,
    /// Everyone on this machine: for tests.
    Open,
}

/// A server's folder and configuration, ready to start.
#[derive(Debug, Clone)]
pub struct NatsServer {
    binary: Binary,
    home: PathBuf,
    log: PathBuf,
    port: u16,
    password: Option<String>,
    lifetime: Lifetime,
}

impl NatsServer {
    /// Finds the binary and writes the configuration in `home/nats`; the store is beside it.
    pub fn prepare(home: &Path) -> Result<Self, LaunchError> {
        Self::prepare_with(home, Access::Password)
    }

    pub fn prepare_with(home: &Path, access: Access) -> Result<Self, LaunchError> {
        fs::create_dir_all(home).map_err(at("making", home))?;
        let home = home.canonicalize().map_err(at("finding", home))?;
        let folder = home.join("nats");
        fs::create_dir_all(&folder).map_err(at("making", &folder))?;
        let binary = Binary::find()?;
        let server = Self {
            binary,
            log: home.join("logs/nats.log"),
            port: settled_port(&folder)?,
            password: match access {
                Access::Password => Some(settled_password(&folder)?),
                Access::Open => None,
            },
            home: folder,
            lifetime: Lifetime::WithParent,
        };
        server.end_stray()?;
        write_private(&server.config_file(), &server.config())?;
        Ok(server)
    }

    /// Started servers live on after this process.
    #[must_use]
    pub fn detached(mut self) -> Self {
        self.lifetime = Lifetime::Detached;
        self
    }

    /// The address, with user and password in it where there are any: then it is a secret.
    ///
    /// async-nats does not log in with what an address holds; its caller must.
    pub fn url(&self) -> String {
        match &self.password {
            Some(password) => format!("nats://{USER}:{password}@127.0.0.1:{}", self.port),
            None => format!("nats://127.0.0.1:{}", self.port),
        }
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The folder with the streams' files, for tests that damage it.
    pub fn store(&self) -> PathBuf {
        self.home.join("store")
    }

    pub fn launch(&self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
        self.end_stray()?;
        let process = Process::spawn(&ProcessSpec {
            name: "nats-server".to_owned(),
            program: self.binary.path.clone(),
            args: vec!["-c".into(), self.config_file().into_os_string()],
            // A ceiling for Go's heap: it gives memory back before it reaches this.
            env: vec![("GOMEMLIMIT".into(), "512MiB".into())],
            account: None,
            log: self.log.clone(),
            stop_signal: Signal::TERM,
            lifetime: self.lifetime,
        })?;
        process.wait_until_ready(&self.log, START_PATIENCE, stopping, || answers(self.port))?;
        Ok(process)
    }

    fn config_file(&self) -> PathBuf {
        self.home.join("nats.conf")
    }

    fn pid_file(&self) -> PathBuf {
        self.home.join("nats.pid")
    }

    fn config(&self) -> String {
        let authorization = self.password.as_ref().map_or_else(String::new, |password| {
            format!("authorization {{\n  user: {USER}\n  password: \"{password}\"\n}}\n")
        });
        format!(
            "# Written at each start; changes are lost.\n\
             server_name: waybill\n\
             listen: \"127.0.0.1:{port}\"\n\
             pid_file: {pid_file:?}\n\
             max_payload: 8MB\n\
             max_pending: 256MB\n\
             lame_duck_duration: \"30s\"\n\
             jetstream {{\n  store_dir: {store:?}\n  max_memory_store: 256MB\n}}\n\
             {authorization}",
            port = self.port,
            pid_file = self.pid_file(),
            store = self.store(),
        )
    }

    /// Ends a server that a killed predecessor left on this folder.
    fn end_stray(&self) -> Result<(), LaunchError> {
        let Ok(text) = fs::read_to_string(self.pid_file()) else {
            return Ok(());
        };
        let Some(pid) = text.trim().parse().ok().and_then(Pid::from_raw) else {
            return Ok(());
        };
        let ours = || {
            let config = self.config_file();
            fs::read(format!("/proc/{}/cmdline", pid.as_raw_pid()))
                .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&*config.to_string_lossy()))
        };
        for signal in [None, Some(Signal::TERM), Some(Signal::KILL)] {
            if let Some(signal) = signal
                && ours()
            {
                // It may have ended since we looked.
                let _ = kill_process(pid, signal);
            }
            for _ in 0..150 {
                if !ours() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Err(LaunchError::Damaged {
            path: self.home.clone(),
            what: format!("an earlier nats-server ({pid}) holds it and cannot be ended"),
        })
    }
}

impl Unit for NatsServer {
    fn name(&self) -> &str {
        "nats-server"
    }

    fn start(&mut self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
        self.launch(stopping)
    }
}

/// A running private server with the means to disturb it: for tests and benches.
#[derive(Debug)]
pub struct PrivateNats {
    server: NatsServer,
    process: Process,
}

impl PrivateNats {
    /// In `home` (made when missing, continued when there), open to all; takes some 0.1 s.
    pub fn start(home: &Path) -> Result<Self, LaunchError> {
        let server = NatsServer::prepare_with(home, Access::Open)?;
        let process = server.launch(&|| false)?;
        Ok(Self { server, process })
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The folder with the streams' files.
    pub fn store(&self) -> PathBuf {
        self.server.store()
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    pub fn stop(&self) {
        self.process.stop(Duration::from_secs(10));
    }

    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it again, on the same port, after [`Self::stop`] or [`Self::kill`].
    pub fn restart(&mut self) -> Result<(), LaunchError> {
        self.process.stop(Duration::from_secs(10));
        self.process = self.server.launch(&|| false)?;
        Ok(())
    }

    /// Stops, removes every stream and consumer, starts again: JetStream's loss of everything.
    pub fn wipe(&mut self) -> Result<(), LaunchError> {
        self.process.stop(Duration::from_secs(10));
        let store = self.store();
        fs::remove_dir_all(&store).map_err(at("removing", &store))?;
        self.restart()
    }
}

/// Does a server with JetStream greet on this port?
pub(crate) fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(500)) else {
        return false;
    };
    let mut greeting = String::new();
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .and_then(|()| BufReader::new(stream).read_line(&mut greeting))
        .is_ok()
        && greeting.starts_with("INFO ")
        && greeting.contains("\"jetstream\":true")
}

/// The port of the last start when it is free, else a free one.
fn settled_port(folder: &Path) -> Result<u16, LaunchError> {
    let file = folder.join("port");
    let last: u16 = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, last))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .and_then(|listener| listener.local_addr())
        .map_err(at("finding a free port for", folder))?;
    fs::write(&file, held.port().to_string()).map_err(at("writing", &file))?;
    Ok(held.port())
}

fn settled_password(folder: &Path) -> Result<String, LaunchError> {
    let file = folder.join("password");
    if let Ok(password) = fs::read_to_string(&file)
        && password.len() == 48
    {
        return Ok(password);
    }
    let password = hex(&random::<24>()?);
    write_private(&file, &password)?;
    Ok(password)
}

/// From the kernel: this crate needs no generator of its own.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], LaunchError> {
    let mut bytes = [0; N];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(at("reading", "/dev/urandom"))?;
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that only its owner reads, from its first moment on, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), LaunchError> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(at("writing", &beside))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at("writing", &beside))?;
    fs::rename(&beside, path).map_err(at("naming", path))
}
