//! The supervisor on real servers: what is killed comes back, what is stopped stays down.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};
use waybill_launcher::{
    LaunchError, NatsServer, PostgresServer, PrivateNats, PrivatePostgres, Process, ProcessSpec, Report, Supervisor,
    Tuning, Unit, process::Lifetime,
};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn killed_servers_come_back_under_the_same_address() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (tell, reports) = mpsc::channel();
    let mut supervisor = Supervisor::new(move |report| drop(tell.send(report)));
    let postgres = PostgresServer::prepare(home.path(), Tuning::Small).expect("a cluster");
    let nats = NatsServer::prepare(home.path()).expect("a server");
    let url = postgres.url("postgres");
    supervisor.run(postgres).expect("starting Postgres");
    supervisor.run(nats).expect("starting NATS");

    for name in ["postgres", "nats-server"] {
        let first = supervisor.pid(name).expect("it runs");
        kill(first);
        wait_for(&reports, |report| matches!(report, Report::Ended { pid, .. } if *pid == first));
        wait_for(&reports, |report| matches!(report, Report::Restarted { name: of, .. } if of == name));
        let second = supervisor.pid(name).expect("it runs again");
        assert_ne!(first, second);
    }
    PgConnection::connect(&url).await.expect("connecting again");

    let pids: Vec<u32> = ["postgres", "nats-server"].iter().filter_map(|name| supervisor.pid(name)).collect();
    let begun = Instant::now();
    supervisor.stop(Duration::from_secs(10));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(pids.len() == 2 && !pids.iter().any(|pid| is_alive(*pid)));
    assert!(!home.path().join("postgres/postmaster.pid").exists());
}

#[test]
fn the_last_started_is_stopped_first() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let order = home.path().join("order");
    let mut supervisor = Supervisor::new(|_| {});
    for name in ["first", "second"] {
        let script = format!(
            "trap 'echo {name} >> {order}; exit' TERM; echo up > {ready}; while :; do sleep 0.05; done",
            order = order.display(),
            ready = home.path().join(name).display(),
        );
        let ready = home.path().join(name);
        supervisor
            .run(waybill_launcher::supervisor::Command {
                spec: shell(home.path(), name, &script),
                patience: PATIENCE,
                ready: move || ready.exists(),
            })
            .expect("starting");
    }
    supervisor.stop(Duration::from_secs(5));
    let order = fs::read_to_string(order).expect("the order");
    assert_eq!(order, "second\nfirst\n");
}

#[test]
fn a_child_that_ignores_the_signal_is_killed_and_reported() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (tell, reports) = mpsc::channel();
    let mut supervisor = Supervisor::new(move |report| drop(tell.send(report)));
    let ready = home.path().join("ready");
    let script = format!("trap '' TERM; echo > {}; while :; do sleep 1; done", ready.display());
    supervisor
        .run(waybill_launcher::supervisor::Command {
            spec: shell(home.path(), "deaf", &script),
            patience: PATIENCE,
            ready: move || ready.exists(),
        })
        .expect("starting");
    supervisor.stop(Duration::from_millis(300));
    wait_for(&reports, |report| matches!(report, Report::Killed { .. }));
}

#[test]
fn a_unit_that_fails_again_and_again_is_retried_and_can_be_stopped() {
    struct Flaky(ProcessSpec, bool);
    impl Unit for Flaky {
        fn name(&self) -> &str {
            "flaky"
        }
        fn start(&mut self, _: &dyn Fn() -> bool) -> Result<Process, LaunchError> {
            if std::mem::replace(&mut self.1, true) {
                return Err(LaunchError::PostgresMissing);
            }
            Process::spawn(&self.0)
        }
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let (tell, reports) = mpsc::channel();
    let mut supervisor = Supervisor::new(move |report| drop(tell.send(report)));
    supervisor.run(Flaky(shell(home.path(), "flaky", "exit 3"), false)).expect("the first start");
    let failed = |report: &Report| matches!(report, Report::NotRestarted { .. });
    wait_for(&reports, failed);
    wait_for(&reports, failed);
    assert_eq!(supervisor.pid("flaky"), None);
    let begun = Instant::now();
    supervisor.stop(Duration::from_secs(5));
    assert!(begun.elapsed() < Duration::from_secs(2), "a pause held up the stop");
}

#[test]
#[ignore = "not a test but the child half of the one below"]
fn parent_that_waits_to_be_killed() {
    let Some(home) = env::var_os("WAYBILL_TEST_PARENT_HOME") else {
        return;
    };
    let home = std::path::Path::new(&home);
    let postgres = PrivatePostgres::start(home).expect("starting Postgres");
    let nats = PrivateNats::start(home).expect("starting NATS");
    println!("pids {} {}", postgres.pid(), nats.pid());
    loop {
        std::thread::park();
    }
}

#[test]
fn no_child_outlives_a_parent_that_was_killed() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut parent = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "parent_that_waits_to_be_killed"])
        .args(["--ignored", "--nocapture"])
        .env("WAYBILL_TEST_PARENT_HOME", home.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starting the parent");
    let output = BufReader::new(parent.stdout.take().expect("its output"));
    let pids: Vec<u32> = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, pids) = line.split_once("pids ")?;
            Some(pids.split(' ').filter_map(|pid| pid.parse().ok()).collect())
        })
        .expect("the children's numbers");
    assert!(pids.len() == 2 && pids.iter().all(|pid| is_alive(*pid)));
    parent.kill().expect("killing the parent");
    parent.wait().expect("its end");
    let deadline = Instant::now() + PATIENCE;
    while pids.iter().any(|pid| is_alive(*pid)) {
        assert!(Instant::now() < deadline, "a child lives on");
        std::thread::yield_now();
    }
}

fn shell(home: &std::path::Path, name: &str, script: &str) -> ProcessSpec {
    ProcessSpec {
        name: name.to_owned(),
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into()],
        env: Vec::new(),
        account: None,
        log: home.join(format!("{name}.log")),
        stop_signal: Signal::TERM,
        lifetime: Lifetime::WithParent,
    }
}

fn wait_for(reports: &mpsc::Receiver<Report>, wanted: impl Fn(&Report) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let report = reports.recv_timeout(left).expect("the report in time");
        if wanted(&report) {
            return;
        }
    }
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process number");
    kill_process(pid, Signal::KILL).expect("killing it");
}

/// A zombie that nobody has reaped yet is dead too.
fn is_alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")))
}
