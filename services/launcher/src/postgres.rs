//! A private Postgres cluster: prepared once, reached only through a Unix socket of its own.
//!
//! The socket's folder is closed to everyone but the user Postgres runs as (and root), which is why
//! connections over it are trusted. Nothing listens on the network. `synchronous_commit` and `fsync`
//! are on: the log lives here. Only [`Tuning::Test`] gives that up.

mod binaries;
mod settings;
mod strays;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use rustix::process::Signal;

pub use binaries::{Binaries, OLDEST_MAJOR};
pub use settings::Tuning;

use crate::{
    account::{Account, private_folder, reachable, short_hash},
    error::{LaunchError, at},
    process::{Lifetime, Process, ProcessSpec},
    supervisor::Unit,
};

/// The database user and superuser of a private cluster.
pub const USER: &str = "waybill";

/// The database of the product itself.
pub const DATABASE: &str = "waybill";

/// After a crash the server first replays its write-ahead log, up to `max_wal_size` of it.
const START_PATIENCE: Duration = Duration::from_secs(180);

/// The name of a socket file; with its folder it must stay below the system's 108 bytes.
const SOCKET_FILE: &str = ".s.PGSQL.5432";
const LONGEST_SOCKET_FOLDER: usize = 100 - SOCKET_FILE.len();

/// A cluster on disk, with everything needed to start it.
#[derive(Debug, Clone)]
pub struct PostgresServer {
    binaries: Binaries,
    account: Option<Account>,
    cluster: PathBuf,
    socket_folder: PathBuf,
    log: PathBuf,
    settings: Vec<(&'static str, String)>,
    lifetime: Lifetime,
}

impl PostgresServer {
    /// Finds the binaries and makes the cluster in `home/postgres` unless it is there.
    pub fn prepare(home: &Path, tuning: Tuning) -> Result<Self, LaunchError> {
        fs::create_dir_all(home).map_err(at("making", home))?;
        let home = home.canonicalize().map_err(at("finding", home))?;
        let account = Account::for_postgres()?;
        let cluster = reachable(&home, "postgres", account)?;
        let binaries = Binaries::for_cluster(&cluster)?;
        let socket_folder = socket_folder(&home, account)?;
        let log = home.join("logs/postgres.log");
        let mut server = Self {
            binaries,
            account,
            cluster,
            socket_folder,
            log,
            settings: Vec::new(),
            lifetime: Lifetime::WithParent,
        };
        server.make_cluster(tuning)?;
        server.settings = settings::settings(tuning, server.knows_lz4());
        Ok(server)
    }

    /// Started servers live on after this process.
    #[must_use]
    pub fn detached(mut self) -> Self {
        self.lifetime = Lifetime::Detached;
        self
    }

    /// A superuser's connection to `database`, over the socket.
    pub fn url(&self, database: &str) -> String {
        let folder = self.socket_folder.to_string_lossy();
        format!("postgres://{USER}@localhost:5432/{database}?host={}", percent_encoded(&folder))
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    pub fn psql(&self) -> PathBuf {
        self.binaries.psql()
    }

    /// The folder of the cluster's files.
    pub fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// Starts the server and waits until it answers. What a killed predecessor left is put in order.
    pub fn launch(&self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
        strays::clear(&self.cluster)?;
        private_folder(&self.socket_folder, self.account)?;
        let process = Process::spawn(&self.spec())?;
        let pid_file = self.cluster.join("postmaster.pid");
        process.wait_until_ready(&self.log, START_PATIENCE, stopping, || strays::is_ready(&pid_file, process.pid()))?;
        Ok(process)
    }

    /// Makes a database unless it exists.
    pub fn create_database(&self, name: &str) -> Result<(), LaunchError> {
        let statement = format!(
            "select 'create database \"{name}\"' where not exists (select from pg_database where datname = '{name}') \\gexec\n"
        );
        run_psql(&self.binaries.psql(), &self.url("postgres"), &statement)
    }

    fn spec(&self) -> ProcessSpec {
        let mut args = vec!["-D".into(), self.cluster.clone().into_os_string()];
        for (name, value) in &self.settings {
            args.push("-c".into());
            args.push(format!("{name}={value}").into());
        }
        args.push("-c".into());
        let folder = self.socket_folder.to_string_lossy();
        args.push(format!("unix_socket_directories={folder}").into());
        ProcessSpec {
            name: "postgres".to_owned(),
            program: self.binaries.postgres(),
            args,
            env: vec![("PGDATA".into(), self.cluster.clone().into_os_string())],
            account: self.account,
            log: self.log.clone(),
            // "Fast": sessions are ended, a checkpoint is written.
            stop_signal: Signal::INT,
            lifetime: self.lifetime,
        }
    }

    /// `initdb` into a folder beside, then a rename: half a cluster is never taken for a whole one.
    fn make_cluster(&self, tuning: Tuning) -> Result<(), LaunchError> {
        if self.cluster.join("PG_VERSION").exists() {
            return Ok(());
        }
        let is_empty = fs::read_dir(&self.cluster).map_or(true, |mut files| files.next().is_none());
        if !is_empty {
            return Err(LaunchError::Damaged {
                path: self.cluster.clone(),
                what: "it holds files but no PG_VERSION, so it is no PostgreSQL cluster".to_owned(),
            });
        }
        let half = self.cluster.with_extension("half");
        if half.exists() {
            fs::remove_dir_all(&half).map_err(at("removing", &half))?;
        }
        private_folder(&half, self.account)?;
        let mut command = Command::new(self.binaries.initdb());
        command
            .arg("-D")
            .arg(&half)
            .args(["--username", USER, "--encoding", "UTF8"])
            .args(["--locale", "C.UTF-8", "--data-checksums"])
            .args(["--auth-local", "trust", "--auth-host", "reject"]);
        if tuning == Tuning::Test {
            command.arg("--no-sync");
        }
        self.finish("initdb", command)?;
        if self.cluster.exists() {
            fs::remove_dir(&self.cluster).map_err(at("removing", &self.cluster))?;
        }
        fs::rename(&half, &self.cluster).map_err(at("naming", &self.cluster))
    }

    /// Whether this build compresses its write-ahead log with lz4 (Debian's does).
    fn knows_lz4(&self) -> bool {
        let mut command = Command::new(self.binaries.postgres());
        command.arg("-D").arg(&self.cluster).args(["-c", "wal_compression=lz4", "-C", "wal_compression"]);
        self.finish("postgres -C", command).is_ok()
    }

    fn finish(&self, program: &str, mut command: Command) -> Result<(), LaunchError> {
        use std::os::unix::process::CommandExt;
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        // The present folder may be closed to that user, and both programs look at it.
        command.current_dir("/").stdin(Stdio::null());
        let output = command.output().map_err(at("running", program))?;
        if output.status.success() {
            return Ok(());
        }
        Err(LaunchError::Failed {
            program: program.to_owned(),
            status: output.status.to_string(),
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }
}

impl Unit for PostgresServer {
    fn name(&self) -> &str {
        "postgres"
    }

    fn start(&mut self, stopping: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
        self.launch(stopping)
    }
}

/// A running private cluster with the means to disturb it: for tests and benches.
#[derive(Debug)]
pub struct PrivatePostgres {
    server: PostgresServer,
    process: Process,
}

impl PrivatePostgres {
    /// Durable like the product's, in `home` (made when missing, continued when there).
    pub fn start(home: &Path) -> Result<Self, LaunchError> {
        Self::start_with(home, Tuning::Small)
    }

    pub fn start_with(home: &Path, tuning: Tuning) -> Result<Self, LaunchError> {
        let server = PostgresServer::prepare(home, tuning)?;
        let process = server.launch(&|| false)?;
        server.create_database(DATABASE)?;
        Ok(Self { server, process })
    }

    pub fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    pub fn create_database(&self, name: &str) -> Result<(), LaunchError> {
        self.server.create_database(name)
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Ends sessions, writes a checkpoint, ends.
    pub fn stop(&self) {
        self.process.stop(Duration::from_secs(30));
    }

    /// Ends at once without a checkpoint, like `pg_ctl stop -m immediate`.
    pub fn stop_immediately(&self) {
        self.process.signal(Signal::QUIT);
        self.process.wait(Duration::from_secs(10));
    }

    /// `kill -9` of the postmaster.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts the cluster again after [`Self::stop`] or [`Self::kill`].
    pub fn restart(&mut self) -> Result<(), LaunchError> {
        self.process.stop(Duration::from_secs(30));
        self.process = self.server.launch(&|| false)?;
        Ok(())
    }
}

/// Runs statements through `psql`, stopping at the first error.
pub(crate) fn run_psql(psql: &Path, url: &str, statements: &str) -> Result<(), LaunchError> {
    let mut child = Command::new(psql)
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(at("running", psql))?;
    if let Some(mut input) = child.stdin.take() {
        // When psql has given up already, its status and message say more than a broken pipe.
        let _ = input.write_all(statements.as_bytes());
    }
    let output = child.wait_with_output().map_err(at("running", psql))?;
    if output.status.success() {
        return Ok(());
    }
    Err(LaunchError::Failed {
        program: "psql".to_owned(),
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// `home/run`, or a short path in /tmp where that is too long for a socket or out of reach.
fn socket_folder(home: &Path, account: Option<Account>) -> Result<PathBuf, LaunchError> {
    let usual = home.join("run");
    let fits = usual.as_os_str().len() <= LONGEST_SOCKET_FOLDER;
    let within_reach = account.is_none_or(|account| account.can_reach(&usual));
    let folder = if fits && within_reach { usual } else { PathBuf::from(format!("/tmp/waybill-{}", short_hash(home))) };
    private_folder(&folder, account)?;
    Ok(folder)
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
