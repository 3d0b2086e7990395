//! The whole product on this machine: a private Postgres and NATS, every role a process of its own, kept alive, and the
//! sandbox in this process, which is never disturbed: what it counts is what really happened.

use crate::api::Api;
use crate::child::Child;
use crate::dice::Dice;
use crate::ports::free_port;
use crate::size::Size;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};
use waybill_launcher::process::Lifetime;
use waybill_launcher::{PrivateNats, PrivatePostgres, Process, ProcessSpec, Signal};
use waybill_sandbox::{Behaviour, Faults, Span};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
pub const ROLES: [&str; 5] = ["gateway", "relay", "projector", "processes", "sender"];
/// Between two looks at a condition.
const LOOK: Duration = Duration::from_millis(10);

/// What differs between tests.
#[derive(Debug, Clone)]
pub struct Options {
    pub in_flight: u32,
    pub starting_points: u64,
    pub gateways: usize,
    pub uncertain_deadline_s: u32,
    /// A second sender, which begins when the first has its place.
    pub standby: bool,
    pub receipts: Behaviour,
    /// What the roles log.
    pub log: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        let quick = Behaviour {
            sent_ms: Span { min: 5, max: 50 },
            delivered_ms: Span { min: 5, max: 200 },
            read_ms: Span { min: 5, max: 200 },
            ..Behaviour::default()
        };
        let log = "info,sqlx=warn,async_nats=error,hyper=warn";
        Self {
            in_flight: 32,
            starting_points: 1_000_000,
            gateways: 1,
            uncertain_deadline_s: 2,
            standby: false,
            receipts: quick,
            log,
        }
    }
}

pub struct Rig {
    pub size: Size,
    pub seed: u64,
    pub options: Options,
    pub api: Api,
    pub sandbox: String,
    pub nats_url: String,
    children: Vec<Child>,
    postgres: Mutex<PrivatePostgres>,
    nats: Mutex<PrivateNats>,
    /// What was done to it, for whoever has to find out why a run failed.
    done: Mutex<Vec<String>>,
    _sandbox: DropGuard,
    folder: TempDir,
}

impl Rig {
    pub async fn start(options: Options) -> Self {
        let seed = crate::dice::seed();
        eprintln!("seed {seed}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path();
        let (postgres, nats) = tokio::task::block_in_place(|| {
            (PrivatePostgres::start(home).expect("postgres"), PrivateNats::start(home).expect("nats"))
        });
        let doors: Vec<u16> = (0..options.gateways).map(|_| free_port()).collect();
        let bases: Vec<String> = doors.iter().map(|port| format!("http://127.0.0.1:{port}")).collect();
        let stop = CancellationToken::new();
        let sandbox = serve_sandbox(&bases[0], seed, &options, stop.clone()).await;
        let program = Program { home, options: &options, database: postgres.url("waybill"), nats: nats.url(), sandbox };
        program.keep();
        program.migrate();
        let mut children: Vec<Child> =
            ROLES.iter().map(|role| Child::start(role, program.spec(role, role, doors[0]))).collect();
        let more = ["gateway-2", "gateway-3"];
        for (name, port) in more.iter().zip(doors.iter().skip(1)) {
            children.push(Child::start(name, program.spec(name, "gateway", *port)));
        }
        let standby = options.standby.then(|| program.spec("sender-2", "sender", doors[0]));
        let (sandbox, nats_url) = (program.sandbox, program.nats);
        let mut rig = Self {
            size: Size::of_this_run(),
            seed,
            options,
            api: Api::new(bases, "rita@example.com"),
            sandbox,
            nats_url,
            children,
            postgres: Mutex::new(postgres),
            nats: Mutex::new(nats),
            done: Mutex::default(),
            _sandbox: stop.drop_guard(),
            folder,
        };
        for door in 0..rig.options.gateways {
            rig.until("a gateway that is ready", async || rig.api.is_ready(door).await).await;
        }
        rig.api.register().await;
        if let Some(spec) = standby {
            rig.until("a sender at work", async || rig.epoch_of("sender").await > 0).await;
            rig.children.push(Child::start("sender-2", spec));
        }
        rig
    }

    /// How often the checkpoint was taken over; 0 before anybody has it.
    pub async fn epoch_of(&self, checkpoint: &str) -> i64 {
        let epoch = sqlx::query_scalar("select epoch from es.checkpoint where name = $1").bind(checkpoint);
        epoch.fetch_optional(&mut self.database().await).await.expect("answers").unwrap_or(0)
    }

    pub fn dice(&self) -> Dice {
        Dice::new(self.seed)
    }

    /// Looks until something holds. It must in the end; how long it takes is not judged.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(self.size.patience_s);
        while !holds().await {
            assert!(Instant::now() < deadline, "{what} was not reached");
            tokio::time::sleep(LOOK).await;
        }
    }

    pub fn role(&self, name: &str) -> &Child {
        self.children.iter().find(|child| child.name == name).expect("a role of the rig")
    }

    pub fn note(&self, what: impl Into<String>) {
        let what = what.into();
        if std::env::var_os("WAYBILL_DURABILITY_LOGS").is_some() {
            eprintln!("{what}");
        }
        locked(&self.done).push(what);
    }

    /// Does something to a server; what it takes is waited for.
    pub fn postgres(&self, strike: impl FnOnce(&mut PrivatePostgres)) {
        tokio::task::block_in_place(|| strike(&mut locked(&self.postgres)));
    }

    pub fn nats(&self, strike: impl FnOnce(&mut PrivateNats)) {
        tokio::task::block_in_place(|| strike(&mut locked(&self.nats)));
    }

    /// With the servers' files and the roles' logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn database_url(&self) -> String {
        locked(&self.postgres).url("waybill")
    }

    /// Roles that ended though nobody had asked them to.
    pub fn ended_by_themselves(&self) -> Vec<String> {
        let ends = |child: &Child| -> Vec<String> {
            child.ended_by_itself().iter().map(|end| format!("{}: {}", child.name, end.how)).collect()
        };
        self.children.iter().flat_map(ends).collect()
    }

    /// Sets what the sandbox does wrong.
    pub async fn faults(&self, faults: Faults) {
        let client = reqwest::Client::new();
        let answer = client.post(format!("{}/_sandbox/faults", self.sandbox)).json(&faults).send().await;
        let answer = answer.expect("the sandbox is there");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    fn report(&self) -> String {
        let mut report = format!("\nseed {} (WAYBILL_DURABILITY_SEED repeats it)\ndone:\n", self.seed);
        for line in locked(&self.done).iter() {
            report.push_str(&format!("  {line}\n"));
        }
        for end in self.ended_by_themselves() {
            report.push_str(&format!("ended by itself: {end}\n"));
        }
        for child in &self.children {
            report.push_str(&format!("--- {}\n{}\n", child.name, child.tail()));
        }
        report
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.report());
        }
        // For whoever wants to look into it.
        if let Some(kept) = std::env::var_os("WAYBILL_DURABILITY_LOGS") {
            for child in &self.children {
                let _ = std::fs::copy(child.log(), Path::new(&kept).join(format!("{}.log", child.name)));
            }
        }
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    // A failed assertion while a server was disturbed must not hide itself behind a second panic.
    value.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn serve_sandbox(gateway: &str, seed: u64, options: &Options, stop: CancellationToken) -> String {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = waybill_sandbox::Config {
        default_callback: format!("{gateway}/hooks/cloud-api/by-number/{{phone_number_id}}"),
        receipts: options.receipts.clone(),
        retry_cap: Duration::from_millis(500),
        seed: Some(seed),
        ..waybill_sandbox::Config::default()
    };
    tokio::spawn(async move { waybill_sandbox::serve(listener, config, stop).await.expect("the sandbox serves") });
    format!("http://{address}")
}

/// The binary under test and what it is started with.
struct Program<'a> {
    home: &'a Path,
    options: &'a Options,
    database: String,
    nats: String,
    sandbox: String,
}

impl Program<'_> {
    /// The file as it is now, whatever is built meanwhile.
    fn keep(&self) {
        let (built, ours) = (Path::new(env!("CARGO_BIN_EXE_waybill")), self.home.join("waybill"));
        std::fs::hard_link(built, &ours)
            .or_else(|_| std::fs::copy(built, &ours).map(drop))
            .expect("a program of our own");
    }

    fn migrate(&self) {
        tokio::task::block_in_place(|| {
            let spec = ProcessSpec { args: vec!["migrate".into()], ..self.spec("migrate", "", 0) };
            let process = Process::spawn(&spec).expect("the program can be started");
            let ended = process.wait(Duration::from_secs(60)).expect("the migration ends");
            assert!(ended.success(), "migrating: {}", waybill_launcher::process::tail(&spec.log));
        });
    }

    fn spec(&self, name: &str, role: &str, port: u16) -> ProcessSpec {
        let (listen, options) = (format!("127.0.0.1:{port}"), self.options);
        let settings = [
            ("DATABASE_URL", self.database.clone()),
            ("NATS_URL", self.nats.clone()),
            ("WAYBILL_MASTER_KEY", KEY.to_owned()),
            ("WAYBILL_PUBLIC_URL", format!("http://{listen}")),
            ("WAYBILL_LISTEN", listen),
            ("WAYBILL_SANDBOX_URL", self.sandbox.clone()),
            ("WAYBILL_IN_FLIGHT", options.in_flight.to_string()),
            ("WAYBILL_STARTING_POINTS", options.starting_points.to_string()),
            ("WAYBILL_UNCERTAIN_DEADLINE_S", options.uncertain_deadline_s.to_string()),
            ("WAYBILL_REQUESTS_PER_MINUTE", "1000000".to_owned()),
            ("WAYBILL_REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000".to_owned()),
            ("WAYBILL_DATABASE_CONNECTIONS", "12".to_owned()),
            ("WAYBILL_LOG", options.log.to_owned()),
            ("NO_COLOR", "1".to_owned()),
        ];
        ProcessSpec {
            name: name.to_owned(),
            program: self.home.join("waybill"),
            args: vec!["run".into(), role.into()],
            env: settings.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            account: None,
            log: self.home.join(format!("logs/{name}.log")),
            stop_signal: Signal::TERM,
            lifetime: Lifetime::WithParent,
        }
    }
}
