//! `waybill up` with roles that do nothing: folder, servers, signals, the ready line.
//!
//! This program starts itself as the process under test.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

mod ports;

use clap::Parser;
use ports::free_port;
use waybill::up;
use waybill_launcher::{Signal, process::signal_process};

const CHILD: &str = "WAYBILL_TEST_UP_ARGS";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    up: up::UpArgs,
}

/// `up` starts its own program with the arguments `run sandbox`; to this program these are filters
/// that choose this function, which then stands in for the sandbox.
#[test]
fn sandbox_stand_in() {
    if let Ok(listen) = env::var("WAYBILL_SANDBOX_LISTEN") {
        let listener = TcpListener::bind(listen).expect("the port is free");
        for connection in listener.incoming() {
            drop(connection.expect("a connection"));
        }
    }
}

#[test]
#[ignore = "not a test but the process that the tests start"]
fn process_under_test() {
    let Some(args) = env::var_os(CHILD) else {
        return;
    };
    let args = args.to_string_lossy().into_owned();
    let runtime = tokio::runtime::Runtime::new().expect("an executor");
    let args = Cli::parse_from(["up"].into_iter().chain(args.split(' ')));
    let outcome = runtime.block_on(up::up(args.up, async |servers, token| {
        let listener = tokio::net::TcpListener::bind(servers.listen).await?;
        Ok(up::Started {
            roles: tokio::spawn(async move {
                token.cancelled().await;
                drop(listener);
                Ok(())
            }),
            demo_account: servers.demo.then(|| "demo@waybill.example / demo".to_owned()),
        })
    }));
    // Past this point the harness would write to a pipe that nobody reads anymore.
    if let Err(error) = outcome {
        eprintln!("waybill: {error:#}");
        std::process::exit(1);
    }
    std::process::exit(0);
}

#[test]
fn it_gets_ready_ends_on_sigterm_and_goes_on_where_it_was() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let ports = Ports::free();
    let mut first = ports.start(data.path(), "");
    let line = ready_line(&mut first);
    assert_eq!(
        line,
        format!("Waybill is ready: http://127.0.0.1:{}  (demo account: demo@waybill.example / demo)", ports.gateway)
    );
    let key = fs::read_to_string(data.path().join("secrets/master.key")).expect("the key");
    let children = children_of(first.id());
    assert_eq!(children.len(), 3, "Postgres, NATS, sandbox");
    end(&mut first, Signal::TERM);
    assert!(!children.iter().any(|pid| is_alive(*pid)));

    let mut second = ports.start(data.path(), "--no-demo");
    let line = ready_line(&mut second);
    assert_eq!(line, format!("Waybill is ready: http://127.0.0.1:{}", ports.gateway));
    let same = fs::read_to_string(data.path().join("secrets/master.key")).expect("the key");
    assert_eq!(key, same);
    end(&mut second, Signal::INT);
}

#[test]
fn a_second_up_on_the_same_folder_names_the_first_and_leaves_it_alone() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let ports = Ports::free();
    let mut first = ports.start(data.path(), "");
    ready_line(&mut first);
    let refusal = failure(Ports::free().start(data.path(), ""));
    assert!(refusal.contains(&format!("in use by process {}", first.id())), "{refusal}");
    assert!(is_alive(first.id()));
    end(&mut first, Signal::TERM);
}

#[test]
fn a_taken_port_is_named_with_the_option_that_changes_it() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let ports = Ports::free();
    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.gateway)).expect("taking it");
    let refusal = failure(ports.start(data.path(), ""));
    let wanted = format!("port {} is taken", ports.gateway);
    assert!(refusal.contains(&wanted) && refusal.contains("--port"), "{refusal}");
}

#[test]
fn a_killed_child_is_started_again_and_told_of() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut running = Ports::free().start(data.path(), "");
    ready_line(&mut running);
    let victim =
        children_of(running.id()).into_iter().find(|pid| name_of(*pid) == "nats-server").expect("a NATS server");
    signal_process(victim, Signal::KILL).expect("killing it");
    let mut errors = BufReader::new(running.stderr.take().expect("its errors")).lines();
    let told = errors.find_map(|line| {
        let line = line.expect("a line");
        line.contains("nats-server runs again").then_some(line)
    });
    assert!(told.is_some());
    assert!(!is_alive(victim));
    end(&mut running, Signal::TERM);
}

#[test]
fn after_kill_9_nothing_is_left_and_the_folder_starts_again() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let ports = Ports::free();
    let mut first = ports.start(data.path(), "");
    ready_line(&mut first);
    let children = children_of(first.id());
    first.kill().expect("killing it");
    first.wait().expect("its end");
    let mut second = ports.start(data.path(), "");
    ready_line(&mut second);
    assert!(!children.iter().any(|pid| is_alive(*pid)));
    up::down(&up::DownArgs { data: data.path().to_owned() }).expect("stopping it");
    let status = second.wait().expect("its end");
    assert!(status.success());
}

struct Ports {
    gateway: u16,
    sandbox: u16,
}

impl Ports {
    fn free() -> Self {
        Self { gateway: free_port(), sandbox: free_port() }
    }

    fn start(&self, data: &Path, more: &str) -> Child {
        let args = format!("--port {} --sandbox-port {} --data {} {more}", self.gateway, self.sandbox, data.display());
        Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "process_under_test", "--ignored", "--nocapture"])
            .env(CHILD, args.trim_end())
            .env_remove("DATABASE_URL")
            .env_remove("NATS_URL")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starting the process under test")
    }
}

fn ready_line(child: &mut Child) -> String {
    let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
    let line = output.find_map(|line| {
        let line = line.expect("a line");
        line.find(up::READY).map(|at| line[at..].to_owned())
    });
    let Some(line) = line else {
        let mut errors = String::new();
        let _ = child.stderr.take().map(|mut all| all.read_to_string(&mut errors));
        panic!("it ended before it was ready: {errors}");
    };
    line
}

fn failure(child: Child) -> String {
    let output = child.wait_with_output().expect("its end");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn end(child: &mut Child, signal: Signal) {
    signal_process(child.id(), signal).expect("sending the signal");
    let status = child.wait().expect("its end");
    assert!(status.success());
}

fn children_of(parent: u32) -> Vec<u32> {
    fs::read_dir("/proc")
        .expect("the list of processes")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| field_of(*pid, 1).is_some_and(|found| found == parent.to_string()))
        .collect()
}

fn name_of(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim().to_owned()
}

/// A field of the process's state: 0 is its state letter, 1 its parent.
fn field_of(pid: u32, at: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(at).map(str::to_owned)
}

fn is_alive(pid: u32) -> bool {
    field_of(pid, 0).is_some_and(|state| state != "Z")
}
