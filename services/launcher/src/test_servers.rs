//! One Postgres and one NATS for all tests of a checkout, shared by every test process.
//!
//! The first process to ask starts them, detached, in `$WAYBILL_TEST_DIR` (default:
//! `target/test-servers`); the others find them. Each process holds a shared lock on `in-use` for as
//! long as it lives, and a guard (`test_servers/guard.sh`) stops the servers when nobody has held it
//! for ten minutes, or at `guard.sh stop`. Data does not survive a stop. `DATABASE_URL` and
//! `NATS_URL`, both set, name servers to use instead.
//!
//! Postgres is shared: make a database of your own with [`TestServers::fresh_database`]. JetStream's
//! names are global, so a test that uses a fixed stream name starts its own [`crate::PrivateNats`].

use std::{
    env,
    fs::{self, File, OpenOptions},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::SystemTime,
};

use crate::{
    error::{LaunchError, at},
    nats::{self, Access, NatsServer},
    postgres::{PostgresServer, Tuning, run_psql},
    process::{Lifetime, Process, ProcessSpec},
};

const GUARD: &str = include_str!("test_servers/guard.sh");
const IDLE_SECONDS: &str = "600";

/// Where the shared servers are.
#[derive(Debug)]
pub struct TestServers {
    /// A superuser's connection; its database is not for tests' tables.
    pub database_url: String,
    pub nats_url: String,
    psql: PathBuf,
    _in_use: Option<File>,
}

/// A database of one test, dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    pub url: String,
    name: String,
    admin_url: String,
    psql: PathBuf,
}

/// The servers, started when they do not run yet. Panics with the reason when they cannot.
pub fn shared_test_servers() -> &'static TestServers {
    static SERVERS: OnceLock<TestServers> = OnceLock::new();
    SERVERS.get_or_init(|| match find_or_start() {
        Ok(servers) => servers,
        Err(error) => panic!("the test servers cannot be started: {error}"),
    })
}

impl TestServers {
    /// A new, empty database; some 50 ms.
    pub fn fresh_database(&self) -> TestDatabase {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "test_{}_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed),
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.subsec_nanos())
        );
        let statement = format!("create database {name};\n");
        if let Err(error) = run_psql(&self.psql, &self.database_url, &statement) {
            panic!("the database {name} cannot be made: {error}");
        }
        TestDatabase {
            url: with_database(&self.database_url, &name),
            name,
            admin_url: self.database_url.clone(),
            psql: self.psql.clone(),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Not waited for: the test is over, and a database left behind goes with the servers.
        let _ = Command::new(&self.psql)
            .args(["-X", "-q", "-d", &self.admin_url, "-c"])
            .arg(format!("drop database if exists {} with (force)", self.name))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}

fn find_or_start() -> Result<TestServers, LaunchError> {
    let given = (env::var("DATABASE_URL").ok(), env::var("NATS_URL").ok());
    if let (Some(database_url), Some(nats_url)) = given {
        return Ok(TestServers { database_url, nats_url, psql: PathBuf::from("psql"), _in_use: None });
    }
    let folder = folder();
    fs::create_dir_all(&folder).map_err(at("making", &folder))?;
    let in_use = lock_file(&folder.join("in-use"))?;
    in_use
        .lock_shared()
        .and_then(|()| in_use.set_modified(SystemTime::now()))
        .map_err(at("locking", folder.join("in-use")))?;
    let starting = lock_file(&folder.join("starting"))?;
    starting.lock().map_err(at("locking", folder.join("starting")))?;
    let (database_url, nats_url, psql) = match running(&folder) {
        Some(running) => running,
        None => start(&folder)?,
    };
    Ok(TestServers { database_url, nats_url, psql, _in_use: Some(in_use) })
}

fn start(folder: &Path) -> Result<(String, String, PathBuf), LaunchError> {
    stop(folder)?;
    let postgres = PostgresServer::prepare(folder, Tuning::Test)?.detached();
    let nats = NatsServer::prepare_with(folder, Access::Open)?.detached();
    let postgres_process = postgres.launch(&|| false)?;
    let nats_process = nats.launch(&|| false)?;
    Process::spawn(&ProcessSpec {
        name: "guard".to_owned(),
        program: "/bin/sh".into(),
        args: vec![
            folder.join("guard.sh").into_os_string(),
            "watch".into(),
            postgres_process.pid().to_string().into(),
            nats_process.pid().to_string().into(),
            IDLE_SECONDS.into(),
        ],
        env: Vec::new(),
        account: None,
        log: folder.join("logs/guard.log"),
        stop_signal: rustix::process::Signal::TERM,
        lifetime: Lifetime::Detached,
    })?;
    let found = (postgres.url("postgres"), nats.url(), postgres.psql());
    let state = format!("{}\n{}\n{}\n", found.0, found.1, found.2.display());
    let file = folder.join("servers");
    nats::write_private(&file, &state)?;
    Ok(found)
}

/// Ends what may run there and removes its data: a test server always starts empty.
fn stop(folder: &Path) -> Result<(), LaunchError> {
    let script = folder.join("guard.sh");
    fs::write(&script, GUARD).map_err(at("writing", &script))?;
    let output = Command::new("/bin/sh")
        .arg(&script)
        .arg("clear")
        .stdin(Stdio::null())
        .output()
        .map_err(at("running", &script))?;
    if output.status.success() {
        return Ok(());
    }
    Err(LaunchError::Failed {
        program: "guard.sh clear".to_owned(),
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// The addresses of the last start, when both servers still answer there.
fn running(folder: &Path) -> Option<(String, String, PathBuf)> {
    let state = fs::read_to_string(folder.join("servers")).ok()?;
    let mut lines = state.lines().map(str::to_owned);
    let (database_url, nats_url, psql) = (lines.next()?, lines.next()?, lines.next()?);
    let (_, socket_folder) = database_url.split_once("host=")?;
    let socket = Path::new(socket_folder).join(".s.PGSQL.5432");
    let (_, port) = nats_url.rsplit_once(':')?;
    let both = UnixStream::connect(socket).is_ok() && nats::answers(port.parse().ok()?);
    both.then(|| (database_url, nats_url, PathBuf::from(psql)))
}

fn folder() -> PathBuf {
    if let Some(folder) = env::var_os("WAYBILL_TEST_DIR") {
        return PathBuf::from(folder);
    }
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    target.join("test-servers")
}

fn lock_file(path: &Path) -> Result<File, LaunchError> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).map_err(at("opening", path))
}

/// The same connection, to another database.
fn with_database(url: &str, database: &str) -> String {
    let (address, options) = match url.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (url, String::new()),
    };
    let host_at = address.find("://").map_or(0, |at| at + 3);
    let path_at = address[host_at..].find('/').map_or(address.len(), |at| host_at + at);
    format!("{}/{database}{options}", &address[..path_at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        for (url, wanted) in [
            ("postgres://a:b@h:5/x?host=/s", "postgres://a:b@h:5/y?host=/s"),
            ("postgres://h", "postgres://h/y"),
            ("postgres:///x", "postgres:///y"),
        ] {
            assert_eq!(with_database(url, "y"), wanted);
        }
    }
}
